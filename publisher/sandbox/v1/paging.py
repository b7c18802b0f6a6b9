"""v1's lists: offsets, or cursors where it has them, and a ``next`` relative to the context (docs/confluence-api.md#paging)."""

import base64
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.http import bad, query_list, query_number, service_of, site_of
from publisher.sandbox.store import Row

_MOST = {"plain": 200, "bodies": 50}  # rows of one answer (docs/confluence-api.md#row-limits)
_LAST = 2**31 - 1


def envelope(rows: list[Any], limit: int = 25) -> Row:
    """A list within a value."""
    return {"results": rows, "start": 0, "limit": limit, "size": len(rows), "_links": {}}


def context_of(request: Request) -> str:
    return "/wiki" if service_of(request).is_cloud else "/confluence"


def paged(
    request: Request, rows: list[Row], *, cursor: bool = False, default: int = 25, total: bool = False
) -> Response:
    """With bodies fewer rows than were asked for. ``total``: how many there are in all goes with it, as in searches."""
    start, limit = place_of(request, default, cursor=cursor)
    context = context_of(request)
    links: Row = {"base": site_of(request), "context": context, "self": str(request.url)}
    if start + limit < len(rows):
        query = [item for item in request.query_params.multi_items() if item[0] not in {"start", "cursor", "limit"}]
        place = base64.urlsafe_b64encode(str(start + limit).encode()).decode() if cursor else str(start + limit)
        text = urlencode([*query, ("limit", str(limit)), ("cursor" if cursor else "start", place)])
        links["next"] = f"{request.url.path.removeprefix(context)}?{text}"
    chosen = rows[start : start + limit]
    value: Row = {"results": chosen, "start": start, "limit": limit, "size": len(chosen), "_links": links}
    if total:
        cql = request.query_params.get("cql", "")
        value |= {"totalSize": len(rows), "cqlQuery": cql, "searchDuration": 1, "archivedResultCount": 0}
    return JSONResponse(value)


def place_of(request: Request, default: int = 25, *, cursor: bool = False) -> tuple[int, int]:
    """(start, limit)."""
    bodies = any(name.startswith(("body.", "content.body.")) for name in query_list(request, "expand"))
    limit = min(query_number(request, "limit", default, 0, _LAST), _MOST["bodies" if bodies else "plain"])
    given = request.query_params.get("cursor", "")
    if not (cursor and given):
        return query_number(request, "start", 0, 0, _LAST), limit or default
    try:
        start = int(base64.urlsafe_b64decode(given))
    except ValueError:
        start = -1
    if not 0 <= start <= _LAST:
        raise bad("The cursor is not one of this list")
    return start, limit or default
