"""The port on Confluence Cloud: REST v2, and v1 where v2 has nothing."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from publisher.confluence import v1, v2
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.confluence.endpoints import Kind
from publisher.errors import NotFound, RemoteError
from publisher.model.plan import How
from publisher.model.snapshot import ContentKind, ContentProperty, ContentRef, RemotePage, Space
from publisher.remote import certain
from publisher.remote.cloud_details import CloudDetails
from publisher.remote.port import Capabilities, NewPage, PageUpdate, StoredBody, Where, no_space
from publisher.storage import CLOUD

_IDS_PER_REQUEST = 250  # docs/confluence-api.md#pages
_MOST_INCLUDED = 50  # rows of a list that comes with a page
_PATIENCE = 30.0  # seconds that a long task is waited for
KINDS = {ContentKind.PAGE: Kind.PAGES, ContentKind.BLOGPOST: Kind.BLOGPOSTS, ContentKind.FOLDER: Kind.FOLDERS}
_LISTED = {ContentKind.PAGE: "current,archived", ContentKind.BLOGPOST: "current"}
#: Servers differ in what they answer without a status for what is in the trash (docs/confluence-api.md#trash).
_ANY_STATUS = {ContentKind.PAGE: "current,archived,trashed", ContentKind.BLOGPOST: "current,trashed"}


class CloudRemote:
    """See ``Remote``."""

    capabilities = Capabilities(product=CLOUD, ordered=True, archives=True, folders=True, metadata=True)

    def __init__(self, client: Client, site: str, jobs: int) -> None:
        self.session, self.site, self.jobs = client, site, jobs
        self.details = CloudDetails(client, self.account, self.check_login)
        self._account = ""
        self._spaces: dict[str, Space] = {}

    # Who and where

    def account(self) -> str:
        """LoginRefused if the login is not good (any more)."""
        if not self._account:
            self._account = v1.get_current_user(self.session).text("accountId")
        return self._account

    def check_login(self) -> None:
        """v2 hides everything from a bad login (docs/confluence-api.md#not-found)."""
        self._account = ""
        self.account()

    def find_space(self, key: str) -> Space:
        """Asked once in a session."""
        if key not in self._spaces:
            self._spaces[key] = self._read_space(key)
        return self._spaces[key]

    def _read_space(self, key: str) -> Space:
        try:
            found = next(v2.list_spaces(self.session, {"keys": key}), None)
        except NotFound:
            self.check_login()
            raise
        if found is None:
            self.check_login()
            raise NotFound(no_space(key))
        return Space(found.identifier(), found.string("key"), found.optional_identifier("homepageId"))

    def find_space_of(self, ref: ContentRef) -> Space:
        try:
            number = v2.get_content(self.session, KINDS[ref.kind], ref.id).identifier("spaceId")
        except NotFound:
            self.check_login()
            raise NotFound(f"there is no page {ref.id}, or this account cannot see it", 404) from None
        row = next(v2.list_spaces(self.session, {"ids": number}))
        return self.find_space(row.string("key"))

    # Reading

    def find_pages(self, space_id: str, title: str, *, trashed: bool = False) -> list[RemotePage]:
        status = "current,archived,trashed" if trashed else "current,archived"
        query = {"space-id": space_id, "title": title, "status": status}
        return [self._page(row) for row in v2.list_content(self.session, Kind.PAGES, query)]

    def find_folders(self, space: Space, title: str) -> list[RemotePage]:
        """By the search index, which lags behind: there is no list of folders."""
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        query = {"cql": f'type=folder and title="{quoted}" and space="{space.key}"'}
        found = [ContentRef(row.identifier(), ContentKind.FOLDER) for row in v1.search_content(self.session, query)]
        pages = [self.read_page(ref) for ref in found]
        return [page for page in pages if page and page.title.casefold() == title.casefold()]

    def find_everywhere(self, title: str) -> list[tuple[RemotePage, str]]:
        query: v2.Query = {"title": title, "status": "current", "limit": 50}
        rows = list(v2.list_content(self.session, Kind.PAGES, query))
        ids = sorted({row.identifier("spaceId") for row in rows})
        found = v2.list_spaces(self.session, {"ids": ",".join(ids)}) if ids else ()
        keys = {space.identifier(): space.string("key") for space in found}
        return [(self._page(row), keys.get(row.identifier("spaceId"), "")) for row in rows]

    def list_content(self, space_id: str, kind: ContentKind) -> list[RemotePage]:
        listed = v2.list_space_posts if kind == ContentKind.BLOGPOST else v2.list_space_pages
        return [self._page(row, kind) for row in listed(self.session, space_id, {"status": _LISTED[kind]})]

    def read_pages(self, space_id: str, refs: Sequence[ContentRef]) -> list[RemotePage]:
        """250 with each request; folders, and drafts, which no list has, one by one."""
        parts: list[tuple[ContentKind, Sequence[str]]] = []
        for kind in _LISTED:
            ids = [ref.id for ref in refs if ref.kind == kind and not ref.draft]
            parts += [(kind, ids[at : at + _IDS_PER_REQUEST]) for at in range(0, len(ids), _IDS_PER_REQUEST)]
        single = [ref for ref in refs if ref.kind not in _LISTED or ref.draft]

        def read(part: tuple[ContentKind, Sequence[str]]) -> list[RemotePage]:
            kind, chosen = part
            query = {"id": ",".join(chosen), "status": _LISTED[kind]}
            return [self._page(row, kind) for row in v2.list_content(self.session, KINDS[kind], query)]

        with ThreadPoolExecutor(self.jobs) as pool:
            found = [page for pages in pool.map(read, parts) for page in pages]
            found += [page for page in pool.map(self._look, single) if page and page.status in ("current", "draft")]
        return found

    def _look(self, ref: ContentRef) -> RemotePage | None:
        if ref.kind not in KINDS:
            return None
        try:
            return self._page(v2.get_content(self.session, KINDS[ref.kind], ref.id, _status(ref)), ref.kind)
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
        if ref.kind == ContentKind.FOLDER:
            return StoredBody(self._page(v2.get_content(self.session, Kind.FOLDERS, ref.id), ref.kind), "", frozenset())
        query = {"body-format": "storage", "include-labels": "true", **_status(ref)}
        row = v2.get_content(self.session, KINDS[ref.kind], ref.id, query)
        rows = row.rows("labels.results") if "results" in row.nested("labels") else None
        if rows is None or len(rows) >= _MOST_INCLUDED:
            labels = self.details.read_labels(ref)
        else:
            labels = frozenset(label.string("name") for label in rows if label.text("prefix") in ("", "global"))
        return StoredBody(self._page(row, ref.kind), row.string("body.storage.value"), labels)

    def read_version(self, ref: ContentRef, version: int) -> str | None:
        if ref.kind not in KINDS:
            return None
        query = {"body-format": "storage", "version": str(version)}
        try:
            return v2.get_content(self.session, KINDS[ref.kind], ref.id, query).string("body.storage.value")
        except NotFound:
            return None

    def read_children(self, ref: ContentRef) -> list[ContentRef]:
        if ref.kind == ContentKind.BLOGPOST:
            return []
        rows = v2.list_children(self.session, KINDS[ref.kind], ref.id)
        return [ContentRef(row.identifier(), _kind_of(row.text("type"))) for row in rows]

    def read_properties(self, ref: ContentRef) -> dict[str, ContentProperty]:
        rows = v2.list_properties(self.session, KINDS[ref.kind], ref.id)
        return {row.string("key"): read_property(row) for row in rows}

    def _page(self, row: JsonObject, kind: ContentKind = ContentKind.PAGE) -> RemotePage:
        number, position = row.identifier(), row.get("position")
        return RemotePage(
            id=number,
            title=row.string("title"),
            parent=row.optional_identifier("parentId") or None,
            version=row.number("version.number", 1),
            message=row.text("version.message"),
            author=row.text("authorId"),
            url=self.site + (row.text("_links.webui") or f"/pages/{number}"),
            status=row.text("status") or "current",
            position=position if isinstance(position, int) else None,
            editor=row.text("version.authorId"),
            modified=row.text("version.createdAt"),
            kind=kind,
            parent_kind=_kind_of(row.text("parentType")),
            live=row.text("subtype") == "live",
            owner=row.text("ownerId"),
        )

    # Writing

    def create_page(self, new: NewPage) -> RemotePage:
        return certain.create_page(self, new)

    def update_page(self, page: RemotePage, update: PageUpdate) -> RemotePage:
        return certain.update_page(self, page, update)

    def restore_page(self, page: RemotePage) -> RemotePage:
        return certain.restore_page(self, page, self.read_body(page.ref).body)

    def write_property(
        self, ref: ContentRef, key: str, value: object, known: ContentProperty | None
    ) -> ContentProperty:
        return certain.write_property(self, ref, key, value, known)

    def remove_property(self, ref: ContentRef, key: str, known: ContentProperty) -> None:
        try:
            v2.delete_property(self.session, KINDS[ref.kind], ref.id, known.id)
        except NotFound:
            self.check_login()

    def remove_page(self, ref: ContentRef, how: How) -> None:
        if how == "archive":
            _archive(self.session, ref.id)
            return
        try:
            v2.delete_content(self.session, KINDS[ref.kind], ref.id, {"draft": "true"} if ref.draft else {})
        except NotFound:
            self.check_login()

    def move_page(self, ref: ContentRef, where: Where, target: str) -> None:
        v1.move_page(self.session, ref.id, where, target)

    # One request each, for ``certain``

    def find_like(self, new: NewPage) -> list[RemotePage]:
        """What holds the title of something new: of folders, those at its place alone can be looked for."""
        if new.kind == ContentKind.PAGE:
            return self.find_pages(new.space_id, new.title)
        if new.kind == ContentKind.BLOGPOST:
            posts = self.list_content(new.space_id, ContentKind.BLOGPOST)
            return [page for page in posts if page.title.casefold() == new.title.casefold()]
        rows = v2.list_children(self.session, KINDS[new.parent.kind], new.parent.id)
        same = [row for row in rows if row.get("type") == "folder" and row.get("title") == new.title]
        refs = [ContentRef(row.identifier(), ContentKind.FOLDER) for row in same]
        return self.read_pages(new.space_id, refs)

    def send_new_page(self, new: NewPage) -> RemotePage:
        data: dict[str, Any] = {"spaceId": new.space_id, "title": new.title}
        if new.kind != ContentKind.BLOGPOST:
            data["parentId"] = new.parent.id
        if new.kind != ContentKind.FOLDER:
            body = {"representation": "storage", "value": new.body}
            data |= {"status": "draft" if new.draft else "current", "body": body}
        if new.date:
            data["createdAt"] = f"{new.date}T12:00:00.000Z"
        return self._page(v2.create_content(self.session, KINDS[new.kind], data), new.kind)

    def send_update(self, page: RemotePage, update: PageUpdate, number: int) -> RemotePage:
        data = {
            "id": page.id,
            "status": "draft" if update.draft and page.status == "draft" else "current",
            "title": update.title,
            "body": {"representation": "storage", "value": update.body},
            "version": {"number": number, "message": update.message, "minorEdit": not update.notify},
            **({"parentId": update.parent} if update.parent else {}),
            **({"ownerId": update.owner} if update.owner else {}),
        }
        return self._page(v2.update_content(self.session, KINDS[page.kind], page.id, data), page.kind)

    def send_restore(self, page: RemotePage, body: str, message: str) -> RemotePage:
        text = {"representation": "storage", "value": body}
        version = {"number": page.version + 1, "message": message}
        data = {"id": page.id, "status": "current", "title": page.title, "body": text, "version": version}
        return self._page(v2.update_content(self.session, KINDS[page.kind], page.id, data), page.kind)

    def send_property(self, ref: ContentRef, key: str, value: object, known: ContentProperty | None) -> ContentProperty:
        if known is None:
            row = v2.create_property(self.session, KINDS[ref.kind], ref.id, key, value)
        else:
            data = {"key": key, "value": value, "version": {"number": known.version + 1, "message": ""}}
            row = v2.update_property(self.session, KINDS[ref.kind], ref.id, known.id, data)
        return ContentProperty(row.identifier(), row.number("version.number", 1), value)


def _archive(client: Client, page: str) -> None:
    task = v1.archive_page(client, page)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        state = v1.get_long_task(client, task)
        if state.get("finished"):
            if not state.get("successful"):
                raise RemoteError(f"the page {page} could not be archived: {state.get('messages')}")
            return
        time.sleep(0.05)
    raise RemoteError(f"archiving the page {page} takes too long; look at it in Confluence")


def _status(ref: ContentRef) -> dict[str, str]:
    if ref.kind not in _ANY_STATUS:
        return {}
    return {"get-draft": "true"} if ref.draft else {"status": _ANY_STATUS[ref.kind]}


def _kind_of(name: str) -> ContentKind:
    """A page unless it is named as something else that is known."""
    return next((kind for kind in ContentKind if kind == name), ContentKind.PAGE)


def read_property(row: JsonObject) -> ContentProperty:
    """A content property of either API."""
    return ContentProperty(row.identifier(), row.number("version.number", 1), row.get("value"))
