"""What Git knows of the documents, read once. What is not known says why."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from msgspec import Struct, field

IdentitySource = Literal["remote", "root-commit", ""]


class Submodule(Struct, frozen=True):
    """``path``: from the work tree, posix. ``blob_base``: as of a ``Repository``. ``present``: whether it is checked out."""

    path: str
    blob_base: str
    present: bool


class BlobAddresses(Struct, frozen=True):
    """Where the files of a work tree are shown. ``bases``: (path, address), the innermost submodules first.

    ``names``: NFC path → path as Git has it, where these differ.
    """

    root: Path | None = None
    bases: tuple[tuple[str, str], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def find(self, path: Path) -> str:
        """The address of a file or folder; empty if it is not known. ``path``: absolute, below ``root``."""
        if self.root is None or not path.is_relative_to(self.root):
            return ""
        key = unicodedata.normalize("NFC", path.relative_to(self.root).as_posix())
        for top, base in self.bases:
            composed = unicodedata.normalize("NFC", top)
            if not top or key == composed or key.startswith(composed + "/"):
                name = key[len(composed) + 1 :] if top else self.names.get(key, key)
                return base + quote(name, errors="surrogateescape") if base else ""
        return ""

    def real(self, path: Path) -> Path:
        """The path as Git has it: the disk may have it in another Unicode form."""
        if self.root is None or not path.is_relative_to(self.root):
            return path
        key = unicodedata.normalize("NFC", path.relative_to(self.root).as_posix())
        return self.root / self.names.get(key, key)

    def path_of(self, url: str) -> Path | None:
        """The file that an address shows."""
        for top, base in self.bases:
            if self.root is not None and base and url.startswith(base):
                return self.root / top / unquote(url[len(base) :])
        return None


class CodeAddress(Struct, frozen=True):
    """Where files are shown. ``base``: as of a ``Repository``; ``docs``: the docs root from there, posix, empty for the top."""

    base: str
    docs: str


class Repository(Struct, frozen=True, kw_only=True):
    """A Git work tree, as far as Git (or, without it, the CI system) tells of it."""

    root: Path | None = None
    """The work tree that the documents are in, absolute; None without one."""
    git_dir: Path | None = None
    """Where Git keeps its data for this work tree; None if Git does not answer."""
    remote: str = ""
    """Address of the repository as ``https://host/path``: no user, no password, no port, no ``.git``. Empty if not known."""
    blob_base: str = ""
    """The address below which files are shown, with a slash (or ``path=/``) at its end. Empty if not known."""
    branch: str = ""
    """The branch that is being worked on; empty where that is not known (a detached HEAD that nobody explains)."""
    default_branch: str = ""
    """The branch that a change goes to: a pull request's target, else the repository's default. Empty if not known."""
    commit: str = ""
    """The full hash of the commit that is checked out. Empty before the first commit."""
    shallow: bool = False
    """Whether history is cut off: the oldest commit that is there says nothing about a file."""
    dirty: frozenset[str] = frozenset()
    """Paths from ``root``, posix, that differ from the commit. Untracked files are not among them."""
    identity: str = ""
    """A digest that tells this repository from every other one. Empty if there is nothing to make it from."""
    identity_source: IdentitySource = ""
    """What ``identity`` is made from."""
    unknown: str = ""
    """Why Git does not answer, in its own words, and what helps. Empty if it does."""
    submodules: tuple[Submodule, ...] = ()
    """In the order of their paths."""
    names: Mapping[str, str] = field(default_factory=dict)
    """NFC path from ``root`` → path as Git has it, where these differ."""

    @property
    def blobs(self) -> BlobAddresses:
        """Where its files are shown, those of its submodules in their own repositories."""
        inner = [(item.path, item.blob_base) for item in reversed(self.submodules)]
        return BlobAddresses(self.root, (*inner, ("", self.blob_base)), self.names)

    def code_address(self, docs: Path) -> CodeAddress | None:
        """Where the files are shown, for a later run that knows nothing of the repository; None if this one does not know."""
        top = docs.resolve()
        if self.root is None or not self.blob_base or not top.is_relative_to(self.root.resolve()):
            return None
        path = top.relative_to(self.root.resolve()).as_posix()
        return CodeAddress(self.blob_base, "" if path == "." else unicodedata.normalize("NFC", path))

    def missing_below(self, docs: Path) -> tuple[str, ...]:
        """Paths from ``docs``, NFC, of the submodules below it that are not checked out."""
        if self.root is None:
            return ()
        folders = (self.root.resolve() / item.path for item in self.submodules if not item.present)
        top = docs.resolve()
        found = (path.relative_to(top).as_posix() for path in folders if path.is_relative_to(top) and path != top)
        return tuple(unicodedata.normalize("NFC", path) for path in found)


#: Where nobody has asked Git.
NO_REPOSITORY = Repository()
