"""What a pull does to files: new texts and new files, as a patch or on disk."""

import difflib
import os
import shutil
from base64 import b85encode
from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import compress

from msgspec import Struct

from publisher.errors import PlanRefused
from publisher.source.git.changes import blob_hash, read_dirty, relative_name
from publisher.source.git.git import WorkTree, open_work_tree


class FileChange(Struct, frozen=True):
    """Text of a file that changes. ``before``: None for a new file."""

    path: Path
    before: str | None
    text: str


class FileCopy(Struct, frozen=True):
    """A file that is written from a local copy of an attachment."""

    path: Path
    copy: Path


class FileMove(Struct, frozen=True):
    """A file that goes to another place, after its text has changed."""

    path: Path
    target: Path


Change = FileChange | FileCopy | FileMove


def top_of(docs: Path) -> Path:
    """What paths in a patch are relative to: the repository, else the folder of ``publisher.yml``, else the docs folder."""
    tree = open_work_tree(docs, os.environ)
    if isinstance(tree, WorkTree):
        return tree.root
    return next((folder for folder in (docs, *docs.parents) if (folder / "publisher.yml").exists()), docs)


def check_committed(changes: Sequence[Change], docs: Path, *, force: bool) -> bool:
    """PlanRefused if a file that would be changed has changes that are not committed. Whether Git knows the files."""
    tree = open_work_tree(docs, os.environ)
    if not isinstance(tree, WorkTree):
        return False
    there = [change.path for change in changes if change.path.exists()]
    names = read_dirty(tree, tree.root, os.environ) if there else frozenset[str]()
    dirty = [path for path in there if relative_name(tree, path) in names]
    if dirty and not force:
        text = f"{', '.join(map(os.path.relpath, dirty))}: changed and not committed; nothing was written"
        raise PlanRefused(f"{text}. Commit or stash them, or re-run with --force")
    return True


def write_changes(changes: Iterable[Change], *, keep: bool) -> None:
    """Writes the files. ``keep``: those that are there are kept as ``FILE.orig``, for there is no other way back."""
    for change in changes:
        path = change.path
        if isinstance(change, FileMove):
            _move(change)
            continue
        there = path.exists()
        if keep and there:
            path.with_name(path.name + ".orig").write_bytes(path.read_bytes())
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(change, FileCopy):
            shutil.copyfile(change.copy, path)
        else:
            path.write_bytes(_as_before(change.text, path.read_bytes() if there else b""))


def _move(change: FileMove) -> None:
    """Moves the file; folders that it leaves empty go."""
    change.target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(change.path, change.target)
    folder = change.path.parent
    while not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _as_before(text: str, data: bytes) -> bytes:
    """The text with the line ends and the mark at the beginning that the file has."""
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    return mark + (text.replace("\n", "\r\n") if b"\r\n" in data else text).encode()


def make_patch(changes: Iterable[Change], top: Path) -> str:
    """A patch that ``git apply`` takes; paths are relative to ``top``."""
    found = list(changes)
    moves = {change.path: _name(change.target, top) for change in found if isinstance(change, FileMove)}
    edited = {change.path for change in found if isinstance(change, FileChange)}
    parts = []
    for change in found:
        name = _name(change.path, top)
        if isinstance(change, FileMove):
            parts += [] if change.path in edited else [_head(name, moves[change.path])]
        else:
            parts.append(_patch(change, name, moves.get(change.path, name)))
    return "".join(parts)


def _head(name: str, target: str) -> str:
    """The lines that name a file, and its new place if it moves."""
    head = f"diff --git {_quoted('a/' + name)} {_quoted('b/' + target)}\n"
    if name == target:
        return head
    return f"{head}similarity index 90%\nrename from {_quoted(name)}\nrename to {_quoted(target)}\n"


def _name(path: Path, top: Path) -> str:
    resolved, root = path.resolve(), top.resolve()
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else resolved.as_posix()


def _patch(change: FileChange | FileCopy, name: str, target: str) -> str:
    head = _head(name, target)
    if isinstance(change, FileCopy):
        return head + _binary_patch(change)
    head += "new file mode 100644\n" if change.before is None else ""
    data = change.path.read_bytes() if change.before is not None else b""
    old, new = (text.decode(errors="surrogateescape") for text in (data, _as_before(change.text, data)))
    before = "/dev/null" if change.before is None else f"a/{name}"
    lines = list(difflib.unified_diff(_rows(old), _rows(new), before, f"b/{target}"))
    return head + "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _rows(text: str) -> list[str]:
    """The lines, each with its end: line feeds alone end one."""
    return [row + "\n" for row in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _binary_patch(change: FileCopy) -> str:
    new = change.copy.read_bytes()
    old = change.path.read_bytes() if change.path.exists() else None
    sign = blob_hash(b"" if old is None else old, "0" * 40) if old is not None else "0" * 40
    mode = "new file mode 100644\n" if old is None else ""
    tail = " 100644" if old is not None else ""
    head = f"{mode}index {sign}..{blob_hash(new, '0' * 40)}{tail}\nGIT binary patch\n"
    return f"{head}{_literal(new)}\n{_literal(old or b'')}\n"


def _literal(data: bytes) -> str:
    """Bytes as Git writes them in a patch: deflated, 52 to a line, whose length is a letter."""
    packed = compress(data)
    lines = [packed[start : start + 52] for start in range(0, len(packed), 52)]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    rows = "".join(f"{letters[len(line) - 1]}{b85encode(line, pad=True).decode()}\n" for line in lines)
    return f"literal {len(data)}\n{rows}"


def _quoted(name: str) -> str:
    """A path as Git writes it where it holds what would end it."""
    if not any(character in name for character in '"\\\n\t'):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
