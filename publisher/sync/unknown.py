"""Pages below ours that no document is for."""

from msgspec import Struct

from publisher.apply.schedule import run_all
from publisher.model.snapshot import ContentKind, RemotePage
from publisher.planning.stamps import with_stamp
from publisher.remote.port import Remote
from publisher.sync.proposal import Proposal


class Unknown(Struct, frozen=True):
    """A page below one of ours that no document is for. ``above``: the page that it is below."""

    page: RemotePage
    above: RemotePage


def read_unknown(remote: Remote, proposal: Proposal) -> list[Unknown]:
    """The current pages below ours that no document of the plan is for, parents first. The snapshot is complete.

    Pages of another collection, and what is below them, are no matter of ours. Whose a page is, the page itself says: it is read.
    """
    snapshot = proposal.snapshot
    below: dict[str, list[RemotePage]] = {}
    for page in snapshot.pages.values():
        below.setdefault(page.parent or "", []).append(page)
    known = {action.remote.id for action in proposal.plan.actions if action.remote}
    level = [page for page in snapshot.pages.values() if page.id in known]
    known |= {page.id for page in snapshot.owned()}
    found: list[Unknown] = []
    while level:
        wanted = [
            Unknown(page, above)
            for above in level
            for page in sorted(below.get(above.id, ()), key=lambda page: (page.position or 0, int(page.id)))
            if page.id not in known and page.status == "current"
        ]
        stamps = run_all([each.page.ref for each in wanted], remote.jobs, remote.read_properties)
        read = [
            Unknown(with_stamp(each.page, records), each.above) for each, records in zip(wanted, stamps, strict=True)
        ]
        new = [each for each in read if each.page.stamp is None or each.page.stamp.collection == snapshot.collection]
        found += new
        level = [each.page for each in new if is_plain(each.page)]
    return found


def is_plain(page: RemotePage) -> bool:
    """Whether a document can be made for a page that people made."""
    return page.kind is ContentKind.PAGE and page.stamp is None
