"""v2's spaces, labels, tasks, custom content, people and types of ids (docs/confluence-api.md#ids, docs/confluence-api.md#pages)."""

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
    space_value,
)
from publisher.sandbox.cloud.pages import check_space, content_details, forms_of, refuse_kind
from publisher.sandbox.http import (
    V2,
    Handler,
    Table,
    bad,
    list_in,
    not_found,
    number_of,
    object_in,
    optional_id,
    query_choice,
    query_flag,
    query_ids,
    query_list,
    read_json,
    store_of,
    text_in,
    version_in,
)
from publisher.sandbox.site import user_value
from publisher.sandbox.store import ACCOUNT, MAX_ID, Refused, Row
from publisher.sandbox.store.tasks import find_tasks, set_task

_GRANTED = (
    ("read", "space"), ("create", "page"), ("create", "blogpost"), ("create", "attachment"), ("create", "comment"),
    ("delete", "page"), ("delete", "attachment"),
)  # fmt: skip


# Spaces


async def list_spaces(request: Request) -> Response:
    keys = {key.casefold() for key in query_list(request, "keys")}
    ids = query_ids(request, "ids")
    types, statuses = query_list(request, "type"), query_choice(request, "status", ("current", "archived"))
    rows = [
        row
        for row in store_of(request).spaces()
        if (not keys or row["key"].casefold() in keys) and (not ids or row["id"] in ids)
    ]
    rows = [row for row in rows if not types or space_value(row)["type"] in types]
    rows = [] if statuses == ["archived"] else rows
    return paged(request, rows, space_value, sorts={"id": "id", "key": "key", "name": "name"})


def _space(request: Request) -> Row:
    number = number_of(request, "space")
    row = store_of(request).space(number)
    if row is None:
        raise not_found("space", number)
    return row


async def get_space(request: Request) -> Response:
    return one(space_value(_space(request)), request)


async def create_space(request: Request) -> Response:
    data = await read_json(request)
    key, name = text_in(data, "key", text_in(data, "alias", "")), text_in(data, "name")
    if not key or not name or len(key) > 255:
        raise bad("name and key are required")
    if any(row["key"].casefold() == key.casefold() for row in store_of(request).spaces()):
        raise Refused(400, "BAD_REQUEST", f"A space with key {key} already exists")
    return one(space_value(store_of(request).create_space(key, name)), request, 201)


async def list_space_labels(request: Request) -> Response:
    _space(request)
    return paged(request, [])


async def list_content_labels(request: Request) -> Response:
    space, store = _space(request), store_of(request)
    pages = store.pages(["current"], space["id"], None, ("page", "blogpost"))
    found = {label["name"]: label for page in pages for label in store.labels(page["id"])}
    return paged(request, sorted(found.values(), key=lambda row: row["id"]), label_value)


async def list_permissions(request: Request) -> Response:
    _space(request)
    principal = {"type": "user", "id": ACCOUNT}
    rows = [
        {"id": str(number), "principal": principal, "operation": {"key": key, "targetType": target}}
        for number, (key, target) in enumerate(_GRANTED, 1)
    ]
    return paged(request, rows)


async def list_operations(request: Request) -> Response:
    _space(request)
    return JSONResponse({"operations": [{"operation": key, "targetType": target} for key, target in _GRANTED]})


# Labels


async def list_all_labels(request: Request) -> Response:
    prefixes = query_choice(request, "prefix", ("my", "team", "global", "system"))
    ids = query_ids(request, "label-id")
    rows = store_of(request).all_labels() if not prefixes or "global" in prefixes else []
    return paged(
        request,
        [row for row in rows if not ids or row["id"] in ids],
        label_value,
        sorts={"id": "id", "name": "name", "created-date": "id"},
    )


def _labelled(kind: str) -> Handler:
    async def handle(request: Request) -> Response:
        store, number = store_of(request), number_of(request, "label")
        name = next((row["name"] for row in store.all_labels() if row["id"] == number), None)
        if name is None:
            raise not_found("label", number)
        spaces, forms = query_ids(request, "space-id", 100), forms_of(request, LIST_FORMS)
        rows = [
            row
            for row in store.pages(["current"], None, None, (kind,))
            if name in {label["name"] for label in store.labels(row["id"])} and (not spaces or row["space"] in spaces)
        ]
        shape = page_value if kind == "page" else post_value
        return paged(request, rows, lambda row: shape(request, row, forms), sorts=CONTENT_SORTS)

    return handle


