"""``<div markdown="1">``: Markdown between tags without blank lines, as Python-Markdown and kramdown have it."""

import re
from textwrap import dedent
from typing import Any

from publisher.markdown.elements import BLOCKS, FRAMES
from publisher.markdown.lines import LineState, nested_rules
from publisher.markdown.pairs import pair_tags
from publisher.markdown.structure import mask_code
from publisher.markdown.tags import Kind, read_tag

#: In every text that holds code, or what is treated like it.
_CODE = re.compile(r"[`~]|<(?:!--|(?:pre|script|style|textarea)\b)", re.I)
#: Elements that hold a line, so that no block begins in them.
_LINES = {"p", "summary", "figcaption", "caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "li"}


def _find_end(state: LineState, start: int) -> tuple[int, int]:
    """Where the content of the element at ``start`` ends, and where it ends itself; zeros for one without an end."""
    if state.elements is None:
        state.elements = pair_tags(state.src)
    found = state.elements.get(start, (0, 0))
    if found[1] and not _CODE.search(state.src, start, found[1]):
        return found
    # Tags in code are none. An end tag that begins a line most often counts: then only the element's own text is scanned.
    line, last = (state.src.rfind("\n", 0, place) + 1 for place in (start, found[0]))
    if state.pairs is None and found[1] and not state.src[last : found[0]].strip(" \t"):
        alone = pair_tags(mask_code(state.src[line : found[1]], indented_code=False)).get(start - line)
        if alone == (found[0] - line, found[1] - line):
            return found
    if state.pairs is None:
        state.pairs = pair_tags(mask_code(state.src, indented_code=False))
    return state.pairs.get(start, (0, 0))


def parse_markdown_element(block: Any, start: int, state: LineState) -> int | None:
    """Appends the tokens of the element that begins at ``start``: its tags, and the Markdown between them.

    None for an element without the attribute, without an end, or deeper than a text may be nested; what holds a line is left to the reader of HTML.
    """
    piece = read_tag(state.src, start)
    if piece is None or piece.kind is not Kind.OPEN or piece.attributes.get("markdown", "0") in {"0", "span"}:
        return None
    if piece.name not in BLOCKS or piece.name in _LINES or state.depth() >= block.max_nested_level - 1:
        return None
    inner = start + len(piece.raw)
    end, behind = _find_end(state, start)
    if behind == 0:
        return None
    line_end = state.src.find("\n", behind)
    line_end = len(state.src) if line_end < 0 else line_end + 1
    state.append_token({"type": "block_html", "raw": piece.raw, "line": state.line_at(start)})
    text = dedent(state.src[inner:end])
    child = state.child_state(text if text.endswith("\n") else text + "\n")
    child.first_line = state.line_at(inner)
    block.parse(child, nested_rules(block, state))
    for token in child.tokens:
        state.append_token(token)
    closing = state.src[end:line_end] if piece.name in FRAMES else state.src[behind:line_end]
    state.append_token({"type": "block_html", "raw": closing, "line": state.line_at(end)})
    return line_end
