"""Colours of HTML are kept."""

from collections.abc import Callable

import pytest

from publisher.markdown.colours import read_colour
from publisher.model.problem import Problem

Convert = Callable[..., tuple[str, list[Problem]]]


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("red", "#ff0000"), (" Red ", "#ff0000"), ("#0f0", "#00ff00"), ("#A1B2C3", "#a1b2c3"), ("#a1b2c380", "#a1b2c3"),
        ("rgb(1, 2,3)", "#010203"), ("rgba(1, 2, 3, 0.5)", "#010203"), ("rgb(1 2 3 / 50%)", "#010203"),
        ("rgb(1,2,300)", ""), ("nope", ""), ("var(--x)", ""), ("", ""), ("#ab", ""),
    ],
)  # fmt: skip
def test_a_colour_is_read(text: str, colour: str) -> None:
    assert read_colour(text) == colour


@pytest.mark.parametrize("product", ["cloud", "datacenter"])
@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('<span style="color:red">a **b**</span>', '<span style="color: rgb(255,0,0);">a <strong>b</strong></span>'),
        ('<font color="#00f">x</font>', '<span style="color: rgb(0,0,255);">x</span>'),
        ('<span style="background: yellow">y</span>', '<span style="background-color: rgb(255,255,0);">y</span>'),
        ('<span class="c">z</span> <span style="color:nope">w</span>', "z w"),
    ],
)
def test_colours_are_kept(text: str, body: str, product: str, convert: Convert) -> None:
    assert convert(text, product=product) == (f"<p>{body}</p>", [])
