"""Why a page differs from what its stamp says. Pure."""

import re
from collections.abc import Mapping, Sequence

from publisher._version import __version__
from publisher.model.plan import Kind, Reason
from publisher.model.rendered import RenderedPage
from publisher.model.snapshot import Evidence, Provenance, RemotePage, Stamp
from publisher.planning.provenance import digest_value, marked_digest
from publisher.storage import NotWellFormed, canonical, digest

#: Reasons for which the text of a page is written anew.
CONTENT = frozenset({Reason.CONTENT, Reason.CONVERTER, Reason.SETTINGS})

#: Reasons for which nothing of a page is written but our note of it.
_NOTED = frozenset({Reason.MERGED, Reason.NEW_VERSION})


def content_reason(page: RenderedPage, stamp: Stamp | None) -> Reason:
    """Which change makes the text another one: of the document, of Publisher, or of the settings around it."""
    if stamp is None or not page.origin or stamp.origin != page.origin:
        return Reason.CONTENT
    return Reason.SETTINGS if stamp.tool == __version__ else Reason.CONVERTER


def title_reasons(page: RenderedPage, remote: RemotePage) -> list[Reason]:
    """Whether the page gets another title, and whether only the rule that makes titles has changed."""
    if remote.title == page.title:
        return []
    by_rule = bool(page.former_title) and remote.title == page.former_title
    return [Reason.TITLE, Reason.TITLE_RULE] if by_rule else [Reason.TITLE]


def release_of(version: str) -> tuple[int, ...]:
    """Major and minor number."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def changed_names(wanted: Mapping[str, str], noted: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in {**wanted, **noted} if wanted.get(name) != noted.get(name))


def changed_properties(wanted: Mapping[str, object], noted: Provenance) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(keys to set, keys to remove) against what the stamp says that we have set."""
    changed = tuple(key for key, value in wanted.items() if not noted.holds(key, digest_value(value)))
    return changed, tuple(key for key in noted.owned if key not in wanted)


def kind_of(reasons: Sequence[Reason]) -> Kind:
    if not reasons:
        return "unchanged"
    if set(reasons) <= _NOTED:
        return "note"  # the page stays as it is; the stamp names its new version
    moved = Reason.MOVED in reasons and not {Reason.TITLE, Reason.LINKS, *CONTENT} & set(reasons)
    return "move" if moved else "update"


def holds_body(body: str, stamp: Stamp) -> bool:
    """Whether a stored body is what we wrote, comments and ticked tasks aside."""
    try:
        return digest(canonical(body)) == stamp.digests.get("canonical")
    except NotWellFormed:
        return False


def is_edited(remote: RemotePage, evidence: Evidence) -> bool:
    """A newer version that is not ours, and that says something else than what we wrote.

    The version of a draft or a live doc says nothing: their text is compared where it was read.
    """
    stamp, bodies = remote.stamp, evidence.bodies
    if remote.id in evidence.merged:
        return False
    if stamp is not None and (remote.status == "draft" or remote.live):
        return remote.id in bodies and not holds_body(bodies[remote.id], stamp)
    if stamp is None or remote.version == stamp.version or marked_digest(remote.message):
        return False
    if remote.id not in bodies or remote.title != stamp.title:
        return True
    return not holds_body(bodies[remote.id], stamp)
