"""What a run that stays keeps of its last conversion."""

from dataclasses import dataclass, field

from publisher.model.document import Document
from publisher.model.settings import Settings
from publisher.pagetree.targets import LinkMemory
from publisher.render.page import PageMemory


@dataclass(slots=True)
class Memory:
    """What a run that stays remembers of its last conversion, so that a saved paragraph costs that paragraph's page.

    Each stage looks whether its inputs are the same; nothing is decided by dates of files alone.
    """

    settings: Settings | None = None
    documents: dict[str, "ParsedDocument"] = field(default_factory=dict)
    links: LinkMemory = field(default_factory=LinkMemory)
    pages: PageMemory = field(default_factory=PageMemory)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document with what it was parsed from: its bytes, and what it read of other files."""

    data: bytes | None
    read: tuple[tuple[str, tuple[str, str] | None], ...]
    document: Document
