"""Rate limits: what the server asks for is waited for, its headers are heeded, and concurrency adapts."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from world import Fault, Faulty, World, world

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.limiter import Limiter
from publisher.confluence.ratelimits import RateHint, read_date, read_rate_hint
from publisher.confluence.settings import RetryPolicy
from publisher.convert.compose import convert
from publisher.errors import RateLimited
from publisher.remote.cloud import CloudRemote
from publisher.sync.publish import publish

FAST = 100.0  # seconds of the test's clock in each real one


def clock() -> float:
    return time.monotonic() * FAST


def sleep(seconds: float) -> None:
    time.sleep(seconds / FAST)


class Bucket:
    """A server's limit: ``rate`` requests a second, ``burst`` at once."""

    def __init__(self, rate: float, burst: float, **headers: str) -> None:
        self.rate, self.burst, self.headers = rate, burst, headers
        self.tokens, self.at, self.seen, self.refused, self.lock = burst, clock(), 0, 0, threading.Lock()

    def __call__(self, request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        with self.lock:
            now = clock()
            self.seen += 1
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
            self.at = now
            if self.tokens < 1:
                self.refused += 1
                return httpx.Response(429, request=request, json={"message": "slow down"}, headers=self.headers)
            self.tokens -= 1
        return send()


@contextmanager
def publishing(w: World, fault: Fault, jobs: int = 6) -> Iterator[CloudRemote]:
    policy = RetryPolicy(retries=2, first_wait=0.5, max_wait=300.0)
    client = Client(
        w.address + "/wiki",
        Login("u", "t"),
        jobs=jobs,
        policy=policy,
        sleep=sleep,
        clock=clock,
        transport=Faulty(fault),
    )
    try:
        yield CloudRemote(client, client.base, jobs)
    finally:
        client.close()


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {}, {"Beta-Retry-After": "1"}, {"Retry-After": "0"}])
def test_41_pages_against_two_requests_a_second_end_well(tmp_path: Path, headers: dict[str, str]) -> None:
    """With two retries only: waits that the server asks for are no retries."""
    with world(tmp_path) as w:
        count = 40 if headers == {"Retry-After": "1"} else 8
        w.write({"index.md": "# Home\n", **{f"p{n:02}.md": f"# P{n:02}\n" for n in range(count)}})
        bucket = Bucket(2.0, 2.0, **headers)
        with publishing(w, bucket) as remote:
            _, report = publish(
                convert(w.settings), remote, w.settings, w.rules(w.settings), lambda plan: lambda result: None
            )
        assert [result.error for result in report.results if result.error] == []
        assert len(w.ids()) == count + 2  # with the space's home page
        assert 0 < bucket.refused < bucket.seen / 2  # it learns what the server takes
        assert w.plan().changes == 0


def test_a_wait_that_is_too_long_ends_the_run_and_says_why() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"Retry-After": "2400", "RateLimit-Reason": "confluence-quota-global-based"}
        return httpx.Response(429, headers=headers, json={})

    client = Client("https://x.y", transport=httpx.MockTransport(answer), sleep=lambda seconds: None)
    with pytest.raises(RateLimited, match=r"confluence-quota-global-based.*2400 seconds"):
        client.request("GET", "/x")
    assert client.requests == 1


def test_waits_are_bounded_in_sum() -> None:
    waits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"Retry-After": "40"}, json={})

    policy = RetryPolicy(retries=1, max_wait=100.0)
    client = Client("https://x.y", transport=httpx.MockTransport(answer), sleep=waits.append, policy=policy)
    with pytest.raises(RateLimited):
        client.request("GET", "/x")
    assert client.requests == 3  # after 40 and 80 seconds; 120 would be too many


def test_workers_do_not_wake_at_the_same_moment() -> None:
    """After a refusal the requests start one after the other, not together when the pause is over."""
    now = 0.0
    limiter = Limiter(6, clock=lambda: now, sleep=lambda seconds: starts.append(seconds))
    starts: list[float] = []
    limiter.slow_down(1.0, 0.0)
    for _ in range(5):
        with limiter.slot():
            pass
    assert min(starts) >= 1.0
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) >= limiter.interval > 0


