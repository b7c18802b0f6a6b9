"""Write one page: text, restrictions, files, labels, properties, and the stamp last."""

from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from publisher._version import __version__
from publisher.apply.attachments import write_attachments
from publisher.apply.context import Context
from publisher.apply.ledger import put_property
from publisher.apply.metadata import restrict, set_labels, set_restrictions, set_status, write_properties
from publisher.errors import NotFound, VersionConflict
from publisher.model.plan import PageAction, Reason
from publisher.model.snapshot import ContentKind, ContentProperty, Provenance, RemotePage, Stamp, StoredStamp
from publisher.planning.comments import carry_over
from publisher.planning.compare import holds_body
from publisher.planning.index import STAMP_KEY, write_stamp
from publisher.planning.provenance import UNFINISHED, intent, mark_message
from publisher.remote.port import NewPage, PageUpdate


class Written(Struct, frozen=True):
    """A page whose text is there, and what is ours on it."""

    page: RemotePage
    attachments: Provenance
    properties: Provenance


def write_page(context: Context, action: PageAction) -> tuple[RemotePage, Written | None]:
    """The page as it is now. One whose links wait for others comes back without its stamp, to be finished."""
    return stamp_page(context, action, write_content(context, action))


def write_content(context: Context, action: PageAction) -> Written:
    """Everything of a page but its stamp."""
    page = context.done.get(action.page.key) or action.remote
    if page is None:
        page = _create(context, action)
    elif action.restore:
        page = context.remote.restore_page(page)
    if action.remote is not None:
        page = set_status(context, action, page)
        waits = action.links_pending and set(action.reasons) == {
            Reason.LINKS
        }  # its text is there: only links are missing
        page = _update(context, action, page) if action.write and not waits else page
    set_restrictions(context, action, page)
    attachments = write_attachments(context, action, page)
    set_labels(context, action, page)
    properties = write_properties(context, action, page)
    return Written(page, attachments, properties)


def stamp_page(context: Context, action: PageAction, written: Written) -> tuple[RemotePage, Written | None]:
    """The page with its stamp, which says that all of it is there; see ``write_page``."""
    page = written.page
    if not action.stamp:
        return page, None
    if not (action.links_pending and (action.write or action.remote is None)):
        return write_page_stamp(context, action, written), None
    if action.page.parent is None:  # by its stamp the next run finds what this one leaves if it is killed
        page = write_page_stamp(context, action, written, links_pending=True)
    return page, replace(written, page=page)


def finish_page(context: Context, action: PageAction, written: Written) -> RemotePage:
    """The second write of a page whose links wait for others, and its stamp.

    A link with an anchor that is written before its target exists loses the anchor (docs/confluence-api.md#links).
    """
    if any(target in context.failed for target in action.page.anchored):
        return write_page_stamp(context, action, written, links_pending=True)
    page = written.page
    body = action.body
    if action.remote is not None:
        body = carry_over(context.remote.read_body(page.ref).body, action.body).body
    parent = page.parent or context.parent_of(action).id
    message = mark_message(context.options.message(action), action.page.digests["body"])
    update = PageUpdate(
        parent=parent, title=action.page.title, body=body, message=message, draft=action.page.metadata.draft
    )
    page = context.remote.update_page(page, update)
    return write_page_stamp(context, action, replace(written, page=page))


def _create(context: Context, action: PageAction) -> RemotePage:
    """A page that not everybody may see is restricted before its text is written."""
    wanted, metadata, parent = action.page, action.page.metadata, context.parent_of(action)
    hidden = bool(metadata.view)
    renamed = _title_that_is_held(context, action)
    new = NewPage(
        space_id=context.plan.space_id,
        parent=parent,
        title=renamed or wanted.title,
        body="" if hidden else action.body,
        kind=metadata.kind,
        date=metadata.date,
        draft=metadata.draft,
        collection=context.plan.collection,
        look_first=intent(wanted.title, wanted.parent) in context.snapshot.intents,
    )
    page = context.remote.create_page(new)
    if context.options.unwatch and metadata.kind != ContentKind.FOLDER:
        with suppress(NotFound):  # not every site has it, and nothing depends on it
            context.remote.details.unwatch(page.ref)
    if hidden:
        restrict(context, action, page)
    page = set_status(context, action, page)
    return _update(context, action, page) if hidden or metadata.owner or renamed else page


