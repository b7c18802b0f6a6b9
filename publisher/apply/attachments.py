"""The files of a page. Whose a file is, is looked at right before it is overwritten or removed."""

import mimetypes

from publisher.apply.context import Context
from publisher.model.plan import PageAction
from publisher.model.snapshot import Provenance, RemotePage
from publisher.planning.notices import foreign_attachment
from publisher.planning.provenance import is_our_file, mark_file
from publisher.remote.port import Upload
from publisher.storage import digest


def write_attachments(context: Context, action: PageAction, page: RemotePage) -> Provenance:
    """What is ours on the page afterwards. Files of others, and ours that others replaced, are left alone.

    ``action.overwrite``: somebody decided that ours come back in place of what others put there.
    """
    details = context.remote.details
    had = action.remote.stamp.attachments if action.remote and action.remote.stamp else Provenance()
    digests = {item.name: item.digest for item in action.page.attachments}
    foreign = {name: item for name, item in digests.items() if had.foreign.get(name) == item}
    found = {name for name in had.found if name in digests and had.owned.get(name) == digests[name]}
    looking = action.remote is not None and (action.upload or action.drop)
    there = details.read_attachments(page.ref) if looking else {}
    for item in action.upload:
        foreign.pop(item.name, None)
        theirs = item.name in there and not is_our_file(there[item.name].comment)
        held = digest(details.read_file(there[item.name])) if theirs and _may_be_known(action, had, item.name) else ""
        if held == item.digest:
            found.add(item.name)
            continue
        if theirs and held != had.owned.get(item.name, "-") and not (action.overwrite and item.name in had.owned):
            context.report(foreign_attachment(action.page, page.url, item.name))
            foreign[item.name] = item.digest
            continue
        media = mimetypes.guess_type(item.name)[0] or "application/octet-stream"
        details.put_attachment(page.ref, Upload(item.name, item.path.read_bytes(), media, mark_file(item.digest)))
    for name in action.drop:
        if name not in there:
            continue
        if is_our_file(there[name].comment):
            details.remove_attachment(there[name].id)
        else:
            context.report(foreign_attachment(action.page, page.url, name))
    owned = {name: item for name, item in digests.items() if name not in foreign}
    return Provenance(owned, foreign, frozenset(found))


def _may_be_known(action: PageAction, had: Provenance, name: str) -> bool:
    """Whether it is worth while to look at the bytes of a file of others: the page becomes ours, the file was there then, or we had
    none of the name, as when `pull` brought theirs.
    """
    taken = action.remote is not None and action.remote.stamp is None
    return taken or name in had.found or name not in had.owned
