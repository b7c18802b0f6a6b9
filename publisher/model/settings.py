"""The effective settings, as the stages need them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """``docs`` is absolute. Empty strings mean "not set"."""

    docs: Path
    title: str = ""
    collection: str = ""
    space: str = ""
    parent: str = ""
    assets: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    repo_url: str = ""
    repo_branch: str = ""
    gitignore: bool = True
    notify: bool = False
    jobs: int = 6
    fail_on: str = "error"
