"""The effective settings, as the stages need them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """``docs`` is absolute. Empty strings mean "not set".

    ``given``: keys whose value comes from a flag or the environment. ``folder_title``: what to call a docs root without
    a name of its own; ``folder_path``: where it stands among several of one publisher.yml. ``edition``: what is put behind the collection's name, so that a profile's pages are its own.
    """

    docs: Path
    title: str = ""
    collection: str = ""
    space: str = ""
    parent: str = ""
    assets: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    dialect: str = "auto"
    syntax: tuple[str, ...] = ()
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    title_prefix: str = ""
    title_suffix: str = ""
    lang: str = ""
    i18n: str = "off"
    labels_from: tuple[str, ...] = ()
    nav: str = "auto"
    directories: str = "page"
    root: str = "page"
    links: Mapping[str, Any] = field(default_factory=dict)
    banner: str = ""
    target: str = "auto"
    templates: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    jira_projects: tuple[str, ...] = ()
    jira_server: str = ""
    jira_server_id: str = ""
    tasks: str = "tasks"
    table_layout: str = "default"
    site_url: str = ""
    remote_images: str = "keep"
    diagrams: Mapping[str, str] = field(default_factory=dict)
    kroki_url: str = ""
    programs: Mapping[str, str] = field(default_factory=dict)
    allow_private_hosts: bool = False
    repo_url: str = ""
    repo_branch: str = ""
    gitignore: bool = True
    notify: bool = False
    jobs: int = 6
    fail_on: str = "error"
    levels: Mapping[str, Any] = field(default_factory=dict)
    max_attachment: int = 100
    on_hand_edit: str = "skip"
    on_lost_comment: str = "report"
    on_title_taken: str = "suffix"
    prune: str = "off"
    prune_limit: str = ""
    overwrite: tuple[str, ...] = ()
    new_root: bool = False
    move_root: bool = False
    take_over: str = ""
    skip_reason: tuple[str, ...] = ()
    allow_downgrade: bool = False
    unwatch: bool = False
    scratch: str = ""
    compat: str = "none"
    retries: int = 5
    retry_wait: float = 0.5
    max_wait: float = 300.0
    give_up_after: float = 60.0
    lease: float = 120.0
    wait: float = 300.0
    given: frozenset[str] = frozenset()
    folder_title: str = ""
    folder_path: str = ""
    edition: str = ""
    adopt: bool = False

    @property
    def adopts(self) -> bool:
        """Whether pages that another tool made become ours."""
        return self.adopt or self.compat != "none"
