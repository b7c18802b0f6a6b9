"""Rows of the table: spaces, comments, attachments, labels, tasks, folders, people, search and the gateway."""

from publisher.confluence import endpoints as to
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.types import (
    CONTENT,
    FORM,
    KIND,
    LIST,
    PURGE,
    REQUIRED_SPACE,
    SPACE,
    VERSION,
    Argument,
    Operation,
    V1Request,
    one,
    page_argument,
)

_SPACE = (REQUIRED_SPACE,)
_BOTH = (Kind.FOOTER_COMMENTS, Kind.INLINE_COMMENTS)
_FIND_PAGE = (to.LIST[Kind.PAGES], to.LIST[Kind.SPACES])


def _on_comments(*tables: dict[Kind, to.Endpoint]) -> tuple[to.Endpoint, ...]:
    return tuple(table[kind] for table in tables for kind in _BOTH)


def _in_space(kind: str) -> V1Request:
    query = {"type": kind, **CONTENT, "spaceKey": "{space}"}
    return V1Request(to.FIND_CONTENT, query, {"title": "title", "status": "status"})


_SPACES = (
    Operation(
        name="space list", help="List spaces", result="space", paged=True, endpoint=to.LIST[Kind.SPACES],
        filters=("ids", "keys", "type", "status", "labels", "favorited-by", "not-favorited-by", "description-format",
                 "include-icon", *LIST),
        v1=V1Request(to.LIST_SPACES_V1, {"expand": "homepage"}, {"keys": "spaceKey", "type": "type", "status": "status"}),
    ),
    Operation(
        name="space get", help="Get a space", result="space", endpoint=to.GET[Kind.SPACES], arguments=_SPACE,
        filters=("description-format", "include-icon", "include-operations", "include-properties", "include-permissions",
                 "include-role-assignments", "include-labels"),
        v1=V1Request(to.GET_SPACE_V1, {"expand": "homepage"}),
    ),
    Operation(
        name="space pages", help="List the pages of a space", result="page", paged=True, endpoint=to.LIST_SPACE_PAGES,
        arguments=_SPACE, filters=("depth", "status", "title", "body-format", *LIST), v1=_in_space("page"),
    ),
    Operation(
        name="space blogposts", help="List the blog posts of a space", result="blogpost", paged=True, endpoint=to.LIST_SPACE_POSTS,
        arguments=_SPACE, filters=("status", "title", "body-format", *LIST), v1=_in_space("blogpost"),
    ),
    Operation(
        name="space properties", help="List the properties of a space", result="property", paged=True,
        endpoint=to.LIST_PROPERTIES[Kind.SPACES], arguments=_SPACE, filters=("key", *LIST),
        v1=V1Request(to.SPACE_PROPERTIES_V1, {"expand": "version"}),
    ),
    Operation(
        name="space permissions", help="List who may do what in a space", result="permission", paged=True,
        endpoint=to.LIST_PERMISSIONS, arguments=_SPACE, filters=("cursor",), on_data_center=False,
    ),
    Operation(
        name="space labels", help="List the labels of a space", result="label", paged=True, endpoint=to.LIST_LABELS[Kind.SPACES],
        arguments=_SPACE, filters=("prefix", *LIST), on_data_center=False,
    ),
)  # fmt: skip

