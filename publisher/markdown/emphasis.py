"""Emphasis in the texts that most lines are: each mark that opens is followed by the one that closes it.

mistune resolves all others (marks in marks, marks that are left over), with the rules of CommonMark in full.
"""

import re
from collections.abc import Sequence
from typing import Any

from mistune.core import token_depth

Token = dict[str, Any]
_MARK = re.compile(r"\*+|_+")
_KINDS = {1: "emphasis", 2: "strong"}


def pair_emphasis(tokens: Sequence[Token], most_deep: int) -> list[Token] | None:
    """The tokens with emphasis; None if it is for mistune to say. ``most_deep``: how deep elements may nest in there."""
    marked = False
    before = ""
    for token in tokens:
        kind = token["type"]
        if kind == "text":
            if before == "text" or "_emphasis" in token:
                return None
            raw = token["raw"]
            marked = marked or "*" in raw or "_" in raw
        elif "_autolink" in token:
            return None
        before = kind
    return _pair(tokens, most_deep) if marked else list(tokens)


def _pair(tokens: Sequence[Token], most_deep: int) -> list[Token] | None:
    source = "".join(map(_source, tokens))
    found: list[Token] = []
    outer: list[Token] = []  # what is around an element that is open
    opened, position = "", 0
    for token in tokens:
        if token["type"] != "text":
            found.append(token)
            position += 1
            continue
        text, start = token["raw"], 0
        for match in _MARK.finditer(text):
            opens, closes = _sides(source, position + match.start(), position + match.end())
            if not opens and not closes:
                continue
            mark = match[0]
            if len(mark) > 2 or opens == closes or (mark != opened if closes else opened):
                return None
            if match.start() > start:
                found.append({"type": "text", "raw": text[start : match.start()]})
            start = match.end()
            if opens:
                opened, outer, found = mark, found, []
                continue
            if not found or most_deep < 1 or token_depth(found) >= most_deep:
                return None
            found = [*outer, {"type": _KINDS[len(mark)], "children": found}]
            opened = ""
        if start < len(text):
            found.append({"type": "text", "raw": text[start:]})
        position += len(text)
    return None if opened else found


def _source(token: Token) -> str:
    """A token as the marks beside it see it."""
    if token["type"] == "text":
        return str(token["raw"])
    return "\n" if token["type"] in {"softbreak", "linebreak"} else "\ufffc"


def _sides(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether the mark there may open and close an element: CommonMark's left and right flanking."""
    before = text[start - 1] if start else "\n"
    behind = text[end] if end < len(text) else "\n"
    word_before, word_behind = before.isalnum(), behind.isalnum()
    if word_before and word_behind and text[start] == "_":
        return False, False
    blank_before, blank_behind = before.isspace(), behind.isspace()
    opens = not blank_behind and (word_behind or not word_before)
    closes = not blank_before and (word_before or not word_behind)
    return opens, closes
