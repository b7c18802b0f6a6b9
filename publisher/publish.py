"""Compose the online half: snapshot → plan → apply. The counterpart of ``pipeline.convert``."""

from collections.abc import Callable
from dataclasses import replace

from publisher.apply import Progress, apply_plan
from publisher.model.plan import PageAction, Plan, Report, Snapshot
from publisher.model.settings import Settings
from publisher.pipeline import Conversion
from publisher.planning.build import intent, is_unfinished, make_plan
from publisher.remote.cloud import CloudRemote
from publisher.source.tree import read_git, repository_root
from publisher.storage import NotWellFormed, canonical


def collection_name(settings: Settings) -> str:
    """The setting, else a name derived from the repository or the folder: the same on every run of this checkout."""
    if settings.collection:
        return settings.collection
    root = repository_root(settings.docs)
    remote = read_git(settings.docs, "remote", "get-url", "origin") if root else None
    if remote and root:
        name = remote.removesuffix(".git").rstrip("/").replace(":", "/").split("/")[-2:]
        below = settings.docs.relative_to(root).as_posix()
        return "/".join(name) + ("" if below == "." else "/" + below)
    return settings.docs.name


def plan_publish(
    conversion: Conversion, remote: CloudRemote, settings: Settings, selected: Callable[[str], bool] | None
) -> Plan:
    """The plan that `plan` prints and `publish` applies."""
    snapshot = _with_interrupted_root(conversion, remote, remote.read_snapshot(settings.space, settings.parent))
    pages = conversion.rendered.pages
    chosen = None if selected is None else frozenset(key for key in pages if selected(key))
    return make_plan(conversion.rendered, snapshot, collection_name(settings), chosen)


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


def publish(plan: Plan, conversion: Conversion, remote: CloudRemote, settings: Settings, progress: Progress) -> Report:
    """Applies the plan."""
    return apply_plan(
        plan,
        remote,
        lambda action: commit_message(settings, action),
        notify=settings.notify,
        problems=conversion.problems,
        progress=progress,
    )
