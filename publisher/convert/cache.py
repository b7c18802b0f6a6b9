"""What a run keeps of its conversions: only ever a shortcut, the bytes are the same without it."""

from dataclasses import dataclass, field

from publisher.model.document import Document
from publisher.pagetree.targets import LinkCache
from publisher.render.page import PageCache


@dataclass(slots=True)
class ConversionCache:
    """What a run keeps of its last conversion, so that a saved paragraph costs that paragraph's page.

    Each stage looks whether its inputs are the same; nothing is decided by the dates of files alone.
    """

    grammar: object = None
    """What the documents were parsed with."""
    documents: dict[str, "ParsedDocument"] = field(default_factory=dict)
    links: LinkCache = field(default_factory=LinkCache)
    pages: PageCache = field(default_factory=PageCache)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document with what it was parsed from: its bytes, and what it read of other files."""

    data: bytes | None
    read: tuple[tuple[str, tuple[str, str] | None], ...]
    document: Document
