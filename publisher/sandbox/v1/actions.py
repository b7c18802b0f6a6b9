"""v1's searches, moves, copies, long tasks and what the site says of itself."""

import html
import json
import re
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.bodies import VIEW_FORMS, bodies_of, body_in
from publisher.sandbox.http import (
    bad,
    list_in,
    not_found,
    number_of,
    object_in,
    query_choice,
    read_json,
    service_of,
    site_of,
    store_of,
    text_in,
    to_id,
)
from publisher.sandbox.site import CLOUD_ID
from publisher.sandbox.store import Refused, Row
from publisher.sandbox.store.cql import search_content
from publisher.sandbox.v1.content import content_of, single, space_of
from publisher.sandbox.v1.paging import paged
from publisher.sandbox.v1.people import user_rows
from publisher.sandbox.v1.shape import WRITTEN_DEFAULT, Asked, asked, content_value, space_value

_USER_FIELD = re.compile(r"user(?:\.fullname)?\s*[~=]\s*\"([^\"]*)\"")


# Searches


async def search_for_content(request: Request) -> Response:
    about = asked(request)
    rows = search_content(store_of(request), request.query_params.get("cql", ""))
    values = [content_value(about, row) for row in rows if "key" not in row]
    return paged(request, values, cursor=service_of(request).is_cloud, total=True)


async def search(request: Request) -> Response:
    """Rows wrap the content, and on Cloud only the cursor of `_links.next` leads on (docs/confluence-api.md#pages)."""
    cql, cloud = request.query_params.get("cql", ""), service_of(request).is_cloud
    if not cloud and (term := _USER_FIELD.search(cql)):
        return user_rows(request, term[1])
    about = asked(request)
    query_choice(request, "excerpt", ("highlight", "indexed", "none", "highlight_unescaped", "indexed_unescaped"))
    rows = [_row_value(about, row) for row in search_content(store_of(request), cql)]
    return paged(request, rows, cursor=cloud, total=True)


def _row_value(about: Asked, row: Row) -> Row:
    """A row of a search: a space (it has a key), or content."""
    common: Row = {
        "iconCssClass": "aui-icon content-type-page",
        "friendlyLastModified": "",
        "score": 0.0,
        "breadcrumbs": [],
        "resultParentContainer": {"title": "", "displayUrl": ""},
    }
    if "key" in row:
        value = space_value(about.below("space"), row)
        named = {"space": value, "title": html.escape(row["name"]), "excerpt": "", "url": value["_links"]["webui"]}
        more = {"entityType": "space", "lastModified": row["created"] or "2026-01-01T00:00:00.000Z"}
        return {**common, **named, **more, "resultGlobalContainer": {"title": row["name"], "displayUrl": named["url"]}}
    content = content_value(about.below("content"), row)
    space = about.store.space(row["space"]) or {}
    shown = space_value(Asked(about.request, frozenset()), space)
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", row["body"])).split())
    return {
        **common,
        "content": content,
        "title": html.escape(row["title"]),
        "excerpt": text[:300],
        "url": content["_links"]["webui"],
        "resultGlobalContainer": {"title": space.get("name", ""), "displayUrl": shown["_links"]["webui"]},
        "entityType": "content",
        "lastModified": row["modified"],
    }


# Moves, copies, long tasks


async def move_page(request: Request) -> Response:
    where, store = request.path_params["where"], store_of(request)
    if where not in {"before", "after", "append"}:
        raise Refused(400, "BAD_REQUEST", f"Invalid position {where[:40]}")
    store.move_page(content_of(request)["id"], where, number_of(request, "target"))
    return JSONResponse({"pageId": request.path_params["content"]})


async def archive_pages(request: Request) -> Response:
    ids = [item.get("id") if isinstance(item, dict) else None for item in list_in(await read_json(request), "pages")]
    if not ids or len(ids) > 300 or not all(isinstance(item, int) and not isinstance(item, bool) for item in ids):
        raise Refused(400, "", "pages must name 1 to 300 numeric ids")
    return _accepted(store_of(request).archive_pages([to_id(item) for item in ids]))


def _accepted(task: int) -> Response:
    return JSONResponse({"id": str(task), "links": {"status": f"/rest/api/longtask/{task}"}}, 202)


async def delete_tree(request: Request) -> Response:
    return _accepted(store_of(request).delete_tree(content_of(request)["id"]))


async def get_task(request: Request) -> Response:
    done = store_of(request).poll_task(number_of(request, "task"))
    return JSONResponse(
        {
            "id": request.path_params["task"],
            "name": {"key": "com.atlassian.confluence.longtask", "args": []},
            "elapsedTime": 1,
            "percentageComplete": 100 if done else 50,
            "finished": done,
            "successful": done,
            "messages": [],
            "status": "COMPLETE" if done else "IN_PROGRESS",
            "errors": [],
            "additionalDetails": {},
            "_links": {"base": site_of(request), "self": str(request.url)},
        }
    )


