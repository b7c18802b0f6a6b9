"""v2's values: lists with cursors, and each kind of content as Confluence writes it (docs/confluence-api.md#paging, docs/confluence-api.md#folders)."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.bodies import bodies_of
from publisher.sandbox.http import bad, query_choice, query_number, site_of, store_of
from publisher.sandbox.site import file_id, webui_of
from publisher.sandbox.store import ACCOUNT, Row

_STARTED = "2026-01-01T00:00:00.000Z"
#: What a list of content can be sorted by → the column.
CONTENT_SORTS = {"id": "id", "created-date": "created", "modified-date": "modified", "title": "title_key"}


def paged(
    request: Request,
    rows: list[Row],
    convert: Callable[[Row], Row] = dict,
    default: int = 25,
    sorts: Mapping[str, str] | None = None,
    *,
    least: int = 1,
) -> Response:
    """A list: opaque cursor, `_links.next` and the `Link` header while there is more (docs/confluence-api.md#paging).

    ``sorts``: what the rows can be sorted by → their column; in place of their own order. ``least``: the lowest limit that is taken.
    """
    limit = query_number(request, "limit", default, least, 250)
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    bound = f"{request.url.path}?{urlencode(sorted(pair for pair in query if pair[0] != 'limit'))}"
    start = _read_cursor(request.query_params.get("cursor"), bound)
    for wanted in (
        query_choice(request, "sort", [*(sorts or ()), *(f"-{name}" for name in sorts or ())])[:1] if sorts else ()
    ):
        column = (sorts or {})[wanted.removeprefix("-")]
        rows = sorted(rows, key=lambda row: (row[column] is None, row[column]), reverse=wanted.startswith("-"))
    links: Row = {"base": site_of(request)}
    headers = {}
    if start + limit < len(rows):
        cursor = base64.urlsafe_b64encode(json.dumps([start + limit, bound]).encode()).decode()
        pairs = [*(pair for pair in query if pair[0] != "limit"), ("limit", str(limit)), ("cursor", cursor)]
        links["next"] = f"{request.url.path}?{urlencode(pairs)}"
        headers["Link"] = f'<{links["next"]}>; rel="next"'
    results = [convert(row) for row in rows[start : start + limit]]
    return JSONResponse({"results": results, "_links": links}, headers=headers)


def _read_cursor(cursor: str | None, bound: str) -> int:
    if cursor is None:
        return 0
    try:
        start, path = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError):
        start, path = 0, None
    if path != bound or not isinstance(start, int):
        raise bad("Provided cursor is not valid for this request")
    return start


def one(value: Row, request: Request, status: int = 200) -> Response:
    """A single object, which says where the site is."""
    return JSONResponse({**value, "_links": {**value.get("_links", {}), "base": site_of(request)}}, status)


def version_value(row: Row) -> Row:
    return {
        "number": row["number"],
        "message": row["message"] or "",
        "minorEdit": bool(row["minor"]),
        "authorId": row["editor"],
        "createdAt": row["created"],
    }


def content_version(row: Row) -> Row:
    """The version that a page is in."""
    names = {"number": "version", "message": "message", "minor": "minor", "editor": "editor", "created": "modified"}
    return version_value({key: row[column] for key, column in names.items()})


def page_value(request: Request, row: Row, forms: Iterable[str] = ()) -> Row:
    """``forms``: the representations of the body that go with it."""
    parent = store_of(request).content(row["parent"]) if row["parent"] else None
    space = store_of(request).space(row["space"]) or {}
    webui = webui_of(row, space, cloud=True)
    return {
        "id": str(row["id"]),
        "status": row["status"],
        "title": row["title"],
        "spaceId": str(row["space"]),
        "parentId": str(parent["id"]) if parent else None,
        "parentType": parent["kind"] if parent else None,
        "position": row["position"],
        "authorId": row["author"],
        "ownerId": row["owner"] or row["author"],
        "lastOwnerId": None,
        **({"subtype": row["subtype"]} if row["subtype"] == "live" else {}),
        "createdAt": row["created"],
        "version": content_version(row),
        "body": bodies_of(request, row, forms),
        "_links": {
            "webui": webui,
            "editui": f"/pages/resumedraft.action?draftId={row['id']}",
            "edituiv2": f"/spaces/{space.get('key')}/pages/edit-v2/{row['id']}",
            "tinyui": f"/x/{row['id']}",
        },
    }


def post_value(request: Request, row: Row, forms: Iterable[str] = ()) -> Row:
    value = page_value(request, row, forms)
    for name in ("parentId", "parentType", "position", "ownerId", "lastOwnerId"):
        value.pop(name)
    return value


def child_value(row: Row) -> Row:
    """A child in the tree, of whatever kind."""
    return {
        "id": str(row["id"]),
        "status": row["status"],
        "title": row["title"],
        "type": row["kind"],
        "spaceId": str(row["space"]),
        "childPosition": row["position"],
    }


def space_value(row: Row) -> Row:
    return {
        "id": str(row["id"]),
        "key": row["key"],
        "alias": row["key"],
        "name": row["name"],
        "type": "personal" if row["key"].startswith("~") else "global",
        "status": "current",
        "authorId": ACCOUNT,
        "createdAt": row["created"] or _STARTED,
        "homepageId": str(row["homepage"]),
        "description": None,
        "icon": None,
        "_links": {"webui": f"/spaces/{row['key']}"},
    }


def property_value(row: Row) -> Row:
    version = {"number": row["version"], "message": "", "minorEdit": False, "authorId": ACCOUNT, "createdAt": _STARTED}
    return {"id": str(row["id"]), "key": row["key"], "value": json.loads(row["value"]), "version": version}


def label_value(row: Row) -> Row:
    return {"id": str(row["id"]), "name": row["name"], "prefix": "global"}


def media_name(media: str) -> str:
    """What Confluence calls a media type for people."""
    kind, _, form = media.partition("/")
    names = {"image": f"{form.upper()} Image", "text": "Text File", "application/pdf": "PDF Document"}
    return names.get(media) or names.get(kind) or "File"


def attachment_value(row: Row) -> Row:
    number = f"att{row['id']}"
    webui = f"/pages/viewpageattachments.action?pageId={row['page']}&preview=%2F{row['page']}%2F{row['id']}"
    download = f"/rest/api/content/{row['page']}/child/attachment/{number}/download"
    return {
        "id": number,
        "status": row["status"],
        "title": row["name"],
        "createdAt": row["created"],
        "pageId": str(row["page"]),
        "mediaType": row["media"],
        "mediaTypeDescription": media_name(row["media"]),
        "comment": row["comment"],
        "fileId": file_id(row["id"]),
        "fileSize": row["size"],
        "webuiLink": webui,
        "downloadLink": download,
        "version": {
            "number": row["version"],
            "message": row["comment"],
            "minorEdit": False,
            "createdAt": row["created"],
            "authorId": ACCOUNT,
        },
        "_links": {"webui": webui, "download": download},
    }
