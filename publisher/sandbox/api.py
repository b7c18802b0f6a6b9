"""Confluence Cloud's REST API over the store: v2, and v1 where v2 has nothing. Rows of the reference are named."""

import base64
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from publisher.sandbox.store import ACCOUNT, Refused, Row, Store

Handler = Callable[[Request], Awaitable[Response]]


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _number(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not text.isdigit():
        text_error = f"Provided value {{{text}}} for 'id' is not the correct type. Expected type is long"
        raise Refused(400, "INVALID_REQUEST_PARAMETER", text_error)
    return int(text)


async def _json(request: Request) -> dict[str, Any]:
    try:
        data = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise Refused(400, "BAD_REQUEST", "Malformed JSON") from None
    if not isinstance(data, dict):
        raise Refused(400, "BAD_REQUEST", "An object is expected")
    return data


def _paged(request: Request, rows: list[Row], convert: Callable[[Row], Row] = dict, default: int = 25) -> Response:
    """A v2 list: opaque cursor, `_links.next` and the `Link` header while there is more (reference B.0)."""
    try:
        limit = int(request.query_params.get("limit", default))
    except ValueError:
        limit = 0
    if not 1 <= limit <= 250:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "limit must be between 1 and 250")
    query = {key: value for key, value in request.query_params.items() if key != "cursor"}
    bound = f"{request.url.path}?{urlencode(sorted((k, v) for k, v in query.items() if k != 'limit'))}"
    start = _read_cursor(request.query_params.get("cursor"), bound)
    links: dict[str, Any] = {"base": _base(request)}
    headers = {}
    if start + limit < len(rows):
        cursor = base64.urlsafe_b64encode(json.dumps([start + limit, bound]).encode()).decode()
        links["next"] = f"{request.url.path}?{urlencode({**query, 'limit': limit, 'cursor': cursor})}"
        headers["Link"] = f'<{links["next"]}>; rel="next"'
    results = [convert(row) for row in rows[start : start + limit]]
    return JSONResponse({"results": results, "_links": links}, headers=headers)


def _read_cursor(cursor: str | None, bound: str) -> int:
    if cursor is None:
        return 0
    try:
        start, path = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError:
        start, path = 0, None
    if path != bound:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "Provided cursor is not valid for this request")
    return int(start)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/") + "/wiki"


def _page_value(request: Request, row: Row, *, body: bool = False) -> dict[str, Any]:
    space = _store(request).space(row["space"]) or {}
    page = str(row["id"])
    webui = f"/spaces/{space.get('key')}/pages/{page}"
    value: dict[str, Any] = {
        "id": page,
        "status": row["status"],
        "title": row["title"],
        "spaceId": str(row["space"]),
        "parentId": str(row["parent"]) if row["parent"] else None,
        "parentType": "page" if row["parent"] else None,
        "position": row["position"],
        "authorId": row["author"],
        "ownerId": row["author"],
        "lastOwnerId": None,
        "createdAt": row["created"],
        "version": {
            "createdAt": row["modified"],
            "message": row["message"] or "",
            "number": row["version"],
            "minorEdit": bool(row["minor"]),
            "authorId": row["editor"],
        },
        "body": {},
        "_links": {"webui": webui, "editui": webui + "?edit", "tinyui": f"/x/{page}"},
    }
    if body:
        value["body"] = {"storage": {"representation": "storage", "value": row["body"]}}
    return value


def _body(data: dict[str, Any]) -> str | None:
    body = data.get("body")
    if not isinstance(body, dict):
        return None
    body = body.get("storage", body)
    if body.get("representation", "storage") != "storage":
        raise Refused(400, "BAD_REQUEST", "The sandbox takes the representation storage only")
    return str(body.get("value", ""))


