"""A plan for people: Markdown for a pull request, HTML for those who have never seen one. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from publisher.naming import count_of
from publisher.report.changes import KINDS, Change, Kind
from publisher.report.problems import code_span, escape_markdown, markdown_problems

#: What GitHub takes in a comment, less room for what is put around it (in a job summary: 1 MiB).
MOST_CHARACTERS = 65_000
_HEADS: dict[Kind, str] = {
    "removed": "Removed", "withheld": "Withheld", "moved": "Moved", "retitled": "Retitled", "changed": "Changed", "new": "New",
}  # fmt: skip
_SENTENCES: dict[Kind, str] = {
    "removed": "This page goes away.",
    "withheld": "This page was edited in Confluence. It stays as it is until somebody decides.",
    "moved": "This page moves to another place.",
    "retitled": "This page gets another title.",
    "changed": "The text of this page changes.",
    "new": "This page is new.",
}
_SAFE_URL = "/:?#@!$&'*+,;=%~"
_MOST_LINES = 60  # of one page's diff


def plan_markdown(
    changes: Sequence[Change], rows: Sequence[Mapping[str, Any]], heading: str, most: int = MOST_CHARACTERS
) -> str:
    """A table of counts, each page with its diff folded, and the problems; cut at the end of a page where it is too long."""
    lines = [f"### {heading}", ""]
    if not changes:
        lines += ["Nothing to do: the pages are as the documents want them.", ""]
    else:
        lines += _counts(changes)
    tail = ["", "#### Problems in the documents", "", *markdown_problems(rows)] if rows else []
    room = most - len("\n".join([*lines, *tail])) - 200
    for number, change in enumerate(changes):
        block = _block(change)
        if len(block) > room:
            short = _block(change, with_diff=False)
            if len(short) > room:
                lines.append(f"… and {count_of(len(changes) - number, 'more page')}: the rest does not fit here.")
                break
            block = short
        room -= len(block) + 1
        lines.append(block)
    text = "\n".join([*lines, *tail])
    return text if len(text) <= most else text[: most - 2].rpartition("\n")[0] + "\n…"


def _counts(changes: Sequence[Change]) -> list[str]:
    counts = Counter(change.kind for change in changes)
    lost = sum(len(change.lost) for change in changes)
    mentioned = len({account for change in changes for account in change.mentions})
    named = {_HEADS[kind]: counts[kind] for kind in KINDS}
    return _table({**named, "Comments at stake": lost, "People newly mentioned": mentioned})


def _table(counts: Mapping[str, int]) -> list[str]:
    """One row of numbers below their names; there are no zeros."""
    shown = {name: count for name, count in counts.items() if count}
    if not shown:
        return []
    numbers = " | ".join(map(str, shown.values()))
    return ["| " + " | ".join(shown) + " |", "|" + "---|" * len(shown), f"| {numbers} |", ""]


def _block(change: Change, *, with_diff: bool = True) -> str:
    title = _linked(change.title, change.url)
    was = f", was “{escape_markdown(change.before)}”" if change.before else ""
    why = f" ({', '.join(change.reasons)})" if change.reasons and change.kind not in {"new", "removed"} else ""
    source = f" — {code_span(change.source)}" if change.source else ""
    head = f"**{_HEADS[change.kind]}**: {title}{was}{why}{source}"
    lines = [head, *(f"- the comment on “{escape_markdown(text)}” loses its place" for text in change.lost)]
    if change.diff and with_diff:
        shown = change.diff[:_MOST_LINES]
        more = [f"… {count_of(len(change.diff) - len(shown), 'more line')}"] if len(change.diff) > len(shown) else []
        fence = "`" * max(3, 1 + max((len(line) - len(line.lstrip("+- `")) for line in shown), default=0))
        lines += [
            "",
            "<details><summary>what changes</summary>",
            "",
            f"{fence}diff",
            *shown,
            *more,
            fence,
            "",
            "</details>",
        ]
    return "\n".join([*lines, ""])


def _linked(title: str, url: str) -> str:
    """A title that leads to its page; an address that is none leads nowhere."""
    if not url.startswith(("http://", "https://")):
        return escape_markdown(title)
    return f"[{escape_markdown(title)}]({quote(url, safe=_SAFE_URL)})"


_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#172b4d}"
    "h2{border-bottom:1px solid #dfe1e6}section{margin:1rem 0 2rem}.diff{white-space:pre-wrap;font-family:monospace;"
    "background:#f4f5f7;padding:.6rem}ins{background:#dcfff1;text-decoration:none;display:block}"
    "del{background:#ffeceb;text-decoration:none;display:block}small{color:#44546f}"
)


def plan_html(changes: Sequence[Change], heading: str) -> str:
    """One file without script: plain sentences, titles, and what each passage was and becomes."""
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(heading)}</title><style>{_STYLE}</style></head><body>',
        f"<h1>{escape(heading)}</h1>",
    ]
    if not changes:
        parts.append("<p>Nothing changes.</p>")
    for kind in KINDS:
        same = [change for change in changes if change.kind == kind]
        if same:
            parts.append(f"<h2>{_HEADS[kind]} ({len(same)})</h2>")
            parts += [_section(change) for change in same]
    return "\n".join([*parts, "</body></html>"])


def _section(change: Change) -> str:
    title = escape(change.title)
    linked = f'<a href="{escape(change.url)}">{title}</a>' if change.url.startswith(("http://", "https://")) else title
    sentence = _SENTENCES[change.kind]
    was = f" Its title was “{escape(change.before)}”." if change.before else ""
    lost = "".join(f"<p>The comment on “{escape(text)}” loses its place.</p>" for text in change.lost)
    rows = "".join(_diff_line(line) for line in change.diff if not line.startswith("@@"))
    passage = f'<div class="diff">{rows}</div>' if rows and change.kind != "new" else ""
    start = "".join(_diff_line(" " + line[1:]) for line in change.diff[:8]) if change.kind == "new" else ""
    passage += f'<div class="diff">{start}</div>' if start else ""
    return f"<section><h3>{linked}</h3><p>{sentence}{was}</p>{lost}{passage}</section>"


def _diff_line(line: str) -> str:
    text = escape(line[1:])
    if line.startswith("+"):
        return f"<ins><small>now</small> {text}</ins>"
    if line.startswith("-"):
        return f"<del><small>before</small> {text}</del>"
    return f"{text}\n"


def report_markdown(
    counts: Mapping[str, Any], pages: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    """What a publish did: for the summary of a job."""
    names = ("created", "updated", "moved", "noted", "unchanged", "withheld", "removed", "failed")
    lines = ["### Published", "", *_table({name: counts[name] for name in names})]
    for page in pages:
        if page["action"] != "unchanged":
            title = _linked(page["title"], page["url"] or "")
            error = f": {escape_markdown(page['error'])}" if page["error"] else ""
            lines.append(f"- {page['action']}: {title}{error}")
    return [*lines, "", *(markdown_problems(rows) if rows else [])]
