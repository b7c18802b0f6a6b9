"""The other form of a block where it can be neither kept nor put behind, with a notice that says so."""

from collections.abc import Sequence

from msgspec import Struct

from publisher.model.document import AnyMacro, Block, Expand, Heading, Layout, ListBlock, Quote, Table
from publisher.model.inlines import Text
from publisher.render import forms
from publisher.storage import Kind, Place

_NAMES = {
    Place.PAGE: "on a page", Place.COLUMN: "in a column", Place.PANEL: "in a panel", Place.QUOTE: "in a quote",
    Place.ITEM: "in a list item", Place.CELL: "in a table cell", Place.EXPAND: "in an expand",
    Place.NESTED: "in an expand within another element", Place.MACRO: "in a macro", Place.TASK: "in a task",
    Place.OWN: "in a macro",
}  # fmt: skip


class Notice(Struct, frozen=True):
    """What a reader of the page should know: a code of a problem with its words."""

    line: int
    code: str
    text: str


def other_form(block: Block, kind: Kind, place: Place) -> tuple[list[Block], list[Notice]]:
    """(the blocks in its place, notices). They are fitted to the same place again."""
    where = _NAMES[place]
    match block:
        case Heading():
            return [forms.heading_line(block)], []
        case Quote():
            return forms.quotation(block), _note(block.line, f"a quote {where} is written in italics")
        case ListBlock():
            text = f"tasks {where} are written as boxes, which are no tasks of Confluence"
            return [forms.put_boxes(block)], _note(block.line, text)
        case Table():
            return forms.table_rows(block), _note(block.line, f"a table {where} is written as a list, a row an item")
        case Expand(title, children, line):
            return _open_expand(title, children, line), _opened(line, where)
        case AnyMacro(children=children, line=line) if kind is Kind.EXPAND:
            return _open_expand(forms.macro_title(block), children, line), _opened(line, where)
        case AnyMacro(name, _, children, _, line):
            text = f"the macro `{name}` is lost {where}; its text is written without it"
            return list(children), [Notice(line, "misplaced-macro", text)]
        case Layout(cells, _, line):
            text = f"columns {where} are written one below the other"
            return [child for cell in cells for child in cell], _note(line, text)
        case _:
            return [], []


def _open_expand(title: str, children: Sequence[Block], line: int) -> list[Block]:
    return [*([forms.bold_line((Text(title),), line)] if title else []), *children]


def _opened(line: int, where: str) -> list[Notice]:
    return _note(line, f"an expand {where} is written open, below its title in bold")


def _note(line: int, text: str) -> list[Notice]:
    return [Notice(line, "other-form", f"{text}: the product cannot hold it there")]
