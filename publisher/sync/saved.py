"""Plan after a save that only these pages can have to do with: the others are as they were left."""

import time
from collections.abc import Collection
from types import MappingProxyType

from msgspec.structs import replace

from publisher.convert.compose import Conversion
from publisher.model.plan import Reason
from publisher.model.rendered import RenderedTree
from publisher.model.settings import Settings
from publisher.model.snapshot import Evidence, RemotePage, Snapshot
from publisher.pagetree.quality import judge_problems
from publisher.planning.build import make_plan, needs_full_snapshot
from publisher.planning.match import Matches
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.evidence import read_evidence
from publisher.sync.passages import touched_comments
from publisher.sync.proposal import Proposal, place_of
from publisher.sync.propose import NOT_IN_PLACE, check_capabilities


def plan_saved(
    conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, known: tuple[Snapshot, Collection[str]]
) -> Proposal | None:
    """``known``: a snapshot that is in memory, and the keys of the pages. None if more is to be done than new texts."""
    snapshot, keys = known
    by_path = {page.stamp.path: page for page in snapshot.pages.values() if page.stamp and page.status == "current"}
    if snapshot.unverified or snapshot.renamed or not _are_in_place(conversion, by_path, keys):
        return None
    check_capabilities(conversion, remote, settings)
    pages = conversion.rendered.pages
    chosen = set(keys)
    for key in keys:
        above = pages[key].parent
        while above is not None:
            chosen.add(above)
            above = pages[above].parent
    tree = RenderedTree(MappingProxyType({key: page for key, page in pages.items() if key in chosen}), ())
    around = chosen | {target for key in keys for target in pages[key].anchored}
    matches = Matches(pages={key: by_path[key] for key in around if key in by_path}, orphans=())
    rules = replace(rules, selected=frozenset(keys))
    if not chosen <= matches.pages.keys():
        return None
    draft = make_plan(tree, snapshot, matches, rules.for_draft(), Evidence())
    moved = any((NOT_IN_PLACE | {Reason.TITLE}) & set(action.reasons) for action in draft.actions)
    if needs_full_snapshot(draft) or moved:
        return None
    read_at = time.monotonic()
    evidence = read_evidence(remote, draft)
    fresh = {number: page.stamped(snapshot.pages[number].stored) for number, page in evidence.pages.items()}
    snapshot = replace(snapshot, pages={**snapshot.pages, **fresh})
    now = {key: snapshot.pages[page.id] for key, page in matches.pages.items()}
    plan = make_plan(tree, snapshot, replace(matches, pages=now), rules, evidence)
    if needs_full_snapshot(plan):
        return None
    judged = tuple(
        judge_problems(
            [*plan.problems, *touched_comments(conversion, remote, plan, evidence)], (), settings.quality.levels
        )
    )
    where = place_of(remote, snapshot, settings, conversion.source.repository)
    actions = tuple(action for action in plan.actions if action.page.key in keys)
    return Proposal(replace(plan, actions=actions, problems=judged, where=where), snapshot, evidence, read_at)


def _are_in_place(conversion: Conversion, by_path: dict[str, RemotePage], keys: Collection[str]) -> bool:
    """Whether each page has the title that its document wants: no other page has to do with it."""
    pages = conversion.rendered.pages
    return all(key in pages and key in by_path and by_path[key].title == pages[key].title for key in keys)
