"""The sandbox as a server: REST API and web view in one Starlette app, and how it is started."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import uvicorn
from markupsafe import Markup, escape
from pygments.formatters import HtmlFormatter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from publisher.sandbox.api import cloud_routes, datacenter_routes
from publisher.sandbox.gateway import GatewayPaths
from publisher.sandbox.render import PageRenderer, page_path
from publisher.sandbox.store import Refused, Store

_VIEW = Path(__file__).parent / "view"
DEFAULT_PORT = 8090
_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'"


def _tree(store: Store, pages: list[int], current: int) -> Markup:
    """Nested lists of links."""
    if not pages:
        return Markup()
    items = Markup()
    for page in pages:
        row = store.page(page)
        mark = Markup(' aria-current="page"') if page == current else Markup()
        below = _tree(store, [child["id"] for child in store.children(page)], current)
        items += Markup('<li><a href="{}"{}>{}</a>{}</li>').format(page_path(row), mark, row["title"], below)
    return Markup("<ul>{}</ul>").format(items)


async def _show_page(request: Request) -> Response:
    store: Store = request.app.state.store
    try:
        page = store.page(int(request.path_params["page"]))
    except Refused as error:
        return HTMLResponse(f"<h1>404</h1><p>{escape(error.text)}</p>", 404)
    spaces = []
    for space in store.spaces():
        roots = [row["id"] for row in store.pages(["current"], space["id"]) if row["parent"] is None]
        spaces.append((space, _tree(store, roots, page["id"])))
    template: jinja2.Template = request.app.state.template
    html = template.render(
        page=page,
        spaces=spaces,
        body=Markup(PageRenderer(store, page).render()),  # noqa: S704 - the renderer escapes
        labels=store.labels(page["id"]),
        attachments=store.attachments(page["id"]),
        versions=store.versions(page["id"]),
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"})


async def _home(request: Request) -> Response:
    store: Store = request.app.state.store
    spaces = store.spaces()
    if not spaces:
        return PlainTextResponse("The sandbox is empty: run `publisher publish PATH --sandbox`.")
    return RedirectResponse(page_path({"id": spaces[-1]["homepage"]}))


async def _style(request: Request) -> Response:
    code = str(HtmlFormatter().get_style_defs(".code"))  # type: ignore[no-untyped-call]
    return Response((_VIEW / "view.css").read_text(encoding="utf-8") + code, media_type="text/css")


async def _missing(request: Request, error: Exception) -> Response:
    item = {"status": 404, "code": "NOT_FOUND", "title": "Not Found", "detail": None}
    return JSONResponse({"errors": [item]}, 404)


def now() -> str:
    """The time as Confluence writes it (reference B.0)."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{datetime.now(UTC).microsecond // 1000:03d}Z"


def make_app(store: Store, token: str = "", flavor: str = "cloud") -> Starlette:
    """The server over ``store``; it answers to loopback names only. ``token``: the only one accepted; empty: any.

    ``flavor``: cloud (with the gateways before it) or datacenter, below the context path /confluence.
    """
    view = [
        Route("/", _home),
        Route("/static/view.css", _style),
        Route("/wiki/pages/{page:int}", _show_page),
        Route("/wiki/spaces/{key}/pages/{page:int}", _show_page),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"])
    routes = datacenter_routes() if flavor == "datacenter" else cloud_routes()
    paths = [] if flavor == "datacenter" else [Middleware(GatewayPaths)]
    app = Starlette(routes=[*routes, *view], middleware=[hosts, *paths], exception_handlers={404: _missing})
    app.state.store = store
    app.state.token = token
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_VIEW), autoescape=True)
    app.state.template = environment.get_template("page.html.j2")
    return app


def serve(store: Store, host: str, port: int, flavor: str = "cloud") -> None:
    """Blocks until it is interrupted."""
    uvicorn.run(make_app(store, flavor=flavor), host=host, port=port, log_level="warning")


@contextmanager
def running(
    state: Path | str, clock: Callable[[], str] = now, token: str = "", flavor: str = "cloud"
) -> Iterator[tuple[str, Store]]:
    """A server of its own on a free loopback port: (address, store)."""
    store = Store(state, clock)
    server = uvicorn.Server(
        uvicorn.Config(make_app(store, token, flavor), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise OSError("the sandbox could not be started")
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", store
    finally:
        server.should_exit = True
        thread.join()
        store.close()
