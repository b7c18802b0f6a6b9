"""v2's comments: at the foot of a page, at a passage, and replies (docs/confluence-api.md#comments)."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.bodies import LIST_FORMS, SINGLE_FORMS, bodies_of, body_in
from publisher.sandbox.cloud.answers import one, paged, version_value
from publisher.sandbox.http import (
    V2,
    Handler,
    Table,
    attachment_id,
    bad,
    not_found,
    number_of,
    object_in,
    optional_id,
    query_choice,
    read_json,
    store_of,
    text_in,
    version_in,
)
from publisher.sandbox.store import Refused, Row

_SORTS = {"created-date": "created", "modified-date": "created"}
_RESOLUTIONS = ("resolved", "open", "dangling", "reopened")


def comment_version(row: Row) -> Row:
    names = {"number": row["version"], "message": "", "minor": 0, "editor": row["author"], "created": row["created"]}
    return version_value(names)


def comment_value(request: Request, row: Row, known: tuple[str, ...] = LIST_FORMS) -> Row:
    page = store_of(request).content(row["page"])
    forms = query_choice(request, "body-format", known)[:1] or ["storage"]
    holder = {"page": "pageId", "blogpost": "blogPostId"}.get(page["kind"], "customContentId")
    value: Row = {
        "id": str(row["id"]),
        "status": "current",
        "title": "Re: " + page["title"],
        holder: str(row["page"]),
        "version": comment_version(row),
        "body": bodies_of(request, {**page, "body": row["body"], "document": None}, forms),
        "_links": {"webui": f"/pages/viewpage.action?pageId={row['page']}&focusedCommentId={row['id']}"},
    }
    if row["parent"] is not None:
        value["parentCommentId"] = str(row["parent"])
        value.pop(holder)
    if row["ref"] is not None:
        value["resolutionStatus"] = row["resolution"]
        value["properties"] = {"inlineMarkerRef": row["ref"], "inlineOriginalSelection": row["selection"]}
    return value


def below(kind: str, *, inline: bool) -> Handler:
    """The comments of a page or post."""

    async def handle(request: Request) -> Response:
        row = store_of(request).page(number_of(request, "page"), kind)
        wanted = query_choice(request, "resolution-status", _RESOLUTIONS) if inline else []
        rows = store_of(request).comments(row["id"], inline=inline)
        rows = [item for item in rows if not wanted or item["resolution"] in wanted]
        return paged(request, rows, lambda item: comment_value(request, item), sorts=_SORTS)

    return handle


async def list_on_attachment(request: Request) -> Response:
    store_of(request).attachment(attachment_id(request.path_params["attachment"]))
    return paged(request, [])


def _reading(*, inline: bool) -> Callable[[Request], Row]:
    def read(request: Request) -> Row:
        row = store_of(request).comment(number_of(request, "comment"))
        if store_of(request).is_inline(row) != inline:
            raise not_found("comment", row["id"])
        return row

    return read


def _creating(*, inline: bool) -> Handler:
    async def create(request: Request) -> Response:
        data, store = await read_json(request), store_of(request)
        text = body_in(request, data)[0] or ""
        parent = optional_id(data.get("parentCommentId"), "parentCommentId")
        page = optional_id(data.get("pageId"), "pageId") or optional_id(data.get("blogPostId"), "blogPostId")
        page = page or optional_id(data.get("customContentId"), "customContentId")
        if parent is not None:
            if store.is_inline(store.comment(parent)) != inline:
                raise not_found("comment", parent)
            return one(comment_value(request, store.create_reply(parent, text)), request, 201)
        if page is None:
            raise bad("pageId, blogPostId or parentCommentId is required")
        if not inline:
            return one(comment_value(request, store.create_footer_comment(page, text)), request, 201)
        chosen = object_in(data, "inlineCommentProperties")
        index, count = chosen.get("textSelectionMatchIndex", 0), chosen.get("textSelectionMatchCount", 1)
        if not all(isinstance(number, int) and 0 <= number < 10_000 for number in (index, count)):
            raise bad("textSelectionMatchIndex and textSelectionMatchCount must be numbers")
        selection = {"text": text_in(chosen, "textSelection"), "index": index}
        return one(comment_value(request, store.create_inline_comment(page, text, selection)), request, 201)

    return create


def _details(base: str, read: Callable[[Request], Row]) -> Table:
    """Versions and operations of one comment."""

    async def versions(request: Request) -> Response:
        return paged(request, [comment_version(read(request))])

    async def version(request: Request) -> Response:
        row, wanted = read(request), number_of(request, "number")
        if wanted != row["version"]:
            raise Refused(404, "NOT_FOUND", f"Cannot find version [{wanted}]")
        return JSONResponse(comment_version(row))

    async def operations(request: Request) -> Response:
        read(request)
        return JSONResponse(
            {"operations": [{"operation": name, "targetType": "comment"} for name in ("read", "delete")]}
        )

    return [
        ("GET", base + "/{comment}/versions", versions),
        ("GET", base + "/{comment}/versions/{number}", version),
        ("GET", base + "/{comment}/operations", operations),
    ]


def _table(part: str, *, inline: bool) -> Table:
    read = _reading(inline=inline)

    async def listing(request: Request) -> Response:
        rows = store_of(request).all_comments(inline=inline)
        return paged(request, rows, lambda row: comment_value(request, row), sorts=_SORTS)

    async def get(request: Request) -> Response:
        return one(comment_value(request, read(request), SINGLE_FORMS), request)

    async def update(request: Request) -> Response:
        data, row = await read_json(request), read(request)
        change = {"version": version_in(data), "text": body_in(request, data)[0]}
        if inline and "resolved" in data:
            if not isinstance(data["resolved"], bool):
                raise bad("resolved must be true or false")
            change["resolved"] = data["resolved"]
        return one(comment_value(request, store_of(request).update_comment(row["id"], change)), request)

    async def delete(request: Request) -> Response:
        store_of(request).delete_comment(read(request)["id"])
        return Response(status_code=204)

    async def replies(request: Request) -> Response:
        rows = store_of(request).replies(read(request)["id"])
        return paged(request, rows, lambda row: comment_value(request, row), sorts=_SORTS)

    base = f"{V2}/{part}"
    return [
        ("GET", base, listing),
        ("POST", base, _creating(inline=inline)),
        ("GET", base + "/{comment}", get),
        ("PUT", base + "/{comment}", update),
        ("DELETE", base + "/{comment}", delete),
        ("GET", base + "/{comment}/children", replies),
        *_details(base, read),
    ]


COMMENT_TABLE: Table = [
    *_table("footer-comments", inline=False),
    *_table("inline-comments", inline=True),
    ("GET", V2 + "/pages/{page}/inline-comments", below("page", inline=True)),
    ("GET", V2 + "/pages/{page}/footer-comments", below("page", inline=False)),
    ("GET", V2 + "/blogposts/{page}/inline-comments", below("blogpost", inline=True)),
    ("GET", V2 + "/blogposts/{page}/footer-comments", below("blogpost", inline=False)),
    ("GET", V2 + "/custom-content/{page}/footer-comments", below("custom", inline=False)),
    ("GET", V2 + "/attachments/{attachment}/footer-comments", list_on_attachment),
]
