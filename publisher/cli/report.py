"""What a plan or a publish looks like on a terminal, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click

from publisher._version import __version__
from publisher.cli.documents import problem_values
from publisher.cli.shared import Output, mask, write_file
from publisher.model.plan import Reason
from publisher.model.report import Report
from publisher.naming import count_of

_COLOURS = {"created": "green", "updated": "cyan", "moved": "cyan", "failed": "red", "withheld": "yellow"}
_WORDS = {"create": "created", "update": "updated", "move": "moved", "unchanged": "unchanged", "withheld": "withheld"}


def print_report(report: Report, output: Output, *, dry: bool) -> None:
    if output.text:
        show_report(report, dry=dry)
    values = mask(json.dumps(report_values(report), indent=2, ensure_ascii=False))
    if output.form == "json":
        click.echo(values)
    if output.report:
        write_file(output.report, values + "\n", "--report")


def show_diff(lines: Iterable[str]) -> None:
    """A unified diff, coloured."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        click.echo(mask(click.style(line, fg=colours.get(line[:1]))))


def summary(report: Report) -> dict[str, Any]:
    """Counts for people and machines."""
    counts = dict.fromkeys(_WORDS.values(), 0)
    for result in report.results:
        if not result.error:
            counts[_WORDS[result.action.kind]] += 1
    failed = sum(bool(result.error) for result in report.results)
    return {
        **counts,
        "removed": len(report.removed),
        "failed": failed,
        "requests": report.requests,
        "writes": report.writes,
        "seconds": round(report.seconds, 2),
        "notifications": report.mails,
    }


def report_values(report: Report) -> dict[str, Any]:
    """The JSON report; `sample-docs/reference/report.md` describes it."""
    rows = [
        {
            "source": result.action.page.source,
            "id": result.id,
            "title": result.action.page.title,
            "url": result.url,
            "action": "failed" if result.error else _WORDS[result.action.kind],
            "version": {
                "before": result.action.remote.version if result.action.remote else None,
                "after": result.version,
            },
            "reasons": list(result.action.reasons),
            "error": result.error,
        }
        for result in report.results
    ]
    removed, orphans = (
        [{"id": page.id, "title": page.title, "url": page.url} for page in pages]
        for pages in (report.removed, report.orphans)
    )
    return {
        "schema": 1,
        "tool": __version__,
        "where": dict(report.where),
        "commit": report.commit,
        "summary": summary(report),
        "pages": rows,
        "removed": removed,
        "orphans": orphans,
        "problems": problem_values(report.problems),
    }


def show_report(report: Report, *, dry: bool) -> None:
    depth: dict[str | None, int] = {None: -1}
    for result in report.results:
        page, action = result.action.page, result.action
        depth[page.key] = depth.get(page.parent, -1) + 1
        word = action.kind if dry else _WORDS[action.kind]
        why = f" ({', '.join(action.reasons)})" if action.reasons and action.kind != "create" else ""
        word = "failed" if result.error else word
        line = f"{click.style(f'{word:10}', fg=_COLOURS.get(word))} {'  ' * depth[page.key]}{page.title}{why}"
        click.echo(mask(line + (f"  {result.url}" if result.url and not action.idle else "")))
        if result.error:
            click.echo(mask(f"{'':10} {result.error}"))
    for gone in report.removed:
        word = "remove" if dry else "removed"
        click.echo(f"{click.style(f'{word:10}', fg='red')} {gone.title}  {gone.url}")
    for orphan in report.orphans:
        click.echo(f"orphan     {orphan.title}: its document is gone; the page stays  {orphan.url}")
    if dry:
        _show_reasons(report)
        _show_name(report)
    click.echo(_summary_line(summary(report)))


def _summary_line(counts: dict[str, Any]) -> str:
    """What happened, without zeros: "2 created, 5 unchanged in 1.2 s (14 requests, 4 writes)"."""
    words = [word for word in (*_WORDS.values(), "removed", "failed") if counts[word]]
    shown = ", ".join(f"{counts[word]:,} {word}" for word in words)
    shown = "no changes" + (f", {shown}" if shown else "") if words in ([], ["unchanged"]) else shown
    writes = f", {count_of(counts['writes'], 'write')}" if counts["writes"] else ""
    return f"{shown} in {counts['seconds']:.1f} s ({count_of(counts['requests'], 'request')}{writes})"


def _show_name(report: Report) -> None:
    """Under which name the pages are published, and where it comes from."""
    if report.where.get("collection"):
        click.echo(mask(f"collection “{report.where['collection']}”, {report.where.get('named', '')}"))


def _show_reasons(report: Report) -> None:
    """Which changes there are, where many pages share one: a new converter alone may rewrite them all."""
    counts: Counter[str] = Counter()
    for result in report.results:
        stamp = result.action.remote.stamp if result.action.remote else None
        for reason in result.action.reasons if not result.action.idle and result.action.kind != "create" else ():
            versions = f" {stamp.tool} → {__version__}" if reason == Reason.CONVERTER and stamp else ""
            counts[str(reason) + versions] += 1
    total = len(report.results)
    for why, count in counts.most_common() if sum(counts.values()) > len(counts) else ():
        click.echo(f"{count:,} of {total:,}: {why}")
    if report.mails:
        click.echo(f"{count_of(report.mails, 'page')} will notify their watchers")
