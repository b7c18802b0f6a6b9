"""MyST's lines that are no text: comments behind ``%``, and ``+++`` between the cells of a notebook, with data behind it.

They are found by the containers that a line is in, so that one in a list, a quote or HTML counts, and none in code.
"""

import re
from collections.abc import Iterator
from typing import Any

from publisher.markdown.directive_names import LITERAL
from publisher.markdown.structure import Line, Scanner

#: Behind the signs of containers. A definition and a footnote may begin with a comment too.
_SILENT = re.compile(r"(?::[ \t]+|\[\^[^\]\s]+\]:[ \t]*)?(?P<silent>%|\+\+\+)")
_MARGIN = re.compile(r"^%[^\n]*", re.M)
_ANYWHERE = re.compile(r"^[ \t>]*%[^\n]*", re.M)
#: Where the parser keeps the lines of a token.
_TEXTS = {"paragraph": "text", "block_text": "text", "heading": "text", "block_html": "raw"}
_REST = re.compile(r"^[ \t]*(?:%|\+\+\+)", re.M)
_VERBATIM = re.compile(r"<(?:pre|script|style|textarea|!--)", re.I)
_OPENING = re.compile(r"(?P<mark>:{3,})[ \t]*\{(?P<name>[A-Za-z][\w:.+-]*)\}")
_ROW = re.compile(r"[ \t>]*(?P<text>[^\n]*)(?:\n|\Z)")


def find_line_comments(text: str) -> Iterator[tuple[int, int]]:
    """The start and the end of what such lines hold, without the signs of their containers."""
    scanner = Scanner(indented_code=True)
    lines = scanner.scan(text, 0)
    while (line := next(lines, None)) is not None:
        if line.code:
            continue
        opening = _OPENING.match(text, line.text, line.end) if line.begins else None
        if opening and opening["name"] in LITERAL:
            scanner.paragraph = False
            lines = scanner.scan(text, _behind(text, line, opening["mark"]))
        elif "\n" in text[line.start : line.end]:
            yield from (match.span() for match in _MARGIN.finditer(text, line.start, line.end))
        elif found := _SILENT.match(text, line.text, line.end):
            yield found.start("silent"), line.end


def without_comments(text: str) -> str:
    """Text that is shown as it is written, though nobody could read it: what may be a comment in it goes."""
    return _ANYWHERE.sub("", text) if "%" in text else text


def without_silent(text: str) -> str:
    """Text in which nothing is code, without the lines that are none."""
    return "\n".join(row for row in text.split("\n") if not _REST.match(row))


def find_close(text: str, start: int, mark: str) -> tuple[int, int]:
    """(end of the code, end of the closing line) of a directive between colons that holds no Markdown."""
    found = re.compile(rf"^ {{0,3}}:{{{len(mark)},}}[ \t]*(?:\n|\Z)", re.M).search(text, start)
    return found.span() if found else (len(text), len(text))


def _behind(text: str, line: Line, mark: str) -> int:
    """Where the text goes on behind such a directive. In a list or a quote it ends with that, too."""
    start, column = line.end + 1, line.text - line.start
    if not line.depth:
        return max(start, find_close(text, start, mark)[1])
    while start < len(text) and (row := _ROW.match(text, start)):
        content = row["text"].rstrip()
        if content and row.start("text") - row.start() < column:
            return start
        start = row.end()
        if content.startswith(mark) and not content.strip(":"):
            return start
    return len(text) + 1


def _drop_rest(markdown: Any, state: Any) -> None:
    """A hook of mistune: lines that the scanner took for code, or for others, and that the parser found to be text."""
    levels = [state.tokens]
    while levels:
        for token in levels.pop():
            if "children" in token:
                levels.append(token["children"])
            name = _TEXTS.get(token["type"], "")
            text = token.get(name, "")
            if (
                not text
                or not _REST.search(text)
                or token.get("style") == "atx"
                or (name == "raw" and _VERBATIM.search(text))
            ):
                continue
            token[name] = without_silent(text)
            if "source" in token:
                token["source"] = token[name]


def line_comments(markdown: Any) -> None:
    """The mistune plug-in. Most of the lines are cut out before the parser sees them (see ``comments``)."""
    markdown.before_render_hooks.append(_drop_rest)