async def list_labelled_attachments(request: Request) -> Response:
    number = number_of(request, "label")
    if all(row["id"] != number for row in store_of(request).all_labels()):
        raise not_found("label", number)
    return paged(request, [])


# Tasks

_TASK_FILTERS = {
    "task-id": "id", "page-id": "pageId", "blogpost-id": "blogPostId", "space-id": "spaceId", "created-by": "createdBy",
    "assigned-to": "assignedTo", "completed-by": "completedBy",
}  # fmt: skip


async def list_tasks(request: Request) -> Response:
    query_choice(request, "body-format", LIST_FORMS)
    wanted = {field: set(query_list(request, name)) for name, field in _TASK_FILTERS.items()}
    wanted["status"] = set(query_choice(request, "status", ("complete", "incomplete")))
    rows = [
        task
        for page in store_of(request).pages(["current"], None, None, ("page", "blogpost"))
        for task in find_tasks(page)
        if all(not values or str(task.get(field)) in values for field, values in wanted.items())
    ]
    return paged(request, rows)


def _task(request: Request) -> tuple[Row, Row]:
    """(page, task)."""
    wanted = str(number_of(request, "task"))
    for page in store_of(request).pages(["current"], None, None, ("page", "blogpost")):
        for task in find_tasks(page):
            if task["id"] == wanted:
                return page, task
    raise not_found("task", wanted)


async def get_task(request: Request) -> Response:
    return JSONResponse(_task(request)[1])


async def update_task(request: Request) -> Response:
    status = text_in(await read_json(request), "status")
    if status not in {"complete", "incomplete"}:
        raise bad("status must be complete or incomplete")
    page, task = _task(request)
    store_of(request).set_body(page["id"], set_task(page["body"], task["localId"], status))
    return JSONResponse(_task(request)[1])


# Custom content


def _custom_value(request: Request, row: Row, forms: list[str]) -> Row:
    return {**post_value(request, row, forms), "type": row["subtype"]}


def _custom_rows(request: Request) -> list[Row]:
    kind = query_list(request, "type")
    if not kind:
        raise bad("type is required")
    ids, spaces = query_ids(request, "id"), query_ids(request, "space-id", 100)
    space = number_of(request, "space") if "space" in request.path_params else None
    if space is not None:
        check_space(request, space)
    rows = store_of(request).pages(["current"], space, ids or None, ("custom",))
    return [row for row in rows if row["subtype"] in kind and (not spaces or row["space"] in spaces)]


async def list_custom(request: Request) -> Response:
    forms = forms_of(request, (*LIST_FORMS, RAW))
    return paged(request, _custom_rows(request), lambda row: _custom_value(request, row, forms), sorts=CONTENT_SORTS)


async def create_custom(request: Request) -> Response:
    data = await read_json(request)
    space = optional_id(data.get("spaceId"), "spaceId")
    holder = optional_id(data.get("pageId"), "pageId") or optional_id(data.get("blogPostId"), "blogPostId")
    if space is None and holder is not None:
        space = store_of(request).content(holder)["space"]
    if space is None:
        raise bad("spaceId, pageId, blogPostId or customContentId is required")
    body, document = body_in(request, data)
    fields = {"title": text_in(data, "title"), "body": body or "", "document": document, "kind": "custom"}
    row = store_of(request).create_page(space, {**fields, "subtype": text_in(data, "type")})
    return one(_custom_value(request, row, ["storage"]), request, 201)


async def get_custom(request: Request) -> Response:
    row = store_of(request).page(number_of(request, "page"), "custom")
    return one(_custom_value(request, row, forms_of(request, (*SINGLE_FORMS, RAW))), request)


