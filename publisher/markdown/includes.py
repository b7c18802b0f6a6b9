"""Other files in a document: ``{{#include path:range}}`` (mdBook), ``--8<-- "path:range"`` (PyMdown)."""

import re
from collections.abc import Callable

#: (path as written) → text, or None if there is no such file that may be read.
Reader = Callable[[str], str | None]
#: One line that asks for another file.
INCLUDE = re.compile(
    r"^(?P<indent>[ \t]*)(?:\{\{#(?:rustdoc_)?include\s+(?P<book>[^}\s]+)\s*\}\}|-+8<-+[ \t]+[\"'](?P<snippet>[^\"'\n]+)[\"'])[ \t]*$",
    re.M,
)


def select_lines(text: str, spec: str) -> str:
    """The part that ``start:end`` (lines from 1, either may be empty) or a section's name asks for."""
    lines = text.splitlines()
    numbers = re.fullmatch(r"(-?\d*)(?::(-?\d*))?", spec)
    if not spec:
        chosen = lines
    elif numbers:
        first = int(numbers[1] or 1)
        last = first if numbers[2] is None else int(numbers[2] or len(lines))
        chosen = lines[max(first, 1) - 1 : last]
    else:
        name = re.escape(spec)
        start = re.compile(rf"ANCHOR:\s*{name}\s*$|--8<--\s*\[start:{name}\]")
        end = re.compile(rf"ANCHOR_END:\s*{name}\s*$|--8<--\s*\[end:{name}\]")
        at = [number for number, line in enumerate(lines) if start.search(line)]
        to = [number for number, line in enumerate(lines) if end.search(line)]
        chosen = lines[at[0] + 1 : to[0]] if at and to else []
    marks = re.compile(r"ANCHOR(?:_END)?:\s*[\w-]+\s*$|--8<--\s*\[(?:start|end):")
    return "\n".join(line for line in chosen if not marks.search(line))


def include_files(text: str, read: Reader, missing: Callable[[int, str], None], depth: int = 0) -> str:
    """``text`` with every include line replaced. ``missing``: called with the line (from 0) and the path."""

    def replace(match: re.Match[str]) -> str:
        path, _, spec = (match["book"] or match["snippet"]).partition(":")
        found = read(path) if depth < 8 else None
        if found is None:
            missing(text.count("\n", 0, match.start()), path)
            return match.group(0)
        inner = include_files(select_lines(found, spec), read, lambda line, name: missing(0, name), depth + 1)
        return "\n".join(match["indent"] + line for line in inner.splitlines())

    return INCLUDE.sub(replace, text)
