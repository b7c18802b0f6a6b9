"""Questions about inline nodes: their text, their ends, all that they hold."""

from collections.abc import Sequence
from unicodedata import category, east_asian_width, name

from msgspec.structs import replace

from publisher.model.document import (
    Block,
    Callout,
    CodeBlock,
    DefinitionList,
    Expand,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Table,
)
from publisher.model.inlines import (
    Break,
    Code,
    Coloured,
    Date,
    FootnoteRef,
    Image,
    Inline,
    Issue,
    Link,
    Mark,
    Math,
    Mention,
    Status,
    Text,
)


def plain_text(nodes: "tuple[Inline, ...] | list[Inline]") -> str:
    """The characters a reader sees."""
    parts: list[str] = []
    for node in nodes:
        match node:
            case Text(text) | Code(text):
                parts.append(text)
            case Mark(_, children) | Link(_, children, _) | Coloured(_, children):
                parts.append(plain_text(children))
            case Image(_, alt):
                parts.append(alt)
            case Status(title, _) | Date(title) | Issue(title) | Math(title):
                parts.append(title)
            case Mention(person, _):
                parts.append("@" + person)
            case Break():
                parts.append(" ")
            case _:
                pass
    return "".join(parts)


def without_links(nodes: Sequence[Inline]) -> tuple[tuple[Inline, ...], list[FootnoteRef]]:
    """(the text of a link, references to footnotes that go behind it): no link holds another one.

    Storage format writes people, issues and footnote references as links or macros: in a link they are text.
    """
    found: list[Inline] = []
    notes: list[FootnoteRef] = []
    for node in nodes:
        match node:
            case Link(_, children, _):
                inner, more = without_links(children)
                found += inner
                notes += more
            case Mark(tag, children):
                inner, more = without_links(children)
                found += [Mark(tag, inner)] if inner else []
                notes += more
            case Coloured():
                inner, more = without_links(node.children)
                found += [replace(node, children=inner)] if inner else []
                notes += more
            case Mention(person, _):
                found.append(Text("@" + person))
            case Issue(key):
                found.append(Text(key))
            case FootnoteRef():
                notes.append(node)
            case _:
                found.append(node)
    return tuple(found), notes


def joins_wide(before: str, behind: str) -> bool:
    """Whether a line end between the two is nothing: between Chinese or Japanese characters, and not in Korean."""
    return _is_wide(before[-1:]) and _is_wide(behind[:1])


def _is_wide(character: str) -> bool:
    if not character or east_asian_width(character) not in {"W", "F"} or category(character) == "So":
        return False
    return not name(character, "").startswith(("HANGUL", "HALFWIDTH HANGUL"))


def trim(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without blanks at both ends."""
    found = list(nodes)
    if found and isinstance(found[0], Text):
        found[0] = Text(found[0].text.lstrip())
    if found and isinstance(found[-1], Text):
        found[-1] = Text(found[-1].text.rstrip())
    return tuple([node for node in found if not isinstance(node, Text) or node.text])


def walk(nodes: Sequence[Inline]) -> list[Inline]:
    """The nodes and all that they hold, in order."""
    found: list[Inline] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, Mark | Coloured | Link):
            found += walk(node.children)
    return found


def flatten(blocks: list[Block]) -> tuple[Inline, ...]:
    """The inline nodes of blocks that stand where only a line can; breaks between them."""
    found: list[Inline] = []
    for block in blocks:
        inner: tuple[Inline, ...] = ()
        match block:
            case Paragraph(children, _) | Heading(_, children, _, _):
                inner = children
            case ListBlock(_, _, items, _):
                inner = tuple(node for item in items for node in (Break(), Text("• "), *flatten(list(item.children))))[
                    1:
                ]
            case CodeBlock(text, _, _, _):
                inner = (Code(text),)
            case Quote(children, _) | Expand(_, children, _) | Callout(_, _, children, _):
                inner = flatten(list(children))
            case DefinitionList(items, _):
                lines = [line for item in items for line in (*item.terms, flatten(list(item.children)))]
                inner = tuple(node for line in lines for node in (Break(), *line))[1:]
            case Table(head, rows, _):
                inner = tuple(node for row in (head, *rows) for cell in row for node in (*cell.children, Text(" ")))
            case _:
                pass
        found += [Break(), *inner] if found and inner else inner
    return tuple(found)
