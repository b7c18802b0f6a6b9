"""Conversion of any text: always well-formed, never an exception."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pieces import PIECES

from publisher.markdown.dialects import SYNTAXES
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.options.pages import TreeOptions
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.render.options import RenderOptions
from publisher.render.page import render_pages
from publisher.storage import PRODUCTS, canonical

EVERYTHING = Grammar(frozenset(SYNTAXES), {"ada": "5:1"}, frozenset({"ABC"}), {"version": "1"})


def convert_text(text: str, name: str) -> str:
    document = parse_document("a.md", text.encode(), EVERYTHING)
    if not document.readable:
        return ""
    root = Path("/nowhere")
    tree = build_pagetree(SourceTree(root, (SourceFile("a.md", root),), {}, {}), [document], TreeOptions())
    rendered = render_pages(tree, options=RenderOptions(PRODUCTS[name]))
    found = [str(problem) for problem in rendered.problems]
    assert [text for text in found if "not-well-formed" in text or "storage-violation" in text] == []
    return rendered.pages["a.md"].body


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from([*PRODUCTS]))
def test_any_nesting_of_syntaxes_is_well_formed(text: str, product: str) -> None:
    body = convert_text(text, product)
    canonical(body)
    assert convert_text(text, product) == body  # the same bytes every time


@given(
    st.text(max_size=300) | st.text("<>/=\"' abdiltrvuop\n&;-![]{}:|*_`~", max_size=300),
    st.sampled_from([*PRODUCTS]),
)
def test_any_text_is_well_formed(text: str, product: str) -> None:
    canonical(convert_text(text, product))


def test_every_line_of_a_problem_is_a_line_of_the_text() -> None:
    text = "# A\n\n!!! note\n    [x](gone1.md)\n\n::: tip\n\n- a\n- > [y](gone2.md)\n:::\n\nt\n: [z](gone3.md)\n\n| h |\n|---|\n| [w](gone4.md) |\n"
    document = parse_document("a.md", text.encode(), EVERYTHING)
    lines = text.split("\n")
    assert len(document.links) == 4
    assert all(link.href in lines[link.line - 1] for link in document.links)
