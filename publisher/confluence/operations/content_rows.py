"""Rows of the table: pages, blog posts and their properties."""

from publisher.confluence import endpoints as to
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.types import (
    BODY,
    CONTENT,
    FORM,
    INCLUDE,
    KIND,
    LIST,
    MESSAGE,
    OPTIONAL_PAGE,
    PURGE,
    REQUIRED_SPACE,
    SPACE,
    TEXT_FORM,
    VERSION,
    Argument,
    Operation,
    V1Request,
    one,
    page_argument,
)

_TITLE = Argument("title", "the new title")
_DRAFT = Argument("draft", "as a draft", "flag")
_PRIVATE = Argument("private", "visible to its creator only", "flag")
_MINOR = Argument("minor", "do not notify watchers", "flag")
_HOLDERS = (
    Argument("blogpost", "the blog post that has it, instead of a page"),
    Argument("attachment", "the attachment that has it, instead of a page"),
    Argument("comment", "the comment that has it, instead of a page"),
    Argument("space", "the space that has it, instead of a page", "space"),
)
_HOLDER_KINDS = (Kind.PAGES, Kind.BLOGPOSTS, Kind.ATTACHMENTS, Kind.COMMENTS, Kind.SPACES)
_LIST_PROPERTIES = tuple(to.LIST_PROPERTIES[kind] for kind in _HOLDER_KINDS)
_FIND_PAGE = (to.LIST[Kind.PAGES], to.LIST[Kind.SPACES])


def _on_holders(*tables: dict[Kind, to.Endpoint]) -> tuple[to.Endpoint, ...]:
    return tuple(table[kind] for table in tables for kind in _HOLDER_KINDS)


_PAGES = (
    Operation(
        name="page list", help="List pages", result="page", paged=True,
        calls=(to.LIST[Kind.PAGES], to.LIST[Kind.SPACES], to.FIND_LABEL, to.LIST_LABELLED_PAGES),
        filters=("id", "status", "title", "body-format", "subtype", *LIST),
        options=(SPACE, Argument("label", "pages with this label")),
        v1=V1Request(to.FIND_CONTENT, {"type": "page", **CONTENT}, {"space": "spaceKey", "title": "title", "status": "status"}),
    ),
    Operation(
        name="page get", help="Get a page", result="page", calls=(to.GET[Kind.PAGES], *_FIND_PAGE), arguments=page_argument(),
        filters=("version", "get-draft", "status", *INCLUDE), options=(TEXT_FORM,),
    ),
    Operation(
        name="page create", help="Create a page", result="page", calls=(to.CREATE[Kind.PAGES], *_FIND_PAGE),
        options=(REQUIRED_SPACE, Argument("title", "its title", required=True), Argument("parent", "the page above it", "page"),
                 *BODY, _DRAFT, _PRIVATE, Argument("root-level", "beside the space's home page", "flag")),
    ),
    Operation(
        name="page update", help="Write a new version of a page", result="page",
        calls=(to.GET[Kind.PAGES], to.UPDATE[Kind.PAGES], *_FIND_PAGE), arguments=page_argument(),
        options=(_TITLE, *BODY, Argument("parent", "the new page above it", "page"), MESSAGE, VERSION, _MINOR),
    ),
    Operation(
        name="page move", help="Move a page below or beside another one", result="page",
        calls=(to.MOVE, to.GET[Kind.PAGES], *_FIND_PAGE), arguments=page_argument(),
        options=(Argument("to", "the page to move it to", "page"), Argument("parent", "the page to move it below", "page"),
                 Argument("position", "append (below it), before or after (default: append)")),
    ),
    Operation(
        name="page delete", help="Move a page to the trash; --purge deletes it from there", calls=(to.DELETE[Kind.PAGES], *_FIND_PAGE),
        arguments=page_argument(), options=(PURGE, Argument("draft", "delete a draft, for good", "flag")), confirm=True,
    ),
    Operation(
        name="page restore", help="Restore a page from the trash", result="page",
        calls=(to.GET[Kind.PAGES], to.UPDATE[Kind.PAGES], *_FIND_PAGE), arguments=page_argument("id of the page"),
    ),
    Operation(
        name="page children", help="List the pages and folders right below a page", result="child", paged=True,
        endpoint=to.LIST_CHILDREN[Kind.PAGES], arguments=page_argument(), filters=LIST, v1=V1Request(to.CHILD_PAGES, CONTENT),
    ),
    Operation(
        name="page descendants", help="List everything below a page", result="child", paged=True,
        endpoint=to.LIST_DESCENDANTS[Kind.PAGES], arguments=page_argument(), filters=("depth", "cursor"),
        v1=V1Request(to.SEARCH_CONTENT, CONTENT, cql="ancestor={page}"),
    ),
    Operation(
        name="page ancestors", help="List the pages above a page, from the top", result="ancestor", paged=True,
        endpoint=to.LIST_ANCESTORS[Kind.PAGES], arguments=page_argument(),
    ),
    Operation(
        name="page versions", help="List the versions of a page, newest first", result="version", paged=True,
        endpoint=to.LIST_VERSIONS[Kind.PAGES], arguments=page_argument(), filters=("body-format", *LIST),
        v1=V1Request(to.CONTENT_VERSIONS),
    ),
    Operation(
        name="page labels", help="List the labels of a page", result="label", paged=True, endpoint=to.LIST_LABELS[Kind.PAGES],
        arguments=page_argument(), filters=("prefix", *LIST), v1=V1Request(to.CONTENT_LABELS, {}, {"prefix": "prefix"}),
    ),
    Operation(
        name="page attachments", help="List the attachments of a page", result="attachment", paged=True,
        endpoint=to.LIST_ATTACHMENTS[Kind.PAGES], arguments=page_argument(), filters=("status", "mediaType", "filename", *LIST),
        v1=V1Request(to.CHILD_ATTACHMENTS, {"expand": "version,container"}, {"filename": "filename", "mediaType": "mediaType"}),
    ),
    Operation(
        name="page comments", help="List the footer and inline comments of a page", result="comment", paged=True,
        calls=(to.LIST_FOOTER_COMMENTS[Kind.PAGES], to.LIST_INLINE_COMMENTS[Kind.PAGES], *_FIND_PAGE), arguments=page_argument(),
        options=(KIND, FORM), filters=("status", "resolution-status", *LIST),
    ),
)  # fmt: skip

