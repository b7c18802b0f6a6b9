"""mkdocstrings' ``::: dotted.name`` and the options below it: a program that we do not run generates it."""

import re
from typing import Any

from publisher.markdown.lines import LineState

_PATTERN = r"^:::[ \t]+(?P<autodoc_name>[A-Za-z_]\w*(?:\.\w+)+)[ \t]*(?:\n(?:(?: {4}|\t)[^\n]*|[ \t]*(?=\n(?: {4}|\t))))*[ \t]*$"


def _parse(block: Any, match: re.Match[str], state: LineState) -> int:
    state.append_token({"type": "autodoc", "line": state.line_at(match.start()), "name": match["autodoc_name"]})
    return match.end() + 1


def autodoc(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("autodoc", _PATTERN, _parse, before="list")
