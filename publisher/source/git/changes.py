"""Which files differ from a commit. Git's own comparison would run the repository's filters; this one reads only.

A file is as the index knows it if its size and time are; else its bytes are compared, line ends aside.
"""

import os
import re
from collections.abc import Container, Iterator, Mapping
from hashlib import sha1, sha256
from pathlib import Path

from msgspec import Struct

from publisher.source.git.git import WorkTree, read_git_bytes

_ENTRY = re.compile(
    rb"(?P<mode>\d+) (?P<hash>[0-9a-f]+) (?P<stage>\d)\t(?P<name>[^\0]+)\0"
    rb"  ctime: [\d:]+\n  mtime: (?P<seconds>\d+):(?P<nano>\d+)\n[^\n]*\n[^\n]*\n  size: (?P<size>\d+)\tflags: (?P<flags>[0-9a-f]+)\n"
)
_SUBMODULE = b"160000"
_SKIPPED = 1 << 30  # not in the work tree at all: a sparse checkout


class _Entry(Struct, frozen=True):
    """A file as Git's index knows it."""

    name: str
    hash: str
    seconds: int
    nano: int
    size: int


def read_dirty(tree: WorkTree, folder: Path, environ: Mapping[str, str]) -> frozenset[str]:
    """Tracked files at or below ``folder`` whose content is not that of HEAD, as paths from the work tree."""
    below = relative_name(tree, folder)
    staged = read_git_bytes(
        tree, "diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD", "--", below, environ=environ
    )
    names = {os.fsdecode(name) for name in (staged or b"").split(b"\0") if name}
    return frozenset(names | {entry.name for entry in _entries(tree, below, environ) if _differs(tree, entry)})


def read_clean(tree: WorkTree, names: Container[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Path → Git's name of its content, for those of ``names`` that are in the work tree as Git knows them."""
    entries = (entry for entry in _entries(tree, ".", environ) if entry.name in names)
    return {entry.name: entry.hash for entry in entries if not _differs(tree, entry)}


def relative_name(tree: WorkTree, path: Path) -> str:
    """A path as Git writes it, from the work tree; ``.`` for the whole."""
    try:
        return path.relative_to(tree.root).as_posix()
    except ValueError:
        resolved = path.resolve()
        root = tree.root.resolve()
        return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else "."


def _entries(tree: WorkTree, below: str, environ: Mapping[str, str]) -> Iterator[_Entry]:
    listed = read_git_bytes(tree, "ls-files", "--stage", "--debug", "-z", "--", below, environ=environ)
    for found in _ENTRY.finditer(listed or b""):
        if found["mode"] != _SUBMODULE and not int(found["flags"], 16) & _SKIPPED:
            times = int(found["seconds"]), int(found["nano"])
            yield _Entry(os.fsdecode(found["name"]), found["hash"].decode(), *times, int(found["size"]))


def _differs(tree: WorkTree, entry: _Entry) -> bool:
    path = tree.root / entry.name
    try:
        now = os.lstat(path)
        # Git for Windows and some file systems keep whole seconds.
        same_time = int(now.st_mtime) == entry.seconds and entry.nano in {0, now.st_mtime_ns % 1_000_000_000}
        if same_time and now.st_size & 0xFFFFFFFF == entry.size:
            return False
        data = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()
    except OSError:
        return True
    return not is_blob(data, entry.hash)


def is_blob(data: bytes, name: str) -> bool:
    """Whether the bytes are those of Git's object, or would be with Unix line ends."""
    if blob_hash(data, name) == name:
        return True
    return b"\r\n" in data and blob_hash(data.replace(b"\r\n", b"\n"), name) == name


def blob_hash(data: bytes, like: str) -> str:
    """What Git calls a file of these bytes. ``like``: another name of that repository, which tells the algorithm."""
    content = b"blob %d\0%b" % (len(data), data)
    made = sha1(content, usedforsecurity=False) if len(like) == 40 else sha256(content)
    return made.hexdigest()
