"""Images of other sites, downloaded to be attached.

Their addresses come from the documents: no login goes with a request, no private address is reached unless that is
allowed (the address is looked up once, and that is where the connection goes), and what is no image is refused.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

MOST_BYTES = 20 * 1024 * 1024
SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
    "image/bmp": ".bmp",
}  # fmt: skip


class NotFetched(Exception):
    """``str()`` says why."""


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
        if not all(ipaddress.ip_address(address.partition("%")[0]).is_global for address in addresses):
            raise httpcore.ConnectError(f"{host} is a private address")
        return self.inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)


class Fetcher:
    """Downloads images. One for a run, so that connections are used again."""

    def __init__(self, *, allow_private: bool = False) -> None:
        transport = httpx.HTTPTransport()
        if not allow_private:
            backend = _PublicNetwork()
            transport._pool = httpcore.ConnectionPool(network_backend=backend, ssl_context=httpx.create_ssl_context())
        self.client = httpx.Client(transport=transport, follow_redirects=True, timeout=30, trust_env=False)

    def fetch(self, url: str) -> tuple[str, bytes]:
        """(suffix, bytes) of an image. NotFetched."""
        try:
            with self.client.stream("GET", url, headers={"Accept": "image/*"}) as answer:
                if answer.status_code != 200:
                    raise NotFetched(f"the site answers {answer.status_code}")
                suffix = SUFFIXES.get(answer.headers.get("Content-Type", "").partition(";")[0].strip().lower())
                if suffix is None:
                    raise NotFetched(f"it is no image but {answer.headers.get('Content-Type', 'of no type')}")
                data = b""
                for part in answer.iter_bytes():
                    data += part
                    if len(data) > MOST_BYTES:
                        raise NotFetched(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
                return suffix, data
        except httpx.HTTPError as error:
            raise NotFetched(str(error) or type(error).__name__) from None

    def close(self) -> None:
        self.client.close()
