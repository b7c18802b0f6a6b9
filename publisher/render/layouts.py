"""Columns, and the layout that holds a page of Data Center."""

from collections.abc import Iterable

from publisher.model.document import Block, Layout
from publisher.render.templates import markup
from publisher.render.writer import Writer

_OPEN_CELL = '<ac:layout-section ac:type="single"><ac:layout-cell>'
_CLOSE_CELL = "</ac:layout-cell></ac:layout-section>"


def write_layout(writer: Writer, block: Layout) -> str:
    """Up to three columns a section, the widest kinds that both products have."""
    sections = []
    least = writer.options.product.rules.columns.start
    for start, end in _sections(len(block.cells), least):
        bodies = [markup(writer.filled(cell)) for cell in block.cells[start:end]]
        sections.append((_section_type(block.widths[start:end] or (1.0,) * (end - start)), bodies))
    return writer.macro("layout", sections=sections)


def _sections(count: int, least: int) -> list[tuple[int, int]]:
    """Where the sections of ``count`` columns begin and end: three each, the last ones two if one would be left alone."""
    sizes = [min(3, count - start) for start in range(0, count, 3)]
    if len(sizes) > 1 and sizes[-1] < least:
        sizes[-2:] = [sizes[-2] - 1, sizes[-1] + 1]
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    return list(zip([0, *ends], ends, strict=False))


def write_pieces(writer: Writer, parts: Iterable[tuple[Block, Block]]) -> list[tuple[Block, str]]:
    """The blocks of the page with their storage. A layout of Data Center holds the whole page.

    ``parts``: each block as it is in the document, and as it is fitted; one may be in several parts.
    """
    written = [(block, isinstance(part, Layout), writer.block(part)) for block, part in parts]
    if not writer.options.product.layout_wraps_page or not any(is_layout for _, is_layout, _ in written):
        return [(block, storage) for block, _, storage in written]
    wrapped: list[tuple[Block, str]] = []
    open_cell = False
    for block, is_layout, storage in written:
        before = ""
        if is_layout:
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
