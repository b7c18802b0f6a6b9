"""A plan with what it rests on, and the report of one that is not applied. Imports nothing that converts or applies."""

from collections.abc import Mapping

from msgspec import Struct

from publisher.apply.options import unchanged_result
from publisher.model.plan import Plan
from publisher.model.report import Report
from publisher.model.repository import Repository
from publisher.model.settings import Settings
from publisher.model.snapshot import Evidence, Snapshot
from publisher.model.tree import SourceTree
from publisher.remote.port import Remote
from publisher.sync.naming import NameOrigin, name_collection
from publisher.sync.options import count_mails


class Proposal(Struct, frozen=True):
    """A plan, what it rests on (snapshot, stored bodies by page id), and when that was read (monotonic seconds)."""

    plan: Plan
    snapshot: Snapshot
    evidence: Evidence
    read_at: float

    @property
    def bodies(self) -> Mapping[str, str]:
        """Stored bodies by page id."""
        return self.evidence.bodies


def place_of(remote: Remote, snapshot: Snapshot, settings: Settings, repository: Repository) -> dict[str, str]:
    """Where it goes, and under which name: what people and reports are told."""
    named = name_collection(settings, repository)
    origin = named.origin if named.name == snapshot.collection else NameOrigin.ROOT_PAGE
    return {
        "site": remote.site,
        "space": snapshot.space.key,
        "parent": snapshot.parent,
        "account": snapshot.account,
        "collection": snapshot.collection,
        "named": str(origin),
    }


def preview(plan: Plan, source: SourceTree, remote: Remote, settings: Settings) -> Report:
    """The report of a plan that is not applied: what would happen to each page."""
    results = tuple(unchanged_result(action) for action in plan.actions)
    removed = {removal.page.id: removal.page for removal in plan.removals}
    return Report(
        results=results,
        problems=plan.problems,
        requests=remote.session.requests,
        writes=remote.session.writes,
        orphans=tuple(page for page in plan.orphans if page.id not in removed),
        removed=tuple(removed.values()),
        commit=source.repository.commit,
        where=plan.where,
        mails=count_mails(plan, settings),
    )
