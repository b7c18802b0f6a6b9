"""One HTTP session below one base address. Knows addresses and JSON, nothing of publishing.

What a request goes through, from the outside in: the login (``auth``), retries and counting (``retries``) with the
limiter (``limiter``), TLS, proxies and deadlines (``network``).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx

from publisher._version import __version__
from publisher.confluence.addresses import EXPERIMENTAL, V1, V2, origin_of
from publisher.confluence.answers import JsonObject, as_object, parse_json
from publisher.confluence.auth import auth_of
from publisher.confluence.credentials import Login
from publisher.confluence.limiter import Limiter
from publisher.confluence.network import NetworkTransport
from publisher.confluence.refusals import explain_page, make_error, one_line
from publisher.confluence.retries import RetryTransport
from publisher.confluence.sender import Sender
from publisher.confluence.settings import Network, RetryPolicy
from publisher.errors import BadAnswer, LoginRefused, RemoteError, Uncertain, Unreachable, UsageError
from publisher.model.steps import tell

T = TypeVar("T")
_MOST_LIST_REQUESTS = 2_000
_MOST_EMPTY_ANSWERS = 20  # of a list, one after the other: search answers may be short (docs/confluence-api.md#paging)
_MOST_REDIRECTS = 5


class Client:
    """Thread-safe. ``base``: the address that every path is below."""

    def __init__(
        self,
        base: str,
        login: Login = Login("", ""),
        *,
        jobs: int = 6,
        policy: RetryPolicy = RetryPolicy(),
        network: Network = Network(),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        log: Callable[[str], None] | None = None,
        transport: httpx.BaseTransport | None = None,
        auth: httpx.Auth | None = None,
        explain: Callable[[RemoteError], str] | None = None,
        fallback: Callable[[], str] | None = None,
    ) -> None:
        """``transport`` takes the place of the network; ``explain`` adds advice to an error; ``fallback`` gives the base
        for a token that the site's own host refuses.
        """
        self.base = base
        self._fallback = fallback
        self._explain = explain or (lambda error: login.advice if isinstance(error, LoginRefused) else "")
        self._sleep = sleep
        self._kept: dict[str, Any] = {}
        self.limiter = Limiter(jobs, clock=clock, sleep=sleep, max_pause=policy.max_wait)
        wire = transport or NetworkTransport(network, clock)
        self._retries = RetryTransport(wire, self.limiter, policy, sleep=sleep, log=log)
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"publisher/{__version__}",
            "X-Atlassian-Token": "no-check",
        }
        try:
            self._http = Sender(self._retries, {**headers, **network.headers}, auth or auth_of(login))
        except UnicodeEncodeError:
            raise UsageError(
                f"headers: {', '.join(network.headers)}: a value has characters that headers cannot hold"
            ) from None
        #: For other hosts: no login, no headers of ours.
        plain = {name: headers[name] for name in ("User-Agent", "Accept-Encoding")}
        self._plain = Sender(self._retries, plain, None)

    def close(self) -> None:
        self._http.close()

    @property
    def requests(self) -> int:
        """How many were sent so far, those that were sent again included."""
        return self._retries.requests

    @property
    def writes(self) -> int:
        """How many of them were no GET."""
        return self._retries.writes

    def gave_up(self) -> bool:
        """Whether Confluence has not answered at all for so long that there is no point in going on."""
        return self._retries.gave_up()

    def server_time(self) -> float:
        """Seconds since 1970 by Confluence's clock."""
        return self._retries.server_time()

    def request(self, method: str, path: str, *, repeatable: bool | None = None, **arguments: Any) -> Any:
        """The decoded answer, None for an empty one.

        ``repeatable``: whether sending it twice does no harm (default: GET and DELETE). What is not, and got no clear
        answer, raises ``Uncertain``. ``arguments``: ``params``, ``json``, ``content``, ``files``, ``headers``.
        """
        key = _key(method, path, arguments)
        if key in self._kept:
            return self._kept.pop(key)
        again = method in {"GET", "DELETE"} if repeatable is None else repeatable
        response = self._send(method, path, repeatable=again, **arguments)
        tell("Asking Confluence, request", self.requests)
        if response.status_code == 401 and self._fallback and not self._retries.healthy and not _is_json(response):
            fallback, self._fallback = self._fallback, None
            self.base = fallback()
            response = self._send(method, path, repeatable=again, **arguments)
        if not response.is_success:
            raise self._error(response, repeatable=again)
        try:
            return _decode(response)
        except BadAnswer as error:
            # What may have taken effect must be looked up, whatever is wrong with the answer.
            raise error if again else Uncertain(str(error), error.status) from None

    def keep(self, path: str, query: Mapping[str, Any], answer: JsonObject) -> None:
        """Gives ``answer`` to the next one who asks for this, in place of a request."""
        self._kept[_key("GET", path, {"params": query})] = dict(answer)

    def fetch(self, method: str, path: str, **arguments: Any) -> JsonObject:
        """An answer that must be an object."""
        return as_object(self.request(method, path, **arguments), f"{method} {path}")

    def _send(self, method: str, path: str, *, repeatable: bool, **arguments: Any) -> httpx.Response:
        if not arguments.get("params"):  # empty ones would take the path's own query away
            arguments.pop("params", None)
        request = self._build(self._http, method, self.base + path, {"repeatable": repeatable}, **arguments)
        return self._http.send(request)

    def _build(
        self, http: Sender, method: str, url: str, extensions: dict[str, Any], **arguments: Any
    ) -> httpx.Request:
        try:
            return http.build(method, url, extensions=extensions, **arguments)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise BadAnswer(f"{method}: {one_line(url)!r} is not an address of Confluence") from None

    def _error(self, response: httpx.Response, *, repeatable: bool) -> RemoteError:
        error = make_error(response, repeatable=repeatable, healthy=self._retries.healthy)
        if advice := self._explain(error):
            error.args = (f"{error}; {advice}",)
        return error

    def pages_of(self, path: str, query: Mapping[str, Any]) -> Iterator[JsonObject]:
        """Every row of a list. A ``next`` means that there is more, and is joined to our own base.

        BadAnswer if the list leads in a circle, or never ends (docs/confluence-api.md#paging).
        """
        answer = self.fetch("GET", path, params=dict(query))
        seen, empty = {path}, 0
        for _ in range(_MOST_LIST_REQUESTS):
            rows = answer.rows()
            yield from rows
            following = answer.text("_links.next")
            if not following:
                return
            starts = [following.find(start + "/") for start in (V2, V1, EXPERIMENTAL)]
            at = max(starts)
            following = following[at:] if at >= 0 else following
            empty = 0 if rows else empty + 1
            if following in seen or empty > _MOST_EMPTY_ANSWERS:
                raise BadAnswer(f"GET {path}: the list leads in a circle: its `next` gives nothing new")
            if not following.startswith("/"):
                raise BadAnswer(f"GET {path}: the list's `next` is not an address of Confluence")
            seen.add(following)
            before = answer
            answer = self.fetch("GET", following)
            if rows and answer.get("results") == before.get("results"):
                raise BadAnswer(f"GET {path}: the list leads in a circle: its `next` gives the same rows again")
        raise BadAnswer(f"GET {path}: the list does not end after {_MOST_LIST_REQUESTS} requests")

    def download(self, path: str) -> bytes:
        """The bytes of an attachment; see ``stream``."""
        with self.stream(path) as chunks:
            return b"".join(chunks)

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """The bytes of an attachment in pieces. A redirect is followed; the login goes to our own origin only, because
        other addresses carry one of their own (docs/confluence-api.md#attachments).
        """
        response = self._follow(self.base + path)
        try:
            if not response.is_success:
                response.read()
                raise self._error(response, repeatable=True)
            yield self._chunks(response, path)
        finally:
            response.close()

    def _follow(self, url: str) -> httpx.Response:
        ours = origin_of(self.base)
        for _ in range(_MOST_REDIRECTS):
            http = self._http if origin_of(url) == ours else self._plain
            request = self._build(http, "GET", url, {"stream": True}, headers={"Accept": "*/*"})
            response = http.send(request)
            if not response.has_redirect_location:
                return response
            response.close()
            try:
                url = urljoin(url, response.headers["Location"])
                origin_of(url)
            except ValueError:
                break
        raise BadAnswer(f"GET {request.url.path}: the answer leads nowhere")

    def _chunks(self, response: httpx.Response, path: str) -> Iterator[bytes]:
        try:
            yield from response.iter_raw()
        except httpx.TransportError as error:
            raise Unreachable(f"GET {path}: the download broke off: {error or type(error).__name__}") from None
        except BadAnswer as error:
            raise BadAnswer(f"GET {path}: {error}") from None

    def wait_until(self, read: Callable[[], T], done: Callable[[T], bool], seconds: float = 600.0) -> T:
        """Reads again, every two seconds, until it is done. Unreachable after ``seconds``."""
        deadline = time.monotonic() + seconds
        while not done(found := read()):
            if time.monotonic() > deadline:
                raise Unreachable("it takes too long; run the command again later")
            self._sleep(2.0)
        return found


def _key(method: str, path: str, arguments: Mapping[str, Any]) -> str:
    return f"{method} {path} {sorted((arguments.get('params') or {}).items())}"


def _is_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def _decode(response: httpx.Response) -> Any:
    request, status = response.request, response.status_code
    what = f"{request.method} {request.url.path}: {status}"
    if not response.content.strip():
        if request.method == "GET":
            raise BadAnswer(f"{what}: {explain_page(response)}", status)
        return None
    try:
        return parse_json(response.content)
    except BadAnswer as error:
        page = "" if _is_json(response) else explain_page(response)
        raise BadAnswer(f"{what}: {page or error}", status) from None
