"""v2's properties of all that can hold them (docs/confluence-api.md#properties)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.cloud.answers import paged, property_value
from publisher.sandbox.http import (
    V2,
    Handler,
    Table,
    attachment_id,
    number_of,
    read_json,
    store_of,
    text_in,
    to_id,
    version_in,
)
from publisher.sandbox.store import Row

#: Part of the path → what holds the properties.
_HOLDERS = {
    "pages": "page", "blogposts": "blogpost", "attachments": "attachment", "comments": "comment", "spaces": "space",
    "custom-content": "custom", "folders": "folder", "whiteboards": "whiteboard", "databases": "database", "embeds": "embed",
}  # fmt: skip


def _holder_of(request: Request, kind: str) -> int:
    text = request.path_params["holder"]
    if kind != "attachment":
        return to_id(text)
    number = attachment_id(text)
    store_of(request).attachment(number)
    return number


def _handlers(kind: str) -> dict[str, Handler]:
    """The handlers for what one kind holds."""

    async def listing(request: Request) -> Response:
        key = request.query_params.get("key")
        rows = store_of(request).properties(_holder_of(request, kind), key, kind)
        return paged(request, rows, property_value, sorts={"key": "key"})

    async def create(request: Request) -> Response:
        data = await read_json(request)
        number, key = _holder_of(request, kind), text_in(data, "key")
        row = store_of(request).create_property(number, key, data.get("value"), kind)
        return JSONResponse(property_value(row), 201 if kind == "space" else 200)

    async def get(request: Request) -> Response:
        return JSONResponse(property_value(_find(request)))

    async def update(request: Request) -> Response:
        data, row = await read_json(request), _find(request)
        text_in(data, "key", row["key"])
        changed = store_of(request).update_property(
            _holder_of(request, kind), row["id"], data.get("value"), version_in(data), kind
        )
        return JSONResponse(property_value(changed))

    async def delete(request: Request) -> Response:
        store_of(request).delete_property(_holder_of(request, kind), _find(request)["id"], kind)
        return Response(status_code=204)

    def _find(request: Request) -> Row:
        return store_of(request).property(_holder_of(request, kind), number_of(request, "property"), kind)

    return {"list": listing, "create": create, "get": get, "update": update, "delete": delete}


def _table() -> Table:
    found: Table = []
    for part, kind in _HOLDERS.items():
        made, base = _handlers(kind), f"{V2}/{part}/{{holder}}/properties"
        found += [
            ("GET", base, made["list"]),
            ("POST", base, made["create"]),
            ("GET", base + "/{property}", made["get"]),
            ("PUT", base + "/{property}", made["update"]),
            ("DELETE", base + "/{property}", made["delete"]),
        ]
    return found


PROPERTY_TABLE = _table()
