"""The wire: one HTTP session with login, retries and typed errors. Knows addresses and JSON, nothing of publishing."""

import json
import random
import re
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, TypeVar
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
T = TypeVar("T")
_LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Login:
    """User and token: Basic; a token alone: Bearer. Never shown."""

    user: str
    token: str = field(repr=False)

    def auth(self) -> httpx.Auth | None:
        return httpx.BasicAuth(self.user, self.token) if self.user and self.token else None

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token and not self.user else {}

    @property
    def advice(self) -> str:
        """What to look at when the login is refused."""
        if self.user:
            return "check CONFLUENCE_USER and CONFLUENCE_TOKEN, and what the account may do; a personal access token of Data Center stands alone, without a user"
        return "check CONFLUENCE_TOKEN; an API token of Cloud needs CONFLUENCE_USER, the e-mail address of its account"


class ClientCredentials(httpx.Auth):
    """OAuth 2.0 client credentials: a token fetched when it is needed, kept in memory, fetched again when it is refused."""

    requires_response_body = True

    def __init__(self, client_id: str, client_secret: str, url: str = "https://auth.atlassian.com/oauth/token") -> None:
        self._data = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._url, self._token, self._until = url, "", 0.0

    def __repr__(self) -> str:
        return f"ClientCredentials({self._data['client_id']!r})"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.time() > self._until:
            yield from self._fetch()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:
            yield from self._fetch()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _fetch(self) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield httpx.Request("POST", self._url, json=self._data)
        answer = response.json() if response.is_success and _is_json(response) else {}
        if "access_token" not in answer:
            text = f"the OAuth client is refused ({response.status_code}); check CONFLUENCE_CLIENT_ID and its secret"
            raise LoginRefused(text, response.status_code)
        self._token = str(answer["access_token"])
        self._until = time.time() + float(answer.get("expires_in", 3600)) - 60


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach the server: CA bundle, client certificate, proxy, further headers, seconds, and whether to check."""

    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 60.0
    insecure: bool = False

    def verify(self) -> ssl.SSLContext | bool:
        """The operating system's trust store, with the bundle and the certificate that are named."""
        if self.insecure:
            return False
        context = ssl.create_default_context()
        try:
            if self.ca_bundle:
                context.load_verify_locations(self.ca_bundle)
            if self.client_cert:
                context.load_cert_chain(self.client_cert, self.client_key or None)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"the certificates cannot be read: {error}") from None
        return context


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
        network: Network = Network(),
        auth: httpx.Auth | None = None,
        explain: Callable[["RemoteError"], str] | None = None,
        fallback: Callable[[], str] | None = None,
    ) -> None:
        self.base = base
        self._fallback = fallback  # gives the base for a token that the site's own host refuses
        self._explain = explain or (lambda error: login.advice if isinstance(error, LoginRefused) else "")
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
            **network.headers,
        }
        self._http = httpx.Client(
            headers=headers,
            auth=auth or login.auth(),
            timeout=httpx.Timeout(network.timeout, connect=min(15.0, network.timeout)),
            follow_redirects=False,
            transport=transport,
            verify=network.verify() if transport is None else True,
            proxy=network.proxy or None,
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
                if outcome.status_code == 401 and self._fallback and not self._healthy and not _is_json(outcome):
                    fallback, self._fallback = self._fallback, None
                    self.base = fallback()
                    return self.request(method, path, repeatable=repeatable, **arguments)
                wait = self._wait_for(outcome, attempt, repeatable=repeatable)
                if wait is None or last:
                    try:
                        return _decode(method, path, outcome, uncertain=not repeatable)
                    except RemoteError as error:
                        if advice := self._explain(error):
                            error.args = (f"{error}; {advice}",)
                        raise
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
        """Every element of a list; a ``next`` means that there is more, and is joined to our own base (reference A.2)."""
        answer = self.request("GET", path, params=dict(query))
        while True:
            yield from answer["results"]
            following = (answer.get("_links") or {}).get("next")
            if not following:
                return
            start = max(following.find(V2 + "/"), following.find(V1 + "/"), following.find("/rest/experimental/"))
            answer = self.request("GET", following[start:] if start >= 0 else following)

    def download(self, path: str) -> bytes:
        """The bytes of an attachment. The login goes to our own host only: the address it leads to has its own (reference B.6)."""
        response = self._http.get(self.base + path)
        self.requests += 1
        if response.is_redirect:
            target = response.headers["Location"]
            if urlsplit(target).netloc in {"", urlsplit(self.base).netloc}:
                response = self._http.get(httpx.URL(self.base).join(target))
            else:
                response = httpx.get(target, timeout=self._http.timeout)
        if not response.is_success:
            _decode("GET", path, response, uncertain=False)
        return response.content

    def wait_until(self, read: Callable[[], T], done: Callable[[T], bool], seconds: float = 600.0) -> T:
        """Reads again, every two seconds, until it is done. Unreachable after ``seconds``."""
        deadline = time.monotonic() + seconds
        while not done(found := read()):
            if time.monotonic() > deadline:
                raise Unreachable("it takes too long; run the command again later")
            self._sleep(2.0)
        return found


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
        said = said or (
            "an HTML page, as for a scoped token on the site's own host" if data is None else "no reason given"
        )
        raise LoginRefused(f"{what}: Confluence refuses the login: {said}", status)
    if status >= 500 and uncertain:
        raise Uncertain(f"{what}: {said or 'no reason given'}", status)
    if data is None:
        raise Unreachable(f"{what}: the answer is not Confluence's (no JSON); is CONFLUENCE_URL right?", status)
    kinds: dict[int, type[RemoteError]] = {404: NotFound, 409: VersionConflict, 429: RateLimited}
    kind = kinds.get(status, Rejected if status < 500 else Unreachable)
    if status in {400, 409} and re.search(r"same TITLE|title already exists|with the title|with the same title", said):
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
        return "; ".join(str(error.get("title") or error.get("code") or "") for error in errors)
    return str(data.get("message") or "")
