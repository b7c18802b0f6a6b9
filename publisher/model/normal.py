"""One form for blocks that say the same: without the lines they came from, and without what no reader can tell apart."""

from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from publisher.model.document import (
    AnyMacro,
    Block,
    Callout,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Expand,
    Footnotes,
    Heading,
    Include,
    Layout,
    ListBlock,
    ListItem,
    Macro,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Storage,
    Table,
)
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
    Math,
    Mention,
    Status,
    Text,
)
from publisher.model.lines import tidy


def normal_blocks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks in the form in which those that read the same are equal.

    Lines, slugs and the numbers of footnotes are left out; a macro without a body has one form; blanks, neighbouring
    texts and empty cells too. Two documents of one normal form are rendered alike.
    """
    return tuple(map(normal_block, blocks))


def normal_block(block: Block) -> Block:
    """One block, and all that it holds."""
    match block:
        case Paragraph(children, _, indent, align):
            return Paragraph(normal_line(children), 0, indent, align)
        case Heading(level, children, _, _, align):
            return Heading(level, normal_line(children), "", 0, align)
        case Quote(children, _):
            return Quote(normal_blocks(children), 0)
        case Callout():
            return replace(block, title=normal_line(block.title), children=normal_blocks(block.children), line=0)
        case Expand(title, children, _):
            return Expand(title, normal_blocks(children), 0)
        case ListBlock():
            return _normal_list(block)
        case Table():
            return _normal_table(block)
        case Macro(name, _, parameters):
            return AnyMacro(name, parameters, line=0)
        case AnyMacro():
            return replace(block, children=normal_blocks(block.children), line=0)
        case DefinitionList(items, _):
            return DefinitionList(tuple(map(_normal_definition, items)), 0)
        case Layout(cells, widths, _):
            return Layout(tuple(map(normal_blocks, cells)), widths, 0)
        case Footnotes(items, _, _):
            return Footnotes(tuple(map(normal_blocks, items)), (), 0)
        case CodeBlock() | Rule() | Include() | MathBlock() | Storage():
            return replace(block, line=0)
        case _:
            assert_never(block)


def _normal_list(block: ListBlock) -> ListBlock:
    items = tuple(ListItem(normal_blocks(item.children), item.checked, 0) for item in block.items)
    return ListBlock(block.ordered, block.start if block.ordered else 1, items, 0)


def _normal_definition(item: Definition) -> Definition:
    return Definition(tuple(map(normal_line, item.terms)), normal_blocks(item.children))


def _normal_table(block: Table) -> Table:
    head = tuple(replace(_normal_cell(cell), header=False) for cell in block.head)
    shown = any(cell.children or cell.blocks for cell in head)
    return Table(head if shown else (), tuple(tuple(map(_normal_cell, row)) for row in block.rows), 0, block.layout)


def _normal_cell(cell: Cell) -> Cell:
    children = normal_line(cell.children)
    align = cell.align if cell.align in {"center", "right"} and children else None
    return replace(cell, children=children, align=align, blocks=normal_blocks(cell.blocks))


def normal_line(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A line in its normal form."""
    return tidy(tuple(map(_normal_inline, nodes)), ends=True)


def _normal_inline(node: Inline) -> Inline:
    match node:
        case Mark(tag, children):
            return Mark(tag, tidy(tuple(map(_normal_inline, children))))
        case Coloured():
            return replace(node, children=tidy(tuple(map(_normal_inline, node.children))))
        case Link(href, children, _):
            return Link(href, tidy(tuple(map(_normal_inline, children))), 0)
        case Image():
            return replace(node, line=0)
        case FootnoteRef():
            return FootnoteRef(0, 0)
        case (
            Text()
            | Code()
            | Break()
            | Status()
            | Date()
            | Mention()
            | Anchor()
            | Issue()
            | Math()
            | InlineStorage()
            | FootnoteBack()
        ):
            return node
        case _:
            assert_never(node)