def test_several_refusals_of_one_moment_count_once() -> None:
    limiter = Limiter(6, clock=lambda: 10.0, sleep=lambda seconds: None)
    limiter.slow_down(1.0, 9.0)
    once = (limiter.allowed, limiter.interval)
    for _ in range(5):
        limiter.slow_down(1.0, 9.5)
    assert (limiter.allowed, limiter.interval) == once == (3, 0.05)


def good(limiter: Limiter, times: int, latency: float = 0.1, hint: RateHint = RateHint()) -> int:
    for _ in range(times):
        limiter.good(latency, hint)
    return limiter.allowed


def test_concurrency_rises_while_latency_allows_and_never_beyond_jobs() -> None:
    limiter = Limiter(10, clock=lambda: 0.0, sleep=lambda seconds: None)
    assert limiter.allowed == 6
    assert good(limiter, 40) == 8
    assert good(limiter, 40, latency=0.25) == 8  # slower: no more
    assert good(limiter, 40, latency=0.9) == 6  # much slower: fewer
    assert good(limiter, 400) == 10
    assert Limiter(2).allowed == 2 and good(Limiter(2), 400) == 2


def test_near_the_limit_there_are_fewer_and_spaced() -> None:
    limiter = Limiter(10, clock=lambda: 0.0, sleep=lambda seconds: None)
    assert good(limiter, 40, hint=RateHint(near_limit=True, remaining=10, reset_in=20.0)) == 4
    assert limiter.interval == 2.0


def test_nothing_left_pauses_everybody() -> None:
    waits: list[float] = []
    limiter = Limiter(6, clock=lambda: 0.0, sleep=waits.append)
    limiter.good(0.1, RateHint(remaining=0, reset_in=30.0))
    with limiter.slot():
        pass
    assert 30.0 <= waits[0] <= 33.0


NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HINTS: list[tuple[dict[str, str], RateHint]] = [
    ({}, RateHint()),
    ({"Retry-After": "7"}, RateHint(retry_after=7.0)),
    ({"Retry-After": "Thu, 26 Nov 2026 12:00:09 GMT"}, RateHint(retry_after=9.0)),
    ({"Retry-After": "soon"}, RateHint()),
    ({"Retry-After": "-5"}, RateHint()),
    ({"Beta-Retry-After": "3"}, RateHint(retry_after=3.0)),
    (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-26T12:01:00Z", "X-RateLimit-NearLimit": "true"},
        RateHint(remaining=0, reset_in=60.0, near_limit=True),
    ),
    (
        {"X-Beta-RateLimit-Remaining": "4", "X-Beta-RateLimit-Reset": "2026-11-26T12:00:30.500+00:00"},
        RateHint(remaining=4, reset_in=30.5),
    ),
    (
        {"X-RateLimit-Reset": str(int((NOW + timedelta(seconds=5)).timestamp())), "X-RateLimit-Remaining": "1"},
        RateHint(remaining=1, reset_in=5.0),
    ),
    ({"RateLimit": '"global-app-quota";r=11000;t=600'}, RateHint(remaining=11000, reset_in=600.0, near_limit=True)),
    ({"Beta-RateLimit": '"a";r=9;t=60, "b";r=2;t=10'}, RateHint(remaining=2, reset_in=10.0, near_limit=True)),
    (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Interval-Seconds": "10", "X-RateLimit-FillRate": "5"},
        RateHint(remaining=0, reset_in=2.0),
    ),
    ({"X-RateLimit-Remaining": "many", "X-RateLimit-Reset": "x" * 999}, RateHint()),
    ({"RateLimit-Reason": "jira-burst-based"}, RateHint(reason="jira-burst-based")),
]


@pytest.mark.parametrize(("headers", "hint"), HINTS)
def test_headers(headers: dict[str, str], hint: RateHint) -> None:
    dated = {"Date": "Thu, 26 Nov 2026 12:00:00 GMT", **headers}
    assert read_rate_hint(httpx.Headers(dated), 0.0) == hint
    assert read_rate_hint(httpx.Headers(headers), NOW.timestamp()) == hint


@pytest.mark.parametrize(
    "text", [None, "", "never", "Thu, 99 Foo 2026 99:99:99 GMT", "0", "Mon, 01 Jan 99999 00:00:00 GMT"]
)
def test_what_is_no_date(text: str | None) -> None:
    assert read_date(text) is None
