"""One scanner of lines for all that looks at the text itself: what is code, and in which container a line is.

It knows list items, quotes, blocks that are indented below a marker, fences, indented code, ``<pre>`` and comments, and
that a fence ends with its container. It does not read what is in a line, apart from code spans.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct, field

_FENCE = re.compile(r"(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)", re.M)
_ITEM = re.compile(r"(?P<marker>[*+-]|\d{1,9}[.)])(?P<space> +|$)")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
#: Markers whose block is indented by four below them: admonitions, tabs, footnotes, definitions.
_INDENTING = re.compile(r"(?:!!!|\?\?\?\+?) |===[+!]* +\"|\[\^[^\]\s]+\]:|: +\S")
_RAW = re.compile(r"<(?:(?P<tag>pre|script|style|textarea)(?=[\s>]|$)|(?P<comment>!--))", re.I)
_BLOCK_START = re.compile(r"#{1,6}(?:\s|$)|<[A-Za-z/!?]|:{3,}|/{3,}|\|")
_QUOTE = re.compile(r" {0,3}> ?")
_HEADING = re.compile(r"#{1,6}(?:\s|$)")
_START = re.compile(
    rf" *(?:>|`{{3,}}(?=[^`\n]*$)|~{{3,}}|(?:[*+-]|\d{{1,9}}[.)])(?: |$)|{_RULE.pattern}|{_BLOCK_START.pattern}|{_INDENTING.pattern})"
)
#: What no line begins with that is text and nothing else.
_SIGNS = frozenset("`~<>#*-_!?=[:/|+")
_TICKS = re.compile("``*")  # a pattern that begins with a character is searched for much faster than "`+"
#: Lines at the margin: those that begin no block, empty ones, and headings between these.
_TEXT = re.compile(
    r"(?:(?:[^\s\d`~<>#*_!?=[:/|+-]|\*\*?(?![\s*])|`(?!``)|\[(?!\^)|(?<=\n\n)#{1,6} (?=[^\n]*\n\n))[^\n]*\n|\n)++"
)
_EMPTY = re.compile(r"\n(?=\n)")


class Line(NamedTuple):
    """A line; or all of the lines of a fence at the margin; or several at the margin that begin no container.

    ``start`` and ``end``: offsets of the line, without its end. ``text``: offset behind the signs of its containers.

    ``depth``: how many containers it is in. ``code``: no Markdown, but code, ``<pre>`` or a comment, markers included.
    ``begins``: a paragraph of the line before does not go on in it. Behind an empty line in it, another one begins.
    """

    start: int
    end: int
    text: int
    depth: int
    code: bool
    begins: bool


class Scanner(Struct):
    """``widths``: of each open container the columns that its lines are indented by; 0 for a quote."""

    indented_code: bool
    widths: list[int] = field(default_factory=list)
    fence: str = ""
    raw_end: str = ""
    paragraph: bool = False

    def scan(self, text: str, position: int) -> Iterator[Line]:
        while position <= len(text):
            at_margin = not (self.widths or self.fence or self.raw_end)
            if at_margin and (lines := _TEXT.match(text, position)):
                end = lines.end() - 1
                yield Line(position, end, position, 0, False, not self.paragraph or text[position] == "\n")
                self.paragraph = end > position and text[end - 1] != "\n"
            elif at_margin and (fence := _FENCE.match(text, position)):
                self.fence, self.paragraph = fence["mark"], False
                end = self._find_fence(text, fence.end() + 1)
                yield Line(position, end, position, 0, True, True)
            else:
                end = text.find("\n", position)
                end = len(text) if end < 0 else end
                yield self._line(text[position:end], position)
            position = end + 1

    def _find_fence(self, text: str, position: int) -> int:
        """The end of the line that ends the code, which is at the margin."""
        while (found := text.find(self.fence, position)) >= 0:
            end = text.find("\n", found)
            end = len(text) if end < 0 else end
            self._end_code(text[max(text.rfind("\n", position, found) + 1, position) : end])
            if not self.fence:
                return end
            position = end + 1
        return len(text)

    def _line(self, line: str, position: int) -> Line:
        end = position + len(line)
        if not line.strip():
            self.paragraph = False
            code = bool(self.fence or self.raw_end)
            return Line(position, end, end, len(self.widths), code, True)
        kept, offset = self._containers(line) if self.widths else (0, 0)
        if kept < len(self.widths) and (self.fence or self.raw_end or not self.paragraph or _START.match(line, offset)):
            del self.widths[kept:]
            self.fence = self.raw_end = ""
            self.paragraph = False
        if self.fence or self.raw_end:
            if not self.fence or self.fence in line:
                self._end_code(line[offset:])
            return Line(position, end, position + offset, len(self.widths), True, True)
        return self._text_line(line, position, offset)

    def _containers(self, line: str) -> tuple[int, int]:
        """(open containers that go on in the line, characters that they take)."""
        columns = sum(self.widths)
        if 0 not in self.widths and line.startswith(" " * columns):
            return len(self.widths), columns
        column = offset = 0
        for number, width in enumerate(self.widths):
            if width:
                start, begin = column, offset
                while column < start + width and offset < len(line) and line[offset] in " \t":
                    column += 4 - column % 4 if line[offset] == "\t" else 1
                    offset += 1
                if column < start + width:
                    return number, begin
            else:
                quote = _QUOTE.match(line, offset)
                if quote is None:
                    return number, offset
                column += quote.end() - offset
                offset = quote.end()
        return len(self.widths), offset

    def _end_code(self, rest: str) -> None:
        if self.fence:
            found = _FENCE.match(rest.strip(" \t"))
            if found and found["mark"].startswith(self.fence) and not found["info"].strip():
                self.fence = ""
        elif self.raw_end in rest.lower():
            self.raw_end = ""

    def _text_line(self, line: str, position: int, offset: int) -> Line:
        begins = not self.paragraph
        while True:
            rest = line[offset:].lstrip(" \t")
            here, sign = len(line) - len(rest), rest[:1]
            indent = len(line[offset:here].expandtabs(4))
            if indent >= 4 and self.indented_code:
                code = not self.paragraph
                return Line(position, position + len(line), position + here, len(self.widths), code, begins)
            if sign not in _SIGNS and not sign.isdecimal():
                self.paragraph = True
                return Line(position, position + len(line), position + here, len(self.widths), False, begins)
            if sign == ">":
                self.widths.append(0)
                offset = here + (2 if rest[1:2] == " " else 1)
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
        rest, depth, code = line[here:], len(self.widths), False
        if fence := _FENCE.match(rest):
            self.fence, code = fence["mark"], True
        elif raw := _RAW.match(rest):
            self.raw_end = "-->" if raw["comment"] else f"</{raw['tag'].lower()}>"
            code = True
            self._end_code(rest[raw.end() :])
        begins = begins or code or _START.match(rest) is not None
        self.paragraph = not (code or _HEADING.match(rest) or _RULE.match(rest))
        if _INDENTING.match(rest):
            self.widths.append(4)
            self.paragraph = rest[0] in "[:"
        return Line(position, position + len(line), position + here, depth, code, begins)


def scan_lines(text: str, start: int = 0, *, indented_code: bool = True) -> Iterator[Line]:
    """All lines of ``text`` from ``start``. ``indented_code``: whether four columns make code; in MDX they do not."""
    return Scanner(indented_code).scan(text, start)


def _blank(text: str) -> str:
    return "\n".join([" " * len(line) for line in text.split("\n")]) if "\n" in text else " " * len(text)


def mask_code(text: str, *, indented_code: bool = True) -> str:
    """``text`` with blanks in place of code: every other character stays where it is."""
    parts: list[str] = []
    edges: list[int] = []
    position = 0
    for start, end, _, _, code, begins in scan_lines(text, indented_code=indented_code):
        if code:
            parts += (text[position:start], _blank(text[start:end]))
            position = end
        if begins or code:
            edges.append(start)
        if not code:
            edges += [edge.start() for edge in _EMPTY.finditer(text, start, end)]
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
