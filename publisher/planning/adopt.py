"""Pages that another tool made, or that have got new ids, and that are to become ours under the id they have. Pure."""

from msgspec.structs import replace

from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import RemotePage, Snapshot
from publisher.planning.match import Adoptable
from publisher.planning.stamps import descendants


def find_adoptable(tree: RenderedTree, snapshot: Snapshot, *, everywhere: bool) -> Adoptable:
    """Our own of a space that was migrated, whose stamps name other ids, and pages with the title of a document.

    ``everywhere``: no parent was named, so that a title counts in the whole space. A page that another collection has
    stamped is never taken.
    """
    below = set(snapshot.pages) if everywhere else set(descendants(snapshot.parent, snapshot.pages))
    by_path = {page.stamp.path: page for page in snapshot.migrated() if page.stamp and page.status == "current"}
    migrated = {key: by_path[key] for key, page in tree.pages.items() if key in by_path and not page.page_id}
    titles = {page.title.casefold(): page for page in snapshot.pages.values() if page.id in below}
    taken = {page.id for page in migrated.values()}
    by_title: dict[str, RemotePage] = {}
    for key, page in tree.pages.items():
        remote = titles.get(page.wanted.casefold()) or titles.get(page.title.casefold())
        if key not in migrated and remote is not None and remote.id not in taken and _may_take(page, remote):
            taken.add(remote.id)
            by_title[key] = remote
    return Adoptable({key: page for key, page in by_title.items() if not snapshot.owns(page)}, migrated)


def with_adopted_root(tree: RenderedTree, snapshot: Snapshot, adoptable: Adoptable) -> Snapshot:
    """The snapshot with the root that is taken over, if one is; its properties are still to be read."""
    root = next(iter(tree.pages))
    taken = adoptable.migrated.get(root) or (None if snapshot.root else adoptable.by_title.get(root))
    if taken is None or taken.id == snapshot.root:
        return snapshot
    return replace(snapshot, root=taken.id, root_properties={}, shards={})


def _may_take(page: RenderedPage, remote: RemotePage) -> bool:
    foreign = remote.stamp is not None and remote.stamp.page == remote.id
    return not page.page_id and not foreign and remote.status == "current" and remote.kind == page.metadata.kind
