"""Why a page differs from what its stamp says. Pure."""

import re
from collections.abc import Mapping

from publisher import __version__
from publisher.model.plan import Kind
from publisher.model.rendered import RenderedPage
from publisher.model.snapshot import Stamp
from publisher.planning.marks import FOREIGN, digest_value, ours_only
from publisher.storage import NotWellFormed, canonical, digest

#: Reasons for which the text of a page is written anew.
CONTENT = ("content", "converter", "settings")


def content_reason(page: RenderedPage, stamp: Stamp | None) -> str:
    """Which change makes the text another one: of the document, of Publisher, or of the settings around it."""
    if stamp is None or not page.origin or stamp.origin != page.origin:
        return "content"
    return "settings" if stamp.tool == __version__ else "converter"


def release_of(version: str) -> tuple[int, ...]:
    """Major and minor number."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def changed_names(wanted: Mapping[str, str], noted: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in {**wanted, **noted} if wanted.get(name) != noted.get(name))


def changed_properties(
    wanted: Mapping[str, object], noted: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(keys to set, keys to remove) against what the stamp says that we have set."""
    changed = tuple(key for key, value in wanted.items() if is_new_value(digest_value(value), noted.get(key)))
    return changed, tuple(key for key in ours_only(noted) if key not in wanted)


def is_new_value(wanted: str, noted: str | None) -> bool:
    return noted not in {wanted, FOREIGN + wanted}


def kind_of(reasons: list[str]) -> Kind:
    if not reasons:
        return "unchanged"
    return "move" if "moved" in reasons and not {"title", "links", *CONTENT} & set(reasons) else "update"


def holds_body(body: str, stamp: Stamp) -> bool:
    """Whether a stored body is what we wrote, comments and ticked tasks aside."""
    try:
        return digest(canonical(body)) == stamp.digests.get("canonical")
    except NotWellFormed:
        return False
