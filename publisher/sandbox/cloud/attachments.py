"""v2's attachments: read and deleted; v1 writes them (docs/confluence-api.md#attachments)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.cloud.answers import attachment_value, label_value, one, paged
from publisher.sandbox.cloud.pages import refuse_kind
from publisher.sandbox.http import (
    V2,
    Table,
    attachment_id,
    number_of,
    query_choice,
    query_flag,
    query_list,
    service_of,
    store_of,
)
from publisher.sandbox.store import Refused, Row

_SORTS = {"created-date": "created", "modified-date": "created", "title": "name"}
_STATUSES = ("current", "archived", "trashed")


def _listed(request: Request, page: int | None) -> Response:
    statuses = query_choice(request, "status", _STATUSES) or ["current", "archived"]
    rows, query = store_of(request).attachments(page, statuses), request.query_params
    names, media = {query["filename"]} if "filename" in query else set(), set(query_list(request, "mediaType"))
    rows = [row for row in rows if (not names or row["name"] in names) and (not media or row["media"] in media)]
    return paged(request, rows, attachment_value, default=50, sorts=_SORTS)


async def list_all(request: Request) -> Response:
    return _listed(request, None)


async def list_below(request: Request) -> Response:
    return _listed(request, store_of(request).content(number_of(request, "page"))["id"])


def _row(request: Request) -> Row:
    row = store_of(request).attachment(attachment_id(request.path_params["attachment"]))
    wanted = query_choice(request, "status", (*_STATUSES, "any"))
    if row["status"] == "trashed" and service_of(request).hides_trash and not {"trashed", "any"} & set(wanted):
        raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{row['id']}]")
    return row


async def get_attachment(request: Request) -> Response:
    return one(attachment_value(_row(request)), request)


async def delete_attachment(request: Request) -> Response:
    number = attachment_id(request.path_params["attachment"])
    store_of(request).delete_attachment(number, purge=query_flag(request, "purge"))
    return Response(status_code=204)


async def list_versions(request: Request) -> Response:
    return paged(request, [attachment_value(_row(request))["version"]])


async def get_version(request: Request) -> Response:
    row, wanted = _row(request), number_of(request, "number")
    if row["version"] != wanted:
        raise Refused(404, "NOT_FOUND", f"Cannot find version [{wanted}]")
    return JSONResponse(attachment_value(row)["version"])


async def list_labels(request: Request) -> Response:
    return paged(request, store_of(request).labels(_row(request)["id"]), label_value)


async def list_operations(request: Request) -> Response:
    _row(request)
    return JSONResponse(
        {"operations": [{"operation": name, "targetType": "attachment"} for name in ("read", "delete")]}
    )


_ONE = V2 + "/attachments/{attachment}"
ATTACHMENT_TABLE: Table = [
    ("GET", V2 + "/attachments", list_all),
    ("GET", V2 + "/pages/{page}/attachments", refuse_kind("page", list_below)),
    ("GET", V2 + "/blogposts/{page}/attachments", refuse_kind("blogpost", list_below)),
    ("GET", V2 + "/custom-content/{page}/attachments", refuse_kind("custom", list_below)),
    ("GET", _ONE, get_attachment),
    ("DELETE", _ONE, delete_attachment),
    ("GET", _ONE + "/versions", list_versions),
    ("GET", _ONE + "/versions/{number}", get_version),
    ("GET", _ONE + "/labels", list_labels),
    ("GET", _ONE + "/operations", list_operations),
]
