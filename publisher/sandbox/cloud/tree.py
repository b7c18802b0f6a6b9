"""v2's tree: children, descendants and ancestors of pages and folders, and the content that is only a place in it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.cloud.answers import child_value, one, page_value, paged
from publisher.sandbox.http import (
    V2,
    Handler,
    Table,
    bad,
    number_of,
    optional_id,
    query_number,
    read_json,
    store_of,
    text_in,
)
from publisher.sandbox.store import Row

#: Part of the path → kind.
_PLACES = {"folders": "folder", "whiteboards": "whiteboard", "databases": "database", "embeds": "embed"}
_SORTS = {
    "child-position": "position",
    "id": "id",
    "created-date": "created",
    "modified-date": "modified",
    "title": "title_key",
}


def _ancestors(kind: str) -> Handler:
    async def handle(request: Request) -> Response:
        """From the top down; of more than the limit, the nearest (docs/confluence-api.md#pages)."""
        row = store_of(request).page(number_of(request, "page"), kind)
        limit = query_number(request, "limit", 25, 1, 250)
        above = [{"id": str(up["id"]), "type": up["kind"]} for up in store_of(request).ancestors(row["id"])]
        return JSONResponse({"results": above[-limit:], "_links": {}})

    return handle


def _descendants(kind: str) -> Handler:
    async def handle(request: Request) -> Response:
        store, depth = store_of(request), query_number(request, "depth", 2, 1, 10)
        top = store.page(number_of(request, "page"), kind)["id"]
        found: list[Row] = []

        def walk(parent: int, level: int) -> None:
            for row in store.children(parent) if level <= depth else ():
                value = child_value(row)
                value.pop("spaceId")
                found.append({**value, "parentId": str(parent), "depth": level})
                walk(row["id"], level + 1)

        walk(top, 1)
        return paged(request, found)

    return handle


def _direct_children(kind: str) -> Handler:
    async def handle(request: Request) -> Response:
        row = store_of(request).page(number_of(request, "page"), kind)
        return paged(request, store_of(request).children(row["id"]), child_value, sorts=_SORTS)

    return handle


async def list_children(request: Request) -> Response:
    """Pages only; deprecated."""
    row = store_of(request).page(number_of(request, "page"))
    rows = [child for child in store_of(request).children(row["id"]) if child["kind"] == "page"]

    def value(child: Row) -> Row:
        return {name: item for name, item in child_value(child).items() if name != "type"}

    return paged(request, rows, value, sorts=_SORTS)


def _place_value(request: Request, row: Row) -> Row:
    value = page_value(request, row)
    for name in ("body", "lastOwnerId"):
        value.pop(name)
    value["_links"] = {"webui": value["_links"]["webui"]}
    return {**value, "type": row["kind"]}


def _creating(kind: str) -> Handler:
    async def create(request: Request) -> Response:
        data = await read_json(request)
        space, title = optional_id(data.get("spaceId"), "spaceId"), text_in(data, "title")
        if space is None:
            raise bad("spaceId is required")
        parent = optional_id(data.get("parentId"), "parentId")
        row = store_of(request).create_page(space, {"title": title, "parent": parent, "kind": kind})
        return one(_place_value(request, row), request)

    return create


def _getting(kind: str) -> Handler:
    async def get(request: Request) -> Response:
        return one(_place_value(request, store_of(request).page(number_of(request, "page"), kind)), request)

    return get


def _deleting(kind: str) -> Handler:
    async def delete(request: Request) -> Response:
        row = store_of(request).page(number_of(request, "page"), kind)
        store_of(request).delete_page(row["id"], purge=False)
        return Response(status_code=204)

    return delete


def _below(part: str, kind: str) -> Table:
    base = f"{V2}/{part}/{{page}}"
    return [
        ("GET", base + "/ancestors", _ancestors(kind)),
        ("GET", base + "/descendants", _descendants(kind)),
        ("GET", base + "/direct-children", _direct_children(kind)),
    ]


TREE_TABLE: Table = [
    ("GET", V2 + "/pages/{page}/children", list_children),
    *_below("pages", "page"),
    *(
        entry
        for part, kind in _PLACES.items()
        for entry in (
            ("POST", f"{V2}/{part}", _creating(kind)),
            ("GET", f"{V2}/{part}/{{page}}", _getting(kind)),
            ("DELETE", f"{V2}/{part}/{{page}}", _deleting(kind)),
            *_below(part, kind),
        )
    ),
]
