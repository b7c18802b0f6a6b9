"""What the parts of one run share: the plan, what it rests on, and the state of its pages so far."""

from threading import Lock

from msgspec import Struct, field

from publisher.apply.options import ApplyOptions
from publisher.model.plan import Existing, PageAction, Plan, Planned
from publisher.model.problem import Problem
from publisher.model.snapshot import ContentRef, RemotePage, Snapshot
from publisher.remote.port import Remote


class Context(Struct):
    """Written to by several workers at once: each page is one worker's, problems are added under the lock.

    ``done``: pages as they are now, by key. ``failed``: why a page could not be written, by key. ``removed``: by id.
    ``hidden``: ids of pages that hold their titles and cannot be seen.
    """

    plan: Plan
    snapshot: Snapshot
    remote: Remote
    options: ApplyOptions
    done: dict[str, RemotePage] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    removed: dict[str, RemotePage] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def report(self, found: Problem) -> None:
        with self.lock:
            self.problems.append(found)

    def parent_of(self, action: PageAction) -> ContentRef:
        """The page to put this one below. Its own must have been written."""
        match action.parent:
            case Existing(page_id):
                known = self.snapshot.pages.get(page_id) or self.snapshot.containers.get(page_id)
                return known.ref if known else ContentRef(page_id)
            case Planned(key):
                return self.done[key].ref
