"""Compose the online half: snapshot → plan → apply. The counterpart of ``pipeline.convert``."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.apply import Manner, Progress, StalePlan, apply_plan, unchanged_result
from publisher.errors import PlanRefused, UsageError
from publisher.model.plan import PageAction, Plan, Report, Snapshot
from publisher.model.problem import Problem, problem
from publisher.model.rendered import RenderedTree
from publisher.model.settings import Settings
from publisher.model.tree import SourceTree
from publisher.pagetree.quality import judge_problems
from publisher.pipeline import Conversion, digest_inputs, find_root, restyle, retitle
from publisher.planning.adopt import find_adoptable
from publisher.planning.build import doubtful, is_tentative, make_plan
from publisher.planning.marks import intent, is_unfinished
from publisher.planning.match import match_pages, words_of
from publisher.planning.proof import check_proof
from publisher.planning.rules import Rules
from publisher.planning.titles import choose_titles
from publisher.remote.cloud import CloudRemote
from publisher.snapshot import Target, read_own_pages, read_snapshot
from publisher.source.tree import read_git, repository_root
from publisher.storage import NotWellFormed, canonical

_ROUNDS = 5  # how often a run begins anew because another one was faster
_TEXTS = 200  # stored bodies that are read at most to find renamed documents


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan, what it rests on (snapshot, stored bodies by page id), and when that was read (monotonic seconds)."""

    plan: Plan
    snapshot: Snapshot
    bodies: Mapping[str, str]
    read_at: float


def collection_name(settings: Settings) -> str:
    """The setting, else a name derived from the repository (``owner/name/folder``) or, without one, from the folder.

    A profile's pages, and those of a part that goes to a place of its own, are a collection of their own.
    """
    return _plain_name(settings) + settings.edition


def _plain_name(settings: Settings) -> str:
    if settings.collection:
        return settings.collection
    root = repository_root(settings.docs)
    remote = read_git(settings.docs, "remote", "get-url", "origin") if root else None
    if remote and root:
        parts = remote.rstrip("/").removesuffix(".git").replace(":", "/").split("/")
        name = [part for part in parts if part != "_git"][-2:]
        below = settings.docs.relative_to(root).as_posix()
        return "/".join(name) + ("" if below == "." else "/" + below)
    return settings.folder_path or settings.docs.name


def plan_unchanged(
    source: SourceTree, remote: CloudRemote, settings: Settings
) -> tuple[Proposal, tuple[Problem, ...]] | Snapshot | None:
    """The empty plan, with the problems of the documents, if it can be proved without parsing them.

    Else the snapshot that was read, which ``plan_publish`` takes, or None if there was none to trust.
    """
    read_at = time.monotonic()
    key, title = find_root(source, settings)
    derived = not settings.collection
    target = Target(
        settings.space,
        settings.parent,
        collection_name(settings),
        derived,
        key,
        title,
        frozenset({title}),
        root=settings.root,
    )
    snapshot = read_own_pages(remote, target)
    proved = check_proof(snapshot, digest_inputs(source, settings)) if snapshot else None
    if snapshot is None or proved is None:
        return snapshot
    plan, problems = proved
    return Proposal(replace(plan, where=_where(remote, snapshot)), snapshot, {}, read_at), problems


def fit(conversion: Conversion, remote: CloudRemote, settings: Settings) -> Conversion:
    """Pages for the product that the address turned out to be, unless the setting `target` names one."""
    if settings.prune == "archive" and not remote.archives:
        raise UsageError("`prune: archive` is not available on Data Center; use `prune: trash`")
    if not remote.folders and settings.directories == "folder":
        raise UsageError("`directories: folder` is not available on Data Center; use page or flatten")
    facets = {"view": "restrict", "edit": "restrict", "owner": "owner", "status": "status", "draft": "draft"}
    wrong = [
        f"{page.key}: `{facets[name]}` is not available on Data Center"
        for page in conversion.rendered.pages.values()
        for name in (() if remote.restricts else page.facets.noted())
    ]
    if wrong:
        raise UsageError("\n".join(wrong))
    return restyle(conversion, remote.product) if settings.target == "auto" else conversion


