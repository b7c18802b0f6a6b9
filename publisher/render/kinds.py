"""What each block is to the rules of nesting."""

from collections.abc import Iterable

from publisher.model.document import (
    AnyMacro,
    Block,
    Callout,
    DefinitionList,
    Expand,
    Footnotes,
    Heading,
    Layout,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Storage,
    Table,
)
from publisher.model.inlines import Coloured, Inline, InlineStorage, Link, Mark
from publisher.render.forms import is_task_list
from publisher.storage import Kind

_PANELS = frozenset({"info", "tip", "note", "warning", "panel"})
_KINDS: dict[type, Kind] = {
    Heading: Kind.HEADING, Table: Kind.TABLE, Callout: Kind.PANEL, Expand: Kind.EXPAND, Rule: Kind.RULE,
    Layout: Kind.LAYOUT, Quote: Kind.QUOTE,
}  # fmt: skip


def kind_of(block: Block, own: frozenset[str]) -> Kind | None:
    """What a block is to the rules; None for what is allowed everywhere. ``own``: macros of a team's own templates."""
    if isinstance(block, AnyMacro):
        if block.name in _PANELS:
            return Kind.PANEL
        if block.name == "expand":
            return Kind.EXPAND
        return Kind.MACRO if block.children and block.name not in own else None
    return Kind.TASKS if is_task_list(block) else _KINDS.get(type(block))


def holds(blocks: Iterable[Block], kinds: set[Kind], own: frozenset[str]) -> bool:
    """Whether one of ``kinds`` is in the blocks, at any depth but in tables."""
    for block in blocks:
        if kind_of(block, own) in kinds:
            return True
        match block:
            case Quote(children) | Callout(children=children) | Expand(children=children) | AnyMacro(children=children):
                inner: Iterable[Block] = children
            case ListBlock(items=items) | DefinitionList(items=items):
                inner = (child for item in items for child in item.children)
            case _:
                continue
        if holds(inner, kinds, own):
            return True
    return False


def holds_storage(blocks: Iterable[Block], own: frozenset[str]) -> bool:
    """Whether the author wrote storage format in the blocks, or the team's own templates write some of them."""
    return any(_holds_storage(block, own) for block in blocks)


def _holds_storage(block: Block, own: frozenset[str]) -> bool:
    match block:
        case Storage():
            return True
        case AnyMacro(name, _, children):
            return name in own or holds_storage(children, own)
        case Paragraph(children) | Heading(_, children):
            return _is_stored(children)
        case Quote(children) | Callout(children=children) | Expand(children=children):
            return holds_storage(children, own)
        case ListBlock(items=items) | DefinitionList(items=items):
            return any(holds_storage(item.children, own) for item in items)
        case Footnotes(items):
            return any(holds_storage(item, own) for item in items)
        case Layout(cells):
            return any(holds_storage(cell, own) for cell in cells)
        case Table(head, rows):
            return any(
                _is_stored(cell.children) or holds_storage(cell.blocks, own) for row in (head, *rows) for cell in row
            )
        case _:
            return False


def _is_stored(nodes: Iterable[Inline]) -> bool:
    return any(
        isinstance(node, InlineStorage) or (isinstance(node, Mark | Link | Coloured) and _is_stored(node.children))
        for node in nodes
    )
