"""Pull and files: included texts, footnotes, captions; what belongs elsewhere is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pullhelp import change, read, run
from world import World, world

ONE = '# One\n\nBefore.\n\n--8<-- "part.txt"\n\nBehind.\n'
TWO = '# Two\n\n!!! note\n\n    --8<-- "part.txt"\n'
PART = "First of the part.\n\n* red\n* green\n* blue\n\nLast of the part.\n"


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        made.settings = made.settings.replace(dialect="mkdocs", target=request.param)
        made.write({"index.md": "# Home\n", "one.md": ONE, "two.md": TWO, "part.txt": PART})
        made.publish()
        yield made


def kinds(w: World) -> dict[str, str]:
    return {result.action.page.key: result.action.kind for result in w.publish().results}


def pull(w: World, *words: str, code: int = 0) -> str:
    done = run(w, "pull", "--dialect", "mkdocs", *words)
    assert done.exit_code == code, done.output
    return done.stdout


def test_an_edit_in_an_included_text_is_made_in_the_included_file(w: World) -> None:
    change(w, "One", ("First of the part", "The first of the part"), ("Behind.", "Behind it."))
    shown = pull(w, "--check", code=10)
    assert "part.txt" in shown and read(w, "part.txt") == PART
    assert "part.txt  included by one.md" in pull(w)
    assert read(w, "part.txt") == PART.replace("First of", "The first of")
    assert read(w, "one.md") == ONE.replace("Behind.", "Behind it.") and read(w, "two.md") == TWO
    found = kinds(w)
    assert (found["one.md"], found["two.md"]) == ("update", "update") or "withheld" not in found.values()
    assert "The first of the part" in w.page("Two")["body"]


def test_an_edit_in_a_box_around_an_included_text(w: World) -> None:
    change(w, "Two", ("<li><p>green</p></li>", "<li><p>green</p></li><li><p>yellow</p></li>"))
    pull(w)
    assert read(w, "part.txt") == PART.replace("* green\n", "* green\n* yellow\n") and read(w, "two.md") == TWO


def test_edits_of_one_include_on_two_pages_come_together(w: World) -> None:
    change(w, "One", (">red<", ">dark red<"))
    change(w, "Two", (">blue<", ">dark blue<"), ("Last of", "The last of"))
    pull(w)
    text = PART.replace("red", "dark red").replace("blue", "dark blue").replace("Last", "The last")
    assert read(w, "part.txt") == text
    assert "withheld" not in kinds(w).values()
    assert "dark blue" in w.page("One")["body"] and "dark red" in w.page("Two")["body"]


def test_one_line_of_an_include_edited_differently_on_two_pages_is_a_conflict_there(w: World) -> None:
    change(w, "One", (">red<", ">dark red<"))
    change(w, "Two", (">red<", ">light red<"))
    shown = pull(w, code=6)
    assert "part.txt:3: the edits differ" in shown
    marked = (
        "<<<<<<< page of one.md\n* dark red\n||||||| document\n* red\n=======\n* light red\n>>>>>>> page of two.md\n"
    )
    assert read(w, "part.txt") == PART.replace("* red\n", marked)
    w.write({"part.txt": PART.replace("red", "any red")})
    assert "withheld" not in kinds(w).values()
    assert "any red" in w.page("One")["body"] and "any red" in w.page("Two")["body"]


def test_an_included_text_that_is_deleted_from_a_page_is_no_longer_asked_for(w: World) -> None:
    body = str(w.page("One")["body"])
    start, end = body.index("<p>First of"), body.index("<p>Behind.")
    w.edit("One", body[:start] + body[end:])
    pull(w)
    assert read(w, "one.md") == "# One\n\nBefore.\n\nBehind.\n" and read(w, "part.txt") == PART


def test_a_block_that_is_put_behind_an_included_text_belongs_to_the_document(w: World) -> None:
    change(w, "One", ("<p>Behind.</p>", "<p>New.</p><p>Behind.</p>"))
    pull(w)
    assert read(w, "part.txt") == PART and read(w, "one.md") == ONE.replace("Behind.", "New.\n\nBehind.")


def test_what_the_front_matter_makes_is_named(w: World) -> None:
    w.write({"one.md": "---\nconfluence:\n  page_properties: {State: open}\n---\n\n# One\n\nText.\n"})
    w.publish()
    before = read(w, "one.md")
    change(w, "One", (">open<", ">closed<"), ("Text.", "More text."))
    shown = pull(w, code=6)
    assert "one.md:3: an edit is left in Confluence: the table is made from `page_properties`" in shown
    assert read(w, "one.md") == before.replace("Text.", "More text.")


def test_edits_in_footnotes(w: World) -> None:
    text = "# One\n\nA claim[^src] and another[^1].\n\n[^src]: The *first* source,\n    wrapped.\n\nBetween.\n\n[^1]: Other.\n"
    w.write({"one.md": text})
    w.publish()
    change(w, "One", ("source, wrapped", "good source, wrapped"), ("Other.", "Another source."), ("Between.", "Amid."))
    pull(w)
    edited = text.replace("source,\n", "good source,\n").replace("Other.", "Another source.")
    assert read(w, "one.md") == edited.replace("Between.", "Amid.")
    assert "withheld" not in kinds(w).values() and "nothing was changed" in pull(w)


def test_edits_of_captions(w: World) -> None:
    text = '# One\n\n![alt](a.png "Old caption")\n\n![bare](a.png)\n'
    w.write({"one.md": text, "a.png": b"\x89PNG"})
    w.publish()
    change(w, "One", ("Old caption", "New caption"))
    pull(w)
    assert read(w, "one.md") == text.replace("Old caption", "New caption")
    assert "withheld" not in kinds(w).values()


def test_links_of_other_documents_follow_a_retitled_heading_and_page(w: World) -> None:
    w.write(
        {
            "one.md": "# One\n\n[here](#old-part) [self](one.md#one)\n\n## Old part\n\nText.\n\n## Kept {#kept}\n\nText.\n",
            "two.md": "# Two\n\n[a](one.md#old-part), [b][r], `one.md#old-part`, [k](one.md#kept), [t](title:One)\n\n"
            "[r]: one.md#old-part\n",
        }
    )
    w.publish()
    change(w, "One", ("Old part</h2>", "New part</h2>"), ("Kept</h2>", "Kept on</h2>"))
    w.edit("One", str(w.page("One")["body"]))
    page = w.page("One")
    fields = {"title": "The one", "body": None, "version": page["version"] + 1, "message": "", "author": "bob"}
    w.store.update_page(page["id"], fields)
    shown = pull(w)
    assert "two.md  its links follow" in shown
    assert read(w, "one.md") == (
        "# The one\n\n[here](#new-part) [self](one.md#the-one)\n\n## New part\n\nText.\n\n## Kept on {#kept}\n\nText.\n"
    )
    assert read(w, "two.md") == (
        "# Two\n\n[a](one.md#new-part), [b][r], `one.md#old-part`, [k](one.md#kept), [t](title:The%20one)\n\n"
        "[r]: one.md#new-part\n"
    )
    report = w.publish()
    assert [p for p in report.problems if p.code in {"broken-anchor", "hand-edit-kept"}] == []
    assert {r.action.page.key: r.action.kind for r in report.results}["two.md"] == "update"
    assert w.page("Two")["body"].count('ac:anchor="new-part"') == 2
    assert "nothing was changed" in pull(w)


def test_links_in_an_included_file_follow_a_retitled_heading(w: World) -> None:
    w.write(
        {
            "goal.md": "# Goal\n\n## Old part\n\nText.\n",
            "part.txt": PART + "\nSee [it](goal.md#old-part) and `goal.md#old-part`.\n",
        }
    )
    w.publish()
    change(w, "Goal", ("Old part</h2>", "New part</h2>"))
    change(w, "One", ("Behind.", "Behind it."))
    pull(w)
    assert read(w, "goal.md") == "# Goal\n\n## New part\n\nText.\n"
    assert read(w, "part.txt") == PART + "\nSee [it](goal.md#new-part) and `goal.md#old-part`.\n"
    assert (read(w, "one.md"), read(w, "two.md")) == (ONE.replace("Behind.", "Behind it."), TWO)
    report = w.publish()
    assert [p for p in report.problems if p.code in {"broken-anchor", "hand-edit-kept"}] == []
    assert 'ac:anchor="new-part"' in w.page("Two")["body"] and "nothing was changed" in pull(w)
