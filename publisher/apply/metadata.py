"""What a page is besides its text: content status, restrictions, labels, content properties."""

from publisher.apply.context import Context
from publisher.errors import VersionConflict
from publisher.model.plan import PageAction
from publisher.model.snapshot import Provenance, RemotePage
from publisher.planning.notices import foreign_property
from publisher.planning.provenance import APPEARANCE, digest_value


def set_status(context: Context, action: PageAction, page: RemotePage) -> RemotePage:
    """Before the text is written: it creates a version without our mark, and the last version must have it."""
    if "status" not in action.set_metadata:
        return page
    context.remote.details.set_status(page.ref, *action.page.metadata.status)
    now = context.remote.read_page(page.ref) or page
    return now.stamped(page.stored)


def set_restrictions(context: Context, action: PageAction, page: RemotePage) -> None:
    """Where they were not set before the text was written."""
    before = action.remote is None or (action.write and "view" in action.set_metadata)
    if {"view", "edit"} & set(action.set_metadata) and not (before and action.page.metadata.view):
        restrict(context, action, page)


def restrict(context: Context, action: PageAction, page: RemotePage) -> None:
    """To the accounts that the document names; restrictions that others set stay."""
    metadata = action.page.metadata
    noted = action.remote.stamp.metadata if action.remote and action.remote.stamp else {}
    wanted = {"read": metadata.view} if metadata.view else {}
    wanted |= {"update": metadata.edit} if metadata.edit or metadata.edit_lock else {}
    names = {"read": "view", "update": "edit"}
    had = {operation: noted[name].replace("(locked)", "").split() for operation, name in names.items() if name in noted}
    context.remote.details.restrict(page.ref, wanted, had)


def set_labels(context: Context, action: PageAction, page: RemotePage) -> None:
    details = context.remote.details
    if action.add_labels:
        details.add_labels(page.ref, action.add_labels)
    for label in action.remove_labels:
        details.remove_label(page.ref, label)


def write_properties(context: Context, action: PageAction, page: RemotePage) -> Provenance:
    """What is ours on the page afterwards. Properties that others made, or changed since, are left alone."""
    remote, wanted = context.remote, action.page.properties
    had = action.remote.stamp.properties if action.remote and action.remote.stamp else Provenance()
    digests = {key: digest_value(value) for key, value in wanted.items()}
    foreign = {key: digest for key, digest in digests.items() if had.foreign.get(key) == digest}
    there = remote.read_properties(page.ref) if action.set_properties or action.drop_properties else {}
    for key in action.set_properties:
        known, value = there.get(key), wanted[key]
        foreign.pop(key, None)
        if known is not None and known.value == value:
            continue
        theirs = known is not None and digest_value(known.value) != had.owned.get(key)
        if theirs and key not in APPEARANCE and not (action.overwrite and key in had.owned):
            context.report(foreign_property(action.page, page.url, key))
            foreign[key] = digests[key]
            continue
        try:
            remote.write_property(page.ref, key, value, known)
        except (
            VersionConflict
        ):  # Confluence makes some of them right after the page (docs/confluence-api.md#properties)
            remote.write_property(page.ref, key, value, remote.read_properties(page.ref).get(key))
    for key in action.drop_properties:
        if key not in there:
            continue
        if digest_value(there[key].value) == had.owned.get(key):
            remote.remove_property(page.ref, key, there[key])
        else:
            context.report(foreign_property(action.page, page.url, key))
    return Provenance({key: digest for key, digest in digests.items() if key not in foreign}, foreign)
