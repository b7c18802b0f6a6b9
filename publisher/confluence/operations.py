"""The one table of what can be done with Confluence's content: commands, client methods and the guide are made from it.

Paths are below ``{base}`` (reference A). A row without a ``path`` is carried out by a function of ``resources``, one
without a Data Center path by a function of ``datacenter``, if there is one; else the product does not have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

V2, V1 = "/api/v2", "/rest/api"
_EXPAND = "version,space,ancestors,history"


@dataclass(frozen=True, slots=True)
class Argument:
    """``kind``: text; page (id, address or title), space (key or id), file, json, flag, count. ``many``: several values."""

    name: str
    help: str
    kind: Literal["text", "page", "space", "file", "json", "flag", "count"] = "text"
    many: bool = False
    required: bool = False

    @property
    def key(self) -> str:
        """Its name in Python."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Old:
    """A request of v1 on Data Center: ``names`` maps our filters to its query."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """``result``: the kind of what comes back, empty for nothing; ``many``: a list, page by page.

    ``takes``: what stands behind the command; ``options``: what ``--name`` gives; ``filters``: query names of v2.
    """

    name: str
    help: str
    result: str = ""
    many: bool = False
    method: str = "GET"
    path: str = ""
    takes: tuple[Argument, ...] = ()
    filters: tuple[str, ...] = ()
    options: tuple[Argument, ...] = ()
    old: Old | None = None
    asks: bool = False  # whether it destroys something
    everywhere: bool = True  # whether Data Center has it at all

    @property
    def resource(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def verb(self) -> str:
        return self.name.partition(" ")[2]


def _page(text: str = "id, address or title of the page") -> tuple[Argument, ...]:
    return (Argument("page", text, "page", required=True),)


def _one(name: str, text: str = "its id") -> tuple[Argument, ...]:
    return (Argument(name, text, required=True),)


_SPACE = Argument("space", "key (or id) of the space", "space")
_SPACE_ARGUMENT = (Argument("space", "key (or id) of the space", "space", required=True),)
_TITLE = Argument("title", "its title")
_BODY = (
    Argument("body", "the body, in storage format"),
    Argument("body-file", "a file with the body; .md is converted, - is stdin", "file"),
    Argument("representation", "what the body is: storage, atlas_doc_format, wiki"),
)
_MESSAGE = Argument("message", "message of the version")
_VERSION = Argument("version", "number of the new version (else the next one)", "count")
_FORM = Argument("body-format", "storage, atlas_doc_format, view, export_view, styled_view, editor")
_LIST = ("sort", "cursor")
_HOLDERS = (
    Argument("blogpost", "the blog post that holds it, instead of a page"),
    Argument("attachment", "the attachment that holds it, instead of a page"),
    Argument("comment", "the comment that holds it, instead of a page"),
    Argument("space", "the space that holds it, instead of a page", "space"),
)
_OPTIONAL_PAGE = (Argument("page", "id, address or title of the page", "page"),)
_CONTENT = {"expand": _EXPAND}
_INCLUDE = ("include-labels", "include-properties", "include-operations", "include-likes", "include-versions",
            "include-version", "include-collaborators", "include-direct-children", "include-webresources",
            "include-favorited-by-current-user-status")  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (
    Operation("page list", "pages, by any filter", "page", True, "GET", V2 + "/pages",
              filters=("id", "status", "title", "body-format", "subtype", *_LIST),
              options=(_SPACE, Argument("label", "pages that bear this label")),
              old=Old(V1 + "/content", {"type": "page", **_CONTENT}, {"space": "spaceKey", "title": "title", "status": "status"})),
    Operation("page get", "one page", "page", path=V2 + "/pages/{page}", takes=_page(),
              filters=("version", "get-draft", "status", *_INCLUDE), options=(_FORM,)),
    Operation("page create", "a new page", "page", method="POST",
              options=(Argument("space", "key (or id) of the space", "space", required=True),
                       Argument("title", "its title", required=True), Argument("parent", "the page above it", "page"),
                       *_BODY, Argument("draft", "as a draft", "flag"), Argument("private", "for its creator only", "flag"),
                       Argument("root-level", "beside the space's home page", "flag"))),
    Operation("page update", "a new version of a page", "page", method="PUT", takes=_page(),
              options=(_TITLE, *_BODY, Argument("parent", "the new page above it", "page"), _MESSAGE, _VERSION,
                       Argument("minor", "without telling watchers", "flag"))),
    Operation("page move", "below or beside another page", "page", method="PUT", takes=_page(),
              options=(Argument("to", "the page to move it to", "page", required=True),
                       Argument("position", "append (below it), before or after"))),
    Operation("page delete", "into the trash; --purge removes it from there for good", "", method="DELETE", takes=_page(),
              options=(Argument("purge", "remove a trashed page for good", "flag"),
                       Argument("draft", "remove a draft for good", "flag")), asks=True),
    Operation("page restore", "out of the trash", "page", method="PUT", takes=_page("id of the page")),
    Operation("page children", "the pages and folders right below", "child", True, "GET", V2 + "/pages/{page}/direct-children",
              takes=_page(), filters=_LIST, old=Old(V1 + "/content/{page}/child/page", _CONTENT)),
    Operation("page descendants", "everything below", "child", True, "GET", V2 + "/pages/{page}/descendants",
              takes=_page(), filters=("depth", "cursor"), old=Old(V1 + "/content/search", _CONTENT, {"_cql": "ancestor={page}"})),
    Operation("page ancestors", "the pages above, from the top", "ancestor", True, "GET", V2 + "/pages/{page}/ancestors",
              takes=_page()),
    Operation("page versions", "its versions, the newest first", "version", True, "GET", V2 + "/pages/{page}/versions",
              takes=_page(), filters=("body-format", *_LIST), old=Old("/rest/experimental/content/{page}/version")),
    Operation("page labels", "its labels", "label", True, "GET", V2 + "/pages/{page}/labels", takes=_page(),
              filters=("prefix", *_LIST), old=Old(V1 + "/content/{page}/label", {}, {"prefix": "prefix"})),
    Operation("page attachments", "its attachments", "attachment", True, "GET", V2 + "/pages/{page}/attachments", takes=_page(),
              filters=("status", "mediaType", "filename", *_LIST),
              old=Old(V1 + "/content/{page}/child/attachment", {"expand": "version,container"},
                      {"filename": "filename", "mediaType": "mediaType"})),
    Operation("page comments", "its footer and inline comments", "comment", True, takes=_page(),
              options=(Argument("kind", "footer or inline; both without it"), _FORM),
              filters=("status", "resolution-status", *_LIST)),
    Operation("property list", "content properties", "property", True, takes=_OPTIONAL_PAGE, options=_HOLDERS,
              filters=("key", *_LIST)),
    Operation("property get", "one property, by key or id", "property",
              takes=(*_OPTIONAL_PAGE, Argument("key", "its key, or id", required=True)), options=_HOLDERS),
    Operation("property set", "create it, or give it its next version", "property", method="PUT",
              takes=(*_OPTIONAL_PAGE, Argument("key", "its key", required=True),
                     Argument("value", "its value: JSON; text that is none is a text", "json", required=True)),
              options=(*_HOLDERS, _VERSION)),
    Operation("property delete", "remove it", "", method="DELETE",
              takes=(*_OPTIONAL_PAGE, Argument("key", "its key", required=True)), options=_HOLDERS, asks=True),
    Operation("space list", "spaces", "space", True, "GET", V2 + "/spaces",
              filters=("ids", "keys", "type", "status", "labels", "favorited-by", "not-favorited-by", "description-format",
                       "include-icon", *_LIST),
              old=Old(V1 + "/space", {"expand": "homepage"}, {"keys": "spaceKey", "type": "type", "status": "status"})),
    Operation("space get", "one space", "space", path=V2 + "/spaces/{space}", takes=_SPACE_ARGUMENT,
              filters=("description-format", "include-icon", "include-operations", "include-properties", "include-permissions",
                       "include-role-assignments", "include-labels"),
              old=Old(V1 + "/space/{space}", {"expand": "homepage"})),
    Operation("space pages", "its pages", "page", True, "GET", V2 + "/spaces/{space}/pages", takes=_SPACE_ARGUMENT,
              filters=("depth", "status", "title", "body-format", *_LIST),
              old=Old(V1 + "/content", {"type": "page", **_CONTENT, "spaceKey": "{space}"}, {"title": "title", "status": "status"})),
    Operation("space blogposts", "its blog posts", "blogpost", True, "GET", V2 + "/spaces/{space}/blogposts",
              takes=_SPACE_ARGUMENT, filters=("status", "title", "body-format", *_LIST),
              old=Old(V1 + "/content", {"type": "blogpost", **_CONTENT, "spaceKey": "{space}"}, {"title": "title", "status": "status"})),
    Operation("space properties", "its properties", "property", True, "GET", V2 + "/spaces/{space}/properties",
              takes=_SPACE_ARGUMENT, filters=("key", *_LIST), old=Old(V1 + "/space/{space}/property", {"expand": "version"})),
    Operation("space permissions", "who may do what", "permission", True, "GET", V2 + "/spaces/{space}/permissions",
              takes=_SPACE_ARGUMENT, filters=("cursor",), everywhere=False),
    Operation("space labels", "its labels", "label", True, "GET", V2 + "/spaces/{space}/labels", takes=_SPACE_ARGUMENT,
              filters=("prefix", *_LIST), everywhere=False),
    Operation("blogpost list", "blog posts", "blogpost", True, "GET", V2 + "/blogposts",
              filters=("id", "status", "title", "body-format", *_LIST), options=(_SPACE,),
              old=Old(V1 + "/content", {"type": "blogpost", **_CONTENT}, {"space": "spaceKey", "title": "title", "status": "status"})),
    Operation("blogpost get", "one blog post", "blogpost", path=V2 + "/blogposts/{blogpost}", takes=_one("blogpost"),
              filters=("version", "get-draft", "status", *_INCLUDE[:6]), options=(_FORM,)),
    Operation("blogpost create", "a new blog post", "blogpost", method="POST",
              options=(Argument("space", "key (or id) of the space", "space", required=True),
                       Argument("title", "its title", required=True), *_BODY, Argument("draft", "as a draft", "flag"),
                       Argument("private", "for its creator only", "flag"))),
    Operation("blogpost update", "a new version of a blog post", "blogpost", method="PUT", takes=_one("blogpost"),
              options=(_TITLE, *_BODY, _MESSAGE, _VERSION)),
    Operation("blogpost delete", "into the trash; --purge removes it from there", "", method="DELETE", takes=_one("blogpost"),
              options=(Argument("purge", "remove a trashed one for good", "flag"),), asks=True),
    Operation("blogpost versions", "its versions", "version", True, "GET", V2 + "/blogposts/{blogpost}/versions",
              takes=_one("blogpost"), filters=("body-format", *_LIST), old=Old("/rest/experimental/content/{blogpost}/version")),
    Operation("blogpost labels", "its labels", "label", True, "GET", V2 + "/blogposts/{blogpost}/labels", takes=_one("blogpost"),
              filters=("prefix", *_LIST), old=Old(V1 + "/content/{blogpost}/label", {}, {"prefix": "prefix"})),
    Operation("blogpost comments", "its footer and inline comments", "comment", True, takes=_one("blogpost"),
              options=(Argument("kind", "footer or inline; both without it"), _FORM),
              filters=("status", "resolution-status", *_LIST)),
    Operation("comment list", "comments of a page or blog post: footer and inline", "comment", True,
              options=(Argument("page", "of this page", "page"), Argument("blogpost", "of this blog post"),
                       Argument("kind", "footer or inline; both without it"), _FORM),
              filters=("status", "resolution-status", *_LIST)),
    Operation("comment get", "one comment, of either kind", "comment", takes=_one("comment"), options=(_FORM,)),
    Operation("comment add", "a comment on a page or blog post, a reply, or one on selected text", "comment", method="POST",
              takes=(Argument("text", "its text: storage format, or plain text", required=True),),
              options=(Argument("page", "on this page", "page"), Argument("blogpost", "on this blog post"),
                       Argument("reply-to", "in reply to this comment"),
                       Argument("selection", "on this text of the page (inline)"),
                       Argument("match", "which occurrence of the text, from 1", "count"))),
    Operation("comment update", "its next version", "comment", method="PUT",
              takes=(*_one("comment"), Argument("text", "its new text", required=True)), options=(_VERSION,)),
    Operation("comment delete", "remove it for good", "", method="DELETE", takes=_one("comment"), asks=True),
    Operation("comment replies", "the replies to it", "comment", True, takes=_one("comment"), options=(_FORM,), filters=_LIST),
    Operation("comment resolve", "close an inline comment", "comment", method="PUT", takes=_one("comment")),
    Operation("comment reopen", "open an inline comment again", "comment", method="PUT", takes=_one("comment")),
    Operation("attachment list", "attachments of a page, or of the site", "attachment", True,
              options=(Argument("page", "of this page", "page"),), filters=("status", "mediaType", "filename", *_LIST)),
    Operation("attachment get", "one attachment", "attachment", path=V2 + "/attachments/{attachment}", takes=_one("attachment"),
              filters=("version", "include-labels", "include-properties", "include-versions"),
              old=Old(V1 + "/content/{attachment}", {"expand": "version,container"})),
    Operation("attachment upload", "create it, or give the one of that name a new version", "attachment", method="PUT",
              takes=(*_page(), Argument("file", "the file", "file", required=True)),
              options=(Argument("name", "its name on the page"), Argument("comment", "a comment"),
                       Argument("minor", "without telling watchers", "flag"))),
    Operation("attachment download", "its bytes", "bytes", takes=_one("attachment"),
              options=(Argument("output", "the file to write; else its own name; - is stdout", "file"),)),
    Operation("attachment delete", "into the trash", "", method="DELETE", takes=_one("attachment"),
              options=(Argument("purge", "for good, from the trash", "flag"),), asks=True),
    Operation("label list", "labels", "label", True, "GET", V2 + "/labels", filters=("label-id", "prefix", *_LIST),
              everywhere=False),
    Operation("label add", "labels for a page", "label", True, method="POST",
              takes=(*_page(), Argument("names", "the labels", many=True, required=True))),
    Operation("label remove", "labels off a page", "", method="DELETE",
              takes=(*_page(), Argument("names", "the labels", many=True, required=True))),
    Operation("task list", "tasks", "task", True, "GET", V2 + "/tasks",
              filters=("body-format", "include-blank-tasks", "status", "task-id", "space-id", "page-id", "blogpost-id",
                       "created-by", "assigned-to", "completed-by", "created-at-from", "created-at-to", "due-at-from",
                       "due-at-to", "completed-at-from", "completed-at-to", "cursor"),
              options=(_SPACE,), everywhere=False),
    Operation("task get", "one task", "task", path=V2 + "/tasks/{task}", takes=_one("task"), filters=("body-format",),
              everywhere=False),
    Operation("task complete", "tick it", "task", method="PUT", takes=_one("task"), everywhere=False),
    Operation("task reopen", "untick it", "task", method="PUT", takes=_one("task"), everywhere=False),
    Operation("custom-content list", "custom content of a type", "custom-content", True, "GET", V2 + "/custom-content",
              filters=("id", "body-format", *_LIST),
              options=(Argument("type", "the type; the API wants it", required=True), _SPACE), everywhere=False),
    Operation("custom-content get", "one", "custom-content", path=V2 + "/custom-content/{id}", takes=_one("id"),
              filters=("version", "include-labels", "include-properties"), options=(_FORM,), everywhere=False),
    Operation("folder create", "a new folder", "folder", method="POST",
              options=(Argument("space", "key (or id) of the space", "space", required=True),
                       Argument("title", "its title", required=True), Argument("parent", "the page or folder above it")),
              everywhere=False),
    Operation("folder get", "one folder", "folder", path=V2 + "/folders/{folder}", takes=_one("folder"), everywhere=False),
    Operation("folder children", "what is in it", "child", True, "GET", V2 + "/folders/{folder}/direct-children",
              takes=_one("folder"), filters=_LIST, everywhere=False),
    Operation("folder delete", "into the trash; what is in it moves up", "", False, "DELETE", V2 + "/folders/{folder}",
              takes=_one("folder"), asks=True, everywhere=False),
    Operation("user current", "who you are", "user", path=V1 + "/user/current", old=Old(V1 + "/user/current")),
    Operation("user get", "somebody, by account id", "user", takes=(Argument("account", "account id; on Data Center the user name", required=True),)),
    Operation("user search", "people by name", "user", True, takes=(Argument("name", "a part of the name", required=True),)),
    Operation("search", "content by CQL", "found", True, takes=(Argument("cql", "the query", required=True),),
              filters=("excerpt", "includeArchivedSpaces")),
    Operation("connection list", "connections of the OAuth gateway", "connection", True,
              options=(Argument("status", "ACTIVE, PENDING or FAILED"), Argument("app", "the app (else confluence)"),
                       Argument("all", "of every app", "flag"))),
    Operation("connection create", "a new connection; prints the address to open", "connection", method="POST",
              options=(Argument("open", "open it in the browser", "flag"),
                       Argument("wait", "until it is active", "flag"))),
    Operation("connection get", "one connection", "connection", takes=_one("connection")),
    Operation("connection delete", "remove it", "", method="DELETE", takes=_one("connection"), asks=True),
)  # fmt: skip
BY_NAME = {operation.name: operation for operation in OPERATIONS}

#: Kind → the fields of a table.
COLUMNS = {
    "page": ("id", "title", "status", "version.number", "parentId"),
    "blogpost": ("id", "title", "status", "version.number"),
    "child": ("id", "type", "title", "status"),
    "ancestor": ("id", "type"),
    "version": ("number", "createdAt", "authorId", "message"),
    "label": ("id", "name", "prefix"),
    "attachment": ("id", "title", "mediaType", "fileSize", "version.number"),
    "comment": ("id", "kind", "version.number", "resolutionStatus", "body.storage.value"),
    "property": ("id", "key", "version.number", "value"),
    "space": ("id", "key", "name", "type", "status"),
    "permission": ("id", "principal.type", "principal.id", "operation.key", "operation.targetType"),
    "task": ("id", "status", "pageId", "assignedTo", "dueAt"),
    "custom-content": ("id", "type", "title", "status"),
    "folder": ("id", "title", "parentId"),
    "user": ("accountId", "displayName", "email"),
    "found": ("id", "type", "title", "url"),
    "connection": ("connection_id", "status", "app", "creation_time", "last_updated_time", "metadata"),
}
