"""A publish that uses every feature, cut at every request and spoilt at random: the next run always mends it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from world import World, random_fault, world

from publisher.errors import PublisherError

BEFORE: dict[str, str | bytes | None] = {
    "index.md": "# Home\n\nwelcome [here](a.md#deep)\n",
    "a.md": "---\nlabels: [one]\nconfluence: {properties: {k: 1, l: x}, width: full}\n---\n# A\n\n## Deep\n\nSome text of the first page, with enough words to be known again.\n",
    "b.md": "# B\n\nThe text of the second page stands here and says a thing or two.\n",
    "guide/index.md": "# Guide\n\n![i](i.png)\n",
    "guide/i.png": b"\x89PNG-1",
    "guide/x.md": "# X\n\nx\n",
    "guide/y.md": "# Y\n\ny\n",
    "old/o.md": "# O\n\norphan to be\n",
    "t.md": "# T\n\nin the trash by now\n",
    "post.md": "---\nconfluence: {type: blogpost, date: 2026-01-31}\nlabels: [news]\n---\n# News\n\nnews of the day\n",
    "secret.md": "---\nconfluence: {restrict: {view: [bob]}, status: Rough, owner: bob}\n---\n# Secret\n\nhidden\n",
}
AFTER: dict[str, str | bytes | None] = {
    "a.md": '---\nlabels: [two]\nconfluence: {properties: {k: 2}, width: full, emoji: ":rocket:"}\n---\n# B\n\n## Deep\n\nSome text of the first page, with enough words to be known again.\n',
    "b.md": "# A\n\nThe text of the second page stands here and says a thing or two!\n",
    "guide/i.png": b"\x89PNG-2",
    "guide/x.md": "---\norder: 9\n---\n# X\n\n![j](j.png)\n",
    "guide/j.png": b"\x89PNG-3",
    "guide/y.md": None,
    "z.md": "# Y\n\ny\n",
    "old/o.md": None,
    "new/n.md": "# N\n\n[to](m.md#part)\n",
    "new/m.md": "# M\n\n## Part\n",
    "post.md": "---\nconfluence: {type: blogpost, date: 2026-01-31}\n---\n# News\n\nnews of the night\n",
    "secret.md": "---\nconfluence: {restrict: {view: [bob, eve]}, status: Done, edit_lock: true}\n---\n# Secret\n\nhidden well\n",
    "post2.md": "---\nconfluence: {type: blogpost, date: 2026-02-01}\n---\n# More news\n\nmore\n",
}
HOW: dict[str, Any] = {"prune": "trash", "lease": 0.0}


def prepare(root: Path, name: str) -> Any:
    folder = root / name
    folder.mkdir()
    return world(folder)


def begin(w: World) -> None:
    w.write(BEFORE)
    w.publish(lease=0.0)
    w.store.delete_page(w.page("T")["id"], purge=False)
    w.comment("A", "enough words")
    w.write(AFTER)


def finished(w: World) -> Any:
    """The state, once there is nothing left to do."""
    plan = w.plan(**HOW)
    assert plan.changes == 0, [(a.page.title, a.reasons) for a in plan.actions if a.reasons]
    assert [problem.code for problem in plan.problems if problem.code.startswith("hand-edit")] == []
    assert set(w.resolution("B").values()) == {"open"}
    return w.state()


class Killed(BaseException):
    """The process is gone: nothing after this request is sent."""


def cut(at: int, *, after: bool) -> Callable[..., httpx.Response]:
    count, lock, dead = [0], threading.Lock(), threading.Event()

    def fault(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        with lock:
            count[0] += 1
            last = count[0] == at
        if dead.is_set():
            raise Killed
        if last:
            dead.set()
            if after:
                send().close()
            raise Killed
        return send()

    return fault


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, int, Any, int]:
    """(state after the first publish, its requests, state after the second, its requests), uninterrupted."""
    with prepare(tmp_path_factory.mktemp("wanted"), "w") as w:
        w.write(BEFORE)
        w.publish(jobs=1, lease=0.0)
        first, count = w.state(), len(w.requests)
    with prepare(tmp_path_factory.mktemp("wanted"), "w") as w:
        begin(w)
        w.publish(jobs=1, **HOW)
        requests = len(w.requests)
        return first, count, finished(w), requests


def points(total: int, *, full: bool) -> list[int]:
    return list(range(1, total + 1, 1 if full else 11))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_cut_at_every_request_of_a_first_publish(tmp_path: Path, wanted: Any, full: bool, after: bool) -> None:
    for at in points(wanted[1], full=full):
        with prepare(tmp_path, f"{at}") as w:
            w.write(BEFORE)
            with suppress(Killed):
                w.publish(cut(at, after=after), jobs=1, lease=0.0)
            report = w.publish(lease=0.0)
            assert [result.error for result in report.results if result.error] == [], at
            assert w.state() == wanted[0], at
            assert [(a.page.key, a.reasons) for a in w.plan().actions if a.reasons] == [], at


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_cut_at_every_request_of_a_publish_that_uses_everything(
    tmp_path: Path, wanted: Any, full: bool, after: bool
) -> None:
    for at in points(wanted[3], full=full):
        with prepare(tmp_path, f"{at}") as w:
            begin(w)
            with suppress(Killed):
                w.publish(cut(at, after=after), jobs=1, **HOW)
            report = w.publish(**HOW)
            assert [result.error for result in report.results if result.error] == [], at
            assert finished(w) == wanted[2], at


def test_killed_again_and_again(tmp_path: Path, wanted: Any, full: bool) -> None:
    with prepare(tmp_path, "w") as w:
        begin(w)
        for at in range(1, wanted[3] + 40, 3 if full else 5):
            with suppress(Killed):
                w.publish(cut(at, after=at % 2 == 0), jobs=1, **HOW)
        w.publish(**HOW)
        assert finished(w) == wanted[2]


def test_random_faults(tmp_path: Path, wanted: Any, full: bool) -> None:
    for seed in range(200 if full else 8):
        with prepare(tmp_path, f"{seed}") as w:
            begin(w)
            for attempt in range(30):
                with suppress(PublisherError):
                    report = w.publish(random_fault(seed * 100 + attempt, 0.2), **HOW)
                    if not any(result.error for result in report.results):
                        break
            w.publish(**HOW)
            assert finished(w) == wanted[2], seed


FOLDERS: dict[str, str | bytes | None] = {
    "index.md": "# Home\n",
    "guide/a.md": "---\nlabels: [one]\n---\n# A\n\nwords\n",
    "guide/deep/b.md": "# B\n\n[a](../a.md#part)\n",
    "empty/c.md": "---\nconfluence: {restrict: {view: [bob]}}\n---\n# C\n",
    "post.md": "---\nconfluence: {type: blogpost, date: 2026-01-31}\nlabels: [news]\n---\n# News\n",
}
MOVED: dict[str, str | bytes | None] = {
    "guide/a.md": None,
    "manual/a.md": "---\nlabels: [two]\n---\n# A\n\nwords\n",
    "guide/deep/b.md": None,
    "empty/c.md": "---\nconfluence: {restrict: {view: [bob, eve]}}\nlabels: [x]\n---\n# C\n",
    "post.md": None,
}
IN_FOLDERS: dict[str, Any] = {"directories": "folder", "prune": "trash", "prune_limit": "9", "lease": 0.0}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_cut_at_every_request_where_directories_are_folders(tmp_path: Path, full: bool, after: bool) -> None:
    """Two publishes, the second of which moves, prunes and relabels; each is cut, and the next run of it is whole."""
    wanted: list[Any] = []
    with prepare(tmp_path, "wanted") as w:
        for files in (FOLDERS, MOVED):
            w.write(files)
            w.publish(jobs=1, **IN_FOLDERS)
            wanted.append((w.state(), len(w.requests)))
    for number, (state, count) in enumerate(wanted):
        for at in range(1, count + 1, 1 if full else 9):
            with prepare(tmp_path, f"{number}-{at}") as w:
                for files in (FOLDERS, MOVED)[:number]:
                    w.write(files)
                    w.publish(jobs=1, **IN_FOLDERS)
                w.write((FOLDERS, MOVED)[number])
                with suppress(Killed):
                    w.publish(cut(at, after=after), jobs=1, **IN_FOLDERS)
                report = w.publish(**IN_FOLDERS)
                assert [result.error for result in report.results if result.error] == [], (number, at)
                assert w.state() == state, (number, at)
                assert w.plan(**IN_FOLDERS).changes == 0, (number, at)
