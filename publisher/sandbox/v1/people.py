"""v1's users, groups, watching, restrictions and content states."""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.sandbox.http import (
    attachment_id,
    bad,
    list_in,
    number_of,
    object_in,
    query_list,
    read_any,
    read_json,
    service_of,
    site_of,
    store_of,
    text_in,
    to_id,
    token_of,
    xsrf_checked,
)
from publisher.sandbox.site import NAME, USERNAME, user_value
from publisher.sandbox.store import ACCOUNT, Refused, Row
from publisher.sandbox.v1.content import content_of
from publisher.sandbox.v1.paging import context_of, envelope, paged, place_of
from publisher.sandbox.v1.shape import asked, group_value, restriction_value

_GROUPS = ("confluence-users", "site-admins")
#: Content states that a space suggests: id, name, colour.
_SUGGESTED = ((0, "Rough draft", "#ffc400"), (1, "In progress", "#2684ff"), (2, "Ready for review", "#57d9a3"))


# Users and groups


async def current_user(request: Request) -> Response:
    cloud = service_of(request).is_cloud
    if not token_of(request) and not cloud:
        return JSONResponse({"type": "anonymous", "displayName": "Anonymous"})
    return JSONResponse(user_value(ACCOUNT, cloud=cloud))


async def anonymous_user(request: Request) -> Response:
    picture = {"path": "/images/icons/profilepics/anonymous.svg", "width": 48, "height": 48, "isDefault": True}
    return JSONResponse({"type": "anonymous", "displayName": "Anonymous", "profilePicture": picture, "_links": {}})


async def get_user(request: Request) -> Response:
    cloud, query = service_of(request).is_cloud, request.query_params
    given = query.get("accountId") if cloud else query.get("username") or query.get("key")
    if given not in ({ACCOUNT} if cloud else {USERNAME, ACCOUNT}):
        raise Refused(404, "", f"No user found with {'account id' if cloud else 'username'} {str(given)[:100]}")
    return JSONResponse(user_value(ACCOUNT, cloud=cloud))


async def users_bulk(request: Request) -> Response:
    wanted = query_list(request, "accountId")
    if not wanted or len(wanted) > 100:
        raise bad("accountId must name 1 to 100 accounts")
    return paged(request, [user_value(ACCOUNT, cloud=True)] if ACCOUNT in wanted else [], default=200)


async def list_memberships(request: Request) -> Response:
    return paged(request, [group_value(name) for name in _GROUPS], default=200)


async def list_groups(request: Request) -> Response:
    return paged(request, [group_value(name) for name in _GROUPS], default=200)


async def list_members(request: Request) -> Response:
    if request.path_params["group"] not in _GROUPS:
        raise Refused(404, "", "No such group")
    return paged(request, [user_value(ACCOUNT, cloud=service_of(request).is_cloud)], default=200)


async def search_users(request: Request) -> Response:
    term = re.search(r"user(?:\.fullname)?\s*[~=]\s*\"([^\"]*)\"", request.query_params.get("cql", ""))
    if term is None:
        raise bad("Could not parse cql : " + request.query_params.get("cql", "")[:200])
    return user_rows(request, term[1])


def user_rows(request: Request, term: str) -> Response:
    """The users whose name holds a term, as searches write them."""
    user = user_value(ACCOUNT, cloud=service_of(request).is_cloud)
    row = {
        "user": user,
        "title": NAME,
        "excerpt": "",
        "url": f"/people/{ACCOUNT}",
        "entityType": "user",
        "iconCssClass": "",
        "lastModified": "2026-01-01T00:00:00.000Z",
        "friendlyLastModified": "",
        "score": 0.0,
        "breadcrumbs": [],
        "resultParentContainer": {"title": "", "displayUrl": ""},
        "resultGlobalContainer": {"title": "", "displayUrl": ""},
    }
    return paged(request, [row] if term.lower().rstrip("*") in NAME.lower() else [], total=True)


async def watch(request: Request) -> Response:
    """POST watches, DELETE stops; GET says which. Cloud protects the writes against cross-site requests."""
    if request.method != "GET" and service_of(request).is_cloud:
        xsrf_checked(request)
    text = request.path_params["content"]
    if text.startswith("att"):  # nobody watches one, and who stops is told so
        store_of(request).attachment(attachment_id(text))
        return Response(status_code=204) if request.method != "GET" else JSONResponse({"watching": False})
    row = content_of(request)
    if request.method == "GET":
        return JSONResponse({"watching": bool(row["watched"])})
    store_of(request).watch(row["id"], watched=request.method == "POST")
    return Response(status_code=204)


# Restrictions


async def get_restrictions(request: Request) -> Response:
    about, row = asked(request), content_of(request)
    place_of(request)
    value = envelope([restriction_value(about, row, operation) for operation in ("read", "update")], 100)
    names = sorted(
        f"{item['operation']}/{item['kind']}/{item['name']}" for item in store_of(request).restrictions(row["id"])
    )
    links = {"base": site_of(request), "context": context_of(request), "self": str(request.url)}
    return JSONResponse({**value, "restrictionsHash": ",".join(names), "_links": links})


