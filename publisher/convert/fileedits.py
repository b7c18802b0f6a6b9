"""Edits of a document with its included texts become edits of files: each line is edited where it stands. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from publisher.markdown.composed import ComposedLine, gap_between, lines_in_place
from publisher.merging.places import LineEdit, split_edit


class FileEdit(Struct, frozen=True):
    """``path``: of an included file, empty for the document."""

    path: str
    edit: LineEdit


def place_edits(lines: Sequence[ComposedLine], edits: Sequence[LineEdit]) -> list[FileEdit]:
    """The edits as those of files. One that has no place is left out: ``fits`` tells before.

    Where all that an include gives is deleted, the line that asks for the file goes, not the text of the file.
    """
    gone = _unwanted_includes(lines, edits)
    found: list[FileEdit] = []
    for edit in edits:
        inside = range(edit.start - 1, edit.end)
        if edit.lines or not inside or not {lines[place].chain[0].number for place in inside} <= gone:
            found += place_edit(lines, edit) or []
    last = lines[-1].chain[0].number
    for number in sorted(gone):
        behind = next((line for line in lines if line.chain[0].number == number + 1), None)
        empty = behind is not None and not behind.text.strip() and number + 1 < last
        found.append(FileEdit("", LineEdit(number, number + empty, ())))
    return found


def _unwanted_includes(lines: Sequence[ComposedLine], edits: Sequence[LineEdit]) -> set[int]:
    """Lines of the document whose included text is deleted altogether."""
    deleted = {place for edit in edits if not edit.lines for place in range(edit.start - 1, edit.end)}
    kept, gone = set[int](), set[int]()
    for place, line in enumerate(lines):
        if len(line.chain) > 1 and line.text.strip():
            (gone if place in deleted else kept).add(line.chain[0].number)
    return gone - kept


def place_edit(lines: Sequence[ComposedLine], edit: LineEdit) -> list[FileEdit] | None:
    """One edit as those of files; None if it has no place."""
    if edit.end < edit.start:
        before = lines[edit.start - 2] if edit.start > 1 else None
        gap = gap_between(before, lines[edit.start - 1] if edit.start <= len(lines) else None)
        return _within(gap.path, gap.indent, LineEdit(gap.behind + 1, gap.behind, edit.lines, marked=edit.marked))
    touched = lines[edit.start - 1 : edit.end]
    if lines_in_place(touched):
        first, last = touched[0].origin, touched[-1].origin
        return _within(first.path, first.indent, LineEdit(first.number, last.number, edit.lines, marked=edit.marked))
    pieces = split_edit(edit, [line.text for line in lines])
    if pieces == [edit]:
        return _whole_lines(lines, edit)
    found: list[FileEdit] = []
    for piece in pieces:
        placed = place_edit(lines, piece)
        if placed is None:
            return None
        found += placed
    return found


def _whole_lines(lines: Sequence[ComposedLine], edit: LineEdit) -> list[FileEdit] | None:
    """A deletion of lines of the document with all that they include."""
    first, last = lines[edit.start - 1].chain[0], lines[edit.end - 1].chain[0]
    begins = edit.start == 1 or lines[edit.start - 2].chain[0] != first
    ends = edit.end == len(lines) or lines[edit.end].chain[0] != last
    if edit.lines or not begins or not ends:
        return None
    return [FileEdit("", LineEdit(first.number, last.number, ()))]


def _within(path: str, indent: str, edit: LineEdit) -> list[FileEdit] | None:
    """The edit without what the include puts before each line."""
    if any(line.strip() and not line.startswith(indent) for line in edit.lines):
        return None
    rows = tuple(line.removeprefix(indent) if line.strip() else "" for line in edit.lines) if indent else edit.lines
    return [FileEdit(path, LineEdit(edit.start, edit.end, rows, marked=edit.marked))]
