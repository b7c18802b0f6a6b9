"""What a pull found, as text, JSON, and the description of a pull request."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import click

from publisher.cli.output import Output
from publisher.cli.paths import pasteable, remembered
from publisher.cli.shared import mask
from publisher.sync.pull import Pulled, PullResult
from publisher.sync.pullfiles import FileMove, top_of

Results = Sequence[tuple[PullResult, Path]]


def report_pull(results: Results, output: Output, *, dry: bool) -> None:
    """Prints it. ``dry``: nothing was written."""
    if output.form == "json":
        _show(json.dumps(_as_json(results), indent=2, ensure_ascii=False))
        return
    if output.quiet:
        return
    lines = [line for result, _ in results for line in _lines(result, dry=dry)]
    for line in lines or ["nothing was changed in Confluence that is not in the documents"]:
        _show(line)


def _lines(result: PullResult, *, dry: bool) -> Iterator[str]:
    done, moved = ("would pull", "would move") if dry else ("pulled", "moved")
    for change in result.linked:
        yield f"{done:12} {shown_path(change.path)}  its links follow"
    for file in result.included:
        name = shown_path(file.path)
        yield f"{'conflict' if file.conflicts else done:12} {name}  included by {', '.join(file.pages)}"
        for line in file.conflicts:
            yield f"{'':12} {name}:{line}: the edits differ; resolve it, commit and publish"
    for item in result.pulled:
        name = shown_path(item.path)
        word = "conflict" if item.document.conflicts else done if item.changed else "left"
        yield f"{word:12} {name}  {item.page.url}  {_editor(item)}".rstrip()
        for line in item.document.conflicts:
            yield f"{'':12} {name}:{line}: both sides changed this; resolve it, commit and publish"
        for line, why in item.document.refused:
            yield f"{'':12} {name}:{line}: an edit is left in Confluence: {why}"
    for new in result.new:
        yield f"{done:12} {shown_path(new.change.path)}  new: {new.page.url}"
    for move in result.moved:
        yield f"{moved:12} {shown_path(move.path)} to {shown_path(move.target)}"
    for copy in result.copies:
        yield f"{done:12} {shown_path(copy.path)}"
    for note in (*result.notes, *result.offers):
        yield f"{'note':12} {pasteable(note, remembered())}"


def _as_json(results: Results) -> dict[str, object]:
    pairs = [(result, docs) for result, docs in results]
    return {
        "schema": 1,
        "documents": [_row(item) for result, _ in pairs for item in result.pulled],
        "included": [
            {"path": _relative(file.path, docs), "pages": list(file.pages), "conflicts": list(file.conflicts)}
            for result, docs in pairs
            for file in result.included
        ],
        "linked": [_relative(change.path, docs) for result, docs in pairs for change in result.linked],
        "new": [
            {"path": _relative(new.change.path, docs), "page": new.page.id, "url": new.page.url}
            for result, docs in pairs
            for new in result.new
        ],
        "moved": [
            {"path": _relative(move.path, docs), "to": _relative(move.target, docs)}
            for result, docs in pairs
            for move in result.moved
        ],
        "files": [_relative(copy.path, docs) for result, docs in pairs for copy in result.copies],
        "notes": [note for result, _ in pairs for note in (*result.notes, *result.offers)],
    }


def report_json(results: Results, noted: Sequence[Path]) -> str:
    """The same as JSON, with ``changed``: every file from the top of the repository, and whether it is gone."""
    changed: dict[str, bool] = {}
    for result, docs in results:
        top = top_of(docs).resolve()
        for change in result.changes():
            gone = isinstance(change, FileMove)
            changed[_from(change.path, top)] = gone
            changed |= {_from(change.target, top): False} if isinstance(change, FileMove) else {}
        changed |= {_from(file, top): not file.exists() for file in noted if file.resolve().is_relative_to(top)}
    rows = [{"path": path, "deleted": gone} for path, gone in changed.items()]
    return json.dumps({**_as_json(results), "changed": rows}, indent=2, ensure_ascii=False)


def _from(path: Path, top: Path) -> str:
    return os.path.relpath(path.resolve(), top).replace(os.sep, "/")


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


def write_summary(results: Results) -> str:
    """The description of a pull request: who edited what, with links. What people typed is code, and starts nothing."""
    rows = ["### Edits from Confluence", ""]
    for result, _ in results:
        for item in result.pulled:
            rows.append(
                f"- {_code(item.key)}: [page]({_address(item.page.url)}) edited by {_code(item.page.editor or 'somebody')}{_when(item)}"
            )
            rows += [f"  - line {line}: both sides changed this: **resolve it**" for line in item.document.conflicts]
            rows += [f"  - line {line}: left in Confluence: {_code(why)}" for line, why in item.document.refused]
        for file in result.included:
            rows.append(f"- {_code(file.path.name)}, included by {', '.join(map(_code, file.pages))}")
            rows += [f"  - line {line}: the edits differ: **resolve it**" for line in file.conflicts]
        rows += [f"- new: {_code(new.change.path.name)} for [a page]({_address(new.page.url)})" for new in result.new]
        rows += [f"- moved: {_code(move.path.name)} to {_code(move.target.parent.name)}" for move in result.moved]
        rows += [f"- links follow in {_code(change.path.name)}" for change in result.linked]
        rows += [f"- file: {_code(copy.path.name)}" for copy in result.copies]
        rows += [f"- note: {_code(note)}" for note in (*result.notes, *result.offers)]
    return mask("\n".join(rows if len(rows) > 2 else [*rows, "Nothing was changed in Confluence."]) + "\n")


def _when(item: Pulled) -> str:
    return f" at {_code(item.page.modified)}" if item.page.modified else ""


def _address(url: str) -> str:
    """An address that nothing in it can end."""
    return quote(url, safe="/:?&=#%+~@!$,;'*-._")


def _code(text: str) -> str:
    """Text that nothing in it can end, or make anything of."""
    plain = " ".join(text.split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    gap = " " if len(fence) > 1 else ""
    return f"{fence}{gap}{plain}{gap}{fence}"


def _editor(item: Pulled) -> str:
    return f"by {item.page.editor}" if item.page.editor else ""


def _relative(path: Path, docs: Path) -> str:
    return os.path.relpath(path.resolve(), docs.resolve()).replace(os.sep, "/")


def shown_path(path: Path) -> str:
    """A path as it is to be pasted: from the working folder."""
    return os.path.relpath(path)


def _show(line: str) -> None:
    click.echo(mask(line))
