"""Lists of definitions as Cloud has them: bold terms, and what they mean indented below."""

from collections.abc import Callable

from msgspec.structs import replace

from publisher.model.document import Block, CodeBlock, Definition, DefinitionList, ListBlock, Paragraph
from publisher.model.inlines import Code, Inline, Mark, Text
from publisher.model.lines import tidy


def join_definitions(blocks: list[Block], can_write: Callable[[Block], bool]) -> list[tuple[Block, int]]:
    """The blocks with every term and what it means as a list, each with the place of its first block."""
    found: list[tuple[Block, int]] = []
    place = 0
    while place < len(blocks):
        item, end = _take(blocks, place)
        made = DefinitionList((item,), 0) if item else None
        if made and can_write(made):
            found.append((made, place))
            place = end
        else:
            found.append((blocks[place], place))
            place += 1
    return found


def _take(blocks: list[Block], place: int) -> tuple[Definition | None, int]:
    """(the definition that begins at ``place``, where the blocks go on)."""
    terms: list[tuple[Inline, ...]] = []
    at = place
    while at < len(blocks) and (term := _term(blocks[at])):
        terms.append(term)
        at += 1
    meant: list[Block] = []
    while terms and (end := _end_of_meaning(blocks, at, first=not meant)):
        meant += (_meaning(block) or block for block in blocks[at:end])
        at = end
    return (Definition(tuple(terms), tuple(meant)) if meant else None), at


def _end_of_meaning(blocks: list[Block], at: int, *, first: bool) -> int:
    """Where the next indented paragraph ends, with the code and lists before it; 0 if there is none."""
    while not first and at < len(blocks) and isinstance(blocks[at], CodeBlock | ListBlock):
        at += 1
    return at + 1 if at < len(blocks) and is_meaning(blocks[at]) else 0


def _term(block: Block) -> tuple[Inline, ...]:
    """The line of a paragraph that is bold throughout; inline code is never bold."""
    if not isinstance(block, Paragraph) or block.indent or block.align:
        return ()
    bold = [node for node in block.children if isinstance(node, Mark) and node.tag == "strong"]
    others = [node for node in block.children if node not in bold and node != Text(" ")]
    if not all(isinstance(node, Code) for node in others):
        return ()
    inner = (node.children if isinstance(node, Mark) else (node,) for node in block.children)
    return tidy(tuple(node for nodes in inner for node in nodes), ends=True)


def _meaning(block: Block) -> Block | None:
    return replace(block, indent=0) if is_meaning(block) and isinstance(block, Paragraph) else None


def is_meaning(block: Block) -> bool:
    """Whether a block stands as far to the right as what a term means."""
    return isinstance(block, Paragraph) and block.indent == 1 and block.align is None
