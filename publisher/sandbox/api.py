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

from publisher.sandbox.render import PageRenderer
from publisher.sandbox.store import ACCOUNT, Refused, Row, Store
from publisher.storage import parse_body

Handler = Callable[[Request], Awaitable[Response]]


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def number_of(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not text.isdigit():
        text_error = f"Provided value {{{text}}} for 'id' is not the correct type. Expected type is long"
        raise Refused(400, "INVALID_REQUEST_PARAMETER", text_error)
    return int(text)


MOST_BYTES = 5 * 1024 * 1024  # of a request, reference B.1


async def read_json(request: Request) -> dict[str, Any]:
    if "json" not in request.headers.get("Content-Type", ""):
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise Refused(413, "PAYLOAD_TOO_LARGE", "The request is larger than 5 MB")
    try:
        data = json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise Refused(400, "BAD_REQUEST", "Malformed JSON") from None
    if not isinstance(data, dict):
        raise Refused(400, "BAD_REQUEST", "An object is expected")
    return data


def paged(request: Request, rows: list[Row], convert: Callable[[Row], Row] = dict, default: int = 25) -> Response:
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


def page_value(request: Request, row: Row, *, body: bool = False) -> dict[str, Any]:
    space = store_of(request).space(row["space"]) or {}
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
        "ownerId": row["owner"] or row["author"],
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


def version_value(row: Row) -> Row:
    return {
        "number": row["number"],
        "message": row["message"] or "",
        "minorEdit": bool(row["minor"]),
        "authorId": row["editor"],
        "createdAt": row["created"],
    }


def body_of(data: dict[str, Any]) -> str | None:
    body = data.get("body")
    if not isinstance(body, dict):
        return None
    body = body.get("storage", body)
    if body.get("representation", "storage") != "storage":
        raise Refused(400, "BAD_REQUEST", "The sandbox takes the representation storage only")
    return str(body.get("value", ""))


def id_of(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdigit():
        raise Refused(400, "INVALID_REQUEST_PARAMETER", f"Provided value {{{value}}} is not an id")
    return int(value)


def space_value(row: Row) -> dict[str, Any]:
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
        for row in store_of(request).spaces()
        if (not keys or row["key"].casefold() in keys) and (not ids or str(row["id"]) in ids)
    ]
    return paged(request, [space_value(row) for row in rows])


def _statuses(request: Request) -> list[str]:
    given = [status for part in request.query_params.getlist("status") for status in part.split(",")]
    if set(given) - {"current", "archived", "deleted", "trashed"}:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "status is not valid")
    return given or ["current", "archived"]


async def list_pages(request: Request) -> Response:
    store = store_of(request)
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
    return paged(request, rows, lambda row: page_value(request, row, body=body))


async def create_page(request: Request) -> Response:
    data = await read_json(request)
    space = id_of(data.get("spaceId"))
    if space is None or "title" not in data:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "spaceId and title are required")
    root = request.query_params.get("root-level") == "true"
    fields = {"title": data["title"], "body": body_of(data) or "", "parent": id_of(data.get("parentId"))}
    fields["status"] = "draft" if data.get("status") == "draft" else "current"
    row = store_of(request).create_page(space, fields, root=root)
    return JSONResponse(page_value(request, row, body=True))


async def get_page(request: Request) -> Response:
    row = store_of(request).page(number_of(request, "page"))
    if (
        row["status"] == "draft"
        and "true" not in request.query_params.getlist("get-draft")
        and request.query_params.get("status") != "draft"
    ):
        raise Refused(404, "NOT_FOUND", f"Cannot find a page with id [{row['id']}]")
    return JSONResponse(with_body(request, row, page_value(request, row)))


def with_body(request: Request, row: Row, value: Row) -> Row:
    """The value in the version and with the body that are asked for; the included lists hold 50 at most (reference B.1)."""
    query, store = request.query_params, store_of(request)
    if "version" in query:
        versions = {str(item["number"]): item for item in store.versions(row["id"])}
        if query["version"] not in versions:
            raise Refused(404, "NOT_FOUND", f"Cannot find version [{query['version']}]")
        old = versions[query["version"]]
        row = {**row, "title": old["title"], "body": old["body"]}
        value |= {"title": old["title"], "version": version_value(old), "status": "historical"}
    form = query.get("body-format")
    if form == "storage":
        value["body"] = {"storage": {"representation": "storage", "value": row["body"]}}
    elif form == "atlas_doc_format":
        text = "".join(map(str, parse_body(row["body"]).itertext()))
        content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}] if text.strip() else []
        document = json.dumps({"type": "doc", "version": 1, "content": content})
        value["body"] = {form: {"representation": form, "value": document}}
    elif form is not None:
        value["body"] = {form: {"representation": form, "value": PageRenderer(store, row).render()}}
    links = {"self": str(request.url)}
    if query.get("include-labels") == "true":
        labels = [{"id": str(r["id"]), "name": r["name"], "prefix": "global"} for r in store.labels(row["id"])]
        value["labels"] = {"results": labels[:50], "meta": {"hasMore": len(labels) > 50}, "_links": links}
    if query.get("include-properties") == "true":
        found = [property_value(r) for r in store.properties(row["id"], None, "content")]
        value["properties"] = {"results": found[:50], "meta": {"hasMore": len(found) > 50}, "_links": links}
    if query.get("include-versions") == "true":
        found = [version_value(r) for r in store.versions(row["id"])]
        value["versions"] = {"results": found[:50], "meta": {"hasMore": len(found) > 50}, "_links": links}
    return value


