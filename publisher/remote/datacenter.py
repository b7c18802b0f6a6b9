"""The same port on Data Center: v1 only, properties by key, no archive, no order of pages (reference B.10)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from publisher.confluence import v1
from publisher.confluence.answers import JsonObject
from publisher.errors import NotFound, RemoteError, UsageError
from publisher.model.snapshot import Record, RemotePage, Space
from publisher.remote.cloud import CloudRemote, read_record
from publisher.remote.port import NewPage
from publisher.storage import DATACENTER

_EXPAND = "version,ancestors,space,history"


class DataCenterRemote(CloudRemote):
    """A space is known by its key, which stands for its id."""

    product = DATACENTER
    ordered = archives = folders = restricts = False

    def account(self) -> str:
        if not self._account:
            user = v1.get_current_user(self._client)
            if user.get("type") == "anonymous":
                raise UsageError("this is anonymous access: the token is not accepted; check CONFLUENCE_TOKEN")
            self._account = user.text("userKey") or user.text("username")
        return self._account

    def find_space(self, key: str) -> Space:
        try:
            row = v1.get_space(self._client, key)
        except NotFound:
            self.check_login()
            text = f"there is no space {key!r}, or this account cannot see it; check CONFLUENCE_SPACE"
            raise NotFound(text, 404) from None
        return Space(row.string("key"), row.string("key"), row.optional_identifier("homepage.id"))

    def find_pages(self, space_id: str, title: str, status: str = "current,archived") -> list[RemotePage]:
        found = []
        for each in {"trashed" if part == "trashed" else "current" for part in status.split(",")}:
            query = {"spaceKey": space_id, "title": title, "type": "page", "status": each, "expand": _EXPAND}
            found += [self._page(row) for row in v1.find_content(self._client, query)]
        return found

    def list_pages(self, space_id: str) -> list[RemotePage]:
        """By the scan, which has no offset (7.18 on); by the plain list before."""
        query = {"spaceKey": space_id, "type": "page", "expand": _EXPAND}
        try:
            return [self._page(row) for row in v1.scan_content(self._client, query)]
        except RemoteError as error:
            if error.status not in {404, 405}:
                raise
        return [self._page(row) for row in v1.find_content(self._client, query)]

    def read_pages(self, ids: Sequence[str]) -> list[RemotePage]:
        """There is no request for several ids: the whole space is read, by the space of the first page that is there."""
        for number in ids:
            row = self._content(number, "any")
            if row is not None:
                wanted = set(ids)
                key = row.string("space.key")
                posts = self.list_posts(key) if wanted & set(self._kinds) else []
                return [page for page in [*self.list_pages(key), *posts] if page.id in wanted]
        return []

    def _content(self, page: str, status: str, expand: str = _EXPAND) -> JsonObject | None:
        try:
            return v1.get_content(self._client, page, {"status": status, "expand": expand})
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
        row = v1.get_content(self._client, page, query)
        return self._page(row), row.string("body.storage.value")

    def read_children(self, page: str) -> list[str]:
        return [row.identifier() for row in v1.list_child_pages(self._client, page)]

    def read_records(self, page: str) -> dict[str, Record]:
        rows = v1.list_properties(self._client, "content", page)
        return {row.string("key"): read_record(row) for row in rows}

    def read_comments(self, page: str) -> dict[str, tuple[str, str]]:
        expand = "version,body.storage,extensions.inlineProperties,extensions.resolution"
        query = {"location": "inline", "depth": "all", "expand": expand}
        return {
            row.text("extensions.inlineProperties.markerRef"): (_who(row), row.text("body.storage.value"))
            for row in v1.list_comments(self._client, page, query)
        }

    def read_attachments(self, page: str) -> dict[str, tuple[str, str]]:
        rows = v1.list_attachments(self._client, page, {"expand": "version"})
        return {
            row.string("title"): (row.identifier(), row.text("extensions.comment") or row.text("metadata.comment"))
            for row in rows
        }

    def _page(self, row: JsonObject, kind: str = "page") -> RemotePage:
        number, position = row.identifier(), row.nested("extensions").get("position")
        ancestors = row.rows("ancestors") if row.get("ancestors") else []
        created = row.nested("history.createdBy")
        return RemotePage(
            number,
            row.string("title"),
            ancestors[-1].identifier() if ancestors else None,
            row.number("version.number", 1),
            row.text("version.message"),
            created.text("userKey") or created.text("username"),
            self.site + (row.text("_links.webui") or f"/pages/viewpage.action?pageId={number}"),
            status=row.text("status") or "current",
            position=position if isinstance(position, int) else None,
            editor=_who(row),
            modified=row.text("version.when"),
            kind=row.text("type") or kind,
        )

    # Writing

    def list_posts(self, space_id: str) -> list[RemotePage]:
        query = {"spaceKey": space_id, "type": "blogpost", "expand": _EXPAND}
        return [self._page(row, "blogpost") for row in v1.find_content(self._client, query)]

    def find_everywhere(self, title: str) -> list[tuple[RemotePage, str]]:
        rows = v1.find_content(self._client, {"title": title, "type": "page", "expand": _EXPAND})
        return [(self._page(row), row.string("space.key")) for row in rows]

    def _post_page(self, new: NewPage) -> JsonObject:
        data = {
            "type": new.kind, "title": new.title, "space": {"key": new.space_id},
            "body": {"storage": {"representation": "storage", "value": new.body}},
            **({"ancestors": [{"id": new.parent}]} if new.parent else {}),
        }  # fmt: skip
        return v1.create_content(self._client, data, {"expand": _EXPAND})

    def _send_page(self, page: RemotePage, data: Mapping[str, Any]) -> JsonObject:
        """v2's data as v1 wants them. The direct parent alone is named; of a trashed page only the status changes."""
        sent: dict[str, Any] = {
            "id": page.id, "type": page.kind, "status": "current", "title": data["title"], "version": data["version"],
        }  # fmt: skip
        if data.get("parentId"):
            sent["ancestors"] = [{"id": data["parentId"]}]
        if page.status != "trashed":
            sent["body"] = {"storage": data["body"]}
        query = {"expand": _EXPAND, **({"status": "trashed"} if page.status == "trashed" else {})}
        return v1.update_content(self._client, page.id, sent, query)

    def remove_page(self, page: str, how: Literal["archive", "trash"]) -> None:
        assert how == "trash", "refused before anything is written"
        try:
            v1.delete_content(self._client, page)
        except NotFound:
            self.check_login()

    def unwatch(self, page: str) -> None:
        v1.unwatch(self._client, page)

    def move_page(self, page: str, where: Literal["before", "after", "append"], target: str) -> None:
        raise UsageError("Data Center has no request that orders pages")

    def _post_record(self, page: str, key: str, value: object) -> JsonObject:
        return v1.create_property(self._client, "content", page, key, value)

    def _put_record(self, page: str, key: str, value: object, known: Record) -> JsonObject:
        data = {"id": known.id, "value": value, "version": {"number": known.version + 1}}
        return v1.update_property(self._client, "content", page, key, data)

    def remove_record(self, page: str, key: str, known: Record) -> None:
        try:
            v1.delete_property(self._client, "content", page, key)
        except NotFound:
            self.check_login()

    def put_attachment(self, page: str, name: str, data: bytes, media: str, comment: str) -> None:
        """POST creates, POST of the data makes a version: there is no PUT on the collection."""
        note = (None, comment.encode(), "text/plain; charset=utf-8")
        files = {"file": (name, data, media), "minorEdit": (None, b"true"), "comment": note}
        now = next(v1.list_attachments(self._client, page, {"filename": name}), None)
        if now is None:
            v1.create_attachment(self._client, page, files)
        else:
            v1.update_attachment(self._client, page, now.identifier(), files)

    def remove_attachment(self, attachment: str) -> None:
        try:
            v1.delete_content(self._client, attachment)
        except NotFound:
            self.check_login()


def _who(row: JsonObject) -> str:
    by = row.nested("version.by")
    return by.text("userKey") or by.text("username")
