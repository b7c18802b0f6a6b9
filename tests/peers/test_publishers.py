"""Programs that publish Markdown: with images, a second run that changes nothing, an update that changes one page."""

from pathlib import Path

import pytest
from peers.environments import PEERS, files, needs, pages, program, run, versions, write_docs
from peers.tls import behind_tls

from publisher.sandbox import Service, running


@needs("md2conf")
@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_md2conf(tmp_path: Path, flavor: str) -> None:
    """On Data Center it speaks to nothing but TLS."""
    docs = write_docs(tmp_path / "docs")
    with (
        running(":memory:", token="good", flavor=flavor) as (address, store),
        behind_tls(address, tmp_path) as (safe, authority),
    ):
        home = store.create_space("DOCS", "Docs")["homepage"]
        where = ["-d", address.removeprefix("http://"), "-p", "/wiki/", "--api-url", address + "/wiki/", "-u", "a@b.c"]
        if flavor == "datacenter":
            where = ["-d", safe.removeprefix("https://"), "-p", "/confluence/", "--api-version", "v1"]
        words = [program("md2conf", "python"), "-m", "md2conf", docs, *where, "-a", "good", "-s", "DOCS", "-r", home]
        run(*words, "--keep-hierarchy", environment={"SSL_CERT_FILE": str(authority)})
        first = versions(store)
        assert {"Peer root", "Peer sub", "Peer a"} <= set(first) and files(store, "Peer root") == {"pic.png": 1}
        assert "<![CDATA[x = 1" in pages(store)["Peer a"]["body"]
        run(*words, "--keep-hierarchy", environment={"SSL_CERT_FILE": str(authority)})
        assert versions(store) == first and files(store, "Peer root") == {"pic.png": 1}
        (docs / "sub" / "a.md").write_text((docs / "sub" / "a.md").read_text() + "\nmore\n")
        (docs / "pic.png").write_bytes((docs / "pic.png").read_bytes() + b"\0")
        run(*words, "--keep-hierarchy", environment={"SSL_CERT_FILE": str(authority)})
        assert versions(store)["Peer a"] == first["Peer a"] + 1 and versions(store)["Peer sub"] == first["Peer sub"]
        assert files(store, "Peer root") == {"pic.png": 2}


@needs("mkdocs2confluence")
def test_mkdocs2confluence(tmp_path: Path) -> None:
    write_docs(tmp_path / "docs", below="sub/b.md")
    nav = "nav:\n  - Home: index.md\n  - Part:\n      - Sub: sub/b.md\n      - A: sub/a.md\n"
    with running(":memory:", token="good") as (address, store), behind_tls(address, tmp_path) as (safe, authority):
        space = store.create_space("DOCS", "Docs")["id"]
        login = f"  base_url: {safe}\n  allow_any_host: true\n  email: a@b.c\n  token: good\n  space_key: DOCS\n"
        (tmp_path / "mkdocs.yml").write_text(f"site_name: Peers\ndocs_dir: docs\nconfluence:\n{login}{nav}")
        environment = {"SSL_CERT_FILE": str(authority), "CONFLUENCE_API_TOKEN": "good"}
        words = [program("mkdocs2confluence", "mk2conf"), "publish"]
        run(*words, cwd=tmp_path, environment=environment)
        first = versions(store)
        assert {"Home", "Sub", "A"} <= set(first) and files(store, "Home") == {"pic.png": 1}
        folders = store.pages(["current"], space, None, ("folder",))
        assert [row["title"] for row in folders] == ["Part"] and pages(store)["A"]["parent"] == folders[0]["id"]
        run(*words, cwd=tmp_path, environment=environment)
        assert versions(store) == first
        (tmp_path / "docs" / "sub" / "a.md").write_text("# Peer a\n\nother\n")
        run(*words, cwd=tmp_path, environment=environment)  # its --prune asks for properties by key, which v2 refuses
        assert versions(store) == {**first, "A": first["A"] + 1} and "other" in pages(store)["A"]["body"]


