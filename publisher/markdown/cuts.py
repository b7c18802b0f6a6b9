"""Ranges of a text are cut out of it, and what was around them stays whole: tables go on, and no quote is left empty."""

import re
from collections.abc import Iterable

_QUOTES = re.compile(r"[ \t]*(?:>[ \t]?)*")
_BLANK = re.compile(r"[ \t>]*\Z")
_ROW = re.compile(r"[ \t>]*\|")


def merge_ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def cut_ranges(text: str, hidden: Iterable[tuple[int, int]]) -> str:
    """``text`` without the ranges. Lines stay, and so do the quote signs before them."""
    parts, position, line_start = [], 0, 0
    for start, end in merge_ranges(hidden):
        line_start = max(line_start, text.rfind("\n", position, start) + 1)
        before = _QUOTES.match(text, line_start, start)
        signs = before[0].count(">") if before else 0
        quote = re.compile(rf"(?:[ \t]*>[ \t]?){{{signs}}}")
        rows = text[start:end].split("\n")[1:]
        kept = [found[0] if signs and (found := quote.match(row)) else "" for row in rows]
        if rows and text[end : end + 1] not in {"", "\n"}:  # what follows stays in its list item
            found = re.match(r"[ \t]*", rows[-1][len(kept[-1]) :])
            kept[-1] += found[0] if found else ""
        parts += [text[position:start], *("\n" + row for row in kept)]
        line_start = end - len(rows[-1]) if rows else line_start
        position = end
    cut = "".join([*parts, text[position:]])
    return _tidy(cut.split("\n"), text.split("\n")) if position else text


def _tidy(lines: list[str], before: list[str]) -> str:
    """The text of ``lines``, which were ``before`` until ranges were cut out of them."""
    blank = [_BLANK.match(line) is not None for line in lines]
    emptied = [
        found and line != old and not _BLANK.match(old) for found, line, old in zip(blank, lines, before, strict=True)
    ]
    _drop_quotes(lines, blank, emptied)
    return "\n".join(_join_rows(lines, blank, emptied))


def _drop_quotes(lines: list[str], blank: list[bool], emptied: list[bool]) -> None:
    """A quote that has lost all it held goes: its lines keep the signs of the quotes around it."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and blank[end] and ">" in lines[end]:
            end += 1
        if any(emptied[start:end]):
            around = (lines[start - 1] if start else "", lines[end] if end < len(lines) else "")
            depth = max(_depth(line) for line in around)
            lines[start:end] = [_signs(line, depth) for line in lines[start:end]]
        start = max(end, start + 1)


def _depth(line: str) -> int:
    found = _QUOTES.match(line)
    return found[0].count(">") if found else 0


def _signs(line: str, depth: int) -> str:
    return line if _depth(line) <= depth else ">" * depth


def _join_rows(lines: list[str], blank: list[bool], emptied: list[bool]) -> list[str]:
    """A table goes on behind rows that were cut out; their lines come behind it, so that the lines of the rest stay."""
    result, owed, place = list[str](), list[str](), 0
    while place < len(lines):
        if emptied[place] and result and _ROW.match(result[-1]):
            end = place
            while end < len(lines) and blank[end]:
                end += 1
            if end < len(lines) and emptied[end - 1] and _ROW.match(lines[end]):
                owed += lines[place:end]
                place = end
        if blank[place]:
            result += owed
            owed = []
        result.append(lines[place])
        place += 1
    return result + owed
