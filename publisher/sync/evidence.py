"""Read what a plan depends on of single pages: stored bodies, files, labels, comments."""

from collections.abc import Sequence

from publisher.apply.schedule import run_all
from publisher.model.plan import Plan
from publisher.model.snapshot import AttachedFile, Comment, ContentRef, Evidence, PageFacets
from publisher.planning.needs import list_needs
from publisher.remote.port import Remote


def read_evidence(remote: Remote, draft: Plan, *, whole: bool = False) -> Evidence:
    """``whole``: the files and labels of every page, not of those that are written alone."""
    needs = list_needs(draft, whole=whole)
    details = remote.details

    def labels_of(ref: ContentRef) -> tuple[str, frozenset[str]]:
        return ref.id, details.read_labels(ref)

    def files_of(ref: ContentRef) -> tuple[str, dict[str, AttachedFile]]:
        return ref.id, details.read_attachments(ref)

    def comments_of(ref: ContentRef) -> tuple[str, tuple[Comment, ...]]:
        return ref.id, details.read_comments(ref)

    def facets_of(ref: ContentRef) -> tuple[str, PageFacets]:
        return ref.id, details.read_facets(ref)

    stored = run_all(needs.bodies, remote.jobs, remote.read_body)
    return Evidence(
        pages={read.page.id: read.page for read in stored},
        bodies={read.page.id: read.body for read in stored},
        labels={read.page.id: read.labels for read in stored} | dict(run_all(needs.labels, remote.jobs, labels_of)),
        attachments=dict(run_all(needs.attachments, remote.jobs, files_of)),
        comments=dict(run_all(needs.comments, remote.jobs, comments_of)),
        facets=dict(run_all(needs.facets, remote.jobs, facets_of)),
    )


def read_bodies(remote: Remote, refs: Sequence[ContentRef]) -> dict[str, str]:
    """Stored bodies by page id."""
    return {read.page.id: read.body for read in run_all(refs, remote.jobs, remote.read_body)}
