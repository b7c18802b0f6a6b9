"""Which request is answered by which function, for each flavor; what Confluence has and the sandbox has not is 501."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from publisher.sandbox.cloud.attachments import ATTACHMENT_TABLE
from publisher.sandbox.cloud.comments import COMMENT_TABLE
from publisher.sandbox.cloud.gateway import GATEWAY_TABLE
from publisher.sandbox.cloud.others import OTHER_TABLE
from publisher.sandbox.cloud.pages import PAGE_TABLE
from publisher.sandbox.cloud.properties import PROPERTY_TABLE
from publisher.sandbox.cloud.tree import TREE_TABLE
from publisher.sandbox.documented import checked, documented_operations, documented_parameters
from publisher.sandbox.http import V1, V2, Handler, Table, allow_all, error_answer, guarded, html_refusal, is_refused
from publisher.sandbox.service import CONTEXT
from publisher.sandbox.store import Refused
from publisher.sandbox.v1 import actions, children, content, details, files, legacy, people

_CLOUD_V2: Table = [
    *PAGE_TABLE, *TREE_TABLE, *PROPERTY_TABLE, *COMMENT_TABLE, *ATTACHMENT_TABLE, *OTHER_TABLE,
]  # fmt: skip
_ONE, _FILE = "/content/{content}", "/content/{content}/child/attachment/{attachment}"
#: v1 that Cloud documents, and v2 has no word for.
_CLOUD_V1: Table = [
    ("POST", "/content/archive", actions.archive_pages),
    ("DELETE", _ONE + "/pageTree", actions.delete_tree),
    ("POST", _ONE + "/copy", actions.copy_page),
    ("GET", "/content/search", actions.search_for_content),
    ("GET", "/search", actions.search),
    ("GET", "/search/user", people.search_users),
    ("PUT", _ONE + "/move/{where}/{target}", actions.move_page),
    ("GET", "/longtask/{task}", actions.get_task),
    ("POST", "/contentbody/convert/async/{to}", actions.start_conversion),
    ("GET", "/contentbody/convert/async/{number}", actions.get_conversion),
    ("POST", _ONE + "/label", details.add_labels),
    ("DELETE", _ONE + "/label", details.remove_label),
    ("DELETE", _ONE + "/label/{name}", details.remove_label),
    ("POST", _ONE + "/child/attachment", files.upload),
    ("PUT", _ONE + "/child/attachment", files.upload),
    ("PUT", _FILE, files.update_file),
    ("POST", _FILE + "/data", files.upload_data),
    ("GET", _FILE + "/download", files.download),
    ("GET", _ONE + "/descendant", children.list_descendants),
    ("GET", _ONE + "/descendant/{kind}", children.list_descendants),
    ("POST", _ONE + "/version", children.restore_version),
    ("GET", _ONE + "/restriction", people.get_restrictions),
    ("PUT", _ONE + "/restriction", people.put_restrictions),
    ("POST", _ONE + "/restriction", people.put_restrictions),
    ("DELETE", _ONE + "/restriction", people.delete_restrictions),
    ("GET", _ONE + "/restriction/byOperation", people.get_by_operation),
    ("GET", _ONE + "/restriction/byOperation/{operation}", people.get_operation),
    ("GET", _ONE + "/restriction/byOperation/{operation}/user", people.check_user),
    ("POST", _ONE + "/permission/check", people.check_permission),
    ("GET", _ONE + "/state", people.get_state),
    ("PUT", _ONE + "/state", people.put_state),
    ("DELETE", _ONE + "/state", people.delete_state),
    ("GET", _ONE + "/state/available", people.list_states),
    ("GET", "/user", people.get_user),
    ("GET", "/user/current", people.current_user),
    ("GET", "/user/anonymous", people.anonymous_user),
    ("GET", "/user/bulk", people.users_bulk),
    ("GET", "/user/memberof", people.list_memberships),
    ("GET", "/group", people.list_groups),
    ("GET", "/group/{group}/membersByGroupId", people.list_members),
    ("GET", "/user/watch/content/{content}", people.watch),
    ("POST", "/user/watch/content/{content}", people.watch),
    ("DELETE", "/user/watch/content/{content}", people.watch),
    ("GET", "/label", details.find_label),
    ("POST", "/space", details.create_space),
    ("GET", "/settings/systemInfo", actions.system_info),
]  # fmt: skip


def _properties(base: str) -> Table:
    return [
        ("GET", base + "/property", details.list_properties),
        ("POST", base + "/property", details.create_property),
        ("GET", base + "/property/{key}", details.get_property),
        ("POST", base + "/property/{key}", details.create_property),
        ("PUT", base + "/property/{key}", details.update_property),
        ("DELETE", base + "/property/{key}", details.delete_property),
    ]


#: v1 that Cloud has withdrawn from its document and still answers, and that Data Center has.
_CONTENT_V1: Table = [
    ("GET", "/content", content.list_content),
    ("POST", "/content", content.create_content),
    ("GET", _ONE, content.get_content),
    ("PUT", _ONE, content.update_content),
    ("DELETE", _ONE, content.delete_content),
    ("GET", _ONE + "/history", children.get_history),
    ("GET", _ONE + "/version", children.list_versions),
    ("GET", _ONE + "/version/{number}", children.get_version),
    ("GET", _ONE + "/child", children.list_children),
    ("GET", _ONE + "/child/page", children.list_child_pages),
    ("GET", _ONE + "/child/comment", children.list_comments),
    ("GET", _ONE + "/child/attachment", children.list_files),
    ("DELETE", _FILE, files.delete_file),
    *_properties(_ONE),
    *_properties("/space/{key_of_space}"),
    ("GET", _ONE + "/label", details.list_labels),
    ("GET", "/space", details.list_spaces),
    ("GET", "/space/{key_of_space}", details.get_space),
    ("GET", "/space/{key_of_space}/content", details.list_space_content),
    ("GET", "/space/{key_of_space}/content/{kind}", details.list_space_content),
    ("POST", "/contentbody/convert/{to}", actions.convert_body),
]  # fmt: skip
#: Of Cloud's v1, what Data Center has too.
_SHARED = (
    "/content/search", "/search", "/longtask/", _ONE + "/label", _ONE + "/child/attachment", _ONE + "/descendant",
    _ONE + "/restriction/byOperation", "/user/current", "/user/anonymous", "/user/memberof", "/user/watch/", "/group", "/label",
    "/space",
)  # fmt: skip
#: Below the context path of either flavor.
_ACTIONS: Table = [
    ("GET", "/download/attachments/{content}/{name}", files.download_named),
    ("POST", "/pages/movepage.action", legacy.move_page),
    ("POST", "/json/removeattachment.action", legacy.remove_attachment),
]
_DATACENTER_ONLY: Table = [
    ("GET", "/rest/api/content/scan", content.scan_content),
    ("GET", "/rest/api/user", people.get_user),
    ("GET", "/rest/api/group/{group}/member", people.list_members),
    ("GET", f"/rest/experimental{_ONE}/version", children.list_versions),
    ("GET", f"/rest/experimental{_ONE}/version/{{number}}", children.get_version),
    ("PUT", f"/rest/experimental{_ONE}/restriction", people.put_restrictions),
    ("GET", f"/rest/experimental{_ONE}/restriction/byOperation", people.get_by_operation),
    ("GET", "/rest/api/server-information", actions.server_info),
    ("GET", "/rest/applinks/1.0/manifest", actions.manifest),
    *_ACTIONS,
]


def cloud_routes() -> list[Route]:
    """The routes of Cloud, and of the gateways before it."""
    v1 = [(method, V1 + path, handler) for method, path, handler in _CLOUD_V1]
    withdrawn = [(method, V1 + path, deprecated(handler)) for method, path, handler in _CONTENT_V1]
    actions_ = [(method, "/wiki" + path, handler) for method, path, handler in _ACTIONS]
    rules = {(method, shape_of(path)): found for (method, path), found in documented_parameters().items()}
    routes = [
        _route(method, path, guarded(checked(handler, rules.get((method, shape_of(path)), ()))))
        for method, path, handler in [*_CLOUD_V2, *v1, *withdrawn, *actions_]
    ]
    open_ = [*GATEWAY_TABLE, ("GET", "/media/{page}/{number}/binary", files.give_media)]
    routes += [_route(method, path, guarded(handler, allow_all)) for method, path, handler in open_]
    return [*_in_order(routes), *_unserved(routes)]


def datacenter_routes() -> list[Route]:
    """The routes of Data Center, below its context path."""
    v1 = [entry for entry in _CLOUD_V1 if entry[1].startswith(_SHARED) and not entry[1].endswith("/search/user")]
    known = [(method, "/rest/api" + path, handler) for method, path, handler in [*v1, *_CONTENT_V1]]
    table = [*_DATACENTER_ONLY, *known]
    return _in_order(
        [_route(method, CONTEXT + path, _with_login(guarded(handler, allow_all))) for method, path, handler in table]
    )


def _route(method: str, path: str, handler: Handler) -> Route:
    return Route(path, handler, methods=[method])


def _in_order(routes: list[Route]) -> list[Route]:
    """Fixed words before parameters, so that `/content/search` is no content."""
    return sorted(routes, key=lambda route: [part.startswith("{") for part in route.path.split("/")])


def _unserved(routes: list[Route]) -> list[Route]:
    """501, in Confluence's shape, for every documented operation that is not served."""
    served = {(shape_of(route.path), method) for route in routes for method in route.methods or ()}
    rest = [entry for entry in documented_operations() if (shape_of(entry[1]), entry[0]) not in served]
    return _in_order([_route(method, path, guarded(_not_served)) for method, path in rest])


