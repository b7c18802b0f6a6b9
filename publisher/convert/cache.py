"""What a run keeps of its conversions: only ever a shortcut, the bytes are the same without it."""

from msgspec import Struct, field

from publisher.convert.documents import ParsedDocument, Parser, without_place
from publisher.convert.engine import Engine
from publisher.convert.options import read_grammar
from publisher.model.document import Document
from publisher.model.settings import Settings
from publisher.model.tree import SourceTree
from publisher.pagetree.targets import LinkCache
from publisher.render.options import RenderOptions
from publisher.render.page import PageCache, write_tasks


class ConversionCache(Struct):
    """What a run keeps of its last conversion, so that a saved paragraph costs that paragraph's page.

    Each stage looks whether its inputs are the same; nothing is decided by the dates of files alone. Behind it is what runs
    before have left on disk, and workers for what neither knows.
    """

    grammar: object = None
    """What the documents were parsed with."""
    documents: dict[str, ParsedDocument] = field(default_factory=dict)
    links: LinkCache = field(default_factory=LinkCache)
    pages: PageCache = field(default_factory=PageCache)
    engine: Engine | None = None
    """While a conversion is going on."""
    bare: dict[str, tuple[Document, Document]] = field(default_factory=dict)
    """Documents of a scratch copy, and the same without their places."""
    last: object = None
    """What the last conversion was made from, as ``convert.saved`` keeps it."""

    def parse(self, settings: Settings, source: SourceTree) -> list[Document]:
        """Every document of the tree, in its order."""
        grammar = read_grammar(settings, source)
        parser = Parser.of(settings, grammar, source.texts)
        first = not self.documents
        if self.grammar != (grammar, settings.syntax.defaults):
            self.grammar, self.documents = (grammar, settings.syntax.defaults), {}
        known, self.documents = self.documents, {}
        missing = []
        for file in source.documents:
            before = known.get(file.key)
            if before and parser.holds(before, file):
                self.documents[file.key] = before
            else:
                missing.append(file)
        self.close()
        self.engine = Engine.start(parser, settings, missing, first=first)
        for file, parsed in zip(missing, self.engine.parse(missing), strict=True):
            self.documents[file.key] = parsed
        documents = [self.documents[file.key].document for file in source.documents]
        return [self._without_place(document) for document in documents] if settings.source.scratch else documents

    def _without_place(self, document: Document) -> Document:
        """The same object for the same document, so that nothing seems to have changed."""
        known = self.bare.get(document.key)
        if known is None or known[0] is not document:
            known = self.bare[document.key] = document, without_place(document)
        return known[1]

    def prepare(self, options: RenderOptions) -> None:
        """Pages are written by the engine of this conversion. ``options`` are those of the settings, without pictures."""
        if self.engine is not None:
            self.engine.options = options
            self.pages.write = self.engine.write

    def close(self) -> None:
        """At the end of a conversion: workers end, and what is worth it is kept."""
        if self.engine is not None:
            self.engine.close()
        self.engine, self.pages.write = None, write_tasks


def parse_documents(settings: Settings, source: SourceTree, cache: ConversionCache) -> list[Document]:
    """Every document of the tree, in its order; those that have not changed are taken from the cache."""
    return cache.parse(settings, source)
