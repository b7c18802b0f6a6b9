"""What is to be done. Values only."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from publisher.model.problem import Problem
from publisher.model.rendered import Attachment, RenderedPage
from publisher.model.snapshot import RemotePage, StoredStamp


class Existing(Struct, frozen=True):
    id: str


class Planned(Struct, frozen=True):
    """A page that this very plan creates."""

    key: str


PageRef = Existing | Planned
Kind = Literal["create", "update", "move", "note", "unchanged", "withheld"]
How = Literal["archive", "trash"]


class Reason(StrEnum):
    """Why a page is not as it should be. The values are what people and reports read."""

    NEW = "new"
    PURGED = "purged, or hidden from this account"
    HIDDEN = "hidden from this account"
    ARCHIVED = "archived in Confluence"
    EDITED = "edited in Confluence"
    COMMENTS_LOST = "comments would be lost"
    RESTORED = "restored"
    TITLE = "title"
    TITLE_RULE = "title rule"
    CONTENT = "content"
    CONVERTER = "converter"
    SETTINGS = "settings"
    LINKS = "links"
    NEW_VERSION = "new version"
    MERGED = "merged"
    INTERRUPTED = "interrupted"
    ADOPTED = "adopted"
    MOVED = "moved"
    OWNER = "owner"
    STATUS = "status"
    RESTRICTIONS = "restrictions"
    PUBLISHED = "published"
    RENAMED_COLLECTION = "renamed collection"
    ATTACHMENTS = "attachments"
    LABELS = "labels"
    PROPERTIES = "properties"
    RENAMED = "renamed"


class LostComment(Struct, frozen=True):
    """An inline comment whose text is gone from the new body."""

    ref: str
    selection: str


class PageAction(Struct, frozen=True, kw_only=True):
    """Everything to do for one page. ``write``: a PUT of the page with ``body``; the stamp is always last.

    ``body`` is the page's with people's comment markers and ticked tasks carried over. ``hand_edited``: somebody changed
    the page in Confluence, so the stamp goes on naming what we wrote. ``moved_away``: somebody moved it out of our tree.
    ``links_pending``: its anchored links lead to pages that this plan creates. ``accepted_body``: the body is Confluence's
    own, which somebody accepted in place of the document's. ``needs_temp_title``: another page wants its present title.
    ``replaces_text``: it had text that a person wrote, which is replaced. ``overwrite``: what people put in place of files
    and properties of ours may go. ``gone``: the page that it replaces, if nobody can read that any more.
    """

    kind: Kind
    page: RenderedPage
    remote: RemotePage | None
    parent: PageRef
    reasons: tuple[Reason, ...] = ()
    body: str = ""
    write: bool = False
    needs_temp_title: bool = False
    restore: bool = False
    upload: tuple[Attachment, ...] = ()
    drop: tuple[str, ...] = ()
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    stamp: bool = False
    hand_edited: bool = False
    links_pending: bool = False
    moved_away: bool = False
    accepted_body: bool = False
    replaces_text: bool = False
    overwrite: bool = False
    gone: StoredStamp | None = None
    lost: tuple[LostComment, ...] = ()
    set_properties: tuple[str, ...] = ()
    drop_properties: tuple[str, ...] = ()
    set_metadata: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        return not (self.stamp or self.write or self.upload or self.drop or self.add_labels or self.remove_labels)


class Reorder(Struct, frozen=True):
    """Children of a page that may stand in another order than ``wanted`` (keys). ``sure``: the snapshot shows it."""

    parent: str
    wanted: tuple[str, ...]
    sure: bool


class Removal(Struct, frozen=True):
    """An orphan to be removed, leaves first. ``overwrite``: what people did on it goes with it, which somebody decided."""

    page: RemotePage
    how: How
    overwrite: bool = False


class Plan(Struct, frozen=True, kw_only=True):
    """Actions in order, parents before children. ``orphans``: our pages whose document is gone.

    ``unverified``: only the documents tell that the pages which are there belong to this repository.
    """

    collection: str
    space_id: str
    actions: tuple[PageAction, ...]
    orphans: tuple[RemotePage, ...] = ()
    reorders: tuple[Reorder, ...] = ()
    removals: tuple[Removal, ...] = ()
    problems: tuple[Problem, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    unverified: bool = False

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