_COMMENTS = (
    Operation(
        name="comment list", help="List comments of a page, a blog post or the whole site", result="comment", paged=True,
        calls=(to.LIST_FOOTER_COMMENTS[Kind.PAGES], to.LIST_INLINE_COMMENTS[Kind.PAGES], to.LIST_FOOTER_COMMENTS[Kind.BLOGPOSTS],
               to.LIST_INLINE_COMMENTS[Kind.BLOGPOSTS], *_on_comments(to.LIST), *_FIND_PAGE),
        options=(Argument("page", "of this page", "page"), Argument("blogpost", "of this blog post"), KIND, FORM),
        filters=("status", "resolution-status", *LIST),
    ),
    Operation(
        name="comment get", help="Get a comment of either kind", result="comment", calls=_on_comments(to.GET),
        arguments=one("comment"), options=(FORM,),
    ),
    Operation(
        name="comment add", help="Comment on a page, a blog post or a selection, or reply", result="comment",
        calls=(*_on_comments(to.GET, to.CREATE), to.GET[Kind.PAGES], to.GET[Kind.BLOGPOSTS], *_FIND_PAGE),
        arguments=(Argument("text", "its text: storage format, or plain text", required=True),),
        options=(Argument("page", "on this page", "page"), Argument("blogpost", "on this blog post"),
                 Argument("reply-to", "in reply to this comment"),
                 Argument("selection", "on this text of the page (inline)"),
                 Argument("match", "which occurrence of the text, from 1", "count")),
    ),
    Operation(
        name="comment update", help="Write the next version of a comment", result="comment", calls=_on_comments(to.GET, to.UPDATE),
        arguments=(*one("comment"), Argument("text", "its new text", required=True)), options=(VERSION,),
    ),
    Operation(
        name="comment delete", help="Delete a comment, for good", calls=_on_comments(to.GET, to.DELETE), arguments=one("comment"),
        confirm=True,
    ),
    Operation(
        name="comment replies", help="List the replies to a comment", result="comment", paged=True,
        calls=_on_comments(to.GET, to.LIST_REPLIES), arguments=one("comment"), options=(FORM,), filters=LIST,
    ),
    Operation(
        name="comment resolve", help="Resolve an inline comment", result="comment",
        calls=(*_on_comments(to.GET), to.UPDATE[Kind.INLINE_COMMENTS]), arguments=one("comment"),
    ),
    Operation(
        name="comment reopen", help="Reopen an inline comment", result="comment",
        calls=(*_on_comments(to.GET), to.UPDATE[Kind.INLINE_COMMENTS]), arguments=one("comment"),
    ),
)  # fmt: skip

_FILES = (
    Operation(
        name="attachment list", help="List attachments of a page or the whole site", result="attachment", paged=True,
        calls=(to.LIST_ATTACHMENTS[Kind.PAGES], to.LIST[Kind.ATTACHMENTS], *_FIND_PAGE),
        options=(Argument("page", "of this page", "page"),), filters=("status", "mediaType", "filename", *LIST),
    ),
    Operation(
        name="attachment get", help="Get an attachment's metadata", result="attachment", endpoint=to.GET[Kind.ATTACHMENTS],
        arguments=one("attachment"), filters=("version", "include-labels", "include-properties", "include-versions"),
        v1=V1Request(to.GET_CONTENT, {"expand": "version,container"}),
    ),
    Operation(
        name="attachment upload", help="Upload a file, or a new version of it", result="attachment",
        calls=(to.LIST_ATTACHMENTS[Kind.PAGES], to.DOWNLOAD, to.PUT_ATTACHMENT, *_FIND_PAGE),
        arguments=(*page_argument(), Argument("file", "the file", "file", required=True)),
        options=(Argument("name", "its name on the page"), Argument("comment", "a comment"),
                 Argument("minor", "do not notify watchers", "flag")),
    ),
    Operation(
        name="attachment download", help="Download an attachment", result="bytes", calls=(to.GET[Kind.ATTACHMENTS], to.DOWNLOAD),
        arguments=one("attachment"),
        options=(Argument("output", "the file to write (default: its own name); - is standard output", "file"),),
    ),
    Operation(
        name="attachment delete", help="Move an attachment to the trash; --purge deletes it from there",
        calls=(to.DELETE[Kind.ATTACHMENTS],), arguments=one("attachment"), options=(PURGE,), confirm=True,
    ),
    Operation(
        name="label list", help="List labels", result="label", paged=True, endpoint=to.LIST[Kind.LABELS],
        filters=("label-id", "prefix", *LIST), on_data_center=False,
    ),
    Operation(
        name="label add", help="Add labels to a page", result="label", paged=True, calls=(to.ADD_LABELS, *_FIND_PAGE),
        arguments=(*page_argument(), Argument("names", "the labels", several=True, required=True)),
    ),
    Operation(
        name="label remove", help="Remove labels from a page", calls=(to.REMOVE_LABEL, *_FIND_PAGE),
        arguments=(*page_argument(), Argument("names", "the labels", several=True, required=True)),
    ),
)  # fmt: skip

