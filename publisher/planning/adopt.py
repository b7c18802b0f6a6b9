"""Pages that another tool made, and that are to become ours under the same id. Pure."""

from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import RemotePage, Snapshot, is_owned


def find_adoptable(tree: RenderedTree, snapshot: Snapshot, *, everywhere: bool) -> dict[str, RemotePage]:
    """Key → page: our own of a space that was migrated (its stamp names another id), else by title below our parent.

    ``everywhere``: no parent was named, so that a title counts in the whole space. A page that another collection has
    stamped is never taken.
    """
    below = set(snapshot.pages) if everywhere else _below(snapshot)
    migrated = {
        page.stamp.path: page
        for page in snapshot.pages.values()
        if page.stamp
        and page.stamp.collection == snapshot.collection
        and page.stamp.page not in {page.id, *snapshot.pages}
    }
    titles = {page.title.casefold(): page for page in snapshot.pages.values() if page.id in below}
    found: dict[str, RemotePage] = {}
    taken: set[str] = set()
    for key, page in tree.pages.items():
        remote = migrated.get(key) or titles.get(page.wanted.casefold()) or titles.get(page.title.casefold())
        if remote is not None and _may_take(page, remote) and remote.id not in taken:
            taken.add(remote.id)
            found[key] = remote
    return {key: remote for key, remote in found.items() if not is_owned(remote, snapshot.collection)}


def _may_take(page: RenderedPage, remote: RemotePage) -> bool:
    foreign = remote.stamp is not None and remote.stamp.page == remote.id
    return not page.page_id and not foreign and remote.status == "current" and remote.kind == page.facets.kind


def _below(snapshot: Snapshot) -> set[str]:
    """Ids of the pages below the parent, at any depth."""
    children: dict[str, list[str]] = {}
    for page in snapshot.pages.values():
        children.setdefault(page.parent or "", []).append(page.id)
    found: set[str] = set()
    waiting = [snapshot.parent]
    while waiting:
        new = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(new)
        waiting += new
    return found
