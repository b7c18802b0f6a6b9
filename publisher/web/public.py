"""Requests to addresses that stand in documents: they reach the public network, and nothing of ours.

The name of a host is looked up once, and that is where the connection goes, after a redirect too.
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx


class PrivateAddress(httpcore.ConnectError):
    """The host is not one of the public network; httpx raises its own ConnectError from it."""


#: Addresses that stand for others: translated to IPv4 on the way, they may end anywhere.
_TRANSLATED = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0/96", "::/96", "fec0::/10"),
    )
)


def is_public(address: str) -> bool:
    """Whether an address is one of the public network, and of one machine."""
    found = ipaddress.ip_address(address.partition("%")[0])
    translated = any(found.version == network.version and found in network for network in _TRANSLATED)
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified or translated)


class _PublicNetwork(httpcore.NetworkBackend):
    """Connects to public addresses only."""

    def __init__(self) -> None:
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not known: {error}") from None
        addresses = [str(item[4][0]) for item in found]
        if not addresses or not all(map(is_public, addresses)):
            raise PrivateAddress(f"{host} is a private address")
        return self.inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)


class _PublicTransport(httpx.BaseTransport):
    """httpx's own transport takes no network backend, so that this one speaks to httpcore itself."""

    def __init__(self, at_once: int) -> None:
        self._pool = httpcore.ConnectionPool(
            network_backend=_PublicNetwork(), ssl_context=httpx.create_ssl_context(), max_connections=at_once
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = self._pool.handle_request(sent)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """An error of httpcore as the error of httpx that has its name."""
    try:
        yield
    except PrivateAddress as error:
        raise httpx.ConnectError(str(error)) from error
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


def outside_transport(*, allow_private: bool, at_once: int = 10) -> httpx.BaseTransport:
    """Connects to public addresses only, unless ``allow_private``; ``at_once``: connections."""
    if allow_private:
        return httpx.HTTPTransport(limits=httpx.Limits(max_connections=at_once))
    return _PublicTransport(at_once)
