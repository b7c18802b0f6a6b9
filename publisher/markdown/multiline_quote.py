"""GitLab's quote of several lines: what is between two lines ``>>>``."""

import re
from typing import Any

from publisher.markdown.lines import LineState, nested_rules
from publisher.markdown.paired import allow_in_containers
from publisher.markdown.structure import scan_lines

_PATTERN = r"^>>>[ \t]*$"
_MARK = re.compile(r">>>[ \t]*(?:\n|\Z)")


def _parse(block: Any, match: re.Match[str], state: LineState) -> int | None:
    begin = min(match.end() + 1, len(state.src))
    # Quote signs would hide the mark from the scanner of lines, which knows code: a plain mark takes its place.
    text = re.sub(r"^>>>(?=[ \t]*$)", "+++", state.src[begin:], flags=re.M)
    ends = (line for line in scan_lines(text) if not line.code and text[line.start : line.end].rstrip() == "+++")
    end = next((line for line in ends if _MARK.match(state.src, begin + line.start)), None)
    if end is None:
        return None
    child = state.child_state(state.src[begin : begin + end.start])
    child.first_line = state.line_at(match.start()) + 1
    block.parse(child, nested_rules(block, state))
    state.append_token({"type": "block_quote", "line": state.line_at(match.start()), "children": child.tokens})
    return min(begin + end.end + 1, len(state.src))


def multiline_quotes(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("multiline_quote", _PATTERN, _parse, before="block_quote")
    allow_in_containers(markdown, "multiline_quote")
