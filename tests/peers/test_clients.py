"""Libraries, assistants and exporters that read and write a Confluence call by call."""

import json
import sys
from pathlib import Path

import pytest
from peers.environments import PEERS, PROGRAMS, files, needs, pages, program, run, versions, write_docs

from publisher.sandbox import Service, running

FLAVORS = {"cloud": "/wiki", "datacenter": "/confluence"}


@needs("atlassian")
@pytest.mark.parametrize("flavor", FLAVORS)
def test_atlassian_python_api(tmp_path: Path, flavor: str) -> None:
    with running(":memory:", token="good", flavor=flavor) as (address, store):
        store.create_space("DOCS", "Docs")
        command = [program("atlassian", "python"), PROGRAMS / "atlassian_calls.py", address + FLAVORS[flavor], flavor]
        assert int(run(*command, tmp_path).split()[-2]) >= 56


@needs("node")
def test_confluence_js(tmp_path: Path) -> None:
    """Its schemas, which are made from Confluence's documents, check each answer."""
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        assert int(run("node", PROGRAMS / "confluence_js.mjs", PEERS / "node", address).split()[-2]) >= 73


@needs("mcp")
@pytest.mark.parametrize("flavor", FLAVORS)
def test_mcp_atlassian(tmp_path: Path, flavor: str) -> None:
    with running(":memory:", token="good", flavor=flavor) as (address, store):
        home = store.create_space("DOCS", "Docs")["homepage"]
        server, script = program("mcp", "mcp-atlassian"), PROGRAMS / "mcp_calls.py"
        run(program("mcp", "python"), script, server, address + FLAVORS[flavor], tmp_path, flavor, home)
        assert "MCP child" not in pages(store) and files(store, "MCP page") == {"note.txt": 1}


@needs("exporter")
def test_confluence_markdown_exporter(tmp_path: Path) -> None:
    """Any host but Atlassian's is Data Center's for it."""
    with running(":memory:", token="good", flavor="datacenter") as (address, store):
        space = store.create_space("DOCS", "Docs")
        page = store.create_page(space["id"], {"title": "Exported", "body": "<p>Hello <strong>x</strong></p>"})["id"]
        image = '<ac:image><ri:attachment ri:filename="a.txt" /></ac:image>'
        store.create_page(space["id"], {"title": "Child", "parent": page, "body": f"<h2>Deep</h2>{image}"})
        store.put_attachment(
            page, {"name": "a.txt", "media": "text/plain", "comment": "", "data": b"hello"}, replace=False
        )
        base = address + "/confluence"
        config = tmp_path / "app_data.json"
        config.write_text(json.dumps({"auth": {"confluence": {base: {"pat": "good"}}}}))
        environment = {"CME_CONFIG_PATH": str(config), "CME_EXPORT__OUTPUT_PATH": str(tmp_path / "out")}
        run(program("exporter", "cme"), "spaces", base + "/display/DOCS", cwd=tmp_path, environment=environment)
        written = {file.name: file.read_text() for file in (tmp_path / "out").rglob("*.md")}
        assert {"Exported.md", "Child.md"} <= set(written) and "Hello **x**" in written["Exported.md"]


@needs("confluence2md")
@pytest.mark.parametrize("flavor", FLAVORS)
def test_confluence2md(tmp_path: Path, flavor: str) -> None:
    with running(":memory:", service=Service("good", flavor, password="good")) as (address, store):
        space = store.create_space("DOCS", "Docs")
        page = store.create_page(space["id"], {"title": "Exported", "body": "<p>Hello <strong>x</strong></p>"})["id"]
        store.create_page(space["id"], {"title": "Child", "parent": page, "body": "<p>deep</p>"})
        login = f"  url: {address}{FLAVORS[flavor]}\n  username: a@b.c\n  token: good\n"
        (tmp_path / "config.yaml").write_text("confluence:\n" + login)
        command = program("confluence2md", "confluence2md")
        for number, words in enumerate(
            (["--space", "DOCS"], ["--page-id", page, "--include-children"], ["--cql", "type = page"])
        ):
            run(command, "export", *words, "-o", tmp_path / str(number), cwd=tmp_path)
            written = {file.name: file.read_text() for file in (tmp_path / str(number)).rglob("*.md")}
            assert {"Exported.md", "Child.md"} <= set(written) and "**x**" in written["Exported.md"]
        assert "DOCS" in run(command, "list-spaces", cwd=tmp_path)


