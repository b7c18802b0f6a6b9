"""Tables that directives write as lists (``{list-table}``) and as CSV (``{csv-table}``)."""

import csv
import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from publisher.markdown.builder import Builder
from publisher.markdown.walk import trim
from publisher.model.document import Block, Cell, CodeBlock, ListBlock, Paragraph, Table
from publisher.model.inlines import Inline, Mark
from publisher.storage import clean_text

_MOST_CELLS = 20_000
_SEPARATORS = {"tab": "\t", "space": " "}


def build_list_table(
    builder: Builder, blocks: Sequence[Block], title: str, options: Mapping[str, str], line: int
) -> list[Block]:
    """A list whose items are rows, each a list of cells. What has another form stays as it is."""
    rows: list[tuple[Cell, ...]] = []
    for block in blocks:
        for item in block.items if isinstance(block, ListBlock) else ():
            lists = [child for child in item.children if isinstance(child, ListBlock)]
            if len(lists) != 1 or len(item.children) != 1:
                return [*bold_line(builder, title, line), *blocks]
            rows.append(tuple(_cell(cell.children) for cell in lists[0].items))
    if not rows or not _fits(rows) or not all(isinstance(block, ListBlock) for block in blocks):
        return [*bold_line(builder, title, line), *blocks]
    return [*bold_line(builder, title, line), _table(rows, options, line)]


def _cell(blocks: tuple[Block, ...]) -> Cell:
    match blocks:
        case ():
            return Cell((), None)
        case (Paragraph(children=children),):
            return Cell(children, None)
        case _:
            return Cell((), None, blocks=blocks)


def build_csv_table(builder: Builder, text: str, title: str, options: Mapping[str, str], line: int) -> list[Block]:
    """Rows as comma-separated values, in the directive or in a file."""
    if path := options.get("file", ""):
        found = builder.read(path)
        if found is None:
            builder.report_include(line, path, "")
        text = found[1] if found else ""
    given = options.get("delim", "") or options.get("delimiter", "") or ","
    separator = _SEPARATORS.get(given, given)
    lines = [row for row in text.splitlines() if row.strip()]
    lines = [options["header"], *lines] if options.get("header") else lines
    values = _read_csv(lines, separator[:1])
    if values is None:
        return [*bold_line(builder, title, line), CodeBlock(builder.code(text.strip("\n"), line), "", "", line)]
    if not values:
        return bold_line(builder, title, line)
    rows = [tuple(Cell(builder.styled(clean_text(value.strip()), line), None) for value in row) for row in values]
    more = {"header-rows": str(_number(options, "header-rows") + 1)} if options.get("header") else {}
    return [*bold_line(builder, title, line), _table(rows, {**options, **more}, line)]


def _read_csv(lines: Sequence[str], separator: str) -> list[list[str]] | None:
    """None for what nobody can read as CSV, or as a table: with a field without an end, or more cells than a page can hold."""
    try:
        rows = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    except (csv.Error, TypeError):
        return None
    return rows if _fits(rows) else None


def _fits(rows: Sequence[Sequence[object]]) -> bool:
    """Whether a page can hold the table: all its rows are as wide as the widest."""
    return len(rows) * max(map(len, rows), default=0) <= _MOST_CELLS


def _table(rows: list[tuple[Cell, ...]], options: Mapping[str, str], line: int) -> Table:
    """Rows are as wide as the widest; the first ones are heads, and the first cells of each."""
    width = max(map(len, rows))
    stubs, heads = _number(options, "stub-columns"), _number(options, "header-rows")
    even = [
        tuple(
            replace(cell, header=place < stubs or number < heads)
            for place, cell in enumerate((*row, *[Cell((), None)] * (width - len(row))))
        )
        for number, row in enumerate(rows)
    ]
    head = tuple(replace(cell, header=False) for cell in even[0]) if heads else ()
    return Table(head, tuple(even[1:] if heads else even), line)


def _number(options: Mapping[str, str], name: str) -> int:
    found = re.fullmatch(r"\d{1,3}", options.get(name, ""))
    return int(found[0]) if found else 0


def bold_line(builder: Builder, title: str, line: int) -> list[Block]:
    """A title as a line in bold; nothing for none."""
    plain: list[Inline] = []
    for node in trim(builder.styled(clean_text(title), line)):
        plain += node.children if isinstance(node, Mark) and node.tag == "strong" else (node,)
    return [Paragraph((Mark("strong", tuple(plain)),), line)] if plain else []
