"""The one planner: what is wanted and what is there become a plan. Pure."""

import re
from collections.abc import Mapping

from publisher.errors import PlanRefused
from publisher.model.plan import Existing, Kind, PageAction, PageRef, Plan, Planned, RemotePage, Snapshot
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.storage import digest

_OUR_MESSAGE = re.compile(r"\[publisher ([0-9a-f]{8})\]$")


def intent(title: str, parent_key: str | None) -> str:
    """The digest by which a page that was created but not yet stamped is known again."""
    return digest(f"{title}\0{parent_key}")[:12]


def mark_message(message: str, body_digest: str) -> str:
    """A version message that tells our write from a hand edit."""
    return f"{message[:200]} [publisher {body_digest[:8]}]"


def match_pages(tree: RenderedTree, snapshot: Snapshot, collection: str) -> dict[str, RemotePage]:
    """Key → the page that is its: by path in the stamp, then by title, then by unchanged body."""
    ours = [
        page
        for page in snapshot.pages.values()
        if page.stamp and page.stamp.collection == collection and page.stamp.page == page.id
    ]
    by_path = {page.stamp.path: page for page in ours if page.stamp}
    matched = {key: by_path[key] for key in tree.pages if key in by_path}
    left = {page.id: page for page in ours if page.id not in {found.id for found in matched.values()}}
    for same in (_same_title, _same_body):
        for key, page in tree.pages.items():
            if key not in matched:
                found = [remote for remote in left.values() if same(page, remote)]
                if len(found) == 1:
                    matched[key] = left.pop(found[0].id)
    for key, page in tree.pages.items():
        if key not in matched and (adopted := _half_created(page, snapshot)):
            matched[key] = adopted
    return matched


def _same_title(page: RenderedPage, remote: RemotePage) -> bool:
    return page.title.casefold() == remote.title.casefold()


def _same_body(page: RenderedPage, remote: RemotePage) -> bool:
    return bool(page.source and remote.stamp and remote.stamp.digests.get("body") == page.digests["body"])


def is_unfinished(remote: RemotePage, account: str) -> bool:
    """Whether a run of this account may have written the page and been killed before it could stamp it."""
    untouched = remote.version == 1 or _OUR_MESSAGE.search(remote.message) is not None
    return remote.stamp is None and remote.author == account and untouched


def _half_created(page: RenderedPage, snapshot: Snapshot) -> RemotePage | None:
    """A page that a run created and was killed before it could stamp it."""
    if intent(page.title, page.parent) not in snapshot.intents:
        return None
    for remote in snapshot.pages.values():
        if is_unfinished(remote, snapshot.account) and _same_title(page, remote):
            return remote
    return None


def make_plan(tree: RenderedTree, snapshot: Snapshot, collection: str, selected: frozenset[str] | None) -> Plan:
    """PlanRefused if a title is held by a page that is not ours. ``selected`` None: all pages."""
    matched = match_pages(tree, snapshot, collection)
    _check_titles(tree, snapshot, matched)
    ids = {remote.id: key for key, remote in matched.items()}
    parked = _parked(tree, snapshot, matched, ids)
    actions = []
    for key, page in tree.pages.items():
        remote = matched.get(key)
        parent = _parent(page, snapshot, matched)
        if selected is not None and key not in selected:
            if remote is None:
                continue
            action = PageAction("unchanged", page, remote, parent)
        elif remote is None:
            action = PageAction(
                "create", page, None, parent, ("new",), upload=page.attachments, add_labels=page.labels, stamp=True
            )
        else:
            action = _compare(page, remote, parent, park=key in parked)
        actions.append(action)
    _check_parents(actions)
    orphans = tuple(
        remote
        for remote in snapshot.pages.values()
        if remote.stamp
        and remote.stamp.collection == collection
        and remote.stamp.page == remote.id
        and remote.id not in ids
    )
    return Plan(collection, snapshot.space_id, tuple(actions), orphans if selected is None else ())


def _check_parents(actions: list[PageAction]) -> None:
    planned = {action.page.key for action in actions if action.remote is None}
    for action in actions:
        if isinstance(action.parent, Planned) and action.parent.key not in planned:
            text = f"{action.page.key}: its parent {action.parent.key} is not published yet; publish that as well"
            raise PlanRefused(text)


def _parent(page: RenderedPage, snapshot: Snapshot, matched: Mapping[str, RemotePage]) -> PageRef:
    if page.parent is None:
        return Existing(snapshot.parent)
    return Existing(matched[page.parent].id) if page.parent in matched else Planned(page.parent)


def _check_titles(tree: RenderedTree, snapshot: Snapshot, matched: Mapping[str, RemotePage]) -> None:
    ours = {remote.id for remote in matched.values()}
    held = {remote.title.casefold(): remote for remote in snapshot.pages.values() if remote.id not in ours}
    clashes = [(page, held[page.title.casefold()]) for page in tree.pages.values() if page.title.casefold() in held]
    if clashes:
        lines = [
            f"{page.key}: the title “{page.title}” is held by a page that is not its own: {remote.url}; "
            "change the title, or remove that page"
            for page, remote in clashes
        ]
        raise PlanRefused("\n".join(lines))


def _parked(
    tree: RenderedTree, snapshot: Snapshot, matched: Mapping[str, RemotePage], ids: Mapping[str, str]
) -> set[str]:
    """Keys of pages whose present title another page wants: they move to a temporary one first."""
    holders = {remote.title.casefold(): ids[remote.id] for remote in matched.values()}
    wanted = {page.title.casefold(): key for key, page in tree.pages.items()}
    return {key for title, key in holders.items() if title in wanted and wanted[title] != key}


def _compare(page: RenderedPage, remote: RemotePage, parent: PageRef, *, park: bool) -> PageAction:
    stamp = remote.stamp
    reasons = []
    if remote.title != page.title:
        reasons.append("title")
    moved = not (isinstance(parent, Existing) and parent.id == remote.parent)
    if stamp is None or stamp.digests.get("body") != page.digests["body"]:
        reasons.append("content")
    ours = _OUR_MESSAGE.search(remote.message)
    edited = stamp is not None and remote.version != stamp.version and ours is None
    if stamp is None or (not edited and remote.version != stamp.version):
        done = ours is not None and ours[1] == page.digests["body"][:8]
        reasons = [reason for reason in reasons if not (done and reason == "content")]
        reasons.append("interrupted")
    write = moved or bool({"title", "content"} & set(reasons))
    known = stamp.attachments if stamp else {}
    upload = tuple(item for item in page.attachments if known.get(item.name) != item.digest)
    had = stamp.labels if stamp else ()
    add = tuple(label for label in page.labels if label not in had)
    remove = tuple(label for label in had if label not in page.labels)
    reasons += ["moved"] * moved + ["attachments"] * bool(upload) + ["labels"] * bool(add or remove)
    renamed = stamp is not None and stamp.path != page.key
    reasons += ["renamed"] * renamed
    if edited and write:
        return PageAction("withheld", page, remote, parent, ("edited in Confluence", *reasons))
    kind: Kind = (
        "unchanged" if not reasons else ("move" if moved and not {"title", "content"} & set(reasons) else "update")
    )
    return PageAction(
        kind, page, remote, parent, tuple(reasons), write, park and write, upload, add, remove, stamp=bool(reasons)
    )