def _id(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdigit():
        raise Refused(400, "INVALID_REQUEST_PARAMETER", f"Provided value {{{value}}} is not an id")
    return int(value)


def _space_value(row: Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "key": row["key"],
        "name": row["name"],
        "type": "global",
        "status": "current",
        "authorId": ACCOUNT,
        "createdAt": "2026-01-01T00:00:00.000Z",
        "homepageId": str(row["homepage"]),
        "_links": {"webui": f"/spaces/{row['key']}"},
    }


async def list_spaces(request: Request) -> Response:
    keys = {key.casefold() for part in request.query_params.getlist("keys") for key in part.split(",")}
    ids = {key for part in request.query_params.getlist("ids") for key in part.split(",")}
    rows = [
        row
        for row in _store(request).spaces()
        if (not keys or row["key"].casefold() in keys) and (not ids or str(row["id"]) in ids)
    ]
    return _paged(request, [_space_value(row) for row in rows])


async def get_space(request: Request) -> Response:
    row = _store(request).space(_number(request, "space"))
    if row is None:
        raise Refused(404, "NOT_FOUND", f"Cannot find a space with id [{request.path_params['space']}]")
    return JSONResponse(_space_value(row))


def _statuses(request: Request) -> list[str]:
    given = [status for part in request.query_params.getlist("status") for status in part.split(",")]
    if set(given) - {"current", "archived", "deleted", "trashed"}:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "status is not valid")
    return given or ["current", "archived"]


async def list_pages(request: Request) -> Response:
    store = _store(request)
    query = request.query_params
    space = int(request.path_params["space"]) if "space" in request.path_params else None
    if space is not None and store.space(space) is None:
        raise Refused(404, "NOT_FOUND", f"Cannot find a space with id [{space}]")
    ids = {int(part) for item in query.getlist("id") for part in item.split(",") if part.isdigit()}
    if len(ids) > 250:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "id takes 250 values at most")
    rows = store.pages(_statuses(request), space, ids if "id" in query else None)
    spaces = {part for item in query.getlist("space-id") for part in item.split(",")}
    if spaces:
        rows = [row for row in rows if str(row["space"]) in spaces]
    if "title" in query:
        rows = [row for row in rows if row["title"].casefold() == query["title"].casefold()]
    if query.get("depth") == "root":
        rows = [row for row in rows if row["parent"] is None]
    body = query.get("body-format") == "storage"
    return _paged(request, rows, lambda row: _page_value(request, row, body=body))


async def create_page(request: Request) -> Response:
    data = await _json(request)
    space = _id(data.get("spaceId"))
    if space is None or "title" not in data:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "spaceId and title are required")
    root = request.query_params.get("root-level") == "true"
    fields = {"title": data["title"], "body": _body(data) or "", "parent": _id(data.get("parentId"))}
    row = _store(request).create_page(space, fields, root=root)
    return JSONResponse(_page_value(request, row, body=True))


async def get_page(request: Request) -> Response:
    row = _store(request).page(_number(request, "page"))
    return JSONResponse(_page_value(request, row, body=request.query_params.get("body-format") == "storage"))


async def update_page(request: Request) -> Response:
    data = await _json(request)
    version = data.get("version") or {}
    if not isinstance(version.get("number"), int) or "title" not in data:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "title and version.number are required")
    fields = {
        "title": data["title"],
        "body": _body(data),
        "parent": _id(data.get("parentId")),
        "version": version["number"],
        "message": version.get("message", ""),
        "minor": bool(version.get("minorEdit")),
    }
    row = _store(request).update_page(_number(request, "page"), fields)
    return JSONResponse(_page_value(request, row, body=True))


async def delete_page(request: Request) -> Response:
    _store(request).delete_page(_number(request, "page"), purge=request.query_params.get("purge") == "true")
    return Response(status_code=204)


async def list_children(request: Request) -> Response:
    store, page = _store(request), _number(request, "page")
    store.page(page)
    rows = [
        {
            "id": str(row["id"]),
            "status": "current",
            "title": row["title"],
            "spaceId": str(row["space"]),
            "childPosition": row["position"],
        }
        for row in store.children(page)
    ]
    return _paged(request, rows)


def _property_value(row: Row) -> dict[str, Any]:
    version = {"number": row["version"], "message": "", "minorEdit": False, "authorId": ACCOUNT}
    return {"id": str(row["id"]), "key": row["key"], "value": json.loads(row["value"]), "version": version}


