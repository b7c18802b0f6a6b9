"""A parsed document: a tree of frozen nodes, each block with the line of the source that it starts on."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from publisher.model.inlines import Image, Inline, Link
from publisher.model.problem import Problem

Align = str | None


class Paragraph(Struct, frozen=True):
    """``indent``: steps from the left. ``align``: center, right, or none."""

    children: tuple[Inline, ...]
    line: int
    indent: int = 0
    align: Align = None


class Heading(Struct, frozen=True):
    """``align``: from HTML; Markdown has none."""

    level: int
    children: tuple[Inline, ...]
    slug: str
    line: int
    align: Align = None


class CodeBlock(Struct, frozen=True):
    """``numbered``: with line numbers, where the product has a choice."""

    text: str
    language: str
    title: str
    line: int
    numbered: bool = False


class Quote(Struct, frozen=True):
    children: "tuple[Block, ...]"
    line: int


class Callout(Struct, frozen=True):
    """``kind``: info, tip, note, warning, important (docs/storage-format.md#macros), or panel with a ``colour``.

    ``colour``: ``#rrggbb``; ``icon``: one emoji.
    """

    kind: str
    title: tuple[Inline, ...]
    children: "tuple[Block, ...]"
    line: int
    colour: str = ""
    icon: str = ""


class Expand(Struct, frozen=True):
    title: str
    children: "tuple[Block, ...]"
    line: int


class ListItem(Struct, frozen=True):
    children: "tuple[Block, ...]"
    checked: bool | None
    line: int


class ListBlock(Struct, frozen=True):
    """``tasks``: whether a list of boxes is a list of tasks in Confluence, or text."""

    ordered: bool
    start: int
    items: tuple[ListItem, ...]
    line: int
    tasks: bool = True


class Cell(Struct, frozen=True):
    """``colour``: the background, ``#rrggbb``. ``blocks``: what a line cannot hold, from HTML."""

    children: tuple[Inline, ...]
    align: Align
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    colour: str = ""
    blocks: "tuple[Block, ...]" = ()


class Table(Struct, frozen=True):
    """``layout``: default, wide, full-width, center, align-start, align-end; empty for the page's."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    line: int
    layout: str = ""


class Rule(Struct, frozen=True):
    line: int


class Macro(Struct, frozen=True):
    """A macro without a body, written by the template of that name from ``parameters``."""

    name: str
    line: int
    parameters: tuple[tuple[str, str], ...] = ()


class Include(Struct, frozen=True):
    """Another page's text, or with ``excerpt`` one of its excerpts (empty: the nameless one)."""

    href: str
    line: int
    excerpt: str | None = None


class Definition(Struct, frozen=True):
    terms: tuple[tuple[Inline, ...], ...]
    children: "tuple[Block, ...]"


class DefinitionList(Struct, frozen=True):
    items: tuple[Definition, ...]
    line: int


class Layout(Struct, frozen=True):
    """Columns side by side. ``widths``: one number for each, or none."""

    cells: "tuple[tuple[Block, ...], ...]"
    widths: tuple[float, ...]
    line: int


class MathBlock(Struct, frozen=True):
    """TeX that stands alone."""

    tex: str
    line: int


class Footnotes(Struct, frozen=True):
    items: "tuple[tuple[Block, ...], ...]"
    references: tuple[int, ...]
    line: int


class AnyMacro(Struct, frozen=True):
    """A macro by its name. ``children``: its rich body; ``plain``: its plain one."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    children: "tuple[Block, ...]" = ()
    plain: str = ""
    line: int = 1


class Storage(Struct, frozen=True):
    """Storage format as the author wrote it; it is well-formed."""

    body: str
    line: int


Block = (
    Paragraph
    | Heading
    | CodeBlock
    | Quote
    | Callout
    | Expand
    | ListBlock
    | Table
    | Rule
    | Macro
    | Include
    | DefinitionList
    | Layout
    | MathBlock
    | AnyMacro
    | Storage
    | Footnotes
)


class FrontMatter(Struct, frozen=True):
    """Our keys of the front matter; everything else belongs to other tools and is not kept.

    ``page_properties``: rows of the table that the page properties report reads; ``table_layout``: of the page's tables.
    ``properties``: content properties, JSON by key. ``width`` and ``emoji``: of the page, on Cloud.
    ``aliases``: addresses by which other documents link to this one (``slug``, ``permalink``, ``url``, ``aliases``).
    ``kind`` and ``date`` (YYYY-MM-DD): a blog post. ``space`` and ``parent``: where the document, and all below it, goes.
    ``cover``: address of a picture; ``editor``: new, legacy. ``owner``: account. ``edit_lock``: only we may edit it;
    ``view`` and ``edit``: the accounts that may. ``status``: (name, colour) of the content status. ``notify``: None as
    the settings say. ``attachments``: files that are attached though nothing links to them. ``attachment_names``: path, file, or empty for what
    the settings say; ``file_names``: names of files → what these are called on the page, whatever else holds. ``chain``: titles of the
    pages above, outermost first, as another tool's headers name them. ``ignore``: codes of problems that are meant.
    """

    title: str | None = None
    labels: tuple[str, ...] = ()
    order: float | None = None
    publish: bool = True
    page_id: str | None = None
    aliases: tuple[str, ...] = ()
    page_properties: tuple[tuple[str, str], ...] = ()
    table_layout: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    width: str = ""
    emoji: str = ""
    kind: str = "page"
    date: str = ""
    draft: bool = False
    space: str = ""
    parent: str = ""
    cover: str = ""
    editor: str = ""
    owner: str = ""
    edit_lock: bool = False
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    status: tuple[str, str] = ("", "")
    banner: bool = True
    attachments: tuple[str, ...] = ()
    attachment_names: str = ""
    file_names: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    notify: bool | None = None


#: Languages of code that are diagrams → the kind of diagram.
DIAGRAMS = {
    "mermaid": "mermaid", "plantuml": "plantuml", "puml": "plantuml", "graphviz": "graphviz", "dot": "graphviz", "d2": "d2",
}  # fmt: skip


class Drawable(Struct, frozen=True):
    """What can be drawn: ``word`` is the language of the code, or ``math``."""

    word: str
    text: str
    line: int


class Outline(Struct, frozen=True):
    """What titles are made from. ``first``: the first heading at the top level; ``opening``: the H1 that the text opens with.

    ``leads``: ``first`` is the first block of all.
    """

    opening: Heading | None = None
    first: Heading | None = None
    leads: bool = False


class Document(Struct, frozen=True):
    """``key`` is the posix path below the docs root (NFC). ``anchors``: names that a link may lead to, with their lines.

    ``spans``: the first and the last line of each of ``blocks``, but for footnotes, whose texts stand in several places:
    ``notes`` has those of each, with 0 for a last line that is not known.
    ``digest``: of the text and of what it includes; ``included``: paths of the latter. ``ignored``: line → codes of problems
    that are meant there. ``outline``: where the blocks are parsed only if somebody asks for them.
    """

    key: str
    front_matter: FrontMatter
    blocks: Sequence[Block]
    problems: tuple[Problem, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    drawables: tuple[Drawable, ...] = ()
    readable: bool = True
    anchors: Mapping[str, int] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()
    notes: tuple[tuple[int, int], ...] = ()
    digest: str = ""
    included: tuple[str, ...] = ()
    ignored: Mapping[int, frozenset[str]] = field(default_factory=dict)
    outline: Outline | None = None