async def get_by_operation(request: Request) -> Response:
    about, row = asked(request), content_of(request)
    place_of(request)
    return JSONResponse({name: restriction_value(about, row, name) for name in ("read", "update")})


async def get_operation(request: Request) -> Response:
    operation = request.path_params["operation"]
    if operation not in {"read", "update"}:
        raise bad(f"Unknown operation {operation[:40]}")
    place_of(request)
    return JSONResponse(restriction_value(asked(request), content_of(request), operation))


def _names_in(request: Request, item: Row) -> list[tuple[str, str, str]]:
    """(operation, kind, name) of one operation in the body."""
    operation = text_in(item, "operation")
    if operation not in {"read", "update"}:
        raise bad(f"Unknown operation {operation[:40]}")
    rows: list[tuple[str, str, str]] = []
    named = object_in(item, "restrictions")
    for kind in ("user", "group"):
        given = named.get(kind)
        for each in list_in(given, "results") if isinstance(given, dict) else list_in(named, kind):
            if not isinstance(each, dict):
                raise bad(f"{kind} must be a list of objects")
            rows.append((operation, kind, _name_of(request, kind, each)))
    return rows


def _name_of(request: Request, kind: str, each: Row) -> str:
    if kind == "group":
        return text_in(each, "id" if each.get("id") else "name")
    if service_of(request).is_cloud:
        return text_in(each, "accountId")
    name = text_in(each, "userKey" if each.get("userKey") else "username")
    return ACCOUNT if name == USERNAME else name


async def put_restrictions(request: Request) -> Response:
    """PUT in place of all that there are, POST besides. Who leaves himself out loses access, which is refused."""
    data, row, store = await read_any(request), content_of(request), store_of(request)
    items = data if isinstance(data, list) else data.get("results") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad("A list of restrictions is expected")
    rows = [name for item in items for name in _names_in(request, item)]
    if request.method == "POST":
        kept = [(item["operation"], item["kind"], item["name"]) for item in store.restrictions(row["id"])]
        rows = list(dict.fromkeys([*kept, *rows]))
    for operation in ("read", "update"):
        users = {name for of, kind, name in rows if of == operation and kind == "user"}
        if any(of == operation for of, _, _ in rows) and ACCOUNT not in users:
            raise Refused(400, "", "You cannot restrict the content in a way that you lose access yourself")
    store.set_restrictions(row["id"], rows)
    return await get_restrictions(request)


async def delete_restrictions(request: Request) -> Response:
    store_of(request).set_restrictions(content_of(request)["id"], [])
    return await get_restrictions(request)


async def check_permission(request: Request) -> Response:
    """Whether a user or group may do something; of content that the caller may not see it is told, too."""
    data, store = await read_json(request), store_of(request)
    subject, operation = object_in(data, "subject"), text_in(data, "operation")
    kind, name = text_in(subject, "type"), text_in(subject, "identifier")
    if operation not in {"read", "update", "delete"} or kind not in {"user", "group"}:
        raise bad("subject or operation is invalid")
    number = number_of(request, "content")
    if not store.exists(number):
        raise Refused(404, "", f"There is no content with the given id {number}")
    allowed = store.may(number, "read" if operation == "read" else "update", kind, name)
    text = f"{kind.capitalize()} does not have permission to the content"
    errors = [] if allowed else [{"translation": text, "args": []}]
    return JSONResponse({"hasPermission": allowed, "errors": errors, "_links": {}})


async def check_user(request: Request) -> Response:
    """Whether a user is named for an operation: 200 or 404."""
    row, wanted = content_of(request), request.query_params.get("accountId") or request.query_params.get("userName")
    operation = request.path_params["operation"]
    for item in store_of(request).restrictions(row["id"]):
        if (item["operation"], item["kind"], item["name"]) == (operation, "user", wanted):
            return Response(status_code=200)
    raise Refused(404, "", "The user is not named for this operation")


# Content states


def _state_answer(row: Row) -> Response:
    """The state is left out where there is none."""
    state = {"contentState": _state_value(row)} if row["state"] else {}
    return JSONResponse({**state, "lastUpdated": row["modified"]})


def _state_value(row: Row) -> Row:
    known = next((number for number, name, _ in _SUGGESTED if name == row["state"]), 1000)
    return {"id": known, "name": row["state"], "color": row["state_colour"]}


async def get_state(request: Request) -> Response:
    return _state_answer(content_of(request))


async def put_state(request: Request) -> Response:
    data, row = await read_json(request), content_of(request)
    if "id" in data:
        wanted = to_id(data["id"])
        name, colour = next(((name, colour) for number, name, colour in _SUGGESTED if number == wanted), ("", ""))
    else:
        name, colour = text_in(data, "name"), text_in(data, "color")
    if not 1 <= len(name) <= 20 or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise Refused(400, "", "name (20 characters at most) and color are required")
    return _state_answer(store_of(request).set_state(row["id"], name, colour))


async def delete_state(request: Request) -> Response:
    return _state_answer(store_of(request).set_state(content_of(request)["id"], None, None))


async def list_states(request: Request) -> Response:
    content_of(request)
    states = [{"id": number, "name": name, "color": colour} for number, name, colour in _SUGGESTED]
    return JSONResponse({"spaceContentStates": states, "customContentStates": []})