@pytest.mark.parametrize(
    "name", [pytest.param("md2cf", marks=needs("md2cf")), pytest.param("mdfluence", marks=needs("mdfluence"))]
)
@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_md2cf_and_its_fork(tmp_path: Path, name: str, flavor: str) -> None:
    docs = write_docs(tmp_path / "docs")
    with running(":memory:", service=Service("good", flavor, password="good")) as (address, store):
        store.create_space("DOCS", "Docs")
        host = address + ("/wiki" if flavor == "cloud" else "/confluence") + "/rest/api"
        words = [program(name, name), "--host", host, "--username", "a@b.c", "--password", "good", "--space", "DOCS"]
        run(*words, "--only-changed", docs)
        first = versions(store)
        assert {"Peer root", "Peer sub", "Peer a"} <= set(first) and files(store, "Peer root") == {"pic.png": 1}
        run(*words, "--only-changed", docs)
        assert versions(store) == first and files(store, "Peer root") == {"pic.png": 1}
        (docs / "sub" / "a.md").write_text("# Peer a\n\nother\n")
        run(*words, "--only-changed", docs)
        assert "other" in pages(store)["Peer a"]["body"] and versions(store)["Peer sub"] == first["Peer sub"]


SPHINX = """
import os
project = "Peer sphinx"
extensions = ["sphinxcontrib.confluencebuilder"]
confluence_publish = True
confluence_space_key = "DOCS"
confluence_server_url = os.environ["PEER_URL"]
if os.environ["PEER_FLAVOR"] == "cloud":
    confluence_server_user, confluence_api_token = "a@b.c", "good"
else:
    confluence_publish_token = "good"
confluence_api_mode = os.environ["PEER_API"]
confluence_parent_page = "Docs Home"
confluence_page_hierarchy = True
confluence_cleanup_archive = False
confluence_cleanup_purge = True
confluence_global_labels = ["sphinx"]
confluence_publish_force = False
"""


@needs("sphinx")
@pytest.mark.parametrize(("flavor", "api"), [("cloud", "v2"), ("cloud", "v1"), ("datacenter", "v1")])
def test_sphinxcontrib_confluencebuilder(tmp_path: Path, flavor: str, api: str) -> None:
    docs = write_docs(tmp_path / "docs")
    (docs / "conf.py").write_text(SPHINX)
    (docs / "index.rst").write_text(
        "Sphinx root\n===========\n\n.. image:: pic.png\n\n.. toctree::\n\n   one\n   two\n"
    )
    (docs / "one.rst").write_text("Sphinx one\n==========\n\ntext\n\n.. code-block:: python\n\n   x = 1\n")
    (docs / "two.rst").write_text("Sphinx two\n==========\n\ntext\n")
    with running(":memory:", token="good", flavor=flavor) as (address, store):
        store.create_space("DOCS", "Docs")
        url = address + ("/wiki/" if flavor == "cloud" else "/confluence/")
        environment = {"PEER_URL": url, "PEER_FLAVOR": flavor, "PEER_API": api}
        words = [program("sphinx", "python"), "-m", "sphinx", "-b", "confluence", "-E", docs, tmp_path / "out"]
        printed = run(*words, environment=environment)
        first = versions(store)
        assert {"Sphinx root", "Sphinx one", "Sphinx two"} <= set(first) and files(store, "Sphinx root")["pic.png"] == 1
        number = pages(store)["Sphinx root"]["id"]
        assert f"viewpage.action?pageId={number}" in printed
        assert [row["name"] for row in store.labels(number)] == ["sphinx"]
        run(*words, environment=environment)
        assert versions(store) == first
        (docs / "one.rst").write_text("Sphinx one\n==========\n\nother\n")
        (docs / "two.rst").unlink()
        (docs / "index.rst").write_text((docs / "index.rst").read_text().replace("   two\n", ""))
        run(*words, environment=environment)
        assert versions(store)["Sphinx one"] == first["Sphinx one"] + 1 and "Sphinx two" not in versions(store)


