"""The rest of Cloud's API: blog posts, comments, folders, properties of everything, tasks, custom content, users, search."""

import base64
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.api import (
    V1,
    V2,
    Handler,
    attachment_value,
    body_of,
    comment_value,
    id_of,
    list_attachments,
    list_footer_comments,
    list_inline_comments,
    list_labels,
    number_of,
    page_value,
    paged,
    property_value,
    read_json,
    space_value,
    store_of,
    version_value,
    with_body,
)
from publisher.sandbox.cql import search_content
from publisher.sandbox.store import ACCOUNT, Refused, Row
from publisher.sandbox.tasks import find_tasks, set_task

#: Part of the path → what holds the properties.
_HOLDERS = {
    "pages": "page", "blogposts": "blogpost", "attachments": "attachment", "comments": "comment", "spaces": "space",
    "custom-content": "custom", "folders": "folder",
}  # fmt: skip
USER = {
    "type": "known", "accountId": ACCOUNT, "accountType": "atlassian", "email": "sandbox@example.invalid",
    "publicName": "Sandbox", "displayName": "Sandbox",
}  # fmt: skip
CLOUD_ID = "5a6dbb0c-0000-4000-8000-00000000c10d"


def _holder(request: Request) -> tuple[int, str]:
    kind = _HOLDERS[request.path_params["kind"]]
    text = request.path_params["holder"]
    text = text.removeprefix("att") if kind == "attachment" else text
    if not text.isdigit():
        raise Refused(400, "INVALID_REQUEST_PARAMETER", f"Provided value {{{text}}} for 'id' is not the correct type")
    return int(text), kind


async def list_properties(request: Request) -> Response:
    number, kind = _holder(request)
    rows = store_of(request).properties(number, request.query_params.get("key"), kind)
    return paged(request, [property_value(row) for row in rows])


async def create_property(request: Request) -> Response:
    data = await read_json(request)
    if not data.get("key"):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "key is required")
    number, kind = _holder(request)
    row = store_of(request).create_property(number, data["key"], data.get("value"), kind)
    return JSONResponse(property_value(row), 201 if kind == "space" else 200)


async def get_property(request: Request) -> Response:
    number, kind = _holder(request)
    return JSONResponse(property_value(store_of(request).property(number, number_of(request, "property"), kind)))


async def update_property(request: Request) -> Response:
    data = await read_json(request)
    version = (data.get("version") or {}).get("number")
    if not isinstance(version, int):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "version.number is required")
    number, kind = _holder(request)
    name = number_of(request, "property")
    row = store_of(request).update_property(number, name, data.get("value"), version, kind)
    return JSONResponse(property_value(row))


async def delete_property(request: Request) -> Response:
    number, kind = _holder(request)
    store_of(request).delete_property(number, number_of(request, "property"), kind)
    return Response(status_code=204)


# Pages: what publishing does not need


async def list_ancestors(request: Request) -> Response:
    store = store_of(request)
    found: list[Row] = []
    row = store.page(number_of(request, "page"), "page", "folder")
    while row["parent"] is not None:
        row = store.page(row["parent"], "page", "folder")
        found.insert(0, {"id": str(row["id"]), "type": row["kind"]})
    return JSONResponse({"results": found, "_links": {}})


async def list_descendants(request: Request) -> Response:
    store, top = store_of(request), number_of(request, "page")
    store.page(top, "page", "folder")
    depth = int(request.query_params.get("depth", 2))
    found: list[Row] = []

    def walk(parent: int, level: int) -> None:
        for row in store.children(parent) if level <= depth else ():
            value = _child_value(row)
            found.append({**value, "parentId": str(parent), "depth": level})
            walk(row["id"], level + 1)

    walk(top, 1)
    return paged(request, found)


def _child_value(row: Row) -> Row:
    return {
        "id": str(row["id"]),
        "status": row["status"],
        "title": row["title"],
        "type": row["kind"],
        "childPosition": row["position"],
    }


async def list_versions(request: Request) -> Response:
    store, page = store_of(request), number_of(request, "page")
    store.content(page)
    return paged(request, [version_value(row) for row in store.versions(page)])


async def get_version(request: Request) -> Response:
    wanted = number_of(request, "number")
    rows = {row["number"]: row for row in store_of(request).versions(number_of(request, "page"))}
    if wanted not in rows:
        raise Refused(404, "NOT_FOUND", f"Cannot find version [{wanted}]")
    return JSONResponse(version_value(rows[wanted]))


