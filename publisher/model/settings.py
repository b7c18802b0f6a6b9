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
    dialect: str = "auto"
    syntax: tuple[str, ...] = ()
    repo_url: str = ""
    repo_branch: str = ""
    gitignore: bool = True
    notify: bool = False
    jobs: int = 6
    fail_on: str = "error"
    on_hand_edit: str = "skip"
    on_lost_comment: str = "report"
    on_title_taken: str = "suffix"
    prune: str = "off"
    prune_limit: str = ""
    overwrite: tuple[str, ...] = ()
    new_root: bool = False
    retries: int = 5
    retry_wait: float = 0.5
    max_wait: float = 300.0
    give_up_after: float = 60.0
    lease: float = 120.0
    wait: float = 300.0
