"""Block HTML of a document, and the Markdown between its tags, becomes nodes that belong to the document."""

import re
from collections.abc import Mapping, Sequence

from publisher.markdown.builder import Builder
from publisher.markdown.confluence import MACRO_WORDS
from publisher.markdown.frames import Frame, cell_of
from publisher.markdown.gathered import Token
from publisher.markdown.html import HtmlTree
from publisher.markdown.structure import mask_spans
from publisher.model.document import Cell

#: Elements that a cell of a table in Markdown holds as they are; other HTML in it becomes a line.
_END = re.compile(r"</([A-Za-z][\w-]*)")
_IN_CELL = re.compile(r"<(?:(?:pre|details|blockquote|dl|figure|center)\b|(?:div|p|h[1-6])\b[^<>]*\balign\b)", re.I)


def find_ends(tokens: Sequence[Token]) -> Mapping[str, int]:
    """The elements that end somewhere in block HTML → the last token where they do; none where there is no block HTML."""
    found: dict[str, int] = {}
    if not any(token["type"] == "block_html" for token in tokens):  # nothing begins that could end
        return found
    for index, token in enumerate(tokens):
        if "</" in (html := end_tags(token)):
            found |= dict.fromkeys((name.lower() for name in _END.findall(html)), index)
    return found


def end_tags(token: Token) -> str:
    """The HTML of a token that may end elements around it: block HTML, and a paragraph of nothing but end tags."""
    if token["type"] == "block_html":
        return str(token["raw"])
    children = token.get("children", ())
    if token["type"] != "paragraph" or not all(str(child.get("raw", "")).startswith("</") for child in children):
        return ""
    return "".join(child["raw"] for child in children)


def is_macro_word(token: Token) -> bool:
    """Whether HTML stands for a macro: ``<!-- toc -->``."""
    return token["raw"].strip().lower() in MACRO_WORDS


def build_cell(builder: Builder, source: str, align: str | None, line: int) -> Cell | None:
    """A cell of a Markdown table that holds block HTML, or HTML that is centred or on the right; None for every other."""
    if "<" not in source or not _IN_CELL.search(mask_spans(source)):
        return None
    tree = HtmlTree(builder, line, markdown=True)
    tree.feed(source, line)
    frame = Frame("td", {"align": align or ""}, line, blocks=tree.finish())
    return cell_of(frame)