async def update_page(request: Request) -> Response:
    data = await read_json(request)
    version = data.get("version") or {}
    if not isinstance(version.get("number"), int) or "title" not in data:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "title and version.number are required")
    fields = {
        "title": data["title"],
        "body": body_of(data),
        "parent": id_of(data.get("parentId")),
        "version": version["number"],
        "message": version.get("message", ""),
        "minor": bool(version.get("minorEdit")),
        "owner": data.get("ownerId"),
        "status": data.get("status"),
    }
    store_of(request).page(number_of(request, "page"))
    row = store_of(request).update_page(number_of(request, "page"), fields)
    return JSONResponse(page_value(request, row, body=True))


async def delete_page(request: Request) -> Response:
    store_of(request).page(number_of(request, "page"))
    store_of(request).delete_page(number_of(request, "page"), purge=request.query_params.get("purge") == "true")
    return Response(status_code=204)


async def list_children(request: Request) -> Response:
    store, page = store_of(request), number_of(request, "page")
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
    return paged(request, rows)


def property_value(row: Row) -> dict[str, Any]:
    version = {"number": row["version"], "message": "", "minorEdit": False, "authorId": ACCOUNT}
    return {"id": str(row["id"]), "key": row["key"], "value": json.loads(row["value"]), "version": version}


async def list_labels(request: Request) -> Response:
    rows = store_of(request).labels(number_of(request, "page"))
    return paged(request, [{"id": str(row["id"]), "name": row["name"], "prefix": "global"} for row in rows])


async def list_attachments(request: Request) -> Response:
    rows = store_of(request).attachments(number_of(request, "page"))
    wanted = request.query_params.get("filename")
    chosen = [row for row in rows if wanted is None or row["name"] == wanted]
    return paged(request, chosen, attachment_value, default=50)


def attachment_value(row: Row) -> dict[str, Any]:
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
    rows = store_of(request).add_labels(number_of(request, "page"), names)
    results = [{"prefix": "global", "name": row["name"], "id": str(row["id"]), "label": row["name"]} for row in rows]
    return JSONResponse({"results": results, "start": 0, "limit": 200, "size": len(results)})


async def remove_label(request: Request) -> Response:
    store_of(request).remove_label(number_of(request, "page"), request.query_params.get("name", ""))
    return Response(status_code=204)


async def upload_attachment(request: Request) -> Response:
    """POST creates (400 if the name is taken), PUT creates or adds a version."""
    if request.headers.get("X-Atlassian-Token", "") not in {"no-check", "nocheck"}:
        raise Refused(403, "FORBIDDEN", "XSRF check failed")
    page = number_of(request, "page")
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
            row = store_of(request).put_attachment(page, upload, replace=request.method == "PUT")
            results.append(
                {
                    "id": f"att{row['id']}",
                    "type": "attachment",
                    "status": "current",
                    "title": row["name"],
                    "version": {"number": row["version"], "minorEdit": True},
                    "metadata": {"comment": row["comment"], "mediaType": row["media"]},
                    "extensions": {"mediaType": row["media"], "fileSize": row["size"]},
                    "_links": {"download": attachment_value(row)["downloadLink"]},
                }
            )
    return JSONResponse({"results": results, "size": len(results)})


async def download_attachment(request: Request) -> Response:
    number = request.path_params["attachment"].removeprefix("att")
    data, media = store_of(request).attachment_data(number_of(request, "page"), int(number) if number.isdigit() else 0)
    # Whatever a file holds, a browser must not run it with this server's rights.
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media, headers=headers)


async def delete_attachment(request: Request) -> Response:
    number = request.path_params["attachment"].removeprefix("att")
    store_of(request).delete_attachment(int(number) if number.isdigit() else 0)
    return Response(status_code=204)


async def list_direct_children(request: Request) -> Response:
    store, page = store_of(request), number_of(request, "page")
    store.page(page)
    rows = store.children(page)
    return paged(
        request,
        rows,
        lambda row: {
            "id": str(row["id"]),
            "status": row["status"],
            "title": row["title"],
            "type": row["kind"],
            "spaceId": str(row["space"]),
            "childPosition": row["position"],
        },
    )


