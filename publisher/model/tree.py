"""What was read from disk (``SourceTree``) and the pages that it becomes (``PageTree``)."""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct, field

from publisher.model.document import Document
from publisher.model.problem import Problem
from publisher.model.repository import NO_REPOSITORY, Repository


class SourceFile(Struct, frozen=True):
    """``key``: posix path below the docs root, NFC; ``data``: the bytes of a document, None for an asset."""

    key: str
    path: Path
    data: bytes | None = None


class NavEntry(Struct, frozen=True):
    """A page of a navigation file: a document by its key, or a section, which has a title only."""

    key: str = ""
    title: str = ""
    children: "tuple[NavEntry, ...]" = ()


class FolderNote(Struct, frozen=True):
    """What a file in a folder says of it: title, place among its siblings, order of what is in it (``...``: the rest)."""

    title: str = ""
    order: float | None = None
    names: tuple[str, ...] = ()


class Navigation(Struct, frozen=True):
    """``title``: of the whole; ``folders``: notes by folder; ``hidden``: keys that are no pages; ``source``: the file."""

    entries: tuple[NavEntry, ...] = ()
    title: str = ""
    folders: Mapping[str, FolderNote] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    source: str = ""
    site_url: str = ""


def _outside(path: Path) -> str:
    return "is outside the docs root"


class SourceTree(Struct, frozen=True):
    """``hidden`` counts the files that each rule left out; ``refused``: key of a link that is not followed, and why;
    ``twins``: keys that two files have.

    ``refusal``: why a file outside the docs root must not be read, empty if it may. ``repository``: what Git knows.
    ``asset_roots``: folders outside the docs root that images may come from. ``vault``: the notice that the documents are
    those of Obsidian, if their links say so. ``texts``: what files that documents include are to hold, by path, where that
    is not what is on disk: to see what an edit would make of the pages.
    """

    root: Path
    documents: tuple[SourceFile, ...]
    assets: Mapping[str, Path]
    hidden: Mapping[str, int]
    navigation: Navigation = Navigation()
    refused: tuple[tuple[str, str], ...] = ()
    twins: tuple[str, ...] = ()
    refusal: Callable[[Path], str] = _outside
    repository: Repository = NO_REPOSITORY
    asset_roots: tuple[Path, ...] = ()
    vault: Problem | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


class PageTarget(Struct, frozen=True):
    """``text``: the title of what is there, where a link takes it for its own."""

    key: str
    anchor: str = ""
    text: str = ""


class AnchorTarget(Struct, frozen=True):
    anchor: str
    text: str = ""


class AttachmentTarget(Struct, frozen=True):
    name: str
    path: Path


class ExternalTarget(Struct, frozen=True):
    url: str


class BrokenTarget(Struct, frozen=True):
    why: str


class ElsewhereTarget(Struct, frozen=True):
    """A page that another collection publishes, by title and space."""

    title: str
    space: str
    anchor: str = ""


LinkTarget = PageTarget | ElsewhereTarget | AnchorTarget | AttachmentTarget | ExternalTarget | BrokenTarget


class PagePlace(Struct, frozen=True):
    """Where a page and all below it go; empty: where its parent goes. ``root``: page, or parent: it is that page itself."""

    space: str = ""
    parent: str = ""
    root: str = "page"


HERE = PagePlace()


class Page(Struct, frozen=True, kw_only=True):
    """A page to be. ``document`` is None for a folder that has no index document.

    ``wanted`` is the title before any suffix, ``alternatives`` are the titles to try where it is taken.
    ``kind``: page, blogpost or folder. ``former``: what the title would be by the rule `heading`, if that differs.
    ``source_url``: where the document is shown; empty if that is not known.
    """

    key: str
    title: str
    wanted: str
    alternatives: tuple[str, ...]
    parent: str | None
    position: int
    document: Document | None
    drop_first_heading: bool
    targets: Mapping[str, LinkTarget]
    anchors: frozenset[str]
    kind: str = "page"
    place: PagePlace = HERE
    former: str = ""
    source_url: str = ""


class PageTree(Struct, frozen=True):
    """Pages in tree order, parents before children, the root first."""

    pages: Mapping[str, Page]
    problems: tuple[Problem, ...]
