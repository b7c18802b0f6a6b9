"""The commands status, accept, unlock, undo-prune and unpublish."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from publisher.cli.publish import opened, prepare, show_diff
from publisher.cli.shared import Output, mask
from publisher.errors import UsageError
from publisher.publish import plan_publish, rules_of
from publisher.upkeep import accept, diffs, find_changes, plan_unpublish, undo_prune, unlock, unpublish


def _show(line: str) -> None:
    click.echo(mask(line))


def run_status(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, exit_code: bool, diff: bool
) -> int:
    """With ``exit_code``: 10 if anything is not as the last publish left it."""
    run = prepare(paths, {**flags, "on_hand_edit": "skip"})
    with opened(run.config, output, sandbox=sandbox) as (remote, settings):
        proposal = plan_publish(run.conversion, remote, settings, rules_of(settings, run.selected))
    findings = find_changes(proposal)
    if output.form == "json":
        _show(
            json.dumps(
                {"schema": 1, "findings": [asdict(finding) for finding in findings]}, indent=2, ensure_ascii=False
            )
        )
    else:
        for finding in findings:
            kind = click.style(f"{finding.kind:12}", fg="yellow")
            _show(f"{kind} {finding.title}  {finding.url}  {finding.detail}".rstrip())
        if not findings and not output.quiet:
            _show("everything is as the last publish left it")
    if diff and output.text:
        show_diff(diffs(proposal, edited_only=True))
    return 10 if exit_code and findings else 0


def run_accept(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool) -> int:
    """A usage error without a path that selects documents."""
    run = prepare(paths, flags)
    if run.selected is None:
        raise UsageError("name the documents whose pages are to be kept as they are in Confluence")
    with opened(run.config, output, sandbox=sandbox) as (remote, settings):
        accepted = accept(run.conversion, remote, settings, rules_of(settings, run.selected))
    for page in accepted:
        _show(f"accepted     {page.title}  {page.url}")
    if not accepted:
        _show("none of these pages was edited in Confluence")
    return 0


def run_unlock(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool) -> int:
    """Says who held the lease."""
    run = prepare(paths, flags)
    with opened(run.config, output, sandbox=sandbox) as (remote, settings):
        holder = unlock(run.conversion, remote, settings)
    _show(f"the lease of {holder} is free" if holder else "nobody held the lease")
    return 0


def run_undo_prune(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool) -> int:
    """Exit 6 if some pages could not be brought back."""
    run = prepare(paths, flags)
    with opened(run.config, output, sandbox=sandbox) as (remote, settings):
        failed = undo_prune(run.conversion, remote, settings, lambda line: _show(f"brought back {line}"))
    return 6 if failed else 0


def run_unpublish(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, yes: bool
) -> int:
    """Without ``yes`` only the list. Exit 6 if pages stay because others' stand below them."""
    run = prepare(paths, flags)
    if run.selected is not None:
        raise UsageError("unpublish removes a whole collection; to remove single pages, delete the documents and prune")
    with opened(run.config, output, sandbox=sandbox) as (remote, settings):
        snapshot, pages = plan_unpublish(run.conversion, remote, settings)
        if not yes:
            for page in pages:
                _show(f"would go     {page.title}  {page.url}")
            _show(f"{len(pages)} pages of “{snapshot.collection}” would go into the trash; say --yes to do it")
            return 0
        kept = unpublish(snapshot, pages, remote, settings, lambda title: _show(f"removed      {title}"))
    for page in kept:
        _show(f"kept         {page.title}: pages of others stand below it  {page.url}")
    return 6 if kept else 0