def comment_value(row: Row) -> Row:
    value: Row = {
        "id": str(row["id"]),
        "status": "current",
        "title": "",
        "pageId": str(row["page"]),
        "version": {"number": row["version"], "createdAt": row["created"], "authorId": row["author"], "message": ""},
        "body": {"storage": {"representation": "storage", "value": row["body"]}},
        "_links": {"webui": f"/pages/{row['page']}?focusedCommentId={row['id']}"},
    }
    if row["parent"] is not None:
        value["parentCommentId"] = str(row["parent"])
    if row["ref"] is not None:
        value["resolutionStatus"] = row["resolution"]
        value["properties"] = {"inlineMarkerRef": row["ref"], "inlineOriginalSelection": row["selection"]}
    return value


async def list_inline_comments(request: Request) -> Response:
    wanted = {part for item in request.query_params.getlist("resolution-status") for part in item.split(",")}
    rows = store_of(request).comments(number_of(request, "page"), inline=True)
    return paged(request, [row for row in rows if not wanted or row["resolution"] in wanted], comment_value)


async def list_footer_comments(request: Request) -> Response:
    return paged(request, store_of(request).comments(number_of(request, "page"), inline=False), comment_value)


async def archive_pages(request: Request) -> Response:
    data = await read_json(request)
    ids = [item.get("id") for item in data.get("pages", [])]
    if not ids or len(ids) > 300 or not all(isinstance(item, int) for item in ids):
        raise Refused(400, "", "pages must name 1 to 300 numeric ids")
    task = store_of(request).archive_pages(ids)
    return JSONResponse({"id": str(task), "links": {"status": f"/rest/api/longtask/{task}"}}, 202)


async def get_task(request: Request) -> Response:
    done = store_of(request).poll_task(number_of(request, "task"))
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
    store_of(request).move_page(number_of(request, "page"), where, number_of(request, "target"))
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


def _guard(handler: Handler, check: Callable[[Request], None] | None = None) -> Handler:
    """Errors in the shape of the API that was asked (reference D.1)."""

    async def guarded(request: Request) -> Response:
        try:
            (check or _check_login)(request)
            return await handler(request)
        except Refused as error:
            if "/api/v2/" in request.url.path:
                item = {"status": error.status, "code": error.code, "title": error.text, "detail": None}
                return JSONResponse({"errors": [item]}, error.status)
            if request.url.path.startswith(("/connections", "/confluence/oauth")):
                return JSONResponse({"code": error.status, "message": error.text}, error.status)
            data = {"authorized": error.status != 403, "valid": True, "errors": [], "successful": False}
            return JSONResponse({"statusCode": error.status, "data": data, "message": error.text}, error.status)

    return guarded


V2, V1 = "/wiki/api/v2", "/wiki/rest/api"
_TABLE: list[tuple[str, str, Handler]] = [
    ("GET", V2 + "/spaces", list_spaces),
    ("GET", V2 + "/spaces/{space:int}/pages", list_pages),
    ("GET", V2 + "/pages", list_pages),
    ("POST", V2 + "/pages", create_page),
    ("GET", V2 + "/pages/{page}", get_page),
    ("PUT", V2 + "/pages/{page}", update_page),
    ("DELETE", V2 + "/pages/{page}", delete_page),
    ("GET", V2 + "/pages/{page}/children", list_children),
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
    ("DELETE", V2 + "/attachments/{attachment}", delete_attachment),
]


def cloud_routes() -> list[Route]:
    """The routes of Cloud, and of the gateways before it."""
    from publisher.sandbox.cloud import cloud_table  # both stand on this module
    from publisher.sandbox.gateway import gateway_table

    behind = [Route(path, _guard(handler), methods=[method]) for method, path, handler in [*_TABLE, *cloud_table()]]
    before = [
        Route(path, _guard(handler, check=_anyone), methods=[method]) for method, path, handler in gateway_table()
    ]
    from publisher.sandbox.datacenter import datacenter_table

    known = {(route.path, tuple(sorted(route.methods or ()))) for route in behind}
    old = [
        Route(path, _deprecated(_guard(handler)), methods=[method])
        for method, path, handler in datacenter_table("/wiki")
    ]
    return [
        *behind,
        *before,
        *(route for route in old if (route.path, tuple(sorted(route.methods or ()))) not in known),
    ]


def _deprecated(handler: Handler) -> Handler:
    """Withdrawn, and still answered: with the headers that say so (reference B.9)."""

    async def answer(request: Request) -> Response:
        response = await handler(request)
        response.headers["Deprecation"] = "true"
        response.headers["Warning"] = '299 - "Deprecated API, will be removed"'
        return response

    return answer


def datacenter_routes() -> list[Route]:
    """The routes of Data Center, below its context path."""
    from publisher.sandbox.datacenter import datacenter_table, login_refused

    def with_login(handler: Handler) -> Handler:
        async def checked(request: Request) -> Response:
            return login_refused(request) or await _guard(handler, check=_anyone)(request)

        return checked

    return [Route(path, with_login(handler), methods=[method]) for method, path, handler in datacenter_table()]


def _anyone(request: Request) -> None:
    """For routes that look at the login themselves."""
