"""Confluence's own elements in Markdown.

In a line: ``{status:green|Done}``, ``{date:2026-01-31}`` or ``@2026-01-31``, ``{jira:ABC-1}``, ``{anchor:name}``.
Storage format in a line: `` `<ac:…/>`{=confluence} ``.
Alone in a paragraph, as in Confluence's wiki markup: ``{toc:maxLevel=3}``, ``{include:other.md}`` and others of
``DIRECTIVES``. Any other macro: a fenced block of the language ``macro``.
"""

import re
from datetime import date
from typing import Any

from publisher.formats import BadData, read_yaml

_DATE = r"\{date:(?P<date_value>\d{4}-\d\d-\d\d)\}|(?<![\w@/.-])@(?P<date_at>\d{4}-\d\d-\d\d)(?![\w-])"
COLOURS = {"grey", "gray", "red", "yellow", "green", "blue", "purple"}


def _parse_status(inline: Any, match: re.Match[str], state: Any) -> int | None:
    colour, title = match["st_colour"].strip().lower(), match["st_title"].strip()
    if colour not in COLOURS or not title:
        return None
    state.append_token(
        {"type": "status", "title": title, "colour": "Grey" if colour == "gray" else colour.capitalize()}
    )
    return match.end()


def _parse_date(inline: Any, match: re.Match[str], state: Any) -> int | None:
    value = match["date_value"] or match["date_at"]
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    state.append_token({"type": "date", "value": value})
    return match.end()


def _parse_issue(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "issue", "key": match["issue_key"]})
    return match.end()


def _parse_anchor(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "anchor", "name": match["anchor_name"]})
    return match.end()


def _parse_raw_storage(inline: Any, match: re.Match[str], state: Any) -> int | None:
    """Right behind code: it is storage format (Pandoc's raw attribute)."""
    if not state.tokens or state.tokens[-1]["type"] != "codespan":
        return None
    state.tokens[-1] = {"type": "raw_storage", "raw": state.tokens[-1]["raw"]}
    return match.end()


def confluence(markdown: Any) -> None:
    """The mistune plug-in."""
    inline = markdown.inline
    inline.register("status", r"\{status:(?P<st_colour>[^|{}\n]*)\|(?P<st_title>[^{}\n]*)\}", _parse_status)
    inline.register("date", _DATE, _parse_date)
    inline.register("issue", r"\{jira:(?P<issue_key>[A-Z][A-Z0-9_]+-\d+)\}", _parse_issue)
    inline.register("anchor", r"\{anchor:(?P<anchor_name>[\w:.-]+)\}", _parse_anchor)
    inline.register("raw_storage", r"\{=confluence\}", _parse_raw_storage)


#: Macros that a paragraph ``{name:value|parameter=value}`` stands for → the parameter that the bare value is.
DIRECTIVES = {
    "toc": "maxLevel", "children": "depth", "pagetree": "root", "attachments": "patterns", "include": "page",
    "excerpt-include": "page", "jql": "jqlQuery", "video": "url", "iframe": "src", "recently-updated": "max",
    "contentbylabel": "cql", "table": "layout",
}  # fmt: skip
#: Whole paragraphs, in lower case → the macro that they stand for.
MACRO_WORDS = {
    "[toc]": "toc",
    "[[_toc_]]": "toc",
    "[[toc]]": "toc",
    "<!-- toc -->": "toc",
    "[children]": "children",
    "<!-- children -->": "children",
}
_DIRECTIVE = re.compile(r"\{(?P<name>[a-z-]+)(?::(?P<rest>[^{}\n]*))?\}")


def read_directive(text: str) -> tuple[str, dict[str, str]] | None:
    """(name, parameters) of a paragraph that is one directive; None for every other text."""
    match = _DIRECTIVE.fullmatch(text)
    if match is None or match["name"] not in DIRECTIVES:
        return None
    name, rest = match["name"], match["rest"] or ""
    parameters: dict[str, str] = {}
    # JQL and CQL hold `=` themselves, an address may: the first part is the bare value unless it names a parameter.
    for place, part in enumerate(rest.split("|") if rest else ()):
        key, equals, value = part.partition("=")
        bare = place == 0 and (not equals or name in {"jql", "contentbylabel", "video", "iframe"})
        parameters[DIRECTIVES[name] if bare else key.strip()] = (part if bare else value).strip()
    return name, parameters


def read_macro(text: str) -> tuple[str, list[tuple[str, str]], str, str] | str:
    """(name, parameters, Markdown body, plain body) of a fenced ``macro`` block; a text says what is wrong with it.

    The block is YAML with ``name``, ``parameters`` and ``plain``; what follows a line ``---`` is the Markdown body.
    """
    head, _, body = text.partition("\n---\n")
    try:
        data = read_yaml(head)
    except BadData as error:
        return f"is not valid {error}"
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        return "needs a line `name: …`"
    unknown = set(data) - {"name", "parameters", "plain"}
    parameters = data.get("parameters") or {}
    if unknown or not isinstance(parameters, dict):
        return f"has the unknown key `{sorted(map(str, unknown))[0]}`" if unknown else "needs `parameters` as a mapping"
    pairs = [
        (str(key), str(value).lower() if isinstance(value, bool) else str(value)) for key, value in parameters.items()
    ]
    return data["name"], pairs, body, str(data.get("plain") or "")
