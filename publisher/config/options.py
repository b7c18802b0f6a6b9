"""The one option table: ``publisher.yml`` keys, flags, environment names and help, by one rule.

Key ``on_hand_edit`` ↔ ``--on-hand-edit`` ↔ ``PUBLISHER_ON_HAND_EDIT``; what addresses Confluence is ``CONFLUENCE_*``.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "flag", "count", "list", "path"]


@dataclass(frozen=True, slots=True)
class Option:
    """``choices`` empty: any value. ``secret``: environment only, never shown. ``in_file``: allowed in publisher.yml."""

    key: str
    kind: Kind
    help: str
    default: str | bool | int | tuple[str, ...] = ""
    address: bool = False
    secret: bool = False
    in_file: bool = True
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")

    @property
    def environment(self) -> str:
        return ("CONFLUENCE_" if self.address else "PUBLISHER_") + self.key.upper()


OPTIONS = (
    Option("url", "text", "address of Confluence: the site, or any page's URL", address=True),
    Option("user", "text", "e-mail address of the account that the token belongs to", address=True),
    Option(
        "token", "text", "API token (with a user) or access token (alone)", address=True, secret=True, in_file=False
    ),
    Option("space", "text", "key of the space to publish into", address=True),
    Option("parent", "text", "page to publish below: id, URL or title (title:2024 forces a title)", address=True),
    Option("docs", "path", "the docs root, relative to publisher.yml", default="."),
    Option("title", "text", "title of the root page, where its document gives none"),
    Option("collection", "text", "name of the published tree, written on every page"),
    Option("attach", "list", "further file suffixes that are attached when linked to", default=()),
    Option("assets", "list", "folders outside the docs root that images may come from", default=()),
    Option("repo_url", "text", "address of the repository, for links to files that are not published"),
    Option("repo_branch", "text", "branch for those links"),
    Option("gitignore", "flag", "obey .gitignore files", default=True),
    Option("notify", "flag", "tell watchers about updates", default=False),
    Option("jobs", "count", "requests at the same time", default=6),
    Option("fail_on", "text", "problems that fail the run", default="error", choices=("error", "warning", "notice")),
    Option("sandbox_state", "path", "file that holds the sandbox's state", in_file=False),
)
BY_KEY = {option.key: option for option in OPTIONS}
