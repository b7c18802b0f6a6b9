"""Tables."""

from publisher.model.document import Cell, Table
from publisher.model.inlines import Image
from publisher.render.images import is_foreign, write_image
from publisher.render.writer import Writer


def write_table(writer: Writer, block: Table) -> str:
    rows = [row for row in (block.head, *block.rows) if row]
    width = max(map(_width_of, rows), default=0)
    spanned = any(cell.rowspan > 1 for row in rows for cell in row)
    head = any(cell.children or cell.blocks for cell in block.head)
    written = [_write_row(writer, block.head, width, spanned, header=True)] if head else []
    written += [_write_row(writer, row, width, spanned, header=False) for row in block.rows]
    front = writer.page.document.front_matter.table_layout if writer.page.document else ""
    layout = block.layout or front or writer.options.table_layout
    return f'<table data-layout="{layout}"><tbody>{"".join(written)}</tbody></table>' if written else ""


def _write_row(writer: Writer, cells: tuple[Cell, ...], width: int, spanned: bool, *, header: bool) -> str:
    missing = 0 if spanned else width - _width_of(cells)
    if missing:
        cells += (Cell((), None),) * missing
    written = [_write_cell(writer, cell, header=header or cell.header) for cell in cells]
    return f"<tr>{''.join(written)}</tr>"


def _width_of(cells: tuple[Cell, ...]) -> int:
    return sum([cell.colspan for cell in cells])


def _write_cell(writer: Writer, cell: Cell, *, header: bool) -> str:
    style = f' style="text-align: {cell.align};"' if cell.align in {"center", "right"} else ""
    if cell.blocks:
        body = writer.blocks(cell.blocks)
    elif len(cell.children) == 1 and isinstance(cell.children[0], Image) and is_foreign(writer, cell.children[0]):
        body = write_image(writer, cell.children[0], block=True)
    else:
        text = writer.line(cell.children).strip()
        body = f"<p{style}>{text}</p>" if text else ""
    attributes = f' data-highlight-colour="{cell.colour}"' if cell.colour else ""
    attributes += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    attributes += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    tag = "th" if header else "td"
    return f"<{tag}{attributes}>{body or '<p />'}</{tag}>"
