"""HTML source cut into tags and text, each as it is written and with its place. Nothing is understood here.

Ours instead of the standard library's parser, whose answers differ between Python's versions, and which hides how a tag is
written. Linear: a part that never ends is text, and is looked for once.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from html import unescape

from msgspec import Struct, field

from publisher.markdown.elements import RAW_TEXT

_ATTRIBUTE = r"[\s/]+(?P<name>[^\s\"'<>/=]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|\{(?:[^{}]|\{[^{}]*\})*\}|(?P<bare>[^\s\"'=<>`]+)))?"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_OPEN = re.compile(r"<(?P<tag>[A-Za-z][\w:.-]*)(?P<rest>(?:" + re.sub(r"\?P<\w+>", "?:", _ATTRIBUTE) + r")*)[\s/]*>")
_CLOSE = re.compile(r"</(?:\s+(?=(?i:br)\s*/?>))?(?P<tag>[A-Za-z][\w:.-]*)[^<>]*>")
_HIDDEN = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))


class Kind(Enum):
    TEXT = auto()
    OPEN = auto()
    CLOSE = auto()
    HIDDEN = auto()


class Piece(Struct, frozen=True):
    """``raw``: as it is written. ``name``: of a tag, in lower case. ``start``: where it begins."""

    kind: Kind
    raw: str
    start: int
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def read_attributes_of(source: str) -> dict[str, str]:
    """The attributes of a start tag's inside, the first of each name."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTES.finditer(source):
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), unescape(value))
    return found


def read_tag(source: str, start: int = 0) -> Piece | None:
    """The tag that begins at ``start``; None if none does."""
    if found := _OPEN.match(source, start):
        return Piece(Kind.OPEN, found[0], start, found["tag"].lower(), read_attributes_of(found["rest"]))
    if found := _CLOSE.match(source, start):
        return Piece(Kind.CLOSE, found[0], start, found["tag"].lower())
    return None


def _read_hidden(source: str, start: int, missing: set[str]) -> Piece | None:
    """A comment, a processing instruction or a declaration. ``missing``: ends that do not come any more. CDATA is text."""
    for opening, end in _HIDDEN:
        if source.startswith(opening, start) and end not in missing and not source.startswith("<![CDATA[", start):
            at = source.find(end, start + len(opening))
            if at >= 0:
                return Piece(Kind.HIDDEN, source[start : at + len(end)], start)
            missing.add(end)
        if opening == "<!--" and source.startswith(opening, start):
            return Piece(Kind.HIDDEN, source[start:], start)  # what a comment hides is never shown
    return None


def scan_tags(source: str, masked: str = "") -> Iterator[Piece]:
    """All pieces in order; together they are ``source``. ``masked``: the same with blanks in place of what holds no tags."""
    text, position = 0, 0
    masked = masked or source
    missing: set[str] = set()
    while (start := masked.find("<", position)) >= 0:
        piece = read_tag(source, start) or _read_hidden(source, start, missing)
        if piece is None:
            position = start + 1
            continue
        if start > text:
            yield Piece(Kind.TEXT, source[text:start], text)
        yield piece
        text = position = start + len(piece.raw)
        if piece.kind is Kind.OPEN and piece.name in RAW_TEXT:
            end = re.compile(rf"</{piece.name}\b", re.I).search(source, text)
            position = end.start() if end else text
    if text < len(source):
        yield Piece(Kind.TEXT, source[text:], text)