async def list_properties(request: Request) -> Response:
    rows = _store(request).properties(_number(request, "page"), request.query_params.get("key"))
    return _paged(request, [_property_value(row) for row in rows])


async def create_property(request: Request) -> Response:
    data = await _json(request)
    if not data.get("key"):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "key is required")
    row = _store(request).create_property(_number(request, "page"), data["key"], data.get("value"))
    return JSONResponse(_property_value(row))


async def get_property(request: Request) -> Response:
    return JSONResponse(
        _property_value(_store(request).property(_number(request, "page"), _number(request, "property")))
    )


async def update_property(request: Request) -> Response:
    data = await _json(request)
    number = (data.get("version") or {}).get("number")
    if not isinstance(number, int):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "version.number is required")
    page, name = _number(request, "page"), _number(request, "property")
    return JSONResponse(_property_value(_store(request).update_property(page, name, data.get("value"), number)))


async def delete_property(request: Request) -> Response:
    _store(request).delete_property(_number(request, "page"), _number(request, "property"))
    return Response(status_code=204)


async def list_labels(request: Request) -> Response:
    rows = _store(request).labels(_number(request, "page"))
    return _paged(request, [{"id": str(row["id"]), "name": row["name"], "prefix": "global"} for row in rows])


async def list_attachments(request: Request) -> Response:
    rows = _store(request).attachments(_number(request, "page"))
    wanted = request.query_params.get("filename")
    chosen = [row for row in rows if wanted is None or row["name"] == wanted]
    return _paged(request, chosen, _attachment_value, default=50)


def _attachment_value(row: Row) -> dict[str, Any]:
    download = f"/rest/api/content/{row['page']}/child/attachment/att{row['id']}/download"
    return {
        "id": f"att{row['id']}",
        "status": "current",
        "title": row["name"],
        "createdAt": row["created"],
        "pageId": str(row["page"]),
        "mediaType": row["media"],
        "comment": row["comment"],
        "fileSize": row["size"],
        "downloadLink": download,
        "version": {
            "number": row["version"],
            "message": row["comment"],
            "createdAt": row["created"],
            "authorId": ACCOUNT,
        },
        "_links": {"download": download},
    }


# v1: what v2 cannot do (reference B.6, B.7, B.9)


async def current_user(request: Request) -> Response:
    name = {"publicName": "Sandbox", "displayName": "Sandbox", "email": "sandbox@example.invalid"}
    return JSONResponse({"type": "known", "accountId": ACCOUNT, "accountType": "atlassian", **name})


async def add_labels(request: Request) -> Response:
    data = await request.json()
    names = [str(item.get("name", "")) for item in (data if isinstance(data, list) else [data])]
    rows = _store(request).add_labels(_number(request, "page"), names)
    results = [{"prefix": "global", "name": row["name"], "id": str(row["id"]), "label": row["name"]} for row in rows]
    return JSONResponse({"results": results, "start": 0, "limit": 200, "size": len(results)})


async def remove_label(request: Request) -> Response:
    _store(request).remove_label(_number(request, "page"), request.query_params.get("name", ""))
    return Response(status_code=204)


async def upload_attachment(request: Request) -> Response:
    """POST creates (400 if the name is taken), PUT creates or adds a version."""
    if request.headers.get("X-Atlassian-Token", "") not in {"no-check", "nocheck"}:
        raise Refused(403, "FORBIDDEN", "XSRF check failed")
    page = _number(request, "page")
    async with request.form(max_part_size=200 * 1024 * 1024) as form:
        results = []
        for part in form.getlist("file"):
            if isinstance(part, str):
                raise Refused(400, "BAD_REQUEST", "The part `file` needs a file name")
            upload = {
                "name": part.filename or "file",
                "media": part.content_type or "application/octet-stream",
                "comment": str(form.get("comment", "")),
                "data": await part.read(),
            }
            row = _store(request).put_attachment(page, upload, replace=request.method == "PUT")
            results.append(
                {
                    "id": f"att{row['id']}",
                    "type": "attachment",
                    "status": "current",
                    "title": row["name"],
                    "version": {"number": row["version"], "minorEdit": True},
                    "metadata": {"comment": row["comment"], "mediaType": row["media"]},
                    "extensions": {"mediaType": row["media"], "fileSize": row["size"]},
                    "_links": {"download": _attachment_value(row)["downloadLink"]},
                }
            )
    return JSONResponse({"results": results, "size": len(results)})