# Spaces


async def list_space_labels(request: Request) -> Response:
    _space(request)
    return paged(request, [])


async def list_permissions(request: Request) -> Response:
    _space(request)
    principal = {"type": "user", "id": ACCOUNT}
    operations = [
        ("read", "space"),
        ("create", "page"),
        ("create", "attachment"),
        ("delete", "page"),
        ("create", "comment"),
    ]
    rows = [
        {"id": str(number), "principal": principal, "operation": {"key": key, "targetType": target}}
        for number, (key, target) in enumerate(operations, 1)
    ]
    return paged(request, rows)


def _space(request: Request) -> Row:
    row = store_of(request).space(number_of(request, "space"))
    if row is None:
        raise Refused(404, "NOT_FOUND", f"Cannot find a space with id [{request.path_params['space']}]")
    return row


async def get_space(request: Request) -> Response:
    return JSONResponse(space_value(_space(request)))


async def create_space(request: Request) -> Response:
    data = await read_json(request)
    if not data.get("name") or not data.get("key"):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "name and key are required")
    return JSONResponse(space_value(store_of(request).create_space(data["key"], data["name"])), 201)


# Blog posts


def post_value(request: Request, row: Row, *, body: bool = False) -> Row:
    value = page_value(request, row, body=body)
    for name in ("parentId", "parentType", "position", "ownerId", "lastOwnerId"):
        value.pop(name)
    return value


async def list_posts(request: Request) -> Response:
    query = request.query_params
    space = number_of(request, "space") if "space" in request.path_params else None
    if space is not None:
        _space(request)
    statuses = [part for item in query.getlist("status") for part in item.split(",")] or ["current"]
    rows = store_of(request).pages(statuses, space, None, ("blogpost",))
    spaces = {part for item in query.getlist("space-id") for part in item.split(",")}
    ids = {part for item in query.getlist("id") for part in item.split(",")}
    rows = [row for row in rows if (not spaces or str(row["space"]) in spaces) and (not ids or str(row["id"]) in ids)]
    if "title" in query:
        rows = [row for row in rows if row["title"].casefold() == query["title"].casefold()]
    body = query.get("body-format") == "storage"
    return paged(request, rows, lambda row: post_value(request, row, body=body))


async def create_post(request: Request) -> Response:
    data = await read_json(request)
    space = id_of(data.get("spaceId"))
    if space is None or "title" not in data:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "spaceId and title are required")
    fields = {"title": data["title"], "body": body_of(data) or "", "kind": "blogpost", "status": data.get("status")}
    fields["created"] = data.get("createdAt")
    row = store_of(request).create_page(space, fields)
    return JSONResponse(post_value(request, row, body=True))


async def get_post(request: Request) -> Response:
    row = store_of(request).page(number_of(request, "page"), "blogpost")
    return JSONResponse(with_body(request, row, post_value(request, row)))


async def update_post(request: Request) -> Response:
    data = await read_json(request)
    version = data.get("version") or {}
    if not isinstance(version.get("number"), int) or "title" not in data:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "title and version.number are required")
    number = number_of(request, "page")
    store_of(request).page(number, "blogpost")
    fields = {"title": data["title"], "body": body_of(data), "version": version["number"], "owner": data.get("ownerId")}
    more = {"message": version.get("message", ""), "minor": bool(version.get("minorEdit"))}
    row = store_of(request).update_page(number, fields | more)
    return JSONResponse(post_value(request, row, body=True))


async def delete_post(request: Request) -> Response:
    store, number = store_of(request), number_of(request, "page")
    store.page(number, "blogpost")
    store.delete_page(number, purge=request.query_params.get("purge") == "true")
    return Response(status_code=204)


# Comments


