"""Actions older than the REST API that clients still call: moving a page, removing an attachment."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.http import bad, store_of, to_id, xsrf_checked
from publisher.sandbox.store import Refused, Row
from publisher.sandbox.v1.content import space_of

_POSITIONS = {"above": "before", "below": "after", "append": "append"}


def _page(request: Request, name: str) -> Row:
    return store_of(request).page(to_id(request.query_params.get(name, ""), name))


async def remove_attachment(request: Request) -> Response:
    """`/json/removeattachment.action?pageId=…&fileName=…`."""
    xsrf_checked(request)
    page, name = _page(request, "pageId"), request.query_params.get("fileName", "")
    found = next((row for row in store_of(request).attachments(page["id"]) if row["name"] == name), None)
    if found is None:
        raise Refused(404, "", f"No attachment {name[:100]}")
    store_of(request).delete_attachment(found["id"])
    return JSONResponse({"success": True})


async def move_page(request: Request) -> Response:
    """`/pages/movepage.action?pageId=…&spaceKey=…&targetId=…&position=above|below|append|topLevel`."""
    xsrf_checked(request)
    page, query, store = _page(request, "pageId"), request.query_params, store_of(request)
    space = space_of(request, query.get("spaceKey", ""))
    position = query.get("position", "append")
    if position == "topLevel":
        store.move_page(page["id"], "after", space["homepage"])
    elif position not in _POSITIONS:
        raise bad(f"Invalid position {position[:40]}")
    else:
        store.move_page(page["id"], _POSITIONS[position], _target(request, space)["id"])
    return JSONResponse({"page": {"id": page["id"], "title": page["title"], "spaceKey": space["key"]}})


def _target(request: Request, space: Row) -> Row:
    if "targetId" in request.query_params:
        return _page(request, "targetId")
    title = request.query_params.get("targetTitle", "").casefold()
    rows = store_of(request).pages(["current"], space["id"])
    found = next((row for row in rows if row["title"].casefold() == title), None)
    if found is None:
        raise Refused(404, "", "The target page is not there")
    return found
