"""What Confluence holds (``Snapshot``), what is to be done (``Plan``), what was done (``Report``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from publisher.model.problem import Problem
from publisher.model.rendered import Attachment, RenderedPage
from publisher.model.snapshot import RemotePage


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
