"""The submodules of a work tree: which are checked out, and where their files are shown. Their files are read as data."""

import os
import posixpath
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from publisher.model.repository import Submodule
from publisher.source.git.files import read_git_files, read_submodule_names
from publisher.source.git.git import WorkTree, read_git_bytes
from publisher.source.git.remotes import blob_base, choose_remote

_GITLINK = b"160000 "
_DEEPEST = 5  # submodules in submodules


class IndexNames(Struct, frozen=True):
    """``submodules``: paths of gitlinks. ``names``: NFC path → path as Git has it, where these differ."""

    submodules: tuple[str, ...]
    names: Mapping[str, str]


def read_index(tree: WorkTree, environ: Mapping[str, str]) -> IndexNames:
    """What Git's index says of the whole work tree. Empty where Git refuses."""
    listed = read_git_bytes(tree, "ls-files", "--stage", "-z", environ=environ) or b""
    submodules: list[str] = []
    names: dict[str, str] = {}
    for row in listed.split(b"\0"):
        if row.startswith(_GITLINK):
            submodules.append(os.fsdecode(row.partition(b"\t")[2]))
        if not row.isascii():
            name = os.fsdecode(row.partition(b"\t")[2])
            composed = unicodedata.normalize("NFC", name)
            if composed != name:
                names[composed] = name
    return IndexNames(tuple(submodules), names)


def read_submodules(root: Path, paths: Iterable[str] | None = None, depth: int = 0) -> tuple[Submodule, ...]:
    """Those at ``paths``, and those in them. ``paths``: what the index says; else ``.gitmodules`` tells."""
    by_name, branches = read_submodule_names(root)
    names = {path.strip("/"): name for name, path in by_name.items()}
    found: list[Submodule] = []
    for path in sorted(names if paths is None else paths):
        clean = posixpath.normpath(path)
        if clean.startswith(("/", "..")) or clean == ".":
            continue
        folder = root / clean
        branch = branches.get(names.get(path, ""), "")
        found.append(Submodule(clean, _base_of(folder, "" if branch == "." else branch), not _is_empty(folder)))
        if (folder / ".git").exists() and depth < _DEEPEST:
            inner = read_submodules(folder, None, depth + 1)
            found += [Submodule(f"{clean}/{item.path}", item.blob_base, item.present) for item in inner]
    return tuple(found)


def _base_of(folder: Path, branch: str) -> str:
    """The branch that ``.gitmodules`` names is the same in every checkout; others may depend on how it was made."""
    files = read_git_files(folder)
    remote = choose_remote(dict(files.remotes), "")[1]
    return blob_base(remote.url, branch or files.default or files.branch or "main") if remote else ""


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:
        return True
