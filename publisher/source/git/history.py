"""The last commit of each file, from one ``git log`` for a whole folder."""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from publisher.source.git.changes import relative_name
from publisher.source.git.git import WorkTree, open_work_tree, read_git, read_git_bytes


class Commit(Struct, frozen=True):
    """``place`` counts from the newest. ``cut``: history ends here only because the clone is shallow."""

    place: int
    subject: str
    short: str
    cut: bool = False


def read_last_commits(
    tree: WorkTree, folders: Iterable[Path], environ: Mapping[str, str] = os.environ
) -> dict[str, Commit]:
    """Path from the work tree → the last commit that changed it, for every file below ``folders``. Empty where Git refuses."""
    mark = secrets.token_hex(12)
    names = sorted({relative_name(tree, folder) for folder in folders})
    words = ("log", "--no-show-signature", "--no-renames", "--no-ext-diff", "--no-textconv", "--name-only", "-z",
             f"--format={mark}%h%x00%H%x00%s%x00")  # fmt: skip
    listed = read_git_bytes(tree, *words, "--", *names, environ=environ)
    cut = _cut_commits(tree, environ)
    found: dict[str, Commit] = {}
    for place, row in enumerate((listed or b"").split(mark.encode())[1:]):
        short, full, subject, *files = row.split(b"\0")
        text = subject.decode(errors="replace").strip()
        commit = Commit(place, text, short.decode(), full.decode() in cut)
        for name in files:
            if key := os.fsdecode(name.strip(b"\n")):
                found.setdefault(key, commit)
    return found


def _cut_commits(tree: WorkTree, environ: Mapping[str, str]) -> frozenset[str]:
    """The commits at which a shallow clone ends: each looks as if it had made every file."""
    path = read_git(tree, "rev-parse", "--git-path", "shallow", environ=environ)
    try:
        return frozenset((tree.root / path).read_text(encoding="ascii").split()) if path else frozenset()
    except (OSError, UnicodeDecodeError):
        return frozenset()


def list_commits(docs: Path, key: str, most: int) -> list[tuple[str, str]]:
    """(commit, text) of the commits that changed a document, the newest first; none where Git does not answer."""
    tree = open_work_tree(docs, os.environ)
    if not isinstance(tree, WorkTree):
        return []
    name = relative_name(tree, docs / key)
    listed = read_git(tree, "log", f"--max-count={most}", "--format=%H", "--", name) or ""
    found = []
    for commit in listed.split():
        data = read_git_bytes(tree, "cat-file", "blob", f"{commit}:{name}")
        if data is not None:
            found.append((commit, data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")))
    return found
