"""Data Center's REST API over the same store: v1 only, no v2, no archive, no folders, no order (reference B.10, C.3)."""

import base64
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from publisher.sandbox.api import Handler, attachment_value, body_of, number_of, read_json, store_of
from publisher.sandbox.cloud import unwatch
from publisher.sandbox.cql import search_content
from publisher.sandbox.store import ACCOUNT, Refused, Row, Store

CONTEXT = "/confluence"
USER = {"type": "known", "username": "sandbox", "userKey": ACCOUNT, "displayName": "Sandbox"}
_MOST = 200  # rows of one answer; 50 with bodies (reference C.3)


def _expands(request: Request) -> set[str]:
    return {part.strip() for item in request.query_params.getlist("expand") for part in item.split(",")}


def _missing(number: Any) -> Refused:
    return Refused(404, "", f"No content found with id: ContentId{{id={number}}}")


def _version(number: int, message: str | None, when: str, minor: int, by: str) -> Row:
    who = USER if by == ACCOUNT else {**USER, "userKey": by, "username": by}
    return {"number": number, "message": message or "", "when": when, "minorEdit": bool(minor), "by": who}


def _space_of(store: Store, row: Row) -> Row:
    return store.space(row["space"]) or {}


def content_value(store: Store, row: Row, expands: set[str]) -> Row:
    """A page or blog post as v1 writes it; only what is expanded is there."""
    number = str(row["id"])
    webui = f"/pages/viewpage.action?pageId={number}"
    value: Row = {"id": number, "type": row["kind"], "status": row["status"], "title": row["title"]}
    value["_links"] = {"webui": webui, "tinyui": f"/x/{number}", "self": f"/rest/api/content/{number}"}
    value["extensions"] = {"position": row["position"]} if row["position"] else {}
    if "version" in expands:
        value["version"] = _version(row["version"], row["message"], row["modified"], row["minor"], row["editor"])
    if "space" in expands:
        value["space"] = space_value(_space_of(store, row))
    if "history" in expands:
        value["history"] = {"createdBy": {**USER, "userKey": row["author"]}, "createdDate": row["created"]}
    if "ancestors" in expands:
        above: list[Row] = []
        parent = row["parent"]
        while parent is not None:
            up = store.content(parent)
            above.insert(0, {"id": str(parent), "type": "page", "title": up["title"]})
            parent = up["parent"]
        value["ancestors"] = above
    if "metadata.labels" in expands:
        labels = [_label(label) for label in store.labels(row["id"])]
        value["metadata"] = {"labels": {"results": labels, "start": 0, "limit": 200, "size": len(labels)}}
    for name in expands:
        if name.startswith("body."):
            form = name.removeprefix("body.")
            value.setdefault("body", {})[form] = {"value": row["body"], "representation": form}
    return value


def _label(row: Row) -> Row:
    return {"prefix": "global", "name": row["name"], "id": str(row["id"]), "label": row["name"]}


def space_value(row: Row) -> Row:
    return {
        "id": row["id"],
        "key": row["key"],
        "name": row["name"],
        "type": "global",
        "status": "CURRENT",
        "homepage": {"id": str(row["homepage"]), "type": "page"},
        "_links": {"webui": f"/display/{row['key']}"},
    }


def comment_value(store: Store, row: Row) -> Row:
    page = store.content(row["page"])
    value: Row = {
        "id": str(row["id"]),
        "type": "comment",
        "status": "current",
        "title": "Re: " + page["title"],
        "version": _version(row["version"], "", row["created"], 0, row["author"]),
        "container": {"id": str(row["page"]), "type": page["kind"]},
        "ancestors": [{"id": str(row["parent"])}] if row["parent"] else [],
        "body": {"storage": {"value": row["body"], "representation": "storage"}},
        "extensions": {"location": "footer"},
        "_links": {"webui": f"/pages/viewpage.action?pageId={row['page']}&focusedCommentId={row['id']}"},
    }
    if row["ref"] is not None:
        value["extensions"] = {
            "location": "inline",
            "inlineProperties": {"markerRef": row["ref"], "originalSelection": row["selection"]},
            "resolution": {"status": row["resolution"]},
        }
    return value