def _title_that_is_held(context: Context, action: PageAction) -> str:
    """The title under which a page was lost from sight, if its document wants another one now.

    It is made under that title first: if Confluence says that the title is taken, the page is there, and hidden from us.
    """
    if action.gone is None or action.page.metadata.kind == ContentKind.FOLDER:
        return ""
    title = action.gone.stamp.title
    seen = {page.title.casefold() for page in context.snapshot.pages.values() if page.status != "trashed"}
    return title if title.casefold() not in {action.page.title.casefold(), *seen} else ""


def _update(context: Context, action: PageAction, page: RemotePage) -> RemotePage:
    parent = context.parent_of(action)
    if page.kind == ContentKind.FOLDER or (context.snapshot.transfer and action.page.parent is None):
        # A folder has no text; a PUT leaves the space as it is.
        context.remote.move_page(page.ref, "append", parent.id)
        page = (context.remote.read_page(page.ref) or page).stamped(page.stored)
        if page.kind == ContentKind.FOLDER:
            return page
    metadata = action.page.metadata
    if action.remote is not None and "view" in action.set_metadata and metadata.view:
        restrict(context, action, page)
    owner = metadata.owner if action.remote is None or "owner" in action.set_metadata else ""
    waits = action.links_pending
    update = PageUpdate(
        parent=parent.id,
        title=action.page.title,
        body=_body(context, action, page),
        message=mark_message(context.options.message(action), UNFINISHED if waits else action.page.digests["body"]),
        notify=context.options.notify if metadata.notify is None else metadata.notify,
        owner=owner,
        draft=metadata.draft,
    )
    return context.remote.update_page(page, update)


def _body(context: Context, action: PageAction, page: RemotePage) -> str:
    """The body to write. What may have changed since the plan was made is looked at again."""
    fresh = not context.options.is_stale() and not page.live
    if action.remote is None or action.restore or fresh:
        return action.body
    stored = context.remote.read_body(page.ref)
    touched = page.live and page.stamp is not None and not holds_body(stored.body, page.stamp)
    if stored.page.version != page.version or (touched and not action.overwrite):
        text = f"{page.url} was changed in Confluence while it was being published; run the command again"
        raise VersionConflict(text, 409)
    return stored.body if action.accepted_body else carry_over(stored.body, action.page.body).body


def write_page_stamp(
    context: Context, action: PageAction, written: Written, *, links_pending: bool = False
) -> RemotePage:
    """The page with its new stamp. What people changed, and we left, goes on being noted as we had written it."""
    wanted, page, old = action.page, written.page, written.page.stamp
    kept = action.hand_edited and old is not None
    stamp = Stamp(
        collection=context.plan.collection,
        repository=context.snapshot.repository,
        path=wanted.key,
        page=page.id,
        version=old.version if kept and old else page.version,
        title=old.title if kept and old else wanted.title,
        wanted=wanted.wanted,
        parent=old.parent if action.moved_away and old else context.parent_of(action).id,
        digests=old.digests if (action.hand_edited or action.accepted_body) and old else wanted.digests,
        labels=wanted.labels,
        attachments=written.attachments,
        links_pending=links_pending,
        properties=written.properties,
        metadata=wanted.metadata.noted(),
        kind=wanted.metadata.kind,
        tool=__version__,
        origin=wanted.origin,
    )
    stored = page.stored
    known = ContentProperty(stored.id, stored.version, None) if stored else None
    record = put_property(context.remote, page.ref, STAMP_KEY, write_stamp(stamp), known)
    return page.stamped(StoredStamp(stamp, record.id, record.version))
