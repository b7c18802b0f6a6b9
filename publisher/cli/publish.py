"""The commands plan, publish and sandbox."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from publisher import __version__
from publisher.cli.documents import is_selected, problem_values, selected_problems, show_problems
from publisher.cli.shared import mask
from publisher.config.load import PEER_TOKENS, Config, load_config
from publisher.confluence.client import Client, Login, base_address
from publisher.errors import DocumentsError, UsageError
from publisher.model.plan import PageAction, Plan, Report, Result
from publisher.model.settings import Settings
from publisher.pipeline import Conversion, convert, failing
from publisher.publish import plan_publish, publish
from publisher.remote.cloud import CloudRemote, check_address
from publisher.storage import digest

_WORDS = {"create": "created", "update": "updated", "move": "moved", "unchanged": "unchanged", "withheld": "withheld"}


def state_file(config: Config | None, given: str) -> Path:
    """Where the sandbox keeps its state: the user's data folder, unless told otherwise."""
    if given:
        return Path(given)
    base = Path(os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folder = base / "publisher"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "sandbox.sqlite"


def sandbox_space(docs: Path) -> tuple[str, str]:
    """(key, name) of the space that belongs to a docs root, so that two projects do not meet."""
    return "S" + digest(str(docs.resolve()))[:8].upper(), docs.resolve().name


@contextmanager
def opened(config: Config, *, sandbox: bool) -> Iterator[tuple[CloudRemote, Settings]]:
    """The Confluence to publish into, and the settings with its space."""
    settings = config.settings()
    if not sandbox:
        check_address(settings.space)
        client = Client(base_address(_address(config)), _login(config))
        try:
            yield CloudRemote(client, client.base, settings.jobs), settings
        finally:
            client.close()
        return
    from dataclasses import replace

    from publisher.sandbox.app import DEFAULT_PORT, running

    with running(state_file(config, config.get("sandbox_state"))) as (address, store):
        key, name = sandbox_space(config.docs)
        store.create_space(key, name)
        client = Client(address + "/wiki", Login("sandbox", "sandbox"))
        try:
            site = f"http://localhost:{DEFAULT_PORT}/wiki"
            yield CloudRemote(client, site, settings.jobs), replace(settings, space=key, parent="")
        finally:
            client.close()


def _address(config: Config) -> str:
    url = str(config.get("url"))
    if not url:
        raise UsageError("no address: set CONFLUENCE_URL (or --url), or try it without an account with --sandbox")
    return url


def _login(config: Config) -> Login:
    token = str(config.get("token"))
    if not token:
        peers = [name for name in PEER_TOKENS if os.environ.get(name)]
        also = f" ({', '.join(peers)} is set, but Publisher reads CONFLUENCE_TOKEN)" if peers else ""
        raise UsageError(f"no token: set CONFLUENCE_TOKEN, and CONFLUENCE_USER for an API token{also}")
    return Login(str(config.get("user")), token)


def run_publish(paths: tuple[Path, ...], flags: dict[str, Any], output: Mapping[str, Any], *, dry: bool) -> int:
    """``output``: format, report, quiet, sandbox, exit_code. Exit 3 for problems, 6 if not all was written, 10 for changes."""
    config = load_config(paths, flags)
    conversion = convert(config.settings())
    problems = selected_problems(conversion, config)
    text = output["format"] == "text" and not output["quiet"]
    show_problems(problems, config, err=True)
    if failing(problems, config.get("fail_on")) and not dry:
        raise DocumentsError("problems in the documents: nothing was written")
    chosen = (lambda key: is_selected(key, config.selected)) if config.selected else None
    with opened(config, sandbox=output["sandbox"]) as (remote, settings):
        plan = plan_publish(conversion, remote, settings, chosen)
        if dry:
            results = tuple(_planned(action) for action in plan.actions)
            report = Report(results, tuple(problems), *remote.counts, 0.0, plan.orphans)
        else:
            with progress(len(plan.actions), shown=text) as advance:
                report = publish(plan, conversion, remote, settings, advance)
    if text:
        _show_report(report, plan, conversion, dry=dry)
        if output["sandbox"] and not dry:
            click.echo("Look at it: publisher sandbox, then open http://localhost:8090/")
    values = json.dumps(report_values(report, settings), indent=2, ensure_ascii=False)
    if output["format"] == "json":
        click.echo(mask(values))
    if output["report"]:
        Path(output["report"]).write_text(mask(values) + "\n", encoding="utf-8")
    return _exit_code(report, plan, dry=dry, changes=bool(output["exit_code"]))


@contextmanager
def progress(total: int, *, shown: bool) -> Iterator[Callable[[Result], None]]:
    """A bar on a terminal; nothing anywhere else."""
    if not (shown and sys.stderr.isatty()):
        yield lambda result: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Publishing", total=total)
        yield lambda result: bar.advance(task)


def _exit_code(report: Report, plan: Plan, *, dry: bool, changes: bool) -> int:
    if dry:
        return 10 if changes and plan.changes else 0
    partly = any(result.error or result.action.kind == "withheld" for result in report.results)
    return 6 if partly else 0


def _planned(action: PageAction) -> Result:
    page = action.remote
    return Result(action, page.id if page else "", page.url if page else "", page.version if page else 0)


def summary(report: Report) -> dict[str, Any]:
    """Counts for people and machines."""
    counts = dict.fromkeys(_WORDS.values(), 0)
    for result in report.results:
        if not result.error:
            counts[_WORDS[result.action.kind]] += 1
    failed = sum(bool(result.error) for result in report.results)
    return {
        **counts,
        "removed": 0,
        "failed": failed,
        "requests": report.requests,
        "writes": report.writes,
        "seconds": round(report.seconds, 2),
    }


def report_values(report: Report, settings: Settings) -> dict[str, Any]:
    """The JSON report; `sample-docs/reference/report.md` describes it."""
    pages = [
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
    where = {"space": settings.space, "parent": settings.parent}
    orphans = [{"id": page.id, "title": page.title, "url": page.url} for page in report.orphans]
    return {
        "schema": 1,
        "tool": __version__,
        "where": where,
        "summary": summary(report),
        "pages": pages,
        "orphans": orphans,
        "problems": problem_values(report.problems),
    }


def _show_report(report: Report, plan: Plan, conversion: Conversion, *, dry: bool) -> None:
    depth: dict[str | None, int] = {None: -1}
    for result in report.results:
        page, action = result.action.page, result.action
        depth[page.key] = depth.get(page.parent, -1) + 1
        word = action.kind if dry else _WORDS[action.kind]
        why = f" ({', '.join(action.reasons)})" if action.reasons and action.kind != "create" else ""
        line = f"{'failed' if result.error else word:10} {'  ' * depth[page.key]}{page.title}{why}"
        click.echo(mask(line + (f"  {result.url}" if result.url and not action.idle else "")))
        if result.error:
            click.echo(mask(f"{'':10} {result.error}"))
    for orphan in report.orphans:
        click.echo(f"orphan     {orphan.title}: its document is gone; the page stays  {orphan.url}")
    counts = summary(report)
    shown = ", ".join(f"{counts[word]} {word}" for word in (*_WORDS.values(), "failed"))
    click.echo(f"{shown}; {counts['requests']} requests, {counts['writes']} of them writes")


def run_sandbox(host: str, port: int, state: str, *, reset: bool) -> int:
    """Blocks until Ctrl-C."""
    from publisher.sandbox.app import now, serve
    from publisher.sandbox.store import Store

    path = state_file(None, state)
    if reset:
        for suffix in ("", "-wal", "-shm"):
            Path(str(path) + suffix).unlink(missing_ok=True)
    click.echo(f"Sandbox at http://{host}:{port}/ (state in {path}); Ctrl-C ends it")
    serve(Store(path, now), host, port)
    return 0
