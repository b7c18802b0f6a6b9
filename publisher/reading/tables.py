"""Tables: a head where the whole first row is one, spans, colours, blocks in cells."""

import re
from collections.abc import Callable

from publisher.model.document import Align, Block, Cell, Table
from publisher.model.inlines import Inline
from publisher.model.names import TABLE_LAYOUTS
from publisher.reading.context import ReadingContext
from publisher.reading.elements import NoForm, allow_attributes, elements_of, no_text, tag_of
from publisher.storage import Element

#: A cell → ((its line, the style of its paragraph), or None; its blocks).
ReadCell = Callable[[Element], tuple[tuple[tuple[Inline, ...], str] | None, tuple[Block, ...]]]


def read_table(element: Element, context: ReadingContext, read_cell: ReadCell) -> Table:
    """NoForm for what no table of ours can say: widths, numbered rows."""
    layout = allow_attributes(element, "data-layout").get("data-layout", "")
    no_text(element)
    if layout not in TABLE_LAYOUTS:
        raise NoForm
    rows = [tuple(_cell(cell, read_cell) for cell in elements_of(row)) for row in _rows(element)]
    if not rows or not all(rows):
        raise NoForm
    head = rows[0] if all(cell.header for cell in rows[0]) and _is_even(rows[0]) else ()
    head = tuple(_plain(cell) for cell in head)
    body = tuple(rows[1:] if head else rows)
    return Table(head, body, 0, "" if layout == context.table_layout else layout)


def _is_even(row: tuple[Cell, ...]) -> bool:
    return any(cell.children or cell.blocks for cell in row)


def _plain(cell: Cell) -> Cell:
    """A cell of the head is one without saying so."""
    return Cell(cell.children, cell.align, False, cell.colspan, cell.rowspan, cell.colour, cell.blocks)


def _rows(table: Element) -> list[Element]:
    found: list[Element] = []
    for part in elements_of(table):
        if tag_of(part) != "tbody":
            raise NoForm
        allow_attributes(part)
        no_text(part)
        found += elements_of(part)
    for row in found:
        allow_attributes(row)
        no_text(row)
        if tag_of(row) != "tr":
            raise NoForm
    return found


def _cell(element: Element, read_cell: ReadCell) -> Cell:
    if tag_of(element) not in {"td", "th"}:
        raise NoForm
    known = allow_attributes(element, "colspan", "rowspan", "data-highlight-colour")
    colour = known.get("data-highlight-colour", "")
    if colour and not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise NoForm
    line, blocks = read_cell(element)
    align: Align = None
    if line is not None:
        align = _align(line[1])
        children, blocks = line[0], ()
        if not children and line[1]:
            raise NoForm
    else:
        children = ()
    header = tag_of(element) == "th"
    return Cell(children, align, header, _span(known, "colspan"), _span(known, "rowspan"), colour, blocks)


def _span(known: dict[str, str], name: str) -> int:
    text = known.get(name, "1")
    if not text.isdigit() or not 0 < int(text) < 1000 or (text == "1" and name in known):
        raise NoForm
    return int(text)


def _align(style: str) -> Align:
    if not style:
        return None
    found = re.fullmatch(r"text-align: ?(center|right);?", style)
    if not found:
        raise NoForm
    return found[1]