@needs("node")
def test_markdown_confluence(tmp_path: Path) -> None:
    """It sends documents (ADF), reads them back, and writes nothing if they are the same."""
    docs = write_docs(tmp_path / "docs", root="rootpage.md", below="sub/subroot.md")
    for file in docs.rglob("*.md"):
        file.write_text("---\nconnie-publish: true\n---\n" + file.read_text())
    command = ["node", PEERS / "node" / "node_modules" / "@markdown-confluence" / "cli" / "dist" / "index.js"]
    with running(":memory:", token="good") as (address, store):
        home = store.create_space("DOCS", "Docs")["homepage"]
        settings = f'{{"confluenceBaseUrl": "{address}", "confluenceParentId": "{home}", "atlassianUserName": "a@b.c", "folderToPublish": "docs"}}'
        (tmp_path / ".markdown-confluence.json").write_text(settings)
        run(*command, cwd=tmp_path, environment={"ATLASSIAN_API_TOKEN": "good"})
        first = versions(store)
        assert {"rootpage", "sub", "subroot", "a"} <= set(first) and len(files(store, "rootpage")) == 1
        body = pages(store)["a"]["body"]
        assert 'ac:name="code"' in body and "<![CDATA[x = 1" in body and "<table" in body
        name = next(iter(files(store, "rootpage")))
        assert f'<ri:attachment ri:filename="{name}"' in pages(store)["rootpage"]["body"]
        run(*command, cwd=tmp_path, environment={"ATLASSIAN_API_TOKEN": "good"})
        assert versions(store) == first
        (docs / "sub" / "a.md").write_text("---\nconnie-publish: true\n---\nother\n")
        run(*command, cwd=tmp_path, environment={"ATLASSIAN_API_TOKEN": "good"})
        assert versions(store) == {**first, "a": first["a"] + 1} and "other" in pages(store)["a"]["body"]


@needs("ccfm")
def test_ccfm(tmp_path: Path) -> None:
    docs = write_docs(tmp_path / "docs", root="rootpage.md", below="sub/subroot.md")
    meta = "---\npage_meta:\n  title: Rootpage\n  attachments:\n    - path: pic.png\n---\n"
    (docs / "rootpage.md").write_text(meta + (docs / "rootpage.md").read_text())
    with running(":memory:", token="good") as (address, store), behind_tls(address, tmp_path) as (safe, authority):
        store.create_space("DOCS", "Docs")
        domain = safe.removeprefix("https://")
        (tmp_path / "ccfm.yaml").write_text(f"domain: {domain}\nspace: DOCS\ndocs_root: docs\n")
        environment = {"REQUESTS_CA_BUNDLE": str(authority)}
        words = [program("ccfm", "ccfm"), "--domain", domain, "--email", "a@b.c", "--token", "good", "--space", "DOCS"]
        run(*words, "init", cwd=tmp_path, environment=environment)
        run(*words, "apply", "--auto-approve", cwd=tmp_path, environment=environment)
        first = versions(store)
        assert {"Rootpage", "sub", "Subroot", "A"} <= set(first) and files(store, "Rootpage") == {"pic.png": 1}
        assert "No changes" in run(*words, "apply", "--auto-approve", cwd=tmp_path, environment=environment)
        assert versions(store) == first
        (docs / "sub" / "a.md").write_text("# Peer a\n\nother\n")
        (docs / "sub" / "subroot.md").unlink()
        run(*words, "apply", "--auto-approve", cwd=tmp_path, environment=environment)
        assert "other" in pages(store)["A"]["body"] and "Subroot" not in pages(store)


@needs("docspan")
@pytest.mark.parametrize("flavor", ["cloud"])
def test_docspan_pushes_and_pulls(tmp_path: Path, flavor: str) -> None:
    with running(":memory:", token="good", flavor=flavor) as (address, store):
        space = store.create_space("DOCS", "Docs")["id"]
        page = store.create_page(space, {"title": "Span", "body": "<p>old</p>"})["id"]
        (tmp_path / "a.md").write_text("# Span\n\nHello **x**\n\n```python\nx = 1\n```\n")
        login = f"base_url: {address}\n    username: a@b.c\n    api_token: good"
        mapping = f'  - local: a.md\n    remote_id: "{page}"\n    backend: confluence\n    direction: both\n'
        (tmp_path / "markgate.yaml").write_text(f"backends:\n  confluence:\n    {login}\nmappings:\n{mapping}")
        run(program("docspan", "docspan"), "push", cwd=tmp_path)
        body = store.page(page)["body"]
        assert "<strong>x</strong>" in body and "<![CDATA[x = 1]]>" in body
        assert "up to date" in run(program("docspan", "docspan"), "pull", cwd=tmp_path)
        row = store.page(page)
        changed = row["body"].replace("Hello", "Good morning")
        store.update_page(page, {"title": "Span", "body": changed, "version": row["version"] + 1})
        run(program("docspan", "docspan"), "pull", cwd=tmp_path)
        assert "Good morning **x**" in (tmp_path / "a.md").read_text()
