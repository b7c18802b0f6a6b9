"""The wire: one HTTP session with login, retries and typed errors. Knows addresses and JSON, nothing of publishing."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx

from publisher import __version__
from publisher.errors import (
    LoginRefused,
    NotFound,
    RateLimited,
    Rejected,
    RemoteError,
    Unreachable,
    UsageError,
    VersionConflict,
)

V2, V1 = "/api/v2", "/rest/api"
_TRIES = 5
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


class Client:
    """Requests below one base address. Thread-safe; counts what it sends."""

    def __init__(
        self,
        base: str,
        login: Login,
        *,
        sleep: Callable[[float], None] = time.sleep,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.base = base
        self.requests = 0
        self.writes = 0
        self._sleep = sleep
        self._log = log or (lambda line: None)
        self._lock = Lock()
        headers = {
            "Accept": "application/json",
            "User-Agent": f"publisher/{__version__}",
            "X-Atlassian-Token": "no-check",
            **login.headers(),
        }
        timeout = httpx.Timeout(60, connect=15)
        self._http = httpx.Client(headers=headers, auth=login.auth(), timeout=timeout, follow_redirects=False)

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, **arguments: Any) -> Any:
        """The decoded answer, None for an empty one. Retries what is safe to repeat (reference D.4)."""
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1
            with self._lock:
                self.requests += 1
                self.writes += method != "GET"
            started = time.monotonic()
            try:
                response = self._http.request(method, self.base + path, **arguments)
                taken = (time.monotonic() - started) * 1000
                self._log(f"{method} {response.url.raw_path.decode()} {response.status_code} {taken:.0f} ms")
            except httpx.ConnectError as error:
                if last:
                    raise Unreachable(
                        f"{self.base} cannot be reached: {error}; check the address and the network"
                    ) from None
            except httpx.HTTPError as error:
                if last or method != "GET":
                    raise Unreachable(
                        f"{method} {path}: no answer from {self.base}: {error or type(error).__name__}"
                    ) from None
            else:
                repeat = response.status_code == 429 or (
                    method == "GET" and response.status_code in {500, 502, 503, 504}
                )
                if not repeat or last:
                    return _decode(method, path, response)
                self._sleep(_wait(attempt, response.headers.get("Retry-After")))
                continue
            self._sleep(_wait(attempt, None))
        raise AssertionError("the last attempt returns or raises")

    def pages_of(self, path: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Every element of a v2 list; the next address is joined to our own base (reference A.2)."""
        answer = self.request("GET", path, params=dict(query))
        while True:
            yield from answer["results"]
            following = answer.get("_links", {}).get("next")
            if not following:
                return
            answer = self.request("GET", following[following.index(V2) :])


def _wait(attempt: int, retry_after: str | None) -> float:
    if retry_after and retry_after.isdigit():
        return min(float(retry_after), 300.0)
    return float(min(0.5 * 2**attempt, _LONGEST_WAIT)) * random.uniform(0.7, 1.3)  # noqa: S311 - jitter


def _decode(method: str, path: str, response: httpx.Response) -> Any:
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
    if data is None:
        raise Unreachable(f"{what}: the answer is not Confluence's (no JSON); is CONFLUENCE_URL right?", status)
    kinds: dict[int, type[RemoteError]] = {404: NotFound, 409: VersionConflict, 429: RateLimited}
    kind = kinds.get(status, Rejected if status < 500 else Unreachable)
    raise kind(f"{what}: {said or 'no reason given'}", status)


def _message(data: Any) -> str:
    """The text of an error body, whichever of its shapes it has (reference D.1)."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return str(errors[0].get("title") or errors[0].get("code") or "")
    return str(data.get("message") or "")
