"""REST v2 of Confluence Cloud, one function per endpoint. Answers are ``JsonObject``: typed where they are read.

``query`` has the names of the API. See docs/confluence-api.md for what each endpoint does that its name does not say.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from publisher.confluence import endpoints as to
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.confluence.endpoints import Endpoint, Kind

Query = Mapping[str, str | int]
Body = Mapping[str, object]
NOTHING: Query = {}
MOST_ROWS = 250
_COMMENTS = {"footer": Kind.FOOTER_COMMENTS, "inline": Kind.INLINE_COMMENTS}
CommentKind = Literal["footer", "inline"]


def list_from(client: Client, endpoint: Endpoint, ids: tuple[str, ...], query: Query) -> Iterator[JsonObject]:
    """The rows of any list, request by request. 250 rows each unless the query has a ``limit``."""
    return client.pages_of(endpoint.at(*ids), rows_query(query))


def rows_query(query: Query) -> Query:
    """With the number of rows to ask for."""
    return {"limit": MOST_ROWS, **query}


# Pages, blog posts, folders, custom content


def list_content(client: Client, kind: Kind, query: Query) -> Iterator[JsonObject]:
    """Rows have no labels, properties or attachments."""
    return list_from(client, to.LIST[kind], (), query)


def list_space_pages(client: Client, space: str, query: Query) -> Iterator[JsonObject]:
    """``space`` is its id."""
    return list_from(client, to.LIST_SPACE_PAGES, (space,), query)


def list_space_posts(client: Client, space: str, query: Query) -> Iterator[JsonObject]:
    """``space`` is its id."""
    return list_from(client, to.LIST_SPACE_POSTS, (space,), query)


def list_labelled_pages(client: Client, label: str, query: Query) -> Iterator[JsonObject]:
    """``label`` is its id, which v1 knows."""
    return list_from(client, to.LIST_LABELLED_PAGES, (label,), query)


def get_content(client: Client, kind: Kind, number: str, query: Query = NOTHING) -> JsonObject:
    """Also what is in the trash, unless the server hides it (docs/confluence-api.md#trash)."""
    return client.fetch("GET", to.GET[kind].at(number), params=dict(query))


def create_content(client: Client, kind: Kind, data: Body, query: Query = NOTHING) -> JsonObject:
    return client.fetch("POST", to.CREATE[kind].at(), params=dict(query), json=dict(data))


def update_content(client: Client, kind: Kind, number: str, data: Body) -> JsonObject:
    return client.fetch("PUT", to.UPDATE[kind].at(number), json=dict(data))


def delete_content(client: Client, kind: Kind, number: str, query: Query = NOTHING) -> None:
    """Into the trash; NotFound if it is gone."""
    client.request("DELETE", to.DELETE[kind].at(number), params=dict(query))


def list_children(client: Client, kind: Kind, number: str) -> Iterator[JsonObject]:
    """Pages, folders and others right below, in the order of the tree."""
    return list_from(client, to.LIST_CHILDREN[kind], (number,), {})


# Content properties


def list_properties(client: Client, kind: Kind, number: str, query: Query = NOTHING) -> Iterator[JsonObject]:
    return list_from(client, to.LIST_PROPERTIES[kind], (number,), query)


def get_property(client: Client, kind: Kind, number: str, property_id: str) -> JsonObject:
    return client.fetch("GET", to.GET_PROPERTY[kind].at(number, property_id))


def create_property(client: Client, kind: Kind, number: str, key: str, value: object) -> JsonObject:
    """VersionConflict if there is one of that key."""
    return client.fetch("POST", to.CREATE_PROPERTY[kind].at(number), json={"key": key, "value": value})


def update_property(client: Client, kind: Kind, number: str, property_id: str, data: Body) -> JsonObject:
    """``data``: key, value, and the version with its next number."""
    return client.fetch("PUT", to.UPDATE_PROPERTY[kind].at(number, property_id), json=dict(data))


def delete_property(client: Client, kind: Kind, number: str, property_id: str) -> None:
    client.request("DELETE", to.DELETE_PROPERTY[kind].at(number, property_id))


# Comments


def list_comments(client: Client, kind: Kind, number: str, which: CommentKind, query: Query) -> Iterator[JsonObject]:
    """Of one page or blog post."""
    table = to.LIST_FOOTER_COMMENTS if which == "footer" else to.LIST_INLINE_COMMENTS
    return list_from(client, table[kind], (number,), query)


def list_site_comments(client: Client, which: CommentKind, query: Query) -> Iterator[JsonObject]:
    """Of the whole site."""
    return list_from(client, to.LIST[_COMMENTS[which]], (), query)


def get_comment(client: Client, which: CommentKind, number: str, query: Query) -> JsonObject:
    return client.fetch("GET", to.GET[_COMMENTS[which]].at(number), params=dict(query))


def create_comment(client: Client, which: CommentKind, data: Body) -> JsonObject:
    return client.fetch("POST", to.CREATE[_COMMENTS[which]].at(), json=dict(data))


def update_comment(client: Client, which: CommentKind, number: str, data: Body) -> JsonObject:
    return client.fetch("PUT", to.UPDATE[_COMMENTS[which]].at(number), json=dict(data))


def delete_comment(client: Client, which: CommentKind, number: str) -> None:
    """For good: comments have no trash."""
    client.request("DELETE", to.DELETE[_COMMENTS[which]].at(number))


def list_replies(client: Client, which: CommentKind, number: str, query: Query) -> Iterator[JsonObject]:
    return list_from(client, to.LIST_REPLIES[_COMMENTS[which]], (number,), query)


# Attachments


def list_attachments(client: Client, kind: Kind, number: str, query: Query = NOTHING) -> Iterator[JsonObject]:
    """Of one page or blog post."""
    return list_from(client, to.LIST_ATTACHMENTS[kind], (number,), query)


def list_site_attachments(client: Client, query: Query) -> Iterator[JsonObject]:
    return list_from(client, to.LIST[Kind.ATTACHMENTS], (), query)


def get_attachment(client: Client, number: str) -> JsonObject:
    return client.fetch("GET", to.GET[Kind.ATTACHMENTS].at(number))


def delete_attachment(client: Client, number: str, *, purge: bool = False) -> None:
    """Into the trash; ``purge``: out of it, for good."""
    client.request("DELETE", to.DELETE[Kind.ATTACHMENTS].at(number), params={"purge": "true"} if purge else {})


# Spaces, tasks


def list_spaces(client: Client, query: Query) -> Iterator[JsonObject]:
    """An unknown key is no row, and no error."""
    return list_from(client, to.LIST[Kind.SPACES], (), query)


def update_task(client: Client, number: str, *, complete: bool) -> JsonObject:
    data = {"status": "complete" if complete else "incomplete"}
    return client.fetch("PUT", to.UPDATE[Kind.TASKS].at(number), json=data, repeatable=True)
