"""Writes the files of an import: below the folder alone, through no link, whole or not at all, and over nobody's work."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from publisher.errors import PlanRefused
from publisher.storage import digest

RECORD = ".publisher/import.json"
SETTINGS = "publisher.yml"
_SHOWN = 5


class ImportRecord(Struct, frozen=True):
    """What earlier imports wrote: ``files``: path → digest, or several while a run is under way; ``pages``: id → the key of its document. ``stamps``: names of the collections that the pages were of."""

    files: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    stamps: tuple[str, ...] = ()


class PlannedFile(Struct, frozen=True):
    """``source``: where its bytes are; ``digest``: of these."""

    key: str
    source: Path
    digest: str


def read_record(output: Path) -> ImportRecord:
    """Nothing where no import was, or where its record cannot be read."""
    try:
        found = json.loads((output / RECORD).read_text(encoding="utf-8"))
        return ImportRecord(
            {str(key): str(value) for key, value in found["files"].items()},
            {str(key): str(value) for key, value in found["pages"].items()},
            tuple(map(str, found.get("stamps", ()))),
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return ImportRecord()


def check_folder(output: Path, record: ImportRecord, files: Mapping[str, str] | None, *, force: bool) -> None:
    """PlanRefused, before anything is written, if the folder holds what no import wrote, or what was changed since.

    ``files``: what is to be written, path → digest; None while that is not known.
    """
    if output.is_symlink() and not output.exists():
        raise PlanRefused(f"{output} is a link that leads nowhere; nothing was written")
    if output.exists() and not output.is_dir():
        raise PlanRefused(f"{output} is no folder; nothing was written")
    if not output.is_dir():
        return
    for key in files or ():
        _check_path(output, key)
    if force:
        return
    others, changed = [], []
    for key, path in _files_in(output):
        if key == SETTINGS and key in record.files:
            continue
        wanted = files.get(key) if files is not None else None
        known = record.files.get(key)
        if known is None and wanted is None and (files is not None or not record.files):
            others.append(key)
        elif files is not None and wanted is not None:
            now = digest(path.read_bytes())
            if now != wanted and now not in (known or "").split():
                changed.append(key)
    for keys, what in ((others, "not of an import"), (changed, "changed since it was imported")):
        if keys:
            more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
            text = f"{output}: {', '.join(sorted(keys)[:_SHOWN])}{more}: {what}; nothing was written"
            raise PlanRefused(f"{text}. Choose another --output, or re-run with --force")


def _files_in(output: Path) -> Iterator[tuple[str, Path]]:
    """Every file that is not hidden, links too, with its path from the folder."""
    for folder, folders, names in os.walk(output):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if not name.startswith("."):
                yield path.relative_to(output).as_posix(), path


def _check_path(output: Path, key: str) -> None:
    """Whatever a page or a file is called, it stays in the folder. PlanRefused where a link leads out."""
    parts = PurePosixPath(key).parts
    assert parts and not PurePosixPath(key).is_absolute() and ".." not in parts and "\0" not in key, key
    path = output
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise PlanRefused(f"{path} is a link of the file system; nothing was written. Remove it first")


def different_files(output: Path, files: Sequence[PlannedFile]) -> list[str]:
    """The paths of those that are not there as they should be."""
    found = []
    for file in files:
        path = output / file.key
        if not path.is_file() or digest(path.read_bytes()) != file.digest:
            found.append(file.key)
    return found


def keep_settings(output: Path, files: Sequence[PlannedFile], record: ImportRecord) -> list[PlannedFile]:
    """The files without the settings, where people have changed these since they were imported."""
    path, known = output / SETTINGS, record.files.get(SETTINGS)
    changed = known is not None and path.is_file() and digest(path.read_bytes()) not in known.split()
    return [file for file in files if not (changed and file.key == SETTINGS)]


def write_files(output: Path, files: Sequence[PlannedFile], new: ImportRecord, record: ImportRecord) -> None:
    """``new``: pages and stamps of this import. Files that are the same already stay untouched.

    The record comes first: a run that is killed knows its own files again.
    """
    known = {**record.files, **{file.key: file.digest for file in files}}
    pages = {**record.pages, **new.pages}
    both = {key: " ".join(dict.fromkeys([now, *record.files.get(key, now).split()])) for key, now in known.items()}
    todo = frozenset(different_files(output, files))
    if todo:
        _write_record(output, ImportRecord(both, pages, new.stamps))
    for file in files:
        _check_path(output, file.key)
        if file.key not in todo:
            continue
        path = output / file.key
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{digest(path.name)[:12]}.part")
        shutil.copyfile(file.source, part)
        os.replace(part, path)
    _write_record(output, ImportRecord(known, pages, new.stamps))


def _write_record(output: Path, record: ImportRecord) -> None:
    _check_path(output, RECORD)
    path = output / RECORD
    data: dict[str, object] = {"schema": 1, "files": dict(sorted(record.files.items()))}
    data |= {"pages": dict(sorted(record.pages.items())), "stamps": list(record.stamps)}
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
