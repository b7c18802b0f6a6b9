"""Paths that people type: relative to where they stand, or as a document is called below its docs folder."""

import fnmatch
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from publisher.errors import UsageError


def find_below(paths: Sequence[Path], roots: Iterable[Path]) -> tuple[Path, ...]:
    """Each path as it is, or the one of that name below a docs folder. UsageError for one that is nowhere."""
    folders = tuple(roots)
    found = []
    for path in paths:
        places = [path, *(folder / path for folder in folders if not path.is_absolute())]
        here = next((place for place in places if place.exists()), None)
        if here is None:
            raise UsageError(f"{path}: no such file or folder")
        found.append(here)
    return tuple(found)


def place_globs(globs: Iterable[str], docs: Path) -> tuple[str, ...]:
    """Globs of documents relative to the docs folder, wherever people stand; of a folder all documents in it."""
    return tuple(_place(glob, docs) for glob in globs)


def _place(glob: str, docs: Path) -> str:
    here = Path(os.path.normpath(Path.cwd() / glob))
    key = here.relative_to(docs).as_posix() if here.is_relative_to(docs) else glob
    if key != glob and not _matches(key, docs) and _matches(glob, docs):
        key = glob
    return f"{key.rstrip('/')}/*" if (docs / key).is_dir() and key not in {"", "."} else "*" if key == "." else key


def _matches(glob: str, docs: Path) -> bool:
    """Whether there is such a file below the docs folder."""
    if not any(sign in glob for sign in "*?["):
        return (docs / glob).exists()
    files = (Path(folder, name) for folder, _, names in os.walk(docs) for name in names)
    return any(fnmatch.fnmatch(file.relative_to(docs).as_posix(), glob) for file in files)
