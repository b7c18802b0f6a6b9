"""The same publish to Cloud, to Data Center and through a gateway: from the command line, with every login."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.sandbox.app import running
from publisher.sandbox.store import Store

PNG = b"\x89PNG\r\n\x1a\n0000"


class Site:
    """A server of one flavour, and a folder of documents to publish into it."""

    def __init__(self, flavor: str, store: Store, docs: Path, address: str) -> None:
        self.flavor, self.store, self.docs, self.address = flavor, store, docs, address

    def run(self, *words: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli, [*words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output

    def pages(self) -> dict[str, dict[str, object]]:
        return {row["title"]: row for row in self.store.pages(["current"])}


@pytest.fixture(params=["cloud", "datacenter", "gateway"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    docs = tmp_path / "docs"
    (docs / "guide").mkdir(parents=True)
    (docs / "index.md").write_text("# Root\n\n[x](guide/b.md#part) ![i](i.png)\n")
    (docs / "i.png").write_bytes(PNG)
    (docs / "guide" / "index.md").write_text('---\nlabels: [howto]\n---\n# Guide\n\n!!! note "T"\n    n\n')
    for name in "zab":
        (docs / "guide" / f"{name}.md").write_text(f"# Page {name}\n\n## Part\n\n```go\nx\n```\n\nSome text.\n")
    kind = "datacenter" if request.param == "datacenter" else "cloud"
    with running(":memory:", token="good", flavor=kind) as (address, store):
        store.create_space("DOCS", "Docs")
        monkeypatch.chdir(docs)
        if request.param == "gateway":
            values = {"CONFLUENCE_GATEWAY": "maton", "MATON_API_KEY": "good", "MATON_GATEWAY_URL": address,
                      "MATON_CONTROL_URL": address}  # fmt: skip
        else:
            values = {
                "CONFLUENCE_URL": address + ("/confluence" if kind == "datacenter" else ""),
                "CONFLUENCE_TOKEN": "good",
            }
        for name, value in {**values, "CONFLUENCE_SPACE": "DOCS"}.items():
            monkeypatch.setenv(name, value)
        yield Site(request.param, store, docs, address + ("/confluence" if kind == "datacenter" else "/wiki"))


def test_publish_again_edit_and_prune(site: Site) -> None:
    out = site.run("publish", ".")
    assert "5 created" in out
    pages = site.pages()
    root, guide = pages["Root"], pages["Guide"]
    assert pages["Page b"]["parent"] == guide["id"] and guide["parent"] == root["id"]
    body = str(pages["Page b"]["body"])
    native = site.flavor == "datacenter"
    assert (">cpp<" in body) == native and (">go<" in body) != native  # the product's own languages
    assert ('ac:name="title">T<' in str(guide["body"])) == native
    assert [row["name"] for row in site.store.labels(int(str(guide["id"])))] == ["howto"]
    assert len(site.store.attachments(int(str(root["id"])))) == 1
    assert "no changes" in site.run("publish", ".")
    # A new picture, a changed text, a rename with a new title.
    (site.docs / "i.png").write_bytes(PNG + b"1")
    (site.docs / "guide" / "a.md").write_text("# Page a\n\nOther text.\n")
    (site.docs / "guide" / "b.md").rename(site.docs / "guide" / "c.md")
    (site.docs / "index.md").write_text("# Root\n\n![i](i.png)\n")
    out = site.run("publish", ".")
    assert "created" not in out
    assert site.store.attachments(int(str(root["id"])))[0]["version"] == 2
    assert "Other text" in str(site.pages()["Page a"]["body"])
    # Somebody edits a page in Confluence; its document changes too: the edit stays.
    page = site.pages()["Page z"]
    fields = {"title": "Page z", "body": "<p>by hand</p>", "version": int(str(page["version"])) + 1, "author": "ann"}
    site.store.update_page(int(str(page["id"])), fields)
    (site.docs / "guide" / "z.md").write_text("# Page z\n\nNew.\n")
    out = site.run("publish", ".", code=6)
    assert "by hand" in str(site.pages()["Page z"]["body"]) and "hand-edit" in out
    site.run("publish", ".", "--overwrite", "guide/z.md")
    assert "New." in str(site.pages()["Page z"]["body"])
    # A document goes, and its page with it.
    (site.docs / "guide" / "c.md").unlink()
    if site.flavor == "datacenter":
        assert "not available on Data Center" in site.run("publish", ".", "--prune", "archive", code=2)
    site.run("publish", ".", "--prune", "trash")
    assert "Page b" not in site.pages()
    site.run("undo-prune", ".")
    assert "Page b" in site.pages()
    site.run("unpublish", ".", "--yes")
    assert set(site.pages()) == {"Docs Home"}


def test_inline_comments_survive(site: Site) -> None:
    site.run("publish", ".")
    page = int(str(site.pages()["Page z"]["id"]))
    site.store.create_inline_comment(page, "<p>why?</p>", {"text": "Some text"})
    (site.docs / "guide" / "z.md").write_text("# Page z\n\nBefore. Some text. After.\n")
    site.run("publish", ".")
    assert [row["resolution"] for row in site.store.comments(page, inline=True)] == ["open"]


def test_the_order_of_pages(site: Site) -> None:
    for number, name in enumerate("zab"):
        file = site.docs / "guide" / f"{name}.md"
        file.write_text(f"---\norder: {number}\n---\n" + file.read_text())
    out = site.run("publish", ".")
    guide = int(str(site.pages()["Guide"]["id"]))
    order = [row["title"] for row in site.store.children(guide)]
    if site.flavor == "datacenter":
        assert out.count("page-order:") == 1
    else:
        assert order == ["Page z", "Page a", "Page b"]


def test_the_cost_of_an_unchanged_run(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 3 + N/250 requests on Cloud, 4 + S/200 on Data Center; looking for the product is told by a setting."""
    if site.flavor != "gateway":
        monkeypatch.setenv("CONFLUENCE_FLAVOR", site.flavor)
        monkeypatch.setenv("CONFLUENCE_URL", site.address)
    site.run("publish", ".")
    found = re.search(r"\((\d+) requests(?:, (\d+) writes?)?\)", site.run("publish", "."))
    assert found and (int(found[1]), int(found[2] or 0)) <= (5 if site.flavor == "datacenter" else 4, 0)


