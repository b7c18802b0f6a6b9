"""What stands in a line of text: words, marks, links, images and the small things that Confluence knows."""

from dataclasses import dataclass


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
    """``width``, ``height``: pixels. ``align``: left, center, right; with ``wrap`` text flows around it."""

    src: str
    alt: str
    title: str
    line: int
    width: str = ""
    height: str = ""
    align: str = ""
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    number: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class FootnoteBack:
    """The way from a footnote back to its reference. Made while a page is rendered."""

    number: int
    occurrence: int


@dataclass(frozen=True, slots=True)
class Coloured:
    """A line in a colour, ``#rrggbb``; with ``background`` the colour is behind it."""

    colour: str
    children: "tuple[Inline, ...]"
    background: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """A lozenge. ``colour``: Grey, Red, Yellow, Green, Blue, Purple."""

    title: str
    colour: str


@dataclass(frozen=True, slots=True)
class Date:
    """``value``: YYYY-MM-DD."""

    value: str


@dataclass(frozen=True, slots=True)
class Mention:
    """``account``: what the table of people says: an account id (Cloud), a user key or name (Data Center)."""

    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A name that links may lead to. ``kept``: written even if none of ours does."""

    name: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """A Jira issue by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class Math:
    """TeX in a line."""

    tex: str


@dataclass(frozen=True, slots=True)
class InlineStorage:
    """Storage format in a line, as the author wrote it; it is well-formed."""

    body: str


Inline = (
    Text
    | Mark
    | Coloured
    | Code
    | Break
    | Link
    | Image
    | FootnoteRef
    | FootnoteBack
    | Status
    | Date
    | Mention
    | Anchor
    | Issue
    | Math
    | InlineStorage
)
