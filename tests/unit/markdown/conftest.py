"""One document as the page that it becomes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar, Reader, read_nothing
from publisher.markdown.parse import parse_document
from publisher.model.options.pages import TreeOptions
from publisher.model.problem import Problem
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.render.options import RenderOptions
from publisher.render.page import render_pages
from publisher.storage import PRODUCTS

Convert = Callable[..., tuple[str, list[Problem]]]


@pytest.fixture
def convert() -> Convert:
    """(body, problems) of a text. Every body is checked: no violation is accepted."""

    def to_storage(
        text: str, dialect: str = "gfm", *, product: str = "cloud", compat: str = "none", read: Reader = read_nothing
    ) -> tuple[str, list[Problem]]:
        document = parse_document("a.md", text.encode(), Grammar(DIALECTS[dialect], compat=compat), read)
        root = Path("/nowhere")
        source = SourceTree(root, (SourceFile("a.md", root),), {}, {})
        rendered = render_pages(
            build_pagetree(source, [document], TreeOptions()),
            options=RenderOptions(PRODUCTS[product]),
        )
        assert not [item for item in rendered.problems if item.code in {"storage-violation", "not-well-formed"}]
        return rendered.pages["a.md"].body, [*document.problems, *rendered.problems]

    return to_storage
