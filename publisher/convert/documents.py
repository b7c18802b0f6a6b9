"""Parse one document, with what it includes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.includes import MOST_INCLUDED, MOST_INCLUDES, NO_TEXTS, Found, make_reader
from publisher.convert.options import read_default_values
from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.parse import parse_document
from publisher.model.document import Document, FrontMatter
from publisher.model.problem import failure
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile


class ParsedDocument(Struct, frozen=True):
    """A document with what it was parsed from: its bytes, and what it read of other files."""

    data: bytes | None
    read: tuple[tuple[str, Found], ...]
    document: Document


class Parser(Struct, frozen=True):
    """How the documents of a docs root are parsed. ``defaults``: front matter of the settings, by key of a document."""

    grammar: Grammar
    defaults: Callable[[str], dict[str, Any]]
    reader_of: Callable[[Path], Reader]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, grammar: Grammar, texts: Mapping[str, str] = NO_TEXTS) -> "Parser":
        """UsageError for defaults that cannot be used. ``texts``: see ``SourceTree``."""
        return cls(grammar, read_default_values(settings.syntax), make_reader(settings, texts), texts)

    def parse(self, file: SourceFile) -> ParsedDocument:
        read, noted = self.reader_of(file.path), list[tuple[str, Found]]()

        def note(path: str) -> Found:
            found = read(path)
            spent = sum(len(text[1]) for _, text in noted if text) if len(noted) < MOST_INCLUDES else MOST_INCLUDED
            found = None if found and spent + len(found[1]) > MOST_INCLUDED else found
            noted.append((path, found))
            return found

        document = _parse(file, self.grammar, note, self.defaults(file.key))
        return ParsedDocument(file.data, tuple(noted), document)

    def holds(self, known: ParsedDocument, file: SourceFile) -> bool:
        """Whether it would be parsed from the same."""
        if known.data != file.data:
            return False
        read = self.reader_of(file.path) if known.read else None
        return read is None or all(read(path) == found for path, found in known.read)


def without_place(document: Document) -> Document:
    """For a scratch copy: apart from the real pages, whatever the document says of those."""
    front = document.front_matter
    if not (front.page_id or front.space or front.parent):
        return document
    return replace(document, front_matter=replace(front, page_id=None, space="", parent=""))


def _parse(file: SourceFile, grammar: Grammar, read: Reader, defaults: Mapping[str, Any]) -> Document:
    """The document; if our parser fails on it, an unreadable one with a problem that says so. One document ends no run."""
    try:
        return parse_document(file.key, file.data or b"", grammar, read, defaults)
    except Exception as error:  # the last resort: whatever is wrong is wrong with this document
        return Document(file.key, FrontMatter(), (), (failure(file.key, error),), readable=False)
