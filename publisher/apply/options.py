"""How a plan is applied, and what is told on the way."""

import time
from collections.abc import Callable

from msgspec import Struct, field

from publisher.model.plan import PageAction
from publisher.model.problem import Problem
from publisher.model.report import Result


class StalePlan(Exception):
    """Another run was here between the snapshot and the lease: read and plan again."""


class ApplyOptions(Struct, frozen=True, kw_only=True):
    """How a plan is applied. ``message``: the version message of a page. Seconds: ``lease``, ``wait`` for one.

    ``read_at``: when the snapshot was read; a body that is older than ``stale_after`` seconds is read again before it is
    overwritten. ``inputs``: digest of all that the plan was made from, empty if it may not be kept; ``problems`` of the
    documents.
    """

    message: Callable[[PageAction], str]
    notify: bool = False
    lease: float = 120.0
    wait: float = 300.0
    read_at: float = field(default_factory=time.monotonic)
    stale_after: float = 60.0
    unwatch: bool = False
    inputs: str = ""
    problems: tuple[Problem, ...] = ()

    def is_stale(self) -> bool:
        """Whether what was read for the plan is too old to be overwritten without another look."""
        return time.monotonic() - self.read_at > self.stale_after


def unchanged_result(action: PageAction) -> Result:
    """The result of an action that wrote nothing."""
    page = action.remote
    if page is None:
        return Result(action=action, id="", url="", version=0)
    return Result(action=action, id=page.id, url=page.url, version=page.version)
