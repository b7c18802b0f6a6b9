"""confluence/sender and network: connections are used again, cookies come back, a login stays with its own requests."""

import http.server
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login


class Recording(http.server.ThreadingHTTPServer):
    """``seen``: of each request the port that it came from, and its headers."""

    daemon_threads = True

    def __init__(self, wait: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wait, self.seen = wait, list[tuple[int, dict[str, str]]]()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Recording
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.client_address[1], {name.lower(): value for name, value in self.headers.items()}))
        time.sleep(self.server.wait)
        self.send_response(200)
        if self.path == "/cookie":
            self.send_header("Set-Cookie", "node=b7; Path=/")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(params=[0.0, 0.01])
def server(request: pytest.FixtureRequest) -> Iterator[Recording]:
    with Recording(request.param) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def client_of(server: Recording) -> Client:
    return Client(f"http://127.0.0.1:{server.server_port}", Login("ada", "secret"), jobs=3)


def test_one_connection_serves_request_after_request(server: Recording) -> None:
    client = client_of(server)
    for number in range(5):
        client.fetch("GET", f"/{number}")
    assert len({port for port, _ in server.seen}) == 1
    client.close()


def test_no_more_connections_than_requests_in_flight(server: Recording) -> None:
    client = client_of(server)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: client.fetch("GET", f"/{number}"), range(40)))
    assert len(server.seen) == 40 and len({port for port, _ in server.seen}) <= 3
    client.close()


def test_a_cookie_that_was_set_comes_back(server: Recording) -> None:
    """A Data Center behind a balancer keeps a client at one node by it."""
    client = client_of(server)
    for path in ("/a", "/cookie", "/b"):
        client.fetch("GET", path)
    assert [headers.get("cookie") for _, headers in server.seen] == [None, None, "node=b7"]
    client.close()


def test_headers_of_a_request_stand_in_place_of_those_of_all(server: Recording) -> None:
    client = client_of(server)
    client.fetch("GET", "/a", headers={"Accept": "text/plain"})
    client.fetch("GET", "/b")
    accepted = [(headers["accept"], headers["authorization"]) for _, headers in server.seen]
    assert accepted == [("text/plain", "Basic YWRhOnNlY3JldA=="), ("application/json", "Basic YWRhOnNlY3JldA==")]
    client.close()
