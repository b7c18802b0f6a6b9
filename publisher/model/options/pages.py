"""How documents become a tree of pages, and what the pages look like."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Struct, field

from publisher.model.names import DIAGRAM_KINDS, TABLE_LAYOUTS
from publisher.model.options.option import option
from publisher.model.problem import CODES


class TreeOptions(Struct, frozen=True, kw_only=True):
    """Titles, parents and links."""

    title: Annotated[
        str, option("text", "title of the root page, where its document gives none", example="Handbook")
    ] = ""
    title_from: Annotated[
        str,
        option(
            "text",
            "where titles come from without front matter: auto (as the dialect's tool), h1, heading, or file (its name)",
            choices=("auto", "h1", "heading", "file"),
        ),
    ] = "auto"
    title_prefix: Annotated[
        str,
        option(
            "text",
            "text before every title; takes {version}, {lang}, {branch} and other variables",
            example="[{version}] ",
        ),
    ] = ""
    title_suffix: Annotated[str, option("text", "text behind every title, in the same way", example=" ({lang})")] = ""
    directories: Annotated[
        str,
        option(
            "text",
            "what a folder without an index becomes: a page that lists its children, a folder (Cloud), or nothing",
            choices=("page", "folder", "flatten"),
        ),
    ] = "page"
    root: Annotated[
        str,
        option(
            "text",
            "where the root index goes: page (one of its own), parent (the parent page itself), or a page id",
            example="parent",
        ),
    ] = "page"
    links: Annotated[
        Mapping[str, Any],
        option(
            "table",
            "pages that others publish: path or address → address, or {space, title}",
            example="/api=https://docs.example.com/api",
        ),
    ] = field(default_factory=dict)
    attach: Annotated[
        tuple[str, ...], option("list", "more file suffixes that are attached when linked to", example=".bpmn,.xsd")
    ] = ()
    attachment_names: Annotated[
        str,
        option(
            "text",
            "names of attachments: path (the file's, with a digest of its folder), or file (the file's own, unless two of a page share it)",
            choices=("path", "file"),
        ),
    ] = "path"
    site_url: Annotated[str, option("text", "address where the documents are published as a website: links below it become page links", example="https://docs.example.com")] = ""  # fmt: skip
    folder_title: str = ""
    """What to call a docs root without a name of its own."""
    given: frozenset[str] = frozenset()
    """``space`` and ``parent``, as far as a flag or variable sets them: documents do not override these."""


class PageOptions(Struct, frozen=True, kw_only=True):
    """The look of a page."""

    target: Annotated[
        str,
        option(
            "text",
            "product to write for; auto asks the site, and is cloud where there is none",
            choices=("auto", "cloud", "datacenter"),
        ),
    ] = "auto"
    templates: Annotated[str, option("path", "folder of your own templates for macros", example="templates")] = ""
    banner: Annotated[str, option("text", "footer of each page: auto, off, or your own text with {source}", example="Source: {source}")] = "auto"  # fmt: skip
    table_layout: Annotated[str, option("text", "width of tables (Cloud)", choices=TABLE_LAYOUTS)] = "default"
    jira_server: Annotated[
        str,
        option("text", "name of the Jira server that issues come from, if there are several", example="Company Jira"),
    ] = ""
    jira_server_id: Annotated[
        str, option("text", "id of that server", example="5b6a7c1d-0000-3000-8000-000000000000")
    ] = ""


class PictureOptions(Struct, frozen=True, kw_only=True):
    """Diagrams, formulas, and images of other sites."""

    diagrams: Annotated[
        Mapping[str, Any],
        option(
            "table",
            "how diagrams are drawn: mermaid, plantuml, graphviz, d2, drawio, math = auto, code, kroki, a program, macro:NAME",
            example="mermaid=kroki,plantuml=code",
            names=DIAGRAM_KINDS,
        ),
    ] = field(default_factory=dict)
    kroki_url: Annotated[
        str,
        option(
            "text", "address of a Kroki server that draws diagrams", trust=True, example="https://kroki.example.com"
        ),
    ] = ""
    programs: Annotated[
        Mapping[str, Any],
        option(
            "table",
            "paths of the drawing programs: mmdc, plantuml, dot, d2, drawio",
            trust=True,
            example="dot=/usr/bin/dot",
        ),
    ] = field(default_factory=dict)
    remote_images: Annotated[str, option("text", "images of other sites", choices=("keep", "download"))] = "keep"
    allow_private_hosts: Annotated[bool, option("flag", "download images from private addresses too", trust=True)] = (
        False
    )


class QualityOptions(Struct, frozen=True, kw_only=True):
    """Which problems count, and how much."""

    levels: Annotated[
        Mapping[str, Any],
        option(
            "table",
            "levels of problems: code → off, notice, warning or error",
            example="broken-link=error",
            names=tuple(CODES),
            words=("off", "notice", "warning", "error"),
        ),
    ] = field(default_factory=dict)
    fail_on: Annotated[
        str, option("text", "lowest level of a problem that fails the run", choices=("error", "warning", "notice"))
    ] = "error"
    max_attachment: Annotated[int, option("count", "largest attachment that the site accepts, in MB", example="25")] = (
        100
    )
