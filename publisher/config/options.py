"""The one option table: ``publisher.yml`` keys, flags, environment names and help, by one rule.

Key ``on_hand_edit`` ↔ ``--on-hand-edit`` ↔ ``PUBLISHER_ON_HAND_EDIT``; what addresses Confluence is ``CONFLUENCE_*``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from publisher.model.document import TABLE_LAYOUTS

Kind = Literal["text", "flag", "count", "seconds", "list", "table", "path"]


_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Option:
    """``choices`` empty: any value. ``kind`` table: a mapping, ``name=value,…`` in flags. ``secret``: environment only, never shown. ``in_file``: allowed in publisher.yml.

    ``address``: it says where Confluence is and who we are. ``variable``: the environment name that others gave it.
    """

    key: str
    kind: Kind
    help: str
    default: str | bool | int | float | tuple[str, ...] | Mapping[str, Any] = ""
    address: bool = False
    secret: bool = False
    in_file: bool = True
    choices: tuple[str, ...] = ()
    variable: str = ""

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")

    @property
    def environment(self) -> str:
        return self.variable or ("CONFLUENCE_" if self.address else "PUBLISHER_") + self.key.upper()


OPTIONS = (
    Option("url", "text", "address of Confluence: the site, or any page's URL", address=True),
    Option("user", "text", "e-mail address of the account that the token belongs to", address=True),
    Option(
        "token", "text", "API token (with a user) or access token (alone)", address=True, secret=True, in_file=False
    ),
    Option("token_file", "path", "file that holds the token", address=True, in_file=False),
    Option(
        "auth",
        "text",
        "how to log in; auto: basic with a user, else bearer",
        "auto",
        address=True,
        choices=("auto", "basic", "bearer"),
    ),
    Option(
        "flavor",
        "text",
        "the product at the address; auto finds out",
        "auto",
        address=True,
        choices=("auto", "cloud", "datacenter"),
    ),
    Option("client_id", "text", "OAuth 2.0 client (client credentials)", address=True),
    Option("client_secret", "text", "its secret", address=True, secret=True, in_file=False),
    Option("gateway", "text", "a managed OAuth gateway to go through", address=True, choices=("", "maton")),
    Option(
        "maton_api_key",
        "text",
        "key of the gateway",
        address=True,
        secret=True,
        in_file=False,
        variable="MATON_API_KEY",
    ),
    Option(
        "connection",
        "text",
        "connection of the gateway (else the oldest active one)",
        address=True,
        variable="MATON_CONNECTION",
    ),
    Option("cloud_site", "text", "name or id of the site, where the login reaches several", address=True),
    Option(
        "gateway_url",
        "text",
        "address of the gateway, where a company runs its own",
        address=True,
        in_file=False,
        variable="MATON_GATEWAY_URL",
    ),
    Option(
        "control_url", "text", "address of its control plane", address=True, in_file=False, variable="MATON_CONTROL_URL"
    ),
    Option(
        "trusted_hosts",
        "list",
        "hosts beside Confluence Cloud's that `url` in publisher.yml may name",
        (),
        in_file=False,
    ),
    Option("ca_bundle", "text", "file with further certificates to trust", address=True),
    Option("client_cert", "text", "client certificate (mTLS)", address=True),
    Option("client_key", "text", "its key, if it stands in a file of its own", address=True),
    Option("proxy", "text", "proxy (else HTTPS_PROXY)", address=True),
    Option("headers", "table", "further headers of every request", _NONE, address=True, in_file=False),
    Option("timeout", "seconds", "longest wait for an answer", 60.0, address=True),
    Option("insecure", "flag", "do not check the server's certificate", default=False, address=True, in_file=False),
    Option("allow_http", "flag", "send the login over plain http", default=False, address=True, in_file=False),
    Option("log_file", "path", "write every request to this file: no bodies, no secrets", in_file=False),
    Option("space", "text", "key of the space to publish into", address=True),
    Option("parent", "text", "page to publish below: id, URL or title (title:2024 forces a title)", address=True),
    Option("docs", "path", "the docs root, relative to publisher.yml", default="."),
    Option("title", "text", "title of the root page, where its document gives none"),
    Option("collection", "text", "name of the published tree, written on every page"),
    Option(
        "dialect",
        "text",
        "which Markdown the documents are written in; auto looks at the project's files",
        default="auto",
        choices=(
            "auto",
            "gfm",
            "mkdocs",
            "docusaurus",
            "vitepress",
            "obsidian",
            "mdbook",
            "hugo",
            "jekyll",
            "gitlab",
            "pandoc",
        ),
    ),
    Option("syntax", "list", "syntaxes to switch on (+name) or off (-name)", default=()),
    Option("profile", "text", "the part of `profiles` in publisher.yml to use", in_file=False),
    Option("defaults", "table", "front matter for documents: glob → keys as below `confluence:`", default=_NONE),
    Option("title_prefix", "text", "put before every title; {version}, {lang} and other variables, {branch}"),
    Option("title_suffix", "text", "put behind every title, in the same way"),
    Option("lang", "text", "language of this collection: {lang} in titles, and which documents `i18n` takes"),
    Option(
        "i18n",
        "text",
        "where translations stand: suffix takes page.fr.md in the place of page.md, if `lang` is fr",
        default="off",
        choices=("off", "suffix"),
    ),
    Option(
        "directories",
        "text",
        "what a folder without an index becomes: a page that lists its children, a folder (Cloud), or nothing",
        default="page",
        choices=("page", "folder", "flatten"),
    ),
    Option(
        "root",
        "text",
        "where the root index goes: page (one of its own), parent (the parent page itself), or a page id",
        "page",
    ),
    Option("links", "table", "pages that others publish: path or address → address, or {space, title}", default=_NONE),
    Option("banner", "text", "the line at the end of each page: auto, off, or a text with {source}", default="auto"),
    Option("labels_from", "list", "keys of the front matter whose values become labels too (tags)", default=()),
    Option(
        "nav",
        "text",
        "navigation files (mkdocs.yml, SUMMARY.md, sidebars.json): auto follows them, only leaves out what they do not list",
        default="auto",
        choices=("auto", "only", "off"),
    ),
    Option(
        "target",
        "text",
        "the product to write for; auto follows the address, and is cloud without one",
        default="auto",
        choices=("auto", "cloud", "datacenter"),
    ),
    Option("templates", "path", "folder of your own templates for macros"),
    Option("variables", "table", "values for {{ name }} in the documents", default=_NONE),
    Option("people", "table", "who @name is: name=account id (Cloud), user key or name (Data Center)", default=_NONE),
    Option("jira_projects", "list", "Jira projects whose keys (ABC-1) in the text become issues", default=()),
    Option("jira_server", "text", "name of the Jira server that issues come from, if there are several"),
    Option("jira_server_id", "text", "its id"),
    Option("tasks", "text", "what task lists become", default="tasks", choices=("tasks", "text")),
    Option(
        "table_layout",
        "text",
        "how wide tables are (Cloud)",
        default="default",
        choices=TABLE_LAYOUTS,
    ),
    Option(
        "site_url", "text", "address that the documents are published at as a site: links below it become page links"
    ),
    Option("remote_images", "text", "images of other sites", default="keep", choices=("keep", "download")),
    Option(
        "diagrams",
        "table",
        "how diagrams are drawn: mermaid, plantuml, graphviz, d2, drawio, math = auto, code, kroki, a program, macro:NAME",
        default=_NONE,
    ),
    Option("kroki_url", "text", "address of a Kroki server, which draws diagrams", in_file=False),
    Option(
        "programs", "table", "paths of the programs that draw: mmdc, plantuml, dot, d2, drawio", _NONE, in_file=False
    ),
    Option("allow_private_hosts", "flag", "download images from private addresses too", default=False, in_file=False),
    Option("attach", "list", "further file suffixes that are attached when linked to", default=()),
    Option("assets", "list", "folders outside the docs root that images may come from", default=()),
    Option("repo_url", "text", "address of the repository, for links to files that are not published"),
    Option("repo_branch", "text", "branch for those links"),
    Option("gitignore", "flag", "obey .gitignore files", default=True),
    Option("notify", "flag", "tell watchers about updates", default=False),
    Option("jobs", "count", "requests at the same time", default=6),
    Option("levels", "table", "other levels for problems: code → off, notice, warning or error", default=_NONE),
    Option("max_attachment", "count", "largest attachment that the site takes, in MB", default=100),
    Option("fail_on", "text", "problems that fail the run", default="error", choices=("error", "warning", "notice")),
    Option(
        "on_hand_edit",
        "text",
        "a page that was edited in Confluence and whose document has changed",
        default="skip",
        choices=("skip", "overwrite", "fail"),
    ),
    Option("overwrite", "list", "documents (globs) whose hand edits are overwritten in this run", (), in_file=False),
    Option(
        "on_lost_comment",
        "text",
        "an inline comment whose text is gone",
        default="report",
        choices=("report", "skip", "fail"),
    ),
    Option(
        "on_title_taken",
        "text",
        "a title that a page of others holds",
        default="suffix",
        choices=("suffix", "fail"),
    ),
    Option(
        "prune",
        "text",
        "what becomes of our pages whose document is gone",
        default="off",
        choices=("off", "archive", "trash"),
    ),
    Option("prune_limit", "text", "how many pages (N or N%) may be removed in this run", in_file=False),
    Option("new_root", "flag", "start again with a new root page where ours is gone", default=False, in_file=False),
    Option("move_root", "flag", "move the root page below the parent of the settings", default=False, in_file=False),
    Option(
        "take_over", "text", "go on with the pages of the collection of this name, under the new one", in_file=False
    ),
    Option(
        "skip_reason",
        "list",
        "changes to leave for later: converter (another version of Publisher), settings",
        (),
        in_file=False,
    ),
    Option("allow_downgrade", "flag", "rewrite pages that a newer Publisher wrote", default=False, in_file=False),
    Option("unwatch", "flag", "do not stay a watcher of the pages that are made", default=False),
    Option(
        "compat",
        "text",
        "the tool that the documents were written for, and that made the pages which are taken over",
        default="none",
        choices=("none", "mark", "md2conf", "text2confl", "md2cf", "confluence-publisher"),
    ),
    Option(
        "scratch",
        "text",
        "publish below this page, for colleagues to read along: apart from the real pages",
        in_file=False,
    ),
    Option("name", "text", "name of the scratch collection, which stands behind its titles too", in_file=False),
    Option("retries", "count", "how often a request that failed is sent again", default=5),
    Option("retry_wait", "seconds", "first wait between them; doubled each time, at most 30", default=0.5),
    Option("max_wait", "seconds", "longest wait that Confluence may ask for before the run ends", default=300.0),
    Option("give_up_after", "seconds", "without any answer, the run ends", default=60.0),
    Option("lease", "seconds", "how long a run keeps others out without a sign of life", default=120.0),
    Option("wait", "seconds", "how long to wait for another run of the same collection", default=300.0),
    Option("sandbox_state", "path", "file that holds the sandbox's state", in_file=False),
)
BY_KEY = {option.key: option for option in OPTIONS}
