"""What stands before Cloud: ``api.atlassian.com``, a managed OAuth gateway with its control plane, an OAuth token endpoint."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.sandbox.http import Table, is_refused, read_json, service_of, store_of, text_in
from publisher.sandbox.site import CLOUD_ID
from publisher.sandbox.store import Refused, Row, Store

_PREFIXES = ("/confluence/ex/confluence/", "/ex/confluence/")
_SCOPES = ["read:page:confluence", "write:page:confluence", "read:space:confluence", "write:confluence-content"]
#: Paths that need a connection of the managed gateway.
_MANAGED = ("/confluence/ex/", "/confluence/oauth/")


class GatewayPaths:
    """``/confluence/ex/confluence/{cloudId}/wiki/…`` and ``/ex/confluence/{cloudId}/wiki/…`` lead to the site's own paths.

    A request through the managed gateway (the first form) needs a connection that is active: the one that it names, or any.
    """

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app, self.store = app, store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path, refused = scope["path"], None
            prefix = next((prefix for prefix in _PREFIXES if path.startswith(prefix)), None)
            if path.startswith(_MANAGED):
                refused = self._refused_connection(scope)
            if prefix is not None:
                cloud_id, _, rest = path.removeprefix(prefix).partition("/")
                refused = refused or (_error(404, "No such site") if cloud_id != CLOUD_ID else None)
                scope = {**scope, "path": "/" + rest, "raw_path": ("/" + rest).encode(), "gateway": True}
            elif "/ex/confluence/" in path:  # behind a path that is no app of the gateway
                refused = _error(400, "invalid app name")
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refused_connection(self, scope: Scope) -> JSONResponse | None:
        wanted = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"maton-connection"), "")
        rows = [row for row in self.store.connections() if row["app"] == "confluence"]
        if not rows and not wanted:  # a fresh sandbox: somebody has connected it already
            _first_connection(self.store)
            return None
        chosen = [row for row in rows if row["id"] == wanted] if wanted else rows
        if wanted and not chosen:
            return _error(404, f"Connection {wanted[:40]} not found")
        if not any(row["status"] == "ACTIVE" for row in chosen):
            return _error(400, "The connection is PENDING: open its url and log in")
        return None


def _first_connection(store: Store) -> Row:
    return store.activate_connection(store.create_connection("confluence")["id"])


def _error(status: int, text: str) -> JSONResponse:
    """The gateway's own shape (docs/confluence-api.md#errors)."""
    return JSONResponse({"code": status, "message": text}, status)


def _check_key(request: Request) -> None:
    if is_refused(request):
        raise Refused(401, "", "Invalid API key")


def _secret(row: Row) -> str:
    return f"secret-{row['id'][:8]}"


def _value(request: Request, row: Row) -> Row:
    return {
        "connection_id": row["id"],
        "status": row["status"],
        "creation_time": row["created"],
        "last_updated_time": row["updated"],
        "url": f"{str(request.base_url).rstrip('/')}/connect?session_token={_secret(row)}",
        "app": row["app"],
        "metadata": {},
    }


async def list_resources(request: Request) -> Response:
    """The same site may be there twice, with other scopes (docs/confluence-api.md#gateway)."""
    _check_key(request)
    entry = {"id": CLOUD_ID, "name": "sandbox", "url": str(request.base_url).rstrip("/"), "avatarUrl": ""}
    return JSONResponse([{**entry, "scopes": ["read:jira-work"]}, {**entry, "scopes": _SCOPES}])


async def list_connections(request: Request) -> Response:
    _check_key(request)
    query = request.query_params
    rows = [
        row
        for row in store_of(request).connections()
        if query.get("app") in {None, row["app"]} and query.get("status") in {None, row["status"]}
    ]
    return JSONResponse({"connections": [_value(request, row) for row in rows]})


async def create_connection(request: Request) -> Response:
    _check_key(request)
    app = text_in(await read_json(request), "app")
    if app != "confluence":
        raise Refused(400, "", "invalid app name")
    return JSONResponse({"connection": _value(request, store_of(request).create_connection(app))})


async def get_connection(request: Request) -> Response:
    _check_key(request)
    return JSONResponse(
        {"connection": _value(request, store_of(request).connection(request.path_params["connection"]))}
    )


async def delete_connection(request: Request) -> Response:
    _check_key(request)
    store_of(request).delete_connection(request.path_params["connection"])
    return JSONResponse({})


async def log_in(request: Request) -> Response:
    """What somebody opens in a browser: the connection with that session is ACTIVE from now on."""
    given, store = request.query_params.get("session_token", ""), store_of(request)
    row = next((row for row in store.connections() if _secret(row) == given), None)
    if row is None:
        raise Refused(404, "", "No such session")
    store.activate_connection(row["id"])
    return PlainTextResponse("The sandbox is connected; this window can be closed.")


async def issue_token(request: Request) -> Response:
    data = await read_json(request)
    if data.get("grant_type") != "client_credentials" or data.get("client_secret") in {"wrong", "bad"}:
        return JSONResponse({"error": "access_denied", "error_description": "Unauthorized"}, 401)
    token = service_of(request).token or "issued-token"
    return JSONResponse({"access_token": token, "expires_in": 3600, "scope": "", "token_type": "Bearer"})


async def tenant_info(request: Request) -> Response:
    return JSONResponse({"cloudId": CLOUD_ID})


GATEWAY_TABLE: Table = [
    ("GET", "/_edge/tenant_info", tenant_info),
    ("GET", "/confluence/oauth/token/accessible-resources", list_resources),
    ("GET", "/oauth/token/accessible-resources", list_resources),
    ("POST", "/oauth/token", issue_token),
    ("GET", "/connect", log_in),
    ("GET", "/connections", list_connections),
    ("POST", "/connections", create_connection),
    ("GET", "/connections/{connection}", get_connection),
    ("DELETE", "/connections/{connection}", delete_connection),
]
