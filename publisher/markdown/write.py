"""Blocks become Markdown, in the dialect at hand. What was written is read again: it is the same, or it is not written.

`parse(write(blocks)) == blocks` in their normal form (`publisher.model.normal`).
"""

from collections.abc import Sequence
from itertools import pairwise

from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.markdown.writing.blocks import BlockWriter
from publisher.markdown.writing.slugs import name_headings
from publisher.markdown.writing.style import Forms, NoForm, WritingStyle
from publisher.model.document import Block, Footnotes
from publisher.model.inlines import FootnoteRef
from publisher.model.normal import normal_blocks
from publisher.model.walk import inline_nodes


class Unwritable(ValueError):
    """Markdown has no form for a block. ``block``: which one."""

    def __init__(self, block: Block) -> None:
        super().__init__(f"there is no Markdown for {type(block).__name__}")
        self.block = block


class MarkdownWriter:
    """Writes what ``grammar`` reads. It remembers the blocks that it wrote, for these are asked about again and again."""

    def __init__(self, grammar: Grammar, style: WritingStyle | None = None) -> None:
        self.grammar = grammar
        self.style = style = style or WritingStyle()
        self._blocks = BlockWriter(Forms(grammar, style), self._reads_as_block)

    def can_write(self, block: Block) -> bool:
        """Whether there is a form for a block, and for all that it holds."""
        try:
            self._blocks.block(block)
        except NoForm:
            return False
        return True

    def write(self, blocks: Sequence[Block]) -> str:
        """The blocks as text that is read as the same blocks; Unwritable.

        The text ends with a line end, unless it is empty. It has no front matter.
        """
        named = name_headings(tuple(blocks), ids="attributes" in self.grammar.syntaxes)
        for block in named:
            if not self.can_write(block):
                raise Unwritable(block)
        text = _joined(self._blocks.blocks(named))
        if not named or self._reads_as(text, named):
            return text
        apart = _joined(self._apart(named))
        if self._reads_as(apart, named):
            return apart
        raise Unwritable(named[0])

    def _apart(self, blocks: tuple[Block, ...]) -> list[str]:
        """The lines with a comment between blocks of a kind, which would be one without it."""
        lines = self._blocks.blocks(blocks[:1])
        for before, block in pairwise(blocks):
            between = ["", "<!-- -->", ""] if type(before) is type(block) else [""]
            lines += [*between, *self._blocks.blocks((block,))]
        return lines

    def _reads_as_block(self, lines: list[str], block: Block) -> bool:
        if isinstance(block, Footnotes):  # alone they are read by nobody; what they hold was tried by itself
            return True
        return self._reads_as(_joined(lines), (block,))

    def _reads_as(self, text: str, blocks: tuple[Block, ...]) -> bool:
        """Whether ``text`` is read as ``blocks``; notes that are referred to and are not among them are made up."""
        wanted = normal_blocks(tuple(block for block in blocks if not isinstance(block, Footnotes)))
        noted = any(isinstance(block, Footnotes) for block in blocks)
        numbers = {node.number for node in inline_nodes(blocks) if isinstance(node, FootnoteRef)}
        stubs = "" if noted else "".join(f"\n[^{number}]: x\n" for number in sorted(numbers))
        found = parse_document("", (text + stubs).encode(), self.grammar).blocks
        return normal_blocks(tuple(block for block in found if not isinstance(block, Footnotes))) == wanted


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n" if lines else ""