async def download_attachment(request: Request) -> Response:
    number = request.path_params["attachment"].removeprefix("att")
    data, media = _store(request).attachment_data(_number(request, "page"), int(number) if number.isdigit() else 0)
    # Whatever a file holds, a browser must not run it with this server's rights.
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media, headers=headers)


async def delete_attachment(request: Request) -> Response:
    number = request.path_params["attachment"].removeprefix("att")
    _store(request).delete_attachment(int(number) if number.isdigit() else 0)
    return Response(status_code=204)


async def list_direct_children(request: Request) -> Response:
    store, page = _store(request), _number(request, "page")
    store.page(page)
    rows = store.children(page)
    return _paged(
        request,
        rows,
        lambda row: {
            "id": str(row["id"]),
            "status": row["status"],
            "title": row["title"],
            "type": "page",
            "spaceId": str(row["space"]),
            "childPosition": row["position"],
        },
    )


def _comment_value(row: Row) -> Row:
    value: Row = {
        "id": str(row["id"]),
        "status": "current",
        "title": "",
        "pageId": str(row["page"]),
        "version": {"number": row["version"], "createdAt": row["created"], "authorId": row["author"], "message": ""},
        "body": {"storage": {"representation": "storage", "value": row["body"]}},
        "_links": {"webui": f"/pages/{row['page']}?focusedCommentId={row['id']}"},
    }
    if row["ref"] is not None:
        value["resolutionStatus"] = row["resolution"]
        value["properties"] = {"inlineMarkerRef": row["ref"], "inlineOriginalSelection": row["selection"]}
    return value


async def list_inline_comments(request: Request) -> Response:
    wanted = {part for item in request.query_params.getlist("resolution-status") for part in item.split(",")}
    rows = _store(request).comments(_number(request, "page"), inline=True)
    return _paged(request, [row for row in rows if not wanted or row["resolution"] in wanted], _comment_value)


async def list_footer_comments(request: Request) -> Response:
    return _paged(request, _store(request).comments(_number(request, "page"), inline=False), _comment_value)


async def create_inline_comment(request: Request) -> Response:
    data = await _json(request)
    page, chosen = _id(data.get("pageId")), data.get("inlineCommentProperties") or {}
    if page is None or not chosen.get("textSelection"):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "pageId and inlineCommentProperties are required")
    selection = {"text": chosen["textSelection"], "index": int(chosen.get("textSelectionMatchIndex", 0))}
    row = _store(request).create_inline_comment(page, _body(data) or "", selection)
    return JSONResponse(_comment_value({**row, "resolution": "open"}), 201)


async def create_footer_comment(request: Request) -> Response:
    data = await _json(request)
    page = _id(data.get("pageId"))
    if page is None:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "pageId is required")
    return JSONResponse(_comment_value(_store(request).create_footer_comment(page, _body(data) or "")), 201)


async def update_inline_comment(request: Request) -> Response:
    data = await _json(request)
    row = _store(request).update_comment(_number(request, "comment"), data)
    return JSONResponse(_comment_value(row))


async def archive_pages(request: Request) -> Response:
    data = await _json(request)
    ids = [item.get("id") for item in data.get("pages", [])]
    if not ids or len(ids) > 300 or not all(isinstance(item, int) for item in ids):
        raise Refused(400, "", "pages must name 1 to 300 numeric ids")
    task = _store(request).archive_pages(ids)
    return JSONResponse({"id": str(task), "links": {"status": f"/rest/api/longtask/{task}"}}, 202)


async def get_task(request: Request) -> Response:
    done = _store(request).poll_task(_number(request, "task"))
    return JSONResponse(
        {
            "id": request.path_params["task"],
            "percentageComplete": 100 if done else 50,
            "finished": done,
            "successful": done,
            "messages": [],
        }
    )


