"""v1's values, as Cloud and as Data Center write them (docs/confluence-api.md#pages, docs/confluence-api.md#data-center): people, links and spaces differ."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from starlette.requests import Request

from publisher.sandbox.bodies import SINGLE_FORMS, bodies_of
from publisher.sandbox.cloud.answers import attachment_value, media_name
from publisher.sandbox.http import bad, query_list, service_of, site_of, store_of
from publisher.sandbox.site import user_value, webui_of
from publisher.sandbox.store import ACCOUNT, Row, Store
from publisher.sandbox.v1.paging import envelope

#: What a single object holds though nobody asks for it.
SINGLE_DEFAULT = frozenset({"space", "history", "version"})
#: What the answer to a write holds.
WRITTEN_DEFAULT = frozenset({"space", "history", "version", "ancestors", "body.storage"})


class Asked(Struct, frozen=True):
    """Who asks for a value, and what it is to hold."""

    request: Request
    expands: frozenset[str]

    @property
    def store(self) -> Store:
        return store_of(self.request)

    @property
    def cloud(self) -> bool:
        return service_of(self.request).is_cloud

    def wants(self, name: str) -> bool:
        """``name``, or something below it."""
        return any(given == name or given.startswith(name + ".") for given in self.expands)

    def below(self, name: str) -> "Asked":
        """What is asked for within one of the parts: `content.version` of a search is `version` of its content."""
        prefix = name + "."
        inner = frozenset(given.removeprefix(prefix) for given in self.expands if given.startswith(prefix))
        return Asked(self.request, inner)


def asked(request: Request, default: Iterable[str] = ()) -> Asked:
    """The expansions of a request; the default ones where it names none."""
    given = query_list(request, "expand")
    if len(given) > 100:
        raise bad("expand names too much")
    return Asked(request, frozenset(given) or frozenset(default))


def version_of(about: Asked, row: Row) -> Row:
    """``row``: number, message, created, minor, editor."""
    return {
        "by": user_value(row["editor"], cloud=about.cloud),
        "when": row["created"],
        "friendlyWhen": str(row["created"])[:10],
        "message": row["message"] or "",
        "number": row["number"],
        "minorEdit": bool(row["minor"]),
        **({"contentTypeModified": False} if about.cloud else {"hidden": False}),
        "_links": {},
    }


def page_version(about: Asked, row: Row) -> Row:
    names = {"number": "version", "message": "message", "created": "modified", "minor": "minor", "editor": "editor"}
    return version_of(about, {name: row[column] for name, column in names.items()})


def content_value(about: Asked, row: Row) -> Row:
    """Content of any kind; only what is expanded is there."""
    number = str(row["id"])
    space = about.store.space(row["space"]) or {}
    webui = webui_of(row, space, cloud=about.cloud)
    value: Row = {
        "id": number,
        "type": "custom" if row["kind"] == "custom" else row["kind"],
        "status": row["status"],
        "title": row["title"],
        "extensions": {"position": row["position"]} if row["position"] else {"position": "none"} if about.cloud else {},
        "_links": {
            "webui": webui,
            "tinyui": f"/x/{number}",
            "editui" if about.cloud else "edit": f"/pages/resumedraft.action?draftId={number}",
            "self": f"{site_of(about.request)}/rest/api/content/{number}",
        },
    }
    if row["subtype"] == "live":
        value["subtype"] = "live"
    parts: dict[str, Callable[[], Any]] = {
        "version": lambda: page_version(about, row),
        "space": lambda: space_value(about.below("space"), space),
        "container": lambda: space_value(about.below("container"), space),
        "history": lambda: history_of(about, row),
        "ancestors": lambda: [content_value(about.below("ancestors"), up) for up in about.store.ancestors(row["id"])],
        "metadata": lambda: _metadata_of(about, row),
        "children": lambda: _children_of(about, row),
        "descendants": dict,
        "childTypes": lambda: _child_types(about, row),
        "operations": lambda: [{"operation": name, "targetType": row["kind"]} for name in ("read", "update", "delete")],
        "restrictions": lambda: restrictions_of(about, row),
        "body": lambda: _body_of(about, row),
    }
    base, key = f"/rest/api/content/{number}", space.get("key")
    paths = {
        "container": f"/rest/api/space/{key}",
        "space": f"/rest/api/space/{key}",
        "history": base + "/history",
        "children": base + "/child",
        "restrictions": base + "/restriction/byOperation",
        "descendants": base + "/descendant",
    }
    value["_expandable"] = {name: paths.get(name, "") for name in parts if not about.wants(name)}
    return value | {name: read() for name, read in parts.items() if about.wants(name)}


def history_of(about: Asked, row: Row) -> Row:
    return {
        "latest": True,
        "createdBy": user_value(row["author"], cloud=about.cloud),
        "ownedBy": user_value(row["owner"] or row["author"], cloud=about.cloud),
        "createdDate": row["created"],
        "lastUpdated": page_version(about, row),
        "contributors": {"publishers": {"users": [user_value(row["editor"], cloud=about.cloud)], "userKeys": []}},
        "_links": {"self": f"{site_of(about.request)}/rest/api/content/{row['id']}/history"},
    }


def _metadata_of(about: Asked, row: Row) -> Row:
    found: Row = {}
    if about.wants("metadata.labels"):
        found["labels"] = envelope([label_value(label) for label in about.store.labels(row["id"])], 200)
    if about.wants("metadata.properties"):
        rows = about.store.properties(row["id"], None, "content")
        found["properties"] = {item["key"]: property_value(about, item) for item in rows}
    if about.wants("metadata.currentuser"):
        found["currentuser"] = {}
    if about.wants("metadata.likes"):
        found["likes"] = {"count": 0}
    return found


def _children_of(about: Asked, row: Row) -> Row:
    store, found = about.store, dict[str, Any]()
    inner = about.below("children")
    if inner.wants("page"):
        pages = [child for child in store.children(row["id"]) if child["kind"] == "page"]
        found["page"] = envelope([content_value(inner.below("page"), child) for child in pages])
    if inner.wants("attachment"):
        files = store.attachments(row["id"])
        found["attachment"] = envelope([file_value(inner.below("attachment"), file) for file in files])
    if inner.wants("comment"):
        rows = [item for inline in (False, True) for item in store.comments(row["id"], inline=inline)]
        found["comment"] = envelope([comment_value(inner.below("comment"), item) for item in rows])
    return found


def _child_types(about: Asked, row: Row) -> Row:
    store = about.store
    there = {
        "page": any(child["kind"] == "page" for child in store.children(row["id"])),
        "attachment": bool(store.attachments(row["id"])),
        "comment": any(store.comments(row["id"], inline=inline) for inline in (False, True)),
    }
    return {name: {"value": value, "_links": {}} for name, value in there.items()}


def _body_of(about: Asked, row: Row) -> Row:
    inner = about.below("body")
    forms = [form for form in SINGLE_FORMS if inner.wants(form) and (about.cloud or form != "atlas_doc_format")]
    found = bodies_of(about.request, row, forms)
    return {form: {**value, "embeddedContent": [], "_expandable": {}} for form, value in found.items()}


def restrictions_of(about: Asked, row: Row) -> Row:
    """Operation → who is named (`restrictions.read.restrictions.user`)."""
    return {operation: restriction_value(about, row, operation) for operation in ("read", "update")}


def restriction_value(about: Asked, row: Row, operation: str) -> Row:
    rows = [item for item in about.store.restrictions(row["id"]) if item["operation"] == operation]
    users = [user_value(item["name"], cloud=about.cloud) for item in rows if item["kind"] == "user"]
    groups = [group_value(item["name"]) for item in rows if item["kind"] == "group"]
    base = f"{site_of(about.request)}/rest/api/content/{row['id']}/restriction/byOperation/{operation}"
    return {
        "operation": operation,
        "restrictions": {"user": envelope(users, 200), "group": envelope(groups, 200), "_expandable": {}},
        "content": {"id": str(row["id"]), "type": row["kind"], "status": row["status"], "title": row["title"]},
        "_expandable": {},
        "_links": {"self": base},
    }


def group_value(name: str) -> Row:
    return {"type": "group", "name": name, "id": name, "_links": {}}


def label_value(row: Row) -> Row:
    return {"prefix": "global", "name": row["name"], "id": str(row["id"]), "label": row["name"]}


def property_value(about: Asked, row: Row) -> Row:
    stamp = {
        "number": row["version"],
        "message": "",
        "created": "2026-01-01T00:00:00.000Z",
        "minor": 0,
        "editor": ACCOUNT,
    }
    version = version_of(about, stamp)
    return {"id": str(row["id"]), "key": row["key"], "value": json.loads(row["value"]), "version": version}


def space_value(about: Asked, row: Row) -> Row:
    """A space as v1 writes it; the home page is there where it is expanded."""
    if not row:
        return {}
    key, base = row["key"], site_of(about.request)
    value: Row = {
        "id": row["id"],
        "key": key,
        "name": row["name"],
        "type": "personal" if key.startswith("~") else "global",
        "status": "current" if about.cloud else "CURRENT",
        "_expandable": {
            "homepage": f"/rest/api/content/{row['homepage']}",
            "description": "",
            "metadata": "",
            "icon": "",
        },
        "_links": {
            "webui": f"/spaces/{key}" if about.cloud else f"/display/{key}",
            "self": f"{base}/rest/api/space/{key}",
        },
    }
    if about.cloud:
        value["alias"] = key
    if about.wants("homepage"):
        value["homepage"] = content_value(about.below("homepage"), about.store.content(row["homepage"]))
    if about.wants("description"):
        value["description"] = {"plain": {"value": "", "representation": "plain", "embeddedContent": []}}
    if about.wants("metadata"):
        value["metadata"] = {"labels": envelope([], 200)}
    return value


def comment_value(about: Asked, row: Row) -> Row:
    page = about.store.content(row["page"])
    stamp = {"number": row["version"], "message": "", "created": row["created"], "minor": 0, "editor": row["author"]}
    inner = about.below("body")
    forms = [form for form in SINGLE_FORMS if inner.wants(form)] or ["storage"]
    if "view" not in forms:
        forms.append("view")
    author = user_value(row["author"], cloud=about.cloud)
    value: Row = {
        "id": str(row["id"]),
        "type": "comment",
        "status": "current",
        "title": "Re: " + page["title"],
        "version": version_of(about, stamp),
        "history": {
            "latest": True,
            "createdBy": author,
            "createdDate": row["created"],
            "lastUpdated": version_of(about, stamp),
        },
        "container": content_value(Asked(about.request, frozenset()), page),
        "ancestors": [{"id": str(row["parent"]), "type": "comment", "status": "current"}] if row["parent"] else [],
        "body": bodies_of(about.request, {**page, "body": row["body"], "document": None}, forms),
        "extensions": {"location": "footer", "_expandable": {"resolution": ""}},
        "_links": {
            "webui": f"/pages/viewpage.action?pageId={row['page']}&focusedCommentId={row['id']}#comment-{row['id']}",
            "self": f"{site_of(about.request)}/rest/api/content/{row['id']}",
        },
    }
    if row["ref"] is not None:
        value["extensions"] = {
            "location": "inline",
            "inlineProperties": {"markerRef": row["ref"], "originalSelection": row["selection"]},
            "resolution": {"status": row["resolution"]},
        }
    return value


def file_value(about: Asked, row: Row) -> Row:
    """An attachment."""
    v2 = attachment_value(row)
    page, base = about.store.content(row["page"]), site_of(about.request)
    stamp = {
        "number": row["version"],
        "message": row["comment"],
        "created": row["created"],
        "minor": 1,
        "editor": ACCOUNT,
    }
    download = f"/rest/api/content/{row['page']}/child/attachment/{v2['id']}/download"
    if not about.cloud:
        download = f"/download/attachments/{row['page']}/{quote(row['name'])}?version={row['version']}&api=v2"
    return {
        "id": v2["id"],
        "type": "attachment",
        "status": row["status"],
        "title": row["name"],
        "version": version_of(about, stamp),
        "container": content_value(Asked(about.request, frozenset()), page),
        "metadata": {"comment": row["comment"], "mediaType": row["media"], "labels": envelope([], 200)},
        "extensions": {
            "mediaType": row["media"],
            "fileSize": row["size"],
            "comment": row["comment"],
            **({"mediaTypeDescription": media_name(row["media"]), "fileId": v2["fileId"]} if about.cloud else {}),
            **({"collectionName": f"contentId-{row['page']}"} if about.cloud else {}),
        },
        "_expandable": {},
        "_links": {"webui": v2["webuiLink"], "download": download, "self": f"{base}/rest/api/content/{v2['id']}"},
    }
