"""The port on Confluence Data Center: v1 only, properties by key, no archive, no folders, no order of pages."""

from collections.abc import Sequence
from typing import Any

from publisher.confluence import v1
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.errors import NotFound, RemoteError, UsageError
from publisher.model.plan import How
from publisher.model.snapshot import ContentKind, ContentProperty, ContentRef, RemotePage, Space
from publisher.remote import certain
from publisher.remote.cloud import read_property
from publisher.remote.datacenter_details import DataCenterDetails, who
from publisher.remote.port import Capabilities, NewPage, PageUpdate, StoredBody, Where, no_space
from publisher.storage import DATACENTER

_EXPAND = "version,ancestors,space,history"


class DataCenterRemote:
    """See ``Remote``. A space is known by its key, which stands for its id."""

    capabilities = Capabilities(product=DATACENTER, ordered=False, archives=False, folders=False, metadata=False)

    def __init__(self, client: Client, site: str, jobs: int) -> None:
        self.session, self.site, self.jobs = client, site, jobs
        self.details = DataCenterDetails(client, self.check_login)
        self._account = ""
        self._spaces: dict[str, Space] = {}

    # Who and where

    def account(self) -> str:
        """UsageError for anonymous access, which Data Center answers as a success."""
        if not self._account:
            user = v1.get_current_user(self.session)
            if user.get("type") == "anonymous":
                raise UsageError("this is anonymous access: the token is not accepted; check CONFLUENCE_TOKEN")
            self._account = user.text("userKey") or user.text("username")
        return self._account

    def check_login(self) -> None:
        self._account = ""
        self.account()

    def find_space(self, key: str) -> Space:
        """Asked once in a session."""
        if key not in self._spaces:
            try:
                row = v1.get_space(self.session, key)
            except NotFound:
                self.check_login()
                raise NotFound(no_space(key), 404) from None
            home = row.optional_identifier("homepage.id")
            self._spaces[key] = Space(row.string("key"), row.string("key"), home)
        return self._spaces[key]

    def find_space_of(self, ref: ContentRef) -> Space:
        try:
            row = v1.get_content(self.session, ref.id, {"expand": "space"})
        except NotFound:
            self.check_login()
            raise NotFound(f"there is no page {ref.id}, or this account cannot see it", 404) from None
        return self.find_space(row.string("space.key"))

    # Reading

    def find_pages(self, space_id: str, title: str, *, trashed: bool = False) -> list[RemotePage]:
        found = []
        for status in ("current", "trashed") if trashed else ("current",):
            query = {"spaceKey": space_id, "title": title, "type": "page", "status": status, "expand": _EXPAND}
            found += [self._page(row) for row in v1.find_content(self.session, query)]
        return found

    def find_folders(self, space: Space, title: str) -> list[RemotePage]:
        return []

    def find_everywhere(self, title: str) -> list[tuple[RemotePage, str]]:
        rows = v1.find_content(self.session, {"title": title, "type": "page", "expand": _EXPAND})
        return [(self._page(row), row.string("space.key")) for row in rows]

    def list_content(self, space_id: str, kind: ContentKind) -> list[RemotePage]:
        """Pages by the scan, which has no offset (7.18 on); by the plain list before."""
        query = {"spaceKey": space_id, "type": str(kind), "expand": _EXPAND}
        if kind == ContentKind.PAGE:
            try:
                return [self._page(row) for row in v1.scan_content(self.session, query)]
            except RemoteError as error:
                if error.status not in {404, 405}:
                    raise
        return [self._page(row) for row in v1.find_content(self.session, query)]

    def read_pages(self, space_id: str, refs: Sequence[ContentRef]) -> list[RemotePage]:
        """There is no request for several ids: one is read by its id, several by a look at the whole space."""
        if len(refs) == 1:
            found = self._look(refs[0])
            return [found] if found and found.status == "current" else []
        wanted = {ref.id for ref in refs}
        kinds = sorted({ref.kind for ref in refs})
        return [page for kind in kinds for page in self.list_content(space_id, kind) if page.id in wanted]

    def _look(self, ref: ContentRef) -> RemotePage | None:
        try:
            return self._page(v1.get_content(self.session, ref.id, {"status": "any", "expand": _EXPAND}))
        except NotFound:
            return None

    def read_page(self, ref: ContentRef) -> RemotePage | None:
        """None only after a second look with a login that is good."""
        found = self._look(ref)
        if found is None:
            self.check_login()
            found = self._look(ref)
        return found

    def read_body(self, ref: ContentRef) -> StoredBody:
        query = {"status": "any", "expand": _EXPAND + ",body.storage,metadata.labels"}
        row = v1.get_content(self.session, ref.id, query)
        labels = row.nested("metadata.labels")
        if "results" not in labels or labels.number("size", 0) >= labels.number("limit", 200):
            names = self.details.read_labels(ref)
        else:
            names = frozenset(label.string("name") for label in labels.rows() if label.text("prefix") in ("", "global"))
        return StoredBody(self._page(row), row.string("body.storage.value"), names)

    def read_version(self, ref: ContentRef, version: int) -> str | None:
        query = {"status": "historical", "version": str(version), "expand": "body.storage"}
        try:
            return v1.get_content(self.session, ref.id, query).string("body.storage.value")
        except NotFound:
            return None

    def read_children(self, ref: ContentRef) -> list[ContentRef]:
        if ref.kind == ContentKind.BLOGPOST:
            return []
        return [ContentRef(row.identifier()) for row in v1.list_child_pages(self.session, ref.id)]

    def read_properties(self, ref: ContentRef) -> dict[str, ContentProperty]:
        rows = v1.list_properties(self.session, "content", ref.id)
        return {row.string("key"): read_property(row) for row in rows}

    def _page(self, row: JsonObject) -> RemotePage:
        number, position = row.identifier(), row.nested("extensions").get("position")
        ancestors = row.rows("ancestors") if row.get("ancestors") else []
        created = row.nested("history.createdBy")
        blogpost = row.text("type") == "blogpost"
        return RemotePage(
            id=number,
            title=row.string("title"),
            parent=ancestors[-1].identifier() if ancestors and not blogpost else None,
            version=row.number("version.number", 1),
            message=row.text("version.message"),
            author=created.text("userKey") or created.text("username"),
            url=self.site + (row.text("_links.webui") or f"/pages/viewpage.action?pageId={number}"),
            status=row.text("status") or "current",
            position=position if isinstance(position, int) else None,
            editor=who(row),
            modified=row.text("version.when"),
            kind=ContentKind.BLOGPOST if blogpost else ContentKind.PAGE,
        )

    # Writing

    def create_page(self, new: NewPage) -> RemotePage:
        return certain.create_page(self, new)

    def update_page(self, page: RemotePage, update: PageUpdate) -> RemotePage:
        return certain.update_page(self, page, update)

    def restore_page(self, page: RemotePage) -> RemotePage:
        return certain.restore_page(self, page, "")

    def write_property(
        self, ref: ContentRef, key: str, value: object, known: ContentProperty | None
    ) -> ContentProperty:
        return certain.write_property(self, ref, key, value, known)

    def remove_property(self, ref: ContentRef, key: str, known: ContentProperty) -> None:
        try:
            v1.delete_property(self.session, "content", ref.id, key)
        except NotFound:
            self.check_login()

    def remove_page(self, ref: ContentRef, how: How) -> None:
        assert how == "trash", "refused before anything is written"
        try:
            v1.delete_content(self.session, ref.id)
        except NotFound:
            self.check_login()

    def move_page(self, ref: ContentRef, where: Where, target: str) -> None:
        raise UsageError("Data Center has no request that orders pages")

    # One request each, for ``certain``

    def find_like(self, new: NewPage) -> list[RemotePage]:
        """What holds the title of something new."""
        if new.kind == ContentKind.PAGE:
            return self.find_pages(new.space_id, new.title)
        posts = self.list_content(new.space_id, ContentKind.BLOGPOST)
        return [page for page in posts if page.title.casefold() == new.title.casefold()]

    def send_new_page(self, new: NewPage) -> RemotePage:
        data = {
            "type": str(new.kind),
            "title": new.title,
            "space": {"key": new.space_id},
            "body": {"storage": {"representation": "storage", "value": new.body}},
            **({"ancestors": [{"id": new.parent.id}]} if new.parent.id else {}),
        }
        return self._page(v1.create_content(self.session, data, {"expand": _EXPAND}))

    def send_update(self, page: RemotePage, update: PageUpdate, number: int) -> RemotePage:
        """The direct parent alone is named: a full chain has been ignored (docs/confluence-api.md#data-center)."""
        data: dict[str, Any] = {
            "id": page.id,
            "type": str(page.kind),
            "status": "current",
            "title": update.title,
            "version": {"number": number, "message": update.message, "minorEdit": not update.notify},
            "body": {"storage": {"representation": "storage", "value": update.body}},
            **({"ancestors": [{"id": update.parent}]} if update.parent else {}),
        }
        return self._page(v1.update_content(self.session, page.id, data, {"expand": _EXPAND}))

    def send_restore(self, page: RemotePage, body: str, message: str) -> RemotePage:
        """Only the status changes: no body is sent."""
        data = {
            "id": page.id,
            "type": str(page.kind),
            "status": "current",
            "title": page.title,
            "version": {"number": page.version + 1, "message": message},
        }
        query = {"expand": _EXPAND, "status": "trashed"}
        return self._page(v1.update_content(self.session, page.id, data, query))

    def send_property(self, ref: ContentRef, key: str, value: object, known: ContentProperty | None) -> ContentProperty:
        if known is None:
            row = v1.create_property(self.session, "content", ref.id, key, value)
        else:
            data = {"id": known.id, "value": value, "version": {"number": known.version + 1}}
            row = v1.update_property(self.session, "content", ref.id, key, data)
        return ContentProperty(row.identifier(), row.number("version.number", 1), value)
