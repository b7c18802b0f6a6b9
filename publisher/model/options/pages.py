"""How documents become a tree of pages, and what the pages look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publisher.model.names import DIAGRAM_KINDS, TABLE_LAYOUTS
from publisher.model.options.option import option
from publisher.model.problem import CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeOptions:
    """Titles, parents and links."""

    title: str = option("text", "title of the root page, where its document gives none", example="Handbook")
    title_from: str = option(
        "text",
        "where titles come from without front matter: auto (as the dialect's tool), h1, heading, or file (its name)",
        default="auto",
        choices=("auto", "h1", "heading", "file"),
    )
    title_prefix: str = option(
        "text", "text before every title; takes {version}, {lang}, {branch} and other variables", example="[{version}] "
    )
    title_suffix: str = option("text", "text behind every title, in the same way", example=" ({lang})")
    directories: str = option(
        "text",
        "what a folder without an index becomes: a page that lists its children, a folder (Cloud), or nothing",
        "page",
        choices=("page", "folder", "flatten"),
    )
    root: str = option(
        "text",
        "where the root index goes: page (one of its own), parent (the parent page itself), or a page id",
        "page",
        example="parent",
    )
    links: Mapping[str, Any] = option(
        "table",
        "pages that others publish: path or address → address, or {space, title}",
        example="/api=https://docs.example.com/api",
    )
    attach: tuple[str, ...] = option(
        "list", "more file suffixes that are attached when linked to", example=".bpmn,.xsd"
    )
    attachment_names: str = option(
        "text",
        "names of attachments: path (the file's, with a digest of its folder), or file (the file's own, unless two of a page share it)",
        "path",
        choices=("path", "file"),
    )
    site_url: str = option(
        "text", "address where the documents are published as a website: links below it become page links",
        example="https://docs.example.com",
    )  # fmt: skip
    folder_title: str = ""
    """What to call a docs root without a name of its own."""
    given: frozenset[str] = frozenset()
    """``space`` and ``parent``, as far as a flag or variable sets them: documents do not override these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOptions:
    """The look of a page."""

    target: str = option(
        "text",
        "product to write for; auto asks the site, and is cloud where there is none",
        "auto",
        choices=("auto", "cloud", "datacenter"),
    )
    templates: str = option("path", "folder of your own templates for macros", example="templates")
    banner: str = option(
        "text", "footer of each page: auto, off, or your own text with {source}", "auto",
        example="Source: {source}",
    )  # fmt: skip
    table_layout: str = option("text", "width of tables (Cloud)", "default", choices=TABLE_LAYOUTS)
    jira_server: str = option(
        "text", "name of the Jira server that issues come from, if there are several", example="Company Jira"
    )
    jira_server_id: str = option("text", "id of that server", example="5b6a7c1d-0000-3000-8000-000000000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """Diagrams, formulas, and images of other sites."""

    diagrams: Mapping[str, Any] = option(
        "table",
        "how diagrams are drawn: mermaid, plantuml, graphviz, d2, drawio, math = auto, code, kroki, a program, macro:NAME",
        example="mermaid=kroki,plantuml=code",
        names=DIAGRAM_KINDS,
    )
    kroki_url: str = option(
        "text", "address of a Kroki server that draws diagrams", trust=True, example="https://kroki.example.com"
    )
    programs: Mapping[str, Any] = option(
        "table",
        "paths of the drawing programs: mmdc, plantuml, dot, d2, drawio",
        trust=True,
        example="dot=/usr/bin/dot",
    )
    remote_images: str = option("text", "images of other sites", "keep", choices=("keep", "download"))
    allow_private_hosts: bool = option("flag", "download images from private addresses too", trust=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityOptions:
    """Which problems count, and how much."""

    levels: Mapping[str, Any] = option(
        "table",
        "levels of problems: code → off, notice, warning or error",
        example="broken-link=error",
        names=tuple(CODES),
        words=("off", "notice", "warning", "error"),
    )
    fail_on: str = option(
        "text", "lowest level of a problem that fails the run", "error", choices=("error", "warning", "notice")
    )
    max_attachment: int = option("count", "largest attachment that the site accepts, in MB", 100, example="25")
