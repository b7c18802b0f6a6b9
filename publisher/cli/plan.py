"""The command plan."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import asdict, replace

import publisher.app as app
import publisher.checking as checking
from publisher._version import __version__
from publisher.app import RunOptions
from publisher.cli.documents import problem_rows, show_problems
from publisher.cli.output import Output
from publisher.cli.report import print_report, show_diff
from publisher.cli.session import Shown, connector, explained, load_collections
from publisher.cli.shared import mask, write_file
from publisher.cli.streams import echo_command
from publisher.cli.working import working
from publisher.convert.compose import convert
from publisher.errors import UsageError
from publisher.model.rendered import RenderedTree
from publisher.naming import count_of
from publisher.report.changes import Change, changes_between, changes_of_plan, sort_changes
from publisher.report.join import join_reports
from publisher.report.planfile import plan_values
from publisher.report.problems import github_annotations
from publisher.report.summary import MOST_CHARACTERS, plan_html, plan_markdown
from publisher.source.git.revisions import read_base
from publisher.sync.status import diffs


class Planning(Struct, frozen=True):
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
    _check_options(wish)
    if wish.offline:
        return _plan_offline(paths, flags, output, wish)
    configs = load_collections(paths, flags, sandbox=wish.sandbox)
    options = RunOptions(since=wish.since, whole=wish.file is not None)
    with explained(output) as seen, working(output):
        found = app.plan(configs, connector(output, sandbox=wish.sandbox), options, Shown(output, seen))
    report = join_reports([one.report for one in found])
    rows = [row for one in found for row in problem_rows(one.report.problems, one.config)]
    proposals = [proposal for one in found for proposal in one.proposals]
    print_report(report, output, dry=True)
    compared = proposals if output.summary or output.form in {"markdown", "html"} else ()
    changes = [change for proposal in compared for change in changes_of_plan(proposal.plan, proposal.bodies)]
    _print_changes(sort_changes(changes), rows, output, wish.most, "What a publish would change")
    if wish.file:
        text = json.dumps(plan_values([proposal.plan for proposal in proposals]), indent=1, ensure_ascii=False)
        write_file(wish.file, text + "\n", "--output")
    for proposal in proposals if wish.diff and output.text else ():
        show_diff(diffs(proposal, edited_only=False))
    return 10 if wish.exit_code and any(proposal.plan.changes for proposal in proposals) else 0


def _check_options(wish: Planning) -> None:
    """UsageError for options that would have no effect together."""
    idle = {"--since": wish.since, "--output": wish.file, "--sandbox": wish.sandbox} if wish.offline else {}
    idle |= {} if wish.offline else {"--base": wish.base}
    found = [name for name, given in idle.items() if given]
    if found:
        raise UsageError(f"{', '.join(found)} {'cannot be used with' if wish.offline else 'requires'} --offline")


def _plan_offline(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Planning) -> int:
    """Against a revision of the repository in place of Confluence: no account is needed."""
    found: list[Change] = []
    rows: list[dict[str, Any]] = []
    pages = 0
    with working(output):
        checked = checking.check(load_collections(paths, flags, sandbox=False))
    for run in checked:
        show_problems(run.problems, run.config, output.view)
        settings = run.settings
        with read_base(settings.source, wish.base or "origin/HEAD") as source:
            base = None
            if source is not None:
                title = settings.tree.folder_title or settings.docs.name
                old = replace(settings, source=source).replace(folder_title=title)
                try:
                    base = convert(old)
                except UsageError:  # there were no documents then
                    base = None
            tree = base.rendered if base else RenderedTree(MappingProxyType({}), ())
            found += changes_between(tree, run.conversion.rendered)
        pages += len(run.conversion.rendered.pages)
        rows += problem_rows(run.problems, run.config)
    found = sort_changes(found)
    values = json.dumps(_offline_values(found, pages), indent=2, ensure_ascii=False)
    if output.form == "json":
        click.echo(mask(values))
    if output.report:
        write_file(output.report, values + "\n", "--report")
    if output.text:
        for change in found:
            was = f" (was “{change.before}”)" if change.before else ""
            click.echo(mask(f"{change.kind:10} {change.title}{was}  {change.source}"))
        click.echo(f"{count_of(len(found), 'page')} changed since {wish.base or 'origin/HEAD'}")
        for change in found if wish.diff else ():
            show_diff([f"--- {change.title}", *change.diff])
    _print_changes(found, rows, output, wish.most, "What this change does to the pages")
    return 10 if wish.exit_code and found else 0


def _offline_values(found: Sequence[Change], pages: int) -> dict[str, Any]:
    """The JSON of an offline plan. ``pages``: how many there are now."""
    kinds = Counter(change.kind for change in found)
    counts = {
        "created": kinds["new"],
        "updated": kinds["changed"] + kinds["retitled"],
        "moved": kinds["moved"],
        "unchanged": pages + kinds["removed"] - len(found),
        "removed": kinds["removed"],
    }
    return {"schema": 1, "tool": __version__, "summary": counts, "changes": [asdict(change) for change in found]}


def _print_changes(
    found: Sequence[Change], rows: Sequence[Mapping[str, Any]], output: Output, most: int, heading: str
) -> None:
    if output.form == "markdown":
        click.echo(mask(plan_markdown(found, rows, heading, most)))
    if output.summary:
        write_file(output.summary, plan_markdown(found, rows, heading, most) + "\n", "--summary")
    if output.form == "html":
        click.echo(mask(plan_html(found, heading)))
    if output.form == "github":
        for line in github_annotations(rows):
            echo_command(mask(line))
