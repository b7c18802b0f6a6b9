"""Definition lists (PHP Markdown Extra, Pandoc, Goldmark): terms on lines of their own, then ``:   definition``."""

import re
from typing import Any

from publisher.markdown.lines import LineState, nested_rules

_PATTERN = r"^ {0,3}:[ \t]+(?=\S)"
_DEFINITION = re.compile(r" {0,3}:[ \t]+(?=\S)")
_DEDENT = re.compile(r"^(?: {1,4}|\t)", re.M)
_MOST_TERMS = 5  # more lines than that are a paragraph before a line that happens to begin with a colon


def _take_terms(state: LineState) -> tuple[list[str], int]:
    """The paragraph right before, line by line, and its line; it is taken out of the tokens."""
    place = len(state.tokens) - 1
    while place >= 0 and state.tokens[place]["type"] == "blank_line":
        place -= 1
    token = state.tokens[place] if place >= 0 else {}
    text = str(token.get("text", "")).strip("\n")
    if token.get("type") == "def_list":
        return [], token["line"]
    if token.get("type") != "paragraph" or not text or text.count("\n") >= _MOST_TERMS:
        return [], 0
    del state.tokens[place:]
    return text.split("\n"), token["line"]


def _find_end(text: str, start: int) -> int:
    """Where the definition that begins at ``start`` ends: before the next one, or a line that is not indented after a blank one."""
    position = text.find("\n", start) + 1 or len(text)
    blank = False
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        line = text[position:end]
        if not line.strip():
            blank = True
        elif _DEFINITION.match(line) or (blank and not line.startswith(("  ", "\t"))):
            return position
        else:
            blank = False
        position = end
    return len(text)


def _parse_definition(block: Any, match: re.Match[str], state: LineState) -> int | None:
    terms, line = _take_terms(state)
    if not line:
        return None
    if terms:
        state.append_token({"type": "def_list", "line": line, "children": []})
    children = next(token for token in reversed(state.tokens) if token["type"] == "def_list")["children"]
    for offset, term in enumerate(terms):
        paragraph = {"type": "paragraph", "text": term.strip(), "line": line + offset}
        children.append({"type": "def_list_head", "line": line + offset, "children": [paragraph]})
    end = _find_end(state.src, match.end())
    child = state.child_state(_DEDENT.sub("", state.src[match.end() : end].rstrip() + "\n"))
    child.first_line = state.line_at(match.start())
    block.parse(child, nested_rules(block, state))
    children.append({"type": "def_list_item", "line": child.first_line, "children": child.tokens})
    return end


def definitions(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("def_list", _PATTERN, _parse_definition, before="list")
