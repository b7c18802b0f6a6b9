"""What is imported is published back: no body of any page changes, and every page keeps its id."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from world import World, run_cli, world

from publisher.config.load import load_all
from publisher.convert.collections import convert_collections
from publisher.convert.parts import split_places
from publisher.errors import PlanRefused
from publisher.importing.run import ImportResult, import_pages
from publisher.importing.values import ImportOptions
from publisher.sandbox.store.values import ACCOUNT
from publisher.sync.options import rules_of
from publisher.sync.propose import plan_publish
from publisher.sync.publish import publish

FLAVORS = ["cloud", "datacenter"]


@pytest.fixture(params=FLAVORS)
def w(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        yield made


def page(w: World, title: str, body: str, parent: int = 0, **fields: Any) -> int:
    """Somebody makes a page."""
    row = w.store.create_page(w.space, {"title": title, "body": body, "parent": parent or w.home, **fields})
    return int(row["id"])


def bring(w: World, output: Path, *, check: bool = False, **options: Any) -> ImportResult:
    chosen = ImportOptions(**{"output": output, "space": "DOCS", **options})
    with w.remote() as remote:
        return import_pages(remote, chosen, check=check)


def bodies(w: World) -> dict[int, tuple[str, int]]:
    """Body and version of every page."""
    rows = w.store.pages(["current"], w.space, None, ("page", "blogpost"))
    return {row["id"]: (row["body"], row["version"]) for row in rows}


def publish_back(w: World, output: Path, *, twice: bool = True) -> list[str]:
    """Publishes the folder as its publisher.yml says. What happened besides stamps, to be looked at."""
    configs = load_all((output,), {})
    made = convert_collections([(config.settings().replace(space="DOCS"), None) for config in configs])
    happened: list[str] = []
    w.requests.clear()
    for config, whole in zip(configs, made, strict=True):
        settings = config.settings().replace(space="DOCS")
        errors = [str(item) for item in whole.problems if item.level.name == "ERROR"]
        assert errors == []
        for conversion, place in split_places(whole, settings):
            with w.remote() as remote:
                _, report = publish(conversion, remote, place, rules_of(place, None), lambda plan: lambda result: None)
                for result in report.results:
                    assert not result.error, result.error
                    action = result.action
                    happened += [f"write {action.page.title}"] * action.write
                    happened += [f"{action.kind} {action.page.title}"] * (action.kind not in {"update", "unchanged"})
                after = plan_publish(conversion, remote, place, rules_of(place, None)).plan
            if twice:
                assert [action.page.title for action in after.actions if action.kind != "unchanged"] == []
    return happened + [
        line for line in w.requests if re.match(r"PUT .*/(pages|content)/\d+$|P\w+ .*/(attachment|move)\b", line)
    ]


def check_promise(w: World, output: Path, **options: Any) -> ImportResult:
    """Import, publish: every page as it was, under its id."""
    before, tree = bodies(w), places(w)
    result = bring(w, output, **options)
    assert result.losses == ()
    assert publish_back(w, output) == []
    assert bodies(w) == before
    assert places(w) == tree
    return result


def places(w: World) -> Any:
    """Where every page is, and its order among its siblings."""
    rows = w.store.pages(["current"], w.space)
    return {row["title"]: [child["title"] for child in w.store.children(row["id"])] for row in rows}


def texts(output: Path) -> dict[str, str]:
    return {path.relative_to(output).as_posix(): path.read_text() for path in sorted(output.rglob("*.md"))}


def link(title: str, text: str, anchor: str = "") -> str:
    place = f' ac:anchor="{anchor}"' if anchor else ""
    return f'<ac:link{place}><ri:page ri:content-title="{title}"/><ac:link-body>{text}</ac:link-body></ac:link>'


def test_a_small_space(w: World, tmp_path: Path) -> None:
    guide = page(
        w, "Guide: the first?", f"<p>Hello <strong>you</strong>, see {link('Setup', 'setup')}.</p><h2>More</h2>"
    )
    page(w, "Setup", '<p>x</p><p></p><table class="wrapped"><tbody><tr><td>1</td></tr></tbody></table>', guide)
    page(w, "CON", "<ul><li><p>a</p></li></ul>", guide)
    page(w, "setup!", '<h1>setup!</h1><ac:structured-macro ac:name="gliffy"/>', guide)
    output = tmp_path / "out"
    check_promise(w, output)
    found = texts(output)
    assert list(found) == [
        "guide-the-first/con-page.md", "guide-the-first/index.md", "guide-the-first/setup-2.md",
        "guide-the-first/setup.md", "index.md",
    ]  # fmt: skip
    assert "Hello **you**, see [setup](setup.md).\n\n## More\n" in found["guide-the-first/index.md"]
    assert found["guide-the-first/con-page.md"].startswith("---\nconfluence:\n  page_id: ")
    assert bring(w, output).written == ()


def test_a_body_with_lines_between_its_elements(w: World, tmp_path: Path) -> None:
    """Footnotes in the middle of a page have no form, so that all of it is storage; none of it is shown as code."""
    anchor = '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">{}</ac:parameter></ac:structured-macro>'
    to = '<ac:link ac:anchor="{}"><ac:link-body>{}</ac:link-body></ac:link>'
    place = f"<p>Some{anchor.format('fnref-1')}<sup>{to.format('fn-1', 1)}</sup>.</p>"
    note = f"<ol><li><p>{anchor.format('fn-1')}Note {to.format('fnref-1', '↩')}</p></li></ol>"
    page(w, "Lines", f"\n{place}\n<p>mid</p>\n<hr/>\n{note}\n\n<p>end</p>\n")
    output = tmp_path / "out"
    check_promise(w, output)
    assert "```xml" not in texts(output)["lines.md"]


def test_pages_that_we_published_come_back(w: World, tmp_path: Path) -> None:
    w.write(
        {
            "index.md": "# Home\n\nSee [a](a.md#second-part) and ![p](img/p.png).\n",
            "a.md": "---\nlabels: [one, two]\n---\n# A\n\n## Second part\n\n[up](#second-part) and [other](b/index.md).\n",
            "b/index.md": "# B\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nText[^1].\n\n[^1]: Note.\n",
            "b/c.md": "# C\n\n> [!NOTE]\n> x\n\n```python\na = 1\n```\n\n- [x] done\n- [ ] open\n",
            "img/p.png": b"\x89PNG\r\n\x1a\n1",
        }
    )
    w.publish()
    output = tmp_path / "out"
    result = check_promise(w, output)
    assert result.storage <= 2  # the empty paragraph of the home page
    found = texts(output)
    assert "See [a](a.md#second-part)" in found["home/index.md"]
    assert "labels:\n- one\n- two\n" in found["home/a.md"]
    assert "take_over:\n- test\n" in (output / "publisher.yml").read_text()
    files = [path.relative_to(output).as_posix() for path in output.rglob("*.png")]
    assert len(files) == 1 and files[0].startswith("home/attachments/p-")


def test_a_subtree_by_its_address(w: World, tmp_path: Path) -> None:
    top = page(w, "Top", f"<p>{link('Elsewhere', 'out')}</p>")
    page(w, "Below", f"<p>{link('Top', 'up')}</p>", top)
    page(w, "Elsewhere", "<p>x</p>")
    with w.remote() as remote:
        address = remote.find_pages(remote.find_space("DOCS").id, "Top")[0].url
    output = tmp_path / "out"
    check_promise(w, output, page=str(top), space="")
    assert list(texts(output)) == ["below.md", "index.md"]
    assert "[out](title:Elsewhere)" in texts(output)["index.md"] and "[up](index.md)" in texts(output)["below.md"]
    assert bring(w, output, page=address, space="").written == ()


MD2CONF = """<p>See <ac:link><ri:page ri:content-title="Install"/><ac:plain-text-link-body><![CDATA[how]]></ac:plain-text-link-body></ac:link>.</p>
<ac:structured-macro ac:name="toc" ac:schema-version="1" data-layout="default"><ac:parameter ac:name="outline">clear</ac:parameter></ac:structured-macro>
<h2>Code</h2>
<ac:structured-macro ac:name="code" ac:schema-version="1"><ac:parameter ac:name="theme">Midnight</ac:parameter>
<ac:parameter ac:name="language">python</ac:parameter><ac:plain-text-body><![CDATA[a = "<b>"]]></ac:plain-text-body></ac:structured-macro>
<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<ac:image ac:align="center" ac:layout="center" ac:width="100"><ri:attachment ri:filename="docs_a.png"/></ac:image>
<ac:structured-macro ac:name="info" ac:schema-version="1"><ac:rich-text-body><p>Generated from a file.</p></ac:rich-text-body></ac:structured-macro>
<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>done</ac:task-body></ac:task></ac:task-list>
"""


def attach(w: World, number: int, name: str, data: bytes) -> None:
    w.store.put_attachment(number, {"name": name, "data": data, "media": "image/png", "comment": ""}, replace=False)


def test_pages_that_md2conf_published(w: World, tmp_path: Path) -> None:
    one = page(w, "Manual", MD2CONF)
    page(w, "Install", MD2CONF.replace("Install", "Manual"), one)
    attach(w, one, "docs_a.png", b"\x89PNG\r\n\x1a\n1")
    output = tmp_path / "out"
    check_promise(w, output)
    found = texts(output)["manual/index.md"]
    assert "See [how](install.md)." in found and "- [x] done" in found
    assert (output / "manual/attachments/docs_a.png").read_bytes() == b"\x89PNG\r\n\x1a\n1"


def test_files_of_pages(w: World, tmp_path: Path) -> None:
    png, other = b"\x89PNG\r\n\x1a\n1", b"\x89PNG\r\n\x1a\n2"
    image = '<ac:image><ri:attachment ri:filename="{}"/></ac:image>'
    top = page(w, "Top", image.format("logo.png"))
    one = page(w, "One", image.format("logo.png") + image.format("own.png"), top)
    two = page(w, "Two", image.format("own.png") + f"<p>{image.format('Mein Bild (1).png')}</p>", top)
    link = '<p><ac:link><ri:attachment ri:filename="d.json"/><ac:link-body>data</ac:link-body></ac:link></p>'
    three = page(
        w, "Three", link + image.format("../../evil.png") + image.format("con.png") + image.format("bad.png"), top
    )
    for number, name, data in (
        (top, "logo.png", png), (one, "logo.png", png), (one, "own.png", png), (two, "own.png", other),
        (two, "Mein Bild (1).png", png), (three, "d.json", b"{}"), (three, "../../evil.png", png), (three, "con.png", png),
        (three, "bad.png", b"no png"), (three, "loose.pdf", b"%PDF-1"),
    ):  # fmt: skip
        attach(w, number, name, data)
    output, before = tmp_path / "a" / "out", bodies(w)
    result = bring(w, output)
    assert sorted({loss.what for loss in result.losses}) == [
        "the file ../../evil.png", "the file bad.png", "the file con.png",
    ]  # fmt: skip
    assert publish_back(w, output) == [] and bodies(w) == before
    files = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file() and path.suffix != ".json"
    }
    names = {name.removeprefix("a/out/top/attachments/") for name in files if "/attachments/" in name}
    assert names == {"logo.png", "own.png", "two/own.png", "Mein Bild (1).png", "loose.pdf"}
    assert {name for name in files if not name.startswith("a/out/")} == set()
    assert "[data](attachments/d.json)" in texts(output)["top/three.md"]
    assert "attachments:\n  - attachments/loose.pdf\n" in texts(output)["top/three.md"]
    # A picture that changes in the folder changes on its page: it was taken over with the page.
    (output / "top/attachments/two/own.png").write_bytes(png)
    publish_back(w, output)
    assert next(row for row in w.store.attachments(two) if row["name"] == "own.png")["size"] == len(png)
    versions = {row["name"]: row["version"] for row in w.store.attachments(two)}
    assert versions == {"own.png": 2, "Mein Bild (1).png": 1}


def test_what_a_page_is_besides_its_text(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        number = page(w, "Ours", '<p>Ask <ac:link><ri:user ri:account-id="sandbox-account"/></ac:link>.</p>')
        page(w, "Below", "<p>x</p>", number)
        w.store.add_labels(number, ["guide", "a+b"])
        w.store.set_state(number, "In review", "#2684ff")
        w.store.set_restrictions(number, [("update", "user", "alice"), ("update", "user", ACCOUNT)])
        w.store.create_property(number, "content-appearance-published", "full-width")
        w.store.create_property(number, "emoji-title-published", "1f680")
        output = tmp_path / "out"
        before = bodies(w)
        result = bring(w, output)
        assert [loss.what for loss in result.losses] == ["the label a+b"]
        found = texts(output)["ours/index.md"]
        for line in (
            "labels:\n- guide\n", "  status:\n    name: In review\n    colour: blue\n", "  width: full\n", "  emoji: 🚀\n",
            "# In Confluence only these may edit the page: ",
        ):  # fmt: skip
            assert line in found
        assert "people:\n" in (output / "publisher.yml").read_text() and "Ask @" in found
        assert publish_back(w, output) == [] and bodies(w) == before
        assert {label["name"] for label in w.store.labels(number)} == {"guide", "a+b"}
        assert len(w.store.restrictions(number)) == 2


def test_posts_folders_and_archived_pages(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        folder = page(w, "A folder", "", kind="folder")
        inside = page(w, "Inside", "<p>x</p>", folder)
        page(w, "Old", "<p>old</p>", status="archived")
        post = w.store.create_page(
            w.space, {"title": "News", "body": f"<p>{link('Inside', 'see')}</p>", "kind": "blogpost"}
        )
        output = tmp_path / "out"
        before, tree = bodies(w), places(w)
        result = bring(w, output)
        assert sorted((loss.title, loss.what) for loss in result.losses) == [
            ("A folder", "the folder"),
            ("Old", "the page"),
        ]
        assert publish_back(w, output) == [] and bodies(w) == before and places(w) == tree
        assert w.page("Inside")["parent"] == folder and w.page("Inside")["id"] == inside
        names = [name for name in texts(output) if name.startswith("blog/")]
        assert len(names) == 1 and names[0].endswith("-news.md") and "[see](../inside.md)" in texts(output)[names[0]]
        assert post["id"] in bodies(w)


def test_several_trees_are_several_collections(w: World, tmp_path: Path) -> None:
    other = w.store.create_page(
        w.space, {"title": "Another top", "body": f"<p>{link('Docs Home', 'home')}</p>"}, root=True
    )
    page(w, "Below it", f"<p>{link('Another top', 'up')}</p>", other["id"])
    output = tmp_path / "out"
    check_promise(w, output)
    assert list(texts(output)) == ["another-top/below-it.md", "another-top/index.md", "docs-home/index.md"]
    assert "[home](title:Docs%20Home)" in texts(output)["another-top/index.md"]


def test_a_folder_with_work_of_others_is_left_alone(w: World, tmp_path: Path) -> None:
    page(w, "One", "<p>x</p>")
    output = tmp_path / "out"
    output.mkdir()
    (output / "mine.md").write_text("mine")
    with pytest.raises(PlanRefused, match=r"mine\.md: not of an import"):
        bring(w, output)
    assert [path.name for path in output.iterdir()] == ["mine.md"]
    (output / "mine.md").unlink()
    bring(w, output)
    (output / "one.md").write_text("edited")
    w.edit("One", "<p>y</p>")
    with pytest.raises(PlanRefused, match=r"one\.md: changed since it was imported"):
        bring(w, output)
    assert (output / "one.md").read_text() == "edited"
    assert bring(w, output, force=True).written == ("one.md",)
    (output / "publisher.yml").write_text("space: MINE\n")
    assert bring(w, output).written == ()
    (output / "one.md").unlink()
    (output / "one.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PlanRefused, match="is a link of the file system"):
        bring(w, output, force=True)
    assert not (tmp_path / "elsewhere").exists()


def test_a_run_that_was_ended_goes_on(w: World, tmp_path: Path) -> None:
    for number in range(8):
        page(w, f"Page {number}", "<p>x</p>")
    output, seen = tmp_path / "out", 0

    def die(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal seen
        seen += "/properties" in request.url.path or "/property" in request.url.path
        if seen > 4:
            raise KeyboardInterrupt
        return send()

    chosen = ImportOptions(output=output, space="DOCS")
    with w.remote(die, jobs=1) as remote, pytest.raises(KeyboardInterrupt):
        import_pages(remote, chosen)
    assert not texts(output) and (output / ".publisher/import").is_dir()
    w.requests.clear()
    result = bring(w, output)
    read = [line for line in w.requests if re.search(r"/(properties|property)$", line)]
    assert len(result.pages) == 9 and 0 < len(read) < 9
    assert not (output / ".publisher/import").exists()
    assert publish_back(w, output) == []


def test_the_command(w: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = page(w, "One", '<p><a href="javascript:x">x</a></p>')
    w.store.create_footer_comment(number, "<p>why?</p>", "alice")
    base = w.address + ("/confluence" if w.flavor == "datacenter" else "/wiki")
    monkeypatch.setenv("CONFLUENCE_URL", base)
    monkeypatch.setenv("CONFLUENCE_TOKEN", "t")
    monkeypatch.chdir(tmp_path)
    words = ("import", "--space", "DOCS", "--output", "out")
    shown = run_cli(*words, "--check", code=10)
    assert "would write  out/one.md" in shown and "One: the paragraph “x”: an address with `javascript:`" in shown
    assert not (tmp_path / "out").exists()
    found = json.loads(run_cli(*words, "--comments", "--format", "json"))
    assert [row["path"] for row in found["pages"]] == ["index.md", "one.md"] and all(
        row["written"] for row in found["pages"]
    )
    assert [(loss["title"], loss["what"]) for loss in found["not_held"]] == [("One", "the paragraph “x”")]
    assert "why?" in (tmp_path / "out/comments.md").read_text()
    assert "2 pages and 2 files of the space DOCS: 0 written" in run_cli(*words, "--comments", "--check")
    assert "not of an import" not in run_cli(*words)
    run_cli("import", code=2)
    run_cli("import", "--page", "nonsense", code=2)
