"""How a plan is applied, and what is told on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from publisher.model.plan import PageAction
from publisher.model.problem import Problem
from publisher.model.report import Result

Progress = Callable[[Result], None]


class StalePlan(Exception):
    """Another run was here between the snapshot and the lease: read and plan again."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a plan is applied. ``message``: the version message of a page. Seconds: ``lease``, ``wait`` for one.

    ``inputs``: digest of all that the plan was made from, empty if it may not be kept; ``problems`` of the documents.
    """

    message: Callable[[PageAction], str]
    notify: bool = False
    lease: float = 120.0
    wait: float = 300.0
    read_at: float = field(default_factory=time.monotonic)
    unwatch: bool = False
    inputs: str = ""
    problems: tuple[Problem, ...] = ()


def unchanged_result(action: PageAction) -> Result:
    """The result of an action that wrote nothing."""
    page = action.remote
    return Result(action, page.id if page else "", page.url if page else "", page.version if page else 0)
