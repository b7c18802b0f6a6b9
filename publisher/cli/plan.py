"""The command plan."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from publisher import __version__
from publisher.cli.documents import problem_rows, show_problems
from publisher.cli.report import join_parts, join_reports, print_report, show_diff
from publisher.cli.session import opened, prepare, prepare_one, try_unchanged
from publisher.cli.shared import Output, mask, write_file
from publisher.config.load import load_all
from publisher.convert.compose import convert
from publisher.convert.parts import split_places
from publisher.convert.sources import read_source
from publisher.convert.unchanged import is_large
from publisher.errors import UsageError
from publisher.model.rendered import RenderedTree
from publisher.model.report import Report
from publisher.report.changes import Change, changes_between, changes_of_plan, sort_changes
from publisher.report.planfile import plan_values
from publisher.report.problems import github_annotations
from publisher.report.summary import MOST_CHARACTERS, plan_html, plan_markdown
from publisher.source.git.repository import find_repository
from publisher.source.git.revisions import checkout
from publisher.sync.options import rules_after
from publisher.sync.propose import Proposal, plan_publish
from publisher.sync.publish import preview
from publisher.sync.status import diffs


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
    _check_options(wish)
    if wish.offline:
        return _plan_offline(paths, flags, output, wish)
    configs = tuple(replace(config, sandbox=wish.sandbox) for config in load_all(paths, flags))
    source = read_source(configs[0].settings()) if len(configs) == 1 and not (wish.since or wish.file) else None
    configs = tuple(config for config in configs if config.chosen)
    early = [] if source and is_large(source) else prepare(paths, flags, wish.since, sandbox=wish.sandbox)
    reports, changes = [], 0
    proposals: list[Proposal] = []
    rows: list[dict[str, Any]] = []
    for number, config in enumerate(configs):
        with opened(config, output, sandbox=wish.sandbox) as (remote, settings):
            known = None if early or source is None else try_unchanged(config, source, remote, settings)
            if isinstance(known, Report):
                reports.append(known)
                continue
            run = early[number] if early else prepare_one(config, convert(config.settings(), source))
            parts: list[Report] = []
            for conversion, place in split_places(run.conversion, settings):
                rules = rules_after([proposal.plan for proposal in proposals], place, run.selected)
                proposals.append(plan_publish(conversion, remote, place, rules, known if not parts else None))
                parts.append(preview(proposals[-1].plan, remote, place))
                show_problems(parts[-1].problems, config, err=True)
                changes += proposals[-1].plan.changes
            reports.append(run.with_problems(join_parts(parts)))
            rows += problem_rows(reports[-1].problems, config)
    report = join_reports(reports)
    print_report(report, output, dry=True)
    compared = proposals if output.summary or output.form in {"markdown", "html"} else ()
    found = [change for proposal in compared for change in changes_of_plan(proposal.plan, proposal.bodies)]
    _print_changes(sort_changes(found), rows, output, wish.most, "What a publish would change")
    if wish.file:
        text = json.dumps(plan_values([proposal.plan for proposal in proposals]), indent=1, ensure_ascii=False)
        write_file(wish.file, text + "\n", "--output")
    for proposal in proposals if wish.diff and output.text else ():
        show_diff(diffs(proposal, edited_only=False))
    return 10 if wish.exit_code and changes else 0


def _check_options(wish: Planning) -> None:
    """UsageError for options that would have no effect together."""
    idle = {"--since": wish.since, "--output": wish.file, "--sandbox": wish.sandbox} if wish.offline else {}
    idle |= {} if wish.offline else {"--base": wish.base}
    found = [name for name, given in idle.items() if given]
    if found:
        raise UsageError(f"{', '.join(found)}: has no meaning {'with' if wish.offline else 'without'} --offline")


def _plan_offline(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Planning) -> int:
    """Against a revision of the repository in place of Confluence: no account is needed."""
    found: list[Change] = []
    rows: list[dict[str, Any]] = []
    pages = 0
    for run in prepare(paths, flags):
        settings = run.config.settings()
        branch = settings.source.repo_branch or find_repository(settings.source).branch
        with checkout(settings.docs, wish.base or "origin/HEAD") as folder:
            base = None
            if folder is not None:
                old = settings.replace(
                    docs=folder, folder_title=settings.tree.folder_title or settings.docs.name, repo_branch=branch
                )
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
        click.echo(f"{len(found)} pages differ from {wish.base or 'origin/HEAD'}")
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
            click.echo(mask(line))
