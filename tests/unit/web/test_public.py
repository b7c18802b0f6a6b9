"""web/public: what stands in a document reaches the public network, and nothing of ours."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import httpx
import pytest

from publisher.web import public
from publisher.web.public import PrivateAddress, is_public, outside_transport


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.wfile.write(b"four")
            self.close_connection = True
            return
        status = 302 if self.path == "/inward" else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://10.0.0.1/secret")
        body = f"{self.headers['Host']} {self.path}".encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def public_site(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, httpx.Client]]:
    """A server of this machine that counts as public under one name, and a client that reaches public hosts alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    real = socket.getaddrinfo

    def look_up(host: str, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if host == "docs.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(public, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
    try:
        with httpx.Client(transport=outside_transport(allow_private=False), follow_redirects=True) as client:
            yield server.server_address[1], client
    finally:
        server.shutdown()
        server.server_close()


def test_a_public_host_answers_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with public_site(monkeypatch) as (port, client):
        answer = client.get(f"http://docs.example:{port}/page?q=a%20b")
        assert answer.text == f"docs.example:{port} /page?q=a%20b"
        assert client.head(f"http://docs.example:{port}/").status_code == 501


def test_a_redirect_to_a_private_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with public_site(monkeypatch) as (port, client), pytest.raises(httpx.ConnectError) as error:
        client.get(f"http://docs.example:{port}/inward")
    assert isinstance(error.value.__cause__, PrivateAddress) and "10.0.0.1" in str(error.value)


def test_an_answer_that_ends_early_is_an_error_of_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    with public_site(monkeypatch) as (port, client), pytest.raises(httpx.RemoteProtocolError):
        client.get(f"http://docs.example:{port}/short")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]", "localhost"])
def test_private_hosts_are_refused(host: str) -> None:
    with httpx.Client(transport=outside_transport(allow_private=False)) as client, pytest.raises(httpx.ConnectError):
        client.get(f"http://{host}/")


def test_every_error_of_the_network_has_its_name_in_httpx() -> None:
    kinds = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
    for name in httpcore.__all__:
        found = getattr(httpcore, name)
        if isinstance(found, type) and issubclass(found, kinds):
            assert issubclass(getattr(httpx, name), httpx.TransportError), name
