"""Text that is nested deeper than anybody reads: a page, never an exception."""

from collections.abc import Callable

import pytest

from publisher.model.problem import Problem

Convert = Callable[..., tuple[str, list[Problem]]]

DEEP = {
    "tables": "<table><tr><td>" * 71 + "shown",
    "details": "<details>" * 99 + "shown",
    "details around Markdown": "<details>\n\n" * 99 + "shown",
    "elements": "<div>" * 500 + "shown",
    "lists of HTML": "<ul><li>" * 200 + "shown",
    "marks of HTML": "<b>" * 2000 + "shown",
    "quotes": "> " * 500 + "shown",
    "items": "- " * 500 + "shown",
    "links": "[" * 500 + "shown" + "](https://e.org)" * 500,
    "marks": "*a **b " * 500 + "shown",
    "containers": "::: note\n" * 99 + "shown",
    "definition lists": "<dl><dt>" * 99 + "shown",
    "a section of a strange name": "<div><![x y> shown",
    "CDATA that is never closed": "<div><![CDATA[ " * 50 + "shown",
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("product", ["cloud", "datacenter"])
def test_what_is_nested_too_deep_is_a_page(name: str, product: str, convert: Convert) -> None:
    assert "shown" in convert(DEEP[name], product=product)[0]
