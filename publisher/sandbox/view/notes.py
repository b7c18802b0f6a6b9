"""The problems that the preview shows: errors first, those of the page that is looked at before others of the same level."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from msgspec import Struct

from publisher.sandbox.service import Board

_LEVELS = ("error", "warning", "notice")


class Notes(Struct, frozen=True):
    """``rows``: problems as they are shown. ``worst``: the level of the badge. ``said``: the counts in words."""

    rows: tuple[Mapping[str, Any], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    worst: str = ""
    said: str = "No problems"


def notes_of(board: Board | None, path: str = "") -> Notes:
    """``path``: of the document that is looked at."""
    if board is None:
        return Notes()
    found = Counter(str(row["level"]) for row in board.problems)
    counts = tuple((level, found[level]) for level in _LEVELS if found[level])
    rows = sorted(
        (_shown(row, path) for row in board.problems),
        key=lambda row: (_LEVELS.index(row["level"]), not row["mine"]),
    )
    said = ", ".join(f"{count} {level}" + ("s" if count > 1 else "") for level, count in counts) or "No problems"
    if board.error:
        said = f"Not rendered; {said}" if counts else "Not rendered"
    return Notes(tuple(rows), counts, "error" if board.error else counts[0][0] if counts else "", said)


def _shown(row: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A row with its place as people read it, and what is between backticks as code."""
    file = row.get("key") or row["path"]
    where = f"{file}:{row['line']}" if row["line"] else file
    texts = {name: _with_code(str(row[name])) for name in ("message", "hint")}
    return {**row, **texts, "mine": row.get("key") == path, "where": where}


def _with_code(text: str) -> Markup:
    parts = re.split("`([^`]+)`", text)
    return Markup().join(Markup("<code>{}</code>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))


def path_of(properties: Mapping[str, str]) -> str:
    """The document that a page was made of, as its stamp says; empty for any other page."""
    try:
        return str(json.loads(properties.get("publisherstamp", "{}")).get("path", ""))
    except (ValueError, AttributeError):
        return ""
