"""Columns, and the layout that holds a page of Data Center."""

from collections.abc import Iterable

from publisher.model.document import Block, Layout
from publisher.render.nesting import within
from publisher.render.templates import markup
from publisher.render.writer import Writer

_OPEN_CELL = '<ac:layout-section ac:type="single"><ac:layout-cell>'
_CLOSE_CELL = "</ac:layout-cell></ac:layout-section>"


def write_layout(writer: Writer, block: Layout) -> str:
    """Up to three columns a section, the widest kinds that both products have."""
    sections = []
    for start in range(0, len(block.cells), 3):
        cells = block.cells[start : start + 3]
        bodies = [markup(within(writer, "cell-of-layout", cell) or "<p />") for cell in cells]
        sections.append((_section_type(block.widths[start : start + 3] or (1.0,) * len(cells)), bodies))
    return writer.macro("layout", sections=sections)


def write_pieces(writer: Writer, blocks: Iterable[Block]) -> list[tuple[Block, str]]:
    """The blocks of the page with their storage. A layout of Data Center holds the whole page."""
    written = [(block, writer.block(block)) for block in blocks]
    if not writer.options.product.layout_wraps_page or not any(isinstance(block, Layout) for block, _ in written):
        return written
    wrapped: list[tuple[Block, str]] = []
    open_cell = False
    for block, storage in written:
        before = ""
        if isinstance(block, Layout):
            before, open_cell = (_CLOSE_CELL if open_cell else ""), False
            storage = storage.removeprefix("<ac:layout>").removesuffix("</ac:layout>")
        elif storage and not open_cell:
            before, open_cell = _OPEN_CELL, True
        wrapped.append((block, before + storage))
    end = (_CLOSE_CELL if open_cell else "") + "</ac:layout>"
    wrapped[0] = (wrapped[0][0], "<ac:layout>" + wrapped[0][1])
    wrapped[-1] = (wrapped[-1][0], wrapped[-1][1] + end)
    return wrapped


def _section_type(widths: tuple[float, ...]) -> str:
    if len(widths) == 1:
        return "single"
    if len(widths) == 2:
        first, second = widths
        return "two_equal" if abs(first - second) < 0.2 * max(widths) else (
            "two_left_sidebar" if first < second else "two_right_sidebar")  # fmt: skip
    middle = widths[1]
    return "three_with_sidebars" if middle > 1.2 * max(widths[0], widths[2]) else "three_equal"
