"""The index: a cache of all stamps in properties of the root page, so that a run need not read every page's own. Pure.

It is derived: what it says of a page counts only while the page's version is the one that it names, and it is built
anew from the stamps when it is missing, incomplete or not ours (reference C.4).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publisher.model.snapshot import Record, RemotePage, Stamp
from publisher.storage import digest

STAMP_KEY = "publisherstamp"
INTENTS_KEY = "publisherintents"
INDEX_KEY = "publisherindex"
LEASE_KEY = "publisherlease"
JOURNAL_KEY = "publisherjournal"
_SCHEMA = 2
_ROOM = 24_000  # bytes for the entries of a shard: a property takes 32 KB (reference B.2)
INTENTS_PER_RECORD = 1500  # 12 hex digits each


def write_stamp(stamp: Stamp) -> dict[str, Any]:
    """The value of the property on the page."""
    value: dict[str, Any] = {
        "schema": _SCHEMA,
        "collection": stamp.collection,
        "path": stamp.path,
        "page": stamp.page,
        "version": stamp.version,
        "title": stamp.title,
        "wanted": stamp.wanted,
        "parent": stamp.parent,
        "digests": dict(stamp.digests),
    }
    if stamp.labels:
        value["labels"] = list(stamp.labels)
    if stamp.attachments:
        value["attachments"] = dict(stamp.attachments)
    if stamp.pending:
        value["pending"] = True
    if stamp.properties:
        value["properties"] = dict(stamp.properties)
    if stamp.facets:
        value["facets"] = dict(stamp.facets)
    if stamp.kind != "page":
        value["kind"] = stamp.kind
    if stamp.tool:
        value["tool"] = stamp.tool
    if stamp.origin:
        value["origin"] = stamp.origin
    return value


def read_stamp(value: Any) -> Stamp | None:
    """None for what no Publisher wrote."""
    try:
        return Stamp(
            str(value["collection"]),
            str(value["path"]),
            str(value["page"]),
            int(value["version"]),
            str(value["title"]),
            str(value["wanted"]),
            str(value["parent"]),
            {str(k): str(v) for k, v in value["digests"].items()},
            tuple(map(str, value.get("labels", ()))),
            {str(k): str(v) for k, v in value.get("attachments", {}).items()},
            bool(value.get("pending", False)),
            {str(k): str(v) for k, v in value.get("properties", {}).items()},
            {str(k): str(v) for k, v in value.get("facets", {}).items()},
            str(value.get("kind", "page")),
            str(value.get("tool", "")),
            str(value.get("origin", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Index:
    """``pages``: id → the page's stamp with its property's id and version. ``foreign``: ids below us without a stamp of ours."""

    pages: Mapping[str, tuple[Stamp, str, int]]
    shards: Mapping[str, int]
    foreign: frozenset[str]


def read_index(root: str, collection: str, records: Mapping[str, Record]) -> Index | None:
    """None if it is missing, not this page's, or a shard does not hold what was written."""
    try:
        meta = records[INDEX_KEY].value
        if (meta["schema"], meta["collection"], meta["root"]) != (_SCHEMA, collection, root):
            return None
        pages: dict[str, tuple[Stamp, str, int]] = {}
        shards: dict[str, int] = {}
        for number in range(int(meta["count"])):
            shard = records[f"{INDEX_KEY}{number}"].value
            if shard["digest"] != _digest(shard["pages"]):
                return None
            for entry in shard["pages"]:
                stamp = read_stamp({**entry["stamp"], "collection": collection, "page": entry["id"]})
                if stamp is None:
                    return None
                pages[entry["id"]] = (stamp, str(entry["property"][0]), int(entry["property"][1]))
                shards[entry["id"]] = number
        return Index(pages, shards, frozenset(map(str, meta["foreign"])))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _digest(entries: Any) -> str:
    return digest(json.dumps(entries, sort_keys=True))[:16]


def _entry(page: RemotePage) -> dict[str, Any]:
    assert page.stamp is not None
    value = write_stamp(page.stamp)
    for key in ("schema", "collection", "page"):
        del value[key]
    return {"id": page.id, "property": [page.stamp_id, page.stamp_version], "stamp": value}


def write_index(
    root: str, collection: str, pages: Iterable[RemotePage], shards: Mapping[str, int], foreign: Iterable[str]
) -> dict[str, Any]:
    """Key → value of each shard, and of the head, which is to be written last.

    ``shards``: where a page stood before; it stays there, so that one changed page is one changed shard.
    """
    rooms: list[list[dict[str, Any]]] = [[] for _ in range(max(shards.values(), default=-1) + 1)]
    sizes = [0] * len(rooms)
    waiting = []
    for page in sorted(pages, key=lambda page: (len(page.id), page.id)):
        entry = _entry(page)
        size = len(json.dumps(entry, ensure_ascii=False).encode())
        number = shards.get(page.id)
        if number is not None and sizes[number] + size <= _ROOM + 6000:
            rooms[number].append(entry)
            sizes[number] += size
        else:
            waiting.append((entry, size))
    for entry, size in waiting:
        number = next((n for n in range(len(rooms)) if sizes[n] + size <= _ROOM), len(rooms))
        if number == len(rooms):
            rooms.append([])
            sizes.append(0)
        rooms[number].append(entry)
        sizes[number] += size
    values: dict[str, Any] = {
        f"{INDEX_KEY}{number}": {"digest": _digest(room), "pages": room} for number, room in enumerate(rooms)
    }
    head = {"schema": _SCHEMA, "collection": collection, "root": root, "count": len(rooms), "foreign": sorted(foreign)}
    return {**values, INDEX_KEY: head}
