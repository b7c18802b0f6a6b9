"""Marks end before what they are lost on, and begin again behind it."""

import pytest

from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteRef,
    Image,
    Inline,
    Link,
    Mark,
    Mention,
    Status,
    Text,
)
from publisher.render.marks import fit_line, words_of

A, B, C = Text("a "), Code("b"), Text(" c")
IMAGE = Image("https://e.org/i.png", "", "", 1)


def strong(*nodes: Inline) -> Mark:
    return Mark("strong", nodes)


def link(*nodes: Inline) -> Link:
    return Link("u", nodes, 1)


@pytest.mark.parametrize(
    ("given", "fitted"),
    [
        ([strong(A, B, C)], [strong(A), B, strong(C)]),
        ([strong(Mark("em", (A, B)), C)], [strong(Mark("em", (A,))), B, strong(C)]),
        ([strong(B, Text(" "), B)], [B, Text(" "), B]),
        ([strong(link(A, B))], [strong(link(A)), link(B)]),
        ([link(A, B)], [link(A, B)]),
        ([link(strong(A, B))], [link(strong(A), B)]),
        ([Coloured("#ff0000", (A, B))], [Coloured("#ff0000", (A,)), B]),
        ([Mark("em", (A, Break(), C))], [Mark("em", (A,)), Break(), Mark("em", (C,))]),
        ([strong(A, Date("2026-01-31"))], [strong(A), Date("2026-01-31")]),
        ([strong(A, FootnoteRef(1, 1))], [strong(A), FootnoteRef(1, 1)]),
        ([strong(A, Anchor("gone"), C)], [strong(A, C)]),
        ([strong(A, Anchor("kept", kept=True), C)], [strong(A), Anchor("kept", kept=True), strong(C)]),
        ([link(A, Status("x", "Red"))], [link(A), Status("x", "Red")]),
        ([link(Status("x", "Red"))], [link(Text("x"))]),
        ([link(Mention("ada", "5"))], [link(Text("ada"))]),
        ([link(Link("v", (A,), 1))], [link(A)]),
        ([link(A, Break(), C)], [link(A), Break(), link(C)]),
        ([link()], [link()]),
        ([IMAGE], [Link("!https://e.org/i.png", (Text("i.png"),), 1)]),
        ([link(IMAGE)], [link(Text("i.png"))]),
        ([strong(A, A)], [strong(A, A)]),
    ],
)
def test_lines(given: list[Inline], fitted: list[Inline]) -> None:
    assert fit_line(given, words_of) == fitted
    assert fit_line(fitted, lambda image: "") == fitted  # what fits stays


def test_an_image_that_the_line_can_hold_stays() -> None:
    assert fit_line([strong(A, IMAGE)], lambda image: "") == [strong(A), IMAGE]


def test_anchors_that_are_linked_to_stay() -> None:
    assert fit_line([Anchor("here"), A], words_of, {"here"}) == [Anchor("here"), A]
