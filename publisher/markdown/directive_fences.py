"""MyST's own blocks: directives between colons, targets ``(name)=``, equations with a label and in LaTeX, lines of attributes."""

import re
from typing import Any

from publisher.formats import BadData, read_yaml
from publisher.markdown.containers import find_end, read_attributes, read_options
from publisher.markdown.directive_names import LITERAL
from publisher.markdown.line_comments import find_close
from publisher.markdown.lines import LineState, nested_rules

_COLONS = r"^ {0,3}(?P<colon_mark>:{3,})[ \t]*\{(?P<colon_name>[A-Za-z][\w:.+-]*)\}[ \t]*(?P<colon_argument>[^\n]*)$"
_TARGET = r"^ {0,3}\((?P<target_name>[\w|@<>*./+:-][\w|@<>*./+: -]{0,200})\)=[ \t]*$"
_MATH = r"^ {0,3}\$\$[ \t]*\n?(?P<tex>(?:\\[^\n]|[^\\$]|\\\n|\$(?!\$))+?)\$\$[ \t]*\((?P<equation>[\w.:/+-]+)\)[ \t]*$"
_LATEX = (
    r"^ {0,3}\\begin\{(?P<environment>(?:equation|multline|gather|align|alignat|flalign|[pbBvV]?matrix|eqnarray)\*?)\}"
)
_ATTRIBUTES = r"^ {0,3}\{(?P<attributes>[ \t]*[.#%][\w:.-][^{}\n]*)\}[ \t]*\n(?=[ \t]*\S)"
#: What stands right behind a target: a heading, whose words are those of links to the target, or other targets.
_HEADING = re.compile(
    r"(?:[ \t]*(?:\([^()\n]+\)=[ \t]*)?\n){0,5}(?: {0,3}#{1,6}[ \t]|[^\s\n][^\n]*\n(?:=+|-+)[ \t]*(?:\n|\Z))"
)
_YAML = re.compile(r"\A---[ \t]*\n(?P<options>(?:(?!---[ \t]*(?:\n|\Z))[^\n]*\n)*)---[ \t]*(?:\n|\Z)")


def _parse_colons(block: Any, match: re.Match[str], state: LineState) -> int:
    name, argument = match["colon_name"], match["colon_argument"].strip()
    line, begin = state.line_at(match.start()), min(match.end() + 1, len(state.src))
    if name in LITERAL:
        end, after = find_close(state.src, begin, match["colon_mark"])
        info = f"{{{name}}} {argument}".strip()
        raw = state.src[begin:end]
        state.append_token({"type": "block_code", "line": line, "raw": raw, "attrs": {"info": info}})
        return after
    end, after = find_end(state.src, begin, match["colon_mark"])
    source = state.src[begin:end]
    child = state.child_state(read_directive_options(source)[1])
    child.first_line = line + 1
    block.parse(child, nested_rules(block, state))
    token = {"type": "directive", "line": line, "name": name, "argument": argument, "inner": source}
    state.append_token({**token, "children": child.tokens})
    return after


def read_directive_options(source: str) -> tuple[dict[str, str], str]:
    """(the options of a directive, between lines ``---`` too, its text with empty lines in their place)."""
    found = _YAML.match(source)
    if found is None:
        return read_options(source)
    try:
        data = read_yaml(found["options"])
    except BadData:
        data = None
    options = {str(name): _plain(value) for name, value in data.items()} if isinstance(data, dict) else {}
    return options, "\n" * found[0].count("\n") + source[found.end() :]


def _plain(value: Any) -> str:
    if value is None or value is True:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list) else " ".join(str(value).split())


def _parse_target(block: Any, match: re.Match[str], state: LineState) -> int:
    heads = _HEADING.match(state.src, min(match.end() + 1, len(state.src))) is not None
    _append_place(state, match["target_name"].strip(), state.line_at(match.start()), heads=heads)
    return match.end() + 1


def _append_place(state: LineState, name: str, line: int, *, heads: bool = False) -> None:
    """``heads``: whether a heading follows."""
    token = {"type": "directive", "line": line, "end": line, "name": "target", "argument": name, "heads": heads}
    state.append_token({**token, "inner": "", "children": []})


def _parse_math(block: Any, match: re.Match[str], state: LineState) -> int:
    line = state.line_at(match.start())
    _append_place(state, match["equation"], line)
    state.append_token({"type": "block_math", "line": line, "raw": match["tex"].strip("\n")})
    return match.end() + 1


def _parse_latex(block: Any, match: re.Match[str], state: LineState) -> int | None:
    """An environment of amsmath, with nothing behind its end."""
    ending = f"\\end{{{match['environment']}}}"
    if match.end() <= state.useless.get(ending, -1):
        return None
    end = state.src.find(ending, match.end())
    if end < 0:
        state.useless[ending] = len(state.src)
        return None
    behind = state.src.find("\n", end)
    behind = len(state.src) if behind < 0 else behind
    if state.src[end + len(ending) : behind].strip():
        state.useless[ending] = end
        return None
    tex = re.sub(r"\n(?:[ \t]*\n)+", "\n", state.src[match.start() : behind].strip())  # a comment was there
    state.append_token({"type": "block_math", "line": state.line_at(match.start()), "raw": tex})
    return min(behind + 1, len(state.src))


def _parse_attributes(block: Any, match: re.Match[str], state: LineState) -> int:
    """Attributes of the block below: its name is a place, the rest says how it looks."""
    name = read_attributes(match["attributes"]).get("id")
    if name:
        _append_place(state, name, state.line_at(match.start()))
    return match.end()


#: Rules that ours come before.
_RIVALS = {"colon_fence": "container", "labelled_math": "block_math"}


def directives(markdown: Any) -> None:
    """The mistune plug-in."""
    for name, pattern, parse in (
        ("colon_fence", _COLONS, _parse_colons),
        ("target", _TARGET, _parse_target),
        ("labelled_math", _MATH, _parse_math),
        ("latex", _LATEX, _parse_latex),
        ("attribute_line", _ATTRIBUTES, _parse_attributes),
    ):
        rival = _RIVALS.get(name, "list")
        before = rival if rival in markdown.block.rules else "list"
        markdown.block.register(name, pattern, parse, before=before)
        for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
            markdown.block.insert_rule(rules, name, before=before)
