"""Pages that people moved: which files follow them, and where to."""

import posixpath
from collections.abc import Mapping

from msgspec import Struct

from publisher.convert.compose import Conversion
from publisher.convert.moving import Moves, folder_below, is_index
from publisher.convert.sources import listed_keys
from publisher.model.plan import Existing
from publisher.model.snapshot import RemotePage
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.sync.proposal import Proposal


class MovedPages(Struct, frozen=True):
    """``moves``: files and folders that follow their pages. ``notes``: a line for each page that people moved."""

    moves: Moves
    notes: tuple[str, ...]


def find_moves(conversion: Conversion, proposal: Proposal, rules: Rules) -> MovedPages:
    """The pages that people put below other pages, and what that means for the files."""
    wanted = {
        action.page.key: action.parent.id for action in proposal.plan.actions if isinstance(action.parent, Existing)
    }
    paths: dict[str, str] = {}
    notes: list[str] = []
    for page in proposal.snapshot.owned():
        stamp = page.stamp
        if stamp is None or page.status not in LIVING or (page.parent or "") == stamp.parent:
            continue
        key = stamp.path
        known = key in conversion.tree.pages and conversion.tree.pages[key].document is not None
        if (rules.selected is not None and key not in rules.selected) or not known or wanted.get(key) == page.parent:
            continue
        moved, why = _targets(conversion, key, proposal.snapshot.pages.get(page.parent or ""), paths)
        paths |= moved
        follow = "; ".join(f"git mv {old} {new}" for old, new in moved.items()) or why
        notes.append(f"{key}: its page was moved in Confluence; to follow it: {follow}")
    return MovedPages(Moves(paths), tuple(notes))


def _targets(
    conversion: Conversion, key: str, parent: RemotePage | None, before: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    """(files and folders → where they go, why there are none)."""
    navigation = conversion.source.navigation
    if key in listed_keys(navigation.entries):
        return {}, f"change its place in {navigation.source}"
    if parent is None or parent.stamp is None or parent.stamp.path not in conversion.tree.pages:
        return {}, "its new parent has no document here"
    folder = folder_below(Moves(before).of(parent.stamp.path))
    if is_index(key) and (own := posixpath.dirname(key)):
        found = {own: posixpath.join(folder, posixpath.basename(own))}
    else:
        found = {key: posixpath.join(folder, posixpath.basename(key))}
        below = posixpath.splitext(key)[0]
        if any(other.startswith(below + "/") for other in conversion.tree.pages):
            found[below] = posixpath.join(folder, posixpath.basename(below))
    taken = [new for old, new in found.items() if new != old and (conversion.source.root / new).exists()]
    if taken:
        return {}, f"{taken[0]} is taken; choose another name"
    return {old: new for old, new in found.items() if old != new}, "its place is the same"