def _comments(inline: bool) -> dict[str, Handler]:
    """The handlers of one kind of comments."""

    def read(request: Request) -> Row:
        row = store_of(request).comment(number_of(request, "comment"))
        if store_of(request).is_inline(row) != inline:
            raise Refused(404, "NOT_FOUND", f"Cannot find a comment with id [{row['id']}]")
        return row

    async def listing(request: Request) -> Response:
        return paged(request, store_of(request).all_comments(inline=inline), comment_value)

    async def create(request: Request) -> Response:
        data, store = await read_json(request), store_of(request)
        text, parent = body_of(data) or "", id_of(data.get("parentCommentId"))
        page = id_of(data.get("pageId")) or id_of(data.get("blogPostId"))
        if parent is not None:
            return JSONResponse(comment_value(store.create_reply(parent, text)), 201)
        if page is None:
            raise Refused(400, "INVALID_REQUEST_PARAMETER", "pageId, blogPostId or parentCommentId is required")
        if not inline:
            return JSONResponse(comment_value(store.create_footer_comment(page, text)), 201)
        chosen = data.get("inlineCommentProperties") or {}
        if not chosen.get("textSelection"):
            raise Refused(400, "INVALID_REQUEST_PARAMETER", "inlineCommentProperties are required")
        selection = {"text": chosen["textSelection"], "index": int(chosen.get("textSelectionMatchIndex", 0))}
        return JSONResponse(comment_value(store.create_inline_comment(page, text, selection)), 201)

    async def get(request: Request) -> Response:
        return JSONResponse(comment_value(read(request)))

    async def update(request: Request) -> Response:
        data, row = await read_json(request), read(request)
        row = store_of(request).update_comment(row["id"], {**data, "text": body_of(data)})
        return JSONResponse(comment_value(row))

    async def delete(request: Request) -> Response:
        store_of(request).delete_comment(read(request)["id"])
        return Response(status_code=204)

    async def replies(request: Request) -> Response:
        return paged(request, store_of(request).replies(read(request)["id"]), comment_value)

    return {"list": listing, "create": create, "get": get, "update": update, "delete": delete, "replies": replies}


# Attachments, labels, tasks, custom content, folders, users


async def list_all_attachments(request: Request) -> Response:
    return paged(request, store_of(request).attachments(), attachment_value, default=50)


async def get_attachment(request: Request) -> Response:
    text = request.path_params["attachment"].removeprefix("att")
    if not text.isdigit():
        message = f"Provided value {{{text}}} for 'id' is not the correct type. Expected type is ContentId"
        raise Refused(400, "INVALID_REQUEST_PARAMETER", message)
    return JSONResponse(attachment_value(store_of(request).attachment(int(text))))


def _label_value(row: Row) -> Row:
    return {"id": str(row["id"]), "name": row["name"], "prefix": "global"}


async def list_all_labels(request: Request) -> Response:
    prefix = request.query_params.get("prefix", "global")
    rows = store_of(request).all_labels() if prefix == "global" else []
    return paged(request, [_label_value(row) for row in rows])


async def list_labelled(request: Request) -> Response:
    store, number = store_of(request), number_of(request, "label")
    name = next((row["name"] for row in store.all_labels() if row["id"] == number), None)
    if name is None:
        raise Refused(404, "NOT_FOUND", f"Cannot find a label with id [{number}]")
    rows = [row for row in store.pages(["current"]) if name in {label["name"] for label in store.labels(row["id"])}]
    spaces = {part for item in request.query_params.getlist("space-id") for part in item.split(",")}
    rows = [row for row in rows if not spaces or str(row["space"]) in spaces]
    return paged(request, rows, lambda row: page_value(request, row))


async def find_label(request: Request) -> Response:
    name = request.query_params.get("name", "").lower()
    row = next((row for row in store_of(request).all_labels() if row["name"] == name), None)
    if row is None:
        raise Refused(404, "", f"No label with name {name}")
    label = {**_label_value(row), "label": name}
    return JSONResponse({"label": label, "associatedContents": {"results": [], "start": 0, "limit": 200, "size": 0}})


async def list_tasks(request: Request) -> Response:
    query = request.query_params
    wanted = {name: set(query[name].split(",")) for name in _TASK_FILTERS if name in query}
    rows = [
        task
        for page in store_of(request).pages(["current"], None, None, ("page", "blogpost"))
        for task in find_tasks(page)
        if all(str(task.get(_TASK_FILTERS[name])) in values for name, values in wanted.items())
    ]
    return paged(request, rows)


_TASK_FILTERS = {
    "status": "status", "task-id": "id", "page-id": "pageId", "blogpost-id": "blogPostId", "space-id": "spaceId",
    "created-by": "createdBy", "assigned-to": "assignedTo",
}  # fmt: skip


def _task(request: Request) -> tuple[Row, Row]:
    """(page, task)."""
    wanted = request.path_params["task"]
    for page in store_of(request).pages(["current"], None, None, ("page", "blogpost")):
        for task in find_tasks(page):
            if task["id"] == wanted:
                return page, task
    raise Refused(404, "NOT_FOUND", f"Cannot find a task with id [{wanted}]")


