"""v1's properties, labels and spaces."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.http import (
    attachment_id,
    bad,
    number_of,
    query_choice,
    query_list,
    read_any,
    read_json,
    store_of,
    text_in,
    to_id,
    version_in,
)
from publisher.sandbox.store import Refused, Row
from publisher.sandbox.v1.content import content_of, missing, single, space_of
from publisher.sandbox.v1.paging import envelope, paged
from publisher.sandbox.v1.shape import asked, content_value, label_value, property_value, space_value

# Properties


def _holder(request: Request) -> tuple[int, str]:
    if "key_of_space" in request.path_params:
        return int(space_of(request, request.path_params["key_of_space"])["id"]), "space"
    text, store = request.path_params["content"], store_of(request)
    if text.startswith("att"):
        return int(store.attachment(attachment_id(text))["id"]), "attachment"
    number = number_of(request, "content")
    for kind, find in (("content", store.content), ("comment", store.comment), ("attachment", store.attachment)):
        try:
            find(number)
        except Refused:
            continue
        return number, kind
    raise missing(number)


async def list_properties(request: Request) -> Response:
    number, kind = _holder(request)
    about, keys = asked(request), set(query_list(request, "key"))
    rows = [row for row in store_of(request).properties(number, None, kind) if not keys or row["key"] in keys]
    return paged(request, [property_value(about, row) for row in rows])


async def create_property(request: Request) -> Response:
    data = await read_json(request)
    number, kind = _holder(request)
    key = request.path_params.get("key") or text_in(data, "key")
    return single(
        request, property_value(asked(request), store_of(request).create_property(number, key, data.get("value"), kind))
    )


def _property(request: Request) -> tuple[int, str, Row]:
    number, kind = _holder(request)
    rows = store_of(request).properties(number, request.path_params["key"], kind)
    if not rows:
        raise Refused(404, "", f"No property found with key {request.path_params['key'][:100]}")
    return number, kind, rows[0]


async def get_property(request: Request) -> Response:
    return single(request, property_value(asked(request), _property(request)[2]))


async def update_property(request: Request) -> Response:
    """With version 1 a property that is not there yet is created (docs/confluence-api.md#data-center)."""
    data, about = await read_json(request), asked(request)
    version = version_in(data)
    number, kind = _holder(request)
    if version == 1 and not store_of(request).properties(number, request.path_params["key"], kind):
        return await create_property(request)
    number, kind, row = _property(request)
    changed = store_of(request).update_property(number, row["id"], data.get("value"), version, kind)
    return single(request, property_value(about, changed))


async def delete_property(request: Request) -> Response:
    number, kind, row = _property(request)
    store_of(request).delete_property(number, row["id"], kind)
    return Response(status_code=204)


# Labels


def _labelled(request: Request) -> int:
    """The content or attachment in the path."""
    text = request.path_params["content"]
    if text.startswith("att"):
        return int(store_of(request).attachment(attachment_id(text))["id"])
    return int(content_of(request)["id"])


async def list_labels(request: Request) -> Response:
    number = _labelled(request)
    prefixes = query_choice(request, "prefix", ("my", "team", "global", "system"))
    rows = store_of(request).labels(number) if not prefixes or "global" in prefixes else []
    return paged(request, [label_value(label) for label in rows], default=200)


async def add_labels(request: Request) -> Response:
    """All labels of the content; a single object is taken as well as a list."""
    data = await read_any(request)
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(item, dict) for item in items):
        raise bad("A list of labels is expected")
    names = [text_in(item, "name") for item in items]
    rows = store_of(request).add_labels(_labelled(request), names)
    return JSONResponse(envelope([label_value(label) for label in rows], 200))


async def remove_label(request: Request) -> Response:
    name = request.path_params.get("name") or request.query_params.get("name", "")
    if not name:
        raise bad("name is required")
    number = _labelled(request)
    if any(store_of(request).pages(["archived"], None, [number])):
        raise Refused(400, "", "Labels of archived content cannot be removed")
    store_of(request).remove_label(number, name)
    return Response(status_code=204)


async def find_label(request: Request) -> Response:
    """A label with the content that has it; 404 if it is not in use."""
    name, store = request.query_params.get("name", "").lower(), store_of(request)
    row = next((row for row in store.all_labels() if row["name"] == name), None)
    if row is None:
        raise Refused(404, "", f"No label with name {name[:100]}")
    wanted = query_choice(request, "type", ("page", "blogpost", "attachment", "page_template"))
    kinds = [kind for kind in ("page", "blogpost") if not wanted or kind in wanted]
    pages = [
        page
        for page in store.pages(["current"], None, None, kinds)
        if name in {label["name"] for label in store.labels(page["id"])}
    ]
    found = [{"contentType": page["kind"], "contentId": page["id"], "title": page["title"]} for page in pages]
    return JSONResponse({"label": label_value(row), "associatedContents": envelope(found, 200)})


# Spaces


async def list_spaces(request: Request) -> Response:
    keys = {key.casefold() for key in query_list(request, "spaceKey")}
    ids, about = {to_id(part, "spaceId") for part in query_list(request, "spaceId")}, asked(request)
    kinds = query_choice(request, "type", ("global", "personal"))
    rows = [
        row
        for row in store_of(request).spaces()
        if (not keys or row["key"].casefold() in keys) and (not ids or row["id"] in ids)
    ]
    values = [space_value(about, row) for row in rows]
    return paged(request, [value for value in values if not kinds or value["type"] in kinds])


def _space(request: Request) -> Row:
    return space_of(request, request.path_params["key_of_space"])


async def get_space(request: Request) -> Response:
    return single(request, space_value(asked(request), _space(request)))


async def create_space(request: Request) -> Response:
    data = await read_json(request)
    key, name = text_in(data, "key"), text_in(data, "name")
    if not key.strip() or not name.strip() or len(key) > 255:
        raise bad("key and name are required")
    if any(row["key"].casefold() == key.casefold() for row in store_of(request).spaces()):
        raise Refused(400, "", f"A space already exists with key {key}")
    return single(request, space_value(asked(request), store_of(request).create_space(key, name)))


async def list_space_content(request: Request) -> Response:
    """`/space/{key}/content`, and its part of one kind."""
    space, about, store = _space(request), asked(request), store_of(request)
    kind, root = request.path_params.get("kind"), request.query_params.get("depth") == "root"

    def of_kind(name: str) -> list[Row]:
        rows = store.pages(["current"], space["id"], None, (name,))
        return [content_value(about, row) for row in rows if not root or row["parent"] is None]

    if kind is None:
        return JSONResponse({name: envelope(of_kind(name)) for name in ("page", "blogpost")})
    if kind not in {"page", "blogpost"}:
        raise Refused(400, "", f"Unsupported content type {kind[:40]}")
    return paged(request, of_kind(kind))
