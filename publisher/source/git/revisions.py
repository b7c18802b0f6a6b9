"""What Git knows of the documents: which files a range changed, and a checkout of another revision. Reads, never commits."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.errors import UsageError
from publisher.source.git.changes import read_dirty
from publisher.source.git.git import Refusal, WorkTree, open_work_tree, read_git


def _open(folder: Path, flag: str) -> WorkTree:
    tree = open_work_tree(folder, os.environ)
    if isinstance(tree, Refusal):
        raise UsageError(f"{flag}: {tree}")
    return tree


def changed_files(folder: Path, revision: str) -> set[Path]:
    """Absolute paths of all files that differ from where the range began: committed, staged, edited or not yet tracked."""
    tree = _open(folder, f"--since {revision}")
    base = merge_base(tree, revision)
    listed = read_git(tree, "diff-index", "--cached", "--name-only", "--no-renames", "-z", base, "--")
    untracked = read_git(tree, "ls-files", "--others", "--exclude-standard", "-z")
    names = {name for text in (listed, untracked) for name in (text or "").split("\0") if name}
    return {(tree.root / name).resolve() for name in names | read_dirty(tree, tree.root, os.environ)}


def merge_base(tree: WorkTree, revision: str) -> str:
    """The commit from which the work tree and ``revision`` went apart; UsageError if Git does not know it."""
    start = revision.partition("..")[0] if ".." in revision else revision
    commit = read_git(tree, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{start}^{{commit}}")
    if not commit:
        hint = "in a shallow clone, fetch it first (actions/checkout: `fetch-depth: 0`)"
        raise UsageError(f"Git does not know the revision {start!r}; {hint}")
    return read_git(tree, "merge-base", commit, "HEAD") or commit


@contextmanager
def checkout(folder: Path, revision: str) -> Iterator[Path | None]:
    """The folder as it was at ``revision``, in a work tree of its own that goes away again; None if it was not there."""
    tree = _open(folder, "--offline")
    base = merge_base(tree, revision)
    with tempfile.TemporaryDirectory(prefix="publisher-") as temporary:
        target = Path(temporary) / "base"
        if read_git(tree, "worktree", "add", "--detach", "--force", str(target), base) is None:
            raise UsageError(f"Git cannot check out {revision!r}")
        try:
            found = target / folder.resolve().relative_to(tree.root.resolve())
            yield found if found.is_dir() else None
        finally:
            read_git(tree, "worktree", "remove", "--force", str(target))
            read_git(tree, "worktree", "prune")