async def move_page(request: Request) -> Response:
    where = request.path_params["where"]
    if where not in {"before", "after", "append"}:
        raise Refused(400, "BAD_REQUEST", f"Invalid position {where}")
    _store(request).move_page(_number(request, "page"), where, _number(request, "target"))
    return JSONResponse({"pageId": request.path_params["page"]})


def _check_login(request: Request) -> None:
    """Bad credentials: v2 hides everything, v1 says so (reference D.2)."""
    wanted = request.app.state.token
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        with contextlib.suppress(ValueError):
            given = base64.b64decode(given).decode().partition(":")[2]
    if wanted and given != wanted:
        v2 = "/api/v2/" in request.url.path
        raise Refused(404, "NOT_FOUND", "Not Found") if v2 else Refused(403, "", "caller cannot access Confluence")


def _guard(handler: Handler) -> Handler:
    """Errors in the shape of the API that was asked (reference D.1)."""

    async def guarded(request: Request) -> Response:
        try:
            _check_login(request)
            return await handler(request)
        except Refused as error:
            if "/api/v2/" in request.url.path:
                item = {"status": error.status, "code": error.code, "title": error.text, "detail": None}
                return JSONResponse({"errors": [item]}, error.status)
            data = {"authorized": error.status != 403, "valid": True, "errors": [], "successful": False}
            return JSONResponse({"statusCode": error.status, "data": data, "message": error.text}, error.status)

    return guarded


V2, V1 = "/wiki/api/v2", "/wiki/rest/api"
_TABLE: list[tuple[str, str, Handler]] = [
    ("GET", V2 + "/spaces", list_spaces),
    ("GET", V2 + "/spaces/{space}", get_space),
    ("GET", V2 + "/spaces/{space:int}/pages", list_pages),
    ("GET", V2 + "/pages", list_pages),
    ("POST", V2 + "/pages", create_page),
    ("GET", V2 + "/pages/{page}", get_page),
    ("PUT", V2 + "/pages/{page}", update_page),
    ("DELETE", V2 + "/pages/{page}", delete_page),
    ("GET", V2 + "/pages/{page}/children", list_children),
    ("GET", V2 + "/pages/{page}/properties", list_properties),
    ("POST", V2 + "/pages/{page}/properties", create_property),
    ("GET", V2 + "/pages/{page}/properties/{property}", get_property),
    ("PUT", V2 + "/pages/{page}/properties/{property}", update_property),
    ("DELETE", V2 + "/pages/{page}/properties/{property}", delete_property),
    ("GET", V2 + "/pages/{page}/labels", list_labels),
    ("GET", V2 + "/pages/{page}/attachments", list_attachments),
    ("GET", V1 + "/user/current", current_user),
    ("POST", V1 + "/content/{page}/label", add_labels),
    ("DELETE", V1 + "/content/{page}/label", remove_label),
    ("POST", V1 + "/content/{page}/child/attachment", upload_attachment),
    ("PUT", V1 + "/content/{page}/child/attachment", upload_attachment),
    ("GET", V1 + "/content/{page}/child/attachment/{attachment}/download", download_attachment),
    ("PUT", V1 + "/content/{page}/move/{where}/{target}", move_page),
    ("POST", V1 + "/content/archive", archive_pages),
    ("GET", V1 + "/longtask/{task}", get_task),
    ("GET", V2 + "/pages/{page}/direct-children", list_direct_children),
    ("GET", V2 + "/pages/{page}/inline-comments", list_inline_comments),
    ("GET", V2 + "/pages/{page}/footer-comments", list_footer_comments),
    ("POST", V2 + "/inline-comments", create_inline_comment),
    ("POST", V2 + "/footer-comments", create_footer_comment),
    ("PUT", V2 + "/inline-comments/{comment}", update_inline_comment),
    ("DELETE", V2 + "/attachments/{attachment}", delete_attachment),
]


def api_routes() -> list[Route]:
    """The routes of the REST API."""
    return [Route(path, _guard(handler), methods=[method]) for method, path, handler in _TABLE]
