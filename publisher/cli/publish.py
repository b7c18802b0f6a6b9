"""The command publish."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

import publisher.app as app
from publisher.app import RunOptions, Site
from publisher.cli.documents import problem_rows
from publisher.cli.output import Output
from publisher.cli.report import print_report, report_values, summary
from publisher.cli.sandbox import look_at
from publisher.cli.session import Shown, connector, explained, load_collections
from publisher.cli.shared import mask, write_file
from publisher.cli.streams import echo_command
from publisher.cli.working import Working, working
from publisher.errors import PlanRefused, UsageError
from publisher.model.plan import Plan
from publisher.model.problem import Level
from publisher.model.report import Progress, Result
from publisher.report.join import join_reports
from publisher.report.planfile import read_plan
from publisher.report.problems import github_annotations
from publisher.report.summary import report_markdown

Begin = Callable[[Plan], Callable[[Result], None]]


class Publishing(Struct, frozen=True):
    """The options of `publish`. ``plan``: a reviewed plan, to apply that one or none."""

    sandbox: bool = False
    yes: bool = False
    since: str = ""
    plan: Path | None = None


def run_publish(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Publishing) -> int:
    """Exit 3 for problems in the documents, 6 if not everything was written."""
    configs = load_collections(paths, flags, sandbox=wish.sandbox)
    options = RunOptions(since=wish.since, yes=wish.yes, reviewed=_read_reviewed(wish.plan))
    with explained(output) as seen, progress(shown=output.text) as bar, working(output) as waiting:
        listener = _Publishing(output, seen, bar=bar, asks=not (wish.sandbox or wish.yes), waiting=waiting)
        done = app.publish(configs, connector(output, sandbox=wish.sandbox), options, listener)
    report = join_reports([one.report for one in done])
    rows = [row for one in done for row in problem_rows(one.report.problems, one.config)]
    print_report(report, output, dry=False)
    if output.form == "github":
        for line in github_annotations(rows):
            echo_command(mask(line))
    if output.form == "markdown" or output.summary:
        text = "\n".join(report_markdown(summary(report), report_values(report)["pages"], rows))
        if output.form == "markdown":
            click.echo(mask(text))
        if output.summary:
            write_file(output.summary, text + "\n", "--summary")
    if output.text and wish.sandbox:
        for line in look_at(configs, report):
            click.echo(line)
    return 6 if any(result.error or result.action.kind == "withheld" for result in report.results) else 0


class _Publishing(Shown):
    """Shows problems, asks before a first publish of many pages, and moves the bar."""

    def __init__(
        self, output: Output, seen: list[tuple[Level, str]], *, bar: Begin, asks: bool, waiting: Working | None
    ) -> None:
        super().__init__(output, seen)
        self.bar = bar
        self.asks = asks
        self.waiting = waiting

    def on_plan(self, site: Site, plan: Plan) -> Progress:
        if self.waiting:
            self.waiting.end()
        if self.asks:
            ask_first(plan, site)
        return self.bar(plan)


def _read_reviewed(file: Path | None) -> Mapping[str, Mapping[str, Any]] | None:
    if file is None:
        return None
    try:
        return read_plan(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--plan {file}: {error}") from None


@contextmanager
def progress(*, shown: bool) -> Iterator[Callable[[Plan], Callable[[Result], None]]]:
    """A bar on a terminal, for each plan that is applied; nothing anywhere else."""
    if not (shown and sys.stderr.isatty()):
        yield lambda plan: lambda result: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty())

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


def ask_first(plan: Plan, site: Site) -> None:
    """Before the first publish of many pages: who, where and how many. PlanRefused if the answer is no."""
    new = sum(action.kind == "create" for action in plan.actions)
    first = new == len(plan.actions) or plan.unverified
    if new <= ASKING or not first or not is_terminal():
        return
    space, parent = site.settings.sync.space, site.settings.sync.parent
    where = f"below {parent} in the space {space}" if parent else f"in the space {space}"
    name = f"the collection “{plan.collection}” ({plan.where.get('named', '')})"
    click.echo(f"{new} new pages {where} of {site.remote.site}, as {site.remote.account()}, in {name}", err=True)
    if not click.confirm("Publish them?", default=False, err=True):
        raise PlanRefused("nothing was written")
