"""What Confluence holds (``Snapshot``), what is to be done (``Plan``), what was done (``Report``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from publisher.model.problem import Problem
from publisher.model.rendered import Attachment, RenderedPage


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


@dataclass(frozen=True, slots=True)
class Existing:
    id: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A page that this very plan creates."""

    key: str


PageRef = Existing | Planned
Kind = Literal["create", "update", "move", "unchanged", "withheld"]


@dataclass(frozen=True, slots=True)
class LostComment:
    """An inline comment whose text is gone from the new body."""

    ref: str
    selection: str


@dataclass(frozen=True, slots=True)
class PageAction:
    """Everything to do for one page. ``write``: a PUT of the page with ``body``; the stamp is always last.

    ``body`` is the page's with people's comment markers and ticked tasks carried over. ``edited``: somebody changed the
    page in Confluence, so the stamp goes on naming what we wrote. ``outside``: somebody moved it out of our tree.
    ``pending``: its anchored links lead to pages that this plan creates. ``kept``: the body is Confluence's own, which
    somebody accepted in place of the document's.
    """

    kind: Kind
    page: RenderedPage
    remote: RemotePage | None
    parent: PageRef
    reasons: tuple[str, ...] = ()
    body: str = ""
    write: bool = False
    park: bool = False
    restore: bool = False
    upload: tuple[Attachment, ...] = ()
    drop: tuple[str, ...] = ()
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    stamp: bool = False
    edited: bool = False
    pending: bool = False
    outside: bool = False
    kept: bool = False
    lost: tuple[LostComment, ...] = ()
    set_properties: tuple[str, ...] = ()
    drop_properties: tuple[str, ...] = ()
    set_facets: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        return not (self.stamp or self.write or self.upload or self.drop or self.add_labels or self.remove_labels)


@dataclass(frozen=True, slots=True)
class Reorder:
    """Children of a page that may stand in another order than ``wanted`` (keys). ``sure``: the snapshot shows it."""

    parent: str
    wanted: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """An orphan to be removed, leaves first."""

    page: RemotePage
    how: Literal["archive", "trash"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in order, parents before children. ``orphans``: our pages whose document is gone."""

    collection: str
    space_id: str
    actions: tuple[PageAction, ...]
    orphans: tuple[RemotePage, ...] = ()
    reorders: tuple[Reorder, ...] = ()
    removals: tuple[Removal, ...] = ()
    problems: tuple[Problem, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """How much there is to do; what is withheld counts."""
        pages = sum(not action.idle or action.kind == "withheld" for action in self.actions)
        return pages + len(self.removals) + sum(reorder.sure for reorder in self.reorders)

    @property
    def writes(self) -> bool:
        """Whether applying it sends anything that writes."""
        active = any(not action.idle for action in self.actions)
        return active or bool(self.removals) or any(reorder.sure for reorder in self.reorders)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one page. ``error`` says why it failed, or what blocked it.

    ``title_taken``: by a page that the snapshot does not show.
    """

    action: PageAction
    id: str
    url: str
    version: int
    error: str = ""
    title_taken: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """``where``: site, space, parent, account, collection. ``commit``: of the documents, empty without Git.

    ``mails``: pages whose watchers are told. ``after``: what Confluence holds now.
    """

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]
    requests: int = 0
    writes: int = 0
    seconds: float = 0.0
    orphans: tuple[RemotePage, ...] = ()
    removed: tuple[RemotePage, ...] = ()
    moves: int = 0
    commit: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    mails: int = 0
    after: Snapshot | None = None
