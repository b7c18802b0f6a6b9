"""v1's pages, blog posts and comments: created, found, changed, deleted (docs/confluence-api.md#pages, docs/confluence-api.md#data-center)."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.bodies import body_in
from publisher.sandbox.http import (
    attachment_id,
    list_in,
    number_of,
    object_in,
    query_choice,
    query_number,
    read_json,
    service_of,
    site_of,
    store_of,
    text_in,
    time_in,
    to_id,
    version_in,
)
from publisher.sandbox.store import MAX_ID, Refused, Row
from publisher.sandbox.v1.paging import context_of, paged
from publisher.sandbox.v1.shape import SINGLE_DEFAULT, WRITTEN_DEFAULT, asked, comment_value, content_value, file_value

_JAVA = "com.atlassian.confluence.api.service.exceptions."
_WRITTEN = {"page", "blogpost"}
_STATUSES = {"current", "trashed", "historical", "draft", "archived", "any"}


def missing(number: object) -> Refused:
    return Refused(404, "", f"No content found with id: ContentId{{id={number}}}")


def single(request: Request, value: Row) -> Response:
    """One object also says where it is."""
    links = {"base": site_of(request), "context": context_of(request), "collection": "/rest/api/content"}
    return JSONResponse({**value, "_links": {**value.get("_links", {}), **links}})


def content_of(request: Request) -> Row:
    """The content that the path names, of any kind that is no comment."""
    number = number_of(request, "content")
    try:
        return store_of(request).content(number)
    except Refused:
        raise missing(number) from None


def space_of(request: Request, key: str) -> Row:
    row = next((row for row in store_of(request).spaces() if row["key"].casefold() == key.casefold()), None)
    if row is None:
        raise Refused(404, "", f"No space with key : {key}")
    return row


@contextmanager
def _in_v1_words(title: str, key: str) -> Iterator[None]:
    """Errors of writing prefixed by the exception's class (docs/confluence-api.md#errors)."""
    try:
        yield
    except Refused as error:
        if "title already exists" in error.text:
            text = f"A page with this title already exists: A page already exists with the title {title} in the space with key {key}"
            raise Refused(400, "", f"{_JAVA}BadRequestException: {text}") from None
        if error.status == 409 and "Current Version: [" in error.text:
            found = error.text.partition("Current Version: [")[2].partition("]")[0]
            text = f"Version must be incremented on update. Current version is: {found}"
            raise Refused(409, "", f"{_JAVA}ConflictException: {text}") from None
        if error.status == 404 and "Cannot find a page" in error.text:
            number = error.text.rpartition("[")[2].rstrip("]")
            text = "The parent ID specified does not exist, or user does not have permissions to view the parent"
            raise Refused(404, "", f"{_JAVA}NotFoundException: {text}: {number}") from None
        raise


# Found


def _chosen(request: Request) -> list[Row]:
    """The content that `/content` and `/content/scan` are asked for."""
    query, store = request.query_params, store_of(request)
    key = query.get("spaceKey")
    space = space_of(request, key)["id"] if key else None
    wanted = query_choice(request, "status", _STATUSES) or ["current"]
    statuses = ["current", "trashed"] if "any" in wanted else wanted
    kind = query.get("type", "page")
    if kind not in _WRITTEN:
        if kind == "folder":
            raise Refused(501, "NOT_IMPLEMENTED", "Cannot fetch content of type folder")
        raise Refused(400, "", f"Unsupported content type {kind[:40]}")
    rows = store.pages(statuses, space, None, (kind,))
    if "title" in query:
        same = str.casefold if service_of(request).is_cloud else str
        rows = [row for row in rows if same(row["title"]) == same(query["title"])]
    if kind == "blogpost" and query.get("postingDay"):
        rows = [row for row in rows if str(row["created"])[:10] == query["postingDay"]]
    return rows


async def list_content(request: Request) -> Response:
    about = asked(request)
    return paged(request, [content_value(about, row) for row in _chosen(request)])


async def scan_content(request: Request) -> Response:
    about = asked(request)
    return paged(request, [content_value(about, row) for row in _chosen(request)], cursor=True)


async def get_content(request: Request) -> Response:
    text, store, about = request.path_params["content"], store_of(request), asked(request, SINGLE_DEFAULT)
    wanted = query_choice(request, "status", _STATUSES) or ["current"]
    if text.startswith("att"):
        return single(request, file_value(about, store.attachment(attachment_id(text))))
    number = to_id(text)
    try:
        row = store.content(number)
    except Refused:
        return single(request, _comment_or_file(request, number))
    if "historical" in wanted and "version" in request.query_params:
        return single(request, content_value(about, _at_version(request, row)))
    if "any" not in wanted and row["status"] not in wanted:
        raise missing(number)
    if wanted == ["draft"] and row["draft"] is not None:
        row = {**row, "body": row["draft"], "document": None}
    return single(request, content_value(about, row))


