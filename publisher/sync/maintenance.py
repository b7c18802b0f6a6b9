"""What is done to a collection besides publishing it: status, accept, unlock, undo a prune, unpublish."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from publisher.apply.lease import Lease
from publisher.convert.compose import Conversion
from publisher.errors import PlanRefused, RemoteError, TitleTaken
from publisher.model.settings import Settings
from publisher.model.snapshot import Record, RemotePage, Snapshot
from publisher.planning.index import INDEX_KEY, JOURNAL_KEY, LEASE_KEY, STAMP_KEY, write_stamp
from publisher.planning.marks import mark_message
from publisher.planning.rules import Rules
from publisher.remote.cloud import CloudRemote
from publisher.storage import canonical, digest
from publisher.sync.options import target_of
from publisher.sync.propose import plan_publish
from publisher.sync.snapshot import read_snapshot

Show = Callable[[str], None]


def accept(conversion: Conversion, remote: CloudRemote, settings: Settings, rules: Rules) -> list[RemotePage]:
    """Keeps the hand edits of the selected pages: Confluence's text stays until the document changes again."""
    proposal = plan_publish(conversion, remote, settings, replace(rules, on_hand_edit="skip"))
    accepted = []
    for action in proposal.plan.actions:
        page = action.remote
        if not action.edited or page is None or page.stamp is None or action.page.key not in (rules.selected or ()):
            continue
        stored = digest(canonical(proposal.bodies[page.id]))
        kept = {"body": action.page.digests["body"], "kept": action.page.digests["body"], "canonical": stored}
        stamp = replace(page.stamp, version=page.version, title=page.title, digests=kept)
        remote.write_record(page.id, STAMP_KEY, write_stamp(stamp), Record(page.stamp_id, page.stamp_version, None))
        accepted.append(page)
    return accepted


def _root_of(conversion: Conversion, remote: CloudRemote, settings: Settings) -> Snapshot:
    """The whole collection. PlanRefused if it was never published here."""
    target = replace(target_of(conversion.rendered, settings), by_name="collection" in settings.sync.given)
    snapshot = read_snapshot(remote, target, complete=True)
    if not snapshot.root:
        raise PlanRefused(f"the collection “{snapshot.collection}” is not published here")
    return snapshot


@contextmanager
def _leased(remote: CloudRemote, snapshot: Snapshot, settings: Settings) -> Iterator[Lease]:
    lease = Lease(remote, settings.sync.lease)
    lease.acquire(snapshot.root, snapshot.records.get(LEASE_KEY), settings.sync.wait)
    try:
        yield lease
    finally:
        lease.release()


def unlock(conversion: Conversion, remote: CloudRemote, settings: Settings) -> str:
    """Frees the lease whoever holds it; returns who held it, empty if nobody did."""
    snapshot = _root_of(conversion, remote, settings)
    record = snapshot.records.get(LEASE_KEY)
    if record is None or record.value.get("state") != "held":
        return ""
    remote.write_record(snapshot.root, LEASE_KEY, {**record.value, "state": "free"}, record)
    return str(record.value.get("holder", "somebody"))


def plan_unpublish(
    conversion: Conversion, remote: CloudRemote, settings: Settings
) -> tuple[Snapshot, list[RemotePage]]:
    """(snapshot, every page of the collection, leaves first and the root last)."""
    snapshot = _root_of(conversion, remote, settings)
    pages = {page.id: page for page in snapshot.owned() if page.status == "current"}
    if snapshot.fixed_root:  # it was there before: it loses our records, and stays
        del pages[snapshot.root]

    def depth(page: RemotePage) -> int:
        count, parent = 0, page.parent
        while parent in pages:
            count, parent = count + 1, pages[parent].parent
        return count

    ordered = sorted(pages.values(), key=lambda page: (page.id == snapshot.root, -depth(page), page.id))
    return snapshot, ordered


def unpublish(
    snapshot: Snapshot, pages: Sequence[RemotePage], remote: CloudRemote, settings: Settings, show: Show
) -> list[RemotePage]:
    """Puts the pages into the trash and returns those that stay, because others' pages stand below them."""
    removed: set[str] = set()
    kept = []
    with _leased(remote, snapshot, settings) as lease:
        _write_journal(remote, snapshot, pages)
        for page in pages:
            if any(child not in removed for child in remote.read_children(page.id)):
                kept.append(page)
                continue
            if page.id == snapshot.root:
                lease.release()
            remote.remove_page(page.id, "trash")
            removed.add(page.id)
            show(page.title)
            lease.renew()
        if snapshot.fixed_root:
            lease.release()
            for key, record in remote.read_records(snapshot.root).items():
                if key.startswith("publisher") and key != JOURNAL_KEY:
                    remote.remove_record(snapshot.root, key, record)
    return kept


def _write_journal(remote: CloudRemote, snapshot: Snapshot, pages: Sequence[RemotePage]) -> None:
    journal = [{"id": page.id, "title": page.title, "parent": page.parent, "how": "trash"} for page in pages]
    remote.write_record(snapshot.root, JOURNAL_KEY, journal, snapshot.records.get(JOURNAL_KEY))


def undo_prune(conversion: Conversion, remote: CloudRemote, settings: Settings, show: Show) -> int:
    """Brings back what the last prune (or unpublish) removed; returns how many pages could not be brought back."""
    target = target_of(conversion.rendered, settings)
    space = remote.find_space(settings.sync.space)
    living = remote.find_pages(space.id, target.root_title, "current,trashed")
    candidates = [(page, remote.read_records(page.id)) for page in living]
    found = next(((page, records) for page, records in candidates if JOURNAL_KEY in records), None)
    if found is None or not found[1][JOURNAL_KEY].value:
        raise PlanRefused("there is no journal of a prune: nothing to undo")
    root, records = found
    failed = 0
    for entry in reversed(records[JOURNAL_KEY].value):  # parents first
        try:
            show(_bring_back(remote, entry))
        except RemoteError as error:
            failed += 1
            show(f"{entry['title']}: {error}")
    if not failed:
        remote.write_record(root.id, JOURNAL_KEY, [], records[JOURNAL_KEY])
    if INDEX_KEY in records:  # the index does not know these pages: the next run builds it anew
        remote.write_record(root.id, INDEX_KEY, {"schema": 0}, records[INDEX_KEY])
    return failed


def _bring_back(remote: CloudRemote, entry: dict[str, str]) -> str:
    page = remote.read_page(entry["id"])
    if page is None:
        raise RemoteError("is purged, or hidden from this account")
    if page.status == "archived":  # only the trash can be left by API (reference E.18)
        remote.remove_page(page.id, "trash")
        page = remote.read_page(entry["id"]) or page
    if page.status == "trashed":
        page = remote.restore_page(page)
    page, body = remote.read_body(page.id)
    if (page.title, page.parent) != (entry["title"], entry["parent"]):
        message = mark_message("brought back", "0" * 8)
        try:
            remote.update_page(page, entry["parent"], entry["title"], body, message, notify=False)
        except TitleTaken as error:
            raise RemoteError(f"its title has been given away: {error}") from None
    return entry["title"]
