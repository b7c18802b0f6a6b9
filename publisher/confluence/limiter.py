"""How many requests are in flight: one limiter for all threads of a run, which gives way when Confluence says 429."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_RECOVER_AFTER = 20  # answers without a 429 before one more request may be in flight


class Limiter:
    """Never more than ``most`` at once; halved by ``slow_down``, and growing back with every 20 good answers."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.allowed = most
        self._in_flight = 0
        self._good = 0
        self._paused_until = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """One request in flight."""
        with self._changed:
            while self._in_flight >= self.allowed:
                self._changed.wait()
            self._in_flight += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify()

    def good(self) -> None:
        """An answer that was not 429."""
        with self._changed:
            self._good += 1
            if self._good >= _RECOVER_AFTER and self.allowed < self.most:
                self.allowed += 1
                self._good = 0
                self._changed.notify()

    def slow_down(self, seconds: float) -> None:
        """A 429: half as many at once, and none of them before ``seconds`` are over."""
        with self._changed:
            self.allowed = max(1, self.allowed // 2)
            self._good = 0
            self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def pause(self) -> float:
        """Seconds until the next request may go out."""
        return max(0.0, self._paused_until - time.monotonic())
