"""What Git knows of the documents: which files a range changed, and a checkout of another revision. Reads, never commits."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from publisher.errors import UsageError
from publisher.model.options.reading import SourceOptions
from publisher.source.git.base import extract_folder
from publisher.source.git.changes import read_dirty, relative_name
from publisher.source.git.git import Refusal, WorkTree, open_work_tree, read_git
from publisher.source.git.repository import find_repository


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
    found = read_git(tree, "merge-base", commit, "HEAD")
    if not found and read_git(tree, "rev-parse", "--is-shallow-repository") == "true":
        raise UsageError(
            f"Git does not know where {start!r} and HEAD went apart, for the clone is shallow; "
            "fetch the whole history (actions/checkout: `fetch-depth: 0`)"
        )
    return found or commit


@contextmanager
def read_base(options: SourceOptions, revision: str) -> Iterator[SourceOptions | None]:
    """The docs folder as it was where ``revision`` and the work tree went apart, as long as the context lasts.

    None if it was not there. Nothing is written into the repository, and no program of it runs.
    """
    tree = _open(options.docs, "--offline")
    commit = merge_base(tree, revision)
    name = relative_name(tree, options.docs)
    more = [relative_name(tree, options.docs / folder) for folder in options.assets]
    with tempfile.TemporaryDirectory(prefix="publisher-") as temporary:
        top = Path(temporary).resolve() / tree.root.name
        (top / ".git").mkdir(parents=True)  # the top of what documents may lead to
        if not extract_folder(tree, commit, name, [folder for folder in more if folder != "."], top):
            yield None
            return
        known = replace(find_repository(options), root=top, git_dir=None, dirty=frozenset())
        yield replace(options, docs=top / name, folder=top, origins={}, repository=known)
