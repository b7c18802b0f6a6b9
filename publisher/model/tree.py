"""What was read from disk (``SourceTree``) and the pages that it becomes (``PageTree``)."""

from collections.abc import Mapping
from dataclasses import dataclass
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
class SourceTree:
    """``hidden`` counts the files that each rule left out."""

    root: Path
    documents: tuple[SourceFile, ...]
    assets: Mapping[str, Path]
    hidden: Mapping[str, int]


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