async def get_task(request: Request) -> Response:
    return JSONResponse(_task(request)[1])


async def update_task(request: Request) -> Response:
    data = await read_json(request)
    if data.get("status") not in {"complete", "incomplete"}:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "status must be complete or incomplete")
    page, task = _task(request)
    store_of(request).set_body(page["id"], set_task(page["body"], task["localId"], data["status"]))
    return JSONResponse(_task(request)[1])


def _custom_value(request: Request, row: Row) -> Row:
    value = post_value(request, row, body="body-format" in request.query_params)
    return {**value, "type": row["subtype"], "customContentId": None}


async def list_custom(request: Request) -> Response:
    kind = request.query_params.get("type")
    if not kind:
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "type is required")
    rows = store_of(request).pages(["current"], None, None, ("custom",))
    return paged(request, [row for row in rows if row["subtype"] == kind], lambda row: _custom_value(request, row))


async def create_custom(request: Request) -> Response:
    data = await read_json(request)
    space = id_of(data.get("spaceId"))
    if space is None or not data.get("type") or not data.get("title"):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "spaceId, type and title are required")
    fields = {"title": data["title"], "body": body_of(data) or "", "kind": "custom", "subtype": data["type"]}
    return JSONResponse(_custom_value(request, store_of(request).create_page(space, fields)), 201)


async def get_custom(request: Request) -> Response:
    return JSONResponse(_custom_value(request, store_of(request).page(number_of(request, "page"), "custom")))


def _folder_value(request: Request, row: Row) -> Row:
    value = page_value(request, row)
    value.pop("body")
    return {**value, "type": "folder"}


async def create_folder(request: Request) -> Response:
    data = await read_json(request)
    space = id_of(data.get("spaceId"))
    if space is None or not data.get("title"):
        raise Refused(400, "INVALID_REQUEST_PARAMETER", "spaceId and title are required")
    fields = {"title": data["title"], "parent": id_of(data.get("parentId")), "kind": "folder"}
    return JSONResponse(_folder_value(request, store_of(request).create_page(space, fields)))


async def get_folder(request: Request) -> Response:
    return JSONResponse(_folder_value(request, store_of(request).page(number_of(request, "page"), "folder")))


async def delete_folder(request: Request) -> Response:
    store, number = store_of(request), number_of(request, "page")
    store.page(number, "folder")
    store.delete_page(number, purge=False)
    return Response(status_code=204)


async def list_folder_children(request: Request) -> Response:
    number = number_of(request, "page")
    store_of(request).page(number, "folder")
    rows = store_of(request).children(number)
    return paged(request, [{**_child_value(row), "spaceId": str(row["space"])} for row in rows])


# Restrictions, content status, watching (reference B.9)


async def get_restrictions(request: Request) -> Response:
    rows = store_of(request).restrictions(number_of(request, "page"))
    results = []
    for operation in ("read", "update"):
        names = {
            kind: [r["name"] for r in rows if (r["operation"], r["kind"]) == (operation, kind)]
            for kind in ("user", "group")
        }
        users = [{"type": "known", "accountId": name} for name in names["user"]]
        groups = [{"type": "group", "id": name} for name in names["group"]]
        found = {"user": {"results": users, "size": len(users)}, "group": {"results": groups, "size": len(groups)}}
        results.append({"operation": operation, "restrictions": found})
    return JSONResponse({"results": results, "start": 0, "limit": 100, "size": 2})


async def put_restrictions(request: Request) -> Response:
    """In place of all that there are. Whoever leaves himself out loses access."""
    data = await request.json()
    rows: list[tuple[str, str, str]] = []
    for item in data if isinstance(data, list) else []:
        found = item.get("restrictions") or {}
        rows += [(item["operation"], "user", str(user["accountId"])) for user in found.get("user") or ()]
        rows += [(item["operation"], "group", str(group["id"])) for group in found.get("group") or ()]
    for operation in ("read", "update"):
        users = {name for of, kind, name in rows if of == operation and kind == "user"}
        if any(of == operation for of, _, _ in rows) and ACCOUNT not in users:
            raise Refused(400, "", "You cannot restrict the content in a way that you lose access yourself")
    store_of(request).set_restrictions(number_of(request, "page"), rows)
    return await get_restrictions(request)