def file_value(row: Row) -> Row:
    cloud = attachment_value(row)
    download = f"/download/attachments/{row['page']}/{row['name']}"
    return {
        "id": cloud["id"],
        "type": "attachment",
        "status": "current",
        "title": row["name"],
        "version": _version(row["version"], row["comment"], row["created"], 1, ACCOUNT),
        "container": {"id": str(row["page"]), "type": "page"},
        "metadata": {"comment": row["comment"], "mediaType": row["media"]},
        "extensions": {"mediaType": row["media"], "fileSize": row["size"], "comment": row["comment"]},
        "_links": {
            "download": f"/rest/api/content/{row['page']}/child/attachment/{cloud['id']}/download",
            "webui": download,
        },
    }


def _paged(request: Request, rows: list[Row], *, cursor: bool = False) -> Response:
    """Offsets, and a ``next`` relative to the context (reference B.0); with bodies fewer rows than were asked for."""
    most = 50 if any(name.startswith("body.") for name in _expands(request)) else _MOST
    limit = min(int(request.query_params.get("limit", 25)), most)
    given = request.query_params.get("cursor", "")
    start = int(base64.urlsafe_b64decode(given)) if cursor and given else int(request.query_params.get("start", 0))
    context = _context(request)
    links: Row = {"base": str(request.base_url).rstrip("/") + context, "context": context}
    if start + limit < len(rows):
        query = {
            name: value for name, value in request.query_params.items() if name not in {"start", "cursor", "limit"}
        }
        place = base64.urlsafe_b64encode(str(start + limit).encode()).decode() if cursor else str(start + limit)
        words = {**query, "limit": limit, ("cursor" if cursor else "start"): place}
        text = "&".join(f"{name}={_quoted(value)}" for name, value in words.items())
        links["next"] = f"{request.url.path.removeprefix(context)}?{text}"
    chosen = rows[start : start + limit]
    return JSONResponse({"results": chosen, "start": start, "limit": limit, "size": len(chosen), "_links": links})


def _context(request: Request) -> str:
    return request.url.path.partition("/rest/")[0]


def _single(request: Request, value: Row) -> Response:
    """One object also says where it is (reference B.10)."""
    context = _context(request)
    links = {"base": str(request.base_url).rstrip("/") + context, "context": context, "collection": "/rest/api/content"}
    return JSONResponse({**value, "_links": {**value.get("_links", {}), **links}})


def _quoted(value: Any) -> str:
    from urllib.parse import quote

    return quote(str(value), safe="")


def _chosen(request: Request) -> list[Row]:
    """The content that `/content` and `/content/scan` are asked for."""
    query, store = request.query_params, store_of(request)
    keys = {space["key"].casefold(): space["id"] for space in store.spaces()}
    key = query.get("spaceKey")
    if key is not None and key.casefold() not in keys:
        raise Refused(404, "", f"No space with key : {key}")
    statuses = {"any": ["current", "trashed"], "trashed": ["trashed"]}.get(query.get("status", "current"), ["current"])
    space = keys[key.casefold()] if key is not None else None
    rows = store.pages(statuses, space, None, (query.get("type", "page"),))
    if "title" in query:
        rows = [row for row in rows if row["title"] == query["title"]]
    return rows


async def list_content(request: Request) -> Response:
    store, expands = store_of(request), _expands(request)
    return _paged(request, [content_value(store, row, expands) for row in _chosen(request)])


async def scan_content(request: Request) -> Response:
    store, expands = store_of(request), _expands(request)
    return _paged(request, [content_value(store, row, expands) for row in _chosen(request)], cursor=True)


async def create_content(request: Request) -> Response:
    data, store = await read_json(request), store_of(request)
    if data.get("type") == "comment":
        above = (data.get("ancestors") or [{}])[-1].get("id")
        text = str(((data.get("body") or {}).get("storage") or {}).get("value", ""))
        number = int((data.get("container") or {}).get("id", 0))
        row = store.create_reply(int(above), text) if above else store.create_footer_comment(number, text)
        return JSONResponse(comment_value(store, row))
    key = (data.get("space") or {}).get("key", "")
    space = next((row for row in store.spaces() if row["key"].casefold() == key.casefold()), None)
    if space is None or not data.get("title"):
        raise Refused(404, "", f"No space with key : {key}")
    ancestors = data.get("ancestors") or []
    parent = int(ancestors[-1]["id"]) if ancestors else None
    try:
        fields = {
            "title": data["title"],
            "body": body_of(data) or "",
            "parent": parent,
            "kind": data.get("type", "page"),
        }
        row = store.create_page(space["id"], fields, root=parent is None)
    except Refused as error:
        raise _in_v1_words(error, str(data["title"]), key) from None
    return _single(request, content_value(store, row, _expands(request)))


