"""Collections of one publisher.yml: those that are asked for, and of the others what links between them need.

A sibling is read only if one of its documents links to a heading of ours, or one of ours links into it. Nothing of it is
drawn or rendered, and what is wrong with it stops nobody else.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.cache import ConversionCache, parse_documents
from publisher.convert.compose import NOWHERE_ELSE, Conversion, build_tree, make_pages
from publisher.convert.saved import LastConversion, convert_saved
from publisher.convert.sources import read_source
from publisher.errors import PublisherError
from publisher.model.document import Document
from publisher.model.settings import Settings
from publisher.model.tree import ElsewhereTarget, PageTree, SourceTree
from publisher.pagetree.addresses import Elsewhere

#: A link with an anchor to a file above the document's folder, as it may be written in any syntax.
_LINK_OUT = re.compile(rb"[(<\"'\s]((?:\.\./)+[^)\s>\"'#]*)#")


class _Read(Struct, frozen=True):
    """A collection that is read: its settings, files and documents."""

    settings: Settings
    source: SourceTree
    documents: Sequence[Document]
    cache: ConversionCache

    def tree(self, elsewhere: Mapping[Path, Elsewhere] = NOWHERE_ELSE) -> PageTree:
        return build_tree(self.settings, self.source, self.documents, elsewhere, self.cache)


def convert_collections(
    wanted: Sequence[tuple[Settings, SourceTree | None]],
    siblings: Sequence[Settings] = (),
    caches: Sequence[ConversionCache] = (),
) -> list[Conversion]:
    """A conversion for each wanted collection; links to documents of any other become links between pages.

    ``caches``: one for each wanted collection. UsageError if a wanted collection has no document.
    """
    found = caches or [ConversionCache() for _ in wanted]
    try:
        ours = [_read(settings, source, cache) for (settings, source), cache in zip(wanted, found, strict=True)]
        others = _read_linked(ours, siblings)
        if len(ours) + len(others) == 1:
            return [_convert_alone(ours[0])]
        return _link_together(ours, others)
    finally:
        for cache in found:
            cache.close()


def _read(settings: Settings, source: SourceTree | None, cache: ConversionCache) -> _Read:
    source = source or read_source(settings)
    return _Read(settings, source, parse_documents(settings, source, cache), cache)


def _finish(read: _Read, tree: PageTree) -> Conversion:
    return make_pages(read.settings, read.source, read.documents, tree, read.cache)


def _convert_alone(read: _Read) -> Conversion:
    """After a save, only what it touches, where that is sure."""
    last, about = read.cache.last, (read.settings, read.source, read.documents)
    made = convert_saved(last, *about, read.cache) if isinstance(last, LastConversion) else None
    made = made or _finish(read, read.tree())
    read.cache.last = LastConversion.of(*about, made)
    return made


def _link_together(ours: Sequence[_Read], others: Sequence[_Read]) -> list[Conversion]:
    known = []
    for read in (*ours, *others):
        try:
            known.append((read, _addresses(read, read.tree())))
        except PublisherError:
            if read in ours:
                raise
    trees, places = [], []
    for read, _ in known:
        elsewhere: dict[Path, Elsewhere] = {}
        for other, addresses in known:
            elsewhere |= addresses if other is not read else {}
        trees.append(read.tree(elsewhere))
        places.append(elsewhere)
    anchors = _wanted_anchors(trees)
    return [
        replace(_finish(read, _with_anchors(tree, read.settings, anchors)), elsewhere=elsewhere)
        for read, tree, elsewhere in zip(ours, trees, places, strict=False)
    ]


def _read_linked(ours: Sequence[_Read], siblings: Sequence[Settings]) -> list[_Read]:
    """The siblings that links lead into, or that link to our headings. One that cannot be read is left out."""
    targets = {path for read in ours for path in _linked_paths(read)} if siblings else set()
    found = []
    for settings in siblings:
        try:
            source = read_source(settings)
            if any(path.is_relative_to(settings.docs) for path in targets) or _links_into(source, ours):
                cache = ConversionCache()
                found.append(_read(settings, source, cache))
                cache.close()
        except (PublisherError, OSError):
            continue
    return found


def _linked_paths(read: _Read) -> Iterable[Path]:
    """The files outside of the docs root that documents link to, by path."""
    paths = {file.key: file.path for file in read.source.documents}
    for document in read.documents:
        for link in document.links:
            path = unquote(link.href.partition("#")[0].partition("?")[0])
            if path.startswith("..") or "/../" in path:
                yield _normal(paths[document.key].parent, path)


def _links_into(source: SourceTree, ours: Sequence[_Read]) -> bool:
    roots = [read.settings.docs for read in ours]
    for file in source.documents:
        for match in _LINK_OUT.finditer(file.data or b""):
            path = _normal(file.path.parent, unquote(match[1].decode(errors="replace")))
            if any(path.is_relative_to(root) for root in roots):
                return True
    return False


def _normal(folder: Path, path: str) -> Path:
    return Path(posixpath.normpath((folder / path).as_posix()))


def _wanted_anchors(trees: Iterable[PageTree]) -> Mapping[tuple[str, str], set[str]]:
    """(space, title) → the anchors that links of other collections lead to."""
    anchors: dict[tuple[str, str], set[str]] = {}
    for tree in trees:
        for page in tree.pages.values():
            for target in page.targets.values():
                if isinstance(target, ElsewhereTarget) and target.anchor:
                    anchors.setdefault((target.space, target.title), set()).add(target.anchor)
    return anchors


def _with_anchors(tree: PageTree, settings: Settings, wanted: Mapping[tuple[str, str], set[str]]) -> PageTree:
    pages = {
        key: replace(
            page, anchors=page.anchors | wanted.get((page.place.space or settings.sync.space, page.title), set())
        )
        for key, page in tree.pages.items()
    }
    return replace(tree, pages=MappingProxyType(pages))


def _addresses(read: _Read, tree: PageTree) -> dict[Path, Elsewhere]:
    """Each page of a collection by the path of its document, and of its folder where it is one's page."""
    found: dict[Path, Elsewhere] = {}
    for key, page in tree.pages.items():
        elsewhere = Elsewhere(page.title, page.place.space or read.settings.sync.space, page.document)
        found[read.settings.docs / key.rstrip("/")] = elsewhere
        if key.endswith("/") or posixpath.splitext(posixpath.basename(key))[0].lower() in {"index", "readme", "_index"}:
            found[read.settings.docs / posixpath.dirname(key)] = elsewhere
    return found
