"""Take pages out of the way, and away. Whether a page is still ours, and as it was, is looked at right before."""

from collections.abc import Callable

from publisher.apply.context import Context
from publisher.model.plan import Removal
from publisher.model.problem import Problem, problem
from publisher.model.snapshot import RemotePage
from publisher.naming import count_of
from publisher.planning.provenance import UNFINISHED, mark_message
from publisher.planning.removals import archived_title
from publisher.planning.stamps import with_stamp
from publisher.remote.port import PageUpdate


def clear_titles(context: Context) -> None:
    """Pages whose titles others want, and orphans that hold one, get a temporary title."""
    plan = context.plan
    wanted = {action.page.title.casefold() for action in plan.actions if action.write or action.remote is None}
    for action in plan.actions:
        if action.needs_temp_title and action.remote and not action.restore:
            context.done[action.page.key] = _rename_for_now(context, action.remote, action.page.key)
    for removal in plan.removals:
        page = removal.page
        if page.title.casefold() not in wanted:
            continue
        now = context.remote.read_page(page.ref)
        if now is not None and now.status != "trashed" and _changed(context, removal, page, now) is None:
            context.removed[removal.page.id] = _rename_for_now(context, removal.page, removal.page.title)


def _rename_for_now(context: Context, page: RemotePage, name: str) -> RemotePage:
    if page.title.endswith(f"(moving {page.id})"):
        return page
    message = mark_message(f"temporary title, for {name} is retitled", UNFINISHED)
    return _rename(context, page, f"{page.title[:200]} (moving {page.id})", message)


def _rename(context: Context, page: RemotePage, title: str, message: str) -> RemotePage:
    stored = context.remote.read_body(page.ref)
    update = PageUpdate(parent=page.parent or "", title=title, body=stored.body, message=message)
    return context.remote.update_page(page, update)


def remove_all(context: Context, renew: Callable[[], None]) -> None:
    """Leaf by leaf. What people have changed since the plan was made stays, and so does a page with others' below it."""
    renamed, context.removed = context.removed, {}
    for removal in context.plan.removals:
        page = renamed.get(removal.page.id, removal.page)
        found = _hold_back(context, removal, page)
        if found is not None:
            context.report(found)
            continue
        if removal.how == "archive" and not page.title.endswith(f"(archived {page.id})"):
            # Archived pages hold their titles (docs/confluence-api.md#titles), so that nobody could use this one again.
            message = mark_message("archived: its document is gone", UNFINISHED)
            _rename(context, page, archived_title(removal.page), message)
        context.remote.remove_page(page.ref, removal.how)
        context.removed[page.id] = removal.page
        renew()


def _hold_back(context: Context, removal: Removal, page: RemotePage) -> Problem | None:
    """Why it stays after all; None if it may go. One that is gone already may."""
    now = context.remote.read_page(page.ref)
    if now is None or now.status == "trashed":
        return None
    return _changed(context, removal, page, now) or _parent_of_others(context, page)


def _changed(context: Context, removal: Removal, page: RemotePage, now: RemotePage) -> Problem | None:
    """What changed since it was read: another page has its place, or somebody wrote."""
    path = page.stamp.path if page.stamp else page.title
    stamp = with_stamp(now, context.remote.read_properties(page.ref)).stamp
    names = {context.plan.collection, *({stamp.collection} if stamp and context.snapshot.renamed else ())}
    if stamp is None or stamp.page != page.id or stamp.collection not in names:
        text = f"{page.url} stays: it is not ours any more"
        return problem(path, None, "kept-orphan", text, "plan again")
    if now.version != page.version and not removal.overwrite:
        text = f"{page.url} stays: {now.editor} changed it while this run was at work"
        return problem(path, None, "kept-orphan", text, "plan again")
    return None


def _parent_of_others(context: Context, page: RemotePage) -> Problem | None:
    children = [child for child in context.remote.read_children(page.ref) if child.id not in context.removed]
    if not children:
        return None
    path = page.stamp.path if page.stamp else page.title
    text = f"{page.url} stays: {count_of(len(children), 'page')} below it must stay"
    return problem(path, None, "kept-orphan", text, "move them, then prune again")
