"""Read the snapshot and make the plan."""

import os
import time
from datetime import datetime
from typing import TypedDict

from msgspec.structs import replace

from publisher.convert.compose import Conversion, with_titles, with_tree
from publisher.errors import UsageError
from publisher.model.plan import Plan, Reason
from publisher.model.problem import Problem, problem
from publisher.model.rendered import RenderedTree
from publisher.model.repository import Repository
from publisher.model.settings import Settings
from publisher.model.snapshot import Evidence, Snapshot
from publisher.model.tree import SourceTree
from publisher.pagetree.code_links import with_code_links
from publisher.pagetree.quality import judge_problems
from publisher.planning.adopt import find_adoptable, with_adopted_root
from publisher.planning.build import make_plan, needs_full_snapshot
from publisher.planning.match import Adoptable, match_pages
from publisher.planning.provenance import intent, is_unfinished
from publisher.planning.rules import Rules
from publisher.planning.titles import choose_titles
from publisher.remote.port import Remote
from publisher.source.git.git import WorkTree, open_work_tree, read_git
from publisher.storage import NotWellFormed, canonical
from publisher.sync.evidence import read_bodies, read_evidence
from publisher.sync.merged import find_merged
from publisher.sync.options import target_of
from publisher.sync.passages import touched_comments
from publisher.sync.proposal import Proposal, place_of
from publisher.sync.snapshot import NoRoot, read_snapshot

#: For these a snapshot that is in memory is not enough.
NOT_IN_PLACE = {Reason.MOVED, Reason.RESTORED, Reason.ADOPTED, Reason.INTERRUPTED}
_TEXTS = 200  # stored bodies that are read at most to find renamed documents


def check_capabilities(conversion: Conversion, remote: Remote, settings: Settings) -> None:
    """UsageError that names everything that this product cannot do."""
    if settings.sync.prune == "archive" and not remote.capabilities.archives:
        raise UsageError("`prune: archive` is not available on Data Center; use `prune: trash`")
    if not remote.capabilities.folders and settings.tree.directories == "folder":
        raise UsageError("`directories: folder` is not available on Data Center; use page or flatten")
    facets = {"view": "restrict", "edit": "restrict", "owner": "owner", "status": "status", "draft": "draft"}
    wrong = [
        f"{page.key}: `{facets[name]}` is not available on Data Center"
        for page in conversion.rendered.pages.values()
        for name in (() if remote.capabilities.metadata else page.metadata.noted())
    ]
    if wrong:
        raise UsageError("\n".join(wrong))


def plan_publish(
    conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, known: Snapshot | NoRoot | None = None
) -> Proposal:
    """The plan that `plan` prints and `publish` applies. Reads the whole space only where our own pages are not enough.

    ``known``: what was read just now.
    """
    check_capabilities(conversion, remote, settings)
    target = target_of(conversion, settings)
    if isinstance(known, NoRoot) or known is None or not set(target.page_ids) <= set(known.pages):
        no_root = known if isinstance(known, NoRoot) else None
        known = read_snapshot(remote, target, complete=False, known=no_root)
    proposal = _propose(conversion, remote, settings, rules, known)
    if proposal is None:
        complete = read_snapshot(remote, target, complete=True)
        proposal = _propose(conversion, remote, settings, rules, complete)
    assert proposal is not None, "a complete snapshot is always enough"
    return proposal


def _propose(
    conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, snapshot: Snapshot
) -> Proposal | None:
    """None if the snapshot of our own pages is not enough."""
    read_at = time.monotonic()
    if snapshot.code is not None and _is_silent(conversion.source.repository):
        conversion = with_tree(conversion, with_code_links(conversion.tree, snapshot.code))
    if snapshot.complete:
        snapshot = _with_interrupted_root(conversion.rendered, remote, snapshot)
    tree = conversion.rendered
    adopting = settings.adopts and snapshot.complete
    adoptable = find_adoptable(tree, snapshot, everywhere=not settings.sync.parent) if adopting else Adoptable()
    taken = with_adopted_root(tree, snapshot, adoptable)
    if taken.root != snapshot.root:
        properties = remote.read_properties(taken.pages[taken.root].ref)
        snapshot = replace(taken, root_properties=properties)
    matches = match_pages(tree, snapshot, {}, adoptable, **_limits(conversion, settings))
    if (
        snapshot.complete
        and matches.orphans
        and any(page.source and key not in matches.pages for key, page in tree.pages.items())
    ):
        texts = read_bodies(remote, [page.ref for page in matches.orphans[:_TEXTS] if page.status == "current"])
        matches = match_pages(tree, snapshot, texts, adoptable, **_limits(conversion, settings))
    titles, problems = choose_titles(tree, snapshot, matches, rules)
    tree = with_titles(conversion, titles).rendered
    rules = _keeping_addresses(rules, conversion.source.repository, snapshot)
    draft = make_plan(tree, snapshot, matches, rules.for_draft())
    if not snapshot.complete and needs_full_snapshot(draft):
        return None
    evidence = read_evidence(remote, draft, whole=rules.repair)
    evidence = replace(evidence, merged=find_merged(conversion, remote, settings, draft, evidence))
    plan = make_plan(tree, snapshot, matches, rules, evidence)
    problems = [
        *problems,
        *plan.problems,
        *touched_comments(conversion, remote, plan, evidence),
        *_newer_pages(plan, conversion.source),
    ]
    if plan.reorders and not remote.capabilities.ordered:
        text = "the order of pages cannot be set on Data Center: new pages stand where Confluence puts them"
        problems.append(problem("", None, "page-order", text, "move them once in Confluence"))
        plan = replace(plan, reorders=())
    judged = tuple(judge_problems(problems, (), settings.quality.levels))
    return Proposal(
        replace(plan, problems=judged, where=place_of(remote, snapshot, settings, conversion.source.repository)),
        snapshot,
        evidence,
        read_at,
    )


