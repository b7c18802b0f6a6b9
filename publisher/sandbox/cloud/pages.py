"""v2's pages and blog posts (docs/confluence-api.md#pages)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.bodies import LIST_FORMS, RAW, SINGLE_FORMS, body_in
from publisher.sandbox.cloud.answers import (
    CONTENT_SORTS,
    label_value,
    one,
    page_value,
    paged,
    post_value,
    property_value,
    version_value,
)
from publisher.sandbox.http import (
    V2,
    Handler,
    Table,
    bad,
    not_found,
    number_of,
    object_in,
    optional_id,
    query_choice,
    query_flag,
    query_ids,
    query_number,
    read_json,
    service_of,
    store_of,
    text_in,
    time_in,
    version_in,
)
from publisher.sandbox.store import MAX_ID, Row

_LISTED = {"current", "archived", "deleted", "trashed"}
_STATUSES = _LISTED | {"historical", "draft", "any"}
_KIND_NAMES = {"page": "page", "blogpost": "blog post", "custom": "custom content"}
_FOUND_AS = {"page": ["current", "archived"], "blogpost": ["current"]}


def forms_of(request: Request, known: tuple[str, ...]) -> list[str]:
    """The body's form that is asked for."""
    return query_choice(request, "body-format", known)[:1]


def check_space(request: Request, space: int) -> None:
    if store_of(request).space(space) is None:
        raise not_found("space", space)


def rows_of(request: Request, kind: str) -> list[Row]:
    """What a list of pages or posts holds, by its filters."""
    query = request.query_params
    space = number_of(request, "space") if "space" in request.path_params else None
    if space is not None:
        check_space(request, space)
    statuses = query_choice(request, "status", _LISTED) or _FOUND_AS[kind]
    ids, spaces = query_ids(request, "id"), query_ids(request, "space-id", 100)
    rows = store_of(request).pages(statuses, space, ids if "id" in query else None, (kind,))
    if spaces:
        rows = [row for row in rows if row["space"] in spaces]
    if "title" in query:
        rows = [row for row in rows if row["title"].casefold() == query["title"].casefold()]
    if query_choice(request, "depth", ("all", "root")) == ["root"]:
        rows = [row for row in rows if row["parent"] is None]
    wanted = query_choice(request, "subtype", ("live", "page"))
    if wanted:
        rows = [row for row in rows if (row["subtype"] == "live") == (wanted[0] == "live")]
    return rows


async def list_pages(request: Request) -> Response:
    forms = forms_of(request, LIST_FORMS)
    return paged(request, rows_of(request, "page"), lambda row: page_value(request, row, forms), sorts=CONTENT_SORTS)


async def list_posts(request: Request) -> Response:
    forms = forms_of(request, LIST_FORMS)
    rows = rows_of(request, "blogpost")
    return paged(request, rows, lambda row: post_value(request, row, forms), sorts=CONTENT_SORTS)


def _new_fields(request: Request, data: Row) -> tuple[int, Row]:
    space = optional_id(data.get("spaceId"), "spaceId")
    if space is None:
        raise bad("spaceId is required")
    status = text_in(data, "status", "current")
    if status not in {"current", "draft"}:
        raise bad("status must be current or draft")
    title = text_in(data, "title", "" if status == "draft" else None)
    body, document = body_in(request, data)
    return space, {"title": title, "status": status, "body": body or "", "document": document}


async def create_page(request: Request) -> Response:
    data = await read_json(request)
    space, fields = _new_fields(request, data)
    if data.get("subtype") not in (None, "live"):
        raise bad("subtype must be live")
    root = query_flag(request, "root-level")
    query_flag(request, "embedded"), query_flag(request, "private")
    fields |= {"parent": optional_id(data.get("parentId"), "parentId"), "subtype": data.get("subtype")}
    row = store_of(request).create_page(space, fields, root=root)
    return one(page_value(request, row, ("storage",)), request)


async def create_post(request: Request) -> Response:
    data = await read_json(request)
    space, fields = _new_fields(request, data)
    query_flag(request, "private")
    row = store_of(request).create_page(space, {**fields, "kind": "blogpost", "created": time_in(data, "createdAt")})
    return one(post_value(request, row, ("storage",)), request)


