"""A storage body as lines that people can read, and the difference between two of them. Pure."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from publisher.storage import NotWellFormed, parse_body

_AC = "{http://atlassian.com/content}"
_RI = "{http://atlassian.com/resource/identifier}"
_PREFIX = {
    "h1": "# ",
    "h2": "## ",
    "h3": "### ",
    "h4": "#### ",
    "h5": "##### ",
    "h6": "###### ",
    "li": "- ",
    "blockquote": "> ",
}
_BLOCKS = {"p", "tr", "hr", "pre", "ul", "ol", "table", *_PREFIX}
_NAMED = {_AC + "structured-macro", _AC + "task", _AC + "image"}


def readable_lines(body: str) -> list[str]:
    """One line for each block, with Markdown's marks; macros are named, their plain bodies kept line by line."""
    try:
        lines = list(_lines(parse_body(body), ""))
    except NotWellFormed:
        return body.splitlines()
    return [line for line in (line.rstrip() for line in lines) if line]


def readable_diff(stored: str, new: str, title: str) -> list[str]:
    """Unified diff of what Confluence holds and what would be written; empty if a reader sees no difference."""
    old, wanted = readable_lines(stored), readable_lines(new)
    return list(unified_diff(old, wanted, f"{title} (Confluence)", f"{title} (documents)", lineterm="", n=1))


def _lines(element: Any, prefix: str) -> Iterator[str]:
    line = prefix + (element.text or "")
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            line += child.tail or ""
            continue
        if tag in _BLOCKS or tag in _NAMED:
            if line.strip() and line.strip() != prefix.strip():
                yield line
                line = prefix
            yield from _block(child, prefix)
            line = prefix + (child.tail or "").strip()
        elif tag == _AC + "parameter":
            continue
        elif tag == "br":
            yield line
            line = prefix + (child.tail or "")
        else:
            line += " | " * (tag in {"td", "th"}) + " ".join(_lines(child, "")) + (child.tail or "")
    if line.strip() and line.strip() != prefix.strip():
        yield " ".join(line.split()) if not prefix else prefix + " ".join(line[len(prefix) :].split())


def _block(element: Any, prefix: str) -> Iterator[str]:
    tag = element.tag
    if tag == _AC + "structured-macro":
        parameters = [f"{p.get(_AC + 'name')}={p.text or ''}" for p in element.findall(_AC + "parameter")]
        yield f"{prefix}[{' '.join([element.get(_AC + 'name', ''), *parameters])}]"
        plain = element.find(_AC + "plain-text-body")
        if plain is not None:
            yield from (f"{prefix}    {line}" for line in (plain.text or "").splitlines())
        yield from (line for body in element.findall(_AC + "rich-text-body") for line in _lines(body, prefix + "  "))
    elif tag == _AC + "task":
        mark = "x" if element.findtext(_AC + "task-status") == "complete" else " "
        body = element.find(_AC + "task-body")
        yield from (_lines(body, f"{prefix}- [{mark}] ") if body is not None else ())
    elif tag == _AC + "image":
        names = [part.get(_RI + "filename") or part.get(_RI + "value") or "" for part in element]
        yield f"{prefix}[image {' '.join(names).strip()}]"
    elif tag == "hr":
        yield prefix + "---"
    else:
        yield from _lines(element, prefix + _PREFIX.get(tag, ""))
