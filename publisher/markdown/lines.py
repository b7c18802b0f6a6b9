"""mistune's block parser, taught to remember the line that every block starts on.

mistune's tokens carry no lines, and what is in quotes and list items is parsed on its own. Both strip
a prefix from each line but keep lines one to one, so a nested text is placed by the line that it starts on.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from mistune import BlockParser
from mistune.core import BlockState
from mistune.helpers import unescape_char
from mistune.util import escape_url, unikey

from publisher.markdown.dispatch import Dispatch
from publisher.markdown.lists import parse_list

Token = dict[str, Any]
_BARE_MARKER = re.compile(r"[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]*$")
#: Lines that begin another block, and so end a table or a footnote although no blank line stands before them.
OTHER_BLOCK = re.compile(
    r" {0,3}(?:>|#{1,6}(?:\s|$)|`{3}|~{3}|[-*+](?:\s|$)|\d{1,9}[.)]\s|<[A-Za-z/!?]|(?:[-*_][ \t]*){3,}$|!!!|\?\?\?|:::|///|===)"
)
#: What follows the name of a link: an address on the same line without brackets and backslashes, and no title.
_PLAIN_TARGET = re.compile(r"[ \t]*([^\s<()\\\x00-\x1f\x7f][^\s()\\\x00-\x1f\x7f]*)[ \t]*\n(?!\s*[\"'(])")


def is_indented(text: str, start: int, end: int) -> bool:
    """Whether a line is code by its indentation, as mistune has it. ``end``: behind the line's end."""
    if text.startswith("    ", start) and end - start > 4 + (text[end - 1] == "\n"):
        return True
    place = start
    while text[place] == " " and place + 1 < end:
        place += 1
    return text[place] == "\t" and place + 1 < end - (text[end - 1] == "\n")


