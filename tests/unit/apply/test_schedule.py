"""apply/schedule: parents before children, and nothing new after a failure."""

import threading
import time
from functools import partial

import pytest
from pages import result, wanted

from publisher.apply.schedule import run_after, run_all, run_parents_first
from publisher.model.plan import Existing, PageAction
from publisher.model.report import Result


def action(key: str, parent: str, *, idle: bool = False) -> PageAction:
    page = wanted(key, parent=parent)
    return PageAction(
        kind="unchanged" if idle else "create", page=page, remote=None, parent=Existing("1"), stamp=not idle
    )


TREE = [action("index.md", ""), *(action(f"{n}/", "index.md") for n in range(4)), *(action(f"{n}/{m}.md", f"{n}/") for n in range(4) for m in range(9))]  # fmt: skip


@pytest.mark.parametrize("jobs", [1, 5])
def test_each_page_after_its_parent_and_once(jobs: int) -> None:
    begun: list[str] = []
    ended: list[str] = []
    lock = threading.Lock()

    def work(item: PageAction) -> Result:
        with lock:
            assert item.page.parent in {None, "", *ended}
            begun.append(item.page.key)
        return result(item)

    run_parents_first(TREE, jobs, work, lambda result: ended.append(result.action.page.key))
    assert sorted(begun) == sorted(ended) == sorted(item.page.key for item in TREE)


def test_children_of_idle_pages_wait_for_nobody() -> None:
    order: list[str] = []
    actions = [action("index.md", ""), action("a/", "index.md", idle=True), action("a/b.md", "a/")]
    run_parents_first(actions, 1, result, lambda r: order.append(r.action.page.key))
    assert order[0] == "a/" and sorted(order) == ["a/", "a/b.md", "index.md"]


def test_after_a_failure_nothing_else_is_started() -> None:
    begun: list[str] = []

    def work(item: PageAction) -> Result:
        begun.append(item.page.key)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        run_parents_first(TREE, 2, work, lambda _: None)
    assert begun == ["index.md"]


def test_answers_come_in_the_order_of_the_items() -> None:
    assert run_all(range(40), 6, lambda item: item * 2) == [item * 2 for item in range(40)]
    assert run_all([], 6, str) == [] and run_all([7], 6, str) == ["7"]
    with pytest.raises(ZeroDivisionError):
        run_all(range(9), 3, lambda item: 1 / (item - 4))


def test_what_needs_others_runs_behind_them_and_before_the_rest() -> None:
    began: list[str] = []
    works = {name: partial(began.append, name) for name in ("move", "a", "b", "c", "d")}
    ended: list[int] = []
    run_after(works, {"move": ["b", "a", "not planned"]}, 1, lambda: ended.append(len(began)))
    assert began == ["a", "b", "move", "c", "d"] and ended == [1, 2, 3, 4, 5]


def test_nothing_begins_behind_a_failure() -> None:
    began: list[str] = []

    def fail() -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        run_after({"a": fail, "b": partial(began.append, "b")}, {"b": ["a"]}, 2, lambda: None)
    assert began == []


def test_no_more_than_the_jobs_run_at_once() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def work() -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.01)
        with lock:
            now[0] -= 1

    run_after({str(number): work for number in range(12)}, {}, 3, lambda: None)
    assert most[0] <= 3


def test_other_duties_are_done_while_a_long_work_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.apply.schedule._WHILE", 0.01)
    done, last = threading.Event(), list[bool]()

    def work(item: PageAction) -> Result:
        assert done.wait(10)
        return result(item)

    run_parents_first(TREE[:1], 2, work, lambda _: None, done.set)
    done.clear()
    run_after({"a": lambda: last.append(done.wait(10))}, {}, 2, done.set)
    assert last == [True]
