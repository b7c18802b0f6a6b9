"""Fenced containers: ``:::note[Title]`` (Docusaurus), ``::: tip Title`` (VitePress), ``/// note | Title`` (PyMdown)."""

import re
from typing import Any

from publisher.markdown.lines import LineState, nested_rules
from publisher.markdown.paired import allow_in_containers
from publisher.markdown.structure import scan_lines

#: ``:::name key="value":::`` holds nothing. Pandoc has a blank before the colons at the end of an opening line.
_LEAF = re.compile(r"[^\n]*[^\s:]:{3,}[ \t]*$", re.M)
_OPENING = (
    rf"^ {{0,3}}(?!:{_LEAF.pattern})"
    r"(?P<con_mark>:{3,}|/{3,})[ \t]*(?P<con_head>\{[a-z][a-z-]*\}[ \t]+[^\n:]*|\{[^}\n]*\}|[A-Za-z][\w-]*(?:[\[{|][^\n]*|[ \t][^\n]*)?)[ \t]*$"
)
_MARKER = re.compile(r"(?P<mark>:{3,}|/{3,})[ \t]*(?P<rest>[^\n]*)")
_OPTION = re.compile(r"[ \t]*:(?P<name>[\w-]+):(?:[ \t]+(?P<value>[^\n]*))?(?:\n|\Z)")
_DIAGRAMS = {"mermaid", "plantuml"}
_PAIR = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|'([^']*)'|([^\s}]+))")
_HEAD = re.compile(
    r"(?:\{\s*\.?(?P<class>[\w-]+)[^}]*\}|(?P<kind>[\w-]+))\s*(?:\[(?P<bracket>.*?)\]|\|\s*(?P<bar>[^\n]*))?\s*(?:\{(?P<attributes>[^}\n]*)\})?\s*(?P<words>[^\n{]*)(?:\{(?P<behind>[^}\n]*)\}\s*)?"
)


def read_attributes(text: str) -> dict[str, str]:
    """``{.class #id key=value key="a b"}`` as a mapping; classes are joined under ``class``."""
    found = {name: double or single or bare for name, double, single, bare in _PAIR.findall(text)}
    rest = _PAIR.sub(" ", text)
    name = re.search(r"#([\w:.-]+)", rest)
    found |= {"id": name[1]} if name else {}
    classes = re.findall(r"\.([\w-]+)", rest)
    return {**found, "class": " ".join(classes)} if classes else found


def find_end(text: str, start: int, mark: str) -> tuple[int, int]:
    """(end of the content, end of the closing line) of the container whose content begins at ``start``.

    A marker in a list item or a quote belongs to the containers that are opened there, if there are any.
    """
    opened = [(0, mark)]
    for line in scan_lines(text, start):
        found = None if line.code else _MARKER.match(text, line.text, line.end)
        if found is None or found["mark"][0] != mark[0] or (mark[0] == ":" and _LEAF.match(found["rest"])):
            continue
        if found["rest"].strip():
            opened.append((line.depth, found["mark"]))
            continue
        while len(opened) > 1 and opened[-1][0] > line.depth:
            opened.pop()  # its list item, or its quote, has ended
        while opened and len(opened.pop()[1]) != len(found["mark"]):
            pass
        if not opened:
            return line.start, min(line.end + 1, len(text))
    return len(text), len(text)


def read_options(text: str) -> tuple[dict[str, str], str]:
    """(the lines ``:name: value`` that a directive of MyST begins with, its text with empty lines in their place)."""
    options: dict[str, str] = {}
    position = count = 0
    while found := _OPTION.match(text, position):
        options[found["name"]] = (found["value"] or "").strip()
        position, count = found.end(), count + 1
    return options, "\n" * count + text[position:]


def _parse_container(block: Any, match: re.Match[str], state: LineState) -> int:
    head = _HEAD.match(match["con_head"])
    begin = min(match.end() + 1, len(state.src))
    end, after = find_end(state.src, begin, match["con_mark"])
    line = state.line_at(match.start())
    kind = ((head["kind"] or head["class"] or "div") if head else "div").lower()
    if kind in _DIAGRAMS:  # Azure DevOps
        state.append_token({"type": "block_code", "line": line, "raw": state.src[begin:end], "attrs": {"info": kind}})
        return after
    source = state.src[begin:end]
    options, source = read_options(source) if match["con_head"].startswith("{") else ({}, source)
    if kind == "admonition":
        kind = options.get("class", kind).split(" ")[0]
    child = state.child_state(source)
    child.first_line = line + 1
    block.parse(child, nested_rules(block, state))
    title = next((head[name].strip() for name in ("bracket", "bar", "words") if head[name]), None) if head else None
    attributes = read_attributes(
        match["con_head"] if head and head["class"] else (head and (head["attributes"] or head["behind"])) or ""
    )
    state.append_token(
        {
            "type": "container",
            "line": line,
            "kind": kind,
            "title": attributes.get("title", title),
            "attributes": attributes,
            "children": child.tokens,
        }
    )
    return after


def containers(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("container", _OPENING, _parse_container, before="list")
    allow_in_containers(markdown, "container")
