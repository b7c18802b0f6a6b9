"""What is to be done for a page that is there: each difference to its stamp is a reason. Pure."""

from msgspec import Struct

from publisher.model.plan import Existing, PageAction, Reason
from publisher.model.problem import Problem, problem
from publisher.model.rendered import Attachment, RenderedPage
from publisher.model.snapshot import ContentKind, PageFacets, Provenance, RemotePage, Stamp
from publisher.planning.basis import Basis
from publisher.planning.compare import (
    CONTENT,
    changed_names,
    changed_properties,
    content_reason,
    is_edited,
    kind_of,
    title_reasons,
)
from publisher.planning.notices import foreign_attachment, foreign_property, live_doc, moved_page
from publisher.planning.placement import place_page
from publisher.planning.provenance import UNFINISHED, digest_value, is_our_file, mark_file, marked_digest

_WRITING = frozenset(
    {Reason.RESTORED, Reason.TITLE, Reason.LINKS, Reason.MOVED, Reason.OWNER, Reason.PUBLISHED, *CONTENT}
)


def compare_page(
    basis: Basis, page: RenderedPage, remote: RemotePage, problems: list[Problem], *, needs_temp_title: bool
) -> PageAction:
    """Everything that is to be done, before it is asked what people did on the page."""
    stamp = remote.stamp
    edited = is_edited(remote, basis.evidence)
    placement = place_page(basis, page, remote)
    pending = any(target not in basis.matches.pages for target in page.anchored)
    metadata = _changed_metadata(basis, page, remote, problems)
    files = _compare_files(basis, page, remote, problems)
    labels = _compare_labels(basis, page, remote)
    set_, unset = changed_properties(page.properties, stamp.properties if stamp else Provenance())
    _report_foreign(page, remote, problems)
    reasons = [
        *_text_reasons(basis, page, remote, edited=edited),
        *[Reason.MOVED] * (placement.parent != Existing(remote.parent or "")),
        *_metadata_reasons(metadata, remote),
        *_stamp_reasons(basis, page, remote),
        *[Reason.ATTACHMENTS] * bool(files.upload or files.drop),
        *[Reason.LABELS] * bool(labels.add or labels.remove),
        *[Reason.PROPERTIES] * bool(set_ or unset),
    ]
    if reasons and set(reasons) <= basis.rules.skip_reason and not edited:
        return PageAction(kind="unchanged", page=page, remote=remote, parent=placement.parent)
    problems += [moved_page(page, remote)] * placement.moved_away + [live_doc(page, remote)] * remote.live
    write = bool(_WRITING & set(reasons))
    return PageAction(
        kind=kind_of(reasons),
        page=page,
        remote=remote,
        parent=placement.parent,
        reasons=tuple(reasons),
        body=page.body,
        write=write,
        needs_temp_title=write and needs_temp_title,
        restore=remote.status == "trashed",
        upload=files.upload,
        drop=files.drop,
        add_labels=labels.add,
        remove_labels=labels.remove,
        stamp=bool(reasons),
        hand_edited=edited,
        links_pending=pending,
        moved_away=placement.moved_away,
        overwrite=basis.rules.may_overwrite(page.source),
        set_properties=set_,
        drop_properties=unset,
        set_metadata=metadata,
    )


def _stamp_reasons(basis: Basis, page: RenderedPage, remote: RemotePage) -> list[Reason]:
    """What changes in the stamp alone: the collection's name, the page's id after a migration, the document's path."""
    stamp = remote.stamp
    return [
        *[Reason.RENAMED_COLLECTION] * basis.snapshot.renamed,
        *[Reason.ADOPTED] * (stamp is not None and stamp.page != remote.id),
        *[Reason.RENAMED] * (stamp is not None and stamp.path != page.key),
    ]


def _text_reasons(basis: Basis, page: RenderedPage, remote: RemotePage, *, edited: bool) -> list[Reason]:
    stamp, marked = remote.stamp, marked_digest(remote.message)
    written = marked == page.digests["body"][:8]
    reasons = [Reason.RESTORED] * (remote.status == "trashed") + title_reasons(page, remote)
    newer = stamp is not None and not edited and remote.version != stamp.version
    if remote.kind == ContentKind.FOLDER or _keeps_its_text(basis, page) or basis.says_the_same(page, remote):
        pass
    elif stamp is None:
        reasons += [] if written else [content_reason(page, stamp)]
    elif stamp.digests.get("body") != page.digests["body"] or (newer and marked == UNFINISHED):
        reasons += [] if newer and written else [content_reason(page, stamp)]
    elif stamp.links_pending:
        reasons.append(Reason.LINKS)
    if newer:
        reasons.append(Reason.INTERRUPTED if marked else Reason.NEW_VERSION)
    elif stamp is None:
        taken = page.key in basis.matches.adopted | basis.matches.named
        reasons.append(Reason.ADOPTED if taken else Reason.INTERRUPTED)
    return reasons


