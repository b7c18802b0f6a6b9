"""How the columns of a table are aligned. Markdown says it once for a column, an editor in every cell: new cells say nothing of it."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec import Struct
from msgspec.structs import replace

from publisher.model.document import Align, Block, Cell, Table
from publisher.model.inlines import Inline
from publisher.model.normal import normal_block, normal_line
from publisher.model.walk import map_blocks, walk_blocks

_Line = tuple[Inline, ...]


class _Grid(Struct, frozen=True):
    """A table in which nothing spans: the normal text of each cell, and the alignment of those that have a line."""

    texts: tuple[tuple[_Line, ...], ...]
    aligns: tuple[tuple[Align, ...], ...]

    def column(self, number: int) -> list[tuple[_Line, Align]]:
        """The cells of a column that hold a line: (text, alignment)."""
        rows = zip(self.texts, self.aligns, strict=True)
        return [(texts[number], aligns[number]) for texts, aligns in rows if texts[number]]

    def align_of(self, number: int) -> Align:
        """What all cells of a column have; None if they differ, or have none."""
        found = {align for _, align in self.column(number)}
        return found.pop() if len(found) == 1 else None

    @property
    def width(self) -> int:
        return len(self.texts[0])


def keep_columns(published: tuple[Block, ...], theirs: tuple[Block, ...]) -> tuple[Block, ...]:
    """``theirs`` with the alignment of its column in each new or rewritten cell that has none.

    A column in which a cell of an unchanged row has lost its alignment stays as it is: somebody meant that.
    """
    grids = [grid for block in walk_blocks(published) if isinstance(block, Table) and (grid := _grid(block))]
    aligned = [grid for grid in grids if any(map(grid.align_of, range(grid.width)))]
    if not aligned:
        return theirs

    def change(block: Block) -> Block:
        return _keep(block, aligned) if isinstance(block, Table) else block

    return map_blocks(theirs, change)


def _grid(table: Table) -> _Grid | None:
    rows = [row for row in (table.head, *table.rows) if row]
    spans = any((cell.colspan, cell.rowspan) != (1, 1) for row in rows for cell in row)
    if spans or len({len(row) for row in rows}) != 1:
        return None
    plain = normal_block(table)
    assert isinstance(plain, Table)
    plain_rows = [row for row in (plain.head, *plain.rows) if row]
    return _Grid(
        tuple(tuple(cell.children for cell in row) for row in plain_rows),
        tuple(tuple(cell.align for cell in row) for row in plain_rows),
    )


def _keep(table: Table, published: Sequence[_Grid]) -> Table:
    grid = _grid(table)
    if grid is None or not any(_is_mixed(grid, number) for number in range(grid.width)):
        return table
    old = max(published, key=lambda each: _shared(each, grid))
    if not any(_shared(old, grid)):
        return table
    columns = {number: align for number in range(grid.width) if (align := _wanted(old, grid, number))}
    head, *rows = [
        tuple(_aligned(cell, columns.get(number)) for number, cell in enumerate(row))
        for row in (table.head, *table.rows)
    ]
    return replace(table, head=head, rows=tuple(rows))


def _is_mixed(grid: _Grid, number: int) -> bool:
    """Whether some cells of a column have one alignment, and the others none."""
    found = {align for _, align in grid.column(number)}
    return len(found) == 2 and None in found


def _wanted(old: _Grid, new: _Grid, number: int) -> Align:
    """What the cells of a column are to have that have none; None if they are to stay as they are."""
    if not _is_mixed(new, number):
        return None
    place = _place(old, new, number)
    align = old.align_of(place) if place is not None else None
    if align is None or align not in {found for _, found in new.column(number)}:
        return None
    matcher = SequenceMatcher(None, old.texts, new.texts, autojunk=False)
    stay = [start + offset for _, start, size in matcher.get_matching_blocks() for offset in range(size)]
    meant = any(new.texts[row][number] and new.aligns[row][number] is None for row in stay)
    return None if meant else align


def _place(old: _Grid, new: _Grid, number: int) -> int | None:
    """Which column of the published table it is: the one that shares most of its cells."""
    texts = Counter(text for text, _ in new.column(number))
    shared = [(Counter(text for text, _ in old.column(place)) & texts).total() for place in range(old.width)]
    same = old.width == new.width
    best = max(range(old.width), key=lambda place: (shared[place], same and place == number))
    return best if shared[best] or same else None


def _shared(old: _Grid, new: _Grid) -> tuple[int, int]:
    """How many cells two tables have in common, and how many of them with their alignment."""
    texts, others = (Counter(text for row in each.texts for text in row if text) for each in (old, new))
    left, right = (Counter(cell for number in range(each.width) for cell in each.column(number)) for each in (old, new))
    return (texts & others).total(), (left & right).total()


def _aligned(cell: Cell, align: Align) -> Cell:
    line = normal_line(cell.children)
    return replace(cell, align=align) if align and line and cell.align not in {"center", "right"} else cell
