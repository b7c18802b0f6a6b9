"""What the builders of single nodes may ask of the one that builds the whole document."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from publisher.markdown.gathered import Gathered, Token
from publisher.markdown.levels import InlineBuilder
from publisher.markdown.line_comments import without_comments
from publisher.markdown.walk import plain_text
from publisher.model.document import Block, CodeBlock
from publisher.model.inlines import Inline, Text
from publisher.storage import clean_text

_MOST_NESTED = 10
#: Words in which no syntax begins.
_WORDS = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ,.()'/-]*[A-Za-z0-9.)])?")


class Builder(Gathered, ABC):
    """Tokens → nodes. What is in a box is built by whoever builds the document."""

    __slots__ = ()

    @abstractmethod
    def blocks(self, tokens: Sequence[Token], line: int) -> tuple[Block, ...]:
        """The nodes of block tokens; ``line``: of those that carry none."""

    @abstractmethod
    def inlines(self, tokens: Sequence[Token], line: int) -> tuple[Inline, ...]:
        """The nodes of inline tokens, which begin on ``line``."""

    @abstractmethod
    def finish_line(self, level: InlineBuilder, kept: int = 0) -> tuple[Inline, ...]:
        """The nodes of a line that was collected, and what is wrong with it; ``kept``: elements that go on behind it."""

    def is_bare(self, text: str) -> bool:
        """Whether the text of a token is one node as it stands: no entity, emoji, person, issue, address or attribute."""
        return (
            text.isprintable()
            and text != ""
            and not ("&" in text or ":" in text or "@" in text or "{" in text or "www." in text)
            and not (self.grammar.issues and "-" in text)
        )

    def blocks_in(self, text: str, line: int, *, fixed: bool = True) -> tuple[Block, ...]:
        """The nodes of the Markdown in a fence; where fences hold each other too deep, it is code. ``fixed``: see ``ParsePart``."""
        if not text.strip():
            return ()
        if self.nested == _MOST_NESTED:
            text = without_comments(text) if "line-comments" in self.grammar.syntaxes else text
            return (CodeBlock(clean_text(text.strip("\n")), "", "", line),)
        self.nested += 1
        try:
            return self.blocks(self.parse(text, line, fixed=fixed), line)
        finally:
            self.nested -= 1

    def styled(self, text: str, line: int) -> tuple[Inline, ...]:
        """The nodes of a string that is one line of Markdown: a title on a marker line or in an attribute."""
        if not text.strip():
            return ()
        if _WORDS.fullmatch(text) and "www." not in text and not (self.grammar.issues and "-" in text):
            return (Text(text),)
        tokens = self.parse(text, line)
        if len(tokens) == 1 and tokens[0]["type"] == "paragraph":
            return self.inlines(tokens[0]["children"], line)
        return (Text(text),)

    def title_of(self, text: str, line: int) -> str:
        """The words of a title that can hold nothing else, without Markdown's marks."""
        return " ".join(plain_text(self.styled(text, line)).split())
