"""Pandoc's bracketed spans ``[text]{.class #id}``: ``.mark``, ``.underline`` and ids mean something, the text always stays."""

import re
from typing import Any

from publisher.markdown.containers import read_attributes

_PATTERN = (
    r"\[(?P<span_text>[^\[\]\n]+)\]\{(?P<span_inner>(?:[.#][\w:-]+|[\w-]+=(?:\"[^\"\n]*\"|[^\s}]+))(?:[ ][^{}\n]*)?)\}"
)
_KINDS = {"mark": "mark", "underline": "insert", "ul": "insert"}


def _parse(inline: Any, match: re.Match[str], state: Any) -> int:
    attributes = read_attributes(match["span_inner"])
    inner = state.copy()
    inner.src = match["span_text"]
    children = inline.render(inner)
    if attributes.get("id"):
        state.append_token({"type": "place", "name": attributes["id"]})
    kind = next((_KINDS[name] for name in attributes.get("class", "").split() if name in _KINDS), "span")
    state.append_token({"type": kind, "children": children})
    return match.end()


def spans(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("span", _PATTERN, _parse, before="link")
