"""The client of everything: ``Confluence.run("page list", space="DOCS")``, or ``confluence.page.list(space="DOCS")``.

Plain requests follow from the table of operations; what needs more than one request, or a body, is a function here.
"""

import json
import re
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from publisher.confluence.client import V1, V2, Client
from publisher.confluence.operations import BY_NAME, Operation
from publisher.confluence.values import Item, item, item_of_v1
from publisher.errors import NotFound, Rejected, UsageError, VersionConflict

Arguments = Mapping[str, Any]
Handler = Callable[["Confluence", Arguments], Any]
HANDLERS: dict[str, Handler] = {}
_PLURAL = {
    "page": "pages",
    "blogpost": "blogposts",
    "attachment": "attachments",
    "comment": "comments",
    "space": "spaces",
}
_MOST = 250  # rows of a request, reference B.0


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Registers the function that carries out these operations on Cloud."""

    def register(function: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(names, function))
        return function

    return register


class Verbs:
    """The operations of one resource as methods: ``confluence.page.get(page="123")``."""

    def __init__(self, confluence: "Confluence", resource: str) -> None:
        self._confluence, self._resource = confluence, resource

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        name = f"{self._resource} {verb.replace('_', '-')}"
        if name not in BY_NAME:
            raise AttributeError(f"Confluence has no operation {name!r}")
        return lambda **arguments: self._confluence.run(name, **arguments)


class Confluence:
    """All operations over one client. ``flavor``: cloud or datacenter; ``control``: the gateway's control plane."""

    def __init__(self, client: Client, flavor: str = "cloud", control: Client | None = None) -> None:
        self.client, self.flavor, self.control = client, flavor, control
        self._spaces: dict[str, str] = {}

    def __getattr__(self, resource: str) -> Verbs:
        name = resource.replace("_", "-")
        if not any(operation.resource == name for operation in BY_NAME.values()):
            raise AttributeError(f"Confluence has no resource {name!r}")
        return Verbs(self, name)

    def run(self, name: str, /, **arguments: Any) -> Any:
        """An ``Item``, an iterator of them, bytes, or None. UsageError for what the product or the operation has not.

        Names are those of the table, with ``_`` for ``-``; None means not given. ``limit``: at most so many rows.
        """
        operation = BY_NAME[name]
        given = {key: value for key, value in arguments.items() if value is not None and value is not False}
        self._check(operation, given)
        if operation.resource == "connection":
            return HANDLERS[name](self, given)
        if self.flavor == "datacenter":
            from publisher.confluence.datacenter import run_old

            return run_old(self, operation, given)
        handler = HANDLERS.get(name)
        return handler(self, given) if handler else self._plain(operation, given)

    def _check(self, operation: Operation, given: Arguments) -> None:
        arguments = (*operation.takes, *operation.options)
        known = {argument.key for argument in arguments} | {name.replace("-", "_") for name in operation.filters}
        known |= {"limit"} if operation.many else set()
        unknown = sorted(set(given) - known)
        missing = sorted(argument.name for argument in arguments if argument.required and argument.key not in given)
        if unknown or missing:
            words = [f"has no `{name.replace('_', '-')}`" for name in unknown] + [f"needs `{name}`" for name in missing]
            raise UsageError(f"{operation.name}: " + ", ".join(words))

    def _plain(self, operation: Operation, given: Arguments) -> Any:
        path = self.fill(operation, given)
        query = filters_of(operation, given)
        if "space" in given and "{space}" not in operation.path:
            query["space-id"] = self.space_id(given["space"])
        if "type" in given:
            query["type"] = given["type"]
        if "body_format" in given:
            query["body-format"] = given["body_format"]
        if operation.many:
            if "label" in given:
                others = sorted(set(query) - {"space-id", "body-format", "sort"})
                if others:  # Confluence would ignore them in silence (reference B.1)
                    raise UsageError(
                        f"{operation.name}: --label goes with --space, --body-format and --sort only, not with --{others[0]}"
                    )
                path = f"{V2}/labels/{self._label_id(given['label'])}/pages"
            return self.listed(operation.result, path, query, given.get("limit"))
        answer = self.client.request(operation.method, path, params=query)
        if not operation.result:
            return None
        return item_of_v1(operation.result, answer) if path.startswith(V1) else item(operation.result, answer)

    def fill(self, operation: Operation, given: Arguments) -> str:
        """The path with its names filled in: pages by id, address or title, spaces by key or id."""
        path = operation.path
        for argument in operation.takes:
            hole = "{" + argument.key + "}"
            if hole in path:
                path = path.replace(hole, quote(self.resolve(argument.kind, given[argument.key]), safe=""))
        return path

    def resolve(self, kind: str, value: str) -> str:
        """The id that a person's word for a page or space stands for."""
        if kind == "page":
            return self.page_id(value)
        return self.space_id(value) if kind == "space" else value

    def page_id(self, text: str) -> str:
        """Of an id, an address, or a title (``SPACE:Title`` looks in one space). NotFound; UsageError if it is ambiguous."""
        if text.isdigit():
            return text
        address = re.search(r"/pages/(\d+)|[?&]pageId=(\d+)", text) if "//" in text else None
        if address:
            return address[1] or address[2]
        space, colon, title = text.partition(":")
        in_space = bool(colon) and re.fullmatch(r"~?[A-Za-z0-9]+", space) is not None
        rows = list(self._titled(title if in_space else text, space if in_space else ""))
        if not rows and in_space:
            rows = list(self._titled(text, ""))
        if not rows:
            raise NotFound(f"there is no page {text!r}, or this account cannot see it; give its id or address", 404)
        if len(rows) > 1:
            raise UsageError(f"{len(rows)} pages are called {text!r}: {', '.join(row.id for row in rows)}; give the id")
        return rows[0].id

    def _titled(self, title: str, space: str) -> Iterable[Item]:
        arguments = {"title": title, **({"space": space} if space else {})}
        try:
            yield from self.run("page list", **arguments)
        except NotFound:
            return

    def space_id(self, key: str) -> str:
        """Of a key or an id; looked up once. Data Center has keys only."""
        if self.flavor == "datacenter" or key.isdigit():
            return key
        if key not in self._spaces:
            found = self.client.request("GET", V2 + "/spaces", params={"keys": key})["results"]
            if not found:
                raise NotFound(f"there is no space {key!r}, or this account cannot see it", 404)
            self._spaces[key] = str(found[0]["id"])
        return self._spaces[key]

    def _label_id(self, name: str) -> str:
        answer = self.client.request("GET", V1 + "/label", params={"name": name})
        return str(answer["label"]["id"])

    def listed(self, kind: str, path: str, query: Mapping[str, Any], limit: int | None = None) -> Iterator[Item]:
        """Rows as they come, one request for each page of them; no more are asked for than ``limit``."""
        rows = self.client.pages_of(path, {**query, "limit": min(limit or _MOST, _MOST)})
        for count, row in enumerate(rows, 1):
            yield item(kind, row)
            if count == limit:
                return


