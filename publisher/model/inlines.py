"""What stands in a line of text: words, marks, links, images and the small things that Confluence knows."""

from msgspec import Struct


class Text(Struct, frozen=True):
    text: str


class Mark(Struct, frozen=True):
    """``tag`` is the storage element: strong, em, del, sub, sup, u; or mark, for a highlight."""

    tag: str
    children: "tuple[Inline, ...]"


class Code(Struct, frozen=True):
    text: str


class Break(Struct, frozen=True):
    pass


class Link(Struct, frozen=True):
    href: str
    children: "tuple[Inline, ...]"
    line: int


class Image(Struct, frozen=True):
    """``width``, ``height``: pixels. ``align``: left, center, right; with ``wrap`` text flows around it."""

    src: str
    alt: str
    title: str
    line: int
    width: str = ""
    height: str = ""
    align: str = ""
    wrap: bool = False


class FootnoteRef(Struct, frozen=True):
    number: int
    occurrence: int


class FootnoteBack(Struct, frozen=True):
    """The way from a footnote back to its reference. Made while a page is rendered."""

    number: int
    occurrence: int


class Coloured(Struct, frozen=True):
    """A line in a colour, ``#rrggbb``; with ``background`` the colour is behind it."""

    colour: str
    children: "tuple[Inline, ...]"
    background: bool = False


class Status(Struct, frozen=True):
    """A lozenge. ``colour``: Grey, Red, Yellow, Green, Blue, Purple."""

    title: str
    colour: str


class Date(Struct, frozen=True):
    """``value``: YYYY-MM-DD."""

    value: str


class Mention(Struct, frozen=True):
    """``account``: what the table of people says: an account id (Cloud), a user key or name (Data Center)."""

    name: str
    account: str


class Anchor(Struct, frozen=True):
    """A name that links may lead to. ``kept``: written even if none of ours does."""

    name: str
    kept: bool = False


class Issue(Struct, frozen=True):
    """A Jira issue by its key."""

    key: str


class Math(Struct, frozen=True):
    """TeX in a line."""

    tex: str


class InlineStorage(Struct, frozen=True):
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