async def copy_page(request: Request) -> Response:
    """One page, with what is asked for, below a page, into a space, or over a page."""
    data, row, store = await read_json(request), content_of(request), store_of(request)
    target = object_in(data, "destination")
    kind, value = text_in(target, "type"), text_in(target, "value")
    title = text_in(data, "pageTitle", row["title"])
    if kind in {"parent_page", "parent_content"}:
        parent: Row | None = store.content(to_id(value, "destination.value"))
        space = (parent or {})["space"]
    elif kind == "space":
        parent, space = None, space_of(request, value)["id"]
    else:
        raise bad("destination.type must be parent_page, parent_content or space")
    fields = {"title": title, "body": row["body"], "parent": parent["id"] if parent else None}
    made = store.create_page(space, fields)
    _copy_details(request, data, row["id"], made["id"])
    return single(request, content_value(asked(request, WRITTEN_DEFAULT), made))


def _copy_details(request: Request, data: Row, source: int, target: int) -> None:
    store = store_of(request)
    if data.get("copyLabels") is True:
        store.add_labels(target, [row["name"] for row in store.labels(source)])
    if data.get("copyProperties") is True:
        for row in store.properties(source, None, "content"):
            store.create_property(target, row["key"], json.loads(row["value"]), "content")
    if data.get("copyAttachments") is True:
        for row in store.attachments(source):
            bytes_, media = store.attachment_data(source, row["id"])
            upload = {"name": row["name"], "media": media, "comment": row["comment"], "data": bytes_}
            store.put_attachment(target, upload, replace=False)


# Conversions, and the site


async def convert_body(request: Request) -> Response:
    """`/contentbody/convert/{to}`: storage or ADF as a view, storage or ADF."""
    data, to = await read_json(request), request.path_params["to"]
    return JSONResponse({**_converted(request, data, to), "_expandable": {}, "_links": {"base": site_of(request)}})


def _converted(request: Request, data: Row, to: str) -> Row:
    body, document = body_in(
        request, {"body": {"value": data.get("value"), "representation": data.get("representation")}}
    )
    known = ("storage", "editor", *VIEW_FORMS, *(("atlas_doc_format",) if service_of(request).is_cloud else ()))
    if body is None or to not in known:
        raise bad("value, representation and a known form are required")
    spaces = store_of(request).spaces()
    row = {"id": 0, "space": spaces[0]["id"] if spaces else 0, "body": body, "document": document}
    if to in VIEW_FORMS:
        raise Refused(501, "NOT_IMPLEMENTED", "The sandbox does not render bodies of no page")
    value: Row = bodies_of(request, row, [to])[to]
    return value


async def start_conversion(request: Request) -> Response:
    result = _converted(request, await read_json(request), request.path_params["to"])
    number = str(uuid.uuid4())
    request.app.state.conversions[number] = result
    return JSONResponse({"asyncId": number})


async def get_conversion(request: Request) -> Response:
    number = request.path_params["number"]
    if number not in request.app.state.conversions:
        raise not_found("conversion", number[:100])
    return JSONResponse({**request.app.state.conversions[number], "status": "COMPLETED"})


async def system_info(request: Request) -> Response:
    known = {
        "cloudId": CLOUD_ID,
        "commitHash": "sandbox",
        "baseUrl": site_of(request),
        "fallbackBaseUrl": site_of(request),
    }
    more = {"edition": "STANDARD", "siteTitle": "Sandbox", "defaultLocale": "en_GB", "defaultTimeZone": "UTC"}
    return JSONResponse({**known, **more, "microsPerimeter": "commercial"})


async def server_info(request: Request) -> Response:
    """Data Center says its version here."""
    version = service_of(request).version
    number = "".join(part.zfill(2) for part in version.split("."))
    return JSONResponse({"version": version, "buildNumber": number, "baseUrl": site_of(request), "title": "Sandbox"})


async def manifest(request: Request) -> Response:
    """The application links' manifest, which names the version of old and new servers alike, in XML."""
    version, base = service_of(request).version, site_of(request)
    text = (
        "<?xml version='1.0' encoding='UTF-8'?><manifest><id>5a6dbb0c</id><name>Sandbox</name><typeId>confluence</typeId>"
        f"<version>{html.escape(version)}</version><buildNumber>{html.escape(version.replace('.', '0'))}</buildNumber>"
        f"<url>{html.escape(base)}</url></manifest>"
    )
    return Response(text, media_type="application/xml")