def filters_of(operation: Operation, given: Arguments) -> dict[str, Any]:
    """The query of v2 for the filters that are given."""
    keys = {name.replace("-", "_"): name for name in operation.filters}
    return {keys[key]: _wire(value) for key, value in given.items() if key in keys}


def _wire(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def read_body(given: Arguments) -> dict[str, str] | None:
    """``representation`` and ``value`` of the body that is given; None if none is."""
    if "body" in given and "body_file" in given:
        raise UsageError("give either --body or --body-file")
    form = given.get("representation", "storage")
    if "body" in given:
        return {"representation": form, "value": given["body"]}
    if "body_file" in given:
        return {"representation": form, "value": str(given["body_file"])}
    return None


# Pages and blog posts


@handles("page create")
def _create_page(confluence: Confluence, given: Arguments) -> Item:
    return _create_content(confluence, "page", given)


@handles("blogpost create")
def _create_post(confluence: Confluence, given: Arguments) -> Item:
    return _create_content(confluence, "blogpost", given)


def _create_content(confluence: Confluence, kind: str, given: Arguments) -> Item:
    data: dict[str, Any] = {"spaceId": confluence.space_id(given["space"]), "title": given["title"]}
    data |= {"status": "draft" if given.get("draft") else "current"}
    data |= {"body": read_body(given) or {"representation": "storage", "value": ""}}
    if given.get("parent"):
        data["parentId"] = confluence.page_id(given["parent"])
    query = {name: "true" for name in ("private", "root-level") if given.get(name.replace("-", "_"))}
    return item(kind, confluence.client.request("POST", f"{V2}/{_PLURAL[kind]}", params=query, json=data))


def _update_content(confluence: Confluence, kind: str, number: str, given: Arguments) -> Item:
    """The next version of what is there, unless a version is named; what is not given stays as it is."""
    path = f"{V2}/{_PLURAL[kind]}/{number}"
    now = confluence.client.request("GET", path, params={"body-format": "storage"})
    kept = {"representation": "storage", "value": now["body"]["storage"]["value"]}
    data: dict[str, Any] = {
        "id": number,
        "status": now["status"] if now["status"] == "draft" else "current",
        "title": given.get("title", now["title"]),
        "body": read_body(given) or kept,
        "version": {
            "number": int(given.get("version") or now["version"]["number"] + 1),
            "message": given.get("message", ""),
            **({"minorEdit": True} if given.get("minor") else {}),
        },
    }
    if given.get("parent"):
        data["parentId"] = confluence.page_id(given["parent"])
    return item(kind, confluence.client.request("PUT", path, json=data))


@handles("page update")
def _update_page(confluence: Confluence, given: Arguments) -> Item:
    return _update_content(confluence, "page", confluence.page_id(given["page"]), given)


@handles("blogpost update")
def _update_post(confluence: Confluence, given: Arguments) -> Item:
    return _update_content(confluence, "blogpost", given["blogpost"], given)


@handles("page get", "blogpost get")
def _get(confluence: Confluence, given: Arguments) -> Item:
    kind = "page" if "page" in given else "blogpost"
    number = confluence.page_id(given["page"]) if kind == "page" else given["blogpost"]
    query = filters_of(BY_NAME[f"{kind} get"], given) | {"body-format": given.get("body_format", "storage")}
    return item(kind, confluence.client.request("GET", f"{V2}/{_PLURAL[kind]}/{number}", params=query))


@handles("page move")
def _move(confluence: Confluence, given: Arguments) -> Item:
    where = given.get("position", "append")
    if where not in {"append", "before", "after"}:
        raise UsageError("--position is append, before or after")
    number, target = confluence.page_id(given["page"]), confluence.page_id(given["to"])
    confluence.client.request("PUT", f"{V1}/content/{number}/move/{where}/{target}", repeatable=True)
    return item("page", confluence.client.request("GET", f"{V2}/pages/{number}"))


@handles("page delete", "blogpost delete")
def _delete(confluence: Confluence, given: Arguments) -> None:
    kind = "page" if "page" in given else "blogpost"
    number = confluence.page_id(given["page"]) if kind == "page" else given["blogpost"]
    query = {name: "true" for name in ("purge", "draft") if given.get(name)}
    confluence.client.request("DELETE", f"{V2}/{_PLURAL[kind]}/{number}", params=query)


@handles("page restore")
def _restore(confluence: Confluence, given: Arguments) -> Item:
    """A trashed page that becomes current: only its status changes (reference B.1)."""
    path = f"{V2}/pages/{confluence.page_id(given['page'])}"
    now = confluence.client.request("GET", path)
    if now["status"] != "trashed":
        raise UsageError(f"the page {now['id']} is not in the trash; its status is {now['status']}")
    data = {
        "id": now["id"],
        "status": "current",
        "title": now["title"],
        "body": {"representation": "storage", "value": ""},
    }
    version = {"number": now["version"]["number"] + 1, "message": "restored"}
    return item("page", confluence.client.request("PUT", path, json={**data, "version": version}))


# Comments


@handles("page comments", "blogpost comments", "comment list")
def _comments(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    if ("page" in given) == ("blogpost" in given):
        raise UsageError("name a page or a blog post: --page ID or --blogpost ID")
    kind = "page" if "page" in given else "blogpost"
    number = confluence.page_id(given["page"]) if kind == "page" else given["blogpost"]
    wanted = given.get("kind")
    if wanted not in {None, "footer", "inline"}:
        raise UsageError("--kind is footer or inline")
    query = filters_of(BY_NAME["comment list"], given) | {"body-format": given.get("body_format", "storage")}
    left = given.get("limit")
    for each in ("footer", "inline"):
        if wanted in {None, each} and left != 0:
            chosen = {name: value for name, value in query.items() if each == "inline" or name != "resolution-status"}
            rows = confluence.listed("comment", f"{V2}/{_PLURAL[kind]}/{number}/{each}-comments", chosen, left)
            for row in rows:
                left = left - 1 if left is not None else None
                yield Item("comment", {**row.fields, "kind": each}, row.raw)


def _comment_path(confluence: Confluence, number: str) -> str:
    """The id does not tell the kind: the footer comments are asked first."""
    try:
        confluence.client.request("GET", f"{V2}/footer-comments/{number}")
    except NotFound:
        return f"{V2}/inline-comments/{number}"
    return f"{V2}/footer-comments/{number}"


@handles("comment get")
def _get_comment(confluence: Confluence, given: Arguments) -> Item:
    query = {"body-format": given.get("body_format", "storage")}
    for kind in ("footer", "inline"):
        try:
            answer = confluence.client.request("GET", f"{V2}/{kind}-comments/{given['comment']}", params=query)
        except NotFound:
            if kind == "inline":
                raise
        else:
            return Item("comment", {**answer, "kind": kind}, answer)
    raise AssertionError("the second look returns or raises")


def comment_body(text: str) -> dict[str, str]:
    """Storage format as it is; anything else as one paragraph of text."""
    from publisher.storage import escape

    value = text if re.match(r"\s*<[a-z]", text) else f"<p>{escape(text)}</p>"
    return {"representation": "storage", "value": value}


@handles("comment add")
def _add_comment(confluence: Confluence, given: Arguments) -> Item:
    holders = [name for name in ("page", "blogpost", "reply_to") if name in given]
    if len(holders) != 1:
        raise UsageError("name one of --page, --blogpost and --reply-to")
    data: dict[str, Any] = {"body": comment_body(given["text"])}
    path = V2 + "/footer-comments"
    if "reply_to" in given:
        path = _comment_path(confluence, given["reply_to"]).rpartition("/")[0]
        data["parentCommentId"] = given["reply_to"]
    else:
        number = confluence.page_id(given["page"]) if "page" in given else given["blogpost"]
        data["pageId" if "page" in given else "blogPostId"] = number
        if "selection" in given:
            path = V2 + "/inline-comments"
            data["inlineCommentProperties"] = _selection(confluence, holders[0], number, given)
    return item("comment", confluence.client.request("POST", path, json=data))


def _selection(confluence: Confluence, kind: str, number: str, given: Arguments) -> dict[str, Any]:
    """Which occurrence of the text is meant (reference B.5): its index from 0, of so many."""
    from publisher.storage import parse_body

    answer = confluence.client.request("GET", f"{V2}/{_PLURAL[kind]}/{number}", params={"body-format": "storage"})
    count = "".join(map(str, parse_body(answer["body"]["storage"]["value"]).itertext())).count(given["selection"])
    index = int(given.get("match") or 1) - 1
    if not 0 <= index < count:
        raise Rejected(f"the text {given['selection']!r} stands {count} times on the page", 400)
    return {"textSelection": given["selection"], "textSelectionMatchCount": count, "textSelectionMatchIndex": index}


def _change_comment(confluence: Confluence, number: str, change: Mapping[str, Any], version: int | None = None) -> Item:
    path = _comment_path(confluence, number)
    now = confluence.client.request("GET", path, params={"body-format": "storage"})
    data = {"version": {"number": version or now["version"]["number"] + 1}, "body": _kept(now), **change}
    return item("comment", confluence.client.request("PUT", path, json=data))


def _kept(now: Mapping[str, Any]) -> dict[str, str]:
    return {"representation": "storage", "value": now["body"]["storage"]["value"]}


@handles("comment update")
def _update_comment(confluence: Confluence, given: Arguments) -> Item:
    return _change_comment(confluence, given["comment"], {"body": comment_body(given["text"])}, given.get("version"))


@handles("comment resolve")
def _resolve_comment(confluence: Confluence, given: Arguments) -> Item:
    return _set_resolved(confluence, given["comment"], resolved=True)


@handles("comment reopen")
def _reopen_comment(confluence: Confluence, given: Arguments) -> Item:
    return _set_resolved(confluence, given["comment"], resolved=False)


def _set_resolved(confluence: Confluence, number: str, *, resolved: bool) -> Item:
    if "/inline-comments/" not in _comment_path(confluence, number):
        raise UsageError(f"the comment {number} is a footer comment: only inline comments are resolved")
    return _change_comment(confluence, number, {"resolved": resolved})


@handles("comment delete")
def _delete_comment(confluence: Confluence, given: Arguments) -> None:
    confluence.client.request("DELETE", _comment_path(confluence, given["comment"]))


@handles("comment replies")
def _replies(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    path = _comment_path(confluence, given["comment"]) + "/children"
    query = filters_of(BY_NAME["comment replies"], given) | {"body-format": given.get("body_format", "storage")}
    yield from confluence.listed("comment", path, query, given.get("limit"))


# Properties


def holder_of(confluence: Confluence, given: Arguments) -> tuple[str, str]:
    """(kind, id) of what holds a property."""
    holders = [name for name in _PLURAL if name in given]
    if len(holders) != 1:
        raise UsageError("name what holds the property: a page, or one of --blogpost, --attachment, --comment, --space")
    kind = holders[0]
    return kind, confluence.resolve(kind, given[kind])


def _property_path(confluence: Confluence, given: Arguments) -> str:
    kind, number = holder_of(confluence, given)
    return f"{V2}/{_PLURAL[kind]}/{number}/properties"


@handles("property list")
def _list_properties(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    query = filters_of(BY_NAME["property list"], given)
    yield from confluence.listed("property", _property_path(confluence, given), query, given.get("limit"))


def _find_property(confluence: Confluence, path: str, key: str) -> dict[str, Any] | None:
    rows = confluence.client.request("GET", path, params={"key": key})["results"]
    return rows[0] if rows else None


@handles("property get")
def _get_property(confluence: Confluence, given: Arguments) -> Item:
    path = _property_path(confluence, given)
    found = _find_property(confluence, path, given["key"])
    if found is None and given["key"].isdigit():
        found = confluence.client.request("GET", f"{path}/{given['key']}")
    if found is None:
        raise NotFound(f"there is no property {given['key']!r}", 404)
    return item("property", found)


@handles("property set")
def _set_property(confluence: Confluence, given: Arguments) -> Item:
    """Created, or its next version. Confluence makes some on its own: a 409 of a creation is answered by an update."""
    path, key = _property_path(confluence, given), given["key"]
    now = _find_property(confluence, path, key)
    if now is None:
        try:
            return item("property", confluence.client.request("POST", path, json={"key": key, "value": given["value"]}))
        except VersionConflict:
            now = _find_property(confluence, path, key)
            if now is None:
                raise
    version = {"number": int(given.get("version") or now["version"]["number"] + 1)}
    data = {"key": key, "value": given["value"], "version": version}
    return item("property", confluence.client.request("PUT", f"{path}/{now['id']}", json=data))


@handles("property delete")
def _delete_property(confluence: Confluence, given: Arguments) -> None:
    path = _property_path(confluence, given)
    found = _find_property(confluence, path, given["key"])
    if found is None:
        raise NotFound(f"there is no property {given['key']!r}", 404)
    confluence.client.request("DELETE", f"{path}/{found['id']}")


# Attachments


@handles("attachment list")
def _list_attachments(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    path = f"{V2}/pages/{confluence.page_id(given['page'])}/attachments" if "page" in given else V2 + "/attachments"
    yield from confluence.listed("attachment", path, filters_of(BY_NAME["attachment list"], given), given.get("limit"))


@handles("attachment upload")
def _upload(confluence: Confluence, given: Arguments) -> Item:
    """PUT creates it or makes a version (reference B.6); nothing is sent if the bytes are there already."""
    page, file = confluence.page_id(given["page"]), Path(given["file"])
    name, data = given.get("name", file.name), read_file(file)
    rows = confluence.client.request("GET", f"{V2}/pages/{page}/attachments", params={"filename": name})["results"]
    if rows and rows[0].get("fileSize") == len(data) and download(confluence, rows[0]["downloadLink"]) == data:
        return item("attachment", rows[0])
    files = upload_parts(name, data, given)
    confluence.client.request("PUT", f"{V1}/content/{page}/child/attachment", files=files, repeatable=True)
    rows = confluence.client.request("GET", f"{V2}/pages/{page}/attachments", params={"filename": name})["results"]
    return item("attachment", rows[0])


def read_file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None


def upload_parts(name: str, data: bytes, given: Arguments) -> dict[str, Any]:
    """The parts of the form; a comment without a character set would be read as Latin-1 (reference B.6)."""
    import mimetypes

    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    minor = (None, b"true" if given.get("minor") else b"false")
    comment = (None, str(given.get("comment", "")).encode(), "text/plain; charset=utf-8")
    return {"file": (name, data, media), "minorEdit": minor, "comment": comment}


def download(confluence: Confluence, link: str) -> bytes:
    """Follows to where the bytes are: on another host without the login, for the address carries one of its own."""
    return confluence.client.download(link if link.startswith("/") else "/" + link)


@handles("attachment download")
def _download(confluence: Confluence, given: Arguments) -> Item:
    answer = confluence.client.request("GET", f"{V2}/attachments/{given['attachment']}")
    return Item("bytes", {**answer, "bytes": download(confluence, answer["downloadLink"])}, answer)


@handles("attachment delete")
def _delete_attachment(confluence: Confluence, given: Arguments) -> None:
    query = {"purge": "true"} if given.get("purge") else {}
    confluence.client.request("DELETE", f"{V2}/attachments/{given['attachment']}", params=query)


# Labels, tasks, folders, users, search


@handles("label add")
def _add_labels(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    page = confluence.page_id(given["page"])
    data = [{"prefix": "global", "name": name} for name in given["names"]]
    content, headers = json.dumps(data), {"Content-Type": "application/json"}
    path = f"{V1}/content/{page}/label"
    answer = confluence.client.request("POST", path, content=content, headers=headers, repeatable=True)
    return (item_of_v1("label", row) for row in answer["results"])


@handles("label remove")
def _remove_labels(confluence: Confluence, given: Arguments) -> None:
    page = confluence.page_id(given["page"])
    for name in given["names"]:
        confluence.client.request("DELETE", f"{V1}/content/{page}/label", params={"name": name})


@handles("task complete")
def _complete(confluence: Confluence, given: Arguments) -> Item:
    path = f"{V2}/tasks/{given['task']}"
    return item("task", confluence.client.request("PUT", path, json={"status": "complete"}, repeatable=True))


@handles("task reopen")
def _reopen(confluence: Confluence, given: Arguments) -> Item:
    path = f"{V2}/tasks/{given['task']}"
    return item("task", confluence.client.request("PUT", path, json={"status": "incomplete"}, repeatable=True))


@handles("folder create")
def _create_folder(confluence: Confluence, given: Arguments) -> Item:
    data = {"spaceId": confluence.space_id(given["space"]), "title": given["title"]}
    data |= {"parentId": given["parent"]} if "parent" in given else {}
    return item("folder", confluence.client.request("POST", V2 + "/folders", json=data))


@handles("user get")
def _get_user(confluence: Confluence, given: Arguments) -> Item:
    return item_of_v1("user", confluence.client.request("GET", V1 + "/user", params={"accountId": given["account"]}))


def cql_text(text: str) -> str:
    """A text as CQL quotes it (reference B.9)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@handles("user search")
def _search_users(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    query = {"cql": f"user.fullname ~ {cql_text(given['name'])}", "limit": given.get("limit") or 25}
    rows = confluence.client.pages_of(V1 + "/search/user", query)
    for count, row in enumerate(rows, 1):
        yield item_of_v1("user", row)
        if count == given.get("limit"):
            return


@handles("search")
def _search(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    """Pages of rows may be short, so that only a missing ``next`` is the end (reference B.0)."""
    query = {"cql": given["cql"], "limit": min(given.get("limit") or _MOST, _MOST)}
    query |= filters_of(BY_NAME["search"], given)
    for count, row in enumerate(confluence.client.pages_of(V1 + "/search", query), 1):
        yield item_of_v1("found", row)
        if count == given.get("limit"):
            return


# Connections of the gateway


def _control(confluence: Confluence) -> Client:
    if confluence.control is None:
        raise UsageError("connections belong to an OAuth gateway: set CONFLUENCE_GATEWAY=maton (or --gateway maton)")
    return confluence.control


@handles("connection list")
def _list_connections(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    query = {"status": given["status"]} if "status" in given else {}
    query |= {} if given.get("all") else {"app": given.get("app", "confluence")}
    answer = _control(confluence).request("GET", "/connections", params=query)
    rows = answer["connections"] if isinstance(answer, dict) else answer
    for row in rows[: given.get("limit")]:
        # The address holds a session token: it is shown where it is asked for, by `create` and `get`.
        yield Item("connection", {name: value for name, value in row.items() if name != "url"}, row)


def _connection(answer: Mapping[str, Any]) -> Item:
    return item("connection", answer.get("connection", answer))


@handles("connection create")
def _create_connection(confluence: Confluence, given: Arguments) -> Item:
    control = _control(confluence)
    made = _connection(control.request("POST", "/connections", json={"app": "confluence"}))
    if given.get("open"):
        webbrowser.open(str(made.get("url")))
    if given.get("wait"):
        return control.wait_until(
            lambda: _connection(control.request("GET", f"/connections/{made.get('connection_id')}")),
            lambda found: found.get("status") == "ACTIVE",
        )
    return made


@handles("connection get")
def _get_connection(confluence: Confluence, given: Arguments) -> Item:
    return _connection(_control(confluence).request("GET", f"/connections/{quote(given['connection'], safe='')}"))


@handles("connection delete")
def _delete_connection(confluence: Confluence, given: Arguments) -> None:
    _control(confluence).request("DELETE", f"/connections/{quote(given['connection'], safe='')}")
