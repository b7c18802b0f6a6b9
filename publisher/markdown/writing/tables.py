"""Tables with pipes, where every cell is one line and nothing spans; HTML for all others."""

import re

from msgspec.structs import replace

from publisher.markdown.writing.inlines import LineWriter
from publisher.markdown.writing.style import Forms, NoForm
from publisher.model.document import Cell, Table

_MARKS = {None: "---", "left": ":--", "center": ":-:", "right": "--:"}


def is_plain(table: Table) -> bool:
    """Whether pipes can say all of it."""
    rows = [row for row in (table.head, *table.rows) if row]
    cells = [cell for row in rows for cell in row]
    simple = all(_is_simple(cell) for cell in cells) and not any(c.header for row in table.rows for c in row)
    return simple and len({len(row) for row in rows}) == 1 and _columns(table) is not None


def _is_simple(cell: Cell) -> bool:
    return (cell.colspan, cell.rowspan) == (1, 1) and not cell.colour and not cell.blocks


def _columns(table: Table) -> list[str | None] | None:
    """The alignment of each column; None if some column has two."""
    found: list[str | None] = []
    for column in zip(*(row for row in (table.head, *table.rows) if row), strict=True):
        aligns = {cell.align for cell in column if cell.children}
        if len(aligns) > 1:
            return None
        found.append(aligns.pop() if aligns else None)
    return found


def write_pipes(table: Table, forms: Forms) -> list[str]:
    """The lines of a plain table. One without a head has an empty one."""
    columns = _columns(table)
    if columns is None:
        raise NoForm
    head = table.head or tuple(Cell((), None) for _ in columns)
    marks = "| " + " | ".join(_MARKS[align] for align in columns) + " |"
    return [_row(head, forms), marks, *(_row(row, forms) for row in table.rows)]


def _row(cells: tuple[Cell, ...], forms: Forms) -> str:
    writer = LineWriter(forms, broken=False)
    written = [writer.write(cell.children) for cell in cells]
    if any("\n" in text for text in written):
        raise NoForm
    return "|" + "|".join(f" {_piped(text)} " if text else "  " for text in written) + "|"


def _piped(text: str) -> str:
    return text.replace("|", "\\|")


def without_layout(table: Table) -> Table:
    """The table itself, when its layout is said behind it."""
    return replace(table, layout="")


def layout_line(layout: str, forms: Forms) -> str:
    """What says how wide the table before is."""
    if not re.fullmatch(r"[a-z-]+", layout):
        raise NoForm
    return f"{{layout={layout}}}" if forms.has("attributes") else f"{{table:{layout}}}"