async def put_state(request: Request) -> Response:
    data = await read_json(request)
    if not data.get("name") or len(str(data["name"])) > 20 or not re.fullmatch(r"#[0-9a-f]{6}", str(data.get("color"))):
        raise Refused(400, "", "name (20 characters at most) and color are required")
    store_of(request).set_state(number_of(request, "page"), data["name"], data["color"])
    return JSONResponse({"contentState": {"name": data["name"], "color": data["color"]}})


async def get_state(request: Request) -> Response:
    row = store_of(request).content(number_of(request, "page"))
    state = {"name": row["state"], "color": row["state_colour"]} if row["state"] else None
    return JSONResponse({"contentState": state})


async def delete_state(request: Request) -> Response:
    store_of(request).set_state(number_of(request, "page"), None, None)
    return JSONResponse({"contentState": None})


async def unwatch(request: Request) -> Response:
    store_of(request).watch(number_of(request, "page"), watched=request.method == "POST")
    return Response(status_code=204)


async def convert_ids(request: Request) -> Response:
    store, found = store_of(request), {}
    for item in (await read_json(request)).get("contentIds", []):
        text = str(item)
        try:
            found[text] = store.content(int(text))["kind"]
        except (Refused, ValueError):
            try:
                found[text] = "inline-comment" if store.is_inline(store.comment(int(text))) else "footer-comment"
            except (Refused, ValueError):
                found[text] = None
    return JSONResponse({"results": found})


async def get_user(request: Request) -> Response:
    if request.query_params.get("accountId") != ACCOUNT:
        raise Refused(404, "", f"No user found with account id {request.query_params.get('accountId')}")
    return JSONResponse(USER)


async def search_users(request: Request) -> Response:
    term = re.search(r"user(?:\.fullname)?\s*[~=]\s*\"([^\"]*)\"", request.query_params.get("cql", ""))
    if term is None:
        raise Refused(400, "", "Could not parse cql : " + request.query_params.get("cql", ""))
    rows = [USER] if term[1].lower().rstrip("*") in USER["displayName"].lower() else []
    results = [{"user": row, "title": row["displayName"], "entityType": "user"} for row in rows]
    return JSONResponse({"results": results, "start": 0, "limit": 25, "size": len(results), "_links": {}})


async def search(request: Request) -> Response:
    """v1 `/search`: rows wrap the content, and only the cursor of `_links.next` leads on (reference B.9)."""
    rows = search_content(store_of(request), request.query_params.get("cql", ""))
    limit = max(1, min(int(request.query_params.get("limit", 25)), 250))
    cursor = request.query_params.get("cursor", "")
    start = int(base64.urlsafe_b64decode(cursor)) if cursor else 0
    links: Row = {"base": str(request.base_url).rstrip("/") + "/wiki", "context": "/wiki"}
    if start + limit < len(rows):
        following = base64.urlsafe_b64encode(str(start + limit).encode()).decode()
        links["next"] = f"/rest/api/search?cql={request.query_params['cql']}&limit={limit}&cursor={following}"
    results = [
        {
            "content": {"id": str(row["id"]), "type": row["kind"], "status": row["status"], "title": row["title"]},
            "title": row["title"],
            "excerpt": "",
            "url": f"/spaces/x/pages/{row['id']}",
            "entityType": "content",
            "lastModified": row["modified"],
        }
        for row in rows[start : start + limit]
    ]
    return JSONResponse({"results": results, "start": start, "limit": limit, "size": len(results), "_links": links})


async def tenant_info(request: Request) -> Response:
    return JSONResponse({"cloudId": CLOUD_ID})


async def system_info(request: Request) -> Response:
    base = str(request.base_url).rstrip("/") + "/wiki"
    return JSONResponse({"cloudId": CLOUD_ID, "baseUrl": base, "siteTitle": "Sandbox", "edition": "sandbox"})


def _property_routes() -> Iterable[tuple[str, str, Handler]]:
    kinds = "|".join(_HOLDERS)
    for kind in kinds.split("|"):
        base = f"{V2}/{kind}/{{holder}}/properties"
        yield from (
            ("GET", base, _with_kind(kind, list_properties)),
            ("POST", base, _with_kind(kind, create_property)),
            ("GET", base + "/{property}", _with_kind(kind, get_property)),
            ("PUT", base + "/{property}", _with_kind(kind, update_property)),
            ("DELETE", base + "/{property}", _with_kind(kind, delete_property)),
        )


