"""Marks in a line of Cloud: bold, italic, colour and their kin are kept on text only (docs/storage-format.md#marks).

Inline code combines with links only; line breaks, dates, lozenges, mentions, images and macros in a line take no mark.
So a mark ends before one of them and begins again behind it. A link ends there too, and never holds another link.
"""

from collections.abc import Callable, Container, Iterable

from msgspec.structs import replace

from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteBack,
    FootnoteRef,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Mention,
    Status,
    Text,
)

#: The words to write for an image that a line cannot hold; empty for one that it can.
Foreign = Callable[[Image], str]


def fit_line(nodes: Iterable[Inline], foreign: Foreign, anchors: Container[str] = ()) -> list[Inline]:
    """A line as Cloud's editor can hold it: what a mark would be lost on is outside of it.

    ``anchors``: the names that some link leads to; no other anchor is written, or ends a mark.
    """
    line = list(nodes)
    if all(map(_is_fit, line)):
        return line
    return [fitted for node in _without_anchors(line, anchors) for fitted in _fit(node, foreign)]


def _is_fit(node: Inline) -> bool:
    """True for what stays as it is, as nearly all lines do: text, code, and a mark or a link around these."""
    match node:
        case Text() | Code() | Break():
            return True
        case Mark() | Link():
            pass
        case _:
            return False
    shown = False
    for child in node.children:
        if isinstance(child, Text):
            shown = shown or bool(child.text.strip())
        elif isinstance(child, Code) and isinstance(node, Link):
            shown = True
        else:
            return False
    return shown


def _without_anchors(nodes: Iterable[Inline], anchors: Container[str]) -> list[Inline]:
    found: list[Inline] = []
    for node in nodes:
        match node:
            case Anchor(name, kept) if not kept and name not in anchors:
                continue
            case Mark(_, children) | Coloured(_, children, _) | Link(_, children, _):
                found.append(replace(node, children=tuple(_without_anchors(children, anchors))))
            case _:
                found.append(node)
    return found


def _fit(node: Inline, foreign: Foreign) -> list[Inline]:
    match node:
        case Mark(_, children) | Coloured(_, children, _):
            return _put_mark(node, [inner for child in children for inner in _fit(child, foreign)])
        case Link(_, children, _):
            return _fit_link(node, [inner for child in children for inner in _fit_linked(child, foreign)])
        case Image(src, _, _, line):
            words = foreign(node)
            return [Link("!" + src, (Text(words),), line)] if words else [node]
        case _:
            return [node]


def _fit_linked(node: Inline, foreign: Foreign) -> list[Inline]:
    """A node within a link."""
    match node:
        case Mark(_, children) | Coloured(_, children, _):
            return _put_mark(node, [inner for child in children for inner in _fit_linked(child, foreign)])
        case Link(_, children, _):
            return [inner for child in children for inner in _fit_linked(child, foreign)]
        case Image():
            words = foreign(node)
            return [Text(words)] if words else [node]
        case _:
            return [node]


def _put_mark(mark: Mark | Coloured, children: list[Inline]) -> list[Inline]:
    """The mark around each run of what can have it."""
    parts = [part for child in children for part in (_split(child) if isinstance(child, Link) else [child])]
    return [
        node
        for kept, run in _runs(parts, _takes_marks)
        for node in ([replace(mark, children=tuple(run))] if kept and not _is_blank(run) else run)
    ]


def _fit_link(link: Link, children: list[Inline]) -> list[Inline]:
    if children and not any(_takes_link(child) and not _is_blank([child]) for child in children):
        children = [_as_text(child) for child in children]
    if not any(_takes_link(child) for child in children):  # its address is its text
        return [*(child for child in children if isinstance(child, Anchor)), replace(link, children=())]
    return [
        node
        for kept, run in _runs(children, _takes_link)
        for node in (
            [replace(link, children=tuple(run))] if kept and not (_is_blank(run) and len(children) > 1) else run
        )
    ]


def _split(link: Link) -> list[Inline]:
    return [replace(link, children=tuple(run)) for _, run in _runs(link.children, _takes_marks)] or [link]


def _runs(nodes: Iterable[Inline], test: Callable[[Inline], bool]) -> list[tuple[bool, list[Inline]]]:
    runs: list[tuple[bool, list[Inline]]] = []
    for node in nodes:
        passed = test(node)
        if runs and runs[-1][0] == passed:
            runs[-1][1].append(node)
        else:
            runs.append((passed, [node]))
    return runs


def _takes_marks(node: Inline) -> bool:
    match node:
        case Text():
            return True
        case Mark(_, children) | Coloured(_, children, _) | Link(_, children, _):
            return all(_takes_marks(child) for child in children)
        case InlineStorage(body):
            return not any(name in body for name in ("<ac:", "<time", "<br", "<code"))
        case _:
            return False


def _takes_link(node: Inline) -> bool:
    match node:
        case Break() | Date() | Status() | Mention() | Issue() | Anchor() | FootnoteRef() | FootnoteBack() | Link():
            return False
        case InlineStorage(body):
            return not any(name in body for name in ("<ac:", "<time", "<br", "<a "))
        case _:
            return True


def _is_blank(nodes: Iterable[Inline]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in nodes)


def _as_text(node: Inline) -> Inline:
    """What a link can be put on, of a node that is all that the link has."""
    match node:
        case Status(title, _):
            return Text(title)
        case Date(value):
            return Text(value)
        case Mention(name, _):
            return Text(name)
        case Issue(key):
            return Text(key)
        case _:
            return node


def words_of(image: Image) -> str:
    """What stands for an image in a line: its alternative text, else its title or the name of its file."""
    return image.alt or image.title or image.src.rstrip("/").rpartition("/")[2] or image.src
