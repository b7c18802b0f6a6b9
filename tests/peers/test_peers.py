"""Programs that neither of us wrote work against the sandbox: a client library and two publishers.

They want versions of libraries that we do not, so each lives in an environment of its own: `PUBLISHER_PEERS` names a
folder with `client/` (atlassian-python-api, markdown-to-confluence) and `md2cf/`, which `.ci/run` makes.
"""

import os
import subprocess
from pathlib import Path

import pytest

from publisher.sandbox.app import running

PEERS = Path(os.environ.get("PUBLISHER_PEERS", "/nowhere"))
CLIENT, MD2CF = PEERS / "client" / "bin" / "python", PEERS / "md2cf" / "bin"


def run(*words: object, cwd: Path | None = None, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


LIBRARY = """
import sys
from atlassian import Confluence
c = Confluence(url=sys.argv[1], token="good", cloud=False)
page = c.create_page("DOCS", "T", "<p>x</p>")["id"]
c.update_page(page, "T", "<p>y</p>")
assert c.get_page_id("DOCS", "T") == page
found = c.get_page_by_id(page, expand="body.storage,version")
assert found["version"]["number"] == 2 and "y" in found["body"]["storage"]["value"]
c.set_page_label(page, "a")
assert [row["name"] for row in c.get_page_labels(page)["results"]] == ["a"]
c.attach_content(b"1", name="a.txt", content_type="text/plain", page_id=page)
assert [row["title"] for row in c.get_attachments_from_content(page)["results"]] == ["a.txt"]
c.set_page_property(page, {"key": "k", "value": 1})
assert c.get_page_property(page, "k")["value"] == 1
assert c.page_exists("DOCS", "T") and c.get_space("DOCS")["key"] == "DOCS"
assert c.cql("type = page")["size"] == 2
c.add_comment(page, "<p>c</p>")
assert len(c.get_page_comments(page)["results"]) == 1
c.remove_page(page)
assert not c.page_exists("DOCS", "T")
"""


@pytest.mark.skipif(not CLIENT.exists(), reason="needs the peers' environments (PUBLISHER_PEERS)")
def test_atlassian_python_api_on_data_center(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(LIBRARY)
    with running(":memory:", token="good", flavor="datacenter") as (address, store):
        store.create_space("DOCS", "Docs")
        run(CLIENT, script, address + "/confluence")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "sub").mkdir(parents=True)
    (folder / "index.md").write_text("# Peer root\n\nHello **x** and [sub](sub/a.md)\n")
    (folder / "sub" / "index.md").write_text("# Peer sub\n\ntext\n")
    (folder / "sub" / "a.md").write_text("# Peer a\n\n```python\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    return folder


@pytest.mark.skipif(not CLIENT.exists(), reason="needs the peers' environments (PUBLISHER_PEERS)")
def test_markdown_to_confluence_on_cloud(docs: Path) -> None:
    with running(":memory:", token="good") as (address, store):
        home = store.create_space("DOCS", "Docs")["homepage"]
        words = ["-d", address.removeprefix("http://"), "-p", "/wiki/", "-u", "a@b.c", "-a", "good", "-s", "DOCS"]
        for _ in range(2):
            run(CLIENT, "-m", "md2conf", docs, *words, "--api-url", address + "/wiki/", "-r", home, "--keep-hierarchy")
        titles = {row["title"]: row for row in store.pages(["current"])}
        assert {"Peer root", "Peer sub", "Peer a"} <= set(titles)
        assert "x = 1" in titles["Peer a"]["body"]


@pytest.mark.skipif(not MD2CF.exists(), reason="needs the peers' environments (PUBLISHER_PEERS)")
def test_md2cf_on_cloud(docs: Path) -> None:
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        words = ["--host", address + "/wiki/rest/api", "--username", "a@b.c", "--password", "good", "--space", "DOCS"]
        for _ in range(2):
            run(MD2CF / "md2cf", *words, docs)
        titles = {row["title"]: row for row in store.pages(["current"])}
        assert "Peer a" in titles and "x = 1" in titles["Peer a"]["body"]
