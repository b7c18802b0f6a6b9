"""The commands publish and sandbox."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from publisher.cli.documents import problem_rows, show_problems
from publisher.cli.report import join_parts, join_reports, print_report, report_values, summary
from publisher.cli.session import (
    Prepared,
    check_documents,
    each_part,
    opened,
    prepare,
    prepare_one,
    state_file,
    try_unchanged,
)
from publisher.cli.shared import Output, mask, write_file
from publisher.config.load import load_all
from publisher.convert.compose import convert
from publisher.convert.parts import split_places
from publisher.convert.sources import read_source
from publisher.convert.unchanged import is_large
from publisher.errors import PlanRefused, UsageError
from publisher.model.plan import Plan
from publisher.model.report import Report, Result
from publisher.model.settings import Settings
from publisher.remote.port import Remote
from publisher.report.planfile import check_plan, check_plans, read_plan
from publisher.report.problems import github_annotations
from publisher.report.summary import report_markdown
from publisher.sync.options import rules_after, rules_of
from publisher.sync.propose import plan_publish
from publisher.sync.publish import publish

Begin = Callable[[Plan], Callable[[Result], None]]


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
    configs = tuple(replace(config, sandbox=wish.sandbox) for config in load_all(paths, flags))
    whole = len(configs) == 1 and not (wish.since or wish.plan)
    source = read_source(configs[0].settings()) if whole else None
    configs = tuple(config for config in configs if config.chosen)
    early = [] if source and is_large(source) else prepare(paths, flags, wish.since, sandbox=wish.sandbox)
    for run in early:
        check_documents(run.problems, run.config)
    if reviewed is not None:
        _check_reviewed(early, output, wish, reviewed)
    reports = []
    rows: list[dict[str, Any]] = []
    for number, config in enumerate(configs):
        with opened(config, output, sandbox=sandbox) as (remote, settings), progress(shown=output.text) as bar:
            known = None if early or source is None else try_unchanged(config, source, remote, settings)
            if isinstance(known, Report):
                check_documents(known.problems, config)
                reports.append(known)
                continue
            run = early[number] if early else prepare_one(config, convert(config.settings(), source))
            check_documents(run.problems, config)

            def begin(
                plan: Plan, remote: Remote = remote, settings: Settings = settings, bar: Begin = bar
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
    print_report(report, output, dry=False)
    if output.form == "github":
        for line in github_annotations(rows):
            click.echo(mask(line))
    text = "\n".join(report_markdown(summary(report), report_values(report)["pages"], rows))
    if output.form == "markdown":
        click.echo(mask(text))
    if output.summary:
        write_file(output.summary, text + "\n", "--summary")
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


def _check_reviewed(
    runs: Iterable[Prepared], output: Output, wish: Publishing, reviewed: Mapping[str, Mapping[str, Any]]
) -> None:
    """Before the first page of any collection is written: what was reviewed is applied whole, or not at all."""
    plans: list[Plan] = []
    for run, conversion, remote, settings in each_part(runs, output, sandbox=wish.sandbox):
        rules = rules_after(plans, settings, run.selected)
        plans.append(plan_publish(conversion, remote, settings, rules).plan)
    check_plans(plans, reviewed)


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


def ask_first(plan: Plan, remote: Remote, settings: Settings) -> None:
    """Before the first publish of many pages: who, where and how many. PlanRefused if the answer is no."""
    new = sum(action.kind == "create" for action in plan.actions)
    if new <= ASKING or new < len(plan.actions) or not is_terminal():
        return
    where = (
        f"below {settings.sync.parent} in the space {settings.sync.space}"
        if settings.sync.parent
        else f"in the space {settings.sync.space}"
    )
    click.echo(f"{new} new pages {where} of {remote.site}, as {remote.account()}", err=True)
    if not click.confirm("Publish them?", default=False, err=True):
        raise PlanRefused("nothing was written")


def run_sandbox(host: str, port: int, state: str, flavor: str, space: str, *, reset: bool, allow_remote: bool) -> int:
    """Blocks until Ctrl-C."""
    from publisher.sandbox import CONTEXT, Service, Store, now, serve

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
