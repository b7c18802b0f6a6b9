"""The port that publishing needs, on Confluence Cloud: REST v2, and v1 for labels and uploads. Publisher's words."""

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from publisher.confluence.client import V1, V2, Client
from publisher.errors import NotFound
from publisher.model.plan import RemotePage, Snapshot, Stamp

STAMP_KEY = "publisherstamp"
INTENTS_KEY = "publisherintents"
_INTENTS_PER_PROPERTY = 1500  # 12 hex digits each: well below the 32 KB of a property


class CloudRemote:
    """All requests of a publish. ``site`` is the address for people."""

    def __init__(self, client: Client, site: str, jobs: int) -> None:
        self._client, self.site, self._jobs = client, site, jobs

    # Reading

    def read_snapshot(self, space: str, parent: str) -> Snapshot:
        """The space, and the stamps of every page below the parent. RemoteError names what cannot be found."""
        account = str(self._client.request("GET", V1 + "/user/current").get("accountId", ""))
        found = list(self._client.pages_of(V2 + "/spaces", {"keys": space}))
        if not found:
            raise NotFound(f"there is no space {space!r}, or this account cannot see it; check CONFLUENCE_SPACE")
        space_id, home = str(found[0]["id"]), str(found[0].get("homepageId") or "")
        query = {"limit": 250, "status": "current,archived"}
        rows = list(self._client.pages_of(f"{V2}/spaces/{space_id}/pages", query))
        pages = {page.id: page for page in (self._page(row) for row in rows)}
        top = self._find_parent(parent, pages) if parent else home
        below = _descendants(top, pages)
        with ThreadPoolExecutor(self._jobs) as pool:
            stamped = list(pool.map(self._with_stamp, (pages[page] for page in below)))
        intents: set[str] = set()
        for page, more in stamped:
            pages[page.id] = page
            intents |= more
        return Snapshot(space_id, str(found[0]["key"]), top, account, pages, frozenset(intents))

    def _page(self, row: dict[str, Any]) -> RemotePage:
        version = row.get("version") or {}
        return RemotePage(
            str(row["id"]),
            row["title"],
            str(row["parentId"]) if row.get("parentId") else None,
            int(version.get("number", 1)),
            version.get("message") or "",
            str(row.get("authorId", "")),
            self.site + ((row.get("_links") or {}).get("webui") or f"/pages/{row['id']}"),
        )

    def _find_parent(self, parent: str, pages: dict[str, RemotePage]) -> str:
        title = parent.removeprefix("title:")
        url = re.search(r"/pages/(\d+)", parent)
        wanted = url[1] if url else parent
        if title == parent and wanted.isdigit():
            if wanted in pages:
                return wanted
        else:
            for page in pages.values():
                if page.title.casefold() == title.casefold():
                    return page.id
        raise NotFound(f"the parent page {parent!r} is not in this space, or this account cannot see it")

    def _with_stamp(self, page: RemotePage) -> tuple[RemotePage, set[str]]:
        intents: set[str] = set()
        for row in self._client.pages_of(f"{V2}/pages/{page.id}/properties", {"limit": 250}):
            if row["key"] == STAMP_KEY and (stamp := _read_stamp(row["value"])):
                number = int(row["version"]["number"])
                page = replace(page, stamp=stamp, stamp_id=str(row["id"]), stamp_version=number)
            elif row["key"].startswith(INTENTS_KEY) and isinstance(row["value"], list):
                intents |= {str(item) for item in row["value"]}
        return page, intents

    # Writing

    def create_page(self, space_id: str, parent: str, title: str, body: str) -> RemotePage:
        """A new page at version 1."""
        body_value = {"representation": "storage", "value": body}
        data = {"spaceId": space_id, "status": "current", "title": title, "parentId": parent, "body": body_value}
        return self._page(self._client.request("POST", V2 + "/pages", json=data))

    def update_page(
        self, page: RemotePage, parent: str, title: str, body: str, message: str, *, notify: bool
    ) -> RemotePage:
        """Exactly one PUT; the version is the one that was read plus 1, so that a foreign write in between gives 409."""
        version = {"number": page.version + 1, "message": message, "minorEdit": not notify}
        data = {
            "id": page.id,
            "status": "current",
            "title": title,
            "parentId": parent,
            "body": {"representation": "storage", "value": body},
            "version": version,
        }
        written = self._page(self._client.request("PUT", f"{V2}/pages/{page.id}", json=data))
        return replace(written, stamp=page.stamp, stamp_id=page.stamp_id, stamp_version=page.stamp_version)

    def read_body(self, page: RemotePage) -> str:
        """The stored body."""
        answer = self._client.request("GET", f"{V2}/pages/{page.id}", params={"body-format": "storage"})
        return str(answer["body"]["storage"]["value"])

    def write_stamp(self, page: RemotePage, stamp: Stamp) -> None:
        """The last request of a page: until it is done, the page counts as unknown."""
        value = {
            "schema": 1,
            "collection": stamp.collection,
            "path": stamp.path,
            "page": stamp.page,
            "version": stamp.version,
            "digests": dict(stamp.digests),
            "labels": list(stamp.labels),
            "attachments": dict(stamp.attachments),
        }
        path = f"{V2}/pages/{page.id}/properties"
        if page.stamp_id:
            version = {"number": page.stamp_version + 1, "message": ""}
            data = {"key": STAMP_KEY, "value": value, "version": version}
            self._client.request("PUT", f"{path}/{page.stamp_id}", json=data)
        else:
            self._client.request("POST", path, json={"key": STAMP_KEY, "value": value})

    def write_intents(self, page: str, intents: Sequence[str]) -> None:
        """Puts what is about to be created on record, before it is."""
        path = f"{V2}/pages/{page}/properties"
        known = {row["key"]: row for row in self._client.pages_of(path, {"limit": 250})}
        for shard, start in enumerate(range(0, len(intents), _INTENTS_PER_PROPERTY)):
            key, value = f"{INTENTS_KEY}{shard}", list(intents[start : start + _INTENTS_PER_PROPERTY])
            if key in known:
                version = {"number": int(known[key]["version"]["number"]) + 1, "message": ""}
                data = {"key": key, "value": value, "version": version}
                self._client.request("PUT", f"{path}/{known[key]['id']}", json=data)
            else:
                self._client.request("POST", path, json={"key": key, "value": value})

    def put_attachment(self, page: str, name: str, data: bytes, media: str) -> None:
        """Creates the attachment or gives it a new version (reference B.6)."""
        files = {"file": (name, data, media), "minorEdit": (None, b"true")}
        self._client.request("PUT", f"{V1}/content/{page}/child/attachment", files=files)

    def add_labels(self, page: str, labels: Iterable[str]) -> None:
        data = [{"prefix": "global", "name": label} for label in labels]
        headers = {"Content-Type": "application/json"}
        self._client.request("POST", f"{V1}/content/{page}/label", content=json.dumps(data), headers=headers)

    def remove_label(self, page: str, label: str) -> None:
        self._client.request("DELETE", f"{V1}/content/{page}/label", params={"name": label})

    @property
    def counts(self) -> tuple[int, int]:
        """(requests, writes) so far."""
        return self._client.requests, self._client.writes


def _descendants(top: str, pages: dict[str, RemotePage]) -> list[str]:
    children: dict[str | None, list[str]] = {}
    for page in pages.values():
        children.setdefault(page.parent, []).append(page.id)
    found, stack = [], [top]
    while stack:
        below = children.get(stack.pop(), [])
        found += below
        stack += below
    return found


def _read_stamp(value: Any) -> Stamp | None:
    try:
        return Stamp(
            str(value["collection"]),
            str(value["path"]),
            str(value["page"]),
            int(value["version"]),
            {str(k): str(v) for k, v in value["digests"].items()},
            tuple(map(str, value["labels"])),
            {str(k): str(v) for k, v in value["attachments"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
