"""The commands plan, publish and sandbox."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from publisher import __version__
from publisher.cli.connection import logging_to, session_of
from publisher.cli.documents import problem_rows, problem_values, select_pages, selected_problems, show_problems
from publisher.cli.shared import Output, mask
from publisher.config.load import Config, load_all
from publisher.confluence.client import Client, Login
from publisher.confluence.connect import no_token
from publisher.errors import DocumentsError, PlanRefused, UsageError
from publisher.model.plan import Plan, Report, Result, Snapshot
from publisher.model.problem import Problem
from publisher.model.rendered import RenderedTree
from publisher.model.settings import Settings
from publisher.model.tree import SourceTree
from publisher.pipeline import Conversion, convert, convert_together, failing, is_large, read_source, split_places
from publisher.publish import Proposal, plan_publish, plan_unchanged, preview, publish, rules_of
from publisher.remote.cloud import CloudRemote
from publisher.remote.datacenter import DataCenterRemote
from publisher.report.changes import Change, changes_between, changes_of_plan, sort_changes
from publisher.report.planfile import check_plan, plan_values, read_plan
from publisher.report.problems import github_annotations
from publisher.report.summary import MOST_CHARACTERS, plan_html, plan_markdown, report_markdown
from publisher.source.revisions import checkout
from publisher.source.tree import read_git
from publisher.storage import digest
from publisher.upkeep import diffs

Begin = Callable[[Plan], Callable[[Result], None]]
_COLOURS = {"created": "green", "updated": "cyan", "moved": "cyan", "failed": "red", "withheld": "yellow"}
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
def opened(config: Config, output: Output, *, sandbox: bool) -> Iterator[tuple[CloudRemote, Settings]]:
    """The Confluence to publish into, and the settings with its space."""
    settings = config.settings()
    if not sandbox:
        _check_space(config)
        with session_of(config, verbose=output.verbose, jobs=settings.jobs) as session:
            remote = DataCenterRemote if session.flavor == "datacenter" else CloudRemote
            yield remote(session.client, session.site, settings.jobs), settings
        return
    from publisher.sandbox.app import DEFAULT_PORT, running

    with (
        running(state_file(config, config.get("sandbox_state"))) as (address, store),
        logging_to(config, verbose=output.verbose) as log,
    ):
        key, name = sandbox_space(config.docs)
        store.create_space(key, name)
        client = Client(address + "/wiki", Login("sandbox", "sandbox"), jobs=settings.jobs, log=log)
        try:
            site = f"http://localhost:{DEFAULT_PORT}/wiki"
            # A parent from publisher.yml or the environment belongs to the real site.
            parent = settings.parent if config.values["parent"].origin.startswith("flag") else ""
            yield CloudRemote(client, site, settings.jobs), replace(settings, space=key, parent=parent)
        finally:
            client.close()


def _check_space(config: Config) -> None:
    """UsageError that names everything that is missing."""
    missing = []
    if not config.get("url") and not config.get("gateway"):
        missing.append("no address: set CONFLUENCE_URL (or --url), or try it without an account with --sandbox")
    if not config.get("space"):
        missing.append("no space: set CONFLUENCE_SPACE, --space or `space` in publisher.yml")
    if missing:
        if not any(config.get(name) for name in ("token", "token_file", "client_id", "gateway")):
            missing.append(no_token())
        raise UsageError("\n".join(missing))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every command does before it looks at Confluence. ``selected``: keys of the pages that are asked for; None: all."""

    config: Config
    conversion: Conversion
    problems: tuple[Problem, ...]
    selected: frozenset[str] | None

    def with_problems(self, report: Report) -> Report:
        """The report with the problems of the documents before its own."""
        return replace(report, problems=(*self.problems, *report.problems))


def prepare(paths: tuple[Path, ...], flags: Mapping[str, Any], since: str = "") -> list[Prepared]:
    """Settings and documents of every chosen collection; shows the problems of these. ``since``: a Git range."""
    configs = load_all(paths, flags)
    conversions = convert_together([config.settings() for config in configs])
    return [_prepared(config, made, since) for config, made in zip(configs, conversions, strict=True) if config.chosen]


def _prepared(config: Config, conversion: Conversion, since: str = "") -> Prepared:
    selected = select_pages(config, conversion, since)
    prepared = Prepared(config, conversion, tuple(selected_problems(conversion, config, selected)), selected)
    show_problems(prepared.problems, config, err=True)
    return prepared


