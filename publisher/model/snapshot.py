"""What Confluence holds, as far as a run has read it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Stamp:
    """Our content property on a page: whose it is, and what we wrote. ``properties``: others that we set → digests.

    ``version``: the page's after our last write. ``wanted``: the title before any suffix. ``parent``: the page that we
    put it below. ``pending``: keys of pages that its anchored links lead to and that did not exist when it was written.
    ``facets``: see ``Facets.noted``. ``tool``: the version of Publisher; ``origin``: digest of the document.
    """

    collection: str
    path: str
    page: str
    version: int
    title: str
    wanted: str
    parent: str
    digests: Mapping[str, str]
    labels: tuple[str, ...] = ()
    attachments: Mapping[str, str] = field(default_factory=dict)
    pending: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    facets: Mapping[str, str] = field(default_factory=dict)
    kind: str = "page"
    tool: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A content property as read. ``id`` and ``version`` address it when it is written again."""

    id: str
    version: int
    value: Any


@dataclass(frozen=True, slots=True)
class RemotePage:
    """``stamp`` is None for a page that is not ours. ``status``: current, archived, trashed.

    ``author`` made the page, ``editor`` its present version, at ``modified``. ``position`` is None while the siblings
    are sorted by title. ``kind``: page, blogpost or folder.
    """

    id: str
    title: str
    parent: str | None
    version: int
    message: str
    author: str
    url: str
    status: str = "current"
    position: int | None = None
    editor: str = ""
    modified: str = ""
    stamp: Stamp | None = None
    stamp_id: str = ""
    stamp_version: int = 0
    kind: str = "page"


@dataclass(frozen=True, slots=True)
class Space:
    id: str
    key: str
    home: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A space as far as it was read.

    ``pages`` by id. ``parent`` is the page to publish below, ``root`` our root page (empty before the first publish),
    ``records`` its properties. ``complete``: every page of the space was listed, so that titles that are not seen are
    free; else only our own pages were. ``gone``: pages that the index names and nobody can read. ``intents`` are
    digests of creations under way. ``fixed_root``: the root is a page that was there before: never moved, renamed or
    removed. ``transfer``: the root, and all below it, comes from another space. ``renamed``: the collection had another name, which its stamps still bear.
    """

    space: Space
    parent: str
    pages: Mapping[str, RemotePage]
    root: str = ""
    collection: str = ""
    records: Mapping[str, Record] = field(default_factory=dict)
    intents: frozenset[str] = frozenset()
    account: str = ""
    complete: bool = True
    gone: Mapping[str, Stamp] = field(default_factory=dict)
    shards: Mapping[str, int] = field(default_factory=dict)
    fixed_root: bool = False
    transfer: bool = False
    renamed: bool = False

    def owned(self) -> list[RemotePage]:
        """The pages of our collection."""
        return [page for page in self.pages.values() if is_owned(page, self.collection)]


def is_owned(page: RemotePage, collection: str) -> bool:
    """Whether the stamp names this collection and the page itself: a copied page is foreign."""
    return page.stamp is not None and page.stamp.collection == collection and page.stamp.page == page.id