def plan_publish(
    conversion: Conversion, remote: CloudRemote, settings: Settings, rules: Rules, known: Snapshot | None = None
) -> Proposal:
    """The plan that `plan` prints and `publish` applies. Reads the whole space only where our own pages are not enough.

    ``known``: a snapshot that was read just now.
    """
    conversion = fit(conversion, remote, settings)
    target = target_of(conversion.rendered, settings)
    if known is None or not set(target.page_ids) <= set(known.pages):
        known = read_snapshot(remote, target, complete=False)
    proposal = _propose(conversion, remote, settings, rules, known)
    if proposal is None:
        complete = read_snapshot(remote, target, complete=True)
        proposal = _propose(conversion, remote, settings, rules, complete)
    assert proposal is not None, "a complete snapshot is always enough"
    return proposal


def _propose(
    conversion: Conversion, remote: CloudRemote, settings: Settings, rules: Rules, snapshot: Snapshot
) -> Proposal | None:
    """None if the snapshot of our own pages is not enough."""
    read_at = time.monotonic()
    if snapshot.complete:
        snapshot = _with_interrupted_root(conversion.rendered, remote, snapshot)
    tree = conversion.rendered
    adopting = settings.adopts and snapshot.complete
    adoptable = find_adoptable(tree, snapshot, everywhere=not settings.parent) if adopting else {}
    root = next(iter(tree.pages))
    if root in adoptable and not snapshot.root:
        snapshot = replace(snapshot, root=adoptable[root].id, records=remote.read_records(adoptable[root].id))
    matches = match_pages(tree, snapshot, {}, adoptable, space_given="space" in settings.given)
    if (
        snapshot.complete
        and matches.left
        and any(page.source and key not in matches.pages for key, page in tree.pages.items())
    ):
        texts = _read_bodies(remote, [page.id for page in matches.left[:_TEXTS] if page.status == "current"])
        matches = match_pages(tree, snapshot, texts, adoptable, space_given="space" in settings.given)
    titles, problems = choose_titles(tree, snapshot, matches, rules)
    tree = retitle(conversion, titles).rendered
    draft = make_plan(tree, snapshot, matches, rules, {})
    if not snapshot.complete and is_tentative(draft):
        return None
    bodies = _read_bodies(remote, doubtful(draft))
    plan = make_plan(tree, snapshot, matches, rules, bodies)
    problems = [*problems, *plan.problems, *_lost_comments(remote, plan), *_newer_pages(plan, settings)]
    if plan.reorders and not remote.ordered:
        text = "the order of pages cannot be set on Data Center: new pages stand where Confluence puts them"
        problems.append(problem("", None, "page-order", text, "move them once in Confluence"))
        plan = replace(plan, reorders=())
    judged = tuple(judge_problems(problems, (), settings.levels))
    return Proposal(replace(plan, problems=judged, where=_where(remote, snapshot)), snapshot, bodies, read_at)


def _where(remote: CloudRemote, snapshot: Snapshot) -> dict[str, str]:
    return {
        "site": remote.site,
        "space": snapshot.space.key,
        "parent": snapshot.parent,
        "account": snapshot.account,
        "collection": snapshot.collection,
    }


def target_of(tree: RenderedTree, settings: Settings) -> Target:
    """Where the tree is to be published."""
    root = next(iter(tree.pages.values()))
    return Target(
        settings.space,
        settings.parent,
        collection_name(settings),
        not settings.collection,
        root.key,
        root.title,
        frozenset(page.title for page in tree.pages.values()),
        tuple(page.page_id for page in tree.pages.values() if page.page_id),
        settings.new_root,
        settings.move_root,
        settings.root,
        settings.take_over,
        frozenset(page.facets.kind for page in tree.pages.values()),
        frozenset((page.key, page.wanted) for page in tree.pages.values()),
    )


