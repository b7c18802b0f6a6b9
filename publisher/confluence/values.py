"""What Confluence answers, as values: the fields of v2, whichever API the answer came from; ``raw`` holds all that was sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One page, comment, space, …; ``kind`` says which. Fields have v2's names; ids are strings."""

    kind: str
    fields: Mapping[str, Any]
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.fields.get("id", ""))

    @property
    def title(self) -> str:
        return str(self.fields.get("title") or self.fields.get("name") or "")

    @property
    def status(self) -> str:
        return str(self.fields.get("status", ""))

    @property
    def version(self) -> int:
        """0 for what has no versions."""
        version = self.fields.get("version")
        return int(version.get("number", 0)) if isinstance(version, Mapping) else 0

    @property
    def space_id(self) -> str:
        return str(self.fields.get("spaceId") or "")

    @property
    def parent_id(self) -> str:
        return str(self.fields.get("parentId") or "")

    @property
    def body(self) -> str:
        """The text of the body that was asked for; empty if none was."""
        for form in (self.fields.get("body") or {}).values():
            if isinstance(form, Mapping) and "value" in form:
                return str(form["value"])
        return ""

    def get(self, path: str) -> Any:
        """A field by a dotted name, ``version.number`` say; None if there is none."""
        value: Any = self.fields
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


def item(kind: str, answer: Mapping[str, Any]) -> Item:
    """An answer of v2, which has the fields already."""
    return Item(kind, answer, answer)


def item_of_v1(kind: str, answer: Mapping[str, Any]) -> Item:
    """An answer of v1 (Data Center, and Cloud where v2 has nothing) with v2's names (reference B.10)."""
    reader = _READERS.get(kind)
    return Item(kind, reader(answer) if reader else dict(answer), answer)


def _version(answer: Mapping[str, Any]) -> dict[str, Any]:
    version = answer.get("version") or {}
    by = version.get("by") or {}
    return {
        "number": version.get("number"),
        "message": version.get("message") or "",
        "minorEdit": bool(version.get("minorEdit")),
        "authorId": by.get("accountId") or by.get("userKey") or by.get("username"),
        "createdAt": version.get("when"),
    }


def _content(answer: Mapping[str, Any]) -> dict[str, Any]:
    ancestors, space = answer.get("ancestors") or [], answer.get("space") or {}
    body = {
        name: {"representation": value.get("representation", name), "value": value.get("value", "")}
        for name, value in (answer.get("body") or {}).items()
        if isinstance(value, Mapping) and "value" in value
    }
    position = (answer.get("extensions") or {}).get("position")
    links = answer.get("_links") or {}
    history = answer.get("history") or {}
    by = history.get("createdBy") or {}
    return {
        "id": str(answer.get("id", "")),
        "status": answer.get("status"),
        "title": answer.get("title"),
        "spaceId": str(space["id"]) if "id" in space else None,
        "spaceKey": space.get("key"),
        "parentId": str(ancestors[-1]["id"]) if ancestors else None,
        "parentType": "page" if ancestors else None,
        "position": position if isinstance(position, int) else None,
        "authorId": by.get("accountId") or by.get("userKey") or by.get("username"),
        "createdAt": history.get("createdDate"),
        "version": _version(answer),
        "body": body,
        "_links": {"webui": links.get("webui"), "tinyui": links.get("tinyui")},
    }


def _space(answer: Mapping[str, Any]) -> dict[str, Any]:
    homepage = answer.get("homepage") or {}
    return {
        "id": str(answer.get("id", "")),
        "key": answer.get("key"),
        "name": answer.get("name"),
        "type": answer.get("type"),
        "status": str(answer.get("status", "current")).lower(),
        "homepageId": str(homepage["id"]) if "id" in homepage else None,
        "_links": {"webui": (answer.get("_links") or {}).get("webui")},
    }


def _attachment(answer: Mapping[str, Any]) -> dict[str, Any]:
    extensions, metadata = answer.get("extensions") or {}, answer.get("metadata") or {}
    container = answer.get("container") or {}
    download = (answer.get("_links") or {}).get("download", "")
    return {
        "id": str(answer.get("id", "")),
        "status": answer.get("status"),
        "title": answer.get("title"),
        "pageId": str(container["id"]) if "id" in container else None,
        "mediaType": extensions.get("mediaType") or metadata.get("mediaType"),
        "fileSize": extensions.get("fileSize"),
        "comment": extensions.get("comment") or metadata.get("comment") or "",
        "downloadLink": download,
        "version": _version(answer),
        "_links": {"download": download},
    }


def _comment(answer: Mapping[str, Any]) -> dict[str, Any]:
    extensions, container = answer.get("extensions") or {}, answer.get("container") or {}
    inline = extensions.get("inlineProperties") or {}
    value = _content(answer)
    for name in ("spaceId", "spaceKey", "parentType", "position", "parentId"):
        value.pop(name)
    ancestors = answer.get("ancestors") or []
    value |= {"pageId": str(container["id"]) if "id" in container else None}
    value |= {"parentCommentId": str(ancestors[-1]["id"])} if ancestors else {}
    if extensions.get("location") == "inline":
        value["resolutionStatus"] = (extensions.get("resolution") or {}).get("status", "open")
        value["properties"] = {
            "inlineMarkerRef": inline.get("markerRef"),
            "inlineOriginalSelection": inline.get("originalSelection"),
        }
    return value


def _property(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(answer.get("id", "")),
        "key": answer.get("key"),
        "value": answer.get("value"),
        "version": _version(answer),
    }


def _label(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": str(answer.get("id", "")), "name": answer.get("name"), "prefix": answer.get("prefix", "global")}


def _found(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``/search`` wraps the content; of ``/content/search`` it is the content."""
    content = answer.get("content") or answer
    return {
        "id": str(content.get("id", "")),
        "type": content.get("type"),
        "status": content.get("status"),
        "title": content.get("title"),
        "excerpt": answer.get("excerpt", ""),
        "url": answer.get("url") or (content.get("_links") or {}).get("webui"),
    }


def _user(answer: Mapping[str, Any]) -> dict[str, Any]:
    user = answer.get("user") or answer
    return {
        "accountId": user.get("accountId") or user.get("userKey"),
        "displayName": user.get("displayName") or user.get("publicName"),
        "email": user.get("email"),
        "type": user.get("type"),
        **({"username": user["username"]} if "username" in user else {}),
    }


_READERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "page": _content,
    "blogpost": _content,
    "space": _space,
    "attachment": _attachment,
    "comment": _comment,
    "property": _property,
    "label": _label,
    "found": _found,
    "user": _user,
    "version": lambda answer: _version({"version": answer}),
}
