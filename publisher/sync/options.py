"""What the settings say to the planner and to apply."""

import platform
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher.apply.options import ApplyOptions
from publisher.errors import UsageError
from publisher.model.plan import Plan
from publisher.model.repository import Repository
from publisher.model.settings import Settings
from publisher.model.snapshot import ContentKind
from publisher.planning.rules import Rules
from publisher.storage import digest
from publisher.sync.messages import VersionMessages
from publisher.sync.naming import name_collection, sibling_names
from publisher.sync.target import Target

if TYPE_CHECKING:
    from publisher.convert.compose import Conversion


def collection_name(settings: Settings, repository: Repository) -> str:
    """See ``name_collection``."""
    return name_collection(settings, repository).name


def target_of(conversion: "Conversion", settings: Settings) -> Target:
    """Where the pages are to be published."""
    tree, repository = conversion.rendered, conversion.source.repository
    root = next(iter(tree.pages.values()))
    return Target(
        space=settings.sync.space,
        parent=settings.sync.parent,
        collection=collection_name(settings, repository),
        repository=repository.identity,
        folder=folder_of(settings),
        code=repository.code_address(conversion.source.root),
        derived=not settings.sync.collection,
        siblings=sibling_names(settings, repository),
        root_key=root.key,
        root_title=root.title,
        titles=frozenset(page.title for page in tree.pages.values()),
        page_ids=tuple(page.page_id for page in tree.pages.values() if page.page_id),
        new_root=settings.sync.new_root,
        move_root=settings.sync.move_root,
        own_space=settings.sync.own_space,
        root=settings.tree.root,
        take_over=settings.sync.take_over,
        kinds=frozenset(page.metadata.kind for page in tree.pages.values()),
        paths=frozenset((page.key, page.wanted) for page in tree.pages.values()),
    )


def folder_of(settings: Settings) -> str:
    """A digest of which folder on which machine it is: where it is the same, so are the documents."""
    try:
        about = settings.docs.stat()
    except OSError:
        return ""
    return digest(f"{platform.node()}|{settings.docs}|{about.st_dev}|{about.st_ino}")[:16]


def apply_options(settings: Settings, read_at: float, messages: VersionMessages) -> ApplyOptions:
    """How the settings have a plan applied."""
    return ApplyOptions(
        message=messages.message,
        notify=settings.sync.notify,
        lease=settings.sync.lease,
        wait=settings.sync.wait,
        read_at=read_at,
        unwatch=settings.sync.unwatch,
    )


def rules_of(settings: Settings, selected: frozenset[str] | None) -> Rules:
    """What the planner obeys."""
    return Rules(
        selected=selected,
        on_hand_edit=settings.sync.on_hand_edit,
        overwrite=settings.sync.overwrite,
        on_lost_comment=settings.sync.on_lost_comment,
        on_title_taken=settings.sync.on_title_taken,
        prune=settings.sync.prune,
        prune_limit=settings.sync.prune_limit,
        repair=settings.sync.repair,
        replace_text=settings.sync.yes or settings.adopts,
        skip_reason=_check_reasons(settings.sync.skip_reason),
        allow_downgrade=settings.sync.allow_downgrade,
    )


def rules_after(plans: Iterable[Plan], settings: Settings, selected: frozenset[str] | None) -> Rules:
    """What the planner obeys where these plans are applied first: their new titles are held by then."""
    claimed = frozenset(
        action.page.title.casefold()
        for plan in plans
        for action in plan.actions
        if plan.where.get("space") == settings.sync.space
        and action.page.metadata.kind == ContentKind.PAGE
        and (action.remote is None or action.remote.title != action.page.title)
    )
    return replace(rules_of(settings, selected), claimed=claimed)


def _check_reasons(names: tuple[str, ...]) -> frozenset[str]:
    unknown = [name for name in names if name not in {"converter", "settings"}]
    if unknown:
        raise UsageError(f"--skip-reason: {unknown[0]!r} is not a known reason; use converter or settings")
    return frozenset(names)


def count_mails(plan: Plan, settings: Settings) -> int:
    """New pages always tell the watchers of the space; an update does where it is asked to (docs/confluence-api.md#pages)."""
    asked = (
        settings.sync.notify if action.page.metadata.notify is None else action.page.metadata.notify
        for action in plan.actions
        if action.write
    )
    return sum(asked) + sum(action.kind == "create" for action in plan.actions)
