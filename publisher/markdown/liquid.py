"""Jekyll's Liquid tags ``{% name … %}``, alone and in pairs with ``{% endname %}``; addresses in links."""

import re
from bisect import bisect_right
from typing import Any

from publisher.markdown.grammar import Grammar
from publisher.markdown.lines import LineState
from publisher.markdown.paired import Tag, allow_in_containers, parse_paired
from publisher.markdown.structure import mask_code

_TAG = (
    r"\{%-?\s*(?P<liquid_name>\w[\w-]*)(?P<liquid_rest>(?:(?!%\})[^\n])*?)\s*-?%\}"
    r"(?:(?P<liquid_inner>[^\n]*?)\{%-?\s*end(?P=liquid_name)\s*-?%\})?"
)
_CLOSING = re.compile(r"^[ \t]*\{%-?\s*end(?P<name>\w[\w-]*)\s*-?%\}[ \t]*$", re.M)
_REFERENCE = re.compile(r"\{%-?\s*(?:link|post_url)\s+([^\s%]+)\s*-?%\}")
_RAW_MARK = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_RAW_LINE = re.compile(r"^[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*(?:\n|\Z)", re.M)
_FILTERED = re.compile(
    r"\{\{-?\s*[\"'](?P<path>[^\"'{}\n]*)[\"']\s*\|\s*(?:relative_url|absolute_url|prepend:\s*site\.\w+)[^{}\n]*\}\}"
)
#: Set in the parser's environment while it reads what is in `{% raw %}`.
_IN_RAW = "liquid_raw"
_SITE = re.compile(r"\{\{\s*(?:site\.baseurl|site\.url|page\.root)\s*\}\}")


def resolve_liquid(text: str) -> str:
    """``{% link a.md %}`` and ``{{ site.baseurl }}`` in links: the path takes their place, on the same line."""
    if "{%" not in text and "{{" not in text:
        return text
    parts = _PROTECTED.split(text)
    return "".join(part if at % 2 else _resolve(part) for at, part in enumerate(parts))


def _resolve(text: str) -> str:
    text = _REFERENCE.sub(lambda match: "/" + match[1].lstrip("/"), text)
    return _SITE.sub("", _FILTERED.sub(r"\g<path>", text))


_PROTECTED = re.compile(r"(\{% raw %\}(?:(?!\{% raw %\})[^\n])*?\{% endraw %\})")
_EXPRESSION = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}")


class RawTags:
    """Where ``{% raw %}`` and ``{% endraw %}`` are in a text, in pairs. Those in code are left to ``without_raw``."""

    def __init__(self, text: str, *, liquid: bool) -> None:
        self.text, self.liquid = text, liquid
        self.pairs: list[tuple[re.Match[str], re.Match[str]]] = []
        if "{%" not in text or not _RAW_MARK.search(text):
            return
        opened: re.Match[str] | None = None
        for mark in _RAW_MARK.finditer(mask_code(text)):
            if "endraw" not in mark[0]:
                opened = opened or mark
            elif opened is not None:
                self.pairs.append((opened, mark))
                opened = None
        self._starts = [start.end() for start, _ in self.pairs]

    def hold(self, position: int) -> bool:
        """Whether a place is between the two tags of a pair."""
        at = bisect_right(self._starts, position) - 1 if self.pairs else -1
        return at >= 0 and position < self.pairs[at][1].start()

    def drop(self) -> str:
        """The text without the tags: what is between them is read as Markdown, and nothing in it as Liquid.

        With Liquid, each expression keeps a pair of its own, so that it is text in a line and in a title too.
        """
        parts, position = list[str](), 0
        for start, end in self.pairs:
            inner = self.text[start.end() : end.start()]
            if self.liquid:
                inner = _EXPRESSION.sub(r"{% raw %}\g<0>{% endraw %}", inner)
            parts += [self.text[position : start.start()], inner]
            position = end.end()
        return "".join([*parts, self.text[position:]])


def without_raw(text: str) -> str:
    """Code without ``{% raw %}`` and ``{% endraw %}``, which only keep Jekyll from reading it."""
    if "{%" not in text or not _RAW_MARK.search(text):
        return text
    end = "\n" if text.endswith("\n") else ""
    return _RAW_MARK.sub("", _RAW_LINE.sub("", text)).removesuffix("\n") + end


def is_toc(token: dict[str, Any], grammar: Grammar) -> bool:
    """Whether a list is kramdown's sign for a table of contents: one item, and below it ``{:toc}``."""
    items = token["children"]
    if len(items) != 1 or not {"liquid", "attributes"} <= grammar.syntaxes:
        return False
    blocks = items[0]["children"]
    source = str(blocks[0].get("source", "")) if len(blocks) == 1 else ""
    return re.search(r"\n[ \t]*\{:[ \t]*toc\b[^}\n]*\}\s*\Z", source) is not None


def _parse_raw(inline: Any, match: re.Match[str], state: Any) -> int:
    """Jekyll leaves what is between the tags to Markdown: only Liquid is off in it."""
    inner = state.copy()
    inner.src = match["liquid_raw"]
    state.env[_IN_RAW] = True
    for token in inline.render(inner):
        state.append_token(token)
    state.env[_IN_RAW] = False
    return match.end()


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int | None:
    if match["liquid_name"] in {"raw", "endraw"}:  # what is between them is Markdown, on one line too
        return match.end() + 1 if match["liquid_inner"] is None else None
    tag = Tag(match["liquid_name"], match["liquid_rest"], _CLOSING, match["liquid_inner"])
    return parse_paired(block, match, state, tag)


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int:
    kind = "text" if state.env.get(_IN_RAW) else "inline_shortcode"
    state.append_token({"type": kind, "raw": match.group(0)})
    return match.end()


def liquid(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("liquid", rf"^ {{0,3}}{_TAG}[ \t]*$", _parse_block, before="list")
    allow_in_containers(markdown, "liquid")
    raw = r"\{%-?\s*raw\s*-?%\}(?P<liquid_raw>(?:[^{]|\{(?!%-?\s*(?:end)?raw\b))*)\{%-?\s*endraw\s*-?%\}"
    markdown.inline.register("inline_raw", raw, _parse_raw, before="codespan")
    markdown.inline.register("inline_liquid", r"\{%[^%\n]*%\}|\{\{[^{}\n]*\}\}", _parse_inline, before="link")
