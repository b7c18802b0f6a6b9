"""Lists of definitions as Cloud has them: bold terms, and what they mean indented below."""

from collections.abc import Callable
from dataclasses import replace

from publisher.model.document import Block, Definition, DefinitionList, Inline, Mark, Paragraph


def join_definitions(blocks: list[Block], can_write: Callable[[Block], bool]) -> list[tuple[Block, int]]:
    """The blocks with every run of terms and definitions as one list, each with the place of its first block."""
    found: list[tuple[Block, int]] = []
    place = 0
    while place < len(blocks):
        items, end = _take(blocks, place)
        made = DefinitionList(tuple(items), 0)
        if items and can_write(made):
            found.append((made, place))
            place = end
        else:
            found.append((blocks[place], place))
            place += 1
    return found


def _take(blocks: list[Block], place: int) -> tuple[list[Definition], int]:
    """(the definitions that begin at ``place``, where the blocks go on)."""
    items: list[Definition] = []
    end = place
    while True:
        at, terms = end, []
        while at < len(blocks) and (term := _term(blocks[at])):
            terms.append(term)
            at += 1
        meant: list[Block] = []
        while terms and at < len(blocks) and (block := _meaning(blocks[at])):
            meant.append(block)
            at += 1
        if not terms or not meant:
            return items, end
        items.append(Definition(tuple(terms), tuple(meant)))
        end = at


def _term(block: Block) -> tuple[Inline, ...]:
    match block:
        case Paragraph(children=(Mark("strong", children),), indent=0, align=None):
            return children
        case _:
            return ()


def _meaning(block: Block) -> Block | None:
    return replace(block, indent=0) if is_meaning(block) and isinstance(block, Paragraph) else None


def is_meaning(block: Block) -> bool:
    """Whether a block stands as far to the right as what a term means."""
    return isinstance(block, Paragraph) and block.indent == 1 and block.align is None
