"""Pages as Markdown on the command line: what was got is put back as it was, on both products, for pages of ours and others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from world import World, world

from publisher.cli.main import cli
from publisher.cli.pagetext import is_text
from publisher.convert.onepage import page_markdown
from publisher.pagetexts import MarkdownText
from publisher.storage import canonical

IMAGE = '<ac:image ac:alt="pic"><ri:attachment ri:filename="i.png" /></ac:image>'
BODY = (
    '<h1>Top</h1><p>Hello <strong>you</strong> and <ac:link><ri:page ri:content-title="Other page" />'
    "<ac:link-body>there</ac:link-body></ac:link></p>{image}"
    '<p><ac:link><ri:attachment ri:filename="f.pdf" /><ac:link-body>the file</ac:link-body></ac:link></p>'
    '<table data-layout="default"><tbody><tr><th><p>a</p></th></tr><tr><td><p>1</p></td></tr></tbody></table>'
    '<ac:structured-macro ac:name="unknown-app"><ac:parameter ac:name="x">1</ac:parameter></ac:structured-macro>'
    "<p>Basic usage of Bearer tokens</p>"  # no credentials
)


@pytest.fixture(params=["cloud", "datacenter"])
def w(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        yield made


def page_of(w: World, body: str = BODY) -> int:
    body = body.replace("{image}", IMAGE if w.flavor == "cloud" else f"<p>{IMAGE}</p>")
    page = int(w.store.create_page(w.space, {"title": "Theirs", "body": body})["id"])
    for name in ("i.png", "f.pdf"):
        w.store.put_attachment(
            page, {"name": name, "media": "image/png", "comment": "", "data": b"\x89PNG"}, replace=False
        )
    return page


def test_what_was_got_is_put_back_as_it_was(w: World, tmp_path: Path) -> None:
    page = page_of(w)
    before = w.store.page(page)["body"]
    text = run(w, "page", "get", str(page), "--body-format", "markdown").stdout
    assert "# Top\n\nHello **you** and [there](title:Other%20page)" in text and "![pic](i.png)" in text
    assert "Basic usage of Bearer tokens\n" in text
    file = tmp_path / "text" / "t.md"
    file.parent.mkdir()
    file.write_text(text)
    done = run(w, "page", "update", str(page), "--markdown", str(file))
    assert done.exit_code == 0 and "nothing has changed" in done.stderr and w.store.page(page)["version"] == 1
    file.write_text(text.replace("**you**", "*you*"))
    assert run(w, "page", "update", str(page), "--markdown", str(file)).exit_code == 0
    stored = w.store.page(page)
    assert (stored["version"], stored["title"]) == (2, "Theirs")
    assert canonical(stored["body"]) == canonical(before.replace("<strong>you</strong>", "<em>you</em>"))


def test_a_new_page_has_the_title_and_the_pictures_of_its_text(w: World, tmp_path: Path) -> None:
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "i.png").write_bytes(b"\x89PNG-1")
    (folder / "t.md").write_text("# A title\n\n![pic](i.png)\n")
    for title in ("", "Given"):
        words = ["--title", title] if title else []
        done = run(w, "page", "create", "--space", "DOCS", "--markdown", str(folder / "t.md"), *words)
        assert done.exit_code == 0, done.stderr
    [first] = [row for row in w.store.pages(["current"]) if row["title"] == "A title"]
    [second] = [row for row in w.store.pages(["current"]) if row["title"] == "Given"]
    assert [file["name"] for file in w.store.attachments(first["id"])] == ["i.png"]
    assert "A title" not in first["body"] and "<h1>A title</h1>" in second["body"]
    (folder / "i.png").write_bytes(b"\x89PNG-2")  # the same words, another picture
    assert run(w, "page", "update", str(first["id"]), "--markdown", str(folder / "t.md")).exit_code == 0
    [file] = w.store.attachments(first["id"])
    assert (
        w.store.attachment_data(first["id"], file["id"])[0] == b"\x89PNG-2"
        and w.store.page(first["id"])["version"] == 1
    )


def test_on_a_page_of_ours_it_is_a_hand_edit_and_comments_stay(w: World, tmp_path: Path) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nSome words that stay, and others.\n"})
    w.publish()
    w.comment("A", "words that stay")
    file = tmp_path / "text" / "t.md"
    file.parent.mkdir()
    file.write_text("Some words that stay, and more.\n")
    done = run(w, "page", "update", str(w.page("A")["id"]), "--markdown", str(file))
    assert done.exit_code == 0 and "hand edit" in done.stderr and "publisher pull a.md" in done.stderr
    assert "inline-comment-marker" in w.page("A")["body"] and "and more" in w.page("A")["body"]
    w.write({"a.md": "# A\n\nSome words that stay, and others again.\n"})
    assert [r.action.kind for r in w.publish().results if r.action.page.key == "a.md"] == ["withheld"]


def test_an_error_in_the_text_writes_nothing(w: World, tmp_path: Path) -> None:
    page = page_of(w, "<p>x</p>")
    file = tmp_path / "text" / "t.md"
    file.parent.mkdir()
    file.write_text("y\n\n<!-- publisher:skip -->\n\nhidden\n")
    done = run(w, "page", "update", str(page), "--markdown", str(file))
    assert done.exit_code == 3 and w.store.page(page)["version"] == 1
    both = run(w, "page", "update", str(page), "--markdown", str(file), "--body", "<p>z</p>")
    assert both.exit_code == 2 and "either" in both.stderr
    assert run(w, "page", "list", "--body-format", "markdown").exit_code == 2


def test_any_body_becomes_markdown() -> None:
    assert page_markdown("<p>a &lt; b</p>") == "a < b\n"
    assert page_markdown("<p>not closed").startswith("```xml")
    assert MarkdownText("x").path is None and is_text({"markdown": "x.md"}) and not is_text({"body": "x"})


def run(w: World, *words: str) -> Result:
    environment = {
        "CONFLUENCE_URL": w.address + ("/confluence" if w.flavor == "datacenter" else ""),
        "CONFLUENCE_USER": "u",
        "CONFLUENCE_TOKEN": "t0ken",
    }
    result = CliRunner().invoke(cli, [*words], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
