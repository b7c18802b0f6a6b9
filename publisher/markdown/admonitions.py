"""The syntax ``!!! kind "Title"`` and ``??? kind "Title"`` (MkDocs, PyMdown): a marker line, then an indented block."""

import re
from typing import Any

from publisher.markdown.indented import parse_indented
from publisher.markdown.lines import LineState
from publisher.markdown.paired import allow_in_containers

_PATTERN = r'^ {0,3}(?P<adm_mark>!!!|\?\?\?\+?)(?:[ \t]+(?P<adm_kind>[\w-]+)|(?<=[?+])(?=[ \t]*"))(?P<adm_rest>[^\n"]*)(?:"(?P<adm_title>[^\n]*)")?[ \t]*$'


def _parse_admonition(block: Any, match: re.Match[str], state: LineState) -> int:
    children, end = parse_indented(block, match, state)
    state.append_token(
        {
            "type": "admonition",
            "line": state.line_at(match.start()),
            "kind": match["adm_kind"] or "details",
            "title": match["adm_title"],
            "mark": match["adm_mark"],
            "children": children,
        }
    )
    return end


def admonitions(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("admonition", _PATTERN, _parse_admonition, before="list")
    allow_in_containers(markdown, "admonition")
