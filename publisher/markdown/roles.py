"""MyST's roles ``{name}`text```: names of things, keys, marks, math, and links by label, by document and by file."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote

from publisher.markdown.gathered import Token
from publisher.naming import LABEL, TITLED

#: Ours are not among them: `{date:2026-01-31}` right before code.
_PATTERN = r"\{(?!(?:status|date|jira|anchor):)(?P<role_name>[A-Za-z][\w:+.-]*)\}(?P<role_ticks>`+)"
_TITLED = re.compile(r"(?P<text>.*\S)\s*<(?P<target>[^<>]*)>\s*", re.S)
_ABBREVIATION = re.compile(r"(?P<text>[^()]*[^()\s])\s*\((?P<meaning>[^()]*)\)\s*", re.S)
_MARKS = {
    "sub": "subscript", "subscript": "subscript", "sup": "superscript", "superscript": "superscript", "strong": "strong",
    "emphasis": "emphasis", "del": "strikethrough", "strike": "strikethrough", "u": "insert", "underline": "insert",
    "guilabel": "strong", "menuselection": "strong", "dfn": "emphasis", "term": "emphasis", "title-reference": "emphasis",
    "title": "emphasis", "t": "emphasis", "button": "strong",
}  # fmt: skip
_CODE = {
    "code", "literal", "kbd", "file", "command", "program", "samp", "option", "envvar", "makevar", "mimetype", "newsgroup", "regexp",
    "keyword", "token", "manpage", "mailheader", "func", "class", "meth", "mod", "attr", "data", "const", "obj", "exc", "any-code",
    "confval", "type", "ios",
}  # fmt: skip
_PLAIN = {
    "abbr",
    "abbreviation",
    "acronym",
    "cite",
    "footcite",
    "span",
    "bdg",
    "index",
    "smallcaps",
    "sc",
    "octicon-text",
}
#: Names before a dash: how a citation or a badge looks.
_PLAIN_START = re.compile(r"(?:foot)?cite(?::\w+|[pt])?$|bdg(?:-[\w-]+)?$")
_ICONS = re.compile(r"(?:octicon|fa|fas|fab|far|material-\w+)$")
_ADDRESSES = {
    "pep": ("PEP ", "https://peps.python.org/pep-{0:0>4}/"),
    "rfc": ("RFC ", "https://datatracker.ietf.org/doc/html/rfc{0}"),
}  # fmt: skip
#: An address without a scheme, a suffix and dots: it may be a label.
_BARE = re.compile(r"(?!(?:[A-Za-z]+:)?/|(?:mailto|tel|xmpp|irc|slack|vscode|wikilink|title):)[A-Za-z][\w/:-]*")
#: Before names in the documentation of other projects.
ELSEWHERE = ("inv:", "myst:")


def _text(raw: str) -> list[Token]:
    return [{"type": "text", "raw": raw}]


def _split(content: str) -> tuple[str, str]:
    """(text, target) of ``Text <target>``; without one the text is empty."""
    found = _TITLED.fullmatch(content)
    return (found["text"], found["target"].strip()) if found else ("", content.strip())


def _link(address: str, text: str) -> Token:
    if not text:
        address = TITLED + address
    return {"type": "link", "children": _text(text) if text else [], "attrs": {"url": address}}


def label_address(address: str, *, bare: bool) -> str:
    """The address of a link: ``#name`` and ``name`` are labels of any document, and a link without a text has that of its target."""
    if address.startswith((LABEL, TITLED)):
        return address
    address = re.sub(r"^(?:project|path):", "", address)
    if (address.startswith("#") and len(address) > 1) or _BARE.fullmatch(address):
        address = LABEL + unquote(address.removeprefix("#"))
    return TITLED + address if bare else address


def _to_document(content: str) -> Token:
    text, target = _split(content)
    return _link(target if re.search(r"\.\w+$", target) else target + ".md", text)


def _to_label(content: str) -> Token:
    text, target = _split(content)
    return _link(LABEL + target, re.sub(r"\{(?:name|number)\}|%s", target, text))


def _to_file(content: str) -> Token:
    text, target = _split(content)
    return _link(target, text or target.rpartition("/")[2])


def _to_equation(content: str) -> Token:
    return _link(LABEL + content.strip(), f"({content.strip()})")


def _to_any(content: str) -> Token:
    """What is looked for by all of its names: a document has a slash or a suffix."""
    target = _split(content)[1]
    return _to_document(content) if "/" in target or target.endswith(".md") else _to_label(content)


_LINKS: dict[str, Callable[[str], Token]] = {
    "doc": _to_document, "ref": _to_label, "numref": _to_label, "any": _to_any, "download": _to_file, "eq": _to_equation,
    "std:doc": _to_document, "std:ref": _to_label, "std:numref": _to_label, "math:numref": _to_equation,
    "prf:ref": _to_label, "button-ref": _to_label,
}  # fmt: skip


def _name_of(content: str) -> str:
    """What a role of a programming language shows: ``~a.b.c`` is ``c``, ``!`` keeps it from being a link."""
    text, target = _split(content)
    shown = text or target.removeprefix("!")
    return shown.rpartition(".")[2] if shown.startswith("~") else shown


def _make(name: str, content: str) -> Token:
    """The token of a role. One that nobody knows is code, with a notice."""
    lower = name.lower()
    if lower in _LINKS:
        return _LINKS[lower](content)
    if lower in {"math", "inline-math"}:
        return {"type": "inline_math", "raw": content.strip()}
    if lower in {"abbr", "abbreviation", "acronym"} and (found := _ABBREVIATION.fullmatch(content)):
        return {"type": "abbr", "children": _text(found["text"]), "attrs": {"title": found["meaning"]}}
    if lower in _MARKS:
        shown = _split(content)[0] or content.strip()
        shown = re.sub(r"\s*-->\s*", " → ", shown) if lower == "menuselection" else shown
        shown = re.sub(r"&(?=\S)", "", shown) if lower in {"guilabel", "menuselection"} else shown
        return {"type": _MARKS[lower], "children": _text(shown)}
    if lower in _ADDRESSES and _ADDRESSES[lower][1]:
        text, target = _split(content)
        sign, address = _ADDRESSES[lower]
        return {**_link(address.format(target), text or sign + target)}
    if _ICONS.match(lower):
        return {"type": "text", "raw": ""}
    if lower in _PLAIN or _PLAIN_START.match(lower):
        return {"type": "text", "raw": _split(content)[0] or content.strip()}
    if lower in _CODE or ":" in name:
        return {"type": "codespan", "raw": _name_of(content)}
    return {"type": "unknown_role", "name": name, "raw": content}


@cache
def _end_of(ticks: int) -> re.Pattern[str]:
    return re.compile(rf"(?<!`)`{{{ticks}}}(?!`)")


def _parse(inline: Any, match: re.Match[str], state: Any) -> int | None:
    start = match.end("role_ticks")
    end = _end_of(len(match["role_ticks"])).search(state.src, start)
    if end is None:
        return None
    content = " ".join(state.src[start : end.start()].split("\n"))
    token = _make(match["role_name"], content) if content.strip() else {"type": "codespan", "raw": content}
    if token["type"] == "link" and state.in_link:
        token = {"type": "text", "raw": _split(content)[0] or content}
    state.append_token(token)
    return end.end()


def roles(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("role", _PATTERN, _parse, before="codespan")
