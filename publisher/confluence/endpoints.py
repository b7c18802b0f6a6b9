"""Every address of Confluence's REST API that Publisher asks, once, with the scopes that a token needs for it.

Imports no HTTP library. Scopes are those of Confluence's OpenAPI documents (docs/confluence-api.md#scopes).
"""

import re
from enum import StrEnum
from urllib.parse import quote

from msgspec import Struct

from publisher.confluence.addresses import EXPERIMENTAL, V1, V2


class Endpoint(Struct, frozen=True):
    """``path`` is below the base, with ids in braces. Each family of scopes is enough by itself; v2 has granular ones only."""

    method: str
    path: str
    scopes: tuple[str, ...] = ()
    granular: tuple[str, ...] = ()

    def at(self, *ids: str) -> str:
        """The path with its ids filled in, in order."""
        parts = re.split(r"\{\w+\}", self.path)
        assert len(parts) == len(ids) + 1, f"{self.path} takes {len(parts) - 1} ids"
        return parts[0] + "".join(quote(name, safe="") + rest for name, rest in zip(ids, parts[1:], strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the braces."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


class Kind(StrEnum):
    """What v2 has addresses for."""

    PAGES = "pages"
    BLOGPOSTS = "blogposts"
    FOLDERS = "folders"
    SPACES = "spaces"
    ATTACHMENTS = "attachments"
    COMMENTS = "comments"
    CUSTOM_CONTENT = "custom-content"
    FOOTER_COMMENTS = "footer-comments"
    INLINE_COMMENTS = "inline-comments"
    TASKS = "tasks"
    LABELS = "labels"


_SCOPE_OF = {
    Kind.PAGES: "page", Kind.BLOGPOSTS: "page", Kind.FOLDERS: "folder", Kind.SPACES: "space", Kind.ATTACHMENTS: "attachment",
    Kind.COMMENTS: "comment", Kind.FOOTER_COMMENTS: "comment", Kind.INLINE_COMMENTS: "comment",
    Kind.CUSTOM_CONTENT: "custom-content", Kind.TASKS: "task", Kind.LABELS: "label",
}  # fmt: skip


def _v2(method: str, path: str, *granular: str) -> Endpoint:
    return Endpoint(method, V2 + path, (), tuple(f"{scope}:confluence" for scope in granular))


def _of(method: str, suffix: str, *verbs: str, scope: str = "") -> dict[Kind, Endpoint]:
    """The same address of every kind. ``scope``: what is needed if it is not that of the kind."""
    return {
        kind: _v2(method, f"/{kind}{suffix}", *(f"{verb}:{scope or _SCOPE_OF[kind]}" for verb in verbs))
        for kind in Kind
    }


# REST v2, Cloud only: by kind

LIST = _of("GET", "", "read")
GET = _of("GET", "/{id}", "read")
CREATE = _of("POST", "", "write")
UPDATE = _of("PUT", "/{id}", "write")
DELETE = _of("DELETE", "/{id}", "delete")
LIST_PROPERTIES = _of("GET", "/{id}/properties", "read")
GET_PROPERTY = _of("GET", "/{id}/properties/{property}", "read")
CREATE_PROPERTY = _of("POST", "/{id}/properties", "read", "write")
UPDATE_PROPERTY = _of("PUT", "/{id}/properties/{property}", "read", "write")
DELETE_PROPERTY = _of("DELETE", "/{id}/properties/{property}", "read", "write")
LIST_LABELS = _of("GET", "/{id}/labels", "read")
LIST_VERSIONS = _of("GET", "/{id}/versions", "read")
LIST_ATTACHMENTS = _of("GET", "/{id}/attachments", "read", scope="attachment")
LIST_FOOTER_COMMENTS = _of("GET", "/{id}/footer-comments", "read", scope="comment")
LIST_INLINE_COMMENTS = _of("GET", "/{id}/inline-comments", "read", scope="comment")
LIST_REPLIES = _of("GET", "/{id}/children", "read")
LIST_CHILDREN = _of("GET", "/{id}/direct-children", "read", scope="hierarchical-content")
LIST_DESCENDANTS = _of("GET", "/{id}/descendants", "read", scope="hierarchical-content")
LIST_ANCESTORS = _of("GET", "/{id}/ancestors", "read", scope="content.metadata")
LIST_PERMISSIONS = _v2("GET", "/spaces/{id}/permissions", "read:space")
LIST_SPACE_PAGES = _v2("GET", "/spaces/{id}/pages", "read:page")
LIST_SPACE_POSTS = _v2("GET", "/spaces/{id}/blogposts", "read:page")
LIST_LABELLED_PAGES = _v2("GET", "/labels/{id}/pages", "read:page")

# REST v1: Cloud where v2 has nothing, and Data Center


def _v1(method: str, path: str, scopes: str = "", granular: str = "") -> Endpoint:
    """``scopes``, ``granular``: separated by blanks, without the ``:confluence`` of the granular ones."""
    full = tuple(f"{scope}:confluence" for scope in granular.split())
    return Endpoint(method, V1 + path, tuple(scopes.split()), full)


_WRITE, _FILE, _DETAILS = "write:confluence-content", "write:confluence-file", "read:content-details"
_ALL, _SUMMARY = "read:confluence-content.all", "read:confluence-content.summary"
CURRENT_USER = _v1("GET", "/user/current", "read:confluence-user", _DETAILS)
GET_USER = _v1("GET", "/user", "read:confluence-user", _DETAILS)
SEARCH_USERS = Endpoint("GET", V1 + "/search/user", (), (_DETAILS + ":confluence",))
UNWATCH = _v1("DELETE", "/user/watch/content/{id}", _WRITE, "write:watcher")
SEARCH = _v1("GET", "/search", "search:confluence", _DETAILS)
SEARCH_CONTENT = _v1("GET", "/content/search", "search:confluence", _DETAILS)
FIND_LABEL = _v1("GET", "/label", _SUMMARY, "read:label read:content")
ADD_LABELS = _v1("POST", "/content/{id}/label", _WRITE, "read:label write:label")
REMOVE_LABEL = _v1("DELETE", "/content/{id}/label", _WRITE, "write:label")
MOVE = _v1("PUT", "/content/{id}/move/{position}/{target}", _WRITE, "write:page")
ARCHIVE = _v1("POST", "/content/archive", _WRITE, "read:content.metadata write:page")
LONG_TASK = _v1("GET", "/longtask/{id}", "read:confluence-space.summary", "read:content.metadata")
PUT_ATTACHMENT = _v1("PUT", "/content/{id}/child/attachment", _FILE, "read:content-details write:attachment")
CREATE_ATTACHMENT = _v1("POST", "/content/{id}/child/attachment", _FILE, "read:content-details write:attachment")
UPDATE_ATTACHMENT = _v1(
    "POST", "/content/{id}/child/attachment/{attachment}/data", _FILE, "read:content-details write:attachment"
)
DOWNLOAD = _v1(
    "GET",
    "/content/{id}/child/attachment/{attachment}/download",
    "readonly:content.attachment:confluence",
    "read:attachment",
)
GET_RESTRICTIONS = _v1("GET", "/content/{id}/restriction", _ALL, _DETAILS)
PUT_RESTRICTIONS = _v1("PUT", "/content/{id}/restriction", _WRITE, "read:content-details write:content.restriction")
CHECK_PERMISSION = _v1(
    "POST", "/content/{id}/permission/check", "read:confluence-content.permission", "read:content.permission"
)
GET_STATE = _v1("GET", "/content/{id}/state", _SUMMARY, _DETAILS)
SET_STATE = _v1("PUT", "/content/{id}/state", _WRITE, "write:content read:content-details")
REMOVE_STATE = _v1("DELETE", "/content/{id}/state", _WRITE, "write:content read:content-details")

# Data Center has no scopes

FIND_CONTENT = _v1("GET", "/content")
SCAN_CONTENT = _v1("GET", "/content/scan")
GET_CONTENT = _v1("GET", "/content/{id}")
CREATE_CONTENT = _v1("POST", "/content")
UPDATE_CONTENT = _v1("PUT", "/content/{id}")
DELETE_CONTENT = _v1("DELETE", "/content/{id}")
CHILD_PAGES = _v1("GET", "/content/{id}/child/page")
CHILD_ATTACHMENTS = _v1("GET", "/content/{id}/child/attachment")
CHILD_COMMENTS = _v1("GET", "/content/{id}/child/comment")
CONTENT_LABELS = _v1("GET", "/content/{id}/label")
CONTENT_VERSIONS = Endpoint("GET", EXPERIMENTAL + "/content/{id}/version")
PROPERTIES_V1 = _v1("GET", "/{holder}/{id}/property")
PROPERTY_V1 = _v1("GET", "/{holder}/{id}/property/{key}")
CREATE_PROPERTY_V1 = _v1("POST", "/{holder}/{id}/property")
UPDATE_PROPERTY_V1 = _v1("PUT", "/{holder}/{id}/property/{key}")
DELETE_PROPERTY_V1 = _v1("DELETE", "/{holder}/{id}/property/{key}")
LIST_SPACES_V1 = _v1("GET", "/space")
SPACE_PROPERTIES_V1 = _v1("GET", "/space/{id}/property")
GET_SPACE_V1 = _v1("GET", "/space/{id}")

# The OAuth gateway

SITES = Endpoint("GET", "/oauth/token/accessible-resources")
CONNECTIONS = Endpoint("GET", "/connections")
CREATE_CONNECTION = Endpoint("POST", "/connections")
GET_CONNECTION = Endpoint("GET", "/connections/{id}")
DELETE_CONNECTION = Endpoint("DELETE", "/connections/{id}")


def _all() -> tuple[Endpoint, ...]:
    single = [value for value in globals().values() if isinstance(value, Endpoint)]
    tables = [table for table in globals().values() if isinstance(table, dict)]
    return (*single, *(each for table in tables for each in table.values() if isinstance(each, Endpoint)))


def find_endpoint(method: str, path: str) -> Endpoint | None:
    """The endpoint that a request went to, wherever the base ends; the one with the fewest holes."""
    starts = [path.find(start + "/") for start in (V2, V1, EXPERIMENTAL) if start + "/" in path]
    below = path[min(starts) :] if starts else path
    found = [
        each
        for each in _all()
        if each.method == method and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(each.path)), below)
    ]
    return min(found, key=lambda each: len(each.names), default=None)
