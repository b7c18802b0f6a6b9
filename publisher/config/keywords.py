"""The settings as keywords of the library: the same keys as in publisher.yml. A test holds them against the table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict


class SettingKeywords(TypedDict, total=False):
    """Every setting; `publisher config` and the guide's settings page say what each is."""

    # Connection
    url: str
    user: str
    token: str
    token_file: str | Path
    auth: str
    flavor: str
    client_id: str
    client_secret: str
    gateway: str
    maton_api_key: str
    connection: str
    cloud_site: str
    gateway_url: str
    control_url: str
    trusted_hosts: Sequence[str]
    ca_bundle: str
    client_cert: str
    client_key: str
    proxy: str
    headers: Mapping[str, Any]
    timeout: float
    insecure: bool
    allow_http: bool
    retries: int
    retry_wait: float
    max_wait: float
    give_up_after: float
    log_file: str | Path
    # Documents
    assets: Sequence[str]
    gitignore: bool
    nav: str
    lang: str
    i18n: str
    repo_url: str
    repo_branch: str
    dialect: str
    syntax: Sequence[str]
    defaults: Mapping[str, Any]
    variables: Mapping[str, Any]
    people: Mapping[str, Any]
    jira_projects: Sequence[str]
    tasks: str
    labels_from: Sequence[str]
    compat: str
    # Pages
    title: str
    title_from: str
    title_prefix: str
    title_suffix: str
    directories: str
    root: str
    links: Mapping[str, Any]
    attach: Sequence[str]
    attachment_names: str
    site_url: str
    target: str
    templates: str | Path
    banner: str
    table_layout: str
    jira_server: str
    jira_server_id: str
    # Pictures
    diagrams: Mapping[str, Any]
    kroki_url: str
    programs: Mapping[str, Any]
    remote_images: str
    allow_private_hosts: bool
    # Problems
    levels: Mapping[str, Any]
    fail_on: str
    max_attachment: int
    # Sync
    space: str
    parent: str
    collection: str
    notify: bool
    on_hand_edit: str
    overwrite: Sequence[str]
    on_lost_comment: str
    on_title_taken: str
    prune: str
    prune_limit: str
    new_root: bool
    move_root: bool
    take_over: Sequence[str]
    skip_reason: Sequence[str]
    allow_downgrade: bool
    unwatch: bool
    lease: float
    wait: float
    jobs: int
    repair: bool
    # Speed
    cache: str
    workers: int
    # Run
    profile: str
    scratch: str
    name: str
    editor: str
    sandbox_state: str | Path