def _in_v1_words(error: Refused, title: str, key: str) -> Refused:
    """Prefixed by the exception's class (reference D.2)."""
    name = "com.atlassian.confluence.api.service.exceptions."
    if "title already exists" in error.text:
        text = f"A page with this title already exists: A page already exists with the title {title} in the space with key {key}"
        return Refused(400, "", f"{name}BadRequestException: {text}")
    if error.status == 409:
        found = error.text.partition("Current Version: [")[2].partition("]")[0]
        text = f"Version must be incremented on update. Current version is: {found}"
        return Refused(409, "", f"{name}ConflictException: {text}")
    return error


async def get_content(request: Request) -> Response:
    text, store, query = request.path_params["content"], store_of(request), request.query_params
    if text.startswith("att"):
        return JSONResponse(file_value(store.attachment(int(text.removeprefix("att")))))
    number = number_of(request, "content")
    try:
        row = store.page(number, "page", "blogpost")
    except Refused:
        try:
            return JSONResponse(comment_value(store, store.comment(number)))
        except Refused:
            raise _missing(number) from None
    wanted = query.get("status", "current")
    if wanted == "historical" and "version" in query:
        old = next((v for v in store.versions(number) if str(v["number"]) == query["version"]), None)
        if old is None:
            raise _missing(number)
        row = {**row, "title": old["title"], "body": old["body"], "version": old["number"]}
    elif wanted not in {"any", row["status"]}:
        raise _missing(number)
    return _single(request, content_value(store, row, _expands(request)))


async def update_content(request: Request) -> Response:
    data, store, number = await read_json(request), store_of(request), number_of(request, "content")
    version = data.get("version") or {}
    if not isinstance(version.get("number"), int) or not data.get("type"):
        raise Refused(400, "", "type and version.number are required")
    if data["type"] == "comment":
        text = (data.get("body") or {}).get("storage", {}).get("value")
        return JSONResponse(comment_value(store, store.update_comment(number, {"version": version, "text": text})))
    row = store.page(number, "page", "blogpost")
    ancestors = data.get("ancestors") or []
    fields = {
        "title": data.get("title", row["title"]),
        "body": body_of(data),
        "parent": int(ancestors[-1]["id"]) if ancestors else None,
        "version": version["number"],
        "message": version.get("message", ""),
        "minor": bool(version.get("minorEdit")),
    }
    try:
        written = store.update_page(number, fields)
    except Refused as error:
        raise _in_v1_words(error, str(fields["title"]), str(_space_of(store, row).get("key"))) from None
    return _single(request, content_value(store, written, _expands(request)))


async def delete_content(request: Request) -> Response:
    text, store = request.path_params["content"], store_of(request)
    if text.startswith("att"):
        store.delete_attachment(int(text.removeprefix("att")))
        return Response(status_code=204)
    number = number_of(request, "content")
    try:
        store.page(number, "page", "blogpost")
    except Refused:
        store.delete_comment(number)
    else:
        store.delete_page(number, purge=request.query_params.get("status") == "trashed")
    return Response(status_code=204)


async def get_history(request: Request) -> Response:
    row = store_of(request).content(number_of(request, "content"))
    last = _version(row["version"], row["message"], row["modified"], row["minor"], row["editor"])
    return JSONResponse({"latest": True, "createdBy": USER, "createdDate": row["created"], "lastUpdated": last})


async def list_child_pages(request: Request) -> Response:
    store, number = store_of(request), number_of(request, "content")
    store.content(number)
    rows = [row for row in store.children(number) if row["kind"] == "page"]
    return _paged(request, [content_value(store, row, _expands(request)) for row in rows])


async def list_comments(request: Request) -> Response:
    store, number = store_of(request), number_of(request, "content")
    location = request.query_params.get("location", "")
    if store.pages(["current", "trashed"], None, [number], ("page", "blogpost")):
        rows = [
            row
            for inline in (False, True)
            if location in {"", "inline" if inline else "footer"}
            for row in store.comments(number, inline=inline)
        ]
    else:
        rows = store.replies(number)
    return _paged(request, [comment_value(store, row) for row in rows])