async def update_custom(request: Request) -> Response:
    data, number = await read_json(request), number_of(request, "page")
    store_of(request).page(number, "custom")
    body, document = body_in(request, data)
    fields = {"title": text_in(data, "title"), "body": body, "document": document, "version": version_in(data)}
    message = text_in(object_in(data, "version"), "message", "")
    row = store_of(request).update_page(number, {**fields, "message": message})
    return one(_custom_value(request, row, ["storage"]), request)


async def delete_custom(request: Request) -> Response:
    row = store_of(request).page(number_of(request, "page"), "custom")
    store_of(request).delete_page(row["id"], purge=query_flag(request, "purge"))
    return Response(status_code=204)


async def list_nothing(request: Request) -> Response:
    store_of(request).content(number_of(request, "page"))
    return paged(request, [])


# People, types of ids


async def users_bulk(request: Request) -> Response:
    wanted = list_in(await read_json(request), "accountIds")
    if not wanted or len(wanted) > 250 or not all(isinstance(item, str) for item in wanted):
        raise bad("accountIds must name 1 to 250 accounts")
    user = user_value(ACCOUNT, cloud=True)
    found = {name: user[name] for name in ("accountId", "displayName", "email", "publicName", "accountType")}
    found |= {"accountStatus": "active", "timeZone": "UTC"}
    return JSONResponse({"results": [found] if ACCOUNT in wanted else []})


async def convert_ids(request: Request) -> Response:
    found: dict[str, str | None] = {}
    wanted = list_in(await read_json(request), "contentIds")
    if not wanted or len(wanted) > 100:
        raise bad("contentIds must name 1 to 100 ids")
    for item in wanted:
        if not isinstance(item, int | str) or isinstance(item, bool):
            raise bad("contentIds holds ids, as strings or numbers")
        text = str(item)
        found[text] = (
            _type_of(request, int(text)) if text.isascii() and text.isdigit() and int(text) <= MAX_ID else None
        )
    return JSONResponse({"results": found})


def _type_of(request: Request, number: int) -> str | None:
    store = store_of(request)
    try:
        kind = store.content(number)["kind"]
        return "custom-content" if kind == "custom" else str(kind)
    except Refused:
        pass
    try:
        return "inline-comment" if store.is_inline(store.comment(number)) else "footer-comment"
    except Refused:
        pass
    try:
        return "attachment" if store.attachment(number) else None
    except Refused:
        return None


_CUSTOM = V2 + "/custom-content/{page}"
OTHER_TABLE: Table = [
    ("GET", V2 + "/spaces", list_spaces),
    ("POST", V2 + "/spaces", create_space),
    ("GET", V2 + "/spaces/{space}", get_space),
    ("GET", V2 + "/spaces/{space}/labels", list_space_labels),
    ("GET", V2 + "/spaces/{space}/content/labels", list_content_labels),
    ("GET", V2 + "/spaces/{space}/permissions", list_permissions),
    ("GET", V2 + "/spaces/{space}/operations", list_operations),
    ("GET", V2 + "/spaces/{space}/custom-content", list_custom),
    ("GET", V2 + "/labels", list_all_labels),
    ("GET", V2 + "/labels/{label}/pages", _labelled("page")),
    ("GET", V2 + "/labels/{label}/blogposts", _labelled("blogpost")),
    ("GET", V2 + "/labels/{label}/attachments", list_labelled_attachments),
    ("GET", V2 + "/tasks", list_tasks),
    ("GET", V2 + "/tasks/{task}", get_task),
    ("PUT", V2 + "/tasks/{task}", update_task),
    ("GET", V2 + "/custom-content", list_custom),
    ("POST", V2 + "/custom-content", create_custom),
    ("GET", _CUSTOM, get_custom),
    ("PUT", _CUSTOM, update_custom),
    ("DELETE", _CUSTOM, delete_custom),
    ("GET", _CUSTOM + "/children", refuse_kind("custom", list_nothing)),
    *content_details("custom", _CUSTOM)[:4],
    ("GET", V2 + "/pages/{page}/custom-content", refuse_kind("page", list_nothing)),
    ("GET", V2 + "/blogposts/{page}/custom-content", refuse_kind("blogpost", list_nothing)),
    ("POST", V2 + "/users-bulk", users_bulk),
    ("POST", V2 + "/content/convert-ids-to-types", convert_ids),
]
