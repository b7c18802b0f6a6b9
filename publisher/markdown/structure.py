"""One scanner of lines for all that looks at the text itself: what is code, and in which container a line is.

It knows list items, quotes, blocks that are indented below a marker, fences, indented code, ``<pre>`` and comments, and
that a fence ends with its container. It does not read what is in a line, apart from code spans.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_FENCE = re.compile(r"(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)")
_ITEM = re.compile(r"(?P<marker>[*+-]|\d{1,9}[.)])(?P<space> +|$)")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
#: Markers whose block is indented by four below them: admonitions, tabs, footnotes, definitions.
_INDENTING = re.compile(r"(?:!!!|\?\?\?\+?) |===[+!]* +\"|\[\^[^\]\s]+\]:|: +\S")
_RAW = re.compile(r"<(?:(?P<tag>pre|script|style|textarea)(?=[\s>]|$)|(?P<comment>!--))", re.I)
_BLOCK_START = re.compile(r"#{1,6}(?:\s|$)|<[A-Za-z/!?]|:{3,}|/{3,}|\|")
_QUOTE = re.compile(r" {0,3}> ?")
_HEADING = re.compile(r"#{1,6}(?:\s|$)")
_TICKS = re.compile("`+")


class Line(NamedTuple):
    """``start`` and ``end``: offsets of the line, without its end. ``text``: offset behind the signs of its containers.

    ``depth``: how many containers it is in. ``code``: no Markdown, but code, ``<pre>`` or a comment, markers included.
    ``begins``: a paragraph of the line before does not go on in it.
    """

    start: int
    end: int
    text: int
    depth: int
    code: bool
    begins: bool


@dataclass(slots=True)
class _Scanner:
    """``widths``: of each open container the columns that its lines are indented by; 0 for a quote."""

    indented_code: bool
    widths: list[int] = field(default_factory=list)
    fence: str = ""
    raw_end: str = ""
    paragraph: bool = False

    def scan(self, text: str, position: int) -> Iterator[Line]:
        new = tuple.__new__  # without the check of names
        while position <= len(text):
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            line = text[position:end]
            # The kinds of lines that most texts are made of: empty ones, code, and text that begins at the margin.
            if not line:
                self.paragraph = False
                yield new(Line, (position, end, end, len(self.widths), bool(self.fence or self.raw_end), True))
            elif self.fence and not self.widths and self.fence not in line and not line.isspace():
                yield new(Line, (position, end, position, 0, True, True))
            elif line[:1].isalpha() and not (self.widths or self.fence or self.raw_end):
                yield new(Line, (position, end, position, 0, False, not self.paragraph))
                self.paragraph = True
            else:
                yield self._line(line, position)
            position = end + 1

    def _line(self, line: str, position: int) -> Line:
        end = position + len(line)
        if not line.strip():
            self.paragraph = False
            code = bool(self.fence or self.raw_end)
            return Line(position, end, end, len(self.widths), code, True)
        if (self.fence or self.raw_end) and not self.widths:
            if not self.fence or self.fence in line:
                self._end_code(line)
            return Line(position, end, position, 0, True, True)
        kept, column, offset = self._containers(line)
        if kept < len(self.widths) and (
            self.fence or self.raw_end or not self.paragraph or self._starts(line[offset:])
        ):
            del self.widths[kept:]
            self.fence = self.raw_end = ""
            self.paragraph = False
        if self.fence or self.raw_end:
            self._end_code(line[offset:])
            return Line(position, end, position + offset, len(self.widths), True, True)
        return self._text_line(line, position, column, offset)

    def _containers(self, line: str) -> tuple[int, int, int]:
        """(open containers that go on in the line, columns and characters that they take)."""
        column = offset = 0
        for number, width in enumerate(self.widths):
            if width:
                start = column
                while column < start + width and offset < len(line) and line[offset] in " \t":
                    column += 4 - column % 4 if line[offset] == "\t" else 1
                    offset += 1
                if column < start + width:
                    return number, start, offset - (column - start)
            else:
                quote = _QUOTE.match(line, offset)
                if quote is None:
                    return number, column, offset
                column += quote.end() - offset
                offset = quote.end()
        return len(self.widths), column, offset

    def _starts(self, rest: str) -> bool:
        """Whether the text begins a block, so that it does not belong to the paragraph before it."""
        text = rest.lstrip(" ")
        if text[:1].isalpha():  # most lines: no block begins with a letter
            return False
        starts = (_FENCE, _ITEM, _RULE, _BLOCK_START, _INDENTING)
        return text.startswith(">") or any(pattern.match(text) for pattern in starts)

    def _end_code(self, rest: str) -> None:
        if self.fence:
            found = _FENCE.match(rest.strip(" \t"))
            if found and found["mark"].startswith(self.fence) and not found["info"].strip():
                self.fence = ""
        elif self.raw_end in rest.lower():
            self.raw_end = ""

    def _text_line(self, line: str, position: int, column: int, offset: int) -> Line:
        begins = not self.paragraph
        while True:
            behind = line[offset:]
            rest = behind.lstrip(" \t")
            here = offset + len(behind) - len(rest)
            spread = behind.expandtabs(4)
            indent = len(spread) - len(spread.lstrip(" "))
            if indent >= 4 and self.indented_code:
                code = not self.paragraph
                return Line(position, position + len(line), position + here, len(self.widths), code, begins)
            if rest.startswith(">"):
                self.widths.append(0)
                offset = here + (2 if rest[1:2] == " " else 1)
            elif rest[:1].isalpha():
                break
            elif (item := _ITEM.match(rest.expandtabs(4))) and not _RULE.match(rest):
                if self.paragraph and (not rest[item.end("marker") :].strip() or item["marker"][:-1] not in {"", "1"}):
                    break
                space = len(item["space"])
                width = indent + len(item["marker"]) + (space if 0 < space < 5 else 1)
                self.widths.append(width)
                offset = here + len(item["marker"]) + min(space, 1)
                if 0 < space < 5:
                    offset = here + len(rest) - len(rest[len(item["marker"]) :].lstrip(" \t"))
            else:
                break
            begins, self.paragraph = True, False
            if not line[offset:].strip():
                return Line(position, position + len(line), position + len(line), len(self.widths), False, True)
        return self._block(line, position, here, begins=begins)

    def _block(self, line: str, position: int, here: int, *, begins: bool) -> Line:
        rest, depth = line[here:], len(self.widths)
        if rest[:1].isalpha():
            self.paragraph = True
            return Line(position, position + len(line), position + here, depth, False, begins)
        fence, raw = _FENCE.match(rest), _RAW.match(rest)
        code = False
        if fence:
            self.fence, code = fence["mark"], True
        elif raw:
            self.raw_end = "-->" if raw["comment"] else f"</{raw['tag'].lower()}>"
            code = True
            self._end_code(rest[raw.end() :])
        begins = begins or code or self._starts(rest)
        self.paragraph = not (code or _HEADING.match(rest) or _RULE.match(rest))
        if _INDENTING.match(rest):
            self.widths.append(4)
            self.paragraph = rest[0] in "[:"
        return Line(position, position + len(line), position + here, depth, code, begins)


def scan_lines(text: str, start: int = 0, *, indented_code: bool = True) -> Iterator[Line]:
    """Every line of ``text`` from ``start``. ``indented_code``: whether four columns make code; in MDX they do not."""
    return _Scanner(indented_code).scan(text, start)


def _blank(text: str) -> str:
    return "\n".join([" " * len(line) for line in text.split("\n")])


def mask_code(text: str, *, indented_code: bool = True) -> str:
    """``text`` with blanks in place of code: every other character stays where it is."""
    parts: list[str] = []
    edges: list[int] = []
    position = 0
    for start, end, _, _, code, begins in scan_lines(text, indented_code=indented_code):
        if code:
            parts += (text[position:start], " " * (end - start))
            position = end
        if begins or code:
            edges.append(start)
    parts.append(text[position:])
    return _mask_spans("".join(parts), edges)


def mask_spans(text: str) -> str:
    """Text that is one paragraph, with blanks in place of its code spans."""
    return _mask_spans(text, [])


def _mask_spans(text: str, edges: list[int]) -> str:
    """``text`` without code spans. ``edges``: where paragraphs begin, which no span reaches over."""
    if "`" not in text:
        return text
    runs = [
        (start, end)
        for first, end in map(re.Match.span, _TICKS.finditer(text))
        # A backslash takes the first backtick from the run.
        if (start := first + (first > 0 and text[first - 1] == "\\")) < end
    ]
    ends = _find_ends(runs, edges)
    parts, position = [], 0
    for place, (start, _) in enumerate(runs):
        if start >= position and (stop := ends[place]):
            parts += [text[position:start], _blank(text[start:stop])]
            position = stop
    return "".join([*parts, text[position:]])


def _find_ends(runs: list[tuple[int, int]], edges: list[int]) -> list[int]:
    """For each run of backticks where the next one of its length ends in its paragraph; 0 if there is none."""
    ends = [0] * len(runs)
    following: dict[int, int] = {}  # length → the end of the next run of it
    edge = len(edges)
    for place in range(len(runs) - 1, -1, -1):
        start, end = runs[place]
        # A paragraph that begins behind this run, and before the next one, holds all that is known.
        before = edge
        while edge and edges[edge - 1] > start:
            edge -= 1
        if edge < before:
            following = {}
        ends[place] = following.get(end - start, 0)
        following[end - start] = end
    return ends