def shape_of(path: str) -> str:
    """A path without the names of its parameters."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


async def _not_served(request: Request) -> Response:
    text = f"The sandbox does not serve {request.method} {request.url.path[:200]}: Confluence Cloud does"
    return error_answer(request, Refused(501, "NOT_IMPLEMENTED", text))


def deprecated(handler: Handler) -> Handler:
    """Withdrawn, and still answered: with the headers that say so (docs/confluence-api.md#pages)."""

    async def answer(request: Request) -> Response:
        response = await handler(request)
        response.headers["Deprecation"] = "true"
        response.headers["Warning"] = '299 - "Deprecated API, will be removed"'
        return response

    return answer


def _with_login(handler: Handler) -> Handler:
    """401 and HTML for a token that is not the one that is wanted (docs/confluence-api.md#errors)."""

    async def checked(request: Request) -> Response:
        if is_refused(request, anonymous=False):
            answer = html_refusal(401)
            answer.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
            return answer
        return await handler(request)

    return checked


async def missing(request: Request, error: Exception) -> Response:
    """A path that nobody answers."""
    if request.url.path.startswith(V2):
        item = {"status": 404, "code": "NOT_FOUND", "title": "Not Found", "detail": None}
        return JSONResponse({"errors": [item]}, 404)
    if "/rest/" in request.url.path:
        return HTMLResponse(
            "<html><head><title>HTTP Status 404 – Not Found</title></head><body>null for uri</body></html>", 404
        )
    return JSONResponse({"statusCode": 404, "message": "Not Found"}, 404)