_PROPERTIES = (
    Operation(
        name="property list", help="List content properties", result="property", paged=True, calls=_LIST_PROPERTIES,
        arguments=OPTIONAL_PAGE, options=_HOLDERS, filters=("key", *LIST),
    ),
    Operation(
        name="property get", help="Get a content property by key or id", result="property",
        calls=_on_holders(to.LIST_PROPERTIES, to.GET_PROPERTY),
        arguments=(*OPTIONAL_PAGE, Argument("key", "its key, or id", required=True)), options=_HOLDERS,
    ),
    Operation(
        name="property set", help="Create a content property, or write its next version", result="property",
        calls=_on_holders(to.LIST_PROPERTIES, to.CREATE_PROPERTY, to.UPDATE_PROPERTY),
        arguments=(*OPTIONAL_PAGE, Argument("key", "its key", required=True),
                   Argument("value", "its value as JSON; anything else is taken as a string", "json", required=True)),
        options=(*_HOLDERS, VERSION),
    ),
    Operation(
        name="property delete", help="Delete a content property", calls=_on_holders(to.LIST_PROPERTIES, to.DELETE_PROPERTY),
        arguments=(*OPTIONAL_PAGE, Argument("key", "its key", required=True)), options=_HOLDERS, confirm=True,
    ),
)  # fmt: skip

_POSTS = (
    Operation(
        name="blogpost list", help="List blog posts", result="blogpost", paged=True,
        calls=(to.LIST[Kind.BLOGPOSTS], to.LIST[Kind.SPACES]), filters=("id", "status", "title", "body-format", *LIST),
        options=(SPACE,),
        v1=V1Request(to.FIND_CONTENT, {"type": "blogpost", **CONTENT}, {"space": "spaceKey", "title": "title", "status": "status"}),
    ),
    Operation(
        name="blogpost get", help="Get a blog post", result="blogpost", calls=(to.GET[Kind.BLOGPOSTS],), arguments=one("blogpost"),
        filters=("version", "get-draft", "status", *INCLUDE[:6]), options=(TEXT_FORM,),
    ),
    Operation(
        name="blogpost create", help="Create a blog post", result="blogpost",
        calls=(to.CREATE[Kind.BLOGPOSTS], to.LIST[Kind.SPACES]),
        options=(REQUIRED_SPACE, Argument("title", "its title", required=True), *BODY, _DRAFT, _PRIVATE),
    ),
    Operation(
        name="blogpost update", help="Write a new version of a blog post", result="blogpost",
        calls=(to.GET[Kind.BLOGPOSTS], to.UPDATE[Kind.BLOGPOSTS]), arguments=one("blogpost"),
        options=(_TITLE, *BODY, MESSAGE, VERSION),
    ),
    Operation(
        name="blogpost delete", help="Move a blog post to the trash; --purge deletes it from there",
        calls=(to.DELETE[Kind.BLOGPOSTS],), arguments=one("blogpost"), options=(PURGE,), confirm=True,
    ),
    Operation(
        name="blogpost versions", help="List the versions of a blog post", result="version", paged=True,
        endpoint=to.LIST_VERSIONS[Kind.BLOGPOSTS], arguments=one("blogpost"), filters=("body-format", *LIST),
        v1=V1Request(to.CONTENT_VERSIONS),
    ),
    Operation(
        name="blogpost labels", help="List the labels of a blog post", result="label", paged=True,
        endpoint=to.LIST_LABELS[Kind.BLOGPOSTS], arguments=one("blogpost"), filters=("prefix", *LIST),
        v1=V1Request(to.CONTENT_LABELS, {}, {"prefix": "prefix"}),
    ),
    Operation(
        name="blogpost comments", help="List the footer and inline comments of a blog post", result="comment", paged=True,
        calls=(to.LIST_FOOTER_COMMENTS[Kind.BLOGPOSTS], to.LIST_INLINE_COMMENTS[Kind.BLOGPOSTS]), arguments=one("blogpost"),
        options=(KIND, FORM), filters=("status", "resolution-status", *LIST),
    ),
)  # fmt: skip

CONTENT_ROWS = (*_PAGES, *_PROPERTIES, *_POSTS)
