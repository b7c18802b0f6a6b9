"""Math in TeX: ``$…$`` and ``$$…$$``, GitLab's ``$`…`$``. Prices are not math: no blank inside, no digit behind."""

import re
from typing import Any

from publisher.markdown.lines import LineState
from publisher.markdown.paired import allow_in_containers

_INLINE = r"\$`(?P<math_ticked>[^`\n]+)`\$|\$\$(?P<math_double>(?:\\.|[^\\$])+?)\$\$|\$(?![\s$`])(?P<math_single>(?:\\[^\n]|[^\\$\n])+?)(?<![\s\\])\$(?!\d)"
_BLOCK = r"^ {0,3}\$\$[ \t]*\n?(?P<math_block>(?:\\[^\n]|[^\\$]|\\\n|\$(?!\$))+?)\$\$[ \t]*$"


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int:
    tex = match["math_ticked"] or match["math_double"] or match["math_single"]
    state.append_token({"type": "inline_math", "raw": tex.strip()})
    return match.end()


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int:
    state.append_token(
        {"type": "block_math", "line": state.line_at(match.start()), "raw": match["math_block"].strip("\n")}
    )
    return match.end() + 1


def math(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("block_math", _BLOCK, _parse_block, before="list")
    allow_in_containers(markdown, "block_math")
    markdown.inline.register("inline_math", _INLINE, _parse_inline, before="link")
