"""What a link can lead to: paths, names and pages of other collections. Pure."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.model.document import Document
from publisher.model.repository import BlobAddresses
from publisher.naming import NearestNames, without_number

_MOST_ENDS = 100  # documents of one name that an address which begins with a slash is compared with
_SUFFIXES = (".md", ".mdx", ".markdown")
_HTML = re.compile(r"\.html?$")
#: Folders whose content sites serve at their root.
_PUBLIC = ("static", "public", "docs", "content", "assets")


class Elsewhere(Struct, frozen=True):
    """A page of another collection. ``document``: None for a generated page."""

    title: str
    space: str
    document: Document | None


class LinkContext(Struct, frozen=True, kw_only=True):
    """Where links may lead. ``folders`` maps a folder to the key of its page; ``assets`` are files by key.

    ``refusal``: why a file outside the docs root must not be read. ``elsewhere``: pages of other collections by path. ``links``: what other repositories publish, by path or address.
    ``titles``: keys of documents by title, case-folded. ``served``: what may stand before the path of a document in an address of the
    site, with a slash at its end. ``own_names``: files are attached under the names that they have.
    ``labels``: what authors named, in lower case → the document, and the name as it is there.
    """

    root: Path
    documents: Mapping[str, Document]
    folders: Mapping[str, str]
    assets: Mapping[str, Path]
    attach: frozenset[str]
    asset_roots: tuple[Path, ...]
    refusal: Callable[[Path], str]
    blobs: BlobAddresses
    site_url: str
    names: "PathIndex"
    elsewhere: Mapping[Path, Elsewhere]
    links: Mapping[str, Any]
    titles: Mapping[str, str]
    served: tuple[str, ...] = ()
    own_names: bool = False
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def with_document(self, document: Document) -> "LinkContext":
        """With another text of a document."""
        return replace(self, documents={**self.documents, document.key: document})

    def published(self, url: str) -> str | None:
        """The path from the docs root, with a ``/`` before it, of an address below the site or the repository."""
        if self.site_url and (url + "/").startswith(self.site_url):
            return "/" + url[len(self.site_url) :]
        if path := self.blobs.path_of(url):
            return "/" + path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else None
        return None

    def paths_of(self, key: str, path: str) -> Iterator[str]:
        """Where a path may lead, likeliest first: as it stands, from the docs root, as the address of a published page."""
        path = path.removeprefix("@site/").removeprefix("@")
        base = posixpath.dirname(key)
        rooted = path.startswith("/")
        relative = path.lstrip("/")
        yield posixpath.normpath(posixpath.join("" if rooted else base, relative))
        if rooted:
            yield from (posixpath.normpath(posixpath.join(folder, relative)) for folder in _PUBLIC)
        else:
            # Sites with pretty addresses show a.md as a/, so that ../b leads to its neighbour.
            inside = posixpath.splitext(key)[0]
            yield posixpath.normpath(posixpath.join(inside, relative))
        if rooted or not relative.startswith("."):
            joined = posixpath.normpath(posixpath.join("" if rooted else base, relative)).strip("/")
            alias = self.names.aliases.get(joined) or self.names.aliases.get(relative.strip("/"))
            if alias:
                yield alias
            if rooted and len(relative.strip("/")) > 2:
                yield from self.names.with_end(relative.strip("/"))
        yield from self._served(base, rooted, relative.rstrip("/"))

    def _served(self, base: str, rooted: bool, path: str) -> Iterator[str]:
        """A path below the address that the docs root is served at, and paths without the numbers that sort files."""
        ways = [posixpath.normpath(path)] if rooted else [posixpath.normpath(posixpath.join(base, path))]
        if rooted:
            below = [ways[0][len(start) :].strip("/") for start in self.served if f"{ways[0]}/".startswith(start)]
            yield from (way or "." for way in below)
            ways += below
        if self.names.unnumbered:
            stems = (re.sub(r"\.(?:md|mdx|markdown|html?)$", "", way) for way in ways)
            yield from (self.names.unnumbered[stem] for stem in stems if stem in self.names.unnumbered)

    def way_of(self, key: str, path: str) -> "Way":
        """Where a path in a document leads. One from the docs root leads to the same place in all of them."""
        asked = "" if path.startswith("/") else key, path
        found = self.names.ways.get(asked)
        if found is None:
            found = self.names.ways[asked] = self._find_way(key, path)
        return found

    def _find_way(self, key: str, path: str) -> "Way":
        looked: list[str] = []
        for way in self.paths_of(key, path):
            looked.append(way)
            page = None if way.startswith("..") else self.page_key("" if way == "." else way)
            if page is not None or way in self.assets:
                return Way(looked, page, way)
        return Way(looked, None, None)

    def page_key(self, key: str) -> str | None:
        """The key of the page that a path leads to: a document, with or without its suffix, or a folder."""
        if key in self.documents:
            return key
        stem = _HTML.sub("", key)
        for suffix in (".md", ".markdown", ".mdx"):
            if stem + suffix in self.documents:
                return stem + suffix
        for folder in (key, posixpath.dirname(key) if posixpath.basename(key) == "index.html" else None):
            if folder is not None and folder in self.folders:
                return self.folders[folder]
        return None


class Way(Struct, frozen=True):
    """Where a path leads. ``looked``: the paths that were looked at. ``file``: what is no ``page``; both None for nothing."""

    looked: Sequence[str]
    page: str | None
    file: str | None


class Anchors(Struct, frozen=True):
    """The anchors of a document, and other ways to write them: tools build them in slightly different ways."""

    exact: Mapping[str, int]
    plain: Mapping[str, str]
    nearest: NearestNames

    @classmethod
    def of(cls, document: Document) -> "Anchors":
        plain: dict[str, str] = {}
        for slug in document.anchors:
            plain.setdefault(_plain_slug(slug), slug)
        return cls(document.anchors, plain, NearestNames(document.anchors))

    def find(self, slug: str) -> str | None:
        """The slug as the document has it, whatever its case, runs of dashes, or ``_1`` for ``-1``."""
        return slug if slug in self.exact else self.plain.get(_plain_slug(slug))


_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".avif"})


def _plain_slug(slug: str) -> str:
    return re.sub(r"[-_\s.]+", "-", slug.lower()).strip("-")


class PathIndex(Struct, frozen=True):
    """Other ways to say a key: ``lower`` case, ``base`` name (the shortest path wins), ``aliases``: addresses.

    ``ends``: last part of the address of a document → keys in lower case. ``unnumbered``: path without numbers in front → key or folder. ``nearest``: of ``base``.
    """

    lower: Mapping[str, str]
    base: Mapping[str, str]
    aliases: Mapping[str, str]
    ends: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unnumbered: Mapping[str, str] = field(default_factory=dict)
    nearest: NearestNames = field(default_factory=lambda: NearestNames(()))
    anchors: dict[int, tuple[Document, Anchors]] = field(default_factory=dict)
    ways: dict[tuple[str, str], Way] = field(default_factory=dict)

    def hint(self, name: str, document: str = "") -> str:
        """``did you mean …?``: the file whose name is most like a path that leads nowhere; empty if none is.

        ``document``: the path is told as that document would write it.
        """
        near = self.nearest.find(posixpath.basename(name).lower())
        kinds = (posixpath.splitext(name)[1].lower(), posixpath.splitext(self.base[near])[1].lower() if near else "")
        other = kinds[0] in _PICTURES and kinds[1] not in _PICTURES  # nobody means a page by the name of a picture
        if not near or other:
            return ""
        return f"did you mean `{posixpath.relpath(self.base[near], posixpath.dirname(document) or '.')}`?"

    def anchors_of(self, document: Document) -> Anchors:
        if id(document) not in self.anchors:
            self.anchors[id(document)] = document, Anchors.of(document)
        return self.anchors[id(document)][1]

    def with_end(self, path: str) -> Iterator[str]:
        """Keys of documents whose address ends with a path, as sites that are served below a folder write it."""
        tail = "/" + re.sub(r"\.html?$", "", path.lower())
        tails = tuple(f"{tail}{name}{suffix}" for name in ("", "/index", "/_index") for suffix in _SUFFIXES)
        for low in self.ends.get(posixpath.basename(tail), ()):
            if ("/" + low).endswith(tails):
                yield self.lower[low]

    @classmethod
    def of(cls, documents: Mapping[str, Document], assets: Iterable[str]) -> "PathIndex":
        keys = sorted([*documents, *assets], key=lambda key: (-key.count("/"), -len(key), key))
        lower = {key.lower(): key for key in keys}
        base: dict[str, str] = {}
        for key in keys:
            name = posixpath.basename(key).lower()
            base[name] = key
            if key in documents:
                base[posixpath.splitext(name)[0]] = key
        aliases: dict[str, str] = {}
        for key, document in documents.items():
            folder = posixpath.dirname(key)
            for alias in document.front_matter.aliases:
                aliases.setdefault(posixpath.normpath(posixpath.join("/" + folder, alias)).strip("/"), key)
        ends: dict[str, list[str]] = {}
        for low in lower:
            folder, name = posixpath.split(low)
            if name.endswith(_SUFFIXES):
                for end in {posixpath.splitext(name)[0], posixpath.basename(folder)}:
                    found = ends.setdefault(end, [])
                    if len(found) < _MOST_ENDS:
                        found.append(low)
        return cls(lower, base, aliases, ends, _unnumbered(documents), NearestNames(base, 0.75))


def _unnumbered(documents: Iterable[str]) -> dict[str, str]:
    """Documents and folders that have numbers in front, as sites address them: ``guide/setup`` → ``02-guide/01-setup.md``."""
    found: dict[str, str] = {}
    for key in sorted(documents, key=lambda key: (key.count("/"), key)):
        names = posixpath.splitext(key)[0].split("/")
        plain = [without_number(name) for name in names]
        if plain == names:
            continue
        found.setdefault("/".join(plain), key)
        for depth in range(1, len(names)):
            if plain[:depth] != names[:depth]:
                found.setdefault("/".join(plain[:depth]), "/".join(names[:depth]))
    return found
