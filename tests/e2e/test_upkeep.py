"""status, accept, unlock, undo-prune, unpublish; two runs at once; Ctrl-C; a lost login."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from world import World, world

from publisher.cli.main import cli
from publisher.confluence.limiter import Limiter
from publisher.errors import LoginRefused, PlanRefused, RateLimited, Unreachable
from publisher.planning.index import LEASE_KEY


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.write({"index.md": "# Home\n", "a.md": "# A\n\nfirst words\n", "b/c.md": "# C\n\nmore words\n"})
        made.publish()
        yield made


def run(w: World, *arguments: str) -> Result:
    environment = {
        "CONFLUENCE_URL": w.address,
        "CONFLUENCE_USER": "u",
        "CONFLUENCE_TOKEN": "t0ken",
        "CONFLUENCE_SPACE": "DOCS",
        "PUBLISHER_COLLECTION": "test",
        "PUBLISHER_BANNER": "off",  # as the world publishes
    }
    return CliRunner().invoke(cli, [*arguments], env=environment)


def test_status_names_what_people_did(w: World) -> None:
    assert run(w, "status", str(w.docs), "--exit-code").exit_code == 0
    w.write({"d.md": "# D\n", "e.md": "# E\n"})
    w.publish()
    w.edit("A", "<p>by hand</p>")
    page = w.page("C")
    w.store.update_page(page["id"], {"title": "See", "body": None, "version": 2, "message": "", "author": "bob"})
    w.store.delete_page(w.page("D")["id"], purge=False)
    (w.docs / "e.md").unlink()
    done = run(w, "status", str(w.docs), "--exit-code", "--diff")
    assert done.exit_code == 10
    kinds = {line.split()[0]: line for line in done.stdout.splitlines() if not line.startswith(("-", "+", "@", " "))}
    assert {"hand-edited", "retitled", "deleted", "orphan"} <= set(kinds)
    assert "alice" in done.stdout and "-by hand" in done.stdout and "+first words" in done.stdout
    found = json.loads(run(w, "status", str(w.docs), "--format", "json").stdout)["findings"]
    assert [item["kind"] for item in found if item["title"] == "See"] == ["hand-edited", "retitled"]


def test_plan_diff_is_readable(w: World) -> None:
    w.write({"a.md": "# A\n\nother words\n\n- [x] done\n\n```py\nx = 1\n```\n"})
    done = run(w, "plan", str(w.docs), "--diff")
    assert "-first words" in done.stdout and "+other words" in done.stdout
    assert "+- [x] done" in done.stdout and "+    x = 1" in done.stdout


def test_an_accepted_edit_stays_until_the_document_changes(w: World) -> None:
    w.edit("A", "<p>better words</p>")
    w.write({"a.md": "# A\n\nsecond words\n"})
    assert run(w, "publish", str(w.docs)).exit_code == 6
    assert run(w, "accept", str(w.docs)).exit_code == 2
    assert "accepted" in run(w, "accept", str(w.docs / "a.md"), "--docs", str(w.docs)).stdout
    assert run(w, "publish", str(w.docs)).exit_code == 0
    assert "better words" in w.page("A")["body"]
    w.write({"a.md": "---\ntitle: A new\n---\n# A\n\nsecond words\n"})
    w.write({"a.md": "# A\n\nthird words\n"})
    assert run(w, "publish", str(w.docs)).exit_code == 0
    assert "third words" in w.page("A")["body"]


def test_an_accepted_edit_survives_a_move(w: World) -> None:
    w.edit("A", "<p>better words</p>")
    w.write({"a.md": "# A\n\nsecond words\n"})
    run(w, "accept", str(w.docs / "a.md"), "--docs", str(w.docs))
    (w.docs / "a.md").rename(w.docs / "b/a.md")
    w.publish()
    assert w.tree("B") == ["A", "C"] and "better words" in w.page("A")["body"]
    assert w.plan().changes == 0


def test_a_prune_is_undone(w: World) -> None:
    before = w.ids()
    for how in ("trash", "archive"):
        text = (w.docs / "a.md").read_text()
        (w.docs / "a.md").unlink()
        w.publish(prune=how)
        assert "A" not in w.ids()
        done = run(w, "undo-prune", str(w.docs))
        assert done.exit_code == 0 and "brought back A" in done.stdout
        w.write({"a.md": text})
        assert not any(action.write for action in w.plan().actions)
        w.publish()
        assert w.plan().changes == 0 and w.ids() == before
    assert run(w, "undo-prune", str(w.docs)).exit_code == 4


def test_unpublish_asks_first_and_can_be_undone(w: World) -> None:
    before = w.ids()
    done = run(w, "unpublish", str(w.docs))
    assert "4 pages" in done.stdout and w.ids() == before
    guest = w.store.create_page(w.space, {"title": "guest", "body": "", "parent": w.page("B")["id"], "author": "bob"})
    done = run(w, "unpublish", str(w.docs), "--yes")
    assert done.exit_code == 6 and set(w.ids()) == {"Docs Home", "Home", "B", "guest"}
    w.store.delete_page(guest["id"], purge=False)
    w.publish()
    assert run(w, "unpublish", str(w.docs), "--yes").exit_code == 0
    assert set(w.ids()) == {"Docs Home"}
    assert run(w, "undo-prune", str(w.docs)).exit_code == 0
    assert w.ids() == before and w.tree("Home") == ["A", ["C"]]
    assert not any(action.write for action in w.plan().actions)
    w.publish()
    assert w.plan().changes == 0


# Two runs at once


def lease_of(w: World) -> dict[str, object]:
    row = next(row for row in w.store.properties(w.page("Home")["id"]) if row["key"] == LEASE_KEY)
    value: dict[str, object] = json.loads(row["value"])
    return value


def hold(w: World, **fields: object) -> None:
    root = w.page("Home")["id"]
    row = next(row for row in w.store.properties(root) if row["key"] == LEASE_KEY)
    value = {
        "state": "held",
        "holder": "bob@build, process 1",
        "machine": "another",
        "pid": 1,
        "expires": time.time() + 60,
    }
    w.store.update_property(root, row["id"], {**value, **fields}, row["version"] + 1)


def test_a_held_lease_keeps_others_out_and_unlock_frees_it(w: World) -> None:
    hold(w)
    assert w.plan().changes == 0  # reading takes none
    assert w.publish().writes == 0  # neither does a run without changes
    w.write({"a.md": "# A\n\nnew\n"})
    with pytest.raises(PlanRefused, match="bob@build"):
        w.publish(wait=0.0)
    assert "bob@build" in run(w, "unlock", str(w.docs)).stdout
    w.publish(wait=0.0)
    assert lease_of(w)["state"] == "free"


def test_a_lease_that_is_over_or_whose_holder_is_dead_is_taken_over(w: World) -> None:
    hold(w, expires=time.time() - 5)
    w.write({"a.md": "# A\n\nnew\n"})
    w.publish(wait=0.0)
    from publisher.apply.lease import _machine

    hold(w, machine=_machine(), pid=2**22 - 7)
    w.write({"a.md": "# A\n\nnewer\n"})
    w.publish(wait=0.0)
    assert "newer" in w.page("A")["body"]


def test_two_first_publishes_at_once_make_one_tree(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.write({"index.md": "# Home\n", **{f"p{i}.md": f"# P{i}\n\nt\n" for i in range(12)}})
        errors: list[BaseException] = []

        def publish() -> None:
            try:
                w.publish(jobs=2)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=publish) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(w.ids()) == 14 and w.plan().changes == 0


# The end of a run


def test_ctrl_c_finishes_what_is_in_flight_and_frees_the_lease(w: World) -> None:
    w.write({f"p{i}.md": f"# P{i}\n" for i in range(10)})
    count = [0]

    def interrupt(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        count[0] += request.method == "POST" and request.url.path.endswith("/pages")
        if count[0] == 3:
            count[0] += 1
            send().close()
            raise KeyboardInterrupt
        return send()

    with pytest.raises(KeyboardInterrupt) as caught:
        w.publish(interrupt, jobs=2)
    assert "pages are done" in caught.value.__notes__[0]
    assert lease_of(w)["state"] == "free"
    w.publish()
    assert len(w.ids()) == 15 and w.plan().changes == 0


def test_a_login_lost_in_the_middle_ends_the_run(w: World) -> None:
    w.write({f"p{i}.md": f"# P{i}\n" for i in range(5)})

    def refuse(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.url.path.endswith("/user/current") and creations:
            return httpx.Response(403, request=request, json={"message": "caller cannot access Confluence"})
        if request.method == "POST" and request.url.path.endswith("/pages"):
            creations.append(1)
            if len(creations) > 2:
                errors = [{"status": 404, "code": "NOT_FOUND", "title": "Not Found"}]
                return httpx.Response(404, request=request, json={"errors": errors})
        return send()

    creations: list[int] = []
    with pytest.raises(LoginRefused):
        w.publish(refuse, jobs=1)
    w.publish()
    assert w.plan().changes == 0


def test_a_quota_that_lasts_too_long_ends_the_run(w: World) -> None:
    w.write({"a.md": "# A\n\nnew\n"})

    def limit(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PUT" and request.url.path.endswith(f"/pages/{w.page('A')['id']}"):
            return httpx.Response(429, request=request, headers={"Retry-After": "3000"}, json={})
        return send()

    with pytest.raises(RateLimited, match="3000 seconds"):
        w.publish(limit)
    w.publish()
    assert w.plan().changes == 0


def test_silence_ends_the_run() -> None:
    from publisher.confluence.client import Client
    from publisher.confluence.credentials import Login
    from publisher.confluence.settings import RetryPolicy

    waits: list[float] = []
    client = Client("http://127.0.0.1:9/wiki", Login("", "t"), policy=RetryPolicy(3, 0.01), sleep=waits.append)
    with pytest.raises(Unreachable, match="cannot be reached"):
        client.request("GET", "/x")
    assert len(waits) == 3 and waits[0] < waits[2]
    client.close()


# The limiter


def test_never_more_in_flight_than_allowed_and_half_after_a_429(w: World) -> None:
    w.write({f"p{i}.md": f"# P{i}\n" for i in range(30)})
    lock, flying, most = threading.Lock(), [0], [0]

    def count(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        with lock:
            flying[0] += 1
            most[0] = max(most[0], flying[0])
        time.sleep(0.002)
        try:
            return send()
        finally:
            with lock:
                flying[0] -= 1

    w.publish(count, jobs=3)
    assert most[0] == 3
    limiter = Limiter(8)
    assert limiter.allowed == 6  # more only if latency allows
    limiter.slow_down(0.0)
    assert limiter.allowed == 3
    for _ in range(40):
        limiter.good()
    assert limiter.allowed == 5


# Requests


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_requests_are_within_their_budget(tmp_path: Path, flavor: str) -> None:
    """A first publish: 2 a page, 1 for each file, second write and move. Unchanged: see the reference of each product."""
    with world(tmp_path, flavor) as w:
        count = 300
        files: dict[str, str | bytes | None] = {
            f"d{i % 10}/p{i}.md": f"# P{i}\n\n## Part\n\ntext {i}\n" for i in range(count)
        }
        files |= {f"d{i}/p{i}.md": f"# P{i}\n\n[next](p{i + 10}.md#part) ![i](i{i}.png)\n" for i in range(10)}
        files |= {f"d{i}/i{i}.png": b"\x89PNG" + bytes([i]) for i in range(10)}
        w.write({"index.md": "# Home\n", **files})
        report = w.publish()
        pages, second_writes = count + 11, 10
        uploads = sum("/attachment" in request for request in w.requests)
        assert report.moves <= pages
        rest = uploads + second_writes + report.moves
        assert len(w.requests) <= 2 * pages + rest + 10 + -(-pages // 100), len(w.requests) - 2 * pages - rest
        w.publish()
        unchanged = 3 + -(-pages // 250) if flavor == "cloud" else 4 + -(-(pages + 1) // 200)
        assert len(w.requests) <= unchanged and all(request.startswith("GET") for request in w.requests)
        w.write({"d1/p211.md": "# P211\n\nother\n"})
        w.publish()
        assert len(w.requests) <= unchanged + 6


def test_new_pages_of_a_branch_in_order_need_no_move(tmp_path: Path) -> None:
    """Somebody has moved a page: from then on a new page is put last, and the order of creation is the order of pages."""
    with world(tmp_path) as w:
        w.write({"n/b.md": "# b\n", "n/c.md": "# c\n", "n/a.md": "---\norder: 1\n---\n# z\n"})
        assert w.publish().moves == 1
        w.write({f"n/d{number}.md": f"# {name}\n" for number, name in enumerate("yfxgwhv")})
        assert w.publish().moves == 0
        assert w.tree("N") == ["z", "b", "c", *"yfxgwhv"] and w.plan().changes == 0


def test_branches_are_put_in_order_without_reading_them_back(tmp_path: Path) -> None:
    """What this run made whole is known; branches are moved side by side, with the fewest moves."""
    with world(tmp_path) as w:
        order = {0: "c", 1: "a", 2: "b"}
        w.write(
            {
                f"d{i}/{name}.md": f"---\norder: {number}\n---\n# {name}{i}\n"
                for i in range(6)
                for number, name in order.items()
            }
        )
        report = w.publish()
        assert w.tree("D3") == ["c3", "a3", "b3"] and report.moves == 6
        moving = [number for number, request in enumerate(w.requests) if "/move/" in request]
        assert not [request for request in w.requests[moving[0] : moving[-1]] if request.startswith("GET")]
        assert w.plan().changes == 0


def test_branches_are_moved_beside_second_writes(tmp_path: Path) -> None:
    """A link to a heading of a page that is made later costs a second write, which waits here for a move to come."""
    moved, waited = threading.Event(), list[bool]()

    def fault(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if "/move/" in request.url.path:
            moved.set()
        elif request.method == "PUT" and request.url.path.rpartition("/")[0].endswith("/pages"):
            waited.append(moved.wait(10))
        return send()

    with world(tmp_path) as w:
        w.write({"n/b.md": "# b\n", "n/c.md": "# c\n", "n/a.md": "---\norder: 1\n---\n# z\n"})
        w.write({"x/one.md": "# One\n\n[two](../y/two.md#more)\n", "y/two.md": "# Two\n\n## More\n"})
        assert w.publish(fault, jobs=1).moves == 1
        assert waited == [True] and w.tree("N") == ["z", "b", "c"] and w.plan().changes == 0
