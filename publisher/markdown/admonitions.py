"""The syntax ``!!! kind "Title"`` and ``??? kind "Title"`` (MkDocs, PyMdown): a marker line, then an indented block."""

import re
from typing import Any

from publisher.markdown.lines import LineState

_PATTERN = (
    r'^(?P<adm_mark>!!!|\?\?\?\+?)[ \t]+(?P<adm_kind>[\w-]+)(?P<adm_rest>[^\n"]*)(?:"(?P<adm_title>[^\n]*)")?[ \t]*$'
)
_BODY = re.compile(r"(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n(?=(?:[ \t]*\n)*(?: {4}|\t)))*")
_DEDENT = re.compile(r"^(?: {4}|\t)", re.M)


def _parse_admonition(block: Any, match: re.Match[str], state: LineState) -> int:
    line = state.line_at(match.start())
    body = _BODY.match(state.src, min(match.end() + 1, len(state.src)))
    text = _DEDENT.sub("", body.group(0)) if body else ""
    child = state.child_state(text)
    child.first_line = line + 1
    rules = block.rules if state.depth() < block.max_nested_level - 1 else []
    block.parse(child, rules)
    state.append_token(
        {
            "type": "admonition",
            "line": line,
            "kind": match["adm_kind"],
            "title": match["adm_title"],
            "mark": match["adm_mark"],
            "children": child.tokens,
        }
    )
    return body.end() if body else match.end() + 1


def admonitions(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("admonition", _PATTERN, _parse_admonition, before="list")
    markdown.block.insert_rule(markdown.block.list_rules, "admonition", before="list")
    markdown.block.insert_rule(markdown.block.block_quote_rules, "admonition", before="list")
