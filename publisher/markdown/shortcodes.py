"""Hugo's shortcodes ``{{< name … >}}`` and ``{{% name … %}}``, alone and in pairs."""

import re
from typing import Any

from publisher.markdown.lines import LineState
from publisher.markdown.paired import Tag, allow_in_containers, parse_paired

_TAG = r"\{\{[<%]\s*(?P<sc_name>/?[\w-][\w/-]*)(?P<sc_rest>[^\n]*?)\s*/?\s*[>%]\}\}"
_CLOSING = re.compile(r"^[ \t]*\{\{[<%]\s*/\s*(?P<name>[\w/-]+)\s*[>%]\}\}[ \t]*$", re.M)
_ESCAPED = re.compile(r"\{\{(?P<open>[<%])/\*(?P<inner>[^{}]*?)\*/(?P<close>[>%])\}\}")
_REFERENCE = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+(?:[^}\n]*?\bpath=)?[\"`]?([^\"`\s>%]+)[\"`]?[^}\n]*?[>%]\}\}")


def resolve_references(text: str) -> str:
    """``[x]({{< ref "page.md" >}})`` is no link to CommonMark: the path takes the shortcode's place, on the same line."""
    return _REFERENCE.sub(r"\1", text) if "ref" in text and "{{" in text else text


def unescape_shortcodes(text: str) -> str:
    """``{{</* name */>}}`` stands for the shortcode as text, in code too."""
    return _ESCAPED.sub(r"{{\g<open>\g<inner>\g<close>}}", text) if "/*" in text else text


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int:
    name = match["sc_name"]
    if name.startswith("/"):
        state.append_token({"type": "shortcode", "line": state.line_at(match.start()), "raw": "", "name": name})
        return match.end() + 1
    return parse_paired(block, match, state, Tag(name, match["sc_rest"], _CLOSING))


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int:
    plain = unescape_shortcodes(match.group(0))
    kind = "inline_shortcode" if plain == match.group(0) else "text"
    state.append_token({"type": kind, "raw": plain})
    return match.end()


def shortcodes(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("shortcode", rf"^ {{0,3}}{_TAG}[ \t]*$", _parse_block, before="list")
    allow_in_containers(markdown, "shortcode")
    pattern = r"\{\{[<%][^{}]*[>%]\}\}"
    markdown.inline.register("inline_shortcode", pattern, _parse_inline, before="link")
