"""The transport that waits and tries again, by the retry matrix of docs/confluence-api.md#retries.

It hands up answers that are read to the end, or raises ``Uncertain``, ``Unreachable`` or ``BadAnswer``.
"""

import random
import time
from collections.abc import Callable, Iterator
from threading import Lock

import httpx

from publisher.confluence.answers import LARGEST_ANSWER, LARGEST_FILE, decompress
from publisher.confluence.limiter import Limiter
from publisher.confluence.ratelimits import NO_HINT, read_date, read_rate_hint, speaks_of_limits
from publisher.confluence.refusals import explain_transport_error, is_hopeless
from publisher.confluence.settings import RetryPolicy
from publisher.errors import BadAnswer, Uncertain, Unreachable

_LONGEST_BACKOFF = 30.0
_SHORTEST_WAIT = 0.1  # for a server that says 429 and "at once"
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class RetryTransport(httpx.BaseTransport):
    """Counts what it sends. Extensions of a request: ``repeatable`` (sending it twice does no harm; default: GET and
    DELETE) and ``stream`` (a good answer is handed up unread).
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        limiter: Limiter,
        policy: RetryPolicy,
        *,
        sleep: Callable[[float], None] = time.sleep,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self._inner, self._limiter, self._policy, self._sleep = inner, limiter, policy, sleep
        self._log = log or (lambda line: None)
        self._lock = Lock()
        self.requests = 0
        self.writes = 0
        self.healthy = False  # whether Confluence has allowed anything in this session
        self._last_answer = time.monotonic()
        self._clock_offset = 0.0
        self._last_date = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        repeatable = bool(request.extensions.get("repeatable", request.method in {"GET", "DELETE"}))
        attempt, asked = 0, 0.0
        while True:
            outcome, started = self._send(request, repeatable=repeatable)
            if isinstance(outcome, httpx.TransportError):
                self._raise_unless_again(request, outcome, attempt, repeatable=repeatable)
                wait = self._backoff(attempt)
            elif outcome.status_code == 429:
                wait = self._wait_of_429(outcome, asked)
                if asked + wait > self._policy.max_wait:
                    return outcome
                asked += wait
                self._limiter.slow_down(wait, started)
                continue
            else:
                found = self._wait_before_retry(outcome, attempt, repeatable=repeatable)
                if found is None or attempt >= self._policy.retries:
                    return outcome
                wait = found
            attempt += 1
            self._sleep(wait)

    def _send(self, request: httpx.Request, *, repeatable: bool) -> tuple[httpx.Response | httpx.TransportError, float]:
        """The answer or what went wrong, and when the request started."""
        what = f"{request.method} {request.url.raw_path.decode()}"
        with self._limiter.slot() as started:
            with self._lock:
                self.requests += 1
                self.writes += request.method != "GET"
            sent = time.monotonic()
            try:
                response = self._read(request, self._inner.handle_request(request))
            except httpx.TransportError as error:
                self._log(f"{what} {error or type(error).__name__}")
                return error, started
            except BadAnswer as error:
                self._log(f"{what} {error}")
                if not repeatable:
                    raise Uncertain(f"{request.method} {request.url.path}: {error}") from None
                raise BadAnswer(f"{request.method} {request.url.path}: {error}") from None
        self._last_answer = time.monotonic()
        date = response.headers.get("Date", "")
        if date != self._last_date:  # once a second, not once a request
            self._last_date = date
            seconds = read_date(date)
            self._clock_offset = self._clock_offset if seconds is None else seconds - time.time()
        if response.status_code != 429:
            hint = read_rate_hint(response.headers, time.time()) if speaks_of_limits(response.headers.raw) else NO_HINT
            self._limiter.good(self._last_answer - sent, hint)
        self._log(f"{what} {response.status_code} {(self._last_answer - sent) * 1000:.0f} ms")
        return response, started

    def _read(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """The same answer with its body read and decompressed, within the limits of ``answers``."""
        assert isinstance(response.stream, httpx.SyncByteStream)
        encoding = response.headers.get("Content-Encoding", "")
        headers = [(k, v) for k, v in response.headers.raw if k.lower() not in {b"content-encoding", b"content-length"}]
        if request.extensions.get("stream") and response.is_success:
            body = _Decompressed(response.stream, encoding)
            return httpx.Response(response.status_code, headers=headers, stream=body, request=request)
        try:
            content = b"".join(decompress(response.stream, encoding, LARGEST_ANSWER))
        finally:
            response.close()
        return httpx.Response(response.status_code, headers=headers, content=content, request=request)

    def _raise_unless_again(
        self, request: httpx.Request, error: httpx.TransportError, attempt: int, *, repeatable: bool
    ) -> None:
        what = f"{request.method} {request.url.path}"
        reason = explain_transport_error(error, request.url, healthy=self.healthy)
        if not isinstance(error, _UNSENT) and not repeatable:
            raise Uncertain(f"{what}: {reason}") from None
        if is_hopeless(error) or attempt >= self._policy.retries or self.gave_up():
            raise Unreachable(f"{what}: {reason}") from None

    def _wait_of_429(self, response: httpx.Response, asked: float) -> float:
        hint = read_rate_hint(response.headers, time.time())
        wait = hint.retry_after if hint.retry_after is not None else hint.pause
        if wait is None:
            wait = min(self._policy.first_wait + asked, _LONGEST_BACKOFF)  # doubles from one time to the next
        return max(wait, _SHORTEST_WAIT)

    def _wait_before_retry(self, response: httpx.Response, attempt: int, *, repeatable: bool) -> float | None:
        """Seconds to wait before the request is sent again; None if it should not be."""
        status = response.status_code
        if status in {500, 502, 503, 504}:
            asked = read_rate_hint(response.headers, time.time()).retry_after
            if not repeatable or (status == 500 and attempt > 0 and asked is None):
                return None
            return self._backoff(attempt) if asked is None else min(asked, self._policy.max_wait)
        if status in {403, 404} and self.healthy and "json" not in response.headers.get("Content-Type", ""):
            return self._backoff(attempt)  # the edge, not Confluence: goes away within a minute
        self.healthy = self.healthy or response.is_success
        return None

    def _backoff(self, attempt: int) -> float:
        wait = min(self._policy.first_wait * 2**attempt, _LONGEST_BACKOFF)
        return float(wait * random.uniform(0.7, 1.3))  # noqa: S311 - jitter

    def gave_up(self) -> bool:
        """Whether no request was answered for ``give_up_after`` seconds."""
        return time.monotonic() - self._last_answer > self._policy.give_up_after

    def server_time(self) -> float:
        """Seconds since 1970 by the server's clock, as its last ``Date`` header gave it."""
        return time.time() + self._clock_offset

    def close(self) -> None:
        self._inner.close()


class _Decompressed(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, encoding: str) -> None:
        self._inner = inner
        self._chunks = decompress(inner, encoding, LARGEST_FILE)

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks

    def close(self) -> None:
        self._inner.close()
