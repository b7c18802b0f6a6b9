"""What a link can lead to: paths, names and pages of other collections. Pure."""

import difflib
import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from publisher.model.document import Document

#: Folders whose content sites serve at their root.
_PUBLIC = ("static", "public", "docs", "content", "assets")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A page of another collection. ``document``: None for a generated page."""

    title: str
    space: str
    document: Document | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where links may lead. ``folders`` maps a folder to the key of its page; ``assets`` are files by key.

    ``refusal``: why a file outside the docs root must not be read. ``elsewhere``: pages of other collections by path. ``links``: what other repositories publish, by path or address.
    ``titles``: keys of documents by title, case-folded.
    """

    root: Path
    documents: Mapping[str, Document]
    folders: Mapping[str, str]
    assets: Mapping[str, Path]
    attach: frozenset[str]
    asset_roots: tuple[Path, ...]
    refusal: Callable[[Path], str]
    repository: Path | None
    repo_base: str
    site_url: str
    names: "Names"
    elsewhere: Mapping[Path, Elsewhere]
    links: Mapping[str, Any]
    titles: Mapping[str, str]

    def published(self, url: str) -> str | None:
        """The path from the docs root, with a ``/`` before it, of an address below the site or the repository."""
        if self.site_url and (url + "/").startswith(self.site_url):
            return "/" + url[len(self.site_url) :]
        if self.repo_base and self.repository is not None and url.startswith(self.repo_base):
            path = self.repository / unquote(url[len(self.repo_base) :])
            return "/" + path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else None
        return None


@dataclass(frozen=True, slots=True)
class Names:
    """Other ways to say a key: ``lower`` case, ``base`` name (the shortest path wins), ``suffix`` and ``alias`` addresses."""

    lower: Mapping[str, str]
    base: Mapping[str, str]
    aliases: Mapping[str, str]
    nearest: dict[str, str] = field(default_factory=dict)  # what was looked up: documents repeat their mistakes

    def hint(self, name: str) -> str:
        """``nearest is …``: the file whose name is most like a path that leads nowhere; empty if none is."""
        wanted = posixpath.basename(name).lower()
        if wanted not in self.nearest:
            near = difflib.get_close_matches(wanted, self.base, 1, 0.75)
            self.nearest[wanted] = f"nearest is `{self.base[near[0]]}`" if near else ""
        return self.nearest[wanted]

    @classmethod
    def of(cls, documents: Mapping[str, Document], assets: Iterable[str]) -> "Names":
        keys = sorted([*documents, *assets], key=lambda key: (-key.count("/"), -len(key), key))
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
        return cls({key.lower(): key for key in keys}, base, aliases)
