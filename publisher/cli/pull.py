"""The command pull: what people changed in Confluence becomes a change of the documents."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

import publisher.app as app
from publisher.cli.output import Output
from publisher.cli.paths import pasteable, remembered
from publisher.cli.report import show_diff
from publisher.cli.session import Shown, connector, load_collections
from publisher.cli.shared import mask
from publisher.errors import UsageError
from publisher.sync.options import rules_of
from publisher.sync.pull import Pulled, PullOptions, PullResult, note_versions, pull, resolution_of
from publisher.sync.pullfiles import check_committed, make_patch, top_of, write_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulling:
    """The options of the command."""

    sandbox: bool
    diff: bool
    patch: Path | None
    check: bool
    theirs: bool
    ours: bool
    force: bool
    labels: bool


def run_pull(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, options: Pulling) -> int:
    """Exit 6 if there are conflicts or edits that have no place; with ``--check`` 10 if there is anything to pull."""
    if options.theirs and options.ours:
        raise UsageError("--theirs and --ours exclude each other")
    resolution = resolution_of(theirs=options.theirs, ours=options.ours)
    with TemporaryDirectory() as folder:
        wanted = PullOptions(folder=Path(folder), resolution=resolution, labels=options.labels)
        return _pull(paths, flags, output, options, wanted)


def _pull(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, options: Pulling, wanted: PullOptions
) -> int:
    results: list[tuple[PullResult, Path]] = []
    configs = load_collections(paths, flags, sandbox=options.sandbox)
    with app.opened(configs, connector(output, sandbox=options.sandbox), Shown(output)) as collections:
        for collection, site in collections:
            for conversion, settings in collection.parts():
                rules = rules_of(settings, collection.selected)
                results.append((pull(conversion, site.remote, settings, rules, wanted), settings.docs))
    dry = options.diff or options.check or options.patch is not None
    if options.patch:
        patch = "".join(make_patch(result.changes(), top_of(docs)) for result, docs in results)
        options.patch.write_bytes(patch.encode(errors="surrogateescape"))
    if not dry:
        _write(results, force=options.force)
    _report(results, output, dry=dry)
    if options.diff and output.text:
        for result, docs in results:
            show_diff(make_patch(result.changes(), top_of(docs)).splitlines())
    found = any(result.changes() or any(item.document.refused for item in result.pulled) for result, _ in results)
    if options.check:
        return 10 if found else 0
    left = any(item.document.conflicts or item.document.refused for result, _ in results for item in result.pulled)
    return 6 if left else 0


def _write(results: Sequence[tuple[PullResult, Path]], *, force: bool) -> None:
    """PlanRefused, before anything is written, if a file has changes that are not committed."""
    known = [check_committed(result.changes(), docs, force=force) for result, docs in results]
    for (result, docs), committed in zip(results, known, strict=True):
        write_changes(result.changes(), keep=not committed)
        note_versions(result, docs)


def _report(results: Iterable[tuple[PullResult, Path]], output: Output, *, dry: bool) -> None:
    if output.form == "json":
        rows = [_row(item) for result, _ in results for item in result.pulled]
        notes = [note for result, _ in results for note in result.notes]
        files = [
            {"path": relative_to(file.path, docs), "pages": list(file.pages), "conflicts": list(file.conflicts)}
            for result, docs in results
            for file in result.included
        ]
        linked = [relative_to(change.path, docs) for result, docs in results for change in result.linked]
        found = {"schema": 1, "documents": rows, "included": files, "linked": linked, "notes": notes}
        _show(json.dumps(found, indent=2, ensure_ascii=False))
        return
    if output.quiet:
        return
    nothing = True
    for result, _ in results:
        for change in result.linked:
            nothing = False
            _show(f"{'would pull' if dry else 'pulled':12} {_shown(change.path)}  its links follow")
        for file in result.included:
            nothing = False
            word = "conflict" if file.conflicts else "would pull" if dry else "pulled"
            name = _shown(file.path)
            _show(f"{word:12} {name}  included by {', '.join(file.pages)}")
            for line in file.conflicts:
                _show(f"{'':12} {name}:{line}: the edits differ; resolve it, commit and publish")
        for item in result.pulled:
            nothing = False
            word = "conflict" if item.document.conflicts else "would pull" if dry else "pulled"
            who = f"by {item.page.editor}" if item.page.editor else ""
            _show(f"{word:12} {_shown(item.path)}  {item.page.url}  {who}".rstrip())
            for line in item.document.conflicts:
                _show(f"{'':12} {_shown(item.path)}:{line}: both sides changed this; resolve it, commit and publish")
            for line, why in item.document.refused:
                _show(f"{'':12} {_shown(item.path)}:{line}: an edit is left in Confluence: {why}")
        for note in result.notes:
            nothing = False
            _show(f"{'note':12} {pasteable(note, remembered())}")
    if nothing:
        _show("nothing was changed in Confluence that is not in the documents")


def relative_to(path: Path, docs: Path) -> str:
    """A path as people know it: from the docs folder."""
    return os.path.relpath(path, docs.resolve()).replace(os.sep, "/")


def _row(item: Pulled) -> dict[str, object]:
    return {
        "path": item.key,
        "page": item.page.id,
        "url": item.page.url,
        "editor": item.page.editor,
        "modified": item.page.modified,
        "changed": item.changed,
        "conflicts": list(item.document.conflicts),
        "left": [{"line": line, "reason": why} for line, why in item.document.refused],
    }


def _shown(path: Path) -> str:
    return os.path.relpath(path)


def _show(line: str) -> None:
    click.echo(mask(line))
