"""The same port on Data Center: v1 only, properties by key, no archive, no order of pages (reference B.10)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from publisher.confluence.client import V1
from publisher.errors import NotFound, RemoteError, UsageError
from publisher.model.snapshot import Record, RemotePage, Space
from publisher.remote.cloud import CloudRemote
from publisher.remote.port import NewPage
from publisher.storage import DATACENTER

_EXPAND = "version,ancestors,space,history"
_MOST = 200  # rows of a request without bodies, reference C.3


class DataCenterRemote(CloudRemote):
    """A space is known by its key, which stands for its id."""

    product = DATACENTER
    ordered = archives = folders = restricts = False

    def account(self) -> str:
        if not self._account:
            user = self._client.request("GET", V1 + "/user/current")
            if user.get("type") == "anonymous":
                raise UsageError("this is anonymous access: the token is not accepted; check CONFLUENCE_TOKEN")
            self._account = str(user.get("userKey") or user.get("username", ""))
        return self._account

    def find_space(self, key: str) -> Space:
        try:
            row = self._client.request("GET", f"{V1}/space/{key}", params={"expand": "homepage"})
        except NotFound:
            self.check_login()
            text = f"there is no space {key!r}, or this account cannot see it; check CONFLUENCE_SPACE"
            raise NotFound(text, 404) from None
        return Space(str(row["key"]), str(row["key"]), str((row.get("homepage") or {}).get("id", "")))

    def find_pages(self, space_id: str, title: str, status: str = "current,archived") -> list[RemotePage]:
        found = []
        for each in {"trashed" if part == "trashed" else "current" for part in status.split(",")}:
            query = {"spaceKey": space_id, "title": title, "type": "page", "status": each, "expand": _EXPAND}
            found += [self._page(row) for row in self._client.pages_of(V1 + "/content", {**query, "limit": _MOST})]
        return found

    def list_pages(self, space_id: str) -> list[RemotePage]:
        """By the scan, which has no offset (7.18 on); by the plain list before."""
        query = {"spaceKey": space_id, "type": "page", "expand": _EXPAND, "limit": _MOST}
        try:
            return [self._page(row) for row in self._client.pages_of(V1 + "/content/scan", query)]
        except RemoteError as error:
            if error.status not in {404, 405}:
                raise
        return [self._page(row) for row in self._client.pages_of(V1 + "/content", query)]

    def read_pages(self, ids: Sequence[str]) -> list[RemotePage]:
        """There is no request for several ids: the whole space is read, by the space of the first page that is there."""
        for number in ids:
            row = self._content(number, "any")
            if row is not None:
                wanted = set(ids)
                key = str(row["space"]["key"])
                posts = self.list_posts(key) if wanted & set(self._kinds) else []
                return [page for page in [*self.list_pages(key), *posts] if page.id in wanted]
        return []

    def _content(self, page: str, status: str, expand: str = _EXPAND) -> dict[str, Any] | None:
        try:
            query = {"status": status, "expand": expand}
            return dict(self._client.request("GET", f"{V1}/content/{page}", params=query))
        except NotFound:
            return None

    def read_page(self, page: str) -> RemotePage | None:
        row = self._content(page, "any")
        if row is None:
            self.check_login()
            row = self._content(page, "any")
        return self._page(row) if row is not None else None

    def read_body(self, page: str) -> tuple[RemotePage, str]:
        query = {"status": "any", "expand": _EXPAND + ",body.storage"}
        row = self._client.request("GET", f"{V1}/content/{page}", params=query)
        return self._page(row), str(row["body"]["storage"]["value"])

    def read_children(self, page: str) -> list[str]:
        return [str(row["id"]) for row in self._client.pages_of(f"{V1}/content/{page}/child/page", {"limit": _MOST})]

    def read_records(self, page: str) -> dict[str, Record]:
        rows = self._client.pages_of(f"{V1}/content/{page}/property", {"limit": _MOST, "expand": "version"})
        return {row["key"]: Record(str(row["id"]), int(row["version"]["number"]), row["value"]) for row in rows}

    def read_comments(self, page: str) -> dict[str, tuple[str, str]]:
        expand = "version,body.storage,extensions.inlineProperties,extensions.resolution"
        query = {"location": "inline", "depth": "all", "expand": expand, "limit": _MOST}
        found = {}
        for row in self._client.pages_of(f"{V1}/content/{page}/child/comment", query):
            marker = ((row.get("extensions") or {}).get("inlineProperties") or {}).get("markerRef", "")
            text = str(((row.get("body") or {}).get("storage") or {}).get("value", ""))
            found[str(marker)] = (_who(row.get("version")), text)
        return found

    def read_attachments(self, page: str) -> dict[str, tuple[str, str]]:
        query = {"limit": _MOST, "expand": "version"}
        found = {}
        for row in self._client.pages_of(f"{V1}/content/{page}/child/attachment", query):
            comment = (row.get("extensions") or {}).get("comment") or (row.get("metadata") or {}).get("comment") or ""
            found[row["title"]] = (str(row["id"]), str(comment))
        return found

    def _page(self, row: Mapping[str, Any], kind: str = "page") -> RemotePage:
        kind = str(row.get("type") or kind)
        version, ancestors = row.get("version") or {}, row.get("ancestors") or []
        created = (row.get("history") or {}).get("createdBy") or {}
        links = row.get("_links") or {}
        position = (row.get("extensions") or {}).get("position")
        return RemotePage(
            str(row["id"]),
            row["title"],
            str(ancestors[-1]["id"]) if ancestors else None,
            int(version.get("number", 1)),
            version.get("message") or "",
            str(created.get("userKey") or created.get("username") or ""),
            self.site + (links.get("webui") or f"/pages/viewpage.action?pageId={row['id']}"),
            status=str(row.get("status", "current")),
            position=position if isinstance(position, int) else None,
            editor=_who(version),
            modified=str(version.get("when", "")),
            kind=kind,
        )

    # Writing

    def list_posts(self, space_id: str) -> list[RemotePage]:
        query = {"spaceKey": space_id, "type": "blogpost", "expand": _EXPAND, "limit": _MOST}
        return [self._page(row, "blogpost") for row in self._client.pages_of(V1 + "/content", query)]

    def find_everywhere(self, title: str) -> list[tuple[RemotePage, str]]:
        query = {"title": title, "type": "page", "expand": _EXPAND, "limit": _MOST}
        rows = self._client.pages_of(V1 + "/content", query)
        return [(self._page(row), str(row["space"]["key"])) for row in rows]

    def _post_page(self, new: NewPage) -> Mapping[str, Any]:
        data = {
            "type": new.kind, "title": new.title, "space": {"key": new.space_id},
            "body": {"storage": {"representation": "storage", "value": new.body}},
            **({"ancestors": [{"id": new.parent}]} if new.parent else {}),
        }  # fmt: skip
        query = {"expand": _EXPAND}
        return dict(self._client.request("POST", V1 + "/content", params=query, json=data))

    def _send_page(self, page: RemotePage, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """v2's data as v1 wants them. The direct parent alone is named; of a trashed page only the status changes."""
        sent: dict[str, Any] = {
            "id": page.id, "type": page.kind, "status": "current", "title": data["title"], "version": data["version"],
        }  # fmt: skip
        if data.get("parentId"):
            sent["ancestors"] = [{"id": data["parentId"]}]
        if page.status != "trashed":
            sent["body"] = {"storage": data["body"]}
        query = {"expand": _EXPAND, **({"status": "trashed"} if page.status == "trashed" else {})}
        return dict(self._client.request("PUT", f"{V1}/content/{page.id}", params=query, json=sent))

    def remove_page(self, page: str, how: Literal["archive", "trash"]) -> None:
        assert how == "trash", "refused before anything is written"
        try:
            self._client.request("DELETE", f"{V1}/content/{page}")
        except NotFound:
            self.check_login()

    def unwatch(self, page: str) -> None:
        self._client.request("DELETE", f"{V1}/user/watch/content/{page}")

    def move_page(self, page: str, where: Literal["before", "after", "append"], target: str) -> None:
        raise UsageError("Data Center has no request that orders pages")

    def _post_record(self, page: str, key: str, value: object) -> Mapping[str, Any]:
        path = f"{V1}/content/{page}/property"
        return dict(self._client.request("POST", path, json={"key": key, "value": value}))

    def _put_record(self, page: str, key: str, value: object, known: Record) -> Mapping[str, Any]:
        data = {"id": known.id, "key": key, "value": value, "version": {"number": known.version + 1}}
        return dict(self._client.request("PUT", f"{V1}/content/{page}/property/{key}", json=data))

    def remove_record(self, page: str, key: str, known: Record) -> None:
        try:
            self._client.request("DELETE", f"{V1}/content/{page}/property/{key}")
        except NotFound:
            self.check_login()

    def put_attachment(self, page: str, name: str, data: bytes, media: str, comment: str) -> None:
        """POST creates, POST of the data makes a version: there is no PUT on the collection."""
        note = (None, comment.encode(), "text/plain; charset=utf-8")
        files = {"file": (name, data, media), "minorEdit": (None, b"true"), "comment": note}
        path = f"{V1}/content/{page}/child/attachment"
        rows = self._client.request("GET", path, params={"filename": name})["results"]
        target = f"{path}/{rows[0]['id']}/data" if rows else path
        # Sent again it is found by its name, and the same bytes make one version more at worst.
        self._client.request("POST", target, files=files, repeatable=bool(rows))

    def remove_attachment(self, attachment: str) -> None:
        try:
            self._client.request("DELETE", f"{V1}/content/{attachment}")
        except NotFound:
            self.check_login()


def _who(version: Any) -> str:
    by = (version or {}).get("by") or {}
    return str(by.get("userKey") or by.get("username") or "")
