"""The journal of a prune: what was removed, so that it can be brought back. Pure."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from publisher.model.plan import How, Removal
from publisher.model.snapshot import ContentKind, ContentRef


class Removed(Struct, frozen=True, kw_only=True):
    """A page as it was when it was removed. It is only a hint where to look: the page's own stamp says what is right."""

    ref: ContentRef
    title: str
    parent: str
    how: How


def write_journal(removals: Sequence[Removal]) -> list[dict[str, Any]]:
    """The value of the property, in the order of removal."""
    return [
        {
            "id": removal.page.id,
            "title": removal.page.title,
            "parent": removal.page.parent,
            "how": removal.how,
            **({"kind": str(removal.page.kind)} if removal.page.kind != ContentKind.PAGE else {}),
        }
        for removal in removals
    ]


def read_journal(value: Any) -> list[Removed]:
    """In the order of removal; anybody may have written there, and what is no entry is left out."""
    found = []
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, dict) or not str(entry.get("id", "")).isdigit():
            continue
        kind = str(entry.get("kind", "page"))
        known = ContentKind(kind) if kind in ("page", "blogpost", "folder") else ContentKind.PAGE
        how: How = "archive" if entry.get("how") == "archive" else "trash"
        title, parent = str(entry.get("title") or ""), str(entry.get("parent") or "")
        found.append(Removed(ref=ContentRef(str(entry["id"]), known), title=title, parent=parent, how=how))
    return found
