"""Edits of lines: as small as may be, and several of them as one text."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from msgspec import Struct


class LineEdit(Struct, frozen=True):
    """Lines ``start`` to ``end`` (from 1, both included) become ``lines``; nothing is replaced if ``end`` is ``start - 1``.

    ``marked``: the lines are a conflict with its markers, which is no edit of single lines.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    marked: bool = False


def apply_line_edits(lines: Sequence[str], edits: Iterable[LineEdit]) -> list[str]:
    """The lines with the edits."""
    result = list(lines)
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        result[edit.start - 1 : edit.end] = edit.lines
    return result


def split_edit(edit: LineEdit, lines: Sequence[str]) -> list[LineEdit]:
    """The edit as several that touch no line which stays as it is."""
    old = lines[edit.start - 1 : edit.end]
    if edit.marked or not old:
        return [edit]
    found = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, edit.lines, autojunk=False).get_opcodes():
        if kind == "replace" and i2 - i1 == j2 - j1:
            rows = zip(range(i1, i2), edit.lines[j1:j2], strict=True)
            found += [LineEdit(edit.start + place, edit.start + place, (new,)) for place, new in rows]
        elif kind != "equal":
            found.append(LineEdit(edit.start + i1, edit.start + i2 - 1, tuple(edit.lines[j1:j2])))
    return found


class Combined(Struct, frozen=True):
    """``lines``: with the edits of all. ``conflicts``: line and who, where they differ."""

    lines: tuple[str, ...]
    conflicts: tuple[tuple[int, tuple[str, ...]], ...]


def combine_edits(lines: Sequence[str], edits: Iterable[tuple[str, LineEdit]]) -> Combined:
    """The edits of one file that come from several pages; ``edits``: (whose page, edit).

    The same edit counts once. Where two pages have edited the same lines in different ways, both are kept between markers.
    """
    pieces = {(owner, piece) for owner, edit in edits for piece in split_edit(edit, lines)}
    ordered = sorted(pieces, key=lambda piece: (piece[1].start, piece[1].end, piece[0], piece[1].lines))
    groups: list[list[tuple[str, LineEdit]]] = []
    for owner, piece in ordered:
        if groups and _touch(groups[-1], piece):
            groups[-1].append((owner, piece))
        else:
            groups.append([(owner, piece)])
    chosen: list[LineEdit] = []
    conflicts: list[tuple[int, tuple[str, ...]]] = []
    for group in groups:
        owners = tuple(sorted({owner for owner, _ in group}))
        start, end = min(e.start for _, e in group), max(e.end for _, e in group)
        old = list(lines[start - 1 : end])
        versions = {owner: _version(old, start, [e for who, e in group if who == owner]) for owner in owners}
        if len(set(map(tuple, versions.values()))) == 1:
            chosen.append(LineEdit(start, end, tuple(versions[owners[0]])))
            continue
        conflicts.append((start, owners))
        first, *others = owners
        marked = [f"<<<<<<< page of {first}", *versions[first], "||||||| document", *old]
        marked += [line for owner in others for line in ("=======", *versions[owner])]
        chosen.append(LineEdit(start, end, (*marked, f">>>>>>> page of {others[-1]}"), marked=True))
    return Combined(tuple(apply_line_edits(lines, chosen)), tuple(conflicts))


def _touch(group: list[tuple[str, LineEdit]], piece: LineEdit) -> bool:
    """Whether an edit is of lines that one of the group edits, or puts something into the same place."""
    for _, other in group:
        gap = piece.end < piece.start or other.end < other.start
        if piece.start <= other.end and other.start <= piece.end:
            return True
        if gap and piece.start == other.start and piece.end == other.end:
            return True
    return False


def _version(old: list[str], start: int, edits: list[LineEdit]) -> list[str]:
    moved = [LineEdit(e.start - start + 1, e.end - start + 1, e.lines) for e in edits]
    return apply_line_edits(old, moved)
