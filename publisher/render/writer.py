"""What the parts of the renderer share: a writer of blocks and lines for one page."""

from collections.abc import Iterable
from typing import Protocol

from publisher.model.document import Block, Inline
from publisher.model.tree import AttachmentTarget, Page
from publisher.render.options import LinkTable, RenderOptions


class Writer(Protocol):
    """Writes blocks and lines of one page as storage format. Each kind of block has its module; they meet here.

    ``attachments``: the files that the page refers to, by name. ``tasks``: how many tasks are written. ``places``: the
    elements around what is written now, outermost first. ``hoisted``: (depth of the place that it belongs to, storage).
    """

    page: Page
    links: LinkTable
    options: RenderOptions
    attachments: dict[str, AttachmentTarget]
    tasks: int
    places: tuple[str, ...]
    hoisted: list[tuple[int, str]]

    def macro(self, name: str, /, **values: object) -> str:
        """The storage format of a macro, by its template."""
        ...

    def block(self, block: Block) -> str:
        """The storage format of a block."""
        ...

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The storage format of blocks, one behind the other."""
        ...

    def inlines(self, nodes: Iterable[Inline]) -> str:
        """The storage format of a line."""
        ...

    def report(self, line: int, code: str, text: str, hint: str = "") -> None:
        """Adds a problem of the page."""
        ...