def _seen(request: Request, row: Row) -> Row:
    """The row, if its status is one that is asked for: drafts only if they are, and the trash as the server likes."""
    wanted = query_choice(request, "status", _STATUSES)
    missing = not_found(_KIND_NAMES[row["kind"]], row["id"])
    if row["status"] == "draft" and not query_flag(request, "get-draft") and "draft" not in wanted:
        raise missing
    if row["status"] == "trashed" and service_of(request).hides_trash and not {"trashed", "any"} & set(wanted):
        raise missing
    if query_flag(request, "get-draft") and row["draft"] is not None:
        return {**row, "body": row["draft"], "status": "draft", "document": None}
    return row


async def get_page(request: Request) -> Response:
    return _get(request, store_of(request).page(number_of(request, "page")))


async def get_post(request: Request) -> Response:
    return _get(request, store_of(request).page(number_of(request, "page"), "blogpost"))


def _get(request: Request, row: Row) -> Response:
    row, store = _seen(request, row), store_of(request)
    forms, shape = forms_of(request, SINGLE_FORMS), page_value if row["kind"] == "page" else post_value
    if "version" in request.query_params:
        number = query_number(request, "version", 0, 1, MAX_ID)
        old = next((item for item in store.versions(row["id"]) if item["number"] == number), None)
        if old is None:
            raise not_found("version", number)
        status = row["status"] if number == row["version"] else "historical"
        value = shape(request, {**row, "title": old["title"], "body": old["body"], "document": None}, forms)
        value |= {"version": version_value(old), "status": status}
    else:
        value = shape(request, row, forms)
    return one(with_lists(request, row, value), request)


def with_lists(request: Request, row: Row, value: Row) -> Row:
    """The value with the lists that are asked for; each holds 50 at most (docs/confluence-api.md#pages)."""
    store = store_of(request)
    readers: dict[str, Any] = {
        "labels": lambda: [label_value(item) for item in store.labels(row["id"])],
        "properties": lambda: [property_value(item) for item in store.properties(row["id"], None, "content")],
        "versions": lambda: [version_value(item) for item in store.versions(row["id"])],
        "operations": lambda: [{"operation": name, "targetType": row["kind"]} for name in ("read", "update", "delete")],
        "likes": list,
    }
    for name, read in readers.items():
        if query_flag(request, f"include-{name}"):
            found = read()
            meta = {"hasMore": len(found) > 50}
            value[name] = {"results": found[:50], "meta": meta, "_links": {"self": str(request.url)}}
    return value


def _updating(kind: str) -> Handler:
    async def update(request: Request) -> Response:
        data, store, number = await read_json(request), store_of(request), number_of(request, "page")
        row = store.page(number, kind)
        if "id" in data and str(data["id"]) != str(number):
            raise bad("id must be the one in the path")
        status = text_in(data, "status", "current")
        if status not in {"current", "draft"}:
            raise bad("status must be current or draft")
        body, document = body_in(request, data)
        fields = {
            "title": text_in(data, "title"),
            "body": body,
            "document": document,
            "status": status,
            "version": version_in(data),
            "parent": optional_id(data.get("parentId"), "parentId") if kind == "page" else None,
            "message": text_in(object_in(data, "version"), "message", ""),
            "minor": bool(object_in(data, "version").get("minorEdit")),
            "owner": text_in(data, "ownerId", "") or None,
        }
        if data.get("spaceId") not in (None, "", str(row["space"]), row["space"]):
            raise bad("The space of content cannot be changed by an update")
        shape = page_value if kind == "page" else post_value
        return one(shape(request, store.update_page(number, fields), ("storage",)), request)

    return update


async def update_title(request: Request) -> Response:
    data, store, number = await read_json(request), store_of(request), number_of(request, "page")
    row = store.page(number)
    fields = {"title": text_in(data, "title"), "body": None, "version": row["version"] + 1}
    return one(page_value(request, store.update_page(number, fields), ("storage",)), request)


def _deleting(kind: str) -> Handler:
    async def delete(request: Request) -> Response:
        store, number = store_of(request), number_of(request, "page")
        row = store.page(number, kind)
        purge, draft = query_flag(request, "purge"), query_flag(request, "draft")
        if draft and row["status"] != "draft":
            store.edit_draft(number, None)
        else:
            store.delete_page(number, purge=purge)
        return Response(status_code=204)

    return delete


