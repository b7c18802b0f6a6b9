"""merging/align and merging/tokens: which block is which, and an edit of one wording carried over to another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.merging.align import Pair, align_blocks, likeness
from publisher.merging.tokens import NotFound, carry_over, tokenise
from publisher.model.document import Block, Heading, Paragraph
from publisher.model.inlines import Text

NOTHING = re.compile(r"(?!)")


def said(*texts: str) -> tuple[Block, ...]:
    return tuple(Paragraph((Text(text),), 1) for text in texts)


def pairs(old: tuple[Block, ...], new: tuple[Block, ...]) -> list[tuple[int | None, int | None]]:
    return [(pair.old, pair.new) for pair in align_blocks(old, new)]


def test_equal_blocks_are_found_around_what_came_and_went() -> None:
    old = said("the first one", "the second one", "and a third")
    new = said("entirely other words", "the first one", "and a third")
    assert pairs(old, new) == [(None, 0), (0, 1), (1, None), (2, 2)]


def test_a_changed_block_is_the_one_it_shares_most_words_with() -> None:
    old = said("apples are red and sweet", "pears are green and soft")
    new = said("something quite different stands here", "apples are red and sour", "pears are green and hard")
    assert pairs(old, new) == [(None, 0), (0, 1), (1, 2)]


def test_a_block_of_another_kind_is_another_block() -> None:
    heading: Block = Heading(2, (Text("the first one"),), "", 1)
    assert likeness(heading, said("the first one")[0]) == 0.0
    assert sorted(pairs((heading,), said("the first one")), key=str) == [(0, None), (None, 0)]


@given(st.lists(st.sampled_from("abcde"), max_size=7), st.lists(st.sampled_from("abcde"), max_size=7))
def test_each_block_stands_in_one_pair_in_order(old: list[str], new: list[str]) -> None:
    found = align_blocks(said(*old), said(*new))
    assert [pair.old for pair in found if pair.old is not None] == list(range(len(old)))
    assert [pair.new for pair in found if pair.new is not None] == list(range(len(new)))
    assert Pair(None, None) not in found


@given(st.text(alphabet="ab \n>*.", max_size=30))
def test_tokens_make_up_the_text_without_a_gap(text: str) -> None:
    assert "".join(token.text for token in tokenise(text)) == text


def edited(source: str, base: str, other: str, protected: re.Pattern[str] = NOTHING) -> str:
    for edit in sorted(carry_over(source, base, other, protected), key=lambda edit: -edit.start):
        source = source[: edit.start] + edit.new + source[edit.end :]
    return source


def test_an_edit_is_carried_over_to_a_text_that_is_wrapped_and_marked() -> None:
    source = "This *long* paragraph\n> is wrapped by its author."
    assert edited(
        source, "This long paragraph is wrapped by its author.", "This long text is wrapped by its author."
    ) == ("This *long* text\n> is wrapped by its author.")


def test_what_is_protected_or_has_no_place_is_not_edited() -> None:
    with pytest.raises(NotFound):
        edited("It is {{ version }} now", "It is 1.2 now", "It is gone now", re.compile(r"\{\{.*?\}\}"))
    shown = edited("It is {{ version }} now", "It is {{ version }} now", "It is gone now", re.compile(r"\{\{.*?\}\}"))
    assert shown == "It is gone now"  # the page shows the braces: they are text
    with pytest.raises(NotFound):
        edited("said in one way", "put into other terms altogether", "put into new terms altogether")


@pytest.mark.parametrize(
    ("source", "base", "other", "becomes"),
    [
        ("one two", "one two", "zero one two", "zero one two"),
        ("one two", "one two", "one and two", "one and two"),
        ("see [two][r] now", "see [two](x.md) now", "see [two](x.md) right now", "see [two][r] right now"),
        ("see [two][r]", "see [two](x.md)", "see [two](x.md) now", "see [two][r] now"),
        ("", "", "new", "new"),
        ("one\ntwo", "one two", "one two three", "one\ntwo three"),
    ],
)
def test_words_are_put_in_where_they_belong(source: str, base: str, other: str, becomes: str) -> None:
    assert edited(source, base, other) == becomes


def test_what_was_in_another_line_has_no_place() -> None:
    with pytest.raises(NotFound):
        edited("nothing alike", "first\nsecond", "first\nsecond third")
