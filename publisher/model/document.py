"""A parsed document: a tree of frozen nodes, each block with the line of the source that it starts on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.model.problem import Problem

Align = str | None


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """``tag`` is the storage element: strong, em, del, sub, sup, u; or mark, for a highlight."""

    tag: str
    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    pass


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    children: "tuple[Inline, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Image:
    src: str
    alt: str
    title: str
    line: int
    width: str = ""


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    number: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class Status:
    """A lozenge. ``colour``: Grey, Red, Yellow, Green, Blue, Purple."""

    title: str
    colour: str


@dataclass(frozen=True, slots=True)
class Date:
    """``value``: YYYY-MM-DD."""

    value: str


Inline = Text | Mark | Code | Break | Link | Image | FootnoteRef | Status | Date


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``indent``: steps from the left, for definitions."""

    children: tuple[Inline, ...]
    line: int
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    children: tuple[Inline, ...]
    slug: str
    line: int


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str
    language: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Quote:
    children: "tuple[Block, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Callout:
    """``kind`` is the template's name: info, tip, note, warning, important (section 11 of the format reference)."""

    kind: str
    title: tuple[Inline, ...]
    children: "tuple[Block, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Expand:
    title: str
    children: "tuple[Block, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class ListItem:
    children: "tuple[Block, ...]"
    checked: bool | None
    line: int


@dataclass(frozen=True, slots=True)
class ListBlock:
    ordered: bool
    start: int
    items: tuple[ListItem, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Cell:
    children: tuple[Inline, ...]
    align: Align


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    line: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro without a body, written by the template of that name."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Footnotes:
    items: "tuple[tuple[Block, ...], ...]"
    references: tuple[int, ...]
    line: int


@dataclass(frozen=True, slots=True)
class AnyMacro:
    """A macro by its name. ``children``: its rich body; ``plain``: its plain one."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    children: "tuple[Block, ...]"
    plain: str
    line: int


@dataclass(frozen=True, slots=True)
class Storage:
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
    | AnyMacro
    | Storage
    | Footnotes
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Our keys of the front matter; everything else belongs to other tools and is not kept.

    ``aliases``: addresses by which other documents link to this one (``slug``, ``permalink``, ``url``, ``aliases``).
    """

    title: str | None = None
    labels: tuple[str, ...] = ()
    order: float | None = None
    publish: bool = True
    page_id: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """``key`` is the posix path below the docs root (NFC)."""

    key: str
    front_matter: FrontMatter
    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    readable: bool = True
    slugs: Mapping[str, Heading] = field(default_factory=dict)
