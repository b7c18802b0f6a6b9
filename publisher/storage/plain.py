"""One walk that tells whether a body is plain: elements that every rule allows where they are. Most bodies are.

It may say no of a body that is fine, for that one is then judged by all rules (``check``, ``losses``); it must never say yes
of one in which a rule finds something. A test compares it with the rules over many bodies.
"""

from collections.abc import Mapping
from typing import Any

from publisher.storage.losses import KINDS, kind_of_macro
from publisher.storage.products import Product
from publisher.storage.rules import Kind, Place
from publisher.storage.xml import AC, RI

_AC, _RI = f"{{{AC}}}", f"{{{RI}}}"
_MACRO, _LINK, _IMAGE, _NAME = _AC + "structured-macro", _AC + "link", _AC + "image", _AC + "name"
_PARAMETER, _RICH, _PLAIN, _LINK_BODY = (
    _AC + name for name in ("parameter", "rich-text-body", "plain-text-body", "link-body")
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKS = frozenset({"strong", "em", "u", "s", "del", "sub", "sup", "span"})
_IN_LINES = _MARKS | {"code", "a", "br", _LINK}
_INLINE_MACROS = frozenset({"anchor", "status"})
_ROWS = frozenset({"tbody", "thead", "tfoot"})
_MACRO_KEYS = frozenset({_NAME, _AC + "schema-version"})
_CELL_KEYS = frozenset({"colspan", "rowspan", "data-highlight-colour", "class", "style", "valign", "scope"})
_TARGETS: dict[str, frozenset[str]] = {
    _RI + "page": frozenset({_RI + "content-title", _RI + "space-key"}),
    _RI + "attachment": frozenset({_RI + "filename"}),
    _RI + "user": frozenset({_RI + "account-id", _RI + "userkey"}),
}
_LAYOUT, _SIZES = _AC + "layout", frozenset({_AC + "width", _AC + "height"})
_IMAGE_KEYS = _SIZES | {_LAYOUT, _AC + "align", _AC + "alt"}
_ALIGNED = frozenset({"text-align: center;", "text-align: right;"})
_SURE_SCHEMES = ("https://", "http://", "mailto:")
_DEEP = {Place.EXPAND, Place.NESTED, Place.CELL}

#: Macro → its parameters, with the values that each may have (None: any).
Macros = Mapping[str, Mapping[str, frozenset[str] | None]]


def _is_source(element: Any, *, line: bool) -> bool:
    """Whether an image shows this; in a line nothing from another site."""
    if element.tag == _RI + "attachment":
        return not len(element) and element.keys() == [_RI + "filename"]
    return not line and element.tag == _RI + "url" and not len(element) and element.keys() == [_RI + "value"]


def _fits_style(style: str, allowed: frozenset[Kind]) -> bool:
    """Whether a paragraph keeps its style: cells of tables are aligned, and hold no indentation."""
    return Kind.ALIGN in allowed and (style in _ALIGNED or Kind.INDENT in allowed)


def _is_captioned(element: Any) -> bool:
    """Whether an image has a source and a caption of plain text."""
    if len(element) != 2 or not _is_source(element[0], line=False):
        return False
    caption = element[1]
    if caption.tag != _AC + "caption" or caption.keys() or len(caption) != 1:
        return False
    line = caption[0]
    return line.tag == "p" and not len(line) and not line.keys()


class PlainWalk:
    """A walk over the body of a page for a product. ``tables``, ``images``: the layouts that these may have."""

    __slots__ = ("_allowed", "_images", "_macros", "_product", "_tables")

    def __init__(self, product: Product, macros: Macros, tables: frozenset[str], images: frozenset[str]) -> None:
        self._product, self._macros, self._tables, self._images = product, macros, tables, images
        self._allowed: dict[Place, frozenset[Kind]] = {}

    def _kinds(self, place: Place) -> frozenset[Kind]:
        """What is not lost in a place."""
        if place not in self._allowed:
            self._allowed[place] = frozenset(kind for kind in Kind if not self._product.forbids(kind, place))
        return self._allowed[place]

    def blocks(self, element: Any, place: Place, *, deep: bool = False) -> bool:
        """Whether what an element holds is plain. ``deep``: in an expand or a table, so that an expand is a nested one."""
        allowed = self._kinds(place)
        for child in element:
            tag = child.tag
            if tag == "p":
                keys = child.keys()
                if keys and not (keys == ["style"] and _fits_style(child.get("style"), allowed)):
                    return False
                fine = not len(child) or self._line(child)
            elif tag in {"ul", "ol"}:
                fine = self._list(child, deep=deep)
            elif tag == _MACRO:
                fine = self._macro(child, allowed, deep=deep)
            elif tag in _IN_LINES:
                fine = self._inline(child, tag)
            elif tag == _IMAGE:
                fine = self._image(child, line=False)
            elif tag not in KINDS or KINDS[tag] not in allowed:
                return False
            elif tag in _HEADINGS:
                fine = not child.keys() and self._line(child)
            elif tag == "table":
                fine = self._table(child)
            elif tag == "hr":
                fine = not child.keys() and not len(child)
            elif tag == "blockquote":
                fine = not child.keys() and len(child) > 0 and self.blocks(child, Place.QUOTE, deep=deep)
            else:
                return False
            if not fine:
                return False
        return True

    def _list(self, element: Any, *, deep: bool) -> bool:
        keys = element.keys()
        if not len(element) or (keys and (keys != ["start"] or element.tag == "ul")):
            return False
        return all(
            item.tag == "li" and not item.keys() and len(item) and self.blocks(item, Place.ITEM, deep=deep)
            for item in element
        )

    def _table(self, element: Any) -> bool:
        if element.keys() not in ([], ["data-layout"]) or element.get("data-layout", "default") not in self._tables:
            return False
        for part in element:
            if part.tag not in _ROWS or part.keys():
                return False
            for row in part:
                if row.tag != "tr" or row.keys():
                    return False
                for cell in row:
                    if cell.tag not in {"td", "th"} or not len(cell) or not _CELL_KEYS.issuperset(cell.keys()):
                        return False
                    if not self.blocks(cell, Place.CELL, deep=True):
                        return False
        return True

    def _line(self, element: Any, *, marked: bool = False, linked: bool = False) -> bool:
        return all(self._inline(child, child.tag, marked=marked, linked=linked) for child in element)

    def _inline(self, element: Any, tag: Any, *, marked: bool = False, linked: bool = False) -> bool:
        if tag == "code":
            return not marked and not len(element) and not element.keys()
        if tag in _MARKS:
            return element.keys() in ([], ["style"] if tag == "span" else []) and (
                not len(element) or self._line(element, marked=True, linked=linked)
            )
        if tag == "a":
            return (
                not linked
                and element.keys() == ["href"]
                and element.get("href").startswith(_SURE_SCHEMES)
                and (not len(element) or self._line(element, marked=marked, linked=True))
            )
        if tag == _LINK:
            return not linked and self._link(element, marked=marked)
        if marked:
            return False
        if tag == _IMAGE:
            return self._image(element, line=True)
        if tag == "br":
            return not element.keys() and not len(element)
        return tag == _MACRO and element.get(_NAME) in _INLINE_MACROS and self._macro(element, frozenset(), deep=False)

    def _image(self, element: Any, *, line: bool) -> bool:
        keys = element.keys()
        if not _IMAGE_KEYS.issuperset(keys) or element.get(_LAYOUT, "center") not in self._images:
            return False
        if not all(element.get(key).isdigit() for key in keys if key in _SIZES):
            return False
        if len(element) != 1:
            return not line and self._product.captions and _is_captioned(element)
        return _is_source(element[0], line=line)

    def _link(self, element: Any, *, marked: bool) -> bool:
        if element.keys() not in ([], [_AC + "anchor"]):
            return False
        targets = 0
        for child in element:
            keys = _TARGETS.get(child.tag)
            if keys is not None:
                targets += 1
                if len(child) or not keys.issuperset(child.keys()):
                    return False
            elif child.tag != _LINK_BODY or child.keys() or not self._line(child, marked=marked, linked=True):
                return False
        return targets < 2

    def _macro(self, element: Any, allowed: frozenset[Kind], *, deep: bool) -> bool:
        name = element.get(_NAME)
        if not name or not _MACRO_KEYS.issuperset(element.keys()):
            return False
        if (kind := kind_of_macro(name)) is not Kind.MACRO and kind not in allowed:
            return False
        known = self._macros.get(name)
        seen: set[str] = set()
        bodies = 0
        for child in element:
            tag = child.tag
            if tag == _PARAMETER:
                key, value = child.get(_NAME, ""), child.text or ""
                if key in seen or len(child) or child.keys() != [_NAME] or not self._fits(name, known, key, value):
                    return False
                seen.add(key)
            elif tag in {_PLAIN, _RICH}:
                bodies += 1
                if bodies > 1 or child.keys() or (tag == _PLAIN and len(child)):
                    return False
                if tag == _RICH and not self._rich(child, name, allowed, deep=deep):
                    return False
            else:
                return False
        return True

    def _fits(self, name: str, known: Mapping[str, frozenset[str] | None] | None, key: str, value: str) -> bool:
        if known is None:
            return True
        if key not in known or (known[key] is not None and value not in known[key]):  # type: ignore[operator]
            return False
        return name != "code" or key != "language" or not value or value.lower() in self._product.languages

    def _rich(self, element: Any, name: str, allowed: frozenset[Kind], *, deep: bool) -> bool:
        kind = kind_of_macro(name)
        if kind not in allowed or not len(element):
            return False
        place = {Kind.PANEL: Place.PANEL, Kind.MACRO: Place.MACRO}.get(kind, Place.NESTED if deep else Place.EXPAND)
        return self.blocks(element, place, deep=deep or place in _DEEP)
