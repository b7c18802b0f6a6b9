"""What people changed on a page becomes the smallest edit of its document."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.convert.pulling import PulledDocument, pull_documents
from publisher.convert.pullwork import PageEdit
from publisher.merging.merge import Resolution
from publisher.model.settings import Settings

TEXT = """---
title: Guide
order: 3   # kept
---

<!-- a comment -->
This paragraph is wrapped by
its *author* at some column, with a [link][r]
and `code`.

[r]: https://e.org/long

* first item
* second
  item, wrapped

    1. nested

| Key     | Value |
|---------|------:|
| a       |     1 |
| b       |     2 |

Heading
-------

!!! note "Mind"

    Some text with {{ version }} in it.

```python title="x.py"
a = 1
b = 2
```

Last words.
"""


class World:
    """One document, its page, and what people make of the page."""

    def __init__(self, root: Path, text: str = TEXT) -> None:
        self.text, self.file = text, root / "guide.md"
        self.file.write_text(text, encoding="utf-8")
        self.settings = Settings.of(root, dialect="mkdocs", banner="off", variables={"version": "1.2"}, gitignore=False)
        self.body = self.render(text)

    def render(self, text: str) -> str:
        self.file.write_text(text, encoding="utf-8")
        return convert(self.settings).rendered.pages["guide.md"].body

    def pull(
        self, *changes: tuple[str, str], source: str = "", resolution: Resolution = Resolution.MARKERS
    ) -> PulledDocument:
        """``changes``: (old, new) pieces of the stored body. ``source``: the document now, if it changed too."""
        stored = self.body
        for old, new in changes:
            assert stored.count(old) == 1, (old, stored)
            stored = stored.replace(old, new)
        self.file.write_text(source or self.text, encoding="utf-8")
        edits = {"guide.md": PageEdit(self.body, stored)}
        return pull_documents(convert(self.settings), self.settings, edits, "mkdocs", resolution).documents["guide.md"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("at some column", "at any column", "at some column", "at any column"),
        ("is wrapped by", "is broken into lines by", "is wrapped by\n", "is broken into lines by\n"),
        ("<em>author</em>", "<em>writer</em>", "*author*", "*writer*"),
        ("<em>author</em>", "<strong>author</strong>", "*author*", "**author**"),
        ("and <code>code</code>.", "and <code>more</code> code.", "and `code`.", "and `more` code."),
        ("<p>second item, wrapped</p>", "<p>second entry, wrapped</p>", "* second\n  item", "* second\n  entry"),
        (
            "<li><p>first item</p></li>",
            "<li><p>first item</p></li><li><p>new</p></li>",
            "* first item\n",
            "* first item\n* new\n",
        ),
        ("<li><p>first item</p></li>", "", "* first item\n", ""),
        (">1</p>", ">10</p>", "| a       |     1 |", "| a       |     10 |"),
        ("Heading</h2>", "A heading</h2>", "Heading\n-------", "A heading\n-------"),
        ("<strong>Mind</strong>", "<strong>Mind this</strong>", '"Mind"', '"Mind this"'),
        ("Some text with", "Much text with", "    Some text with {{", "    Much text with {{"),
        ("a = 1", "a = 3", "a = 1", "a = 3"),
        ("<p>Last words.</p>", "", "\nLast words.\n", ""),
        (
            "<p>Last words.</p>",
            '<p style="text-align: center;">Last words.</p>',
            "\nLast words.\n",
            '\n<p align="center">Last words.</p>\n',
        ),
        (
            "<p>Last words.</p>",
            '<p>Last words.</p><p style="text-align: right;">On <time datetime="2026-01-02"/></p>',
            "Last words.\n",
            'Last words.\n\n<div align="right">\n\nOn {date:2026-01-02}\n\n</div>\n',
        ),
        ("<p>Last words.</p>", "<p>Last words.</p><p>One more.</p>", "Last words.\n", "Last words.\n\nOne more.\n"),
    ],
)
def test_only_what_was_changed_is_changed(world: World, old: str, new: str, before: str, after: str) -> None:
    pulled = world.pull((old, new))
    assert TEXT.count(before) == 1
    assert pulled.text == TEXT.replace(before, after)
    assert (pulled.same, pulled.conflicts, pulled.refused) == (True, (), ())


def test_nothing_is_edited_if_nothing_was_changed(world: World) -> None:
    assert world.pull() == PulledDocument(TEXT, same=True)


def test_several_edits_stand_each_in_its_place(world: World) -> None:
    pulled = world.pull(("first item", "first entry"), ("b = 2", "b = 4"), ("Last words.", "The last words."))
    changed = [(a, b) for a, b in zip(TEXT.split("\n"), pulled.text.split("\n"), strict=True) if a != b]
    assert changed == [("* first item", "* first entry"), ("b = 2", "b = 4"), ("Last words.", "The last words.")]


def test_what_stands_in_a_variable_is_not_touched_and_named(world: World) -> None:
    pulled = world.pull(("with 1.2 in it", "with 1.3 in it"))
    assert pulled.text == TEXT
    [(line, why)] = pulled.refused
    assert (
        TEXT.split("\n")[line - 1].startswith("!!! note")
        and why == "it may be the value of `version`: change that in `variables` in publisher.yml"
    )


def test_both_sides_changed_different_blocks(world: World) -> None:
    source = TEXT.replace("* first item", "* our first item").replace("Last words.", "Our last words.")
    pulled = world.pull(("b = 2", "b = 4"), ("second item", "their second item"), source=source)
    assert pulled.conflicts == ()
    assert pulled.text == source.replace("b = 2", "b = 4").replace("* second\n  item", "* their second\n  item")


def test_the_same_change_on_both_sides_is_merged(world: World) -> None:
    source = TEXT.replace("Last words.", "The very last words.")
    pulled = world.pull(("Last words.", "The very last words."), source=source)
    assert (pulled.text, pulled.conflicts) == (source, ())


def test_a_unit_that_both_sides_changed_is_a_conflict_with_standard_markers(world: World) -> None:
    source = TEXT.replace("Last words.", "Our last words.")
    changes = (("Last words.", "Their last words."), ("b = 2", "b = 4"))
    pulled = world.pull(*changes, source=source)
    marked = "<<<<<<< document\nOur last words.\n||||||| published\nLast words.\n=======\nTheir last words.\n>>>>>>> Confluence\n"
    assert pulled.text == source.replace("b = 2", "b = 4").replace("Our last words.\n", marked)
    [line] = pulled.conflicts
    assert source.split("\n")[line - 1] == "Our last words."
    theirs = world.pull(*changes, source=source, resolution=Resolution.THEIRS)
    assert theirs.text == TEXT.replace("b = 2", "b = 4").replace("Last words.", "Their last words.")
    ours = world.pull(*changes, source=source, resolution=Resolution.OURS)
    assert ours.text == source.replace("b = 2", "b = 4")


def test_what_we_deleted_and_they_changed_is_a_conflict_and_not_lost(world: World) -> None:
    source = TEXT.replace("\nLast words.\n", "")
    pulled = world.pull(("Last words.", "Their last words."), source=source)
    assert "=======\nTheir last words.\n>>>>>>> Confluence" in pulled.text and len(pulled.conflicts) == 1


def test_text_of_an_included_file_is_left_as_it_is_in_the_document(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("Included words.\n", encoding="utf-8")
    world = World(tmp_path, '# Guide\n\nBefore.\n\n--8<-- "part.md"\n\nBehind.\n')
    pulled = world.pull(("Included words.", "Other words."), ("Behind.", "Behind it."))
    assert pulled.text == '# Guide\n\nBefore.\n\n--8<-- "part.md"\n\nBehind it.\n'
    assert not pulled.refused


def test_signs_that_the_page_shows_are_text(tmp_path: Path) -> None:
    """In code braces, comments and includes are what they look like: such a block can go, and can be edited."""
    code = '# Guide\n\nOne.\n\n```yaml title="a.yml"\nkey: {{ other }} # <!-- x -->\n```\n\n```sh\n{{#include gone.sh}}\n```\n\nLast.\n'
    world = World(tmp_path, code)
    pulled = world.pull(("key: {{ other }}", "key: {{ more }}"))
    assert pulled.text == code.replace("other", "more") and not pulled.refused
    start, end = world.body.index("<p><strong>a.yml"), world.body.index("<p>Last")
    gone = world.pull((world.body[start:end], ""))
    assert gone.text == "# Guide\n\nOne.\n\nLast.\n" and not gone.refused


def test_what_both_changed_alike_is_no_conflict_beside_other_changes(world: World) -> None:
    source = TEXT.replace("* first item", "* our item").replace("  item, wrapped", "  item, unwrapped")
    pulled = world.pull(("first item", "our item"), ("nested", "deeply nested"), source=source)
    assert pulled.conflicts == () and pulled.text == source.replace("1. nested", "1. deeply nested")


@pytest.mark.parametrize("before", [True, False])
def test_a_new_list_beside_a_list_stays_one_of_its_own(tmp_path: Path, before: bool) -> None:
    world = World(tmp_path, "# Guide\n\nOne.\n\n- a\n- b\n\nLast.\n")
    new = "<ul><li><p>new</p></li></ul>"
    old = next(part for part in ("<ul><li><p>a</p></li><li><p>b</p></li></ul>",) if part in world.body)
    pulled = world.pull((old, new + old if before else old + new))
    lists = ("- new", "- a\n- b") if before else ("- a\n- b", "- new")
    assert pulled.text == f"# Guide\n\nOne.\n\n{lists[0]}\n\n<!-- -->\n\n{lists[1]}\n\nLast.\n" and pulled.same


def test_lists_stay_two_where_the_text_between_them_is_deleted(tmp_path: Path) -> None:
    world = World(tmp_path, "# Guide\n\n- a\n\nBetween.\n\n- b\n")
    pulled = world.pull(("<p>Between.</p>", ""))
    assert pulled.text == "# Guide\n\n- a\n\n<!-- -->\n\n- b\n" and pulled.same


def test_a_title_of_code_is_edited_where_it_is_a_line_of_the_page(tmp_path: Path) -> None:
    text = '# Guide\n\n``` markdown title="Old title of it"\n!!! note "Title of it"\n```\n'
    world = World(tmp_path, text)
    assert "<strong>Old title of it</strong>" in world.body
    assert world.pull(("<strong>Old title", "<strong>New title")).text == text.replace("Old", "New")
    assert world.pull(("<p><strong>Old title of it</strong></p>", "")).text.count("title=") == 0


def test_a_footnote_that_is_deleted_with_its_reference(tmp_path: Path) -> None:
    text = "# Guide\n\nOne[^a] and two[^b].\n\n[^a]: First.\n\n[^b]: Second.\n"
    world = World(tmp_path, text)
    item = next(part + "</li>" for part in world.body.split("</li>") if "First." in part)
    item = item[item.index("<li>") :]
    place = world.body.index("One") + 3
    mark = world.body[place : world.body.index("</sup>", place) + len("</sup>")]
    pulled = world.pull((item, ""), (f"One{mark}", "One"))
    assert pulled.text == "# Guide\n\nOne and two[^b].\n\n[^b]: Second.\n" and not pulled.refused


@pytest.mark.parametrize(
    ("text", "files", "old", "new", "edited"),
    [
        (
            '--8<-- "p.txt:one"\n',
            {"p.txt": "x\n# --8<-- [start:one]\nOne.\n# --8<-- [end:one]\n"},
            "One.",
            "Two.",
            "p.txt",
        ),
        ('```py\n--8<-- "p.py"\n```\n', {"p.py": "a = 1\nb = 2\n"}, "b = 2", "b = 3", "p.py"),
        ('--8<-- "p.txt"\n', {"p.txt": '--8<-- "q.txt"\n\nTwo.\n', "q.txt": "Deep.\n"}, "Deep.", "Deeper.", "q.txt"),
        ("--8<--\np.txt\nq.txt\n--8<--\n", {"p.txt": "One.\n", "q.txt": "\nTwo.\n"}, "Two.", "More.", "q.txt"),
        ('--8<-- "e.txt"\n\n--8<-- "p.txt"\n', {"e.txt": "", "p.txt": "One.\n"}, "One.", "Two.", "p.txt"),
        ('- item\n\n    --8<-- "p.txt"\n\n- other\n', {"p.txt": "In the list.\n"}, "In the", "Within the", "p.txt"),
        ('--8<-- "t.md"\n', {"t.md": "| x | y |\n|---|---|\n| 1 | 2 |\n"}, "<p>2</p>", "<p>3</p>", "t.md"),
    ],
)
def test_includes_of_each_kind(
    tmp_path: Path, text: str, files: dict[str, str], old: str, new: str, edited: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    world = World(tmp_path, f"# Guide\n\nBefore.\n\n{text}\nBehind.\n")
    stored = world.body.replace(old, new)
    assert world.body.count(old) == 1
    edits = {"guide.md": PageEdit(world.body, stored)}
    pulls = pull_documents(convert(world.settings), world.settings, edits, "mkdocs")
    assert pulls.documents["guide.md"].text == world.text and pulls.documents["guide.md"].same
    [found] = pulls.included
    plain = (old.removeprefix("<p>").removesuffix("</p>"), new.removeprefix("<p>").removesuffix("</p>"))
    assert (found.path.name, found.text) == (edited, files[edited].replace(*plain))


def test_a_file_of_another_repository_is_not_edited(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    (tmp_path / "sub" / "p.txt").write_text("One.\n", encoding="utf-8")
    world = World(tmp_path, '# Guide\n\n--8<-- "sub/p.txt"\n\nBehind.\n')
    edits = {"guide.md": PageEdit(world.body, world.body.replace("One.", "Two.").replace("Behind.", "Behind it."))}
    pulls = pull_documents(convert(world.settings), world.settings, edits, "mkdocs")
    found = pulls.documents["guide.md"]
    assert pulls.included == () and found.text == world.text.replace("Behind.", "Behind it.")
    assert found.refused == ((3, '`--8<-- "sub/p.txt"` gives it, which cannot be edited from here'),)