def _read_bodies(remote: CloudRemote, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    with ThreadPoolExecutor(remote.jobs) as pool:
        return dict(zip(ids, (body for _, body in pool.map(remote.read_body, ids)), strict=True))


def _lost_comments(remote: CloudRemote, plan: Plan) -> list[Problem]:
    """Comments that would lose their text, with author and words."""
    found = []
    for action in plan.actions:
        if action.lost and action.remote:
            comments = remote.read_comments(action.remote.id)
            for lost in action.lost:
                author, text = comments.get(lost.ref, ("", ""))
                said = " ".join(words_of(text))[:200]
                message = f"the comment of {author or 'somebody'} on “{lost.selection}” loses its text: “{said}”"
                found.append(problem(action.page.source or action.page.key, None, "lost-comment", message))
    return found


def _newer_pages(plan: Plan, settings: Settings) -> list[Problem]:
    """Adopted pages that somebody changed after the document: what they wrote may not stand in Git."""
    found = []
    for action in plan.actions:
        if "adopted" not in action.reasons or action.remote is None or not action.write:
            continue
        committed = read_git(settings.docs, "log", "-1", "--format=%ct", "--", str(settings.docs / action.page.source))
        try:
            changed = datetime.fromisoformat(action.remote.modified).timestamp()
        except ValueError:
            continue
        if committed and changed > float(committed):
            text = f"{action.remote.url} was changed by {action.remote.editor} at {action.remote.modified}, after its document"
            hint = "look at it with plan --diff"
            found.append(problem(action.page.source, None, "newer-in-confluence", text, hint))
    return found


def plan_known(
    conversion: Conversion, remote: CloudRemote, settings: Settings, rules: Rules, snapshot: Snapshot
) -> Proposal | None:
    """A plan that updates pages which are there, from a snapshot that is in memory: it reads the pages to be written alone.

    None if more is to be done than that, so that Confluence must be read again.
    """
    conversion = fit(conversion, remote, settings)
    tree = conversion.rendered
    draft, _ = _draft(conversion, settings, snapshot, rules, {})
    moved = any({"moved", "restored", "adopted", "interrupted"} & set(action.reasons) for action in draft.actions)
    if is_tentative(draft) or moved or draft.reorders or len(draft.actions) != len(tree.pages):
        return None
    bodies, pages = {}, dict(snapshot.pages)
    read_at = time.monotonic()
    for page in doubtful(draft):
        now, bodies[page] = remote.read_body(page)
        known = pages[page]
        pages[page] = replace(now, stamp=known.stamp, stamp_id=known.stamp_id, stamp_version=known.stamp_version)
    snapshot = replace(snapshot, pages=pages)
    plan, problems = _draft(conversion, settings, snapshot, rules, bodies)
    if is_tentative(plan):
        return None
    problems = [*problems, *plan.problems, *_lost_comments(remote, plan)]
    judged = tuple(judge_problems(problems, (), settings.levels))
    return Proposal(replace(plan, problems=judged, where=_where(remote, snapshot)), snapshot, bodies, read_at)


def _draft(
    conversion: Conversion, settings: Settings, snapshot: Snapshot, rules: Rules, bodies: Mapping[str, str]
) -> tuple[Plan, list[Problem]]:
    matches = match_pages(conversion.rendered, snapshot, {}, space_given="space" in settings.given)
    titles, problems = choose_titles(conversion.rendered, snapshot, matches, rules)
    tree = retitle(conversion, titles).rendered
    return make_plan(tree, snapshot, matches, rules, bodies), problems


def manner_of(settings: Settings, read_at: float) -> Manner:
    """How the settings have a plan applied."""
    return Manner(
        lambda action: commit_message(settings, action),
        settings.notify,
        settings.lease,
        settings.wait,
        read_at,
        settings.unwatch,
    )


def _with_interrupted_root(tree: RenderedTree, remote: CloudRemote, snapshot: Snapshot) -> Snapshot:
    """A root page that a run created and was killed before stamping is known by what it holds."""
    root = next(iter(tree.pages.values()))
    for page in snapshot.pages.values():
        here = page.parent == snapshot.parent and page.title == root.title
        if not snapshot.root and here and is_unfinished(page, snapshot.account):
            try:
                same = canonical(remote.read_body(page.id)[1]) == canonical(root.body)
            except NotWellFormed:
                same = False
            if same:
                records = remote.read_records(page.id)
                intents = snapshot.intents | {intent(root.title, None)}
                return replace(snapshot, root=page.id, records=records, intents=intents)
    return snapshot


def commit_message(settings: Settings, action: PageAction) -> str:
    """Subject and short hash of the last commit that touched the page's inputs."""
    inputs = [str(item.path) for item in action.page.attachments]
    if action.page.source:
        inputs.append(str(settings.docs / action.page.source))
    found = read_git(settings.docs, "log", "-1", "--format=%s (%h)", "--", *inputs) if inputs else None
    return found or "Published by Publisher"


def rules_of(settings: Settings, selected: frozenset[str] | None) -> Rules:
    """What the planner obeys."""
    return Rules(
        selected,
        settings.on_hand_edit,
        settings.overwrite,
        settings.on_lost_comment,
        settings.on_title_taken,
        settings.prune,
        settings.prune_limit,
        skip_reason=_check_reasons(settings.skip_reason),
        allow_downgrade=settings.allow_downgrade,
    )


def rules_after(plans: Iterable[Plan], settings: Settings, selected: frozenset[str] | None) -> Rules:
    """What the planner obeys where these plans are applied first: their new titles are held by then."""
    claimed = frozenset(
        action.page.title.casefold()
        for plan in plans
        for action in plan.actions
        if plan.where.get("space") == settings.space
        and action.page.facets.kind == "page"
        and (action.remote is None or action.remote.title != action.page.title)
    )
    return replace(rules_of(settings, selected), claimed=claimed)


def _check_reasons(names: tuple[str, ...]) -> frozenset[str]:
    unknown = [name for name in names if name not in {"converter", "settings"}]
    if unknown:
        raise UsageError(f"--skip-reason: {unknown[0]!r} cannot be left for later; known are converter, settings")
    return frozenset(names)


def publish(
    conversion: Conversion,
    remote: CloudRemote,
    settings: Settings,
    rules: Rules,
    progress: Callable[[Plan], Progress],
    known: Snapshot | None = None,
) -> tuple[Plan, Report]:
    """Plans and applies. Begins anew where another run was faster, or where a title is held by a page that cannot be seen."""
    conversion = fit(conversion, remote, settings)
    earlier: Report | None = None
    for _ in range(_ROUNDS):
        proposal = plan_publish(conversion, remote, settings, rules, known)
        plan, known = proposal.plan, None
        whole = rules.selected is None and not conversion.part
        inputs = digest_inputs(conversion.source, settings) if whole else ""
        manner = replace(manner_of(settings, proposal.read_at), inputs=inputs, problems=conversion.problems)
        try:
            report = apply_plan(plan, proposal.snapshot, remote, manner, progress(plan))
        except StalePlan:
            continue
        report = _merge(earlier, report)
        taken = frozenset(
            result.action.page.title.casefold()
            for result in report.results
            if result.title_taken and "purged in Confluence" not in result.action.reasons
        )
        if not taken - rules.taken or rules.on_title_taken == "fail":
            problems = (*plan.problems, *report.problems)
            mails = _mails(plan, settings)
            return plan, replace(report, problems=problems, commit=_commit(settings), mails=mails)
        earlier = report
        rules = replace(rules, taken=rules.taken | taken)
    raise PlanRefused("other runs changed this collection again and again; try later")


def _merge(earlier: Report | None, report: Report) -> Report:
    """One report of two rounds: what the first one did, and what the second did to the rest."""
    if earlier is None:
        return report
    done = {result.action.page.key: result for result in earlier.results if not result.error}
    results = tuple(
        done.get(result.action.page.key, result) if result.action.idle else result for result in report.results
    )
    return replace(
        report,
        results=results,
        problems=(*earlier.problems, *report.problems),
        removed=(*earlier.removed, *report.removed),
        moves=earlier.moves + report.moves,
    )


def preview(plan: Plan, remote: CloudRemote, settings: Settings) -> Report:
    """The report of a plan that is not applied: what would become of each page."""
    results = tuple(unchanged_result(action) for action in plan.actions)
    removed = {removal.page.id: removal.page for removal in plan.removals}
    requests, writes = remote.counts
    return Report(
        results,
        plan.problems,
        requests,
        writes,
        orphans=tuple(page for page in plan.orphans if page.id not in removed),
        removed=tuple(removed.values()),
        commit=_commit(settings),
        where=plan.where,
        mails=_mails(plan, settings),
    )


def _mails(plan: Plan, settings: Settings) -> int:
    """New pages always tell the watchers of the space; an update does where it is asked to (reference E.22)."""
    asked = (
        settings.notify if action.page.facets.notify is None else action.page.facets.notify
        for action in plan.actions
        if action.write
    )
    return sum(asked) + sum(action.kind == "create" for action in plan.actions)


def _commit(settings: Settings) -> str:
    return read_git(settings.docs, "rev-parse", "HEAD") or ""
