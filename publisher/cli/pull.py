"""The command pull: what people changed in Confluence becomes a change of the documents."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

import publisher.app as app
from publisher.cli.output import Output
from publisher.cli.pullreport import report_json, report_pull, shown_path, write_summary
from publisher.cli.report import show_diff
from publisher.cli.session import Shown, connector, load_collections
from publisher.cli.shared import write_file
from publisher.cli.working import working
from publisher.errors import UsageError
from publisher.sync.elsewhere import PulledPart, follow_elsewhere
from publisher.sync.options import rules_of
from publisher.sync.pull import PullOptions, PullResult, note_versions, pull, resolution_of
from publisher.sync.pullfiles import check_committed, make_patch, top_of, write_changes


class Pulling(Struct, frozen=True, kw_only=True):
    """The options of the command."""

    sandbox: bool
    diff: bool
    patch: Path | None
    check: bool
    theirs: bool
    ours: bool
    force: bool
    labels: bool
    moves: bool
    new: bool


def run_pull(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, options: Pulling) -> int:
    """Exit 6 if there are conflicts or edits that have no place; with ``--check`` 10 if there is anything to pull."""
    if options.theirs and options.ours:
        raise UsageError("--theirs and --ours exclude each other")
    resolution = resolution_of(theirs=options.theirs, ours=options.ours)
    with TemporaryDirectory() as folder:
        wanted = PullOptions(
            folder=Path(folder),
            resolution=resolution,
            labels=options.labels,
            moves=options.moves,
            new=options.new,
        )
        return _pull(paths, flags, output, options, wanted)


def _pull(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, options: Pulling, wanted: PullOptions
) -> int:
    dry = options.diff or options.check or options.patch is not None
    parts: list[PulledPart] = []
    configs = load_collections(paths, flags, sandbox=options.sandbox)
    with working(output), app.opened(configs, connector(output, sandbox=options.sandbox), Shown(output)) as collections:
        for collection, site in collections:
            for conversion, settings in collection.parts():
                rules = rules_of(settings, collection.selected)
                found = pull(conversion, site.remote, settings, rules, wanted)
                parts.append(PulledPart(conversion, settings, _decide(found, options, dry=dry)))
    results = [(found, part.settings.docs) for part, found in zip(parts, follow_elsewhere(parts), strict=True)]
    if options.patch:
        patch = "".join(make_patch(result.changes(), top_of(docs)) for result, docs in results)
        options.patch.write_bytes(patch.encode(errors="surrogateescape"))
    noted = [] if dry else _write(results, force=options.force)
    if output.report:
        write_file(output.report, report_json(results, noted) + "\n", "--report")
    if output.summary:
        write_file(output.summary, write_summary(results), "--summary")
    report_pull(results, output, dry=dry)
    if options.diff and output.text:
        for result, docs in results:
            show_diff(make_patch(result.changes(), top_of(docs)).splitlines())
    left_out = any(
        result.changes() or result.offers or any(item.document.refused for item in result.pulled)
        for result, _ in results
    )
    if options.check:
        return 10 if left_out else 0
    left = any(item.document.conflicts or item.document.refused for result, _ in results for item in result.pulled)
    return 6 if left else 0


def _write(results: Sequence[tuple[PullResult, Path]], *, force: bool) -> list[Path]:
    """PlanRefused, before anything is written, if a file has changes that are not committed. Files of notes that changed."""
    known = [check_committed(result.changes(), docs, force=force) for result, docs in results]
    for (result, _), committed in zip(results, known, strict=True):
        write_changes(result.changes(), keep=not committed)
    return [file for result, docs in results if (file := note_versions(result, docs))]


def _decide(result: PullResult, options: Pulling, *, dry: bool) -> PullResult:
    """The result with the files that people replaced: theirs over ours after a question, or with ``--theirs``."""
    taken, offers = [], []
    for file in result.replaced:
        name = shown_path(file.change.path)
        asked = not (dry or options.theirs or options.ours) and _can_ask()
        if options.theirs or (asked and click.confirm(f"{name} was replaced in Confluence. Take that one?", err=True)):
            taken.append(file.change)
        elif not options.ours:
            offers.append(f"{name}: was replaced on {file.page.url}; `--theirs` takes that one, `--ours` says nothing")
    return replace(result, copies=(*result.copies, *taken), offers=(*result.offers, *offers))


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty() and not os.environ.get("CI")
