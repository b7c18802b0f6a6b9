"""What Git knows of the documents: which files a range changed, and a checkout of another revision. Reads, never commits."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.errors import UsageError
from publisher.source.git.git import read_git, repository_root


def changed_files(folder: Path, revision: str) -> set[Path]:
    """Absolute paths of all files that differ from where the range began: committed, staged, edited or not yet tracked."""
    root = repository_root(folder)
    if root is None:
        raise UsageError(f"--since {revision}: {folder} is not in a Git repository")
    base = merge_base(root, revision)
    listed = read_git(root, "diff", "--name-only", "--no-renames", "-z", base, "--")
    untracked = read_git(root, "ls-files", "--others", "--exclude-standard", "-z")
    names = [name for text in (listed, untracked) for name in (text or "").split("\0") if name]
    return {(root / name).resolve() for name in names}


def merge_base(root: Path, revision: str) -> str:
    """The commit from which the work tree and ``revision`` went apart; UsageError if Git does not know it."""
    start = revision.partition("..")[0] if ".." in revision else revision
    commit = read_git(root, "rev-parse", "--verify", "--quiet", f"{start}^{{commit}}")
    if not commit:
        hint = "in a shallow clone, fetch it first (actions/checkout: `fetch-depth: 0`)"
        raise UsageError(f"Git does not know the revision {start!r}; {hint}")
    return read_git(root, "merge-base", commit, "HEAD") or commit


@contextmanager
def checkout(folder: Path, revision: str) -> Iterator[Path | None]:
    """The folder as it was at ``revision``, in a work tree of its own that goes away again; None if it was not there."""
    root = repository_root(folder)
    if root is None:
        raise UsageError(f"--offline: {folder} is not in a Git repository")
    base = merge_base(root, revision)
    with tempfile.TemporaryDirectory(prefix="publisher-") as temporary:
        target = Path(temporary) / "base"
        if read_git(root, "worktree", "add", "--detach", "--force", str(target), base) is None:
            raise UsageError(f"Git cannot check out {revision!r}")
        try:
            found = target / folder.resolve().relative_to(root.resolve())
            yield found if found.is_dir() else None
        finally:
            read_git(root, "worktree", "remove", "--force", str(target))
            read_git(root, "worktree", "prune")