def properties_of(site: Site, title: str) -> dict[str, object]:
    page = int(str(site.pages()[title]["id"]))
    found = {row["key"]: json.loads(row["value"]) for row in site.store.properties(page)}
    return {key: value for key, value in found.items() if not key.startswith("publisher")}


def test_content_properties_width_and_emoji(site: Site) -> None:
    file = site.docs / "guide" / "z.md"
    text = file.read_text()
    front = "---\nconfluence:\n  properties: {owner: {team: a}, mine: 1}\n  width: full\n  emoji: ':rocket:'\n---\n"
    file.write_text(front + text)
    site.run("publish", ".")
    cloud = {"content-appearance-published": "full-width", "content-appearance-draft": "full-width",
             "emoji-title-published": "1f680", "emoji-title-draft": "1f680"}  # fmt: skip
    own = {"owner": {"team": "a"}, "mine": 1}
    assert properties_of(site, "Page z") == {**own, **(cloud if site.flavor != "datacenter" else {})}
    version = site.pages()["Page z"]["version"]
    assert "no changes" in site.run("publish", ".")
    # Somebody else's property of the same key stays, and so do all others.
    page = int(str(site.pages()["Page a"]["id"]))
    site.store.create_property(page, "theirs", "x")
    site.store.create_property(page, "taken", "theirs")
    (site.docs / "guide" / "a.md").write_text("---\nconfluence: {properties: {taken: ours, new: 1}}\n---\n# Page a\n")
    file.write_text("---\nconfluence: {properties: {owner: b}}\n---\n" + text)
    assert "foreign-property" in site.run("publish", ".")
    assert properties_of(site, "Page a") == {"theirs": "x", "taken": "theirs", "new": 1}
    assert properties_of(site, "Page z") == {"owner": "b"}
    assert site.pages()["Page z"]["version"] == version  # no new version for that
    again = site.run("publish", ".")
    assert "no changes" in again and "foreign-property" in again  # said, and not tried again
    (site.docs / "guide" / "a.md").write_text("---\nconfluence: {properties: {new: 1}}\n---\n# Page a\n")
    site.run("publish", ".")
    assert properties_of(site, "Page a") == {"theirs": "x", "taken": "theirs", "new": 1}
    assert "no changes" in site.run("publish", ".")


def test_edits_come_back_from_every_flavour(site: Site) -> None:
    site.run("publish", ".")
    page = site.pages()["Page a"]
    body = str(page["body"]).replace("Some text.", "Some better text.")
    site.store.update_page(
        int(str(page["id"])), {"title": "Page a", "body": body, "version": 2, "message": "", "author": "bob"}
    )
    guide = site.docs / "guide/a.md"
    guide.write_text(guide.read_text().replace("## Part", "## A part"))  # so that the base is read from the history
    site.run("pull", ".", "--check", code=10)
    site.run("pull", ".")
    assert guide.read_text() == "# Page a\n\n## A part\n\n```go\nx\n```\n\nSome better text.\n"
    site.run("publish", ".")
    stored = str(site.pages()["Page a"]["body"])
    assert "A part" in stored and "Some better text." in stored
    site.run("pull", ".", "--check")
