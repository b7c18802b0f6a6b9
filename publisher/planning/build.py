"""The one planner: what is wanted and what is there become a plan. Pure."""

from collections.abc import Iterable, Sequence

from publisher._version import __version__
from publisher.errors import PlanRefused
from publisher.model.plan import PageAction, Plan, Planned, Reason, Removal
from publisher.model.problem import Problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import NO_EVIDENCE, ContentKind, Evidence, Snapshot
from publisher.naming import count_of
from publisher.planning.basis import Basis
from publisher.planning.changes import compare_page
from publisher.planning.compare import release_of
from publisher.planning.identity import check_same_documents
from publisher.planning.match import Matches
from publisher.planning.notices import archived_page, hidden_page
from publisher.planning.people import put_people_first
from publisher.planning.placement import find_reorders, wanted_parent
from publisher.planning.removals import LIVING, plan_removals
from publisher.planning.rules import Rules
from publisher.planning.titles import titles_in_the_way


def make_plan(
    tree: RenderedTree, snapshot: Snapshot, matches: Matches, rules: Rules, evidence: Evidence = NO_EVIDENCE
) -> Plan:
    """The plan; PlanRefused if the rules forbid it.

    A plan that is made without the evidence that ``planning.needs`` asks for is a draft: it takes every newer version
    for a hand edit and carries nothing over.
    """
    basis = Basis(tree=tree, snapshot=snapshot, matches=matches, rules=rules, evidence=evidence)
    check_same_documents(tree, snapshot)
    _check_migrated(basis)
    problems = list(matches.problems)
    in_the_way = titles_in_the_way(tree, matches.pages)
    actions = [
        action
        for page in tree.pages.values()
        if (action := _plan_page(basis, page, problems, needs_temp_title=page.key in in_the_way)) is not None
    ]
    _check_parents(tree, actions)
    _check_versions(basis, actions)
    complete = rules.selected is None
    removals: list[Removal] = []
    if complete:
        removals, held_back = plan_removals(matches, snapshot, rules, evidence)
        problems += held_back
    _check_losses(basis, removals)
    return Plan(
        collection=snapshot.collection,
        space_id=snapshot.space.id,
        actions=tuple(actions),
        orphans=tuple(matches.orphans) if complete else (),
        reorders=tuple(find_reorders(basis, actions)) if complete else (),
        removals=tuple(removals),
        problems=tuple(problems),
        unverified=snapshot.unverified,
    )


def needs_full_snapshot(plan: Plan) -> bool:
    """Whether the plan asks for titles or removals that a snapshot of our own pages alone cannot vouch for."""
    return bool(plan.removals) or any(
        (action.remote is None and action.kind == "create")
        or (action.remote is not None and action.remote.status not in LIVING)
        or Reason.TITLE in action.reasons
        for action in plan.actions
    )


def _plan_page(
    basis: Basis, page: RenderedPage, problems: list[Problem], *, needs_temp_title: bool
) -> PageAction | None:
    """None for a page that is neither there nor asked for."""
    remote, selected = basis.matches.pages.get(page.key), basis.rules.selected
    parent = wanted_parent(basis, page)
    if selected is not None and page.key not in selected:
        return PageAction(kind="unchanged", page=page, remote=remote, parent=parent) if remote else None
    if remote is None:
        return _plan_creation(basis, page, problems)
    if remote.status == "archived":
        problems.append(archived_page(page, remote))
        return PageAction(kind="withheld", page=page, remote=remote, parent=parent, reasons=(Reason.ARCHIVED,))
    action = compare_page(basis, page, remote, problems, needs_temp_title=needs_temp_title)
    return put_people_first(basis, action, problems)


def _plan_creation(basis: Basis, page: RenderedPage, problems: list[Problem]) -> PageAction:
    snapshot = basis.snapshot
    gone = next((stored for stored in snapshot.gone.values() if stored.stamp.path == page.key), None)
    parent = wanted_parent(basis, page)
    if gone is not None and gone.stamp.page in snapshot.hidden and not basis.rules.repair:
        problems.append(hidden_page(page.source or page.key, gone.stamp.title, gone.stamp.page))
        return PageAction(kind="withheld", page=page, remote=None, parent=parent, reasons=(Reason.HIDDEN,), gone=gone)
    return PageAction(
        kind="create",
        page=page,
        remote=None,
        parent=parent,
        reasons=(Reason.PURGED if gone else Reason.NEW,),
        body=page.body,
        upload=page.attachments,
        add_labels=page.labels,
        stamp=True,
        links_pending=any(target not in basis.matches.pages for target in page.anchored),
        set_properties=tuple(page.properties),
        set_metadata=tuple(page.metadata.noted()),
        gone=gone if page.metadata.kind == ContentKind.PAGE else None,
    )


def _check_migrated(basis: Basis) -> None:
    """Pages of this very collection under new ids: a second tree beside them would be a copy."""
    snapshot = basis.snapshot
    missing = {key for key in basis.tree.pages if key not in basis.matches.pages}
    selected = basis.rules.selected
    missing = missing if selected is None else missing & selected
    found = [page for page in snapshot.migrated() if page.stamp and page.stamp.path in missing]
    if found:
        text = (
            f"{count_of(len(found), 'page')} of the collection “{snapshot.collection}” with another id ({found[0].url})"
        )
        raise PlanRefused(f"{text}, as after a migration; to go on with them, run `publisher adopt`")


def _check_versions(basis: Basis, actions: Iterable[PageAction]) -> None:
    """An older Publisher does not rewrite what a newer one wrote: the two would take turns."""
    if basis.rules.allow_downgrade:
        return
    stamps = [a.remote.stamp for a in actions if a.write and a.remote and a.remote.stamp]
    newer = [stamp.tool for stamp in stamps if stamp.tool and release_of(stamp.tool) > release_of(__version__)]
    if newer:
        text = f"Publisher {max(newer)} wrote {count_of(len(newer), 'page')} that would change; this is {__version__}"
        raise PlanRefused(f"{text}. Use that version, or re-run with --allow-downgrade")


def _check_parents(tree: RenderedTree, actions: Sequence[PageAction]) -> None:
    planned = {action.page.key for action in actions if action.remote is None}
    for action in actions:
        if isinstance(action.parent, Planned) and action.parent.key not in planned:
            raise PlanRefused(
                f"{action.page.key}: its parent “{tree.pages[action.parent.key].title}” is not published yet; "
                "publish that as well, or name the docs folder with --docs if it is another one"
            )


def _check_losses(basis: Basis, removals: Sequence[Removal]) -> None:
    snapshot, rules = basis.snapshot, basis.rules
    total = len(snapshot.owned()) + len(snapshot.gone)
    orphans = {page.id for page in basis.matches.orphans}
    rules.check_loss(sum(removal.page.id in orphans for removal in removals), total, "would be removed")
    trashed = sum(page.status == "trashed" for page in basis.matches.pages.values())
    gone = sum(page not in snapshot.hidden for page in snapshot.gone)
    rules.check_loss(gone + trashed, total, "have gone from Confluence")