@needs("confpub")
@pytest.mark.parametrize("flavor", FLAVORS)
def test_confpub(tmp_path: Path, flavor: str) -> None:
    docs = write_docs(tmp_path / "docs")
    with running(":memory:", service=Service("good", flavor, password="good")) as (address, store):
        store.create_space("DOCS", "Docs")
        login = {"CONFPUB_URL": address + FLAVORS[flavor], "CONFPUB_TOKEN": "good", "CONFPUB_SPACE": "DOCS"}
        login |= {"CONFPUB_USER": "a@b.c"} if flavor == "cloud" else {}

        def call(*words: object) -> dict[str, object]:
            text = run(program("confpub", "confpub"), "--compact", "--quiet", *words, cwd=tmp_path, environment=login)
            answer: dict[str, object] = json.loads(text.strip().splitlines()[-1])
            assert answer["ok"], text
            return answer

        call("page", "publish", docs / "index.md", "--title", "Pub page", "--parent", "Docs Home", "--label", "one")
        assert files(store, "Pub page") == {"pic.png": 1}
        (docs / "index.md").write_text("# Peer root\n\nother\n")
        call("page", "publish", docs / "index.md", "--title", "Pub page", "--parent", "Docs Home")
        assert "other" in pages(store)["Pub page"]["body"] and versions(store)["Pub page"] >= 2
        number = pages(store)["Pub page"]["id"]
        assert "Pub page" in json.dumps(call("search", "--cql", "space = DOCS and (type = page or type = blogpost)"))
        assert "Pub page" in json.dumps(call("page", "inspect", "--page-id", number))
        call("comment", "add", "--page-id", number, "--text", "well done")
        assert "well done" in json.dumps(call("comment", "list", "--page-id", number))
        if sys.version_info >= (3, 12):  # its reader of pages is written in that language
            call("page", "pull", "--page-id", number, "-o", tmp_path / "pulled")
            assert any("other" in file.read_text() for file in (tmp_path / "pulled").rglob("*.md"))
        call("page", "delete", "--page-id", number)
        assert "Pub page" not in pages(store)


@needs("rs")
@pytest.mark.parametrize("flavor", FLAVORS)
def test_confluence_cli_rs(tmp_path: Path, flavor: str) -> None:
    """Pull, plan, apply, and a search with brackets."""
    with running(":memory:", token="good", flavor=flavor) as (address, store):
        store.create_space("DOCS", "Docs")
        command = program("rs", "confluence")
        login = ["--provider", "cloud", "--auth-type", "basic", "--username", "a@b.c", "--domain", address]
        if flavor == "datacenter":
            login = ["--provider", "data-center", "--auth-type", "bearer", "--domain", address + "/confluence"]
        secret = tmp_path / "token"
        secret.write_text("good")
        words = " ".join(
            map(str, [command, "auth", "login", *login, "--token-stdin", "--non-interactive", "--insecure-storage"])
        )
        run("sh", "-c", f"{words} < token", cwd=tmp_path)
        (tmp_path / "made.md").write_text("# Made\n\nHello **x**\n")
        run(command, "page", "create", "Made", "DOCS", "--body-file", "made.md", cwd=tmp_path)
        found = run(command, "search", "--cql", "space = DOCS and (type = page or type = blogpost)", cwd=tmp_path)
        assert {row["title"] for row in json.loads(found)["items"]} == {"Docs Home", "Made"}
        run(command, "pull", "space", "DOCS", "tree", cwd=tmp_path)
        local = next(file for file in (tmp_path / "tree").rglob("index.md") if "Hello" in file.read_text())
        assert "noop" in run(command, "plan", "tree", cwd=tmp_path)
        local.write_text(local.read_text() + "\nmore\n")
        run(command, "apply", "-y", "tree", cwd=tmp_path)
        assert "more" in pages(store)["Made"]["body"] and versions(store)["Made"] == 2
        (tmp_path / "note.txt").write_text("hello")
        run(command, "attachment", "upload", "DOCS:Made", "--file", "note.txt", cwd=tmp_path)
        assert files(store, "Made") == {"note.txt": 1}
        run(command, "label", "add", "DOCS:Made", "one", cwd=tmp_path)
        assert [row["name"] for row in store.labels(pages(store)["Made"]["id"])] == ["one"]
        run(command, "page", "delete", "-y", "DOCS:Made", cwd=tmp_path)
        assert "Made" not in pages(store)
