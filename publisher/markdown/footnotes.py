"""Footnotes ``[^key]`` with definitions ``[^key]: text`` of one or more blocks. They stand at the end, in order of use.

Ours, because mistune's own lose notes in notes, the lines that they came from, and code within them.
"""

import re
from typing import Any

from mistune.util import unikey

from publisher.markdown.lines import OTHER_BLOCK, LineState

_LABEL = r"(?:[^\\\[\]\s]|\\.){1,500}"
_DEFINITION = rf"^(?P<note_lead> {{0,3}})\[\^(?P<note_key>{_LABEL})\]:(?P<note_text>[^\n]*)(?:\n|$)"
_REFERENCE = rf"\[\^(?P<note_ref>{_LABEL})\]"


def _parse_definition(block: Any, match: re.Match[str], state: LineState) -> int:
    """The first line, and all that is indented below it; a line that follows text needs no indentation."""
    lead, lines, position = len(match["note_lead"]), [match["note_text"].strip()], match.end()
    while position < state.cursor_max:
        end = state.src.find("\n", position) + 1 or state.cursor_max
        line = state.src[position:end].rstrip("\n")
        indent = len(line) - len(line.lstrip(" \t"))
        if line.strip() and indent <= lead:
            lazy = lines[-1].strip() and not OTHER_BLOCK.match(line) and not re.match(_DEFINITION, line)
            if not lazy:
                break
        lines.append(line)
        position = end
    while lines and not lines[-1].strip():
        lines.pop()
    rest = [line for line in lines[1:] if line.strip()]
    indents = [len(line) - len(line.lstrip(" ")) for line in rest]
    shift = min(max(indents[0] if indents else 0, 0), 4 + lead)
    dedented = [re.sub(rf"^(?:\t| {{0,{shift}}})", "", line) for line in lines[1:]]
    notes = state.env.setdefault("footnote_texts", {})
    first = state.line_at(match.start())
    last = 0 if state.fixed else first + len(lines) - 1
    notes.setdefault(unikey(match["note_key"]), ("\n".join([*lines[:1], *dedented]), first, last))
    return position


def _number_of(state: Any, key: str) -> int:
    """The number of a note, in the order in which they are referred to."""
    numbers = state.env.setdefault("footnotes", {})
    if key not in numbers:
        numbers[key] = len(numbers) + 1
        state.env.setdefault("footnote_order", []).append(key)
    return int(numbers[key])


def _parse_reference(inline: Any, match: re.Match[str], state: Any) -> int:
    key = unikey(match["note_ref"])
    if key not in state.env.get("footnote_texts", {}):
        inline.process_text(match.group(0), state)
        return match.end()
    state.append_token({"type": "footnote_ref", "attrs": {"index": _number_of(state, key)}})
    return match.end()


def _parse_inline_note(inline: Any, match: re.Match[str], state: Any) -> int:
    """``^[text]``: a note and the reference to it in one."""
    if state.in_link:
        inline.process_text(match.group(0), state)
        return match.end()
    notes = state.env.setdefault("footnote_texts", {})
    key = f"^{len(notes)}"
    notes[key] = (match["note_inline"], 1, 0)
    state.append_token({"type": "footnote_ref", "attrs": {"index": _number_of(state, key)}})
    return match.end()


def footnote_tokens(markdown: Any, state: LineState) -> list[dict[str, Any]]:
    """One token ``footnotes`` with the notes that are used, those in notes too; none if there are none.

    Each has its first and its last line; the latter is 0 for one that stands in a line of text, or in an included file.
    """
    items: list[dict[str, Any]] = []
    for key in state.env.get("footnote_order", []):  # notes add to it
        text, line, last = state.env["footnote_texts"][key]
        inner = LineState(state)
        inner.first_line, inner.fixed = line, state.fixed
        inner.process(text + "\n")
        markdown.block.parse(inner)
        children = list(markdown.render_state(inner))
        items.append({"type": "footnote_item", "line": line, "end": last, "children": children})
    return [{"type": "footnotes", "children": items}] if items else []


def use_all_footnotes(state: LineState) -> None:
    """Lets ``footnote_tokens`` give the notes that nothing refers to as well."""
    for key in state.env.get("footnote_texts", {}):
        _number_of(state, key)


def footnotes(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("footnote", _REFERENCE, _parse_reference, before="link")
    markdown.block.register("footnote_definition", _DEFINITION, _parse_definition, before="ref_link")
    for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
        markdown.block.insert_rule(rules, "footnote_definition", before="ref_link")


def inline_notes(markdown: Any) -> None:
    """The mistune plug-in for notes that are written where they belong (Obsidian, Pandoc)."""
    pattern = r"\^\[(?P<note_inline>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])+)\]"
    markdown.inline.register("inline_note", pattern, _parse_inline_note, before="link")
