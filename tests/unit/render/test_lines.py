"""render/forms: what stands in a place that holds less is written as lines, with its words once and in order."""

import pytest

from publisher.model.document import Block, Cell, Heading, ListBlock, ListItem, Paragraph, Rule, Storage, Table
from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteBack,
    FootnoteRef,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Math,
    Mention,
    Status,
    Text,
)
from publisher.render import forms

PICTURE = Image("p.png", "picture", "", 1)


def words(text: str) -> Paragraph:
    return Paragraph((Text(text),), 1)


def items(*children: tuple[Block, ...], checked: bool | None = None) -> ListBlock:
    return ListBlock(False, 1, tuple(ListItem(child, checked, 1) for child in children), 1)


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (Text("a"), "a"), (Code("b"), "b"), (Mark("em", (Text("c"),)), "c"), (Coloured("#0000ff", (Text("d"),), background=False), "d"),
        (Link("x.md", (Text("e"),), 1), "e"), (Break(), " "), (Status("f", "Red"), "f"), (Date("2026-01-31"), "2026-01-31"),
        (Mention("ada", "5:1"), "ada"), (Issue("ABC-1"), "ABC-1"), (Math("x^2"), "x^2"), (PICTURE, "picture"), (FootnoteRef(2, 1), "2"),
        (FootnoteBack(1, 1), ""), (Anchor("g"), ""), (InlineStorage("<time/>"), ""),
    ],
)  # fmt: skip
def test_the_words_of_a_line(node: Inline, said: str) -> None:
    assert forms.text_of((node,)) == said


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        (words("x"), True), (words(" "), False), (Paragraph((PICTURE,), 1), True), (Heading(1, (), "", 1), False), (Rule(1), True),
        (items((words("x"),)), True), (items((words(""),)), False), (Table((), (), 1), False),
        (Table((Cell((Text("x"),), None),), (), 1), True), (Storage(" ", 1), False), (Storage("<p/>", 1), True),
    ],
)  # fmt: skip
def test_what_a_reader_sees(block: Block, shown: bool) -> None:
    assert forms.has_content(block) is shown


def test_a_list_as_lines() -> None:
    nested = items((words("a"), items((words("b"),))), (words("c"),))
    lines = forms.list_lines(nested)
    assert [forms.text_of(line) for line in lines] == ["• a", "• b", "• c"] and forms.is_lines(nested)
    assert forms.text_of(forms.join_lines(lines)) == "• a • b • c"
    assert not forms.is_lines(items((Rule(1),))) and not forms.is_lines(words("x"))
    assert forms.list_lines(items((Rule(1),))) == []


def test_a_box_of_a_list_of_text_is_a_character() -> None:
    boxed = forms.put_boxes(
        items((words("a"),), (Rule(1),), (Paragraph((PICTURE,), 1),), (Paragraph((), 1),), checked=True)
    )
    assert [item.checked for item in boxed.items] == [None] * 4
    first = [item.children[0] for item in boxed.items]
    assert [forms.text_of(block.children) for block in first if isinstance(block, Paragraph)] == ["☑ a", "☑", "☑", "☑"]
    assert len(boxed.items[1].children) == 2
    plain = items((words("a"),))
    assert forms.put_boxes(plain) is plain and forms.put_box(plain.items[0]) is plain.items[0]


def test_a_table_as_a_list() -> None:
    cell = Cell((), None, blocks=(words("x"),))
    tall = Cell((), None, blocks=(words("y"), items((words("z"),))))
    [found] = forms.table_rows(Table((Cell((Text("h"),), None), Cell((), None)), ((cell, tall),), 1))
    assert isinstance(found, ListBlock) and len(found.items) == 2
    assert [type(block).__name__ for block in found.items[1].children] == ["Paragraph", "Paragraph", "ListBlock"]
    assert forms.table_rows(Table((), (), 1)) == []


def test_captions_titles_and_shifted_lines() -> None:
    assert forms.is_captioned(Paragraph((Image("p.png", "", "title", 1),), 1)) and not forms.is_captioned(Rule(1))
    assert [getattr(block, "indent", None) for block in forms.shift([words("x"), Rule(1)])] == [1, None]
