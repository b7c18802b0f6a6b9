"""Content tabs ``=== "Title"`` (PyMdown): a marker line, then an indented block."""

import re
from typing import Any

from publisher.markdown.indented import parse_indented
from publisher.markdown.lines import LineState
from publisher.markdown.paired import allow_in_containers

_PATTERN = r'^ {0,3}===[+!]*[ \t]+"(?P<tab_title>[^"\n]*)"[ \t]*$'


def _parse_tab(block: Any, match: re.Match[str], state: LineState) -> int:
    children, end = parse_indented(block, match, state)
    line = state.line_at(match.start())
    state.append_token({"type": "tab", "line": line, "title": match["tab_title"], "children": children})
    return end


def tabs(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("tab", _PATTERN, _parse_tab, before="list")
    allow_in_containers(markdown, "tab")
