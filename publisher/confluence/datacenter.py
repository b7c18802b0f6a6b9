"""The same operations on Data Center, which has v1 only (reference B.10): answers get v2's names."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from publisher.confluence.client import V1
from publisher.confluence.operations import Operation
from publisher.confluence.resources import (
    Arguments,
    Confluence,
    Handler,
    comment_body,
    cql_text,
    download,
    holder_of,
    read_body,
    read_file,
    upload_parts,
)
from publisher.confluence.values import Item, item_of_v1
from publisher.errors import NotFound, UsageError, VersionConflict

OLD: dict[str, tuple[Handler, frozenset[str]]] = {}
_EXPAND = "version,space,ancestors,history,body.storage"
_MOST = 200  # rows of a request without bodies, reference C.3


def old(*names: str, knows: str = "") -> Callable[[Handler], Handler]:
    """Registers the function that carries out these operations on Data Center; ``knows``: the flags that it obeys."""

    def register(function: Handler) -> Handler:
        OLD.update(dict.fromkeys(names, (function, frozenset(knows.split()))))
        return function

    return register


def run_old(confluence: Confluence, operation: Operation, given: Arguments) -> Any:
    """UsageError before any request for what Data Center does not have."""
    if operation.name in OLD:
        handler, knows = OLD[operation.name]
        known = {argument.key for argument in operation.takes} | knows | {"limit"}
        if unknown := sorted(set(given) - known):
            raise UsageError(f"{operation.name}: `{unknown[0].replace('_', '-')}` is not available on Data Center")
        return handler(confluence, given)
    if operation.old is None:
        raise UsageError(f"`{operation.name}` is not available on Data Center")
    words = {
        argument.key: confluence.resolve(argument.kind, given[argument.key])
        for argument in operation.takes
        if argument.key in given
    }
    path = operation.old.path.format(**{name: quote(value, safe="") for name, value in words.items()})
    query = {name: value.format(**words) for name, value in operation.old.query.items()}
    for name, wire in operation.old.names.items():
        if name.startswith("_"):
            query[name[1:]] = wire.format(**words)
        elif name.replace("-", "_") in given:
            query[wire] = str(given[name.replace("-", "_")])
    unknown = [key for key in given if key not in words and key not in {"limit", "label", "cursor", "body_format"}
               and key.replace("_", "-") not in operation.old.names and key not in operation.old.names]  # fmt: skip
    if unknown:
        raise UsageError(f"{operation.name}: `{unknown[0].replace('_', '-')}` is not available on Data Center")
    if "label" in given:
        if others := sorted({"title", "status"} & set(given)):
            raise UsageError(
                f"{operation.name}: --label goes with --space and --body-format only, not with --{others[0]}"
            )
        space = f" and space = {cql_text(given['space'])}" if "space" in given else ""
        query = {"cql": f"type = page and label = {cql_text(given['label'])}{space}", "expand": query.get("expand", "")}
        path = V1 + "/content/search"
    if given.get("body_format"):
        query["expand"] = f"{query.get('expand', '')},body.{given['body_format']}"
    if operation.many:
        return listed(confluence, operation.result, path, query, given.get("limit"))
    return item_of_v1(operation.result, confluence.client.request("GET", path, params=query))


def listed(
    confluence: Confluence, kind: str, path: str, query: Mapping[str, Any], limit: int | None = None
) -> Iterator[Item]:
    rows = confluence.client.pages_of(path, {**query, "limit": min(limit or _MOST, _MOST)})
    as_kind = "page" if kind == "child" else kind
    for count, row in enumerate(rows, 1):
        found = item_of_v1(as_kind, row)
        yield Item(kind, {**found.fields, "type": row.get("type", "page")} if kind == "child" else found.fields, row)
        if count == limit:
            return


def _content(confluence: Confluence, number: str, **query: str) -> dict[str, Any]:
    answer = confluence.client.request("GET", f"{V1}/content/{number}", params={"expand": _EXPAND, **query})
    return dict(answer)


@old("page get", "blogpost get", knows="body_format version status")
def _get(confluence: Confluence, given: Arguments) -> Item:
    kind = "page" if "page" in given else "blogpost"
    number = confluence.page_id(given["page"]) if kind == "page" else given["blogpost"]
    form = given.get("body_format", "storage")
    query = {"expand": f"version,space,ancestors,history,body.{form}"}
    if "version" in given:
        query |= {"version": str(given["version"]), "status": "historical"}
    if "status" in given:
        query["status"] = given["status"]
    return item_of_v1(kind, confluence.client.request("GET", f"{V1}/content/{number}", params=query))


@old("page create", knows="space title parent draft body body_file representation")
def _create_page(confluence: Confluence, given: Arguments) -> Item:
    return _create_content(confluence, "page", given)


@old("blogpost create", knows="space title draft body body_file representation")
def _create_post(confluence: Confluence, given: Arguments) -> Item:
    return _create_content(confluence, "blogpost", given)


def _create_content(confluence: Confluence, kind: str, given: Arguments) -> Item:
    body = read_body(given) or {"representation": "storage", "value": ""}
    data: dict[str, Any] = {"type": kind, "title": given["title"], "space": {"key": given["space"]}}
    data["body"] = {body["representation"]: body}
    if given.get("draft"):
        data["status"] = "draft"
    if given.get("parent"):
        data["ancestors"] = [{"id": confluence.page_id(given["parent"])}]
    query = {"expand": _EXPAND}
    return item_of_v1(kind, confluence.client.request("POST", V1 + "/content", params=query, json=data))


@old("page update", "blogpost update", knows="title parent message version minor body body_file representation")
def _update(confluence: Confluence, given: Arguments) -> Item:
    kind = "page" if "page" in given else "blogpost"
    number = confluence.page_id(given["page"]) if kind == "page" else given["blogpost"]
    return _put(confluence, kind, _content(confluence, number), given)


def _put(confluence: Confluence, kind: str, now: Mapping[str, Any], given: Arguments) -> Item:
    body = read_body(given) or {"representation": "storage", "value": now["body"]["storage"]["value"]}
    number = int(given.get("version") or now["version"]["number"] + 1)
    version = {"number": number, "message": given.get("message", ""), "minorEdit": bool(given.get("minor"))}
    data: dict[str, Any] = {
        "id": now["id"], "type": kind, "status": "current", "title": given.get("title", now["title"]), "version": version,
        "body": {body["representation"]: body},
    }  # fmt: skip
    if given.get("parent"):
        data["ancestors"] = [{"id": confluence.page_id(given["parent"])}]
    answer = confluence.client.request("PUT", f"{V1}/content/{now['id']}", params={"expand": _EXPAND}, json=data)
    return item_of_v1(kind, answer)


@old("page move", knows="to position")
def _move(confluence: Confluence, given: Arguments) -> Item:
    """Below another page; beside one there is no request for (reference B.10)."""
    if given.get("position", "append") != "append":
        raise UsageError("page move: --position before and after are not available on Data Center")
    now = _content(confluence, confluence.page_id(given["page"]))
    return _put(confluence, "page", now, {"parent": given["to"]})


@old("page delete", "blogpost delete", knows="purge draft")
def _delete(confluence: Confluence, given: Arguments) -> None:
    number = confluence.page_id(given["page"]) if "page" in given else given["blogpost"]
    query = {"status": "trashed"} if given.get("purge") else {"status": "draft"} if given.get("draft") else {}
    confluence.client.request("DELETE", f"{V1}/content/{number}", params=query)


@old("page restore")
def _restore(confluence: Confluence, given: Arguments) -> Item:
    number = confluence.page_id(given["page"])
    now = _content(confluence, number, status="trashed")
    data = {
        "id": number, "type": "page", "status": "current", "title": now["title"],
        "version": {"number": now["version"]["number"] + 1, "message": "restored"},
    }  # fmt: skip
    query = {"status": "trashed", "expand": _EXPAND}
    return item_of_v1("page", confluence.client.request("PUT", f"{V1}/content/{number}", params=query, json=data))


@old("page ancestors")
def _ancestors(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    now = _content(confluence, confluence.page_id(given["page"]))
    for row in now["ancestors"]:
        yield Item("ancestor", {"id": str(row["id"]), "type": row.get("type", "page")}, row)


# Comments


@old("page comments", "blogpost comments", "comment list", knows="page blogpost kind")
def _comments(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    if ("page" in given) == ("blogpost" in given):
        raise UsageError("name a page or a blog post: --page ID or --blogpost ID")
    number = confluence.page_id(given["page"]) if "page" in given else given["blogpost"]
    query = {"expand": "version,container,body.storage,extensions.inlineProperties,extensions.resolution"}
    if given.get("kind"):
        query["location"] = given["kind"]
    rows = listed(confluence, "comment", f"{V1}/content/{number}/child/comment", query, given.get("limit"))
    for row in rows:
        kind = "inline" if "resolutionStatus" in row.fields else "footer"
        yield Item("comment", {**row.fields, "kind": kind}, row.raw)


def _comment(confluence: Confluence, number: str) -> dict[str, Any]:
    expand = "version,container,ancestors,body.storage,extensions.inlineProperties,extensions.resolution"
    answer = dict(confluence.client.request("GET", f"{V1}/content/{number}", params={"expand": expand}))
    if answer.get("type") != "comment":
        raise NotFound(f"there is no comment {number}", 404)
    return answer


@old("comment get")
def _get_comment(confluence: Confluence, given: Arguments) -> Item:
    found = item_of_v1("comment", _comment(confluence, given["comment"]))
    kind = "inline" if "resolutionStatus" in found.fields else "footer"
    return Item("comment", {**found.fields, "kind": kind}, found.raw)


@old("comment add", knows="page blogpost reply_to")
def _add_comment(confluence: Confluence, given: Arguments) -> Item:
    holders = [name for name in ("page", "blogpost", "reply_to") if name in given]
    if len(holders) != 1:
        raise UsageError("name one of --page, --blogpost and --reply-to")
    data: dict[str, Any] = {"type": "comment", "body": {"storage": comment_body(given["text"])}}
    if "reply_to" in given:
        above = _comment(confluence, given["reply_to"])
        data |= {"container": above["container"], "ancestors": [{"id": given["reply_to"]}]}
    else:
        number = confluence.page_id(given["page"]) if "page" in given else given["blogpost"]
        data["container"] = {"id": number, "type": holders[0]}
    query = {"expand": "version,container,ancestors,body.storage"}
    return item_of_v1("comment", confluence.client.request("POST", V1 + "/content", params=query, json=data))


@old("comment update", knows="version")
def _update_comment(confluence: Confluence, given: Arguments) -> Item:
    now = _comment(confluence, given["comment"])
    version = {"number": int(given.get("version") or now["version"]["number"] + 1)}
    body = {"storage": comment_body(given["text"])}
    data = {"id": now["id"], "type": "comment", "version": version, "body": body}
    query = {"expand": "version,container,body.storage"}
    answer = confluence.client.request("PUT", f"{V1}/content/{now['id']}", params=query, json=data)
    return item_of_v1("comment", answer)


@old("comment delete")
def _delete_comment(confluence: Confluence, given: Arguments) -> None:
    confluence.client.request("DELETE", f"{V1}/content/{_comment(confluence, given['comment'])['id']}")


@old("comment replies")
def _replies(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    query = {"expand": "version,container,ancestors,body.storage"}
    yield from listed(
        confluence, "comment", f"{V1}/content/{given['comment']}/child/comment", query, given.get("limit")
    )


# Properties


def _property_path(confluence: Confluence, given: Arguments) -> str:
    kind, number = holder_of(confluence, given)
    return f"{V1}/space/{number}/property" if kind == "space" else f"{V1}/content/{number}/property"


@old("property list", knows="key blogpost attachment comment space")
def _list_properties(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    rows = listed(confluence, "property", _property_path(confluence, given), {"expand": "version"}, given.get("limit"))
    return (row for row in rows if given.get("key") in {None, row.get("key")})


@old("property get", knows="blogpost attachment comment space")
def _get_property(confluence: Confluence, given: Arguments) -> Item:
    path = f"{_property_path(confluence, given)}/{quote(given['key'], safe='')}"
    return item_of_v1("property", confluence.client.request("GET", path))


@old("property set", knows="version blogpost attachment comment space")
def _set_property(confluence: Confluence, given: Arguments) -> Item:
    path, key = _property_path(confluence, given), given["key"]
    one = f"{path}/{quote(key, safe='')}"
    try:
        now = confluence.client.request("GET", one)
    except NotFound:
        try:
            made = confluence.client.request("POST", path, json={"key": key, "value": given["value"]})
            return item_of_v1("property", made)
        except VersionConflict:
            now = confluence.client.request("GET", one)
    version = {"number": int(given.get("version") or now["version"]["number"] + 1)}
    data = {"id": now.get("id"), "key": key, "value": given["value"], "version": version}
    return item_of_v1("property", confluence.client.request("PUT", one, json=data))


@old("property delete", knows="blogpost attachment comment space")
def _delete_property(confluence: Confluence, given: Arguments) -> None:
    confluence.client.request("DELETE", f"{_property_path(confluence, given)}/{quote(given['key'], safe='')}")


# Attachments, labels, users, search


@old("attachment list", knows="page filename")
def _list_attachments(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    if "page" not in given:
        raise UsageError("attachment list: without --page it is not available on Data Center")
    path = f"{V1}/content/{confluence.page_id(given['page'])}/child/attachment"
    query = {"expand": "version,container", **({"filename": given["filename"]} if "filename" in given else {})}
    return listed(confluence, "attachment", path, query, given.get("limit"))


@old("attachment upload", knows="name comment minor")
def _upload(confluence: Confluence, given: Arguments) -> Item:
    """POST creates, POST of the data makes a version: there is no PUT on the collection (reference B.10)."""
    page, file = confluence.page_id(given["page"]), Path(given["file"])
    name, data = given.get("name", file.name), read_file(file)
    path = f"{V1}/content/{page}/child/attachment"
    rows = confluence.client.request("GET", path, params={"filename": name, "expand": "version,container"})["results"]
    if rows and (rows[0].get("extensions") or {}).get("fileSize") == len(data):
        found = item_of_v1("attachment", rows[0])
        if download(confluence, str(found.get("downloadLink"))) == data:
            return found
    files = upload_parts(name, data, given)
    target = f"{path}/{rows[0]['id']}/data" if rows else path
    answer = confluence.client.request("POST", target, files=files)
    return item_of_v1("attachment", answer["results"][0] if "results" in answer else answer)


@old("attachment download", knows="output")
def _download(confluence: Confluence, given: Arguments) -> Item:
    answer = confluence.client.request("GET", f"{V1}/content/{given['attachment']}", params={"expand": "version"})
    found = item_of_v1("attachment", answer)
    return Item("bytes", {**found.fields, "bytes": download(confluence, str(found.get("downloadLink")))}, answer)


@old("attachment delete", knows="purge")
def _delete_attachment(confluence: Confluence, given: Arguments) -> None:
    query = {"status": "trashed"} if given.get("purge") else {}
    confluence.client.request("DELETE", f"{V1}/content/{given['attachment']}", params=query)


@old("label add")
def _add_labels(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    page = confluence.page_id(given["page"])
    data: Any = [{"prefix": "global", "name": name} for name in given["names"]]
    answer = confluence.client.request("POST", f"{V1}/content/{page}/label", json=data, repeatable=True)
    return (item_of_v1("label", row) for row in answer["results"])


@old("label remove")
def _remove_labels(confluence: Confluence, given: Arguments) -> None:
    page = confluence.page_id(given["page"])
    for name in given["names"]:
        confluence.client.request("DELETE", f"{V1}/content/{page}/label", params={"name": name})


@old("user get")
def _get_user(confluence: Confluence, given: Arguments) -> Item:
    answer = confluence.client.request("GET", V1 + "/user", params={"username": given["account"]})
    return item_of_v1("user", answer)


@old("user search")
def _search_users(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    query = {"cql": f"type = user and user.fullname ~ {cql_text(given['name'])}"}
    return listed(confluence, "user", V1 + "/search", query, given.get("limit"))


@old("search", knows="excerpt")
def _search(confluence: Confluence, given: Arguments) -> Iterator[Item]:
    query = {"cql": given["cql"], **({"excerpt": given["excerpt"]} if "excerpt" in given else {})}
    return listed(confluence, "found", V1 + "/search", query, given.get("limit"))
