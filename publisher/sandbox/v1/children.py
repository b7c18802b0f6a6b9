"""v1: what there is below content, and its history."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.http import number_of, query_choice, query_list, query_number, read_json, store_of, text_in
from publisher.sandbox.store import MAX_ID, Refused, Row
from publisher.sandbox.v1.content import content_of, missing
from publisher.sandbox.v1.paging import envelope, paged
from publisher.sandbox.v1.shape import Asked, asked, comment_value, content_value, file_value, history_of, version_of

_KINDS = ("page", "attachment", "comment")


async def get_history(request: Request) -> Response:
    about = asked(request)
    return JSONResponse(history_of(about, content_of(request)))


async def list_children(request: Request) -> Response:
    """Kind → its list, of what is expanded."""
    about, row = asked(request), content_of(request)
    value: Row = {kind: envelope(_of_kind(about.below(kind), row, kind)) for kind in _KINDS if about.wants(kind)}
    value["_expandable"] = {
        kind: f"/rest/api/content/{row['id']}/child/{kind}" for kind in _KINDS if not about.wants(kind)
    }
    return JSONResponse(value)


def _of_kind(about: Asked, row: Row, kind: str) -> list[Row]:
    store = about.store
    if kind == "page":
        return [content_value(about, child) for child in store.children(row["id"]) if child["kind"] == "page"]
    if kind == "attachment":
        return [file_value(about, file) for file in store.attachments(row["id"])]
    rows = [item for inline in (False, True) for item in store.comments(row["id"], inline=inline)]
    return [comment_value(about, item) for item in rows]


async def list_child_pages(request: Request) -> Response:
    return paged(request, _of_kind(asked(request), content_of(request), "page"))


async def list_folders(request: Request) -> Response:
    about, row = asked(request), content_of(request)
    rows = [child for child in store_of(request).children(row["id"]) if child["kind"] == "folder"]
    return paged(request, [content_value(about, child) for child in rows])


async def list_comments(request: Request) -> Response:
    """Of a page, or the replies to a comment."""
    store, number, about = store_of(request), number_of(request, "content"), asked(request)
    wanted = query_choice(request, "location", ("inline", "footer", "resolved")) or ["inline", "footer", "resolved"]
    try:
        store.content(number)
    except Refused:
        try:
            return paged(request, [comment_value(about, row) for row in store.replies(number)])
        except Refused:
            raise missing(number) from None
    rows = [*store.comments(number, inline=False)] if "footer" in wanted else []
    for row in store.comments(number, inline=True):
        if ("resolved" if row["resolution"] == "resolved" else "inline") in wanted:
            rows.append(row)
    if query_choice(request, "depth", ("", "all", "root")) == ["all"]:
        rows = [item for row in rows for item in (row, *_below(about, row))]
    return paged(request, [comment_value(about, row) for row in rows])


def _below(about: Asked, row: Row) -> list[Row]:
    return [item for reply in about.store.replies(row["id"]) for item in (reply, *_below(about, reply))]


async def list_files(request: Request) -> Response:
    about, row, query = asked(request), content_of(request), request.query_params
    media = set(query_list(request, "mediaType"))
    rows = [
        file
        for file in store_of(request).attachments(row["id"])
        if query.get("filename") in {None, file["name"]} and (not media or file["media"] in media)
    ]
    return paged(request, [file_value(about, file) for file in rows], default=50)


async def list_descendants(request: Request) -> Response:
    about, row = asked(request), content_of(request)
    kind = request.path_params.get("kind")
    if kind is None:
        pages = [content_value(about.below("page"), page) for page in _descendants(about, row["id"])]
        found = {"page": envelope(pages)} if about.wants("page") else {}
        return JSONResponse({**found, "_expandable": {}, "_links": {}})
    if kind == "page":
        return paged(request, [content_value(about, page) for page in _descendants(about, row["id"], _depth(request))])
    if kind in {"attachment", "comment"}:
        return paged(request, _of_kind(about, row, kind))
    raise Refused(400, "", f"Unsupported content type {kind[:40]}")


def _depth(request: Request) -> int:
    """How many levels are asked for: all, root (the children) or their number, 100 at most."""
    named = {"all": MAX_ID, "root": 1}
    return named.get(request.query_params.get("depth", "all")) or query_number(request, "depth", 1, 1, 100)


def _descendants(about: Asked, number: int, levels: int = MAX_ID) -> list[Row]:
    found: list[Row] = []
    for child in about.store.children(number) if levels else ():
        found += [child] if child["kind"] == "page" else []
        found += _descendants(about, child["id"], levels - 1)
    return found


async def list_versions(request: Request) -> Response:
    about, row = asked(request), content_of(request)
    rows = about.store.versions(row["id"])
    expanded = about.wants("content")

    def value(item: Row) -> Row:
        shown = {**row, "title": item["title"], "body": item["body"], "document": None}
        return version_of(about, item) | ({"content": content_value(about.below("content"), shown)} if expanded else {})

    return paged(request, [value(item) for item in rows])


async def get_version(request: Request) -> Response:
    about, row = asked(request), content_of(request)
    wanted = number_of(request, "number")
    found = next((item for item in about.store.versions(row["id"]) if item["number"] == wanted), None)
    if found is None:
        raise missing(row["id"])
    shown = {**row, "title": found["title"], "body": found["body"], "document": None}
    more = {"content": content_value(about.below("content"), shown)} if about.wants("content") else {}
    return JSONResponse(version_of(about, found) | more)


async def restore_version(request: Request) -> Response:
    """An old version becomes the newest."""
    data, row, store = await read_json(request), content_of(request), store_of(request)
    given = data.get("params")
    params: Row = given if isinstance(given, dict) else {}
    number = params.get("versionNumber")
    if text_in(data, "operationKey") != "restore" or not isinstance(number, int) or not 0 < number <= MAX_ID:
        raise Refused(400, "", "operationKey must be restore, and params.versionNumber a number")
    old = next((item for item in store.versions(row["id"]) if item["number"] == number), None)
    if old is None:
        raise missing(row["id"])
    title = old["title"] if params.get("restoreTitle") is True else row["title"]
    fields = {
        "title": title,
        "body": old["body"],
        "version": row["version"] + 1,
        "message": text_in(params, "message", ""),
    }
    store.update_page(row["id"], fields)
    about = asked(request)
    return JSONResponse(version_of(about, store.versions(row["id"])[0]))
