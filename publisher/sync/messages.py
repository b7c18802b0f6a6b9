"""The version message of each page that is written: subject and hash of the last commit of its files."""

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from publisher.model.plan import PageAction
from publisher.model.problem import Problem, problem
from publisher.model.settings import Settings
from publisher.source.git.changes import read_dirty
from publisher.source.git.git import WorkTree, open_work_tree, repository_root
from publisher.source.git.history import Commit, read_last_commits
from publisher.storage import clean_text

#: Where no commit says anything about a page's files.
NEUTRAL = "Published by Publisher"
_MOST = 240  # characters of a message


class VersionMessages:
    """For one run. Git is asked at the first page that is written, once for each repository that its files are in."""

    def __init__(self, settings: Settings) -> None:
        self._docs = settings.docs
        self._folders = [settings.docs, *(settings.docs / name for name in settings.source.assets)]
        self._known: dict[Path, tuple[dict[str, Commit], frozenset[str]] | None] = {}
        self._cut = False
        self._lock = threading.Lock()  # pages are written at the same time

    def message(self, action: PageAction) -> str:
        """Neutral for files that Git does not know, that were edited since, or whose history the clone does not hold."""
        files = [item.path for item in action.page.attachments]
        if action.page.source:
            files.append(self._docs / action.page.source)
        commits = []
        for file in files:
            commit, edited = self._look_up(file)
            if edited:
                return NEUTRAL
            commits += [commit] if commit else []
        newest = min(commits, key=lambda commit: commit.place, default=None)
        if newest is None or newest.cut:
            self._cut = self._cut or newest is not None
            return NEUTRAL
        subject = clean_text(newest.subject)
        return f"{subject if len(subject) <= _MOST else subject[:_MOST] + '…'} ({newest.short})"

    def problems(self) -> Iterable[Problem]:
        """One notice if the clone is shallow, and a message would need more of it."""
        if self._cut:
            text = "the clone is shallow: files that changed before its first commit get a version message without a commit"
            yield problem(
                "", None, "shallow-clone", text, "fetch the whole history (actions/checkout: `fetch-depth: 0`)"
            )

    def _look_up(self, file: Path) -> tuple[Commit | None, bool]:
        """(last commit, whether the file was edited since)."""
        root = repository_root(file.parent)
        if root is None:
            return None, False
        with self._lock:
            if root not in self._known:
                self._known[root] = self._read(root)
            known = self._known[root]
        if known is None:
            return None, False
        name = Path(os.path.relpath(file, root)).as_posix()
        commits, dirty = known
        return commits.get(name), name in dirty

    def _read(self, root: Path) -> tuple[dict[str, Commit], frozenset[str]] | None:
        tree = open_work_tree(root, os.environ)
        if not isinstance(tree, WorkTree):
            return None
        below = [folder for folder in self._folders if folder.resolve().is_relative_to(root.resolve())] or [root]
        dirty = frozenset(name for folder in below for name in read_dirty(tree, folder, os.environ))
        return read_last_commits(tree, below), dirty
