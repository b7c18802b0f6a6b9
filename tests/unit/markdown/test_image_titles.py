"""A title is a caption, or a notice says that it is not shown."""

from collections.abc import Callable

import pytest

from publisher.model.problem import Problem

Convert = Callable[..., tuple[str, list[Problem]]]

_URL = "https://e.org/i.png"


@pytest.mark.parametrize("product", ["cloud", "datacenter"])
@pytest.mark.parametrize(
    "text", ["text {} more", "x\n\n# H {}", "- a {}", "| a {} |\n|---|\n", "**{}** x", "- [ ] a {}"]
)
def test_a_title_that_a_line_cannot_show_is_told(text: str, product: str, convert: Convert) -> None:
    body, problems = convert(text.format("![alt](data.png 'the title')"), product=product)
    told = [item.message for item in problems if item.code == "other-form"]
    assert ("the title" in body) != any("the title" in message for message in told)


def test_a_title_that_says_what_the_text_says_is_not_told(convert: Convert) -> None:
    _, problems = convert(f'text ![same]({_URL} "same") more')
    assert [item for item in problems if item.code == "other-form"] == []
