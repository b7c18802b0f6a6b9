"""What a plan would change, as a reviewer reads it: the common ground of Markdown and HTML, online and offline. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from publisher.model.plan import PageAction, Plan
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.planning.diff import readable_diff, readable_lines

Kind = Literal["removed", "withheld", "moved", "retitled", "changed", "new"]
#: In the order of interest: what is lost first.
KINDS: tuple[Kind, ...] = ("removed", "withheld", "moved", "retitled", "changed", "new")


class Change(Struct, frozen=True):
    """``title`` of the page, ``before`` where it was another one. ``diff``: unified, without its header; of a new page its lines.

    ``lost``: passages whose comments lose their place; ``mentions``: accounts that are mentioned and were not.
    """

    kind: Kind
    title: str
    before: str = ""
    source: str = ""
    url: str = ""
    reasons: tuple[str, ...] = ()
    diff: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


def changes_of_plan(plan: Plan, bodies: Mapping[str, str]) -> list[Change]:
    """``bodies``: stored bodies by page id."""
    shown = (a for a in plan.actions if a.kind != "note" and (not a.idle or a.kind == "withheld"))
    found = [_of_action(action, bodies) for action in shown]
    found += [Change("removed", removal.page.title, url=removal.page.url) for removal in plan.removals]
    return sort_changes(found)


def _of_action(action: PageAction, bodies: Mapping[str, str]) -> Change:
    page, remote = action.page, action.remote
    if remote is None:
        return _new(page)
    stored = bodies.get(remote.id)
    diff = _diff(stored, page.body) if stored is not None else ()
    kind: Kind = "changed"
    if action.kind == "withheld":
        kind = "withheld"
    elif remote.title != page.title:
        kind = "retitled"
    elif "moved" in action.reasons and not diff:
        kind = "moved"
    before = remote.title if remote.title != page.title else ""
    lost = tuple(comment.selection for comment in action.lost)
    new = _mentions(page.body) - _mentions(stored or "")
    return Change(kind, page.title, before, page.source, remote.url, action.reasons, diff, lost, tuple(sorted(new)))


def _new(page: RenderedPage) -> Change:
    lines = tuple(f"+{line}" for line in readable_lines(page.body))
    return Change("new", page.title, source=page.source, diff=lines, mentions=tuple(sorted(_mentions(page.body))))


def changes_between(base: RenderedTree, head: RenderedTree) -> list[Change]:
    """Two states of the documents, without Confluence: pages are the same by path, else by title, else by text."""
    left = {key: page for key, page in base.pages.items() if key not in head.pages}
    found: list[Change] = []
    for key, page in head.pages.items():
        old = base.pages.get(key) or _take(left, page)
        if old is None:
            found.append(_new(page))
            continue
        diff = _diff(old.body, page.body)
        moved = _parent_title(base, old) != _parent_title(head, page) or (old.key != page.key and bool(page.source))
        if not (diff or moved or old.title != page.title or _files(old) != _files(page) or old.labels != page.labels):
            continue
        kind: Kind = "retitled" if old.title != page.title else "moved" if moved and not diff else "changed"
        before = old.title if old.title != page.title else ""
        reasons = (
            ["moved"] * moved
            + ["attachments"] * (_files(old) != _files(page))
            + ["labels"] * (old.labels != page.labels)
        )
        new = tuple(sorted(_mentions(page.body) - _mentions(old.body)))
        found.append(Change(kind, page.title, before, page.source, "", tuple(reasons), diff, (), new))
    found += [Change("removed", page.title, source=page.source) for page in left.values() if page.source]
    return sort_changes(found)


def _take(left: dict[str, RenderedPage], page: RenderedPage) -> RenderedPage | None:
    """The page of the base that this one was, under another path."""
    titled = [key for key, old in left.items() if old.title.casefold() == page.title.casefold()]
    alike = [key for key, old in left.items() if old.source and page.source and old.body == page.body]
    found = next((keys[0] for keys in (titled, alike) if len(keys) == 1), None)
    return left.pop(found) if found is not None else None


def _parent_title(tree: RenderedTree, page: RenderedPage) -> str:
    return tree.pages[page.parent].title if page.parent is not None else ""


def _files(page: RenderedPage) -> dict[str, str]:
    return {item.name: item.digest for item in page.attachments}


def _diff(old: str, new: str) -> tuple[str, ...]:
    return tuple(line for line in readable_diff(old, new, "") if not line.startswith(("---", "+++")))


def _mentions(body: str) -> set[str]:
    return set(re.findall(r'<ri:user ri:[\w-]+="([^"]+)"', body))


def sort_changes(changes: Iterable[Change]) -> list[Change]:
    """By what happens, then in the order that they have."""
    found = list(changes)
    return [change for kind in KINDS for change in found if change.kind == kind]