def _check_documents(problems: Iterable[Problem], config: Config) -> None:
    if failing(problems, config.get("fail_on")):
        raise DocumentsError("problems in the documents: nothing was written")


def _try_unchanged(
    config: Config, source: SourceTree, remote: CloudRemote, settings: Settings
) -> Report | Snapshot | None:
    """The report of a set that is proved to be unchanged, else what was read of Confluence on the way."""
    if not is_large(source) or config.selected or settings.overwrite:
        return None
    found = plan_unchanged(source, remote, settings)
    if not isinstance(found, tuple):
        return found
    proposal, problems = found
    show_problems(problems, config, err=True)
    return replace(preview(proposal.plan, remote, settings), problems=problems)


@dataclass(frozen=True, slots=True)
class Publishing:
    """The options of `publish`. ``plan``: a reviewed plan, to apply that one or none."""

    sandbox: bool = False
    yes: bool = False
    since: str = ""
    plan: Path | None = None


def run_publish(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Publishing) -> int:
    """Exit 3 for problems in the documents, 6 if not everything was written."""
    sandbox, reviewed = wish.sandbox, _read_reviewed(wish.plan)
    configs = load_all(paths, flags)
    source = read_source(configs[0].settings()) if len(configs) == 1 and not wish.since else None
    configs = tuple(config for config in configs if config.chosen)
    early = [] if source and is_large(source) else prepare(paths, flags, wish.since)
    for run in early:
        _check_documents(run.problems, run.config)
    reports = []
    rows: list[dict[str, Any]] = []
    for number, config in enumerate(configs):
        with opened(config, output, sandbox=sandbox) as (remote, settings), progress(shown=output.text) as bar:
            known = None if early or source is None else _try_unchanged(config, source, remote, settings)
            if isinstance(known, Report):
                _check_documents(known.problems, config)
                reports.append(known)
                continue
            run = early[number] if early else _prepared(config, convert(config.settings(), source))
            _check_documents(run.problems, config)

            def begin(
                plan: Plan, remote: CloudRemote = remote, settings: Settings = settings, bar: Begin = bar
            ) -> Callable[[Result], None]:
                if reviewed is not None:
                    check_plan(plan, reviewed)
                if not (sandbox or wish.yes):
                    ask_first(plan, remote, settings)
                return bar(plan)

            parts: list[Report] = []
            for conversion, place in split_places(run.conversion, settings):
                rules = rules_of(place, run.selected)
                _, report = publish(conversion, remote, place, rules, begin, known if not parts else None)
                show_problems(report.problems, config, err=True)
                parts.append(report)
            reports.append(run.with_problems(join_parts(parts)))
            rows += problem_rows(reports[-1].problems, config)
    report = join_reports(reports)
    _print_report(report, output, dry=False)
    if output.form == "github":
        for line in github_annotations(rows):
            click.echo(mask(line))
    if output.form == "markdown":
        click.echo(mask("\n".join(report_markdown(summary(report), report_values(report)["pages"], rows))))
    if output.text and sandbox:
        click.echo("Look at it: publisher sandbox, then open http://localhost:8090/")
    return 6 if any(result.error or result.action.kind == "withheld" for result in report.results) else 0


