"""Hugo's shortcodes ``{{< name … >}}`` and ``{{% name … %}}``, alone and in pairs."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from publisher.markdown.lines import LineState
from publisher.markdown.paired import Tag, allow_in_containers, parse_paired

_REST = r"(?:(?!\}\})[^\n])*?"
_TAG = (
    rf"\{{\{{[<%]\s*(?P<sc_name>/?[\w-][\w/-]*)(?P<sc_rest>{_REST})\s*/?\s*[>%]\}}\}}"
    r"(?:(?P<sc_inner>[^\n]*?)\{\{[<%]\s*/\s*(?P=sc_name)\s*[>%]\}\})?"
)
_CLOSING = re.compile(r"^[ \t]*\{\{[<%]\s*/\s*(?P<name>[\w/-]+)\s*[>%]\}\}[ \t]*$", re.M)
_ESCAPED = re.compile(r"\{\{(?P<open>[<%])/\*(?P<inner>[^{}]*?)\*/(?P<close>[>%])\}\}")
_REFERENCE = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+(?:[^}\n]*?\bpath=)?[\"`]?([^\"`\s>%]+)[\"`]?[^}\n]*?[>%]\}\}")


#: An address with a shortcode in it, whose blanks and quotes end it for CommonMark.
_IN_ADDRESS = re.compile(r"(?<=\]\()[^\s()<>{}]*\{\{[<%][^{}()\n]*[>%]\}\}[^\s()<>{}]*(?=\))")
_SHORT = re.compile(r"\{\{[<%]\s*([\w/-]+)[^{}\n]*?[>%]\}\}")


def resolve_references(text: str) -> str:
    """``[x]({{< ref "page.md" >}})`` is no link to CommonMark: the path takes the shortcode's place, on the same line."""
    if "{{" not in text:
        return text
    text = _REFERENCE.sub(r"\1", text) if "ref" in text else text
    return _IN_ADDRESS.sub(lambda found: _SHORT.sub(r"{\1}", found[0]), text)


def unescape_shortcodes(text: str) -> str:
    """``{{</* name */>}}`` stands for the shortcode as text, in code too."""
    return _ESCAPED.sub(r"{{\g<open>\g<inner>\g<close>}}", text) if "/*" in text else text


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int:
    name = match["sc_name"]
    if name.startswith("/"):
        state.append_token({"type": "shortcode", "line": state.line_at(match.start()), "raw": "", "name": name})
        return match.end() + 1
    return parse_paired(block, match, state, Tag(name, match["sc_rest"], _CLOSING, match["sc_inner"]))


_NAME = re.compile(r"\{\{[<%]\s*(?P<close>/?)\s*(?P<name>[\w/-]+)(?P<rest>.*?)/?\s*[>%]\}\}", re.S)
_END = re.compile(r"\{\{[<%]\s*(?P<close>/?)\s*(?P<name>[\w/-]+)")
_GIVEN = re.compile(r"([\w-]+)=[\"`]([^\"`]*)[\"`]")
#: Kubernetes' headings by name.
_HEADINGS = {
    "whatsnext": "What's next", "prerequisites": "Before you begin", "objectives": "Objectives", "cleanup": "Cleaning up",
    "synopsis": "Synopsis", "options": "Options", "seealso": "See also",
}  # fmt: skip
_TERMS = {"glossary_tooltip", "tooltip", "term"}
_ICONS = {"icon", "fa", "fas", "icons"}


def _read_known(name: str, rest: str) -> str | None:
    """The text that a shortcode in a line stands for; None if it is not known."""
    given = dict(_GIVEN.findall(rest))
    if name in _TERMS:
        return given.get("text") or given.get("term_id", "").replace("-", " ").replace("_", " ") or None
    if name == "heading":
        return _HEADINGS.get(rest.strip().strip('"'))
    return "" if name in _ICONS else None


@lru_cache(maxsize=1)
def _find_ends(text: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Where each name is opened first, and where it is closed last: one look at the text, however many there are in it."""
    opens, closes = dict[str, int](), dict[str, int]()
    for found in _END.finditer(text):
        if found["close"]:
            closes[found["name"]] = found.start()
        else:
            opens.setdefault(found["name"], found.start())
    return opens, closes


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int:
    source = match.group(0)
    plain = unescape_shortcodes(source)
    found = _NAME.match(source)
    if plain != source or found is None:
        state.append_token({"type": "inline_shortcode" if plain == source else "text", "raw": plain})
        return match.end()
    name = found["name"]
    known = None if found["close"] else _read_known(name, found["rest"])
    if known is not None:
        state.append_token({"type": "text", "raw": known})
        return match.end()
    # Of a pair in a line, what it holds stays.
    opens, closes = _find_ends(match.string)
    if not found["close"]:
        state.append_token({"type": "inline_shortcode", "raw": source, "paired": closes.get(name, -1) >= match.end()})
    elif opens.get(name, match.start()) >= match.start():
        state.append_token({"type": "inline_shortcode", "raw": source, "paired": False})
    return match.end()


def shortcodes(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("shortcode", rf"^ {{0,3}}{_TAG}[ \t]*$", _parse_block, before="list")
    allow_in_containers(markdown, "shortcode")
    pattern = r"\{\{[<%][^{}]*[>%]\}\}"
    markdown.inline.register("inline_shortcode", pattern, _parse_inline, before="link")
