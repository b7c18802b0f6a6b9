"""The innermost transport: TLS, proxies, and answers that end. Built on httpcore, whose connections can be given a deadline."""

import os
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore
import httpx

from publisher.confluence.settings import Network
from publisher.errors import UsageError

#: A whole answer may take so many times ``timeout``.
WHOLE_ANSWER = 10
#: Scheme, host with port, proxy.
_Way = tuple[str, bytes, str]
_MOST_HEADERS = 200


def make_ssl_context(network: Network) -> ssl.SSLContext:
    """The system's trust store with what the settings and the environment add. UsageError if a file cannot be read.

    One for all clients of a process that need the same: to read the trust store takes longer than a request.
    """
    named = {name: os.environ.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")}
    if network.ca_bundle:
        named["CONFLUENCE_CA_BUNDLE"] = network.ca_bundle
    return _ssl_context(tuple(named.items()), network.client_cert, network.client_key, network.insecure)


@cache
def _ssl_context(named: tuple[tuple[str, str], ...], cert: str, key: str, insecure: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()  # reads SSL_CERT_FILE and SSL_CERT_DIR
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    files = dict(named)
    name = "CONFLUENCE_CA_BUNDLE" if "CONFLUENCE_CA_BUNDLE" in files else "REQUESTS_CA_BUNDLE"
    bundle = files[name]
    try:
        if bundle and os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        elif bundle:
            context.load_verify_locations(bundle)
        own = files["SSL_CERT_FILE"]
        if own and not os.path.isfile(own):
            name = "SSL_CERT_FILE"
            raise FileNotFoundError(2, "no such file", own)
        name = "CONFLUENCE_CLIENT_CERT"
        if cert:
            context.load_cert_chain(cert, key or None)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{name}: the certificates cannot be read: {error}") from None
    return context


class Deadline(threading.local):
    """When the request of this thread must be over, on the given clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.at = float("inf")

    def left(self, timeout: float | None) -> float:
        """Seconds for the next step. ReadTimeout if the time is up."""
        self.check()
        left = max(0.001, self.at - self.clock())
        return left if timeout is None else min(timeout, left)

    def check(self) -> None:
        """ReadTimeout if the time is up."""
        if self.clock() >= self.at:
            raise httpcore.ReadTimeout("the whole answer takes too long")


class _Stream(httpcore.NetworkStream):
    """A connection whose every step is within the deadline, headers and chunks included."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._deadline.left(timeout))
        except httpcore.ReadTimeout:
            self._deadline.check()
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._inner, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._deadline)


class NetworkTransport(httpx.BaseTransport):
    """Thread-safe. Each thread reads its answer to the end before it sends the next request."""

    def __init__(self, network: Network, clock: Callable[[], float] = time.monotonic) -> None:
        self._network = network
        self._deadline = Deadline(clock)
        #: Pools of one connection, for each request in flight one: a pool of many looks at each of them for each request.
        self._pools: list[httpcore.ConnectionPool] = []
        self._idle: dict[_Way, list[httpcore.ConnectionPool]] = {}
        self._proxies: dict[tuple[str, bytes], str] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        timeout = self._network.timeout
        times = {"connect": min(15.0, timeout), "read": timeout, "write": timeout, "pool": timeout * WHOLE_ANSWER}
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        assert isinstance(request.stream, httpx.SyncByteStream)
        sent = httpcore.Request(
            method=request.method,
            url=url,
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": times},
        )
        self._deadline.at = self._deadline.clock() + timeout * WHOLE_ANSWER
        proxy = self._proxy_for(request.url)
        way = (request.url.scheme, request.url.netloc, proxy)
        pool = self._take(way)
        try:
            with _as_httpx(proxy):
                answer = pool.handle_request(sent)
        except BaseException:
            self._give_back(way, pool)
            raise
        body = _Body(answer, proxy, lambda: self._give_back(way, pool))
        if len(answer.headers) > _MOST_HEADERS:
            body.close()
            raise httpx.RemoteProtocolError(f"the answer has more than {_MOST_HEADERS} headers")
        return httpx.Response(answer.status, headers=answer.headers, stream=body)

    def _proxy_for(self, url: httpx.URL) -> str:
        """``proxy_of``, looked up once for each host."""
        key = (url.scheme, url.netloc)
        if key not in self._proxies:
            self._proxies[key] = self.proxy_of(str(url))
        return self._proxies[key]

    def proxy_of(self, url: str) -> str:
        """The proxy of the settings, else that of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY; empty for none."""
        if self._network.proxy:
            return self._network.proxy
        parts = urlsplit(url)
        proxies = urllib.request.getproxies()
        if urllib.request.proxy_bypass(parts.netloc) or urllib.request.proxy_bypass(parts.hostname or ""):
            return ""
        return proxies.get(parts.scheme) or proxies.get("all") or ""

    def _take(self, way: _Way) -> httpcore.ConnectionPool:
        """The pool whose connection was used last: it is the least likely to have been closed."""
        with self._lock:
            idle = self._idle.setdefault(way, [])
            if not idle:
                scheme, _, proxy = way
                idle.append(self._make_pool(scheme, proxy))
                self._pools += idle
            return idle.pop()

    def _give_back(self, way: _Way, pool: httpcore.ConnectionPool) -> None:
        with self._lock:
            self._idle[way].append(pool)

    def _make_pool(self, scheme: str, proxy: str) -> httpcore.ConnectionPool:
        context = make_ssl_context(self._network) if scheme == "https" else None
        found = None
        if proxy:
            parts = _split_proxy(proxy)
            auth = (parts.username or "", parts.password or "") if parts.username else None
            address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
            found = httpcore.Proxy(address, auth=auth)
        try:
            return httpcore.ConnectionPool(
                ssl_context=context,
                proxy=found,
                max_connections=1,
                max_keepalive_connections=1,
                keepalive_expiry=5.0,
                network_backend=_Backend(self._deadline),
            )
        except (ImportError, RuntimeError, ValueError) as error:
            raise UsageError(f"the proxy {without_login(proxy)!r} cannot be used: {error}") from None

    def close(self) -> None:
        for pool in self._pools:
            pool.close()


def _split_proxy(proxy: str) -> SplitResult:
    """UsageError if it is no URL of a proxy."""
    try:
        parts = urlsplit(proxy if "//" in proxy else "http://" + proxy)
        good = parts.scheme in {"http", "https", "socks5", "socks5h"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"the proxy {without_login(proxy)!r} is not a URL; write http://HOST:PORT")
    return parts


class _Body(httpx.SyncByteStream):
    """``free``: called once, when the connection can be used again."""

    def __init__(self, answer: httpcore.Response, proxy: str, free: Callable[[], None]) -> None:
        self._answer, self._proxy, self._free = answer, proxy, free

    def __iter__(self) -> Iterator[bytes]:
        stream = self._answer.stream
        assert not hasattr(stream, "__aiter__")
        with _as_httpx(self._proxy):
            yield from stream

    def close(self) -> None:
        self._answer.close()
        free, self._free = self._free, lambda: None
        free()


#: Ours by httpcore's, the most special first.
_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ProtocolError, httpx.ProtocolError),
)


@contextmanager
def _as_httpx(proxy: str) -> Iterator[None]:
    """httpcore's errors as httpx's; what happened on the way to a proxy names the proxy."""
    try:
        yield
    except tuple(theirs for theirs, _ in _ERRORS) as error:
        ours = next(ours for theirs, ours in _ERRORS if isinstance(error, theirs))
        text = str(error)
        if proxy and issubclass(ours, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            text = f"the proxy {without_login(proxy)} does not connect ({text or ours.__name__})"
        raise ours(text) from error


def without_login(url: str) -> str:
    """A URL that can be shown."""
    head, slashes, rest = url.rpartition("//")
    return head + slashes + rest.rpartition("@")[2]
