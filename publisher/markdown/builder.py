"""What the builders of single nodes may ask of the one that builds the whole document."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from publisher.markdown.gathered import Gathered, Token
from publisher.model.document import Block, Inline


class Builder(Gathered, ABC):
    """Tokens → nodes. What stands in a box is built by whoever builds the document."""

    __slots__ = ()

    @abstractmethod
    def blocks(self, tokens: Sequence[Token], line: int) -> tuple[Block, ...]:
        """The nodes of block tokens; ``line``: of those that carry none."""

    @abstractmethod
    def inlines(self, tokens: Sequence[Token], line: int) -> tuple[Inline, ...]:
        """The nodes of inline tokens, which begin on ``line``."""
