"""The wire: one HTTP session with login, retries and typed errors. Knows addresses and JSON, nothing of publishing."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx

from publisher import __version__
from publisher.confluence.limiter import Limiter
from publisher.errors import (
    LoginRefused,
    NotFound,
    RateLimited,
    Rejected,
    RemoteError,
    TitleTaken,
    Uncertain,
    Unreachable,
    UsageError,
    VersionConflict,
)

V2, V1 = "/api/v2", "/rest/api"
_LONGEST_WAIT = 30.0


def base_address(url: str) -> str:
    """The site's ``…/wiki`` from the site, ``/wiki`` or any page's URL (reference A.1)."""
    parts = urlsplit(url if "//" in url else "https://" + url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"CONFLUENCE_URL: {url!r} is not an address; write https://SITE.atlassian.net")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise UsageError(f"CONFLUENCE_URL: {url!r} would send the token unencrypted; write https://")
    gateway = re.match(r"/ex/confluence/[\w-]+", parts.path)
    return f"{parts.scheme}://{parts.netloc}{gateway[0] if gateway else ''}/wiki"


@dataclass(frozen=True, slots=True)
class Login:
    """User and token: Basic; a token alone: Bearer. Never shown."""

    user: str
    token: str = field(repr=False)

    def auth(self) -> httpx.Auth | None:
        return httpx.BasicAuth(self.user, self.token) if self.user and self.token else None

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token and not self.user else {}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. Waits in seconds; ``give_up_after``: without any answer to any request."""

    retries: int = 5
    first_wait: float = 0.5
    max_wait: float = 300.0
    give_up_after: float = 60.0


