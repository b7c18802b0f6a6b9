"""What Git knows of the documents, read once. What is not known says why."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

IdentitySource = Literal["remote", "root-commit", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
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


#: Where nobody has asked Git.
NO_REPOSITORY = Repository()
