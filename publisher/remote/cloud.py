"""The port that publishing needs, on Confluence Cloud: REST v2, and v1 where v2 has nothing. Publisher's words."""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

from publisher.confluence import v1, v2
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.confluence.endpoints import Kind
from publisher.errors import NotFound, RemoteError, TitleTaken, Uncertain, VersionConflict
from publisher.model.snapshot import Record, RemotePage, Space
from publisher.planning.index import STAMP_KEY
from publisher.remote.port import NewPage
from publisher.storage import CLOUD

_IDS_PER_REQUEST = 250  # reference B.1
_KINDS = {"page": Kind.PAGES, "draft": Kind.PAGES, "blogpost": Kind.BLOGPOSTS, "folder": Kind.FOLDERS}
_PATIENCE = 30.0  # seconds that a long task is waited for


class CloudRemote:
    """All requests of a publish. ``site``: the address for people; whether pages can be put in order, and archived."""

    product = CLOUD
    ordered = archives = folders = restricts = True

    def __init__(self, client: Client, site: str, jobs: int) -> None:
        self._client, self.site, self.jobs = client, site, jobs
        self._account = ""
        self._kinds: dict[str, str] = {}  # of content that is no page: each kind has addresses of its own

    def know_kinds(self, kinds: Mapping[str, str]) -> None:
        """Id → draft, blogpost or folder, of content that was not read in this session."""
        self._kinds |= kinds

    def _kind(self, page: str) -> Kind:
        return _KINDS[self._kinds.get(page, "page")]

    # Reading

    def account(self) -> str:
        """The id of the account that we are; LoginRefused if the login is not good (any more)."""
        if not self._account:
            self._account = v1.get_current_user(self._client).text("accountId")
        return self._account

    def check_login(self) -> None:
        """LoginRefused if v2's 404s are to be explained by a login that was lost (reference D.2)."""
        self._account = ""
        self.account()

    def find_everywhere(self, title: str) -> list[tuple[RemotePage, str]]:
        """Current pages of that title in all spaces, each with the key of its space."""
        query = {"title": title, "status": "current", "limit": "50"}
        rows = list(v2.list_content(self._client, Kind.PAGES, query))
        ids = sorted({row.identifier("spaceId") for row in rows})
        found = v2.list_spaces(self._client, {"ids": ",".join(ids)}) if ids else ()
        keys = {space.identifier(): space.string("key") for space in found}
        return [(self._page(row), keys.get(row.identifier("spaceId"), "")) for row in rows]

    def find_space(self, key: str) -> Space:
        """NotFound names the setting to look at."""
        try:
            found = list(v2.list_spaces(self._client, {"keys": key}))
        except NotFound:  # v2 hides everything from a bad login (reference D.2)
            self.check_login()
            raise
        if not found:
            self.check_login()
            raise NotFound(f"there is no space {key!r}, or this account cannot see it; check CONFLUENCE_SPACE")
        return Space(found[0].identifier(), found[0].string("key"), found[0].optional_identifier("homepageId"))

    def find_pages(self, space_id: str, title: str, status: str = "current,archived") -> list[RemotePage]:
        """Pages of that title, ignoring case."""
        query = {"space-id": space_id, "title": title, "status": status}
        return [self._page(row) for row in v2.list_content(self._client, Kind.PAGES, query)]

    def list_pages(self, space_id: str) -> list[RemotePage]:
        """Every current and archived page of the space."""
        rows = v2.list_space_pages(self._client, space_id, {"status": "current,archived"})
        return [self._page(row) for row in rows]

    def list_posts(self, space_id: str) -> list[RemotePage]:
        """Every current blog post of the space."""
        rows = v2.list_space_posts(self._client, space_id, {"status": "current"})
        return [self._page(row, "blogpost") for row in rows]

    def read_pages(self, ids: Sequence[str]) -> list[RemotePage]:
        """Those that are current or archived and visible; 250 with each request, folders one by one."""
        parts: list[tuple[str, Sequence[str]]] = []
        for kind in ("page", "blogpost"):
            chosen = [page for page in ids if self._kinds.get(page, "page") == kind]
            parts += [(kind, chosen[at : at + _IDS_PER_REQUEST]) for at in range(0, len(chosen), _IDS_PER_REQUEST)]
        parts += [("folder", [page]) for page in ids if self._kinds.get(page) == "folder"]

        def read(part: tuple[str, Sequence[str]]) -> list[RemotePage]:
            kind, chosen = part
            if kind == "folder":
                found = self._read_folder(chosen[0])
                return [found] if found and found.status == "current" else []
            query = {"id": ",".join(chosen), "status": "current,archived" if kind == "page" else "current"}
            return [self._page(row, kind) for row in v2.list_content(self._client, _KINDS[kind], query)]

        with ThreadPoolExecutor(self.jobs) as pool:
            return [page for pages in pool.map(read, parts) for page in pages]

    def _read_folder(self, folder: str) -> RemotePage | None:
        try:
            return self._page(v2.get_content(self._client, Kind.FOLDERS, folder), "folder")
        except NotFound:
            return None

    def read_folders(self, ids: Sequence[str]) -> list[RemotePage]:
        """Those that are folders and current."""
        with ThreadPoolExecutor(self.jobs) as pool:
            return [found for found in pool.map(self._read_folder, ids) if found and found.status == "current"]

    def read_page(self, page: str) -> RemotePage | None:
        """One page, also from the trash. None only after a second look with a login that is good (reference D.2)."""
        for second in (False, True):
            try:
                kind = self._kinds.get(page, "page")
                query = {"get-draft": "true"} if kind == "draft" else {}
                return self._page(v2.get_content(self._client, self._kind(page), page, query), kind)
            except NotFound:
                if not second:
                    self.check_login()
        return None

    def read_body(self, page: str) -> tuple[RemotePage, str]:
        """The page and its stored body."""
        if self._kinds.get(page) == "folder":
            return self._page(v2.get_content(self._client, Kind.FOLDERS, page), "folder"), ""
        kind = self._kinds.get(page, "page")
        query = {"body-format": "storage", **({"get-draft": "true"} if kind == "draft" else {})}
        row = v2.get_content(self._client, self._kind(page), page, query)
        return self._page(row, kind), row.string("body.storage.value")

    def read_children(self, page: str) -> list[str]:
        """Ids of the pages below, in the order of the tree."""
        if self._kinds.get(page) == "blogpost":
            return []
        return [row.identifier() for row in v2.list_children(self._client, self._kind(page), page)]

    def read_records(self, page: str) -> dict[str, Record]:
        """Every content property by key."""
        rows = v2.list_properties(self._client, self._kind(page), page)
        return {row.string("key"): read_record(row) for row in rows}

    def read_comments(self, page: str) -> dict[str, tuple[str, str]]:
        """Marker → (account, text) of the inline comments."""
        rows = v2.list_comments(self._client, self._kind(page), page, "inline", {"body-format": "storage"})
        return {
            row.text("properties.inlineMarkerRef"): (row.text("version.authorId"), row.text("body.storage.value"))
            for row in rows
        }

    def read_attachments(self, page: str) -> dict[str, tuple[str, str]]:
        """Name → (id, comment) of every attachment."""
        rows = v2.list_attachments(self._client, self._kind(page), page)
        return {row.string("title"): (row.identifier(), row.text("comment")) for row in rows}

    def _page(self, row: JsonObject, kind: str = "page") -> RemotePage:
        number, position = row.identifier(), row.get("position")
        kind = "page" if kind == "draft" else kind
        known = "draft" if row.get("status") == "draft" else kind
        if known != "page" or number in self._kinds:
            self._kinds[number] = known
        return RemotePage(
            number,
            row.string("title"),
            row.optional_identifier("parentId") or None,
            row.number("version.number", 1),
            row.text("version.message"),
            row.text("authorId"),
            self.site + (row.text("_links.webui") or f"/pages/{number}"),
            status=row.text("status") or "current",
            position=position if isinstance(position, int) else None,
            editor=row.text("version.authorId"),
            modified=row.text("version.createdAt"),
            kind=kind,
        )

    # Writing

    def create_page(self, new: NewPage) -> RemotePage:
        """A new page at version 1. A request without answer is looked up before it is sent again (reference D.4)."""
        uncertain = False
        for _ in range(4):
            try:
                return self._page(self._post_page(new), new.kind)
            except Uncertain:
                uncertain = True
            except TitleTaken:
                if not uncertain and new.kind != "folder":  # an empty folder of a killed run is seen in no list
                    raise
            found = self._find_like(new)
            ours = [page for page in found if page.parent == (new.parent or None) and self._fresh(page)]
            if new.kind == "folder":
                ours = [page for page in ours if STAMP_KEY not in self.read_records(page.id)]
            if ours:
                return ours[0]
            if found or not uncertain:
                raise TitleTaken(
                    f"the title {new.title!r} is held by {found[0].url if found else 'another folder'}", 400
                )
        raise RemoteError(f"the page {new.title!r} could not be created: Confluence gave no clear answer")

    def _find_like(self, new: NewPage) -> list[RemotePage]:
        """What holds the title of something new: of folders, those at its place alone can be looked for."""
        if new.kind == "page":
            return self.find_pages(new.space_id, new.title)
        if new.kind == "blogpost":
            return [page for page in self.list_posts(new.space_id) if page.title.casefold() == new.title.casefold()]
        rows = v2.list_children(self._client, self._kind(new.parent), new.parent)
        same = [row.identifier() for row in rows if row.get("type") == "folder" and row.get("title") == new.title]
        return self.read_folders(same)

    def _post_page(self, new: NewPage) -> JsonObject:
        data: dict[str, Any] = {"spaceId": new.space_id, "title": new.title}
        if new.kind != "blogpost":
            data["parentId"] = new.parent
        if new.kind != "folder":
            data |= {
                "status": "draft" if new.draft else "current",
                "body": {"representation": "storage", "value": new.body},
            }
        if new.date:
            data["createdAt"] = f"{new.date}T12:00:00.000Z"
        return v2.create_content(self._client, _KINDS[new.kind], data)

    def _fresh(self, page: RemotePage) -> bool:
        return page.version == 1 and page.author == self.account()

    def update_page(
        self,
        page: RemotePage,
        parent: str,
        title: str,
        body: str,
        message: str,
        *,
        notify: bool,
        owner: str = "",
        draft: bool = False,
    ) -> RemotePage:
        """Exactly one new version: the one that was read plus 1, so that a foreign write in between gives VersionConflict.

        ``draft``: one that is a draft stays one.
        """
        # A draft has one version, also when it is published (reference B.1).
        number = 1 if page.status == "draft" else page.version + 1
        data = {
            "id": page.id,
            "status": "draft" if draft and page.status == "draft" else "current",
            "title": title,
            "body": {"representation": "storage", "value": body},
            "version": {"number": number, "message": message, "minorEdit": not notify},
            **({"parentId": parent} if parent else {}),
            **({"ownerId": owner} if owner else {}),
        }
        written = self._put_page(page, data, number, message)
        return replace(written, stamp=page.stamp, stamp_id=page.stamp_id, stamp_version=page.stamp_version)

    def _put_page(self, page: RemotePage, data: Mapping[str, Any], number: int, message: str) -> RemotePage:
        for _ in range(4):
            try:
                return self._page(self._send_page(page, data), page.kind)
            except (Uncertain, VersionConflict) as error:
                now = self.read_page(page.id)
                if now is not None and now.version == number and now.message == message:
                    return now
                if isinstance(error, VersionConflict) or now is None or now.version != page.version:
                    text = f"{page.url} was changed in Confluence while it was being published; run the command again"
                    raise VersionConflict(text, 409) from None
        raise RemoteError(f"{page.url} could not be updated: Confluence gave no clear answer")

    def _send_page(self, page: RemotePage, data: Mapping[str, Any]) -> JsonObject:
        return v2.update_content(self._client, self._kind(page.id), page.id, data)

    def restore_page(self, page: RemotePage) -> RemotePage:
        """Out of the trash: only the status changes (reference B.1). TitleTaken if another page has its title now."""
        message = "restored [publisher restored]"
        data = {
            "id": page.id,
            "status": "current",
            "title": page.title,
            "body": {"representation": "storage", "value": ""},
            "version": {"number": page.version + 1, "message": message},
        }
        written = self._put_page(page, data, page.version + 1, message)
        return replace(written, stamp=page.stamp, stamp_id=page.stamp_id, stamp_version=page.stamp_version)

    def remove_page(self, page: str, how: Literal["archive", "trash"]) -> None:
        """Into the archive or the trash. A page that is gone already is no error."""
        if how == "trash":
            try:
                query = {"draft": "true"} if self._kinds.get(page) == "draft" else {}
                v2.delete_content(self._client, self._kind(page), page, query)
            except NotFound:
                self.check_login()
            return
        task = v1.archive_page(self._client, page)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            state = v1.get_long_task(self._client, task)
            if state.get("finished"):
                if not state.get("successful"):
                    raise RemoteError(f"the page {page} could not be archived: {state.get('messages')}")
                return
            time.sleep(0.05)
        raise RemoteError(f"archiving the page {page} takes too long; look at it in Confluence")

    def move_page(self, page: str, where: Literal["before", "after", "append"], target: str) -> None:
        """Beside or below another page; no version is made for a move among siblings (reference C.2)."""
        v1.move_page(self._client, page, where, target)

    def write_record(self, page: str, key: str, value: object, known: Record | None) -> Record:
        """Creates the property or makes its next version; VersionConflict if somebody else was faster."""
        try:
            row = self._post_record(page, key, value) if known is None else self._put_record(page, key, value, known)
        except (Uncertain, VersionConflict) as error:
            now = self.read_records(page).get(key)
            if now is not None and now.value == value:
                return now
            if isinstance(error, Uncertain) and (now.version if now else 0) == (known.version if known else 0):
                return self.write_record(page, key, value, now)
            raise VersionConflict(f"the property {key} of page {page} was changed meanwhile", 409) from None
        return replace(read_record(row), value=value)

    def _post_record(self, page: str, key: str, value: object) -> JsonObject:
        return v2.create_property(self._client, self._kind(page), page, key, value)

    def _put_record(self, page: str, key: str, value: object, known: Record) -> JsonObject:
        data = {"key": key, "value": value, "version": {"number": known.version + 1, "message": ""}}
        return v2.update_property(self._client, self._kind(page), page, known.id, data)

    def remove_record(self, page: str, key: str, known: Record) -> None:
        """One that has gone already is no error."""
        try:
            v2.delete_property(self._client, self._kind(page), page, known.id)
        except NotFound:
            self.check_login()

    def put_attachment(self, page: str, name: str, data: bytes, media: str, comment: str) -> None:
        """Creates the attachment or gives it a new version (reference B.6)."""
        note = (None, comment.encode(), "text/plain; charset=utf-8")
        files = {"file": (name, data, media), "minorEdit": (None, b"true"), "comment": note}
        v1.put_attachment(self._client, page, files)

    def remove_attachment(self, attachment: str) -> None:
        """Into the trash."""
        try:
            v2.delete_attachment(self._client, attachment)
        except NotFound:
            self.check_login()

    def restrict(self, page: str, wanted: Mapping[str, Sequence[str]], had: Mapping[str, Sequence[str]]) -> None:
        """``wanted``, ``had``: read and update → accounts. Restrictions that others set stay; our own account is added."""
        us = self.account()
        there = {row.string("operation"): row for row in v1.get_restrictions(self._client, page)}
        data: list[Mapping[str, object]] = []
        for operation in ("read", "update"):
            now = there.get(operation)
            ours = {*had.get(operation, ()), *([us] if operation in had else [])}
            users = [row.string("accountId") for row in _rows(now, "restrictions.user.results")]
            groups = [{"type": "group", "id": row.get("id")} for row in _rows(now, "restrictions.group.results")]
            kept = [user for user in users if user not in ours]
            chosen = dict.fromkeys([*kept, *wanted.get(operation, ())])
            if chosen or groups or operation in wanted:
                chosen[us] = None
            people = [{"type": "known", "accountId": user} for user in chosen]
            data.append({"operation": operation, "restrictions": {"user": people, "group": groups}})
        v1.put_restrictions(self._client, page, data)

    def set_status(self, page: str, name: str, colour: str) -> None:
        """The content status; an empty name takes it away. Makes a version (reference B.9)."""
        if name:
            v1.set_state(self._client, page, name, colour)
        else:
            v1.remove_state(self._client, page)

    def unwatch(self, page: str) -> None:
        v1.unwatch(self._client, page)

    def add_labels(self, page: str, labels: Iterable[str]) -> None:
        v1.add_labels(self._client, page, list(labels))

    def remove_label(self, page: str, label: str) -> None:
        v1.remove_label(self._client, page, label)

    @property
    def counts(self) -> tuple[int, int]:
        """(requests, writes) so far."""
        return self._client.requests, self._client.writes

    def gave_up(self) -> bool:
        """Whether Confluence has not answered at all for so long that there is no point in going on."""
        return self._client.gave_up()

    def server_time(self) -> float:
        """Seconds since 1970, by the clock of Confluence."""
        return self._client.server_time()


def read_record(row: JsonObject) -> Record:
    """A content property of either API."""
    return Record(row.identifier(), row.number("version.number", 1), row.get("value"))


def _rows(answer: JsonObject | None, path: str) -> list[JsonObject]:
    """A list that may be left out."""
    holder, _, name = path.rpartition(".")
    found = answer.nested(holder) if answer else None
    return found.rows(name) if found and name in found else []