class LineState(BlockState):
    """A block state that knows which line of the file its text begins on (``first_line``, from 1)."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.first_line = 1
        self.fixed = False  # an included text: every line of it is the one that asks for it
        self.nested_starts: list[int] = []
        self.closings: dict[str, list[re.Match[str]]] | None = None  # of shortcodes, by name
        self.useless: dict[str, int] = {}  # the end of something → up to where in this text there is none that counts
        self.pairs: Mapping[int, tuple[int, int]] | None = None  # of tags outside of code, as `pair_tags` gives them
        self.elements: Mapping[int, tuple[int, int]] | None = None  # of tags everywhere
        self._newlines: list[int] | None = None

    def line_at(self, position: int) -> int:
        """The line of the file at an offset of this text."""
        if self.fixed:
            return self.first_line
        return self.first_line + bisect_right(self._newlines or self._line_ends(), position - 1)

    def _line_ends(self) -> list[int]:
        if self._newlines is None:
            self._newlines = [match.start() for match in re.finditer("\n", self.src)]
        return self._newlines

    def _text_of(self, number: int) -> str:
        """A line of this text, by its number from 0."""
        ends = self._line_ends()
        start = ends[number - 1] + 1 if number > 0 else 0
        return self.src[start : ends[number] if number < len(ends) else len(self.src)]

    def last_before(self, line: int) -> int:
        """The last line before ``line`` that holds text."""
        line -= 1
        while line > self.first_line and not self._text_of(line - self.first_line).strip():
            line -= 1
        return line

    def child_state(self, src: str, lazy_line_starts: set[int] | None = None) -> "LineState":
        child = super().child_state(src, lazy_line_starts)
        assert isinstance(child, LineState)
        child.fixed = self.fixed
        if self.fixed:
            child.first_line = self.first_line
            return child
        if self.nested_starts:
            child.first_line = self.nested_starts[-1]
            # If a further list item follows, its marker is the line that was read last.
            following = self.line_at(self.cursor) - 1
            marker = self._text_of(following - self.first_line)
            self.nested_starts[-1] = following + (1 if _BARE_MARKER.match(marker) else 0)
        else:
            child.first_line = self.line_at(self.cursor)
        return child

    def append_token(self, token: Token) -> None:
        if "line" not in token:
            token["line"] = self.line_at(self.cursor)
        self.tokens.append(token)

    def add_paragraph(self, text: str) -> None:
        last = self.tokens[-1] if self.tokens else None
        if last is not None and last["type"] == "paragraph":
            text = last["text"] + text
        else:
            last = {"type": "paragraph", "text": "", "line": self.line_at(self.cursor)}
            self.tokens.append(last)
        last["text"] = last["source"] = text  # mistune forgets the text when it reads what is in it

    def add_blank(self, text: str) -> None:
        """Blank lines."""
        token: Token = {"type": "blank_line", "line": self.line_at(self.cursor)}
        if not self.fixed:
            token["end"] = token["line"]
        self.tokens.append(token)

    def in_paragraph(self) -> bool:
        """Whether the last block is a paragraph, which a line may continue."""
        return bool(self.tokens) and self.tokens[-1]["type"] == "paragraph"

    def append_paragraph(self) -> int | None:
        end: int | None = super().append_paragraph()
        if end is not None:
            self.tokens[-1]["source"] = self.tokens[-1]["text"]
        return end


def _find_fence(text: str, start: int, mark: str) -> re.Match[str] | None:
    """The line behind ``start`` that ends code which ``mark`` begins."""
    pattern = _fence_end(mark[0], len(mark))
    while (found := text.find(mark, start)) >= 0:
        line = max(text.rfind("\n", start, found) + 1, start)
        if match := pattern.match(text, line):
            return match
        start = text.find("\n", found) + 1
        if not start:
            break
    return None


@cache
def _fence_end(sign: str, length: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,3}}{sign}{{{length},}}[ \t]*(?:\n|$)", re.M)


@cache
def _indented_by(width: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,{width}}}", re.M)


class LineBlockParser(BlockParser):
    """A block parser over ``LineState``; containers are placed by the line of their marker."""

    state_cls = LineState

    def __init__(self) -> None:
        super().__init__()
        self._dispatch: dict[tuple[str, ...], Dispatch] = {}

    def register(self, *args: Any, **values: Any) -> None:
        super().register(*args, **values)
        self._dispatch.clear()

    def parse(self, state: BlockState, rules: list[str] | None = None) -> None:
        """Line by line: each begins a block, or it belongs to a paragraph."""
        assert isinstance(state, LineState)
        key = tuple(self.rules if rules is None else rules)
        dispatch = self._dispatch.get(key) or self._dispatch.setdefault(key, Dispatch(key, self.compile_sc))
        text, size = state.src, len(state.src)
        while (start := state.cursor) < size:
            position, match = start, None
            while position < size:
                end = text.find("\n", position) + 1 or size
                if text[position] in " \t" and is_indented(text, position, end):
                    if position == start and not state.in_paragraph():
                        break  # code: the rule takes all of its lines
                elif match := dispatch.match(text, position, end):
                    break
                position = end
            if position > start:
                state.add_paragraph(text[start:position])
                state.cursor = position
            elif match is None:
                state.cursor = self._parse_indent_code_fast(state) or size
            if match is not None:
                self._parse_block(match, state)

    def _parse_block(self, match: re.Match[str], state: LineState) -> None:
        if match.lastgroup == "blank_line":
            state.add_blank(match[0])
            state.cursor = match.end()
        elif end := self.parse_method(match, state):
            state.cursor = end
        else:
            end = state.find_line_end()
            state.add_paragraph(state.get_text(end))
            state.cursor = end

    def parse_method(self, match: re.Match[str], state: BlockState) -> Any:
        """Parses one block; its tokens learn the line that it ends on."""
        assert isinstance(state, LineState) and match.lastgroup
        count, start = len(state.tokens), match.start()
        end = self._methods[match.lastgroup](match, state)
        if not end or state.fixed:
            return end
        position = start + len(state.src[start:end].rstrip())
        last = state.line_at(position)
        for token in reversed(state.tokens[count + 1 :]):
            token.setdefault("end", last)
            last = state.last_before(token.get("line", last))
        if len(state.tokens) > count:
            state.tokens[count].setdefault("end", last)
        if state.tokens and match.lastgroup in {"setex_heading", "def_list"}:
            state.tokens[-1]["end"] = state.line_at(position)  # it goes on: a heading's underline, a definition
        return end

    def parse_fenced_code(self, m: re.Match[str], state: BlockState) -> int | None:
        """Code between fences, whose end is looked for on lines that hold the mark."""
        spaces, mark, info = m["fenced_1"], m["fenced_2"], m["fenced_3"]
        if mark[0] == "`" and "`" in info:
            return None
        text, start = state.src, m.end() + 1
        last = _find_fence(text, start, mark)
        code = text[start : last.start()] if last else text[start:]
        if spaces and code:
            code = _indented_by(len(spaces)).sub("", code)
        token: Token = {"type": "block_code", "raw": code, "style": "fenced", "marker": mark}
        if info:
            token["attrs"] = {"info": (unescape_char(info) if "\\" in info else info).strip()}
        state.append_token(token)
        return last.end() if last else state.cursor_max

    def parse_ref_link(self, m: re.Match[str], state: BlockState) -> Any:
        """The address of a name, which mistune reads character by character: most are plain."""
        target = _PLAIN_TARGET.match(state.src, m.end())
        key = unikey(m["reflink_1"])
        assert isinstance(state, LineState)
        if target is None or not key or state.in_paragraph():
            return super().parse_ref_link(m, state)
        state.env["ref_links"].setdefault(key, {"url": escape_url(target[1]), "label": m["reflink_1"]})
        return target.end()

    def _parse_container(self, parse: Any, match: re.Match[str], state: BlockState, kind: str) -> Any:
        assert isinstance(state, LineState)
        line = state.line_at(match.start())
        first = state.get_line(match.start()).rstrip("\n")
        offset = 1 if kind == "list" and _BARE_MARKER.match(first) else 0
        state.nested_starts.append(line + offset)
        count = len(state.tokens)
        try:
            end = parse(match, state)
        finally:
            state.nested_starts.pop()
        for token in state.tokens[count:]:
            if token["type"] == kind:
                token["line"] = line
        return end

    def parse_block_quote(self, m: re.Match[str], state: BlockState) -> Any:
        return self._parse_container(super().parse_block_quote, m, state, "block_quote")

    def parse_list(self, m: re.Match[str], state: BlockState) -> Any:
        return self._parse_container(partial(parse_list, self), m, state, "list")


_CONTAINERS = {"list", "block_quote", "admonition", "container", "colon_fence", "tab", "def_list", "shortcode"}


def nested_rules(block: BlockParser, state: LineState) -> list[str]:
    """The rules for what stands in a container: none that nests further once the text is as deep as it may be."""
    deep = state.depth() >= block.max_nested_level - 1
    return [rule for rule in block.rules if not (deep and rule in _CONTAINERS)]