async def list_versions(request: Request) -> Response:
    store, row = store_of(request), store_of(request).content(number_of(request, "page"))
    forms = forms_of(request, (*LIST_FORMS, RAW) if row["kind"] == "custom" else LIST_FORMS)
    rows = [item | {"page_row": row} for item in store.versions(row["id"])]

    def value(item: Row) -> Row:
        return version_value(item) | ({"page": _versioned(request, item, forms)} if forms else {})

    return paged(request, rows, value, sorts={"modified-date": "created"})


def _versioned(request: Request, item: Row, forms: list[str]) -> Row:
    shape = page_value(request, {**item["page_row"], "body": item["body"], "document": None}, forms)
    return {"id": shape["id"], "title": item["title"], "body": shape["body"]}


async def get_version(request: Request) -> Response:
    wanted, row = number_of(request, "number"), store_of(request).content(number_of(request, "page"))
    rows = {item["number"]: item for item in store_of(request).versions(row["id"])}
    if wanted not in rows:
        raise not_found("version", wanted)
    more = {"contentTypeModified": False, "collaborators": [], "prevVersion": wanted - 1, "nextVersion": wanted + 1}
    return JSONResponse({**version_value(rows[wanted]), **more})


async def list_labels(request: Request) -> Response:
    row = store_of(request).content(number_of(request, "page"))
    prefixes = query_choice(request, "prefix", ("my", "team", "global", "system"))
    rows = store_of(request).labels(row["id"]) if not prefixes or "global" in prefixes else []
    return paged(request, rows, label_value, sorts={"id": "id", "name": "name", "created-date": "id"})


async def list_operations(request: Request) -> Response:
    row = store_of(request).content(number_of(request, "page"))
    names = ("read", "update", "delete")
    return JSONResponse({"operations": [{"operation": name, "targetType": row["kind"]} for name in names]})


async def count_likes(request: Request) -> Response:
    store_of(request).content(number_of(request, "page"))
    return JSONResponse({"count": 0})


async def list_likers(request: Request) -> Response:
    store_of(request).content(number_of(request, "page"))
    return paged(request, [], least=0)


def refuse_kind(kind: str, handler: Handler) -> Handler:
    """The handler for content of one kind: any other is not found, as on `/pages/{id of a folder}/…` (docs/confluence-api.md#folders)."""

    async def checked(request: Request) -> Response:
        store_of(request).page(number_of(request, "page"), kind)
        return await handler(request)

    return checked


def content_details(kind: str, base: str) -> Table:
    """What there is below a page, a post and custom content alike."""
    return [
        ("GET", base + "/versions", refuse_kind(kind, list_versions)),
        ("GET", base + "/versions/{number}", refuse_kind(kind, get_version)),
        ("GET", base + "/labels", refuse_kind(kind, list_labels)),
        ("GET", base + "/operations", refuse_kind(kind, list_operations)),
        ("GET", base + "/likes/count", refuse_kind(kind, count_likes)),
        ("GET", base + "/likes/users", refuse_kind(kind, list_likers)),
    ]


PAGE_TABLE: Table = [
    ("GET", V2 + "/spaces/{space}/pages", list_pages),
    ("GET", V2 + "/pages", list_pages),
    ("POST", V2 + "/pages", create_page),
    ("GET", V2 + "/pages/{page}", get_page),
    ("PUT", V2 + "/pages/{page}", _updating("page")),
    ("PUT", V2 + "/pages/{page}/title", update_title),
    ("DELETE", V2 + "/pages/{page}", _deleting("page")),
    *content_details("page", V2 + "/pages/{page}"),
    ("GET", V2 + "/spaces/{space}/blogposts", list_posts),
    ("GET", V2 + "/blogposts", list_posts),
    ("POST", V2 + "/blogposts", create_post),
    ("GET", V2 + "/blogposts/{page}", get_post),
    ("PUT", V2 + "/blogposts/{page}", _updating("blogpost")),
    ("DELETE", V2 + "/blogposts/{page}", _deleting("blogpost")),
    *content_details("blogpost", V2 + "/blogposts/{page}"),
]
