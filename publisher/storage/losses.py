"""What the product's editor would drop or wrap as "unsupported" in a body (docs/storage-format.md#nesting).

The reading side of ``rules``: where an element is lost, and why. Nothing here judges attributes or addresses.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from publisher.storage.products import CLOUD, Product
from publisher.storage.rules import Kind, Place
from publisher.storage.xml import AC, RI, NotWellFormed, parse_body, prefixed_name

_AC = f"{{{AC}}}"
_MACRO, _TASKS, _IMAGE = _AC + "structured-macro", _AC + "task-list", _AC + "image"
_PANELS = frozenset({"info", "tip", "note", "warning", "panel"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Element → what it is to the rules, apart from macros.
KINDS: dict[str, Kind] = {
    **dict.fromkeys(_HEADINGS, Kind.HEADING), "table": Kind.TABLE, "hr": Kind.RULE, "blockquote": Kind.QUOTE,
    _AC + "layout": Kind.LAYOUT, _TASKS: Kind.TASKS,
}  # fmt: skip
_PLACES: dict[str, Place] = {
    "li": Place.ITEM, "blockquote": Place.QUOTE, "td": Place.CELL, "th": Place.CELL, _AC + "layout-cell": Place.COLUMN,
    _AC + "task-body": Place.TASK,
}  # fmt: skip
_LINES = _HEADINGS | {"p", _AC + "task-body", _AC + "link-body"}
_MARKS = frozenset({"strong", "em", "u", "s", "del", "sub", "sup", "span"})
#: What is in a line and is no text: no mark but a link (on images) is kept on it.
_ATOMS = frozenset({"br", "time", _AC + "emoticon", _AC + "placeholder"})
_ATOM_MACROS = frozenset({"anchor", "status", "jira"})
#: Elements that need a child.
_NEVER_EMPTY = frozenset({"blockquote", "li", "ul", "ol", "td", "th", _AC + "layout-cell", _AC + "rich-text-body"})
_BOXES = frozenset({_MACRO, _AC + "adf-extension"})
#: Elements that may be lost whatever is around them, and those that change what is around the elements in them.
_JUDGED = KINDS.keys() | _BOXES | {_AC + "layout-section", _IMAGE}
_SURROUNDING = _PLACES.keys() | _BOXES | _MARKS | _LINES | {"code"}


class EditorLoss(Struct, frozen=True):
    """What is lost. ``path``: of the element, the number of each child element from the top of the fragment, from 0."""

    path: tuple[int, ...]
    reason: str


class _Around(Struct, frozen=True):
    """What is around an element: the places from the page inward, and the marks of the line."""

    places: tuple[Place, ...] = (Place.PAGE,)
    marks: tuple[str, ...] = ()
    line: bool = False


def find_editor_losses(body: str, product: Product = CLOUD) -> list[EditorLoss]:
    """Every element of a body that the product's editor drops or wraps, in the order of the body.

    For a view that marks them: walk the same fragment (``parse_body``) by ``path``. Empty for what is not well-formed,
    which cannot be stored at all.
    """
    try:
        root = parse_body(body)
    except NotWellFormed:
        return []
    return find_losses(root, product)


def find_losses(root: Any, product: Product) -> list[EditorLoss]:
    """The same of a parsed body."""
    return list(_walk(root, (), _Around(), product))


def find_kinds(body: str) -> frozenset[Kind]:
    """What is at the top of a fragment; empty for what is not well-formed."""
    try:
        root = parse_body(body)
    except NotWellFormed:
        return frozenset()
    return frozenset(kind for child in root if isinstance(child.tag, str) and (kind := _kind_of(child)))


def kind_of_macro(name: str) -> Kind:
    """What a macro is to the rules; one that is neither panel nor expand only if it has a rich body."""
    return Kind.PANEL if name in _PANELS else Kind.EXPAND if name == "expand" else Kind.MACRO


def _kind_of(element: Any) -> Kind | None:
    if element.tag == _MACRO:
        kind = kind_of_macro(element.get(_AC + "name", ""))
        return None if kind is Kind.MACRO and element.find(_AC + "rich-text-body") is None else kind
    if element.tag == _AC + "adf-extension":
        return Kind.PANEL
    return KINDS.get(str(element.tag))


def _walk(element: Any, path: tuple[int, ...], around: _Around, product: Product) -> Iterator[EditorLoss]:
    exposed = bool(around.marks) or around.places[-1] is Place.TASK
    for number, child in enumerate(element):
        tag = child.tag
        if not isinstance(tag, str):
            continue
        if exposed or _is_judged(child, tag):
            for reason in _reasons(child, around, product):
                yield EditorLoss((*path, number), reason)
        if len(child):
            inside = _inside(child, around) if tag in _SURROUNDING else around
            yield from _walk(child, (*path, number), inside, product)


def _is_judged(element: Any, tag: str) -> bool:
    """False for the many elements of which nothing is lost, unless they are in a task or a mark."""
    if tag in _NEVER_EMPTY and not len(element):
        return True
    return tag in _JUDGED or (tag == "p" and element.get("style") is not None)


def _inside(element: Any, around: _Around) -> _Around:
    tag = str(element.tag)
    places = around.places
    if tag in _PLACES:
        places = (*places, _PLACES[tag])
    elif tag in {_MACRO, _AC + "adf-extension"}:
        match _kind_of(element):
            case Kind.PANEL:
                places = (*places, Place.PANEL)
            case Kind.EXPAND:
                nested = any(place in {Place.EXPAND, Place.NESTED, Place.CELL} for place in places)
                places = (*places, Place.NESTED if nested else Place.EXPAND)
            case Kind.MACRO:
                places = (*places, Place.MACRO)
            case _:
                pass
    marks = (*around.marks, tag) if tag in _MARKS or tag == "code" else around.marks
    return _Around(places, () if tag in _LINES - {_AC + "link-body"} else marks, tag in _LINES or around.line)


def _reasons(element: Any, around: _Around, product: Product) -> Iterator[str]:
    place, tag = around.places[-1], str(element.tag)
    kind = _kind_of(element)
    if kind and product.forbids(kind, place) and not (kind is Kind.TASKS and place is Place.TASK):
        name = prefixed_name(tag) if kind is Kind.HEADING else kind
        yield f"{name} in {place}"
    if not product.document_format:
        return
    if place is Place.TASK and _is_block(element, kind):
        yield f"{prefixed_name(tag)} in a task"
    if tag in _NEVER_EMPTY and not len(element) and not (element.text or "").strip():
        yield f"an empty {prefixed_name(tag)}"
    if tag == _AC + "layout-section" and len(element) not in product.rules.columns:
        yield f"a layout section with {len(element)} columns"
    yield from _style_reasons(element, place, product)
    yield from _line_reasons(element, around)


def _is_block(element: Any, kind: Kind | None) -> bool:
    tag = str(element.tag)
    code = tag == _MACRO and element.get(_AC + "name") not in _ATOM_MACROS
    return tag in {"p", "ul", "ol", "pre"} or (code and kind is None)


def _style_reasons(element: Any, place: Place, product: Product) -> Iterator[str]:
    style = element.get("style", "")
    if element.tag not in _HEADINGS | {"p"} or not style:
        return
    if "margin-left" in style and product.forbids(Kind.INDENT, place):
        yield f"indentation in {place}"
    if re.search(r"text-align: ?(?:center|right)", style) and product.forbids(Kind.ALIGN, place):
        yield f"alignment in {place}"


def _line_reasons(element: Any, around: _Around) -> Iterator[str]:
    tag = str(element.tag)
    marks = [mark for mark in around.marks if mark != "code"]
    if tag == "code" and marks:
        yield f"code in {marks[-1]}"
    if tag in _MARKS and "code" in around.marks:
        yield f"{tag} in code"
    if around.marks and (tag in _ATOMS or (tag == _MACRO and element.get(_AC + "name") in _ATOM_MACROS)):
        yield f"{prefixed_name(tag)} in {around.marks[-1]}"
    if tag == _IMAGE:
        if around.marks:
            yield f"an image in {around.marks[-1]}"
        if around.line and element.find(f"{{{RI}}}url") is not None:
            yield "an image of another site in a line"