async def list_files(request: Request) -> Response:
    rows = store_of(request).attachments(number_of(request, "content"))
    wanted = request.query_params.get("filename")
    return _paged(request, [file_value(row) for row in rows if wanted is None or row["name"] == wanted])


async def upload_file(request: Request) -> Response:
    """POST on the collection creates; PUT is not there (405); a new version is a POST of the data."""
    if request.headers.get("X-Atlassian-Token", "") not in {"no-check", "nocheck"}:
        raise Refused(403, "", "XSRF check failed")
    store, number = store_of(request), number_of(request, "content")
    known = request.path_params.get("attachment")
    results = []
    async with request.form(max_part_size=200 * 1024 * 1024) as form:
        for part in form.getlist("file"):
            if isinstance(part, str):
                raise Refused(400, "", "The part `file` needs a file name")
            name = store.attachment(int(known.removeprefix("att")))["name"] if known else part.filename or "file"
            upload = {
                "name": name,
                "media": part.content_type or "application/octet-stream",
                "comment": str(form.get("comment", "")),
                "data": await part.read(),
            }
            results.append(file_value(store.put_attachment(number, upload, replace=bool(known))))
    return JSONResponse(results[0] if known else {"results": results, "size": len(results)})


async def refuse_put(request: Request) -> Response:
    return HTMLResponse("<html><body>HTTP Status 405 – Method Not Allowed</body></html>", 405)


async def download_file(request: Request) -> Response:
    attachment = int(request.path_params["attachment"].removeprefix("att"))
    data, media = store_of(request).attachment_data(number_of(request, "content"), attachment)
    return Response(data, media_type=media)


def _property_value(row: Row) -> Row:
    version = _version(row["version"], "", "", 0, ACCOUNT)
    return {"id": str(row["id"]), "key": row["key"], "value": json.loads(row["value"]), "version": version}


def _holder(request: Request) -> tuple[int, str]:
    if "key_of_space" in request.path_params:
        return int(_space(request)["id"]), "space"
    text = request.path_params["content"]
    if text.startswith("att"):
        return int(text.removeprefix("att")), "attachment"
    number, store = number_of(request, "content"), store_of(request)
    try:
        store.content(number)
    except Refused:
        return number, "comment"
    return number, "content"


async def list_properties(request: Request) -> Response:
    number, kind = _holder(request)
    return _paged(request, [_property_value(row) for row in store_of(request).properties(number, None, kind)])


async def create_property(request: Request) -> Response:
    data = await read_json(request)
    number, kind = _holder(request)
    return JSONResponse(
        _property_value(store_of(request).create_property(number, data["key"], data.get("value"), kind))
    )


def _property(request: Request) -> tuple[int, str, Row]:
    number, kind = _holder(request)
    rows = store_of(request).properties(number, request.path_params["key"], kind)
    if not rows:
        raise Refused(404, "", f"No property found with key {request.path_params['key']}")
    return number, kind, rows[0]


async def get_property(request: Request) -> Response:
    return JSONResponse(_property_value(_property(request)[2]))


async def update_property(request: Request) -> Response:
    data = await read_json(request)
    number, kind, row = _property(request)
    version = int((data.get("version") or {}).get("number", 0))
    return JSONResponse(
        _property_value(store_of(request).update_property(number, row["id"], data.get("value"), version, kind))
    )


async def delete_property(request: Request) -> Response:
    number, kind, row = _property(request)
    store_of(request).delete_property(number, row["id"], kind)
    return Response(status_code=204)


async def list_labels(request: Request) -> Response:
    return _paged(request, [_label(row) for row in store_of(request).labels(number_of(request, "content"))])


async def add_labels(request: Request) -> Response:
    data = await request.json()
    names = [str(item.get("name", "")) for item in (data if isinstance(data, list) else [data])]
    rows = store_of(request).add_labels(number_of(request, "content"), names)
    return JSONResponse({"results": [_label(row) for row in rows], "start": 0, "limit": 200, "size": len(rows)})


async def remove_label(request: Request) -> Response:
    store_of(request).remove_label(
        number_of(request, "content"), request.path_params.get("name") or request.query_params.get("name", "")
    )
    return Response(status_code=204)


async def list_versions(request: Request) -> Response:
    store, number = store_of(request), number_of(request, "content")
    store.content(number)
    rows = [_version(v["number"], v["message"], v["created"], v["minor"], v["editor"]) for v in store.versions(number)]
    return _paged(request, rows)