def _with_kind(kind: str, handler: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        request.path_params["kind"] = kind
        return await handler(request)

    return handle


def _comment_routes() -> Iterable[tuple[str, str, Handler]]:
    for kind, inline in (("footer-comments", False), ("inline-comments", True)):
        made = _comments(inline)
        yield from (
            ("GET", f"{V2}/{kind}", made["list"]),
            ("POST", f"{V2}/{kind}", made["create"]),
            ("GET", f"{V2}/{kind}/{{comment}}", made["get"]),
            ("PUT", f"{V2}/{kind}/{{comment}}", made["update"]),
            ("DELETE", f"{V2}/{kind}/{{comment}}", made["delete"]),
            ("GET", f"{V2}/{kind}/{{comment}}/children", made["replies"]),
        )


def cloud_table() -> list[tuple[str, str, Callable[[Request], Awaitable[Any]]]]:
    """(method, path, handler) of what this module adds."""
    return [
        *_property_routes(),
        *_comment_routes(),
        ("GET", V2 + "/pages/{page}/ancestors", list_ancestors),
        ("GET", V2 + "/folders/{page}/ancestors", list_ancestors),
        ("GET", V2 + "/pages/{page}/descendants", list_descendants),
        ("GET", V2 + "/folders/{page}/descendants", list_descendants),
        ("GET", V2 + "/pages/{page}/versions", list_versions),
        ("GET", V2 + "/pages/{page}/versions/{number}", get_version),
        ("GET", V2 + "/spaces/{space}", get_space),
        ("POST", V2 + "/spaces", create_space),
        ("GET", V2 + "/spaces/{space}/blogposts", list_posts),
        ("GET", V2 + "/spaces/{space}/labels", list_space_labels),
        ("GET", V2 + "/spaces/{space}/permissions", list_permissions),
        ("GET", V2 + "/blogposts", list_posts),
        ("POST", V2 + "/blogposts", create_post),
        ("GET", V2 + "/blogposts/{page}", get_post),
        ("PUT", V2 + "/blogposts/{page}", update_post),
        ("DELETE", V2 + "/blogposts/{page}", delete_post),
        ("GET", V2 + "/blogposts/{page}/versions", list_versions),
        ("GET", V2 + "/blogposts/{page}/labels", list_labels),
        ("GET", V2 + "/blogposts/{page}/attachments", list_attachments),
        ("GET", V2 + "/blogposts/{page}/footer-comments", list_footer_comments),
        ("GET", V2 + "/blogposts/{page}/inline-comments", list_inline_comments),
        ("GET", V2 + "/attachments", list_all_attachments),
        ("GET", V2 + "/attachments/{attachment}", get_attachment),
        ("GET", V2 + "/labels", list_all_labels),
        ("GET", V2 + "/labels/{label}/pages", list_labelled),
        ("GET", V2 + "/tasks", list_tasks),
        ("GET", V2 + "/tasks/{task}", get_task),
        ("PUT", V2 + "/tasks/{task}", update_task),
        ("GET", V2 + "/custom-content", list_custom),
        ("POST", V2 + "/custom-content", create_custom),
        ("GET", V2 + "/custom-content/{page}", get_custom),
        ("POST", V2 + "/folders", create_folder),
        ("GET", V2 + "/folders/{page}", get_folder),
        ("DELETE", V2 + "/folders/{page}", delete_folder),
        ("GET", V2 + "/folders/{page}/direct-children", list_folder_children),
        ("POST", V2 + "/content/convert-ids-to-types", convert_ids),
        ("GET", V1 + "/content/{page}/restriction", get_restrictions),
        ("PUT", V1 + "/content/{page}/restriction", put_restrictions),
        ("GET", V1 + "/content/{page}/state", get_state),
        ("PUT", V1 + "/content/{page}/state", put_state),
        ("DELETE", V1 + "/content/{page}/state", delete_state),
        ("POST", V1 + "/user/watch/content/{page}", unwatch),
        ("DELETE", V1 + "/user/watch/content/{page}", unwatch),
        ("GET", V1 + "/user", get_user),
        ("GET", V1 + "/search/user", search_users),
        ("GET", V1 + "/search", search),
        ("GET", V1 + "/label", find_label),
        ("GET", V1 + "/settings/systemInfo", system_info),
    ]
