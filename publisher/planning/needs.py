"""Which pages a plan depends on, beyond what the listing of pages shows. Pure."""

from msgspec import Struct

from publisher.model.plan import PageAction, Plan, Reason
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage
from publisher.planning.removals import LIVING


class Needs(Struct, frozen=True):
    """What is to be read of which pages."""

    bodies: tuple[ContentRef, ...] = ()
    attachments: tuple[ContentRef, ...] = ()
    labels: tuple[ContentRef, ...] = ()
    comments: tuple[ContentRef, ...] = ()
    facets: tuple[ContentRef, ...] = ()


def list_needs(plan: Plan, *, whole: bool) -> Needs:
    """For a draft of the plan. ``whole``: the files and labels of every page are compared, not of written ones alone."""
    bodies: dict[ContentRef, None] = {}
    facets: dict[ContentRef, None] = {}
    attachments: dict[ContentRef, None] = {}
    labels: dict[ContentRef, None] = {}
    for action in plan.actions:
        remote = action.remote
        if remote is None or remote.status not in LIVING or remote.kind == ContentKind.FOLDER:
            continue
        looked_at = action.write or action.hand_edited
        if looked_at or (whole and remote.live):
            bodies[remote.ref] = None
        if action.page.metadata.status[0] and Reason.STATUS in action.reasons and _becomes_ours(action):
            facets[remote.ref] = None
        if (action.write or whole) and (action.page.attachments or (remote.stamp and remote.stamp.attachments.owned)):
            attachments[remote.ref] = None
        if (action.write or whole) and (action.page.labels or (remote.stamp and remote.stamp.labels)):
            labels[remote.ref] = None
    removed = [removal.page.ref for removal in plan.removals if removal.page.kind != ContentKind.FOLDER]
    edited = [removal.page.ref for removal in plan.removals if _is_newer(removal.page)]
    return Needs(
        (*bodies, *edited),
        (*attachments, *removed),
        tuple(ref for ref in labels if ref not in bodies),
        tuple(removed),
        tuple(facets),
    )


def _becomes_ours(action: PageAction) -> bool:
    return bool({Reason.ADOPTED, Reason.RENAMED_COLLECTION} & set(action.reasons))


def _is_newer(page: RemotePage) -> bool:
    if page.kind == ContentKind.FOLDER:
        return False
    return page.live or page.status == "draft" or (page.stamp is not None and page.version != page.stamp.version)
