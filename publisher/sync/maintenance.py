"""What is done to a collection besides publishing it: accept hand edits, free the lease, unpublish."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from publisher.apply.lease import Lease
from publisher.apply.ledger import put_property
from publisher.convert.compose import Conversion
from publisher.errors import PlanRefused
from publisher.model.plan import Removal
from publisher.model.settings import Settings
from publisher.model.snapshot import ContentProperty, ContentRef, RemotePage, Snapshot
from publisher.planning.identity import check_same_documents
from publisher.planning.index import JOURNAL_KEY, LEASE_KEY, STAMP_KEY, write_stamp
from publisher.planning.journal import write_journal
from publisher.planning.removals import leaves_first
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.storage import canonical, digest
from publisher.sync.options import target_of
from publisher.sync.propose import plan_publish
from publisher.sync.snapshot import read_snapshot

Show = Callable[[str], None]


def accept(conversion: Conversion, remote: Remote, settings: Settings, rules: Rules) -> list[RemotePage]:
    """Keeps the hand edits of the selected pages: Confluence's text stays until the document changes again."""
    proposal = plan_publish(conversion, remote, settings, replace(rules, on_hand_edit="skip"))
    accepted = []
    for action in proposal.plan.actions:
        page = action.remote
        selected = action.page.key in (rules.selected or ())
        if not action.hand_edited or not selected or page is None or page.stored is None:
            continue
        stored = digest(canonical(proposal.bodies[page.id]))
        kept = {"body": action.page.digests["body"], "kept": action.page.digests["body"], "canonical": stored}
        stamp = replace(page.stored.stamp, version=page.version, title=page.title, digests=kept)
        known = ContentProperty(page.stored.id, page.stored.version, None)
        remote.write_property(page.ref, STAMP_KEY, write_stamp(stamp), known)
        accepted.append(page)
    return accepted


def read_collection(conversion: Conversion, remote: Remote, settings: Settings) -> Snapshot:
    """The whole collection. PlanRefused if it was never published here, or is another repository's."""
    target = replace(target_of(conversion, settings), by_name="collection" in settings.sync.given)
    snapshot = read_snapshot(remote, target, complete=True)
    if not snapshot.root:
        raise PlanRefused(f"the collection “{snapshot.collection}” is not published here")
    check_same_documents(conversion.rendered, snapshot, by_name=target.by_name)
    return snapshot


@contextmanager
def leased(remote: Remote, snapshot: Snapshot, settings: Settings) -> Iterator[Lease]:
    """Holds the lease; StalePlan is not raised, for what is done here is decided page by page."""
    lease = Lease(remote, settings.sync.lease)
    lease.acquire(root_ref(snapshot), snapshot.root_properties.get(LEASE_KEY), settings.sync.wait)
    try:
        yield lease
    finally:
        lease.release()


def root_ref(snapshot: Snapshot) -> ContentRef:
    """The root page as it is addressed."""
    root = snapshot.pages.get(snapshot.root)
    return root.ref if root else ContentRef(snapshot.root)


def unlock(conversion: Conversion, remote: Remote, settings: Settings) -> str:
    """Frees the lease whoever holds it; returns who held it, empty if nobody did."""
    snapshot = read_collection(conversion, remote, settings)
    record = snapshot.root_properties.get(LEASE_KEY)
    if record is None or record.value.get("state") != "held":
        return ""
    remote.write_property(root_ref(snapshot), LEASE_KEY, {**record.value, "state": "free"}, record)
    return str(record.value.get("holder", "somebody"))


def plan_unpublish(conversion: Conversion, remote: Remote, settings: Settings) -> tuple[Snapshot, list[RemotePage]]:
    """(snapshot, every page of the collection, leaves first and the root last)."""
    snapshot = read_collection(conversion, remote, settings)
    pages = {page.id: page for page in snapshot.owned() if page.status != "trashed"}
    if snapshot.fixed_root:  # it was there before: it loses our records, and stays
        pages.pop(snapshot.root, None)
    ordered = leaves_first(pages.values())
    return snapshot, sorted(ordered, key=lambda page: page.id == snapshot.root)


def unpublish(
    snapshot: Snapshot, pages: Sequence[RemotePage], remote: Remote, settings: Settings, show: Show
) -> list[RemotePage]:
    """Puts the pages into the trash and returns those that stay, because others' pages are below them."""
    removed: set[str] = set()
    kept = []
    with leased(remote, snapshot, settings) as lease:
        journal = write_journal([Removal(page, "trash") for page in pages])
        put_property(remote, root_ref(snapshot), JOURNAL_KEY, journal, snapshot.root_properties.get(JOURNAL_KEY))
        for page in pages:
            if any(child.id not in removed for child in remote.read_children(page.ref)):
                kept.append(page)
                continue
            if page.id == snapshot.root:
                lease.release()
            remote.remove_page(page.ref, "trash")
            removed.add(page.id)
            show(page.title)
            lease.renew()
        if snapshot.fixed_root:
            lease.release()
            root = root_ref(snapshot)
            for key, record in remote.read_properties(root).items():
                if key.startswith("publisher") and key != JOURNAL_KEY:
                    remote.remove_property(root, key, record)
    return kept
