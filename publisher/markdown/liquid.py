"""Jekyll's Liquid tags ``{% name … %}``, alone and in pairs with ``{% endname %}``; addresses in links."""

import re
from typing import Any

from publisher.markdown.lines import LineState
from publisher.markdown.paired import Tag, allow_in_containers, parse_paired

_TAG = r"\{%-?\s*(?P<liquid_name>\w+)(?P<liquid_rest>[^\n%]*?)\s*-?%\}"
_CLOSING = re.compile(r"^[ \t]*\{%-?\s*end(?P<name>\w+)\s*-?%\}[ \t]*$", re.M)
_REFERENCE = re.compile(r"\{%-?\s*(?:link|post_url)\s+([^\s%]+)\s*-?%\}")
_SITE = re.compile(r"\{\{\s*(?:site\.baseurl|site\.url|page\.root)\s*\}\}")


def resolve_liquid(text: str) -> str:
    """``{% link a.md %}`` and ``{{ site.baseurl }}`` in links: the path takes their place, on the same line."""
    text = _REFERENCE.sub(lambda match: "/" + match[1].lstrip("/"), text) if "{%" in text else text
    return _SITE.sub("", text) if "{{" in text else text


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int:
    return parse_paired(block, match, state, Tag(match["liquid_name"], match["liquid_rest"], _CLOSING))


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "inline_shortcode", "raw": match.group(0)})
    return match.end()


def liquid(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("liquid", rf"^ {{0,3}}{_TAG}[ \t]*$", _parse_block, before="list")
    allow_in_containers(markdown, "liquid")
    markdown.inline.register("inline_liquid", r"\{%[^%\n]*%\}|\{\{[^{}\n]*\}\}", _parse_inline, before="link")