def _keeps_its_text(basis: Basis, page: RenderedPage) -> bool:
    """A page that was there before keeps its text where there is no document to put there."""
    taken = page.key in basis.matches.adopted | basis.matches.named
    return (taken or (basis.snapshot.fixed_root and page.parent is None)) and not page.source


def _metadata_reasons(changed: tuple[str, ...], remote: RemotePage) -> list[Reason]:
    return [
        *[Reason.OWNER] * ("owner" in changed),
        *[Reason.STATUS] * ("status" in changed),
        *[Reason.RESTRICTIONS] * bool({"view", "edit"} & set(changed)),
        *[Reason.PUBLISHED] * ("draft" in changed and remote.status == "draft"),
    ]


def _changed_metadata(basis: Basis, page: RenderedPage, remote: RemotePage, problems: list[Problem]) -> tuple[str, ...]:
    """Names of what is to be set. A page that is published does not become a draft again."""
    wanted = page.metadata.noted()
    found = changed_names(wanted, remote.stamp.metadata if remote.stamp else {})
    if remote.stamp is None or basis.snapshot.renamed:  # a page that becomes ours has what it has
        facets = basis.evidence.facets.get(remote.id, PageFacets())
        there = {"owner": remote.owner, "status": facets.status[0]}
        found = tuple(name for name in found if not wanted.get(name) or wanted[name] != there.get(name))
    if page.metadata.draft and remote.status != "draft":
        text = f"{remote.url} is published: it does not become a draft again"
        problems.append(problem(page.source, None, "published-draft", text, "remove `draft`, or the page"))
        return tuple(name for name in found if name != "draft")
    return found


class _Files(Struct, frozen=True):
    upload: tuple[Attachment, ...]
    drop: tuple[str, ...]


def _compare_files(basis: Basis, page: RenderedPage, remote: RemotePage, problems: list[Problem]) -> _Files:
    """Against the stamp, and against what is there where that was read: what people deleted comes back."""
    noted = remote.stamp.attachments if remote.stamp else Provenance()
    there = basis.evidence.attachments.get(remote.id)
    upload = []
    for item in page.attachments:
        if not noted.holds(item.name, item.digest):
            upload.append(item)
        elif (
            there is None
            or noted.foreign.get(item.name) == item.digest
            or (item.name in noted.found and item.name in there)
        ):
            continue
        elif item.name not in there:
            upload.append(item)
        elif there[item.name].comment != mark_file(item.digest):
            if is_our_file(there[item.name].comment) or basis.rules.may_overwrite(page.source):
                upload.append(item)
            else:
                problems.append(foreign_attachment(page, remote.url, item.name))
    names = {item.name for item in page.attachments}
    return _Files(tuple(upload), tuple(sorted(set(noted.owned) - names)))


class _Labels(Struct, frozen=True):
    add: tuple[str, ...]
    remove: tuple[str, ...]


def _compare_labels(basis: Basis, page: RenderedPage, remote: RemotePage) -> _Labels:
    had = remote.stamp.labels if remote.stamp else ()
    there = basis.evidence.labels.get(remote.id)
    present = set(had) if there is None else set(there) if remote.stamp is None else set(had) & there
    add = tuple(label for label in page.labels if label not in present)
    return _Labels(add, tuple(label for label in had if label not in page.labels))


def _report_foreign(page: RenderedPage, remote: RemotePage, problems: list[Problem]) -> None:
    """What others hold is said on every run, though it is not tried again."""
    stamp: Stamp | None = remote.stamp
    if stamp is None:
        return
    for item in page.attachments:
        if stamp.attachments.foreign.get(item.name) == item.digest:
            problems.append(foreign_attachment(page, remote.url, item.name))
    for key, value in page.properties.items():
        if stamp.properties.foreign.get(key) == digest_value(value):
            problems.append(foreign_property(page, remote.url, key))
