"""What Confluence holds (``Snapshot``), what is to be done (``Plan``), what was done (``Report``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from publisher.model.problem import Problem
from publisher.model.rendered import Attachment, RenderedPage


@dataclass(frozen=True, slots=True)
class Stamp:
    """Our content property on a page: whose it is, and what we wrote. ``version``: the page's after our last write."""

    collection: str
    path: str
    page: str
    version: int
    digests: Mapping[str, str]
    labels: tuple[str, ...]
    attachments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RemotePage:
    """``stamp`` is None for a page that is not ours; ``stamp_id`` and ``stamp_version`` address the property."""

    id: str
    title: str
    parent: str | None
    version: int
    message: str
    author: str
    url: str
    stamp: Stamp | None = None
    stamp_id: str = ""
    stamp_version: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A space as read. ``pages`` by id; ``parent`` is the page to publish below; ``intents`` are digests of creations under way."""

    space_id: str
    space_key: str
    parent: str
    account: str
    pages: Mapping[str, RemotePage]
    intents: frozenset[str] = frozenset()


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
class PageAction:
    """Everything to do for one page. ``write``: a PUT of the page; the stamp is always last."""

    kind: Kind
    page: RenderedPage
    remote: RemotePage | None
    parent: PageRef
    reasons: tuple[str, ...] = ()
    write: bool = False
    park: bool = False
    upload: tuple[Attachment, ...] = ()
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    stamp: bool = False

    @property
    def idle(self) -> bool:
        return not (self.stamp or self.write or self.upload or self.add_labels or self.remove_labels)


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in order, parents before children. ``orphans``: our pages whose document is gone."""

    collection: str
    space_id: str
    actions: tuple[PageAction, ...]
    orphans: tuple[RemotePage, ...]
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return sum(not action.idle or action.kind == "withheld" for action in self.actions)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one page. ``error`` says why it failed, or what blocked it."""

    action: PageAction
    id: str
    url: str
    version: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """``where``: site, space, parent, account, collection. ``commit``: of the documents, empty without Git."""

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]
    requests: int
    writes: int
    seconds: float
    orphans: tuple[RemotePage, ...] = ()
    commit: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
