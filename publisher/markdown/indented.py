"""The block that belongs to a marker line because it is indented by four blanks or a tab."""

import re
from typing import Any

from publisher.markdown.lines import LineState, nested_rules

_BODY = re.compile(r"(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n(?=(?:[ \t]*\n)*(?: {4}|\t)))*")
_DEDENT = re.compile(r"^(?: {4}|\t)", re.M)


def parse_indented(block: Any, match: re.Match[str], state: LineState) -> tuple[list[dict[str, Any]], int]:
    """(tokens of the block below the marker that ``match`` found, where the text goes on)."""
    body = _BODY.match(state.src, min(match.end() + 1, len(state.src)))
    child = state.child_state(_DEDENT.sub("", body.group(0)) if body else "")
    child.first_line = state.line_at(match.start()) + 1
    block.parse(child, nested_rules(block, state))
    return child.tokens, body.end() if body else match.end() + 1
