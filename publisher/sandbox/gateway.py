"""What stands before Cloud: ``api.atlassian.com``, a managed OAuth gateway with its control plane, an OAuth token endpoint."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.sandbox.api import Handler, read_json, store_of
from publisher.sandbox.cloud import CLOUD_ID, tenant_info
from publisher.sandbox.store import Refused, Row

_PREFIXES = ("/confluence/ex/confluence/", "/ex/confluence/")
_SCOPES = ["read:page:confluence", "write:page:confluence", "read:space:confluence", "write:confluence-content"]


class GatewayPaths:
    """``/confluence/ex/confluence/{cloudId}/wiki/…`` and ``/ex/confluence/{cloudId}/wiki/…`` lead to the site's own paths."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for prefix in _PREFIXES:
                if scope["path"].startswith(prefix):
                    cloud_id, _, rest = scope["path"].removeprefix(prefix).partition("/")
                    if cloud_id != CLOUD_ID:
                        await _error(404, "No such site")(scope, receive, send)
                        return
                    scope = {**scope, "path": "/" + rest, "raw_path": ("/" + rest).encode(), "gateway": True}
                    break
            else:
                if "/ex/confluence/" in scope["path"]:  # behind a path that is no app of the gateway
                    await _error(400, "invalid app name")(scope, receive, send)
                    return
        await self.app(scope, receive, send)


def _error(status: int, text: str) -> JSONResponse:
    """The gateway's own shape (reference D.1)."""
    return JSONResponse({"code": status, "message": text}, status)


def _check_key(request: Request) -> None:
    wanted = request.app.state.token
    if wanted and request.headers.get("Authorization") != f"Bearer {wanted}":
        raise Refused(401, "", "Invalid API key")


def _value(row: Row) -> Row:
    return {
        "connection_id": row["id"],
        "status": row["status"],
        "creation_time": row["created"],
        "last_updated_time": row["updated"],
        "url": f"https://connect.maton.ai/?session_token=secret-{row['id'][:8]}",
        "app": row["app"],
        "metadata": {},
    }


async def list_resources(request: Request) -> Response:
    """The same site may stand there twice, with other scopes (reference A.2)."""
    _check_key(request)
    if not any(row["app"] == "confluence" for row in store_of(request).connections()):
        store_of(request).create_connection("confluence")
    site = str(request.base_url).rstrip("/")
    entry = {"id": CLOUD_ID, "name": "sandbox", "url": site, "avatarUrl": ""}
    return JSONResponse([{**entry, "scopes": ["read:jira-work"]}, {**entry, "scopes": _SCOPES}])


async def list_connections(request: Request) -> Response:
    _check_key(request)
    query = request.query_params
    rows = [
        row
        for row in store_of(request).connections()
        if query.get("app") in {None, row["app"]} and query.get("status") in {None, row["status"]}
    ]
    return JSONResponse({"connections": [_value(row) for row in rows]})


async def create_connection(request: Request) -> Response:
    _check_key(request)
    row = store_of(request).create_connection(str((await read_json(request)).get("app", "")))
    return JSONResponse({"connection": _value(row)})


async def get_connection(request: Request) -> Response:
    _check_key(request)
    return JSONResponse({"connection": _value(store_of(request).poll_connection(request.path_params["connection"]))})


async def delete_connection(request: Request) -> Response:
    _check_key(request)
    store_of(request).delete_connection(request.path_params["connection"])
    return JSONResponse({})


async def issue_token(request: Request) -> Response:
    data = await read_json(request)
    if data.get("grant_type") != "client_credentials" or data.get("client_secret") == "wrong":
        return JSONResponse({"error": "access_denied", "error_description": "Unauthorized"}, 401)
    token = request.app.state.token or "issued-token"
    return JSONResponse({"access_token": token, "expires_in": 3600, "scope": "", "token_type": "Bearer"})


def gateway_table() -> list[tuple[str, str, Handler]]:
    """(method, path, handler)."""
    return [
        ("GET", "/_edge/tenant_info", tenant_info),
        ("GET", "/confluence/oauth/token/accessible-resources", list_resources),
        ("GET", "/oauth/token/accessible-resources", list_resources),
        ("POST", "/oauth/token", issue_token),
        ("GET", "/connections", list_connections),
        ("POST", "/connections", create_connection),
        ("GET", "/connections/{connection}", get_connection),
        ("DELETE", "/connections/{connection}", delete_connection),
    ]
