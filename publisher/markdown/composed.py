"""A document with the texts that it includes, line by line: which file each line comes from, so that it can be edited there."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.includes import INCLUDE, MOST_DEEP, asked_for, choose_lines, has_include, single_lines
from publisher.markdown.snippets import SNIPPET, read_snippet, region_lines


class Origin(Struct, frozen=True):
    """A line of a file. ``path``: empty for the document; ``number``: from 1, 0 for a line that stands in no file.

    ``indent``: what an include puts before the line.
    """

    path: str
    number: int
    indent: str = ""


class ComposedLine(Struct, frozen=True):
    """``chain``: from the document's line, over the includes, to the line of the file that holds the text."""

    text: str
    chain: tuple[Origin, ...]

    @property
    def origin(self) -> Origin:
        return self.chain[-1]


class Gap(Struct, frozen=True):
    """A place between lines of a file: behind line ``behind``. ``indent``: see ``Origin``."""

    path: str
    behind: int
    indent: str = ""


_SNIPPET = re.compile(SNIPPET)


def compose_lines(text: str, grammar: Grammar, read: Reader) -> tuple[ComposedLine, ...]:
    """The lines of a document; in place of a line that asks for a file, those of the file."""
    syntaxes = grammar.syntaxes
    rows = list(enumerate(text.split("\n"), 1))
    if "includes" in syntaxes and has_include(text):
        return tuple(_compose(rows, "", (), "", read))
    if "snippets" in syntaxes and "<<<" in text:
        return tuple(line for number, row in rows for line in _snippet(number, row, read))
    return tuple(ComposedLine(row, (Origin("", number),)) for number, row in rows)


def _compose(
    rows: Sequence[tuple[int, str]], path: str, above: tuple[Origin, ...], indent: str, read: Reader
) -> Iterable[ComposedLine]:
    single = single_lines("\n".join(row for _, row in rows)).split("\n")
    around = {origin.path for origin in above} | {path}
    for (number, row), asked in zip(rows, single, strict=True):
        here = Origin(path, number, indent)
        match = INCLUDE.fullmatch(asked)
        if match is None:
            plain = row == asked  # else it is a sign around paths
            yield ComposedLine(indent + row, (*above, here)) if plain else _no_line(above, here)
            continue
        wanted, spec = asked_for(match)
        found = read(wanted)
        chosen = choose_lines(found[1], spec) if found and _is_plain(found[1]) else None
        if found is None or chosen is None or found[0] in around or len(above) >= MOST_DEEP:
            yield ComposedLine(indent + row, (*above, here))
        elif not chosen:
            yield _no_line(above, here)
        else:
            yield from _compose(chosen, found[0], (*above, here), indent + match["indent"], read)


def _no_line(above: tuple[Origin, ...], here: Origin) -> ComposedLine:
    """An empty line that no file holds, in place of one that asks for something."""
    return ComposedLine("", (*above, here, Origin(here.path, 0, here.indent)))


def _snippet(number: int, row: str, read: Reader) -> Iterable[ComposedLine]:
    """The code that a line asks for, in a fence that stands in no file."""
    here = Origin("", number)
    match = _SNIPPET.fullmatch(row)
    token = {name: match[f"snippet_{name}"] or "" for name in ("path", "region", "marks", "title")} if match else {}
    code = read_snippet(token, read) if match else None
    found = read(token["path"].removeprefix("@/").removeprefix("/")) if match else None
    if code is None or code.text is None or found is None or not _is_plain(found[1]):
        yield ComposedLine(row, (here,))
        return
    lines = region_lines(found[1], token["region"]) or []
    while lines and not lines[-1][1].strip():
        lines.pop()
    fence = "`" * 8
    yield ComposedLine(f"{fence}{code.language}", (here, Origin(found[0], 0)))
    for place, line in lines:
        yield ComposedLine(line, (here, Origin(found[0], place)))
    yield ComposedLine(fence, (here, Origin(found[0], 0)))


def _is_plain(text: str) -> bool:
    """Whether line ends are the only ends of lines in it, so that its lines can be counted."""
    return text.removesuffix("\n").split("\n") == (text.splitlines() or [""])


def gap_between(before: ComposedLine | None, behind: ComposedLine | None) -> Gap:
    """Where text between two lines is put: into the file that holds both, the outermost where that is not one."""
    if before is None:
        first = behind.chain[0] if behind else Origin("", 1)
        return Gap(first.path, first.number - 1, first.indent)
    following = behind.chain if behind else ()
    for level, origin in enumerate(before.chain):
        same = level < len(following) and following[level] == origin
        if not same or level + 1 == len(before.chain):
            return Gap(origin.path, origin.number, origin.indent)
    raise AssertionError("a chain is never empty")


def lines_in_place(lines: Sequence[ComposedLine]) -> bool:
    """Whether the lines follow each other in one file, so that they can be exchanged for others."""
    first = lines[0].chain
    return all(
        line.chain[:-1] == first[:-1]
        and line.origin.number
        and line.origin == Origin(first[-1].path, first[-1].number + offset, first[-1].indent)
        for offset, line in enumerate(lines)
    )