class Client:
    """Requests below one base address. Thread-safe; counts what it sends."""

    def __init__(
        self,
        base: str,
        login: Login,
        *,
        jobs: int = 6,
        patience: Patience = Patience(),
        sleep: Callable[[float], None] = time.sleep,
        log: Callable[[str], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base = base
        self.requests = 0
        self.writes = 0
        self.limiter = Limiter(jobs)
        self._patience, self._sleep = patience, sleep
        self._log = log or (lambda line: None)
        self._lock = Lock()
        self._last_answer = time.monotonic()
        self._clock_offset = 0.0
        self._healthy = False  # whether Confluence has answered in this session
        headers = {
            "Accept": "application/json",
            "User-Agent": f"publisher/{__version__}",
            "X-Atlassian-Token": "no-check",
            **login.headers(),
        }
        self._http = httpx.Client(
            headers=headers,
            auth=login.auth(),
            timeout=httpx.Timeout(60, connect=15),
            follow_redirects=False,
            transport=transport,
            limits=httpx.Limits(max_connections=jobs, max_keepalive_connections=jobs),
        )

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, *, repeatable: bool | None = None, **arguments: Any) -> Any:
        """The decoded answer, None for an empty one; retries by the matrix of reference D.4.

        ``repeatable``: whether sending it twice does no harm (default: GET and DELETE). What is not, and got no
        answer, raises ``Uncertain``.
        """
        repeatable = method in {"GET", "DELETE"} if repeatable is None else repeatable
        for attempt in range(self._patience.retries + 1):
            last = attempt == self._patience.retries
            outcome = self._send(method, path, arguments)
            if isinstance(outcome, httpx.Response):
                wait = self._wait_for(outcome, attempt, repeatable=repeatable)
                if wait is None or last:
                    return _decode(method, path, outcome, uncertain=not repeatable)
            else:
                sent = not isinstance(outcome, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
                reason = f"{method} {path}: no answer from {self.base}: {outcome or type(outcome).__name__}"
                if sent and not repeatable:
                    raise Uncertain(reason) from None
                if last or self.is_silent():
                    hint = (
                        "" if self._healthy else f": {self.base} cannot be reached; check the address and the network"
                    )
                    raise Unreachable(reason + hint) from None
                wait = self._backoff(attempt)
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _send(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response | httpx.TransportError:
        pause = self.limiter.pause()
        if pause:
            self._sleep(pause)
        with self.limiter.slot():
            with self._lock:
                self.requests += 1
                self.writes += method != "GET"
            started = time.monotonic()
            try:
                response = self._http.request(method, self.base + path, **arguments)
            except httpx.TransportError as error:
                self._log(f"{method} {path} {error or type(error).__name__}")
                return error
        self._last_answer = time.monotonic()
        if date := response.headers.get("Date"):
            self._clock_offset = parsedate_to_datetime(date).timestamp() - time.time()
        taken = (self._last_answer - started) * 1000
        self._log(f"{method} {response.url.raw_path.decode()} {response.status_code} {taken:.0f} ms")
        return response

    def _wait_for(self, response: httpx.Response, attempt: int, *, repeatable: bool) -> float | None:
        """Seconds to wait before the request is sent again; None if it should not be."""
        status = response.status_code
        if status == 429:
            wait = _retry_after(response.headers.get("Retry-After"))
            if wait is not None and wait > self._patience.max_wait:
                return None
            wait = self._backoff(attempt) if wait is None else wait
            self.limiter.slow_down(wait)
            return wait
        self.limiter.good()
        if status in {500, 502, 503, 504}:
            wait = _retry_after(response.headers.get("Retry-After"))
            if not repeatable or (status == 500 and attempt > 0 and wait is None):
                return None
            return self._backoff(attempt) if wait is None else min(wait, self._patience.max_wait)
        if status in {403, 404} and self._healthy and not _is_json(response):
            return self._backoff(attempt)  # the edge, not Confluence: heals within a minute (reference D.2)
        self._healthy = self._healthy or response.is_success
        return None

    def _backoff(self, attempt: int) -> float:
        wait = min(self._patience.first_wait * 2**attempt, _LONGEST_WAIT)
        return float(wait * random.uniform(0.7, 1.3))  # noqa: S311 - jitter

    def is_silent(self) -> bool:
        """Whether no request was answered for ``give_up_after`` seconds."""
        return time.monotonic() - self._last_answer > self._patience.give_up_after

    def server_time(self) -> float:
        """Seconds since 1970 by the server's clock, as its last ``Date`` header gave it."""
        return time.time() + self._clock_offset

    def pages_of(self, path: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Every element of a v2 list; the next address is joined to our own base (reference A.2)."""
        answer = self.request("GET", path, params=dict(query))
        while True:
            yield from answer["results"]
            following = answer.get("_links", {}).get("next")
            if not following:
                return
            answer = self.request("GET", following[following.index(V2) :])


def _retry_after(text: str | None) -> float | None:
    """Seconds, from a number or an HTTP date (reference D.3)."""
    if not text:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def _is_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def _decode(method: str, path: str, response: httpx.Response, *, uncertain: bool) -> Any:
    if response.is_success and not response.content:
        return None
    try:
        data = json.loads(response.content)
    except ValueError:
        data = None
    if response.is_success and data is not None:
        return data
    said = _message(data)
    status = response.status_code
    what = f"{method} {path}: {status}"
    if status == 401 or status == 403:
        hint = "check CONFLUENCE_USER and CONFLUENCE_TOKEN, and what the account may do"
        raise LoginRefused(f"{what}: Confluence refuses the login: {said or 'no reason given'}; {hint}", status)
    if status >= 500 and uncertain:
        raise Uncertain(f"{what}: {said or 'no reason given'}", status)
    if data is None:
        raise Unreachable(f"{what}: the answer is not Confluence's (no JSON); is CONFLUENCE_URL right?", status)
    kinds: dict[int, type[RemoteError]] = {404: NotFound, 409: VersionConflict, 429: RateLimited}
    kind = kinds.get(status, Rejected if status < 500 else Unreachable)
    if status in {400, 409} and re.search(r"same TITLE|title already exists|with the title", said):
        kind = TitleTaken
    again = response.headers.get("Retry-After")
    until = f"; the limit lasts for {again} seconds more" if status == 429 and again else ""
    raise kind(f"{what}: {said or 'no reason given'}{until}", status)


def _message(data: Any) -> str:
    """The text of an error body, whichever of its shapes it has (reference D.1)."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return str(errors[0].get("title") or errors[0].get("code") or "")
    return str(data.get("message") or "")