_REST = (
    Operation(
        name="task list", help="List tasks", result="task", paged=True, calls=(to.LIST[Kind.TASKS], to.LIST[Kind.SPACES]),
        filters=("body-format", "include-blank-tasks", "status", "task-id", "space-id", "page-id", "blogpost-id",
                 "created-by", "assigned-to", "completed-by", "created-at-from", "created-at-to", "due-at-from",
                 "due-at-to", "completed-at-from", "completed-at-to", "cursor"),
        options=(SPACE,), on_data_center=False,
    ),
    Operation(
        name="task get", help="Get a task", result="task", endpoint=to.GET[Kind.TASKS], arguments=one("task"),
        filters=("body-format",), on_data_center=False,
    ),
    Operation(
        name="task complete", help="Mark a task as done", result="task", calls=(to.UPDATE[Kind.TASKS],), arguments=one("task"),
        on_data_center=False,
    ),
    Operation(
        name="task reopen", help="Mark a task as not done", result="task", calls=(to.UPDATE[Kind.TASKS],), arguments=one("task"),
        on_data_center=False,
    ),
    Operation(
        name="custom-content list", help="List custom content of a type", result="custom-content", paged=True,
        calls=(to.LIST[Kind.CUSTOM_CONTENT], to.LIST[Kind.SPACES]), filters=("id", "body-format", *LIST),
        options=(Argument("type", "the type; the API requires it", required=True), SPACE), on_data_center=False,
    ),
    Operation(
        name="custom-content get", help="Get custom content", result="custom-content", endpoint=to.GET[Kind.CUSTOM_CONTENT],
        arguments=one("id"), filters=("version", "include-labels", "include-properties"), options=(FORM,), on_data_center=False,
    ),
    Operation(
        name="folder create", help="Create a folder", result="folder", calls=(to.CREATE[Kind.FOLDERS], to.LIST[Kind.SPACES]),
        options=(REQUIRED_SPACE, Argument("title", "its title", required=True),
                 Argument("parent", "id of the page or folder above it")), on_data_center=False,
    ),
    Operation(
        name="folder get", help="Get a folder", result="folder", endpoint=to.GET[Kind.FOLDERS], arguments=one("folder"),
        on_data_center=False,
    ),
    Operation(
        name="folder children", help="List what is in a folder", result="child", paged=True, endpoint=to.LIST_CHILDREN[Kind.FOLDERS],
        arguments=one("folder"), filters=LIST, on_data_center=False,
    ),
    Operation(
        name="folder delete", help="Move a folder to the trash; its pages move up", endpoint=to.DELETE[Kind.FOLDERS],
        arguments=one("folder"), confirm=True, on_data_center=False,
    ),
    Operation(
        name="user current", help="Show who you are", result="user", endpoint=to.CURRENT_USER, v1=V1Request(to.CURRENT_USER),
    ),
    Operation(
        name="user get", help="Get a person", result="user", calls=(to.GET_USER,),
        arguments=(Argument("account", "account id; the user name on Data Center", required=True),),
    ),
    Operation(
        name="user search", help="Search people by name", result="user", paged=True, calls=(to.SEARCH_USERS,),
        arguments=(Argument("name", "a part of the name", required=True),),
    ),
    Operation(
        name="search", help="Search content by CQL", result="found", paged=True, calls=(to.SEARCH,),
        arguments=(Argument("cql", "the query", required=True),), filters=("excerpt", "includeArchivedSpaces"),
    ),
)  # fmt: skip

_GATEWAY = (
    Operation(
        name="gateway sites", help="List the sites that the gateway's connection reaches", result="site", paged=True,
        calls=(to.SITES,),
    ),
    Operation(
        name="connection list", help="List connections of the OAuth gateway", result="connection", paged=True, calls=(to.CONNECTIONS,),
        options=(Argument("status", "ACTIVE, PENDING or FAILED"), Argument("app", "the app (default: confluence)"),
                 Argument("all", "of every app", "flag")),
    ),
    Operation(
        name="connection create", help="Create a connection and print the URL to open", result="connection",
        calls=(to.CREATE_CONNECTION, to.GET_CONNECTION),
        options=(Argument("open", "open it in the browser", "flag"), Argument("wait", "wait until it is active", "flag")),
    ),
    Operation(
        name="connection get", help="Get a connection", result="connection", calls=(to.GET_CONNECTION,), arguments=one("connection"),
    ),
    Operation(
        name="connection delete", help="Delete a connection", calls=(to.DELETE_CONNECTION,), arguments=one("connection"), confirm=True,
    ),
)  # fmt: skip

OTHER_ROWS = (*_SPACES, *_COMMENTS, *_FILES, *_REST, *_GATEWAY)
