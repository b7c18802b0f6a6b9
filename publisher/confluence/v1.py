"""REST v1, one function per endpoint: on Cloud for what v2 lacks, on Data Center for everything."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from publisher.confluence import endpoints as to
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.confluence.endpoints import Endpoint
from publisher.errors import BadAnswer

Query = Mapping[str, str | int]
Body = Mapping[str, object]
Files = Mapping[str, object]
NOTHING: Query = {}
#: Rows of a request without bodies (docs/confluence-api.md#row-limits).
MOST_ROWS = 200
Holder = Literal["content", "space"]


def list_from(client: Client, endpoint: Endpoint, ids: tuple[str, ...], query: Query) -> Iterator[JsonObject]:
    """The rows of any list, request by request. 200 rows each unless the query has a ``limit``."""
    return client.pages_of(endpoint.at(*ids), {**query, "limit": query.get("limit", MOST_ROWS)})


# People, search, labels: Cloud and Data Center


def get_current_user(client: Client) -> JsonObject:
    """LoginRefused if the login is wrong, where v2 answers 404. Data Center answers anonymous users with a success."""
    return client.fetch("GET", to.CURRENT_USER.at())


def get_user(client: Client, query: Query) -> JsonObject:
    """``accountId`` on Cloud, ``username`` or ``key`` on Data Center."""
    return client.fetch("GET", to.GET_USER.at(), params=dict(query))


def search_users(client: Client, query: Query) -> Iterator[JsonObject]:
    """Cloud only."""
    return list_from(client, to.SEARCH_USERS, (), query)


def unwatch(client: Client, page: str) -> None:
    client.request("DELETE", to.UNWATCH.at(page))


def search(client: Client, query: Query) -> Iterator[JsonObject]:
    """By CQL. Answers may be short before the end, and the index lags behind."""
    return list_from(client, to.SEARCH, (), query)


def search_content(client: Client, query: Query) -> Iterator[JsonObject]:
    """By CQL; rows are content, not wrapped."""
    return list_from(client, to.SEARCH_CONTENT, (), query)


def find_label(client: Client, name: str) -> JsonObject:
    """NotFound for one that nothing has."""
    return client.fetch("GET", to.FIND_LABEL.at(), params={"name": name})


def add_labels(client: Client, page: str, names: Sequence[str]) -> list[JsonObject]:
    """All labels of the page afterwards."""
    data = json.dumps([{"prefix": "global", "name": name} for name in names])
    headers = {"Content-Type": "application/json"}
    path = to.ADD_LABELS.at(page)
    return client.fetch("POST", path, content=data, headers=headers, repeatable=True).rows()


def remove_label(client: Client, page: str, name: str) -> None:
    """NotFound if the page is gone, and on some servers if the label is."""
    client.request("DELETE", to.REMOVE_LABEL.at(page), params={"name": name})


# Cloud only


def move_page(client: Client, page: str, position: str, target: str) -> None:
    """``position``: before, after or append."""
    client.request("PUT", to.MOVE.at(page, position, target), repeatable=True)


def archive_page(client: Client, page: str) -> str:
    """The id of the task that does it."""
    data = {"pages": [{"id": int(page)}]}
    return client.fetch("POST", to.ARCHIVE.at(), json=data, repeatable=True).identifier()


def get_long_task(client: Client, task: str) -> JsonObject:
    return client.fetch("GET", to.LONG_TASK.at(task))


def put_attachment(client: Client, page: str, files: Files) -> None:
    """Creates it, or gives the one of that name a new version. Data Center answers 405."""
    client.request("PUT", to.PUT_ATTACHMENT.at(page), files=dict(files), repeatable=True)


def get_restrictions(client: Client, page: str) -> list[JsonObject]:
    """By operation, with users and groups."""
    query = {"expand": "restrictions.user,restrictions.group"}
    return client.fetch("GET", to.GET_RESTRICTIONS.at(page), params=query).rows()


def put_restrictions(client: Client, page: str, data: Sequence[Body]) -> None:
    """Replaces all of them."""
    client.request("PUT", to.PUT_RESTRICTIONS.at(page), json=list(data), repeatable=True)


def check_permission(client: Client, number: str, account: str, operation: str) -> bool:
    """Whether an account may do it. NotFound for content that is not there; one that is hidden is (docs/confluence-api.md#hidden)."""
    data = {"subject": {"type": "user", "identifier": account}, "operation": operation}
    answer = client.fetch("POST", to.CHECK_PERMISSION.at(number), json=data, repeatable=True)
    return answer.get("hasPermission") is not False


def get_state(client: Client, page: str) -> JsonObject:
    """The content status of the current version, below ``contentState``; that is left out where there is none."""
    return client.fetch("GET", to.GET_STATE.at(page), params={"status": "current"})


def set_state(client: Client, page: str, name: str, colour: str) -> None:
    """Creates a version of the page."""
    data = {"name": name, "color": colour}
    client.request("PUT", to.SET_STATE.at(page), params={"status": "current"}, json=data, repeatable=True)


def remove_state(client: Client, page: str) -> None:
    client.request("DELETE", to.REMOVE_STATE.at(page), params={"status": "current"})


# Data Center: content


def find_content(client: Client, query: Query) -> Iterator[JsonObject]:
    return list_from(client, to.FIND_CONTENT, (), query)


def scan_content(client: Client, query: Query) -> Iterator[JsonObject]:
    """A whole space, from the database; NotFound before version 7.18."""
    return list_from(client, to.SCAN_CONTENT, (), query)


def get_content(client: Client, number: str, query: Query) -> JsonObject:
    """``status``: ``any`` also finds what is in the trash."""
    return client.fetch("GET", to.GET_CONTENT.at(number), params=dict(query))


def create_content(client: Client, data: Body, query: Query) -> JsonObject:
    return client.fetch("POST", to.CREATE_CONTENT.at(), params=dict(query), json=dict(data))


def update_content(client: Client, number: str, data: Body, query: Query) -> JsonObject:
    return client.fetch("PUT", to.UPDATE_CONTENT.at(number), params=dict(query), json=dict(data))


def delete_content(client: Client, number: str, query: Query = NOTHING) -> None:
    """Pages, blog posts, comments and attachments."""
    client.request("DELETE", to.DELETE_CONTENT.at(number), params=dict(query))


def list_child_pages(client: Client, number: str, query: Query = NOTHING) -> Iterator[JsonObject]:
    return list_from(client, to.CHILD_PAGES, (number,), query)


def list_comments(client: Client, number: str, query: Query) -> Iterator[JsonObject]:
    """Of a page, a blog post, or replies to a comment."""
    return list_from(client, to.CHILD_COMMENTS, (number,), query)


# Data Center: properties are addressed by key


def list_properties(client: Client, holder: Holder, number: str) -> Iterator[JsonObject]:
    return list_from(client, to.PROPERTIES_V1, (holder, number), {"expand": "version"})


def get_property(client: Client, holder: Holder, number: str, key: str) -> JsonObject:
    return client.fetch("GET", to.PROPERTY_V1.at(holder, number, key))


def create_property(client: Client, holder: Holder, number: str, key: str, value: object) -> JsonObject:
    """VersionConflict if there is one of that key."""
    return client.fetch("POST", to.CREATE_PROPERTY_V1.at(holder, number), json={"key": key, "value": value})


def update_property(client: Client, holder: Holder, number: str, key: str, data: Body) -> JsonObject:
    return client.fetch("PUT", to.UPDATE_PROPERTY_V1.at(holder, number, key), json={**data, "key": key})


def delete_property(client: Client, holder: Holder, number: str, key: str) -> None:
    client.request("DELETE", to.DELETE_PROPERTY_V1.at(holder, number, key))


# Data Center: attachments, spaces


def list_attachments(client: Client, page: str, query: Query) -> Iterator[JsonObject]:
    return list_from(client, to.CHILD_ATTACHMENTS, (page,), query)


def create_attachment(client: Client, page: str, files: Files) -> JsonObject:
    """Rejected if the page has one of that name."""
    return _only(client.fetch("POST", to.CREATE_ATTACHMENT.at(page), files=dict(files)))


def update_attachment(client: Client, page: str, attachment: str, files: Files) -> JsonObject:
    """A new version. Sent again, the same bytes make one version more at worst."""
    path = to.UPDATE_ATTACHMENT.at(page, attachment)
    return _only(client.fetch("POST", path, files=dict(files), repeatable=True))


def _only(answer: JsonObject) -> JsonObject:
    """Servers answer an upload with the attachment, or with a list of it (docs/confluence-api.md#attachments)."""
    if "results" not in answer:
        return answer
    rows = answer.rows()
    if not rows:
        raise BadAnswer(f"{answer.source}: the answer names no attachment")
    return rows[0]


def get_space(client: Client, key: str) -> JsonObject:
    return client.fetch("GET", to.GET_SPACE_V1.at(key), params={"expand": "homepage"})
