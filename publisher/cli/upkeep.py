"""The commands status, accept, unlock, undo-prune and unpublish."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec.structs import asdict

import publisher.app as app
from publisher.checking import Collection
from publisher.cli.documents import show_problems
from publisher.cli.output import Output
from publisher.cli.paths import pasteable, show_path
from publisher.cli.report import show_diff
from publisher.cli.session import Shown, connector, load_collections
from publisher.cli.shared import mask
from publisher.cli.terminal import link
from publisher.cli.working import working
from publisher.config.load import Config
from publisher.convert.compose import Conversion
from publisher.errors import PlanRefused, UsageError
from publisher.model.plan import Reason
from publisher.model.settings import Settings
from publisher.naming import count_of
from publisher.remote.port import Remote
from publisher.sync.maintenance import accept, plan_unpublish, unlock, unpublish
from publisher.sync.options import rules_of
from publisher.sync.propose import plan_publish
from publisher.sync.publish import publish
from publisher.sync.status import Finding, diffs, find_changes
from publisher.sync.undo import undo_prune


def _parts(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, any_name: bool = False
) -> Iterator[tuple[Collection, Conversion, Remote, Settings]]:
    """Every part of every chosen collection, with the Confluence that it is published in."""
    configs = load_collections(paths, flags, sandbox=sandbox, any_name=any_name)
    with working(output), app.opened(configs, connector(output, sandbox=sandbox), Shown(output)) as collections:
        for collection, site in collections:
            for conversion, settings in collection.parts():
                yield collection, conversion, site.remote, settings


def _show(line: str) -> None:
    click.echo(mask(line))


def run_status(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, exit_code: bool, diff: bool
) -> int:
    """With ``exit_code``: 10 if anything is not as the last publish left it."""
    configs = load_collections(paths, flags, sandbox=sandbox)
    with working(output):
        statuses = app.read_statuses(configs, connector(output, sandbox=sandbox), Shown(output))
    findings = [finding for status in statuses for finding in find_changes(status)]
    if output.form == "json":
        _show(
            json.dumps(
                {"schema": 1, "findings": [_finding_values(finding) for finding in findings]},
                indent=2,
                ensure_ascii=False,
            )
        )
    else:
        _show_findings(findings, [config for config in configs if config.chosen])
        if not findings and not output.quiet:
            _show("no changes in Confluence since the last publish")
    for status in statuses if diff and output.text else ():
        show_diff(diffs(status.proposal, edited_only=True))
    return 10 if exit_code and findings else 0


#: What to do about the findings of a kind.
_HINTS = {
    "hand-edited": "`publisher pull PATH` brings edits into the documents; `publisher accept PATH` keeps one as it is",
    "label-added": "`publisher pull --labels PATH` puts labels into the front matter",
    "new-page": "`publisher pull --new` makes documents for new pages",
}


def _finding_values(finding: Finding) -> dict[str, str]:
    values = asdict(finding)
    del values["path"]  # for people, who paste it
    return values


def _show_findings(findings: Sequence[Finding], configs: Sequence[Config]) -> None:
    """One line each, with the path that the next command takes."""
    hints: dict[str, str] = {}
    for finding in findings:
        config = next((config for config in configs if (config.docs / finding.path).exists()), configs[0])
        path = f"  {show_path(config, finding.path)}" if finding.path else ""
        detail = f"  {finding.detail}" if finding.detail != finding.path else ""
        kind = click.style(f"{finding.kind:13}", fg="yellow")
        _show(f"{kind} {link(finding.title, finding.url)}{path}{detail}")
        if finding.kind in _HINTS:
            hint = _HINTS[finding.kind].replace("PATH", finding.path)
            hints.setdefault(finding.kind, pasteable(hint, config, finding.path))
    for hint in hints.values():
        _show(hint)


def run_accept(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool) -> int:
    """A usage error without a path that selects documents."""
    accepted = []
    for run, conversion, remote, settings in _parts(paths, flags, output, sandbox=sandbox):
        if run.selected is None:
            raise UsageError("name the documents whose pages are to be kept as they are in Confluence")
        accepted += accept(conversion, remote, settings, rules_of(settings, run.selected))
    for page in accepted:
        _show(f"accepted     {page.title}  {page.url}")
    if not accepted:
        _show("none of these pages was edited in Confluence")
    return 0


def run_unlock(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool) -> int:
    """Says who held the lock."""
    for _, conversion, remote, settings in _parts(paths, flags, output, sandbox=sandbox):
        holder = unlock(conversion, remote, settings)
        _show(f"unlocked: {holder} held the lock" if holder else "nothing to unlock: no run holds the lock")
    return 0


def run_undo_prune(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool) -> int:
    """Exit 6 if some pages could not be brought back."""
    failed = 0
    for _, conversion, remote, settings in _parts(paths, flags, output, sandbox=sandbox):
        failed += undo_prune(conversion, remote, settings, _show)
    return 6 if failed else 0


def run_unpublish(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, yes: bool
) -> int:
    """Without ``yes`` only the list. Exit 6 if pages stay because others' are below them."""
    left = 0
    for run, conversion, remote, settings in _parts(paths, flags, output, sandbox=sandbox, any_name=True):
        if run.selected is not None:
            raise UsageError(
                "unpublish removes a whole collection; to remove single pages, delete the documents and prune"
            )
        try:
            snapshot, pages = plan_unpublish(conversion, remote, settings)
        except PlanRefused:
            if conversion.part and settings.sync.edition.endswith(
                f"#{conversion.part}"
            ):  # a part that was never published
                continue
            raise
        if not yes:
            for page in pages:
                _show(f"remove       {page.title}  {page.url}")
            _show(
                f"{count_of(len(pages), 'page')} of “{snapshot.collection}” will be moved to the trash."
                " Re-run with --yes to confirm."
            )
            continue
        kept = unpublish(snapshot, pages, remote, settings, lambda title: _show(f"removed      {title}"))
        for page in kept:
            _show(f"kept         {page.title}: it has child pages that Publisher does not manage  {page.url}")
        left += len(kept)
    return 6 if left else 0


def run_adopt(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, yes: bool) -> int:
    """Without ``yes`` only the list of what would be taken over. Exit 6 if a page could not be written."""
    failed = False
    for run, conversion, remote, settings in _parts(paths, flags, output, sandbox=sandbox):
        place = settings.replace(adopt=True)
        rules = rules_of(place, run.selected)
        plan = plan_publish(conversion, remote, place, rules).plan
        show_problems(plan.problems, run.config, output.view)
        taken = [action for action in plan.actions if Reason.ADOPTED in action.reasons]
        new = sum(action.kind == "create" for action in plan.actions)
        for action in taken:
            page = action.remote
            _show(
                f"adopt        {page.title if page else ''}  {page.url if page else ''}  for {show_path(run.config, action.page.key)}"
            )
        if not taken:
            _show("no page to adopt was found; nothing is written. `publish` writes what has changed")
            continue
        changed = sum(a.kind in {"update", "move"} for a in plan.actions if a not in taken)
        created = f", {count_of(new, 'new page')} will be created" if new else ""
        updated = f", {count_of(changed, 'page')} of ours will be updated" if changed else ""
        _show(f"{count_of(len(taken), 'existing page')} will be adopted with the same id{created}{updated}")
        if not yes:
            _show("Re-run with --yes to confirm.")
            continue
        _, report = publish(conversion, remote, place, rules, lambda plan: lambda result: None)
        for result in report.results:
            if result.error:
                _show(f"failed       {result.action.page.title}: {result.error}")
        failed = failed or any(result.error for result in report.results)
    return 6 if failed else 0
