"""Confluence's own elements in Markdown: ``{status:green|Done}``, ``{date:2026-01-31}``, fenced ``macro`` blocks."""

import re
from datetime import date
from typing import Any

import yaml

_COLOURS = {"grey", "gray", "red", "yellow", "green", "blue", "purple"}


def _parse_status(inline: Any, match: re.Match[str], state: Any) -> int | None:
    colour, title = match["st_colour"].strip().lower(), match["st_title"].strip()
    if colour not in _COLOURS or not title:
        return None
    state.append_token(
        {"type": "status", "title": title, "colour": "Grey" if colour == "gray" else colour.capitalize()}
    )
    return match.end()


def _parse_date(inline: Any, match: re.Match[str], state: Any) -> int | None:
    try:
        date.fromisoformat(match["date_value"])
    except ValueError:
        return None
    state.append_token({"type": "date", "value": match["date_value"]})
    return match.end()


def confluence(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("status", r"\{status:(?P<st_colour>[^|{}\n]*)\|(?P<st_title>[^{}\n]*)\}", _parse_status)
    markdown.inline.register("date", r"\{date:(?P<date_value>\d{4}-\d\d-\d\d)\}", _parse_date)


def read_macro(text: str) -> tuple[str, list[tuple[str, str]], str, str] | str:
    """(name, parameters, Markdown body, plain body) of a fenced ``macro`` block; a text says what is wrong with it.

    The block is YAML with ``name``, ``parameters`` and ``plain``; what follows a line ``---`` is the Markdown body.
    """
    head, _, body = text.partition("\n---\n")
    try:
        data = yaml.safe_load(head)
    except yaml.YAMLError as error:
        return f"is not valid YAML: {getattr(error, 'problem', error)}"
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