def _keeping_addresses(rules: Rules, repository: Repository, snapshot: Snapshot) -> Rules:
    """Where nothing tells of the repository (files without their ``.git``), a page of one that did is not rewritten for
    the want of the repository's address in its footer and links to code.
    """
    root = snapshot.pages.get(snapshot.root)
    known = bool(root and root.stamp and root.stamp.repository)
    if not known or snapshot.code is not None or not _is_silent(repository):
        return rules
    return replace(rules, skip_reason=rules.skip_reason | {Reason.SETTINGS})


def _is_silent(repository: Repository) -> bool:
    """Whether neither Git nor the settings tell where the files of the repository are shown."""
    return bool(repository.unknown) and not repository.blob_base


class _Limits(TypedDict):
    space_given: bool
    missing: tuple[str, ...]


def _limits(conversion: Conversion, settings: Settings) -> _Limits:
    """What pages must not be matched with."""
    source = conversion.source
    return _Limits(space_given="space" in settings.sync.given, missing=source.repository.missing_below(source.root))


def _newer_pages(plan: Plan, source: SourceTree) -> list[Problem]:
    """Adopted pages that somebody changed after the document: what they wrote may not be in Git."""
    adopted = [
        action
        for action in plan.actions
        if Reason.ADOPTED in action.reasons and action.remote is not None and action.write
    ]
    tree = open_work_tree(source.root, os.environ) if adopted else None
    found = []
    for action in adopted:
        file, page = str(source.root / action.page.source), action.remote
        committed = read_git(tree, "log", "-1", "--format=%ct", "--", file) if isinstance(tree, WorkTree) else None
        try:
            changed = datetime.fromisoformat(page.modified).timestamp() if page else 0.0
        except ValueError:
            continue
        if page and committed and changed > float(committed):
            text = f"{page.url} was changed by {page.editor} at {page.modified}, after its document"
            hint = "look at it with plan --diff"
            found.append(problem(action.page.source, None, "newer-in-confluence", text, hint))
    return found


def plan_known(
    conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, snapshot: Snapshot
) -> Proposal | None:
    """A plan that updates pages which are there, from a snapshot that is in memory: it reads the pages to be written alone.

    None if more is to be done than that, so that Confluence must be read again.
    """
    check_capabilities(conversion, remote, settings)
    tree = conversion.rendered
    draft, _ = _draft(conversion, settings, snapshot, rules.for_draft(), Evidence())
    moved = any(NOT_IN_PLACE & set(action.reasons) for action in draft.actions)
    if needs_full_snapshot(draft) or moved or draft.reorders or len(draft.actions) != len(tree.pages):
        return None
    read_at = time.monotonic()
    evidence = read_evidence(remote, draft)
    pages = {**snapshot.pages, **{n: page.stamped(snapshot.pages[n].stored) for n, page in evidence.pages.items()}}
    snapshot = replace(snapshot, pages=pages)
    plan, problems = _draft(conversion, settings, snapshot, rules, evidence)
    if needs_full_snapshot(plan):
        return None
    problems = [*problems, *plan.problems, *touched_comments(conversion, remote, plan, evidence)]
    judged = tuple(judge_problems(problems, (), settings.quality.levels))
    return Proposal(
        replace(plan, problems=judged, where=place_of(remote, snapshot, settings, conversion.source.repository)),
        snapshot,
        evidence,
        read_at,
    )


def _draft(
    conversion: Conversion, settings: Settings, snapshot: Snapshot, rules: Rules, evidence: Evidence
) -> tuple[Plan, list[Problem]]:
    matches = match_pages(conversion.rendered, snapshot, {}, **_limits(conversion, settings))
    titles, problems = choose_titles(conversion.rendered, snapshot, matches, rules)
    tree = with_titles(conversion, titles).rendered
    return make_plan(tree, snapshot, matches, rules, evidence), problems


def _with_interrupted_root(tree: RenderedTree, remote: Remote, snapshot: Snapshot) -> Snapshot:
    """A root page that a run created and was killed before stamping is known by what it holds."""
    root = next(iter(tree.pages.values()))
    for page in snapshot.pages.values():
        here = page.parent == snapshot.parent and page.title == root.title
        if not snapshot.root and here and is_unfinished(page, snapshot.account):
            try:
                same = canonical(remote.read_body(page.ref).body) == canonical(root.body)
            except NotWellFormed:
                same = False
            if same:
                records = remote.read_properties(page.ref)
                intents = snapshot.intents | {intent(root.title, None)}
                return replace(snapshot, root=page.id, root_properties=records, intents=intents)
    return snapshot
