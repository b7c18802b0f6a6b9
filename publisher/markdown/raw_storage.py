"""Storage format among Markdown: ``<ac:…>`` and ``<ri:…>`` as they are, for documents that were written for tools which let
them pass. Where the syntax is off they are text, as they are written.
"""

import re
from typing import Any

from publisher.markdown.lines import LineState
from publisher.markdown.pairs import pair_tags
from publisher.storage import check_safety

_BLOCK = r"^ {0,3}<ac:(?:structured-macro|layout|task-list|image|adf-extension)\b"
_ELEMENT = r"<(?:ac|ri):[A-Za-z][\w-]*"
_TAG = r"</?(?:ac|ri):[A-Za-z][\w-]*(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
_REST = re.compile(r"[ \t]*(?:\n|\Z)")


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int | None:
    start = state.src.index("<", match.start())
    if state.elements is None:
        state.elements = pair_tags(state.src)
    end = state.elements.get(start, (0, 0))[1]
    rest = _REST.match(state.src, end) if end else None
    if rest is None or check_safety(state.src[start:end]):
        return None
    paragraph_end = state.append_paragraph()
    if paragraph_end:
        return paragraph_end
    state.append_token({"type": "storage", "raw": state.src[start:end], "line": state.line_at(start)})
    return rest.end()


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int | None:
    pairs = state.env.setdefault("storage_pairs", {})
    if state.src not in pairs:
        pairs.clear()
        pairs[state.src] = pair_tags(state.src)
    end = pairs[state.src].get(match.start(), (0, 0))[1]
    if not end or check_safety(state.src[match.start() : end]):
        return None
    state.append_token({"type": "raw_storage", "raw": state.src[match.start() : end]})
    return int(end)


def _parse_tag(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "storage_tag", "raw": match.group(0)})
    return match.end()


def raw_storage(markdown: Any) -> None:
    """The mistune plug-in that takes them as storage format."""
    markdown.block.register("storage", _BLOCK, _parse_block, before="list")
    for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
        markdown.block.insert_rule(rules, "storage", before="list")
    markdown.inline.register("storage_element", _ELEMENT, _parse_inline, before="storage_tag")


def storage_tags(markdown: Any) -> None:
    """The mistune plug-in that takes them as text; what the other one takes is not seen by it."""
    markdown.inline.register("storage_tag", _TAG, _parse_tag, before="auto_link")
