"""Work with several workers: on a tree of pages, where each waits for its parent's and nothing else, and on a list."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from publisher.model.plan import PageAction
from publisher.model.report import Result

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WHILE = 5.0  # seconds


def run_parents_first(
    actions: Sequence[PageAction],
    jobs: int,
    work: Callable[[PageAction], Result],
    finish: Callable[[Result], None],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Calls ``work`` for each action in a worker, and ``finish`` with its result in this thread; ``meanwhile`` now and then.

    New pages of a branch that people have put in order are made one after the other: Confluence puts each one last, so that
    no move is needed (docs/confluence-api.md#order).

    What ``work`` raises is raised after what is in flight has finished; nothing else is started then.
    """
    ready, children = _split(actions, work, finish)
    finished: SimpleQueue[Future[Result]] = SimpleQueue()
    flying: set[Future[Result]] = set()
    with ThreadPoolExecutor(jobs) as pool:

        def start(started: Iterable[PageAction]) -> None:
            for action in started:
                future = pool.submit(work, action)
                flying.add(future)
                future.add_done_callback(finished.put)

        try:
            start(ready)
            while flying:
                future = _next(finished, meanwhile)
                flying.discard(future)
                result = future.result()
                finish(result)
                start(children.pop(result.action.page.key, ()))
        except BaseException:
            for future in flying:
                future.cancel()
            raise


def _next(finished: "SimpleQueue[Future[Answer]]", meanwhile: Callable[[], None]) -> "Future[Answer]":
    """What has ended next. A large file or a long row of moves must not keep this thread from its other duties."""
    while True:
        try:
            return finished.get(timeout=_WHILE)
        except Empty:
            meanwhile()


def _split(
    actions: Sequence[PageAction], work: Callable[[PageAction], Result], finish: Callable[[Result], None]
) -> tuple[list[PageAction], dict[str, list[PageAction]]]:
    """What can start at once, and what waits for whom. Idle pages are finished here: nobody need wait for them."""
    busy = {action.page.key for action in actions if not action.idle}
    elder = _elders(actions)
    ready: list[PageAction] = []
    children: dict[str, list[PageAction]] = {}
    for action in actions:
        first = elder.get(action.page.key) or action.page.parent or ""
        if action.idle:
            finish(work(action))
        elif first in busy:
            children.setdefault(first, []).append(action)
        else:
            ready.append(action)
    return ready, children


def _elders(actions: Sequence[PageAction]) -> dict[str, str]:
    """New page → the new page that is to stand before it, in the branches that people have put in order."""
    ordered = {a.page.parent for a in actions if a.remote is not None and a.remote.position is not None}
    made = {action.page.key for action in actions if action.remote is None}
    found: dict[str, str] = {}
    last: dict[str, str] = {}
    for action in actions:
        parent = action.page.parent
        if (
            parent in ordered
            and parent not in made
            and parent is not None
            and action.remote is None
            and not action.idle
        ):
            if parent in last:
                found[action.page.key] = last[parent]
            last[parent] = action.page.key
    return found


def run_all(items: Sequence[Item], jobs: int, work: Callable[[Item], Answer]) -> list[Answer]:
    """The answers in the order of the items. The first failure is raised after what is in flight has finished."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise


def run_after(
    works: Mapping[str, Callable[[], None]],
    needs: Mapping[str, Iterable[str]],
    jobs: int,
    meanwhile: Callable[[], None],
) -> None:
    """Calls each of ``works`` in a worker once those that it needs have ended; in this thread ``meanwhile``, after each and now and then.

    What has waited goes before what has not. The first failure is raised after what is in flight has finished; nothing
    else is started then.
    """
    waits = {name: {first for first in needs.get(name, ()) if first in works} for name in works}
    followers: dict[str, list[str]] = {}
    for name, firsts in waits.items():
        for first in firsts:
            followers.setdefault(first, []).append(name)
    ready = deque(name for name, firsts in waits.items() if not firsts)
    finished: SimpleQueue[Future[None]] = SimpleQueue()
    flying: dict[Future[None], str] = {}
    with ThreadPoolExecutor(jobs) as pool:
        while ready or flying:
            while ready and len(flying) < jobs:
                name = ready.popleft()
                future = pool.submit(works[name])
                flying[future] = name
                future.add_done_callback(finished.put)
            future = _next(finished, meanwhile)
            name = flying.pop(future)
            future.result()
            meanwhile()
            for follower in followers.get(name, ()):
                waits[follower].discard(name)
                if not waits[follower]:
                    ready.appendleft(follower)
