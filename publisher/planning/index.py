"""The index: a cache of all stamps in properties of the root page, so that a run need not read every page's own. Pure.

It is derived: what it says of a page counts only while the page's version is the one that it names, and it is built
anew from the stamps when it is missing, incomplete or not ours (docs/confluence-api.md#properties).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from publisher.model.repository import CodeAddress
from publisher.model.snapshot import ContentKind, ContentProperty, Provenance, Stamp, StoredStamp
from publisher.storage import digest

STAMP_KEY = "publisherstamp"
INTENTS_KEY = "publisherintents"
INDEX_KEY = "publisherindex"
LEASE_KEY = "publisherlease"
JOURNAL_KEY = "publisherjournal"
_SCHEMA = 2
_ROOM = 24_000  # bytes for the entries of a shard: a property takes 32 KB (docs/confluence-api.md#properties)
INTENTS_PER_RECORD = 1500  # 12 hex digits each
#: Before the digest of what was there as it should be before the page was ours.
_FOUND = "="
#: Before the digest of what could not be written because somebody else's of that name is there.
_FOREIGN = "!"


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
    optional: dict[str, Any] = {
        "repository": stamp.repository,
        "labels": list(stamp.labels),
        "attachments": _write_provenance(stamp.attachments),
        "pending": stamp.links_pending,
        "properties": _write_provenance(stamp.properties),
        "facets": dict(stamp.metadata),
        "kind": "" if stamp.kind == ContentKind.PAGE else str(stamp.kind),
        "tool": stamp.tool,
        "origin": stamp.origin,
    }
    return {**value, **{key: item for key, item in optional.items() if item}}


def _write_provenance(provenance: Provenance) -> dict[str, str]:
    owned = {name: (_FOUND if name in provenance.found else "") + item for name, item in provenance.owned.items()}
    return {**owned, **{name: _FOREIGN + digest for name, digest in provenance.foreign.items()}}


def _read_provenance(value: Any) -> Provenance:
    noted = _strings(value)
    return Provenance(
        {name: digest.removeprefix(_FOUND) for name, digest in noted.items() if not digest.startswith(_FOREIGN)},
        {name: digest[len(_FOREIGN) :] for name, digest in noted.items() if digest.startswith(_FOREIGN)},
        frozenset(name for name, digest in noted.items() if digest.startswith(_FOUND)),
    )


def _strings(value: Any) -> dict[str, str]:
    return {str(name): str(item) for name, item in value.items()}


def read_stamp(value: Any) -> Stamp | None:
    """None for what no Publisher wrote."""
    try:
        return Stamp(
            collection=str(value["collection"]),
            repository=str(value.get("repository", "")),
            path=str(value["path"]),
            page=str(value["page"]),
            version=int(value["version"]),
            title=str(value["title"]),
            wanted=str(value["wanted"]),
            parent=str(value["parent"]),
            digests=_strings(value["digests"]),
            labels=tuple(map(str, value.get("labels", ()))),
            attachments=_read_provenance(value.get("attachments", {})),
            links_pending=bool(value.get("pending", False)),
            properties=_read_provenance(value.get("properties", {})),
            metadata=_strings(value.get("facets", {})),
            kind=ContentKind(value.get("kind", "page")),
            tool=str(value.get("tool", "")),
            origin=str(value.get("origin", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


class IndexContent(Struct, frozen=True, kw_only=True):
    """``repository``: its identity; ``folder``: where the documents were, if nothing else tells who publishes them.

    ``pages``: stamps by page id. ``foreign``: ids below our root without a stamp of ours. ``hidden``: ids of pages that
    hold their titles and cannot be seen. ``shards``: where each page is kept, so that one changed page is one changed shard.
    ``code``: where files of the repository are shown. ``fixed_root``: the root was there before; it is never removed, whatever the settings say by then.
    """

    root: str
    collection: str
    repository: str = ""
    folder: str = ""
    pages: Mapping[str, StoredStamp] = field(default_factory=dict)
    shards: Mapping[str, int] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    fixed_root: bool = False
    code: CodeAddress | None = None


def noted_code(properties: Mapping[str, ContentProperty]) -> CodeAddress | None:
    """Where the files of the repository are shown, by what the last run that knew has noted on the root page."""
    head = properties[INDEX_KEY].value if INDEX_KEY in properties else None
    match head.get("code") if isinstance(head, dict) else None:
        case [str(base), str(docs)] if base.startswith(("https://", "http://")):
            return CodeAddress(base, docs)
        case _:
            return None


def is_fixed_root(properties: Mapping[str, ContentProperty]) -> bool:
    """Whether the page was there before it became our root, by what the index on it says."""
    head = properties[INDEX_KEY].value if INDEX_KEY in properties else None
    return isinstance(head, dict) and head.get("fixed_root") is True


def read_index(root: str, collection: str, properties: Mapping[str, ContentProperty]) -> IndexContent | None:
    """None if it is missing, not this page's, or a shard does not hold what was written."""
    try:
        head = properties[INDEX_KEY].value
        if (head["schema"], head["collection"], head["root"]) != (_SCHEMA, collection, root):
            return None
        repository = str(head.get("repository", ""))
        pages: dict[str, StoredStamp] = {}
        shards: dict[str, int] = {}
        for number in range(int(head["count"])):
            shard = properties[f"{INDEX_KEY}{number}"].value
            if shard["digest"] != _digest(shard["pages"]):
                return None
            for entry in shard["pages"]:
                whole = {"repository": repository, **entry["stamp"], "collection": collection, "page": entry["id"]}
                stamp = read_stamp(whole)
                if stamp is None:
                    return None
                pages[entry["id"]] = StoredStamp(stamp, str(entry["property"][0]), int(entry["property"][1]))
                shards[entry["id"]] = number
        return IndexContent(
            root=root,
            collection=collection,
            repository=repository,
            folder=str(head.get("folder", "")),
            pages=pages,
            shards=shards,
            foreign=frozenset(map(str, head["foreign"])),
            hidden=frozenset(map(str, head.get("hidden", ()))),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _digest(entries: Any) -> str:
    return digest(json.dumps(entries, sort_keys=True))[:16]


def _entry(page: str, stored: StoredStamp, repository: str) -> dict[str, Any]:
    value = write_stamp(stored.stamp)
    same = ("schema", "collection", "page", *(("repository",) if stored.stamp.repository == repository else ()))
    kept = {key: item for key, item in value.items() if key not in same}
    return {"id": page, "property": [stored.id, stored.version], "stamp": kept}


def write_index_of(content: IndexContent, changed: Iterable[str]) -> dict[str, Any] | None:
    """Key → value of the shards that hold these pages, where nothing else has changed; None if they do not fit there."""
    numbers = {content.shards.get(page) for page in changed}
    values: dict[str, Any] = {}
    rooms: dict[int, list[str]] = {}
    for page, shard in content.shards.items():
        if shard in numbers and page in content.pages:
            rooms.setdefault(shard, []).append(page)
    if None in numbers:
        return None
    for shard, pages in rooms.items():
        ordered = sorted(pages, key=lambda page: (len(page), page))
        entries = [_entry(page, content.pages[page], content.repository) for page in ordered]
        if sum(len(json.dumps(entry, ensure_ascii=False).encode()) for entry in entries) > _ROOM:
            return None
        values[f"{INDEX_KEY}{shard}"] = {"digest": _digest(entries), "pages": entries}
    return values


def write_index(content: IndexContent) -> dict[str, Any]:
    """Key → value of each shard, and of the head."""
    rooms: list[list[dict[str, Any]]] = [[] for _ in range(max(content.shards.values(), default=-1) + 1)]
    sizes = [0] * len(rooms)
    waiting = []
    for page in sorted(content.pages, key=lambda page: (len(page), page)):
        entry = _entry(page, content.pages[page], content.repository)
        size = len(json.dumps(entry, ensure_ascii=False).encode())
        number = content.shards.get(page)
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
    head: dict[str, Any] = {
        "schema": _SCHEMA,
        "collection": content.collection,
        "root": content.root,
        "count": len(rooms),
        "foreign": sorted(content.foreign),
        **({"repository": content.repository} if content.repository else {}),
        **({"folder": content.folder} if content.folder else {}),
        **({"hidden": sorted(content.hidden)} if content.hidden else {}),
        **({"fixed_root": True} if content.fixed_root else {}),
        **({"code": [content.code.base, content.code.docs]} if content.code else {}),
    }
    return {**values, INDEX_KEY: head}
