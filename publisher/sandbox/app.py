"""The sandbox as a server: REST API and web view in one Starlette app, and how it is started."""

import errno
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.errors import UsageError
from publisher.sandbox.cloud.gateway import GatewayPaths
from publisher.sandbox.routes import cloud_routes, datacenter_routes, missing
from publisher.sandbox.service import DEFAULT_PORT, Service
from publisher.sandbox.store import Store
from publisher.sandbox.view import Index, Links, not_found, view_routes
from publisher.storage import CLOUD, DATACENTER, PRODUCTS

__all__ = ["DEFAULT_PORT", "OwnNames", "Service", "check_port", "free_port", "make_app", "now", "running", "serve"]
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_DEFAULT = Service()
_LAST_PORT = 65535
_IN_USE = {errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)}


class OwnNames:
    """Answers to the names of ``hosts`` only, and to no page of another site: a browser that can reach this machine may be
    lent to one (DNS rebinding, cross-site requests).
    """

    def __init__(self, app: ASGIApp, hosts: set[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {
                name: value.decode("latin-1") for name, value in scope["headers"] if name in {b"host", b"origin"}
            }
            if _name_of("//" + headers.get(b"host", "")) not in self.hosts:
                await PlainTextResponse("Invalid host header", 400)(scope, receive, send)
                return
            if b"origin" in headers and _name_of(headers[b"origin"]) not in self.hosts:
                await PlainTextResponse("Foreign origin", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _name_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def now() -> str:
    """The time as Confluence writes it (docs/confluence-api.md#paging)."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{datetime.now(UTC).microsecond // 1000:03d}Z"


def make_app(store: Store, service: Service = _DEFAULT) -> Starlette:
    """The server over ``store``; it answers to loopback names, and to the one of the service, only."""
    hosts = _LOOPBACK | ({service.host.strip("[]").lower()} - {"0.0.0.0", "::"})  # noqa: S104 - is not bound here
    around = [Middleware(OwnNames, hosts=hosts)]
    routes = cloud_routes() if service.is_cloud else datacenter_routes()
    paths = [Middleware(GatewayPaths, store=store)] if service.is_cloud else []
    app = Starlette(routes=[*routes, *view_routes()], middleware=[*around, *paths], exception_handlers={404: _missing})
    app.state.store, app.state.service, app.state.conversions = store, service, {}
    app.state.links = Links(
        remote=service.remote, product=PRODUCTS.get(service.target, CLOUD if service.is_cloud else DATACENTER)
    )
    app.state.index, app.state.closing = Index(store), threading.Event()
    return app


async def _missing(request: Request, error: Exception) -> Response:
    """A path that nobody answers: a page for people, the answer of the API for programs."""
    path = request.url.path
    if "text/html" not in request.headers.get("Accept", "") or "/rest/" in path or "/api/" in path:
        return await missing(request, error)
    near = " ".join(re.split(r"[^\w]+", path.rstrip("/").rpartition("/")[2]))
    return not_found(request, f"Nothing is at {path[:200]}.", near=near)


class _Server(uvicorn.Server):
    """Ends at once, though browsers wait for changes."""

    def handle_exit(self, sig: int, frame: object) -> None:
        self.config.app.state.closing.set()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)  # type: ignore[arg-type]


def _server(store: Store, service: Service) -> _Server:
    app = make_app(store, service)
    return _Server(
        uvicorn.Config(
            app, host=service.host, port=service.port, log_level="error", lifespan="off", timeout_graceful_shutdown=1
        )
    )


def serve(store: Store, service: Service) -> None:
    """Blocks until it is interrupted. UsageError if nobody can listen at its address."""
    check_port(service.host, service.port)
    _server(store, service).run()


def free_port(host: str, wanted: int) -> int:
    """``wanted``, or the next one that nobody listens at. UsageError if there is none."""
    for port in range(wanted, min(wanted + 100, _LAST_PORT + 1)):
        if _bind_error(host, port) is None:
            return port
    raise UsageError(f"no port from {wanted} on is free at {host}: name another one with --port (0 to {_LAST_PORT})")


def check_port(host: str, port: int) -> None:
    """UsageError if nobody can listen there."""
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"--port {port}: a port is a number from 0 to {_LAST_PORT}")
    error = _bind_error(host, port)
    if error is not None:
        if error.errno in _IN_USE:
            raise UsageError(f"port {port} of {host} is in use: name another one with --port, or leave it out")
        raise UsageError(f"port {port} of {host} cannot be used ({error.strerror}): name another one with --port")


def _bind_error(host: str, port: int) -> OSError | None:
    """Why nobody can listen there. A browser may take ``localhost`` for either loopback address, so both must be free."""
    error = _probe(host, port)
    if error is None and port and host in {"127.0.0.1", "localhost"} and socket.has_ipv6:
        other = _probe("::1", port)
        return other if other is not None and other.errno in _IN_USE else None
    return error


def _probe(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            return error
    return None


@contextmanager
def running(
    state: Path | str,
    clock: Callable[[], str] = now,
    token: str = "",
    flavor: str = "cloud",
    service: Service | None = None,
) -> Iterator[tuple[str, Store]]:
    """A server of its own, on a free loopback port unless ``service`` says otherwise: (address, store)."""
    service = service or Service(token, flavor)
    store = Store(state, clock)
    server = _server(store, service)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise UsageError(f"the server at {service.host}:{service.port} could not be started")
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{service.host}:{port}", store
    finally:
        server.config.app.state.closing.set()  # type: ignore[union-attr]
        server.should_exit = True
        thread.join()
        store.close()
