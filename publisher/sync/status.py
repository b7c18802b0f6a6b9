"""What people changed in Confluence since the last publish."""

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.compose import Conversion
from publisher.model.settings import Settings
from publisher.model.snapshot import Evidence, RemotePage
from publisher.planning.diff import readable_diff
from publisher.planning.provenance import is_our_file
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.labels import find_added, read_all_labels
from publisher.sync.options import target_of
from publisher.sync.proposal import Proposal
from publisher.sync.propose import plan_publish
from publisher.sync.snapshot import read_snapshot
from publisher.sync.unknown import Unknown, is_plain, read_unknown


class Finding(Struct, frozen=True):
    """Something that people did in Confluence.

    ``kind``: hand-edited, retitled, moved, deleted, hidden, archived, orphan, new-page; file-deleted, file-replaced, label-added,
    label-removed.
    """

    kind: str
    title: str
    url: str
    detail: str = ""
    path: str = ""
    """Of its document."""


class Status(Struct, frozen=True):
    """What a status is told from. ``unknown``: pages below ours that no document is for."""

    proposal: Proposal
    unknown: tuple[Unknown, ...]


def read_status(conversion: Conversion, remote: Remote, settings: Settings, rules: Rules) -> Status:
    """Reads the whole space, for people may have made pages, and the labels of all pages of ours."""
    known = read_snapshot(remote, target_of(conversion, settings), complete=True)
    proposal = plan_publish(conversion, remote, settings, rules, known)
    labels = {**read_all_labels(remote, proposal.plan), **proposal.evidence.labels}
    proposal = replace(proposal, evidence=replace(proposal.evidence, labels=labels))
    return Status(proposal, tuple(each for each in read_unknown(remote, proposal) if is_plain(each.page)))


def find_changes(status: Status) -> list[Finding]:
    """What is not as the last publish left it."""
    proposal = status.proposal
    snapshot, found = proposal.snapshot, []
    for page in snapshot.owned():
        stamp = page.stamp
        assert stamp is not None
        if page.status not in LIVING:
            kind = "archived" if page.status == "archived" else "deleted"
            found.append(Finding(kind, page.title, page.url, stamp.path, stamp.path))
            continue
        if page.title != stamp.title:
            found.append(Finding("retitled", page.title, page.url, f"was “{stamp.title}”", stamp.path))
        if (page.parent or "") != stamp.parent:
            detail = f"below page {page.parent}, was below {stamp.parent}"
            found.append(Finding("moved", page.title, page.url, detail, stamp.path))
    for stored in snapshot.gone.values():
        stamp, hidden = stored.stamp, stored.stamp.page in snapshot.hidden
        detail = "cannot be seen by this account" if hidden else "is purged, or hidden from this account"
        found.append(
            Finding("hidden" if hidden else "deleted", stamp.title, "", f"page {stamp.page} {detail}", stamp.path)
        )
    for action in proposal.plan.actions:
        if action.hand_edited and action.remote:
            detail = f"by {action.remote.editor} at {action.remote.modified}"
            found.append(Finding("hand-edited", action.remote.title, action.remote.url, detail, action.page.source))
    found += [lost for page in snapshot.owned() for lost in _lost_parts(page, proposal.evidence)]
    for action, names in find_added(proposal.plan, proposal.evidence.labels):
        assert action.remote is not None
        detail = f"the label{'s' * (len(names) > 1)} {', '.join(names)}"
        found.append(Finding("label-added", action.remote.title, action.remote.url, detail, action.page.source))
    for each in status.unknown:
        found.append(Finding("new-page", each.page.title, each.page.url, f"below “{each.above.title}”"))
    for page in proposal.plan.orphans:
        path = page.stamp.path if page.stamp else ""
        found.append(Finding("orphan", page.title, page.url, "its document is gone", path))
    return sorted(found, key=lambda finding: (finding.kind, finding.title))


def _lost_parts(page: RemotePage, evidence: Evidence) -> list[Finding]:
    """Files and labels of ours that are not there any more, where they were read."""
    stamp = page.stamp
    if stamp is None:
        return []
    found = []
    files = evidence.attachments.get(page.id)
    for name in stamp.attachments.owned if files is not None else ():
        assert files is not None
        if name not in files:
            found.append(Finding("file-deleted", page.title, page.url, f"the attachment {name}", stamp.path))
        elif not is_our_file(files[name].comment):
            found.append(Finding("file-replaced", page.title, page.url, f"the attachment {name}", stamp.path))
    labels = evidence.labels.get(page.id)
    gone = sorted(set(stamp.labels) - labels) if labels is not None else []
    return found + [Finding("label-removed", page.title, page.url, f"the label {label}", stamp.path) for label in gone]


def diffs(proposal: Proposal, *, edited_only: bool) -> list[str]:
    """Readable diffs of the pages that would be written, or of those that people edited."""
    lines: list[str] = []
    for action in proposal.plan.actions:
        wanted = action.hand_edited if edited_only else action.write or action.kind == "withheld"
        if wanted and action.remote and action.remote.id in proposal.bodies:
            lines += readable_diff(proposal.bodies[action.remote.id], action.page.body, action.page.title)
    return lines
