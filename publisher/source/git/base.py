"""The documents as they were at another commit, without a checkout: their files are read out of Git into a folder.

A checkout would run filters and hooks, write into the repository, and bring files that nobody asks for. A file that is the
same as in the work tree is taken from there, so that filters (Git LFS) make no difference between the two.
"""

import os
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from msgspec import Struct

from publisher.source.git.changes import read_clean
from publisher.source.git.git import WorkTree, open_work_tree, read_git_bytes

_ENTRY = re.compile(rb"(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([^\0]+)\0")
_LINK, _FILE, _MODULE = "120000", "blob", "commit"
_AT_ONCE = 200  # objects that are in memory at a time
_LARGE = 1_000_000  # bytes of a file beside the docs folder
_OUTSIDE = re.compile(r"(?:\.\./)+[^\s()<>\"'|`#?{}\[\]]+")
_DOCUMENTS = (".md", ".markdown", ".mdx")


class _Blob(Struct, frozen=True):
    """A file of a commit. ``name`` is its path from the work tree."""

    name: str
    mode: str
    hash: str
    size: int


def extract_folder(
    tree: WorkTree,
    commit: str,
    folder: str,
    more: Iterable[str],
    target: Path,
    *,
    environ: Mapping[str, str] = os.environ,
) -> bool:
    """Writes ``folder`` (a path from the work tree) as it was at ``commit`` into ``target``; false if it was not there.

    With it come ``more`` folders, files that lie in the folders above it, and what documents and links lead to.
    """
    blobs, modules = _list_tree(tree, commit, environ)
    inside = {name for name in blobs if _is_below(name, folder)}
    wanted_modules = [name for name in modules if any(_is_below(name, each) for each in (folder, *more))]
    found = [_extract_module(tree, name, modules[name], target, environ) for name in wanted_modules]
    if not inside:
        return any(found)
    wanted = inside | {name for name in blobs for other in more if _is_below(name, other)} | _beside(blobs, folder)
    _make_folders(blobs, folder, target)
    clean = read_clean(tree, wanted, environ)
    done: set[str] = set()
    while rest := sorted(wanted - done):
        done |= set(rest)
        for name, data in _contents(tree, [blobs[name] for name in rest], clean, environ):
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if data is None:
                _copy(tree.root / name, path)
            elif blobs[name].mode == _LINK:
                wanted |= _follow(path, name, data, blobs)
            else:
                path.write_bytes(data)
            if name in inside and name.lower().endswith(_DOCUMENTS) and path.is_file():
                wanted |= set(_mentioned(name, path.read_text(encoding="utf-8", errors="replace"), blobs))
    return True


def _is_below(name: str, folder: str) -> bool:
    return folder in {"", "."} or name == folder or name.startswith(folder + "/")


def _extract_module(tree: WorkTree, name: str, commit: str, target: Path, environ: Mapping[str, str]) -> bool:
    """The files of a submodule at the commit that the outer one names; false if it is not checked out or does not have it."""
    folder = tree.root / name
    inner = open_work_tree(folder, environ) if (folder / ".git").exists() else None
    return isinstance(inner, WorkTree) and extract_folder(inner, commit, "", (), target / name, environ=environ)


def _list_tree(tree: WorkTree, commit: str, environ: Mapping[str, str]) -> tuple[dict[str, _Blob], dict[str, str]]:
    """(files by name, commits of submodules by path)."""
    listed = read_git_bytes(tree, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, environ=environ) or b""
    found, modules = {}, {}
    for mode, kind, name, size, path in _ENTRY.findall(listed):
        key = os.fsdecode(path)
        if {"..", ".git", ""} & set(key.lower().split("/")):
            continue
        if kind.decode() == _FILE:
            found[key] = _Blob(key, mode.decode(), name.decode(), int(size) if size != b"-" else 0)
        elif kind.decode() == _MODULE:
            modules[key] = name.decode()
    return found, modules


def _above(folder: str) -> list[str]:
    """The folders above a path, the work tree itself as an empty one."""
    found = []
    while folder not in {"", "."}:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found


def _beside(blobs: Mapping[str, _Blob], folder: str) -> set[str]:
    """Files in the folders above: navigation, ignore files, the settings of other tools."""
    above = set(_above(folder))
    return {name for name, blob in blobs.items() if posixpath.dirname(name) in above and blob.size <= _LARGE}


def _make_folders(blobs: Mapping[str, _Blob], folder: str, target: Path) -> None:
    """The folders in those above are there, though empty: some tools are known by one."""
    above = set(_above(folder))
    for name in blobs:
        parts = name.split("/")
        for depth in range(1, len(parts)):
            if "/".join(parts[: depth - 1]) in above:
                (target / "/".join(parts[:depth])).mkdir(parents=True, exist_ok=True)


def _contents(
    tree: WorkTree, blobs: list[_Blob], clean: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[tuple[str, bytes | None]]:
    """(name, bytes) of each; None for one that the work tree has just so."""
    changed = [blob for blob in blobs if clean.get(blob.name) != blob.hash or blob.mode == _LINK]
    names = {blob.name for blob in changed}
    yield from ((blob.name, None) for blob in blobs if blob.name not in names)
    for start in range(0, len(changed), _AT_ONCE):
        part = changed[start : start + _AT_ONCE]
        asked = b"".join(blob.hash.encode() + b"\n" for blob in part)
        answer = read_git_bytes(tree, "cat-file", "--batch", data=asked, environ=environ) or b""
        place = 0
        for blob in part:
            end = answer.find(b"\n", place)
            head = answer[place:end].split()
            if end < 0 or len(head) != 3:  # an object that a partial clone does not have
                place = end + 1
                continue
            size = int(head[2])
            yield blob.name, answer[end + 1 : end + 1 + size]
            place = end + 2 + size


def _copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copyfile(source, target)


def _follow(path: Path, name: str, data: bytes, blobs: Mapping[str, _Blob]) -> set[str]:
    """Makes a link, and names what it leads to, as far as that is in the commit."""
    text = os.fsdecode(data)
    goal = posixpath.normpath(posixpath.join(posixpath.dirname(name), text))
    if goal.startswith(("..", "/")):
        return set()
    try:
        path.symlink_to(text)
    except OSError:  # Windows may not let us
        path.write_bytes(data)
    return {other for other in blobs if _is_below(other, goal)}


def _mentioned(name: str, text: str, blobs: Mapping[str, _Blob]) -> Iterator[str]:
    """Files outside the folder that a document names by a relative path."""
    for found in set(_OUTSIDE.findall(text)):
        for way in (found, unquote(found)):
            goal = posixpath.normpath(posixpath.join(posixpath.dirname(name), way)).rstrip(".,;:")
            if goal in blobs:
                yield goal
