"""mistune's reader of lists, with each pattern compiled once, and tried on those lines alone that it may match."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from mistune import BlockParser
from mistune.core import BlockState
from mistune.util import strip_end

Token = dict[str, Any]
_BLANK = re.compile(r"[ \t\v\f]*\n")
_HAS_TEXT = re.compile(r"\s*\S")
_BREAKING = ("thematic_break", "fenced_code", "atx_heading", "block_quote", "block_html", "list")
#: What a line begins with that ends an item although no blank line stands before it. A digit does too.
_BREAK_SIGNS = frozenset("-_*+`~#><")
_NESTING = {"list", "block_quote"}


class _Marker(NamedTuple):
    """The start of an item: what stands before the marker, the marker, and the rest of its line."""

    spaces: str
    sign: str
    text: str

    @property
    def width(self) -> int:
        return len(self.spaces) + len(self.sign)


class _Lines(NamedTuple):
    """The lines of an item behind its first one. ``end``: the end of a block right after the item, whose token is at ``place``."""

    text: str
    following: _Marker | None = None
    loose: bool = False
    end: int | None = None
    place: int = 0


def parse_list(block: BlockParser, match: re.Match[str], state: BlockState) -> int:
    """Appends the token of the list that begins with ``match``; where the text goes on."""
    item: _Marker | None = _Marker(match["list_1"], match["list_2"], match["list_3"])
    assert item is not None
    sign, depth = item.sign, state.depth()
    start = int(sign[:-1]) if len(sign) > 1 else 1
    # An empty item and one with another number do not end a paragraph.
    if (not item.text.strip() or start != 1) and (end := state.append_paragraph()):
        return end
    token: Token = {
        "type": "list",
        "children": [],
        "tight": True,
        "bullet": sign[-1],
        "attrs": {"depth": depth, "ordered": len(sign) > 1} | ({"start": start} if start != 1 else {}),
    }
    state.cursor = match.end() + 1
    rules = block.list_rules
    if depth >= block.max_nested_level - 1:
        rules = [rule for rule in rules if rule not in _NESTING]
    reader = _Reader(block, state, token, rules)
    while item is not None:
        item = reader.parse_item(item)
    _tighten(token)
    if reader.end:
        state.tokens.insert(reader.place, token)
        return reader.end
    state.append_token(token)
    return state.cursor


def _tighten(token: Token) -> None:
    if token["tight"]:
        for item in token["children"]:
            for child in item["children"]:
                if child["type"] == "paragraph":
                    child["type"] = "block_text"
                elif child["type"] == "list":
                    _tighten(child)


class _Reader:
    """Reads the items of one list. ``end`` and ``place``: of a block right behind it that has been read, too."""

    def __init__(self, block: BlockParser, state: BlockState, token: Token, rules: list[str]) -> None:
        self.block, self.state, self.token, self.rules = block, state, token, rules
        self.end: int | None = None
        self.place = 0

    def parse_item(self, item: _Marker) -> _Marker | None:
        """Adds one item; the marker of the next one."""
        text, width = _cut_marker(item.text, item.width)
        lines = self._collect(item, text, width)
        if lines.loose:
            self.token["tight"] = False
        if lines.end is not None:
            self.end, self.place = lines.end, lines.place
        child = self.state.child_state(strip_end(text + _dedent(lines.text, width)))
        self.block.parse(child, self.rules)
        if self.token["tight"] and _is_loose(child.tokens):
            self.token["tight"] = False
        self.token["children"].append({"type": "list_item", "children": child.tokens})
        return lines.following

    def _collect(self, item: _Marker, text: str, width: int) -> _Lines:
        state, source = self.state, self.state.src
        found: list[str] = []
        indent = " " * width
        blank = False
        while state.cursor < state.cursor_max:
            start = state.cursor
            following = source.find("\n", start) + 1 or state.cursor_max
            line = source[start:following]
            if line == "\n" or (line[0] in " \t\v\f" and _BLANK.match(line)):
                found.append("\n")
                blank = True
            elif line.startswith(indent) or _is_continued(line, width):
                if blank and not text and not "".join(found).strip():
                    break  # an item begins with one blank line at most
                found.append(line)
                blank = False
            else:
                if (sign := line.lstrip(" \t")[:1]) in _BREAK_SIGNS or sign.isdecimal():
                    broken = self._break(item, line, "".join(found), blank=blank)
                    if isinstance(broken, _Lines):
                        return broken
                    if broken:
                        break
                if blank:
                    break
                found.append(line)
            state.cursor = following
        return _Lines("".join(found))

    def _break(self, item: _Marker, line: str, found: str, *, blank: bool) -> _Lines | bool:
        """What ends the item on a line: the lines so far if something was read behind them, else whether it ends."""
        state = self.state
        match = _break_pattern(self.block, item.width).match(state.src, state.cursor)
        if match is None or match.lastgroup != "thematic_break":
            following = _item_pattern(item.sign[-1], min(item.width, 3)).match(_expand_tabs(line))
            if following:
                state.cursor += len(line)
                return _Lines(found, _Marker(*following.groups()), loose=blank)
        if match is None:
            return False
        if match.lastgroup == "list":
            return True
        place = len(state.tokens)
        end = self.block.parse_method(match, state)
        return _Lines(found, end=end, place=place) if end else False


@lru_cache(maxsize=1024)
def _break_pattern(block: BlockParser, width: int) -> re.Pattern[str]:
    """The blocks that end an item whose marker takes ``width`` columns: they are indented by less."""
    return _compile_break(tuple((name, block.specification[name]) for name in _BREAKING), min(width, 3))


@cache
def _compile_break(rules: Sequence[tuple[str, str]], width: int) -> re.Pattern[str]:
    indented = ((name, pattern.replace(" {0,3}", f" {{0,{width}}}", 1)) for name, pattern in rules)
    return re.compile("|".join(rf"(?P<{name}>(?<=\n){pattern})" for name, pattern in indented), re.M)


@cache
def _item_pattern(bullet: str, width: int) -> re.Pattern[str]:
    sign = rf"\d{{1,9}}\{bullet}" if bullet in ".)" else re.escape(bullet)
    return re.compile(rf"^( {{0,{width}}})({sign})([ \t]*|[ \t][^\n]+)$")


def _cut_marker(text: str, width: int) -> tuple[str, int]:
    """(the text behind a marker, the columns that the lines of its item are indented by)."""
    text = _expand_tabs(text, width)
    if not _HAS_TEXT.match(text):
        return "", width + 1
    indent = len(text) - len(text.lstrip(" "))
    space = 1 if indent >= 5 else indent  # more is code
    return text[space:] + "\n", width + space


def _dedent(text: str, width: int) -> str:
    if not text:
        return text
    indent = " " * width
    return "\n".join(
        line[width:]
        if line.startswith(indent) and "\t" not in line
        else _strip_indent(line, width)
        if _is_continued(line, width)
        else _expand_tabs(line)
        for line in text.split("\n")
    )


def _is_continued(line: str, columns: int) -> bool:
    """Whether a line is indented by so many columns, tabs included."""
    width = 0
    for char in line:
        if char == " ":
            width += 1
        elif char == "\t":
            width += 4 - width % 4
        else:
            break
        if width >= columns:
            return True
    return False


def _strip_indent(line: str, columns: int) -> str:
    """A line without so many columns; the columns of a tab that are left are blanks."""
    width = index = 0
    while index < len(line) and width < columns:
        width += 4 - width % 4 if line[index] == "\t" else 1
        index += 1
    left = " " * (width - columns)
    rest = line[index:]
    if rest[:1] == "\t" or (rest[:1] == " " and "\t" in rest):
        return left + _expand_tabs(rest, width)
    return left + rest


def _expand_tabs(line: str, column: int = 0) -> str:
    """A line with blanks in place of the tabs before its text."""
    rest = line.lstrip(" \t")
    indent = line[: len(line) - len(rest)]
    if "\t" not in indent:
        return line
    start = column
    for char in indent:
        column += 4 - column % 4 if char == "\t" else 1
    return " " * (column - start) + rest


def _is_loose(tokens: Sequence[Token]) -> bool:
    paragraphs = 0
    for token in tokens:
        paragraphs += token["type"] == "paragraph"
        if token["type"] == "blank_line" or paragraphs > 1:
            return True
    return False