def _read_reviewed(file: Path | None) -> Mapping[str, Mapping[str, Any]] | None:
    if file is None:
        return None
    try:
        return read_plan(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--plan {file}: {error}") from None


def join_parts(reports: Sequence[Report]) -> Report:
    """One report of the parts of a collection, which one session published: the last one counted all requests."""
    return replace(join_reports(reports), requests=reports[-1].requests, writes=reports[-1].writes)


def join_reports(reports: Sequence[Report]) -> Report:
    """One report of several collections."""
    if len(reports) == 1:
        return reports[0]
    names = dict.fromkeys(name for report in reports for name in report.where.get("collection", "").split(", "))
    return replace(
        reports[0],
        results=tuple(result for report in reports for result in report.results),
        problems=tuple(item for report in reports for item in report.problems),
        requests=sum(report.requests for report in reports),
        writes=sum(report.writes for report in reports),
        seconds=sum(report.seconds for report in reports),
        orphans=tuple(page for report in reports for page in report.orphans),
        removed=tuple(page for report in reports for page in report.removed),
        moves=sum(report.moves for report in reports),
        mails=sum(report.mails for report in reports),
        where={**reports[0].where, "collection": ", ".join(names)},
    )


@dataclass(frozen=True, slots=True)
class Planning:
    """The options of `plan`. ``base``: the revision that ``offline`` compares with; ``file``: where the plan is kept."""

    sandbox: bool = False
    exit_code: bool = False
    diff: bool = False
    since: str = ""
    offline: bool = False
    base: str = ""
    file: Path | None = None
    most: int = MOST_CHARACTERS


def run_plan(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Planning) -> int:
    """Only reads. With ``exit_code``: 10 if there is something to do."""
    if wish.offline:
        return _plan_offline(paths, flags, output, wish)
    configs = load_all(paths, flags)
    source = read_source(configs[0].settings()) if len(configs) == 1 and not (wish.since or wish.file) else None
    configs = tuple(config for config in configs if config.chosen)
    early = [] if source and is_large(source) else prepare(paths, flags, wish.since)
    reports, changes = [], 0
    proposals: list[Proposal] = []
    rows: list[dict[str, Any]] = []
    for number, config in enumerate(configs):
        with opened(config, output, sandbox=wish.sandbox) as (remote, settings):
            known = None if early or source is None else _try_unchanged(config, source, remote, settings)
            if isinstance(known, Report):
                reports.append(known)
                continue
            run = early[number] if early else _prepared(config, convert(config.settings(), source))
            parts: list[Report] = []
            for conversion, place in split_places(run.conversion, settings):
                rules = rules_of(place, run.selected)
                proposals.append(plan_publish(conversion, remote, place, rules, known if not parts else None))
                parts.append(preview(proposals[-1].plan, remote, place))
                show_problems(parts[-1].problems, config, err=True)
                changes += proposals[-1].plan.changes
            reports.append(run.with_problems(join_parts(parts)))
            rows += problem_rows(reports[-1].problems, config)
    report = join_reports(reports)
    found = [change for proposal in proposals for change in changes_of_plan(proposal.plan, proposal.bodies)]
    _print_report(report, output, dry=True)
    _print_changes(sort_changes(found), rows, output, wish.most, "What a publish would change")
    if wish.file:
        text = json.dumps(plan_values([proposal.plan for proposal in proposals]), indent=1, ensure_ascii=False)
        _write_file(wish.file, mask(text) + "\n", "--output")
    for proposal in proposals if wish.diff and output.text else ():
        show_diff(diffs(proposal, edited_only=False))
    return 10 if wish.exit_code and changes else 0


def _plan_offline(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Planning) -> int:
    """Against a revision of the repository in place of Confluence: no account is needed."""
    found: list[Change] = []
    rows: list[dict[str, Any]] = []
    for run in prepare(paths, flags):
        settings = run.config.settings()
        branch = settings.repo_branch or read_git(settings.docs, "rev-parse", "--abbrev-ref", "HEAD") or ""
        with checkout(settings.docs, wish.base or "origin/HEAD") as folder:
            base = None
            if folder is not None:
                old = replace(
                    settings, docs=folder, folder_title=settings.folder_title or settings.docs.name, repo_branch=branch
                )
                try:
                    base = convert(old)
                except UsageError:  # there were no documents then
                    base = None
            tree = base.rendered if base else RenderedTree(MappingProxyType({}), ())
            found += changes_between(tree, run.conversion.rendered)
        rows += problem_rows(run.problems, run.config)
    found = sort_changes(found)
    if output.form == "json":
        click.echo(
            mask(
                json.dumps({"schema": 1, "changes": [asdict(change) for change in found]}, indent=2, ensure_ascii=False)
            )
        )
    if output.text:
        for change in found:
            was = f" (was “{change.before}”)" if change.before else ""
            click.echo(mask(f"{change.kind:10} {change.title}{was}  {change.source}"))
        click.echo(f"{len(found)} pages differ from {wish.base or 'origin/HEAD'}")
        for change in found if wish.diff else ():
            show_diff([f"--- {change.title}", *change.diff])
    _print_changes(found, rows, output, wish.most, "What this change does to the pages")
    return 10 if wish.exit_code and found else 0


def _print_changes(
    found: Sequence[Change], rows: Sequence[Mapping[str, Any]], output: Output, most: int, heading: str
) -> None:
    if output.form == "markdown":
        click.echo(mask(plan_markdown(found, rows, heading, most)))
    if output.form == "html":
        click.echo(mask(plan_html(found, heading)))
    if output.form == "github":
        for line in github_annotations(rows):
            click.echo(mask(line))


def _write_file(file: Path, text: str, option: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{option} {file}: {error.strerror}") from None


def _print_report(report: Report, output: Output, *, dry: bool) -> None:
    if output.text:
        _show_report(report, dry=dry)
    values = mask(json.dumps(report_values(report), indent=2, ensure_ascii=False))
    if output.form == "json":
        click.echo(values)
    if output.report:
        _write_file(output.report, values + "\n", "--report")


def show_diff(lines: Iterable[str]) -> None:
    """A unified diff, coloured."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        click.echo(mask(click.style(line, fg=colours.get(line[:1]))))


@contextmanager
def progress(*, shown: bool) -> Iterator[Callable[[Plan], Callable[[Result], None]]]:
    """A bar on a terminal, for each plan that is applied; nothing anywhere else."""
    if not (shown and sys.stderr.isatty()):
        yield lambda plan: lambda result: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)

    def begin(plan: Plan) -> Callable[[Result], None]:
        bar.start()
        task = bar.add_task("Publishing", total=len(plan.actions))
        return lambda result: bar.advance(task)

    try:
        yield begin
    finally:
        bar.stop()


#: From so many new pages on the first publish asks a person.
ASKING = 20


def is_terminal() -> bool:
    """Whether a person sits there; a CI job never does, whatever it calls its output."""
    return sys.stdin.isatty() and sys.stderr.isatty() and not os.environ.get("CI")


def ask_first(plan: Plan, remote: CloudRemote, settings: Settings) -> None:
    """Before the first publish of many pages: who, where and how many. PlanRefused if the answer is no."""
    new = sum(action.kind == "create" for action in plan.actions)
    if new <= ASKING or new < len(plan.actions) or not is_terminal():
        return
    where = (
        f"below {settings.parent} in the space {settings.space}"
        if settings.parent
        else f"in the space {settings.space}"
    )
    click.echo(f"{new} new pages {where} of {remote.site}, as {remote.account()}", err=True)
    if not click.confirm("Publish them?", default=False, err=True):
        raise PlanRefused("nothing was written")


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


def _show_report(report: Report, *, dry: bool) -> None:
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
        click.echo(f"{click.style('removed   ', fg='red')} {gone.title}  {gone.url}")
    for orphan in report.orphans:
        click.echo(f"orphan     {orphan.title}: its document is gone; the page stays  {orphan.url}")
    if dry:
        _show_reasons(report)
    counts = summary(report)
    shown = ", ".join(f"{counts[word]} {word}" for word in (*_WORDS.values(), "removed", "failed"))
    click.echo(f"{shown}; {counts['requests']} requests, {counts['writes']} of them writes")


def _show_reasons(report: Report) -> None:
    """Which changes there are, where many pages share one: a new converter alone may rewrite them all."""
    counts: Counter[str] = Counter()
    for result in report.results:
        stamp = result.action.remote.stamp if result.action.remote else None
        for reason in result.action.reasons if not result.action.idle and result.action.kind != "create" else ():
            versions = f" {stamp.tool} → {__version__}" if reason == "converter" and stamp else ""
            counts[reason + versions] += 1
    total = len(report.results)
    for reason, count in counts.most_common() if sum(counts.values()) > len(counts) else ():
        click.echo(f"{count:,} of {total:,}: {reason}")
    if report.mails:
        click.echo(f"watchers are told of {report.mails:,} pages")


def run_sandbox(host: str, port: int, state: str, flavor: str, space: str, *, reset: bool, allow_remote: bool) -> int:
    """Blocks until Ctrl-C."""
    from publisher.sandbox.app import Service, now, serve
    from publisher.sandbox.datacenter import CONTEXT
    from publisher.sandbox.store import Store

    path = state_file(None, state)
    if reset:
        for suffix in ("", "-wal", "-shm"):
            Path(str(path) + suffix).unlink(missing_ok=True)
    store = Store(path, now)
    if space:
        store.create_space(space, space)
    api = f"http://{host}:{port}" + (CONTEXT if flavor == "datacenter" else "/wiki")
    click.echo(f"Sandbox at http://{host}:{port}/ (state in {path}; CONFLUENCE_URL={api}, any token); Ctrl-C ends it")
    serve(store, Service("", flavor, host, port, allow_remote))
    return 0
