"""What a plan or a publish looks like on a terminal, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click

from publisher._version import __version__
from publisher.cli.documents import problem_values
from publisher.cli.output import Output
from publisher.cli.shared import mask, write_file
from publisher.cli.terminal import fitting, link, one_line, sign
from publisher.model.plan import Reason
from publisher.model.report import Report, Result
from publisher.model.snapshot import RemotePage
from publisher.naming import count_of

_WORDS = {
    "create": "created",
    "update": "updated",
    "move": "moved",
    "note": "noted",
    "unchanged": "unchanged",
    "withheld": "withheld",
}
#: Word of a line → its sign, one that every console has, and the colour.
_SIGNS = {
    **dict.fromkeys(("create", "created"), ("+", "+", "green")),
    **dict.fromkeys(("update", "updated"), ("~", "~", "cyan")),
    **dict.fromkeys(("move", "moved"), ("→", ">", "cyan")),
    **dict.fromkeys(("note", "noted"), ("=", "=", "cyan")),
    **dict.fromkeys(("remove", "removed"), ("-", "-", "red")),
    "unchanged": (" ", " ", None),
    "withheld": ("!", "!", "yellow"),
    "failed": ("x", "x", "red"),
    "orphan": ("?", "?", "yellow"),
}
#: So many pages without a document are named, each time that a plan is shown.
MOST_ORPHANS = 3


def print_report(report: Report, output: Output, *, dry: bool) -> None:
    if output.for_people:
        show_report(report, output, dry=dry)
    if output.form != "json" and not output.report:
        return
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


def show_report(report: Report, output: Output, *, dry: bool) -> None:
    """One line for each page that changes, with the reason; unchanged pages are counted. Quiet: what failed, and the sum."""
    shown = [result for result in report.results if output.verbose or _is_change(result)]
    depth: dict[str | None, int] = {}
    for result in shown if not output.quiet else [result for result in shown if result.error]:
        page, action = result.action.page, result.action
        depth[page.key] = depth.get(page.parent, -1) + 1
        word = "failed" if result.error else action.kind if dry else _WORDS[action.kind]
        why = "" if action.kind == "unchanged" and not _is_change(result) else ", ".join(action.reasons)
        url, below = "" if action.idle else result.url, depth[page.key]
        path = page.source if dry or not url else ""
        click.echo(_page_line(word, page.title, _behind(why, path, "  " * below + page.title), url, below))
        if result.error:
            click.echo(mask(f"{'':12} {result.error}"))
    if not output.quiet:
        _show_gone(report, output, dry=dry)
    if dry and not output.quiet:
        _show_reasons(report)
    if not output.quiet:
        _show_name(report)
    click.echo(_summary_line(summary(report), output.seconds, dry=dry))


def _is_change(result: Result) -> bool:
    return bool(result.error) or not result.action.idle or result.action.kind != "unchanged"


def _page_line(word: str, title: str, behind: str, url: str, depth: int = 0) -> str:
    wanted, plain, colour = _SIGNS[word]
    head = click.style(f"{sign(wanted, plain)} {word:9}", fg=colour)
    return mask(f"{head}  {'  ' * depth}{link(title, url, behind)}")


def _behind(why: str, path: str, before: str) -> str:
    """Reason and path of a page, where a terminal's line has room for the path behind the word, ``before`` and the reason."""
    reason = f" ({why})" if why else ""
    shown = fitting(one_line(path), f"{'':13}{before}{reason}  ")
    return f"{reason}  {click.style(shown, dim=True)}" if shown else reason


def _show_gone(report: Report, output: Output, *, dry: bool) -> None:
    for gone in report.removed:
        _show_lost("remove" if dry else "removed", gone, "its document is gone", dry=dry)
    most = len(report.orphans) if output.verbose else MOST_ORPHANS
    for orphan in report.orphans[:most]:
        _show_lost("orphan", orphan, "its document is gone; the page stays", dry=dry)
    if len(report.orphans) > most:
        click.echo(f"{'':12} {count_of(len(report.orphans) - most, 'more orphan')}; -v lists them")


def _show_lost(word: str, page: RemotePage, why: str, *, dry: bool) -> None:
    path = page.stamp.path if page.stamp and (dry or not page.url) else ""
    click.echo(_page_line(word, page.title, _behind(why, path, page.title), page.url))


def _summary_line(counts: dict[str, Any], seconds: float, *, dry: bool) -> str:
    """What happened, without zeros: "2 created, 5 unchanged in 1.2 s (14 requests, 4 writes)"."""
    words = [word for word in (*_WORDS.values(), "removed", "failed") if counts[word]]
    named = {word: f"to {verb}" for verb, word in {**_WORDS, "remove": "removed"}.items()} if dry else {}
    named |= {"unchanged": "unchanged", "withheld": "withheld"}
    shown = ", ".join(f"{counts[word]:,} {named.get(word, word)}" for word in words)
    shown = "no changes" + (f", {shown}" if shown else "") if words in ([], ["unchanged"]) else shown
    writes = f", {count_of(counts['writes'], 'write')}" if counts["writes"] else ""
    return f"{shown} in {seconds:.1f} s ({count_of(counts['requests'], 'request')}{writes})"


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
        click.echo(f"{count_of(report.mails, 'page')} will notify watchers")