def _space(request: Request) -> Row:
    key = request.path_params["key_of_space"]
    row = next((row for row in store_of(request).spaces() if row["key"].casefold() == key.casefold()), None)
    if row is None:
        raise Refused(404, "", f"No space with key : {key}")
    return row


async def list_spaces(request: Request) -> Response:
    keys = {key.casefold() for item in request.query_params.getlist("spaceKey") for key in item.split(",")}
    rows = [space_value(r) for r in store_of(request).spaces() if not keys or r["key"].casefold() in keys]
    return _paged(request, rows)


async def get_space(request: Request) -> Response:
    return JSONResponse(space_value(_space(request)))


async def current_user(request: Request) -> Response:
    if not request.headers.get("Authorization"):
        return JSONResponse({"type": "anonymous", "displayName": "Anonymous"})
    return JSONResponse(USER)


async def get_user(request: Request) -> Response:
    query = request.query_params
    if USER["username"] not in {query.get("username")} and USER["userKey"] != query.get("key"):
        raise Refused(404, "", f"No user found with username {query.get('username')}")
    return JSONResponse(USER)


async def search(request: Request) -> Response:
    cql, store = request.query_params.get("cql", ""), store_of(request)
    if "user.fullname" in cql:
        term = cql.rpartition("~")[2].strip().strip('"').casefold()
        users = [{"user": USER, "title": USER["displayName"], "entityType": "user"}]
        return _paged(request, users if term in USER["displayName"].casefold() else [])
    rows = search_content(store, cql)
    if request.url.path.endswith("/content/search"):
        return _paged(request, [content_value(store, row, _expands(request)) for row in rows])
    return _paged(request, [{"content": content_value(store, row, set()), "title": row["title"]} for row in rows])


def login_refused(request: Request) -> Response | None:
    """401 and HTML for a token that is not the one that is wanted (reference D.2)."""
    wanted = request.app.state.token
    given = request.headers.get("Authorization", "")
    if not wanted or not given or given == f"Bearer {wanted}":
        return None
    headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    return HTMLResponse("<html><body>HTTP Status 401 – Unauthorized</body></html>", 401, headers)


def datacenter_table(context: str = CONTEXT) -> list[tuple[str, str, Handler]]:
    """(method, path, handler). Below /wiki most of them still answer on Cloud, where they are withdrawn (reference B.9)."""
    api = context + "/rest/api"
    content, space = api + "/content/{content}", api + "/space/{key_of_space}"
    properties = [
        row
        for base in (content, space)
        for row in (
            ("GET", base + "/property", list_properties),
            ("POST", base + "/property", create_property),
            ("GET", base + "/property/{key}", get_property),
            ("PUT", base + "/property/{key}", update_property),
            ("DELETE", base + "/property/{key}", delete_property),
        )
    ]
    return [
        ("GET", api + "/content", list_content),
        ("POST", api + "/content", create_content),
        ("GET", api + "/content/scan", scan_content),
        ("GET", api + "/content/search", search),
        ("GET", api + "/search", search),
        ("GET", content, get_content),
        ("PUT", content, update_content),
        ("DELETE", content, delete_content),
        ("GET", content + "/history", get_history),
        ("GET", content + "/child/page", list_child_pages),
        ("DELETE", content + "/label/{name}", remove_label),
        ("GET", content + "/child/comment", list_comments),
        ("GET", content + "/child/attachment", list_files),
        ("POST", content + "/child/attachment", upload_file),
        ("PUT", content + "/child/attachment", refuse_put),
        ("POST", content + "/child/attachment/{attachment}/data", upload_file),
        ("GET", content + "/child/attachment/{attachment}/download", download_file),
        *properties,
        ("GET", content + "/label", list_labels),
        ("POST", content + "/label", add_labels),
        ("DELETE", content + "/label", remove_label),
        ("GET", context + "/rest/experimental/content/{content}/version", list_versions),
        ("GET", api + "/space", list_spaces),
        ("GET", space, get_space),
        ("GET", api + "/user/current", current_user),
        ("POST", api + "/user/watch/content/{page}", unwatch),
        ("DELETE", api + "/user/watch/content/{page}", unwatch),
        ("GET", api + "/user", get_user),
    ]
