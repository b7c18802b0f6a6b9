"""Problems for code hosts, code scanning and CI systems. ``rows``: path, line, level, code, message and hint of each."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from publisher._version import __version__
from publisher.model.problem import CODES, Level
from publisher.naming import count_of

Row = Mapping[str, Any]
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {"error": "error", "warning": "warning", "notice": "note"}


def escape_data(text: str) -> str:
    """The message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """A property of a workflow command, where colons and commas mean something too."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def github_annotations(rows: Iterable[Row]) -> list[str]:
    """Workflow commands: the runner shows them at the lines of the pull request."""
    lines = []
    for row in rows:
        given = {
            "file": row.get("file") or row["path"],
            "line": row["line"],
            "col": 1 if row["line"] else None,
            "title": row["code"],
        }
        properties = ",".join(f"{name}={escape_property(str(value))}" for name, value in given.items() if value)
        lines.append(f"::{row['level']} {properties}::{escape_data(_said(row))}")
    return lines


def _said(row: Row) -> str:
    return f"{row['message']} ({row['hint']})" if row["hint"] else str(row["message"])


def sarif(rows: Sequence[Row]) -> str:
    """SARIF 2.1.0, as code scanning reads it."""
    used = sorted({row["code"] for row in rows})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code][1]},
            "defaultConfiguration": {"level": _SARIF_LEVELS[CODES[code][0].name.lower()]},
        }
        for code in used
    ]
    results = [
        {
            "ruleId": row["code"],
            "ruleIndex": used.index(row["code"]),
            "level": _SARIF_LEVELS[row["level"]],
            "message": {"text": _said(row)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": quote((row.get("file") or row["path"]).replace("\\", "/"), safe="/~@+")
                        },
                        "region": {"startLine": row["line"] or 1},
                    }
                }
            ],
        }
        for row in rows
    ]
    driver = {"name": "Publisher", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "utf16CodeUnits", "results": results}
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def junit(rows: Sequence[Row], documents: Iterable[str], fail_on: str) -> str:
    """JUnit's XML: a test case for each document, which fails if one of its problems is as bad as ``fail_on``."""
    least = Level[fail_on.upper()]
    by_path: dict[str, list[Row]] = {path: [] for path in documents}
    for row in rows:
        by_path.setdefault(row.get("file") or row["path"], []).append(row)
    cases, failed = [], 0
    for path, found in by_path.items():
        bad = [row for row in found if Level[row["level"].upper()] >= least]
        other = "\n".join(_line(row) for row in found if row not in bad)
        failed += bool(bad)
        inside = "".join(
            f"<failure type={_attribute(row['code'])} message={_attribute(_line(row))}/>" for row in bad[:1]
        )
        more = "\n".join(map(_line, bad[1:]))
        output = "\n".join(filter(None, (more, other)))
        inside += f"<system-out>{_text(output)}</system-out>" if output else ""
        cases.append(f'<testcase classname="publisher" name={_attribute(path)}>{inside}</testcase>')
    head = f'<testsuite name="publisher" tests="{len(cases)}" failures="{failed}" errors="0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>{head}{"".join(cases)}</testsuite></testsuites>'


def _line(row: Row) -> str:
    where = f"{row['path']}:{row['line']}" if row["line"] else row["path"]
    return f"{where}: {row['level']} {row['code']}: {_said(row)}"


def _clean(text: str) -> str:
    return "".join(character if character >= " " or character in "\n\t" else " " for character in text)


def _attribute(text: str) -> str:
    """Quoted for XML. The library's own function would import its whole client of HTTP."""
    escaped = _text(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{escaped}"'


def _text(text: str) -> str:
    return _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markdown_problems(rows: Sequence[Row]) -> list[str]:
    """A table of counts, and a list that is cut where it is long."""
    if not rows:
        return ["No problems."]
    counts = Counter(row["level"] for row in rows)
    said = ", ".join(count_of(counts[name], name) for name in ("error", "warning", "notice") if counts[name])
    lines = [f"**{said}**", ""]
    for row in rows[:50]:
        where = f"{row['path']}:{row['line']}" if row["line"] else row["path"]
        lines.append(f"- {code_span(where)} **{row['code']}** {escape_message(_said(row))}")
    return [*lines, *([f"- … and {len(rows) - 50} more"] if len(rows) > 50 else [])]


def one_line(text: str) -> str:
    """The text without line ends and other control characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()


def code_span(text: str) -> str:
    """The text as code that nothing in it can end."""
    shown = one_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    room = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{room}{shown}{room}{fence}"


def escape_markdown(text: str) -> str:
    """The text on one line, meaning nothing: no format, no mention, no reference to an issue, no link.

    A backslash does not keep a code host from a mention; a space of no width does.
    """
    shown = "".join(f"\\{sign}" if sign in "\\`*_[]<>|~!$" else sign for sign in one_line(text))
    shown = re.sub(r"^([#>+=-]|\d+[.)])", r"\\\1", shown)
    shown = re.sub(r"([@#])(?=[\w\\])", "\\1\u200b", shown)
    return re.sub(r"(?i)\b(www)(?=\.)|(?<=\w)(:)(?=//)|\b(GH)(?=-\d)", lambda found: found[0] + "\u200b", shown)


def escape_message(text: str) -> str:
    """A message of ours, in which words of others are between backticks."""
    parts = one_line(text).split("`")
    if len(parts) % 2 == 0:  # the words hold backticks themselves: nothing says where they end
        return escape_markdown(text)
    return "".join(
        code_span(part) if number % 2 and part.strip() else _glued(part) for number, part in enumerate(parts)
    )


def _glued(text: str) -> str:
    """With the blanks at its ends, which are between it and a code span."""
    return (
        text[: len(text) - len(text.lstrip())] + escape_markdown(text) + text[len(text.rstrip()) :]
        if text.strip()
        else text
    )


def fingerprint(row: Row) -> str:
    """What a baseline knows a problem by: it may move to another line."""
    return f"{row['path']}\0{row['code']}\0{row['message']}"


def without_baseline(rows: Sequence[dict[str, Any]], baseline: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows that are new: of several that are alike, as many as the baseline has are known."""
    left = dict(baseline)
    new = []
    for row in rows:
        key = fingerprint(row)
        if left.get(key, 0):
            left[key] -= 1
        else:
            new.append(row)
    return new
