"""What the parts of the renderer share: a writer of blocks and lines for one page."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from publisher.model.document import Block
from publisher.model.inlines import Inline
from publisher.model.tree import AttachmentTarget, Page
from publisher.render.options import LinkTable, RenderOptions


class Writer(Protocol):
    """Writes blocks and lines of one page as storage format. Each kind of block has its module; they meet here.

    The blocks are fitted: each is where the product can hold it (``nesting``). ``attachments``: the files that the page
    refers to, by name. ``tasks``: how many tasks are written.
    """

    page: Page
    links: LinkTable
    options: RenderOptions
    attachments: dict[str, AttachmentTarget]
    tasks: int

    def macro(self, name: str, /, **values: object) -> str:
        """The storage format of a macro, by its template."""
        ...

    def block(self, block: Block) -> str:
        """The storage format of a block."""
        ...

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The storage format of blocks, one behind the other."""
        ...

    def filled(self, blocks: Sequence[Block]) -> str:
        """Blocks within an element that must not be empty."""
        ...

    def line(self, nodes: Sequence[Inline]) -> str:
        """The storage format of a line, as the product can hold it."""
        ...

    def inlines(self, nodes: Iterable[Inline]) -> str:
        """The storage format of a part of a line that is fitted already."""
        ...

    def report(self, line: int, code: str, text: str, hint: str = "") -> None:
        """Adds a problem of the page."""
        ...
