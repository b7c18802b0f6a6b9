"""Compose the online half: snapshot → plan → apply. The counterpart of ``pipeline.convert``."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from publisher.apply import Progress, apply_plan, unchanged_result
from publisher.errors import PlanRefused
from publisher.model.plan import PageAction, Plan, Report, Snapshot
from publisher.model.problem import Problem
from publisher.model.rendered import RenderedPage
from publisher.model.settings import Settings
from publisher.pipeline import Conversion
from publisher.planning.build import intent, is_unfinished, make_plan
from publisher.remote.cloud import CloudRemote
from publisher.source.tree import read_git, repository_root
from publisher.storage import NotWellFormed, canonical


def collection_name(settings: Settings) -> str:
    """The setting, else a name derived from the repository (``owner/name/folder``) or, without one, from the folder."""
    if settings.collection:
        return settings.collection
    root = repository_root(settings.docs)
    remote = read_git(settings.docs, "remote", "get-url", "origin") if root else None
    if remote and root:
        parts = remote.rstrip("/").removesuffix(".git").replace(":", "/").split("/")
        name = [part for part in parts if part != "_git"][-2:]
        below = settings.docs.relative_to(root).as_posix()
        return "/".join(name) + ("" if below == "." else "/" + below)
    return settings.docs.name


def find_collection(root: RenderedPage, snapshot: Snapshot, settings: Settings) -> str:
    """The name on the root page that a first publish wrote, else the derived one.

    PlanRefused if a root of this title was published from another repository.
    """
    derived = collection_name(settings)
    for page in snapshot.pages.values():
        stamp = page.stamp
        is_root = stamp and stamp.page == page.id and stamp.path == root.key and page.parent == snapshot.parent
        if stamp and is_root and page.title.casefold() == root.title.casefold() and stamp.collection != derived:
            if settings.collection or ("/" in stamp.collection and "/" in derived):
                text = f"{page.url} is the root page of the collection “{stamp.collection}”, not of “{derived}”"
                raise PlanRefused(f"{text}; set `collection: {stamp.collection}` to go on with it, or another title")
            return stamp.collection
    return derived


def plan_publish(
    conversion: Conversion, remote: CloudRemote, settings: Settings, selected: Callable[[str], bool] | None
) -> Plan:
    """The plan that `plan` prints and `publish` applies."""
    snapshot = _with_interrupted_root(conversion, remote, remote.read_snapshot(settings.space, settings.parent))
    pages = conversion.rendered.pages
    chosen = None if selected is None else frozenset(key for key in pages if selected(key))
    collection = find_collection(next(iter(pages.values())), snapshot, settings)
    plan = make_plan(conversion.rendered, snapshot, collection, chosen)
    parent = snapshot.pages.get(snapshot.parent)
    where = {
        "site": remote.site,
        "space": snapshot.space_key,
        "parent": parent.title if parent else "",
        "account": snapshot.account,
        "collection": collection,
    }
    return replace(plan, where=where)


def _with_interrupted_root(conversion: Conversion, remote: CloudRemote, snapshot: Snapshot) -> Snapshot:
    """A root page that a run created and was killed before stamping is known by what it holds."""
    root = next(iter(conversion.rendered.pages.values()))
    for page in snapshot.pages.values():
        if is_unfinished(page, snapshot.account) and page.parent == snapshot.parent and page.title == root.title:
            try:
                same = canonical(remote.read_body(page)) == canonical(root.body)
            except NotWellFormed:
                same = False
            if same:
                return replace(snapshot, intents=snapshot.intents | {intent(root.title, None)})
    return snapshot


def commit_message(settings: Settings, action: PageAction) -> str:
    """Subject and short hash of the last commit that touched the page's inputs."""
    inputs = [str(item.path) for item in action.page.attachments]
    if action.page.source:
        inputs.append(str(settings.docs / action.page.source))
    found = read_git(settings.docs, "log", "-1", "--format=%s (%h)", "--", *inputs) if inputs else None
    return found or "Published by Publisher"


def publish(
    plan: Plan, problems: Sequence[Problem], remote: CloudRemote, settings: Settings, progress: Progress
) -> Report:
    """Applies the plan."""
    report = apply_plan(
        plan,
        remote,
        lambda action: commit_message(settings, action),
        notify=settings.notify,
        problems=problems,
        progress=progress,
    )
    return replace(report, commit=_commit(settings))


def preview(plan: Plan, problems: Sequence[Problem], remote: CloudRemote, settings: Settings) -> Report:
    """The report of a plan that is not applied."""
    results = tuple(unchanged_result(action) for action in plan.actions)
    commit = _commit(settings)
    return Report(results, tuple(problems), *remote.counts, 0.0, plan.orphans, commit=commit, where=plan.where)


def _commit(settings: Settings) -> str:
    return read_git(settings.docs, "rev-parse", "HEAD") or ""
