"""What Confluence answers, as values: with v2's names, whichever API the answer came from; ``raw`` holds all that was sent."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

from msgspec import Struct

from publisher.confluence.answers import JsonObject

Fields = dict[str, object]


class Item(Struct, frozen=True):
    """One page, comment, space, …; ``kind`` says which. Fields have v2's names; ids are strings."""

    kind: str
    fields: Mapping[str, object]
    raw: Mapping[str, object]
    stream: Callable[[], AbstractContextManager[Iterator[bytes]]] | None = None
    """Fetches the bytes of a download in pieces; None for anything else."""

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
        number = self.get("version.number")
        return number if isinstance(number, int) else 0

    @property
    def space_id(self) -> str:
        return str(self.fields.get("spaceId") or "")

    @property
    def parent_id(self) -> str:
        return str(self.fields.get("parentId") or "")

    @property
    def body(self) -> str:
        """The body in the format that was asked for; empty if none was."""
        forms = self.fields.get("body")
        for form in forms.values() if isinstance(forms, Mapping) else ():
            if isinstance(form, Mapping) and "value" in form:
                return str(form["value"])
        return ""

    @property
    def data(self) -> bytes:
        """The bytes of a download, which is fetched now; empty for anything else."""
        if self.stream is None:
            return b""
        with self.stream() as pieces:
            return b"".join(pieces)

    def get(self, path: str) -> object:
        """A field by a dotted name, ``version.number`` say; None if there is none."""
        value: object = self.fields
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


def item(kind: str, answer: JsonObject) -> Item:
    """An answer of v2, which has the fields already."""
    return Item(kind, answer.fields, answer.fields)


def item_of_v1(kind: str, answer: JsonObject) -> Item:
    """An answer of v1 (Data Center, and Cloud where v2 has nothing) with v2's names. BadAnswer for wrong types."""
    reader = _READERS.get(kind)
    return Item(kind, reader(answer) if reader else answer.fields, answer.fields)


def _account(answer: JsonObject) -> object:
    return answer.get("accountId") or answer.get("userKey") or answer.get("username")


def _version(answer: JsonObject) -> Fields:
    version = answer.nested("version")
    return {
        "number": version.get("number"),
        "message": version.text("message"),
        "minorEdit": bool(version.get("minorEdit")),
        "authorId": _account(version.nested("by")),
        "createdAt": version.get("when"),
    }


def _content(answer: JsonObject) -> Fields:
    ancestors = answer.rows("ancestors") if answer.get("ancestors") else []
    forms = answer.nested("body")
    position = answer.nested("extensions").get("position")
    links, history = answer.nested("_links"), answer.nested("history")
    parent = ancestors[-1].identifier() if ancestors else None
    return {
        "id": answer.identifier(),
        "status": answer.get("status"),
        "title": answer.get("title"),
        "spaceId": answer.optional_identifier("space.id") or None,
        "spaceKey": answer.text("space.key") or None,
        "parentId": parent,
        "parentType": "page" if parent else None,
        "position": position if isinstance(position, int) else None,
        "authorId": _account(history.nested("createdBy")),
        "createdAt": history.get("createdDate"),
        "version": _version(answer),
        "body": {
            name: {"representation": form.get("representation", name), "value": form.get("value", "")}
            for name, form in ((name, forms.nested(name)) for name in forms if isinstance(forms[name], Mapping))
            if "value" in form
        },
        "_links": {"webui": links.get("webui"), "tinyui": links.get("tinyui")},
    }


def _space(answer: JsonObject) -> Fields:
    return {
        "id": answer.optional_identifier("id"),
        "key": answer.get("key"),
        "name": answer.get("name"),
        "type": answer.get("type"),
        "status": (answer.text("status") or "current").lower(),
        "homepageId": answer.optional_identifier("homepage.id") or None,
        "_links": {"webui": answer.nested("_links").get("webui")},
    }


def _attachment(answer: JsonObject) -> Fields:
    extensions, metadata = answer.nested("extensions"), answer.nested("metadata")
    download = answer.text("_links.download")
    return {
        "id": answer.identifier(),
        "status": answer.get("status"),
        "title": answer.get("title"),
        "pageId": answer.optional_identifier("container.id") or None,
        "mediaType": extensions.get("mediaType") or metadata.get("mediaType"),
        "fileSize": extensions.get("fileSize"),
        "comment": extensions.get("comment") or metadata.get("comment") or "",
        "downloadLink": download,
        "version": _version(answer),
        "_links": {"download": download},
    }


def _comment(answer: JsonObject) -> Fields:
    extensions = answer.nested("extensions")
    inline = extensions.nested("inlineProperties")
    value = _content(answer)
    version = _version(answer)
    for name in ("spaceId", "spaceKey", "parentType", "position", "parentId"):
        value.pop(name)
    # A comment's history is not expanded by every server; its version names the same people.
    value["authorId"] = value["authorId"] or version["authorId"]
    value["createdAt"] = value["createdAt"] or version["createdAt"]
    value["pageId"] = answer.optional_identifier("container.id") or None
    ancestors = answer.rows("ancestors") if answer.get("ancestors") else []
    value |= {"parentCommentId": ancestors[-1].identifier()} if ancestors else {}
    if extensions.get("location") == "inline":
        value["resolutionStatus"] = extensions.text("resolution.status") or "open"
        value["properties"] = {
            "inlineMarkerRef": inline.get("markerRef"),
            "inlineOriginalSelection": inline.get("originalSelection"),
        }
    return {**value, "kind": "inline" if "resolutionStatus" in value else "footer"}


def _property(answer: JsonObject) -> Fields:
    return {
        "id": answer.optional_identifier("id"),
        "key": answer.get("key"),
        "value": answer.get("value"),
        "version": _version(answer),
    }


def _label(answer: JsonObject) -> Fields:
    prefix = answer.get("prefix", "global")
    return {"id": answer.optional_identifier("id"), "name": answer.get("name"), "prefix": prefix}


def _found(answer: JsonObject) -> Fields:
    """A row of ``/search`` wraps the content; of ``/content/search`` it is the content."""
    content = answer.nested("content") if answer.get("content") else answer
    return {
        "id": content.optional_identifier("id"),
        "type": content.get("type"),
        "status": content.get("status"),
        "title": content.get("title"),
        "excerpt": answer.get("excerpt", ""),
        "url": answer.get("url") or content.nested("_links").get("webui"),
    }


def _user(answer: JsonObject) -> Fields:
    user = answer.nested("user") if answer.get("user") else answer
    return {
        "accountId": user.get("accountId") or user.get("userKey"),
        "displayName": user.get("displayName") or user.get("publicName"),
        "email": user.get("email"),
        "type": user.get("type"),
        **({"username": user["username"]} if "username" in user else {}),
    }


_READERS: dict[str, Callable[[JsonObject], Fields]] = {
    "page": _content,
    "blogpost": _content,
    "space": _space,
    "attachment": _attachment,
    "comment": _comment,
    "property": _property,
    "label": _label,
    "found": _found,
    "user": _user,
    "version": lambda answer: _version(JsonObject({"version": answer.fields}, answer.source)),
}
