"""What an element of HTML says of all text in it (bold, a colour, a link), put on the lines of the blocks it is around.

Storage format knows none of these around a block: each line in it gets them for itself.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from publisher.markdown.colours import colours_of
from publisher.markdown.elements import COLOURED, MARKS
from publisher.markdown.walk import walk, without_links
from publisher.model.document import Block, Cell, DefinitionList, Heading, Paragraph, Table
from publisher.model.inlines import Code, Coloured, Image, Inline, Link, Mark, Text
from publisher.model.walk import map_blocks

Change = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]


def coloured(nodes: Sequence[Inline], colour: str, behind: str) -> tuple[Inline, ...]:
    """A line in a colour, and with one behind it; each may be empty."""
    line = tuple(nodes)
    for value, background in ((behind, True), (colour, False)):
        line = (Coloured(value, line, background=background),) if value and line else line
    return line


def dress_line(tag: str, attributes: dict[str, str], nodes: tuple[Inline, ...], *, line: int) -> tuple[Inline, ...]:
    """The nodes of a line in an element that is open around its block."""
    has_text = _has_text(nodes)
    if tag in COLOURED and attributes and has_text:
        nodes = coloured(nodes, *colours_of(attributes))
    if tag in MARKS and has_text:
        return (Mark(MARKS[tag], nodes),)
    if tag == "a" and attributes.get("href") and (has_text or any(isinstance(node, Image) for node in walk(nodes))):
        inner, notes = without_links(nodes)
        return (Link(attributes["href"], inner, line), *notes)
    return nodes


def dress_blocks(blocks: Sequence[Block], change: Change) -> list[Block]:
    """The blocks, with every line of text in them changed."""

    def dress(block: Block) -> Block:
        match block:
            case Paragraph() | Heading():
                return replace(block, children=change(block.children))
            case Table():
                rows = [
                    tuple(replace(cell, children=change(cell.children)) for cell in row)
                    for row in (block.head, *block.rows)
                ]
                return replace(block, head=rows[0], rows=tuple(rows[1:]))
            case DefinitionList():
                items = (replace(item, terms=tuple(map(change, item.terms))) for item in block.items)
                return replace(block, items=tuple(items))
            case _:
                return block

    return list(map_blocks(tuple(blocks), dress))


def colour_blocks(blocks: Sequence[Block], colour: str, behind: str) -> list[Block]:
    """The blocks in a colour. Lines without text stay as they are."""
    if not colour and not behind:
        return list(blocks)
    return dress_blocks(blocks, lambda nodes: coloured(nodes, colour, behind) if _has_text(nodes) else nodes)


def colour_cell(cell: Cell, colour: str, behind: str) -> Cell:
    """A cell whose text is in a colour; the colour behind it is the cell's own, unless it has one."""
    children = coloured(cell.children, colour, "") if _has_text(cell.children) else cell.children
    blocks = tuple(colour_blocks(cell.blocks, colour, ""))
    return replace(cell, children=children, blocks=blocks, colour=cell.colour or behind)


def _has_text(nodes: Sequence[Inline]) -> bool:
    return any(isinstance(node, Text | Code) and node.text.strip() for node in walk(nodes))
