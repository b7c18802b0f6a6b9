"""Tables as GitHub has them: rows may have fewer or more cells than the head, and need no pipes at their ends."""

import re
from typing import Any

from publisher.markdown.lines import OTHER_BLOCK, LineState

_DELIMITER = r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*"
_PATTERN = rf"^ {{0,3}}(?=[^\n|]*\||[^\n]*\n {{0,3}}[^\n|]*\|)[^\s][^\n]*\n {{0,3}}{_DELIMITER}(?:\n|$)"
_ALIGNS = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): None}


def split_row(line: str) -> list[str]:
    """The cells of a line; ``\\|`` is a pipe in one of them, in code too."""
    text = line.strip()
    text = text[1:] if text.startswith("|") else text
    cells, start = [], 0
    for match in re.finditer(r"\\.|\|", text):
        if match[0] == "|":
            cells.append(text[start : match.start()])
            start = match.end()
    if text[start:].strip() or not cells or not text.endswith("|"):
        cells.append(text[start:])
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _row(kind: str, cells: list[str], aligns: list[str | None]) -> dict[str, Any]:
    padded = [*cells, *[""] * (len(aligns) - len(cells))]
    children = [
        {"type": "table_cell", "text": text, "source": text, "attrs": {"align": align, "head": kind == "table_head"}}
        for text, align in zip(padded, aligns, strict=False)
    ]
    return {"type": kind, "children": children}


def _parse_table(block: Any, match: re.Match[str], state: LineState) -> int | None:
    head, delimiter = match.group(0).split("\n")[:2]
    cells, marks = split_row(head), split_row(delimiter)
    if len(cells) != len(marks) or OTHER_BLOCK.match(head):
        return None
    aligns = [_ALIGNS[mark.startswith(":"), mark.endswith(":")] for mark in marks]
    position, rows = match.end(), []
    while position < state.cursor_max:
        end = state.src.find("\n", position) + 1 or state.cursor_max
        line = state.src[position:end]
        if not line.strip() or (OTHER_BLOCK.match(line) and not line.lstrip().startswith("|")):
            break
        rows.append(_row("table_row", split_row(line), aligns))
        position = end
    children = [_row("table_head", cells, aligns), {"type": "table_body", "children": rows}]
    state.append_token({"type": "table", "line": state.line_at(match.start()), "children": children})
    return position


def tables(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("table", _PATTERN, _parse_table, before="paragraph")
    for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
        markdown.block.insert_rule(rules, "table", before="paragraph")
