"""How many requests are in flight, and how fast they follow each other: one limiter for all threads of a run."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from publisher.confluence.ratelimits import RateHint

_START = 6  # requests in flight at first
_WINDOW = 20  # good answers before the next change
_SLOWER = 1.5  # a window's mean latency, as a multiple of the best one, up to which one more may be in flight
_MUCH_SLOWER = 3.0
_LONGEST_INTERVAL = 5.0
_ENOUGH = 0.005  # seconds; a shorter interval is none


class Limiter:
    """Starts with 6 requests in flight, or fewer, and never has more than ``most``.

    Rises while the latency and the server's headers allow. A 429 halves it, pauses everybody, and puts an interval
    between requests that shrinks with every good answer: so a server with a limit is used at about its limit, and
    workers do not wake at the same moment.
    """

    def __init__(
        self,
        most: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        max_pause: float = 300.0,
    ) -> None:
        self.most = most
        self.allowed = max(1, min(_START, most))
        self.interval = 0.0
        self._clock, self._sleep, self._max_pause = clock, sleep, max_pause
        self._in_flight = 0
        self._good = 0
        self._latency = 0.0  # the sum over this window
        self._best = float("inf")  # mean latency of the quickest window
        self._next_start = 0.0
        self._pauses = 0
        self._slowed_at = float("-inf")
        self._changed = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[float]:
        """One request in flight; gives the time at which it starts."""
        with self._changed:
            while self._in_flight >= self.allowed:
                self._changed.wait()
            self._in_flight += 1
        try:
            self._await_turn()
            yield self._clock()
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify()

    def _await_turn(self) -> None:
        while True:
            with self._changed:
                now = self._clock()
                start = max(now, self._next_start)
                self._next_start = start + self.interval
                pauses = self._pauses
            if start > now:
                self._sleep(start - now)
            with self._changed:
                if pauses == self._pauses:  # nobody was refused while this one waited
                    return

    def good(self, latency: float = 0.0, hint: RateHint = RateHint()) -> None:
        """An answer that was not 429, after ``latency`` seconds."""
        with self._changed:
            self.interval = self.interval * 0.97 if self.interval > _ENOUGH else 0.0
            if hint.spacing is not None:
                self.interval = max(self.interval, min(hint.spacing, _LONGEST_INTERVAL))
            if hint.pause:
                self._pause(hint.pause)
            self._good += 1
            self._latency += latency
            if self._good >= _WINDOW:
                self._adapt(self._latency / self._good, hint)
                self._good, self._latency = 0, 0.0

    def _adapt(self, latency: float, hint: RateHint) -> None:
        self._best = min(self._best, latency)
        if hint.near_limit or latency > self._best * _MUCH_SLOWER + 0.05:
            self.allowed = max(1, self.allowed - 1)
        elif self.allowed < self.most and latency <= self._best * _SLOWER + 0.02:
            self.allowed += 1
            self._changed.notify()

    def slow_down(self, seconds: float, started: float | None = None) -> None:
        """A 429 for a request that began at ``started``: no request before ``seconds`` are over.

        Requests that were in flight together are one event: it counts once, or six workers would slow down sixfold.
        """
        with self._changed:
            if started is None or started >= self._slowed_at:
                self.allowed = max(1, self.allowed // 2)
                self.interval = min(_LONGEST_INTERVAL, self.interval * 1.5 + 0.05)
            self._slowed_at = self._clock()
            self._good, self._latency = 0, 0.0
            self._pause(seconds)

    def _pause(self, seconds: float) -> None:
        seconds = min(seconds, self._max_pause) * random.uniform(1.0, 1.1)  # noqa: S311 - jitter
        until = self._clock() + seconds
        if until > self._next_start:
            self._next_start = until
            self._pauses += 1