def _comment_or_file(request: Request, number: int) -> Row:
    about = asked(request, SINGLE_DEFAULT)
    try:
        return comment_value(about, about.store.comment(number))
    except Refused:
        pass
    try:
        return file_value(about, about.store.attachment(number))
    except Refused:
        raise missing(number) from None


def _at_version(request: Request, row: Row) -> Row:
    number = query_number(request, "version", 0, 0, MAX_ID)
    old = next((item for item in store_of(request).versions(row["id"]) if item["number"] == number), None)
    if old is None:
        raise missing(row["id"])
    names = {"title": "title", "body": "body", "version": "number", "message": "message", "modified": "created"}
    return {**row, **{ours: old[theirs] for ours, theirs in names.items()}, "document": None, "status": "historical"}


# Written


def _parent_in(data: Row) -> int | None:
    """The last of the ancestors that are sent."""
    ancestors = list_in(data, "ancestors")
    if not ancestors:
        return None
    last = ancestors[-1]
    return to_id(last.get("id"), "ancestors") if isinstance(last, dict) else to_id(last, "ancestors")


async def create_content(request: Request) -> Response:
    data, store = await read_json(request), store_of(request)
    kind = text_in(data, "type")
    if kind == "comment":
        return _create_comment(request, data)
    if kind not in _WRITTEN:
        raise Refused(501 if kind == "folder" else 400, "", f"Cannot create content of type {kind[:40]}")
    space = _space_in(request, data)
    title, parent = text_in(data, "title"), _parent_in(data)
    body, document = body_in(request, data)
    fields = {
        "title": title,
        "body": body or "",
        "document": document,
        "parent": parent,
        "kind": kind,
        "status": "draft" if data.get("status") == "draft" else "current",
        "message": text_in(object_in(data, "version"), "message", ""),
        "created": time_in(object_in(data, "history"), "createdDate"),
    }
    with _in_v1_words(title, space["key"]):
        row = store.create_page(space["id"], fields, root=parent is None)
    for key, value in object_in(object_in(data, "metadata"), "properties").items():
        store.create_property(row["id"], key, value.get("value") if isinstance(value, dict) else value, "content")
    return single(request, content_value(asked(request, WRITTEN_DEFAULT), row))


def _space_in(request: Request, data: Row) -> Row:
    space = object_in(data, "space")
    if "key" not in space and "id" in space:
        row = store_of(request).space(to_id(space["id"], "space.id"))
        if row is not None:
            return row
    return space_of(request, text_in(space, "key", ""))


def _create_comment(request: Request, data: Row) -> Response:
    store, text = store_of(request), body_in(request, data)[0] or ""
    parent = _parent_in(data)
    if parent is not None:
        row = store.create_reply(parent, text)
    else:
        row = store.create_footer_comment(to_id(object_in(data, "container").get("id"), "container.id"), text)
    return single(request, comment_value(asked(request), row))


async def update_content(request: Request) -> Response:
    data, store, number = await read_json(request), store_of(request), number_of(request, "content")
    version, body = version_in(data), body_in(request, data)
    if text_in(data, "type", "page") == "comment":
        row = store.update_comment(number, {"version": version, "text": body[0]})
        return single(request, comment_value(asked(request), row))
    row = content_of(request)
    if row["kind"] not in _WRITTEN:
        raise Refused(501, "NOT_IMPLEMENTED", f"Cannot validate update of content of type {row['kind']}")
    if data.get("type", row["kind"]) != row["kind"]:
        raise Refused(400, "", f"{_JAVA}BadRequestException: The type of content cannot be changed")
    title = text_in(data, "title", row["title"])
    fields = {
        "title": title,
        "body": body[0],
        "document": body[1],
        "parent": _parent_in(data),
        "version": version,
        "message": text_in(object_in(data, "version"), "message", ""),
        "minor": bool(object_in(data, "version").get("minorEdit")),
        "status": text_in(data, "status", "current"),
    }
    with _in_v1_words(title, (store.space(row["space"]) or {})["key"]):
        written = store.update_page(number, fields)
    return single(request, content_value(asked(request, WRITTEN_DEFAULT), written))


async def delete_content(request: Request) -> Response:
    text, store = request.path_params["content"], store_of(request)
    purge = query_choice(request, "status", _STATUSES) == ["trashed"]
    if text.startswith("att"):
        store.delete_attachment(attachment_id(text), purge=purge)
        return Response(status_code=204)
    number = to_id(text)
    try:
        row = store.content(number)
    except Refused:
        _delete_other(request, number, purge=purge)
        return Response(status_code=204)
    if row["status"] == "trashed" and not purge:
        raise missing(number)
    store.delete_page(number, purge=purge)
    return Response(status_code=204)


def _delete_other(request: Request, number: int, *, purge: bool) -> None:
    store = store_of(request)
    try:
        store.comment(number)
    except Refused:
        try:
            store.delete_attachment(number, purge=purge)
        except Refused as error:
            raise missing(number) if error.status == 404 else error from None
        return
    store.delete_comment(number)
