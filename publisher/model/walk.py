"""Walks over blocks: what they hold, and the same blocks with some of them exchanged."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

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
    Table,
)
from publisher.model.inlines import Coloured, Inline, Link, Mark


def map_blocks(blocks: tuple[Block, ...], change: Callable[[Block], Block]) -> tuple[Block, ...]:
    """The blocks, each changed before what it holds, in the order of the text."""
    return tuple(_map(change(block), change) for block in blocks)


def _map(block: Block, change: Callable[[Block], Block]) -> Block:
    match block:
        case Quote() | Callout() | Expand() | AnyMacro():
            return replace(block, children=map_blocks(block.children, change))
        case ListBlock():
            items = (replace(item, children=map_blocks(item.children, change)) for item in block.items)
            return replace(block, items=tuple(items))
        case Table():
            rows = [
                tuple(replace(cell, blocks=map_blocks(cell.blocks, change)) for cell in row)
                for row in (block.head, *block.rows)
            ]
            return replace(block, head=rows[0], rows=tuple(rows[1:]))
        case DefinitionList():
            meant = (replace(item, children=map_blocks(item.children, change)) for item in block.items)
            return replace(block, items=tuple(meant))
        case Layout():
            return replace(block, cells=tuple(map_blocks(cell, change) for cell in block.cells))
        case Footnotes():
            return replace(block, items=tuple(map_blocks(item, change) for item in block.items))
        case _:
            return block


def map_inlines(blocks: tuple[Block, ...], change: Callable[[Inline], Inline | None]) -> tuple[Block, ...]:
    """The blocks, each inline node changed after what it holds; None takes it out."""

    def line(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        inner = (replace(n, children=line(n.children)) if isinstance(n, Mark | Coloured | Link) else n for n in nodes)
        return tuple(found for node in inner if (found := change(node)) is not None)

    def block(value: Block) -> Block:
        match value:
            case Paragraph() | Heading():
                return replace(value, children=line(value.children))
            case Callout():
                return replace(value, title=line(value.title))
            case Table():
                rows = [tuple(replace(c, children=line(c.children)) for c in row) for row in (value.head, *value.rows)]
                return replace(value, head=rows[0], rows=tuple(rows[1:]))
            case DefinitionList():
                meant = tuple(replace(item, terms=tuple(map(line, item.terms))) for item in value.items)
                return replace(value, items=meant)
            case _:
                return value

    return map_blocks(blocks, block)


def child_blocks(block: Block) -> tuple[Block, ...]:
    """The blocks right within one, in order."""
    match block:
        case Quote() | Callout() | Expand() | AnyMacro():
            return block.children
        case ListBlock():
            return tuple(child for item in block.items for child in item.children)
        case Table():
            return tuple(child for row in (block.head, *block.rows) for cell in row for child in cell.blocks)
        case DefinitionList():
            return tuple(child for item in block.items for child in item.children)
        case Layout():
            return tuple(child for cell in block.cells for child in cell)
        case Footnotes():
            return tuple(child for item in block.items for child in item)
        case _:
            return ()


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks and all that they hold, in the order of the text."""
    for block in blocks:
        yield block
        yield from walk_blocks(child_blocks(block))


def lines_of(block: Block) -> list[tuple[Inline, ...]]:
    """The lines of text right within a block, in order."""
    match block:
        case Paragraph() | Heading():
            return [block.children]
        case Callout():
            return [block.title]
        case Table():
            return [cell.children for row in (block.head, *block.rows) for cell in row]
        case DefinitionList():
            return [term for item in block.items for term in item.terms]
        case _:
            return []


def _inlines(nodes: tuple[Inline, ...]) -> Iterator[Inline]:
    for node in nodes:
        yield node
        if isinstance(node, Mark | Coloured | Link):
            yield from _inlines(node.children)


def inline_nodes(blocks: tuple[Block, ...], *, deep: bool = True) -> Iterator[Inline]:
    """Every inline node of the blocks; ``deep``: of those that they hold too."""
    for block in walk_blocks(blocks) if deep else blocks:
        for line in lines_of(block):
            yield from _inlines(line)
