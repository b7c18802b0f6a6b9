"""Where each page goes: below which page, and in which order. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from publisher.model.plan import Existing, PageAction, PageRef, Planned, Reorder
from publisher.model.rendered import RenderedPage
from publisher.model.snapshot import ContentKind, RemotePage, Stamp
from publisher.planning.basis import Basis
from publisher.planning.order import tree_order
from publisher.planning.provenance import marked_digest


class Placement(Struct, frozen=True):
    """``moved_away``: somebody moved the page out of our tree, where it stays."""

    parent: PageRef
    moved_away: bool = False


def wanted_parent(basis: Basis, page: RenderedPage) -> PageRef:
    """The wanted place; below an archived page nothing can live, so that the nearest living ancestor stands in."""
    key, snapshot = page.parent, basis.snapshot
    if page.metadata.kind == ContentKind.BLOGPOST:
        return Existing("")
    if key is None and snapshot.fixed_root:
        return Existing(snapshot.pages[snapshot.root].parent or "")
    hidden = {s.stamp.path: s.stamp.page for s in snapshot.gone.values() if s.stamp.page in snapshot.hidden}
    while key is not None:
        remote = basis.matches.pages.get(key)
        if remote is None:
            return Existing(hidden[key]) if key in hidden and not basis.rules.repair else Planned(key)
        if remote.status not in {"archived", "draft"}:  # below neither can anything live
            return Existing(remote.id)
        key = basis.tree.pages[key].parent
    return Existing(snapshot.parent)


def place_page(basis: Basis, page: RenderedPage, remote: RemotePage) -> Placement:
    """Where a page that is there goes: to its wanted place, unless people have put it somewhere where it may stay."""
    wanted = wanted_parent(basis, page)
    here = Existing(remote.parent or "")
    if wanted == here or page.parent is None or remote.parent is None or remote.status not in ("current", "draft"):
        return Placement(wanted)
    ours = {other.id for other in (*basis.matches.pages.values(), *basis.matches.orphans)}
    if remote.parent in ours or remote.kind == ContentKind.FOLDER:
        return Placement(wanted)
    stamp, contained = remote.stamp, remote.parent_kind != ContentKind.PAGE
    if (
        stamp is None and page.page_id == remote.id and contained
    ):  # a folder, or a whiteboard, is no page to put it below
        return Placement(here)
    noted = stamp is not None and stamp.parent == remote.parent and contained
    if stamp is not None and stamp.path == page.key and (noted or _is_in_container_of(basis, remote, wanted)):
        return Placement(here)
    if stamp is not None and _was_moved_by_hand(basis, remote, stamp):
        return Placement(here, moved_away=True)
    return Placement(wanted)


def _is_in_container_of(basis: Basis, remote: RemotePage, wanted: PageRef) -> bool:
    """Whether people have put the page into a folder of theirs, below the very page that it belongs to."""
    parent, containers, seen = remote.parent or "", basis.snapshot.containers, set[str]()
    while parent in containers and parent not in seen:
        seen.add(parent)
        parent = containers[parent].parent or ""
        if Existing(parent) == wanted:
            return True
    return False


def _was_moved_by_hand(basis: Basis, remote: RemotePage, stamp: Stamp) -> bool:
    """Not by us, and not by itself: a page whose parent is deleted moves up."""
    pages = basis.snapshot.pages
    lives = stamp.parent in pages and pages[stamp.parent].status == "current"
    lives = lives or stamp.parent in basis.snapshot.containers
    restored = stamp.version != remote.version and marked_digest(remote.message) is not None
    return stamp.parent != remote.parent and lives and not restored and remote.status == "current"


def find_reorders(basis: Basis, actions: Iterable[PageAction]) -> list[Reorder]:
    """For each parent whose children may be in another order than wanted."""
    children: dict[str, list[PageAction]] = {}
    for action in actions:
        parent, remote = action.page.parent, action.remote
        target = basis.matches.pages.get(parent) if parent is not None else None
        here = action.parent == (Existing(target.id) if target else Planned(parent or ""))
        here = here and action.page.metadata.kind != ContentKind.BLOGPOST and not action.page.metadata.draft
        if parent is not None and here and not (remote and remote.status == "archived"):
            children.setdefault(parent, []).append(action)
    found = (_reorder(parent, below) for parent, below in children.items())
    return [reorder for reorder in found if reorder is not None]


def _reorder(parent: str, below: list[PageAction]) -> Reorder | None:
    wanted = tuple(action.page.key for action in below)
    remotes = [action.remote for action in below if action.remote]
    if any(_takes_a_new_place(action) for action in below):
        return Reorder(parent, wanted, sure=False) if len(below) > 1 else None
    in_order = [page.id for page in tree_order(remotes)] == [page.id for page in remotes]
    return None if in_order else Reorder(parent, wanted, sure=True)


def _takes_a_new_place(action: PageAction) -> bool:
    """Whether the page's place among its siblings is known only after the run."""
    remote = action.remote
    if remote is None or remote.status != "current" or action.parent != Existing(remote.parent or ""):
        return True
    return remote.position is None and remote.title != action.page.title  # sorted by title
