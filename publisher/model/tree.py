"""What was read from disk (``SourceTree``) and the pages that it becomes (``PageTree``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publisher.model.document import Document
from publisher.model.problem import Problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """``key``: posix path below the docs root, NFC; ``data``: the bytes of a document, None for an asset."""

    key: str
    path: Path
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A page of a navigation file: a document by its key, or a section, which has a title only."""

    key: str = ""
    title: str = ""
    children: "tuple[NavEntry, ...]" = ()


@dataclass(frozen=True, slots=True)
class FolderNote:
    """What a file in a folder says of it: title, place among its siblings, order of what is in it (``...``: the rest)."""

    title: str = ""
    order: float | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Navigation:
    """``title``: of the whole; ``folders``: notes by folder; ``hidden``: keys that are no pages; ``source``: the file."""

    entries: tuple[NavEntry, ...] = ()
    title: str = ""
    folders: Mapping[str, FolderNote] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    source: str = ""
    site_url: str = ""


@dataclass(frozen=True, slots=True)
class SourceTree:
    """``hidden`` counts the files that each rule left out."""

    root: Path
    documents: tuple[SourceFile, ...]
    assets: Mapping[str, Path]
    hidden: Mapping[str, int]
    navigation: Navigation = Navigation()


@dataclass(frozen=True, slots=True)
class PageTarget:
    key: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class AnchorTarget:
    anchor: str


@dataclass(frozen=True, slots=True)
class AttachmentTarget:
    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class ExternalTarget:
    url: str


@dataclass(frozen=True, slots=True)
class BrokenTarget:
    why: str


LinkTarget = PageTarget | AnchorTarget | AttachmentTarget | ExternalTarget | BrokenTarget


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be. ``document`` is None for a folder that has no index document.

    ``wanted`` is the title before any suffix, ``alternatives`` are the titles to try where it is taken.
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


@dataclass(frozen=True, slots=True)
class PageTree:
    """Pages in tree order, parents before children, the root first."""

    pages: Mapping[str, Page]
    problems: tuple[Problem, ...]
