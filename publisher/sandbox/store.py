"""The sandbox's state: an SQLite file. Knows Confluence's rules about content, nothing of HTTP."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from publisher.storage import NotWellFormed, parse_body, serialise_children

Row = dict[str, Any]
AC = "{http://atlassian.com/content}"
ACCOUNT = "sandbox-account"
_SCHEMA_VERSION = 4
_TABLES = (
    "restriction",
    "space",
    "page",
    "page_version",
    "property",
    "label",
    "attachment",
    "comment",
    "task",
    "connection",
)
_CREATION = (
    "INSERT INTO page (space, parent, position, title, title_key, body, status, version, message, minor, created,"
    " modified, author, editor, kind, subtype) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, ?, ?, ?, ?, ?)"
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS space (id INTEGER PRIMARY KEY, key TEXT UNIQUE COLLATE NOCASE, name TEXT, homepage INTEGER);
CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY AUTOINCREMENT, space INTEGER, parent INTEGER, position INTEGER,
  title TEXT, title_key TEXT, body TEXT, status TEXT, version INTEGER, message TEXT, minor INTEGER, created TEXT,
  modified TEXT, author TEXT, editor TEXT, kind TEXT DEFAULT 'page', subtype TEXT, owner TEXT, state TEXT, state_colour TEXT,
  watched INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS restriction (page INTEGER, operation TEXT, kind TEXT, name TEXT);
CREATE TABLE IF NOT EXISTS page_version (page INTEGER, number INTEGER, title TEXT, body TEXT, message TEXT, minor INTEGER,
  created TEXT, editor TEXT, PRIMARY KEY (page, number));
CREATE TABLE IF NOT EXISTS comment (id INTEGER PRIMARY KEY, page INTEGER, parent INTEGER, ref TEXT, selection TEXT, body TEXT,
  author TEXT, resolved INTEGER DEFAULT 0, version INTEGER DEFAULT 1, created TEXT);
CREATE TABLE IF NOT EXISTS task (id INTEGER PRIMARY KEY, polls INTEGER);
CREATE TABLE IF NOT EXISTS property (id INTEGER PRIMARY KEY, holder TEXT DEFAULT 'page', page INTEGER, key TEXT, value TEXT,
  version INTEGER, UNIQUE (holder, page, key));
CREATE TABLE IF NOT EXISTS label (id INTEGER PRIMARY KEY, page INTEGER, name TEXT, UNIQUE (page, name));
CREATE TABLE IF NOT EXISTS attachment (id INTEGER PRIMARY KEY, page INTEGER, name TEXT, media TEXT, comment TEXT, data BLOB,
  version INTEGER, created TEXT, UNIQUE (page, name));
CREATE TABLE IF NOT EXISTS connection (id TEXT PRIMARY KEY, app TEXT, status TEXT, created TEXT, updated TEXT, polls INTEGER);
CREATE INDEX IF NOT EXISTS page_parent ON page (parent);
CREATE INDEX IF NOT EXISTS page_title ON page (space, title_key);
"""


class Refused(Exception):
    """Confluence's answer to a request that it does not carry out: status, code of v2, text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


def rewrite_storage(body: str) -> str:
    """What Confluence stores: not the bytes that were sent (reference E.1)."""
    try:
        root = parse_body(body)
    except NotWellFormed as error:
        raise Refused(400, "BAD_REQUEST", f"Error parsing xhtml: {error}") from None
    for macro in root.iter(AC + "structured-macro"):
        for name, value in (("schema-version", "1"), ("macro-id", str(uuid.uuid4()))):
            if macro.get(AC + name) is None:
                macro.set(AC + name, value)
    return serialise_children(root).replace("/>", " />")


def mark_text(body: str, text: str, index: int, ref: str) -> str | None:
    """``body`` with a marker around the occurrence of ``text`` with that index; None if there is none.

    A selection across markup gets one marker for each piece of text.
    """
    root = parse_body(body)
    slots = list(_text_slots(root))
    whole = "".join(getattr(element, kind) for element, kind in slots)
    start = -1
    for _ in range(index + 1):
        start = whole.find(text, start + 1)
        if start < 0 or not text:
            return None
    end, at, pieces = start + len(text), 0, []
    for element, kind in slots:
        piece = getattr(element, kind)
        low, high = max(start - at, 0), min(end - at, len(piece))
        if low < high:
            pieces.append((element, kind, low, high))
        at += len(piece)
    for element, kind, low, high in pieces:
        piece = getattr(element, kind)
        marker = element.makeelement(AC + "inline-comment-marker", {AC + "ref": ref})
        marker.text, marker.tail = piece[low:high], piece[high:]
        setattr(element, kind, piece[:low])
        if kind == "text":
            element.insert(0, marker)
        else:
            element.getparent().insert(element.getparent().index(element) + 1, marker)
    return serialise_children(root)


def _text_slots(element: Any) -> Iterator[tuple[Any, str]]:
    """(element, "text" or "tail") of every text that a reader can select."""
    hidden = {AC + "parameter", AC + "plain-text-body", AC + "task-id", AC + "task-status"}
    if element.tag not in hidden:
        if element.text:
            yield element, "text"
        for child in element:
            yield from _text_slots(child)
            if child.tail:
                yield child, "tail"


def _holder(holder: str) -> str:
    return holder if holder in {"comment", "attachment", "space"} else "page"


class Store:
    """Every method is one transaction; ``now`` gives the time as Confluence writes it."""

    def __init__(self, path: str | Path, now: Any) -> None:
        self._db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self.revision = 0  # how often something was written
        self._now = now
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != _SCHEMA_VERSION:
            for table in _TABLES:  # an older sandbox: what it held is published again by one command
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
            self._db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def _all(self, sql: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, values).fetchall()]

    def _one(self, sql: str, *values: Any) -> Row | None:
        found = self._all(sql, *values)
        return found[0] if found else None

    def _run(self, sql: str, *values: Any) -> int:
        with self._lock:
            self.revision += 1
            return self._db.execute(sql, values).lastrowid or 0

    # Spaces

    def spaces(self) -> list[Row]:
        return self._all("SELECT * FROM space ORDER BY id")

    def space(self, space_id: int) -> Row | None:
        return self._one("SELECT * FROM space WHERE id = ?", space_id)

    def create_space(self, key: str, name: str) -> Row:
        """The space of that key, made with a home page if it is not there."""
        found = self._one("SELECT * FROM space WHERE key = ?", key)
        if found:
            return found
        space = self._run("INSERT INTO space (key, name) VALUES (?, ?)", key, name)
        home = self.create_page(space, {"title": f"{name} Home", "body": "<p />"}, root=True)
        self._run("UPDATE space SET homepage = ? WHERE id = ?", home["id"], space)
        return self._one("SELECT * FROM space WHERE id = ?", space) or {}

    # Pages

    def page(self, page_id: int, *kinds: str) -> Row:
        """Content of one of ``kinds`` (page if none is given): page, blogpost, folder, custom."""
        found = self._one("SELECT * FROM page WHERE id = ?", page_id)
        if found is None or found["kind"] not in (kinds or ("page",)):
            raise Refused(404, "NOT_FOUND", f"Cannot find a {(kinds or ('page',))[0]} with id [{page_id}]")
        return found

    def content(self, content_id: int) -> Row:
        """Content of any kind."""
        return self.page(content_id, "page", "blogpost", "folder", "custom")

    def pages(
        self,
        statuses: Iterable[str],
        space: int | None = None,
        ids: Iterable[int] | None = None,
        kinds: Iterable[str] = ("page",),
    ) -> list[Row]:
        """By id; ``ids`` None: all."""
        marks: list[Any] = list(statuses)
        where, values = f"status IN ({','.join('?' * len(marks))})", [*marks]
        wanted_kinds = list(kinds)
        where, values = where + f" AND kind IN ({','.join('?' * len(wanted_kinds))})", [*values, *wanted_kinds]
        if space is not None:
            where, values = where + " AND space = ?", [*values, space]
        if ids is not None:
            wanted = list(ids)
            where, values = where + f" AND id IN ({','.join('?' * len(wanted))})", [*values, *wanted]
        return self._all(f"SELECT * FROM page WHERE {where} ORDER BY id", *values)

    def tree_rows(self, space: int) -> list[Row]:
        """Every page and folder of a space, without bodies, siblings in the order of the tree."""
        return self._all(
            "SELECT id, parent, title, kind FROM page WHERE space = ? AND status = 'current' AND kind IN ('page', 'folder')"
            " ORDER BY position IS NULL, position, title_key",
            space,
        )

    def children(self, parent: int | None) -> list[Row]:
        """In the order of the tree: by title until somebody moves one, then by position (reference E.15)."""
        return self._all(
            "SELECT * FROM page WHERE parent IS ? AND status = 'current' AND kind IN ('page', 'folder')"
            " ORDER BY position IS NULL, position, title_key",
            parent,
        )

    def _check_title(self, space: int, title: str, except_id: int = 0, kind: str = "page") -> None:
        if not title.strip():
            raise Refused(400, "INVALID_REQUEST_PARAMETER", "title must not be blank")
        if len(title) > 255:
            raise Refused(400, "INVALID_REQUEST_PARAMETER", "Title cannot be longer than 255 characters")
        if kind not in {"page", "folder"}:
            return
        sql = (
            "SELECT id FROM page WHERE space = ? AND title_key = ? AND status IN ('current', 'archived') AND id != ?"
            " AND kind = ?"
        )
        if self._all(sql, space, title.casefold(), except_id, kind):
            text = "A page with this title already exists: A page already exists with the same TITLE in this space"
            if kind == "folder":
                text = "A folder exists with the same title in this space"
            raise Refused(400, "BAD_REQUEST", text)

    def create_page(self, space: int, fields: Row, *, root: bool = False) -> Row:
        """``fields``: title, body, parent; and kind, subtype, status, where it is no current page."""
        with self._lock:
            row = self.space(space)
            if row is None:
                raise Refused(404, "NOT_FOUND", f"Cannot find a space with id [{space}]")
            title = str(fields["title"]).strip()
            kind = fields.get("kind", "page")
            if fields.get("status") != "draft":
                self._check_title(space, title, kind=kind)
            body = rewrite_storage(fields.get("body", ""))
            root = root or kind in {"blogpost", "custom"}
            parent = None if root else (fields.get("parent") or row["homepage"])
            if parent is not None and self.page(parent, "page", "folder")["status"] != "current":
                raise Refused(404, "NOT_FOUND", f"Cannot find a page with id [{parent}]")
            now, author = fields.get("created") or self._now(), fields.get("author", ACCOUNT)
            position = self._last_position(parent) if kind in {"page", "folder"} else None
            status = fields.get("status") or "current"
            page = self._run(
                _CREATION,
                *(space, parent, position, title, title.casefold(), body, status, fields.get("message", "")),
                *(now, now, author, author, kind, fields.get("subtype")),
            )
            self._keep_version(page)
            return self.content(page)

    def _last_position(self, parent: int | None) -> int | None:
        """At the end of a branch that was ordered by hand; None in one that is still sorted by title."""
        last = self._one("SELECT max(position) AS last FROM page WHERE parent IS ? AND status = 'current'", parent)
        return last["last"] + 1000 if last and last["last"] else None

    def _keep_version(self, page: int) -> None:
        self._run(
            "INSERT OR REPLACE INTO page_version SELECT id, version, title, body, message, minor, modified, editor FROM page WHERE id = ?",
            page,
        )

    def update_page(self, page_id: int, fields: Row) -> Row:
        """``fields``: title, body (or None), parent (or None), version, message, minor, status."""
        with self._lock:
            page = self.page(page_id, "page", "blogpost")
            draft = page["status"] == "draft"
            if fields["version"] != (1 if draft else page["version"] + 1):
                text = (
                    "Version must be incremented when updating a page. "
                    f"Current Version: [{page['version']}]. Provided version: [{fields['version']}]"
                )
                raise Refused(409, "CONFLICT", text)
            if page["status"] == "archived":
                raise Refused(404, "NOT_FOUND", f"Cannot find a page with id [{page_id}]")
            if page["status"] == "trashed":  # a restore changes the status only (reference B.1)
                self._check_title(page["space"], page["title"], page_id, page["kind"])
                fields = {**fields, "title": page["title"], "body": None, "parent": self._home(page["space"])}
            title = str(fields["title"]).strip()
            stays = draft and fields.get("status") == "draft"
            if not stays:  # drafts do not reserve their titles
                self._check_title(page["space"], title, page_id, page["kind"])
            parent = self._check_parent(page, fields.get("parent"))
            body = page["body"] if fields.get("body") is None else rewrite_storage(fields["body"])
            position = page["position"]
            if parent != page["parent"]:
                position = self._last_position(parent)
            self._run(
                "UPDATE page SET title = ?, title_key = ?, body = ?, parent = ?, position = ?, version = ?,"
                " message = ?, minor = ?, modified = ?, editor = ?, status = ? WHERE id = ?",
                *(title, title.casefold(), body, parent, position, fields["version"], fields.get("message", "")),
                *(int(fields.get("minor", False)), self._now(), fields.get("author", ACCOUNT)),
                *("draft" if stays else "current", page_id),
            )
            if fields.get("owner"):
                self._run("UPDATE page SET owner = ? WHERE id = ?", fields["owner"], page_id)
            self._keep_version(page_id)
            return self.content(page_id)

    # Status, restrictions, watching

    def set_state(self, page_id: int, name: str | None, colour: str | None) -> Row:
        """The content status. Setting one makes a version (reference B.9)."""
        with self._lock:
            self.page(page_id, "page", "blogpost")
            sql = "UPDATE page SET state = ?, state_colour = ?, version = version + 1, modified = ?, message = '' WHERE id = ?"
            self._run(sql, name, colour, self._now(), page_id)
            self._keep_version(page_id)
            return self.content(page_id)

    def restrictions(self, page_id: int) -> list[Row]:
        """Rows of operation (read, update), kind (user, group) and name."""
        self.content(page_id)
        return self._all("SELECT * FROM restriction WHERE page = ?", page_id)

    def set_restrictions(self, page_id: int, rows: Iterable[tuple[str, str, str]]) -> None:
        """(operation, kind, name) of each: in place of those that there are."""
        with self._lock:
            self.content(page_id)
            self._run("DELETE FROM restriction WHERE page = ?", page_id)
            for row in rows:
                self._run("INSERT INTO restriction VALUES (?, ?, ?, ?)", page_id, *row)

    def watch(self, page_id: int, *, watched: bool) -> None:
        self.content(page_id)
        self._run("UPDATE page SET watched = ? WHERE id = ?", int(watched), page_id)

    def _check_parent(self, page: Row, parent: int | None) -> int | None:
        if parent is None:
            current: int | None = page["parent"]
            return current
        if parent == page["id"]:
            raise Refused(400, "BAD_REQUEST", "Can not set page as its own parent")
        up: int | None = parent
        while up is not None:
            row = self.page(up, "page", "folder")
            if up == page["id"]:
                raise Refused(400, "BAD_REQUEST", "Can not move a page below its own descendant")
            up = row["parent"]
        return parent

    def move_page(self, page_id: int, where: str, target_id: int) -> None:
        """``where``: before, after (siblings), append (child)."""
        with self._lock:
            page, target = (self.page(found, "page", "folder") for found in (page_id, target_id))
            parent = target_id if where == "append" else target["parent"]
            if parent is not None:
                self._check_parent(page, parent)
            order = [row["id"] for row in self.children(parent) if row["id"] != page_id]
            at = len(order) if where == "append" else order.index(target_id) + (where == "after")
            order.insert(at, page_id)
            self._run("UPDATE page SET parent = ? WHERE id = ?", parent, page_id)
            if page["space"] != target["space"]:
                self._change_space(page, target["space"])
            for index, row in enumerate(order, 1):
                self._run("UPDATE page SET position = ? WHERE id = ?", index * 1000, row)

    def _change_space(self, page: Row, space: int) -> None:
        """With everything below."""
        self._check_title(space, page["title"], page["id"], page["kind"])
        self._run("UPDATE page SET space = ? WHERE id = ?", space, page["id"])
        for child in self.children(page["id"]):
            self._change_space(child, space)

    def delete_page(self, page_id: int, *, purge: bool) -> None:
        with self._lock:
            page = self.page(page_id, "page", "blogpost", "folder")
            if purge or page["status"] == "draft":
                if page["status"] not in {"trashed", "draft"}:
                    raise Refused(400, "BAD_REQUEST", "Only trashed content can be purged")
                for table in ("page_version", "property", "label", "attachment"):
                    self._run(f"DELETE FROM {table} WHERE page = ?", page_id)
                self._run("DELETE FROM page WHERE id = ?", page_id)
                return
            # Children move up (reference B.1); the page keeps its properties, labels and attachments.
            self._run("UPDATE page SET parent = ?, position = NULL WHERE parent = ?", page["parent"], page_id)
            self._run("UPDATE page SET status = 'trashed', parent = NULL, position = NULL WHERE id = ?", page_id)

    def archive_pages(self, page_ids: Iterable[int]) -> int:
        """The id of the long task. Archived pages keep title and parent, and cannot be updated (reference E.18)."""
        with self._lock:
            for page_id in page_ids:
                self.page(page_id)
                self._run("UPDATE page SET status = 'archived' WHERE id = ?", page_id)
            return self._run("INSERT INTO task (polls) VALUES (0)")

    def poll_task(self, task: int) -> bool:
        """Whether the long task is finished: at its second look."""
        with self._lock:
            found = self._one("SELECT * FROM task WHERE id = ?", task)
            if found is None:
                raise Refused(404, "NOT_FOUND", f"No task with id {task}")
            self._run("UPDATE task SET polls = polls + 1 WHERE id = ?", task)
            return bool(found["polls"] >= 1)

    def _home(self, space: int) -> int | None:
        row = self.space(space)
        return row["homepage"] if row else None

    # Comments

    def comments(self, page: int, *, inline: bool) -> list[Row]:
        """Those that are no replies, with ``resolution``: open, resolved, or dangling where the body has lost the marker."""
        self.content(page)
        rows = self._all("SELECT * FROM comment WHERE page = ? AND parent IS NULL ORDER BY id", page)
        return [self._resolved(row) for row in rows if (row["ref"] is not None) == inline]

    def all_comments(self, *, inline: bool) -> list[Row]:
        rows = self._all("SELECT * FROM comment WHERE parent IS NULL ORDER BY id")
        return [self._resolved(row) for row in rows if (row["ref"] is not None) == inline]

    def comment(self, comment: int) -> Row:
        found = self._one("SELECT * FROM comment WHERE id = ?", comment)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"Cannot find a comment with id [{comment}]")
        return self._resolved(found)

    def replies(self, comment: int) -> list[Row]:
        self.comment(comment)
        return [self._resolved(r) for r in self._all("SELECT * FROM comment WHERE parent = ? ORDER BY id", comment)]

    def is_inline(self, row: Row) -> bool:
        """A reply is of the kind of what it answers."""
        return (self.comment(row["parent"])["ref"] if row["parent"] else row["ref"]) is not None

    def _resolved(self, row: Row) -> Row:
        if row["ref"] is not None:
            held = f'ac:ref="{row["ref"]}"' in self.content(row["page"])["body"]
            row["resolution"] = ("resolved" if row["resolved"] else "open") if held else "dangling"
        return row

    def _insert_comment(self, values: Row) -> Row:
        names = ", ".join(values)
        last = self._one("SELECT max(id) AS last FROM comment") or {"last": None}
        number = max(last["last"] or 0, 1_000_000) + 1  # apart from pages, for Confluence's ids are unique
        sql = f"INSERT INTO comment (id, created, {names}) VALUES (?, ?, {', '.join('?' * len(values))})"
        self._run(sql, number, self._now(), *values.values())
        return self.comment(number)

    def create_footer_comment(self, page: int, body: str, author: str = ACCOUNT) -> Row:
        self.page(page, "page", "blogpost")
        return self._insert_comment({"page": page, "body": rewrite_storage(body), "author": author})

    def create_reply(self, parent: int, body: str, author: str = ACCOUNT) -> Row:
        page = self.comment(parent)["page"]
        values = {"page": page, "parent": parent, "body": rewrite_storage(body), "author": author}
        return self._insert_comment(values)

    def create_inline_comment(self, page_id: int, body: str, selection: Row, author: str = ACCOUNT) -> Row:
        """``selection``: text, count, index. The marker goes into the stored body without a new version."""
        with self._lock:
            page = self.page(page_id, "page", "blogpost")
            ref = str(uuid.uuid4())
            marked = mark_text(page["body"], selection["text"], selection.get("index", 0), ref)
            if marked is None:
                raise Refused(400, "BAD_REQUEST", "Could not find the selected text in the page")
            self._run("UPDATE page SET body = ? WHERE id = ?", marked, page_id)
            values = {"page": page_id, "ref": ref, "selection": selection["text"], "body": rewrite_storage(body)}
            return self._insert_comment({**values, "author": author})

    def update_comment(self, comment: int, data: Row) -> Row:
        """``data``: version.number, body (storage) or resolved. A dangling comment cannot be updated."""
        with self._lock:
            row = self.comment(comment)
            if row.get("resolution") == "dangling":
                raise Refused(400, "BAD_REQUEST", "A dangling comment cannot be updated")
            if (data.get("version") or {}).get("number") != row["version"] + 1:
                raise Refused(409, "CONFLICT", f"Version must be incremented. Current Version: [{row['version']}]")
            resolved = int(bool(data.get("resolved", row["resolved"])))
            body = row["body"] if data.get("text") is None else rewrite_storage(data["text"])
            sql = "UPDATE comment SET resolved = ?, body = ?, version = version + 1 WHERE id = ?"
            self._run(sql, resolved, body, comment)
            return self.comment(comment)

    def delete_comment(self, comment: int) -> None:
        """For good, with its replies; the marker stays in the body and means nothing any more."""
        self.comment(comment)
        self._run("DELETE FROM comment WHERE id = ? OR parent = ?", comment, comment)

    # Connections of the gateway

    def connections(self) -> list[Row]:
        return self._all("SELECT * FROM connection ORDER BY created, id")

    def create_connection(self, app: str) -> Row:
        """PENDING until it is looked at a second time: by then somebody has logged in."""
        number, now = str(uuid.uuid4()), self._now()
        self._run("INSERT INTO connection VALUES (?, ?, 'PENDING', ?, ?, 0)", number, app, now, now)
        return self.connection(number)

    def connection(self, number: str) -> Row:
        found = self._one("SELECT * FROM connection WHERE id = ?", number)
        if found is None:
            raise Refused(404, "NOT_FOUND", "Connection not found")
        return found

    def poll_connection(self, number: str) -> Row:
        row = self.connection(number)
        status = "ACTIVE" if row["polls"] else row["status"]
        self._run("UPDATE connection SET polls = polls + 1, status = ? WHERE id = ?", status, number)
        return {**row, "status": status}

    def delete_connection(self, number: str) -> None:
        self.connection(number)
        self._run("DELETE FROM connection WHERE id = ?", number)

    def set_body(self, page: int, body: str) -> None:
        """Without a new version, as a ticked task does."""
        self._run("UPDATE page SET body = ? WHERE id = ?", body, page)

    def versions(self, page_id: int) -> list[Row]:
        return self._all("SELECT * FROM page_version WHERE page = ? ORDER BY number DESC", page_id)

    # Properties

    def properties(self, page: int, key: str | None = None, holder: str = "page") -> list[Row]:
        """``holder``: content (any of the kinds), comment, attachment, space."""
        self._check_holder(page, holder)
        where, values = " AND key = ?" if key is not None else "", [key] if key is not None else []
        sql = f"SELECT * FROM property WHERE holder = ? AND page = ?{where} ORDER BY id"
        return self._all(sql, _holder(holder), page, *values)

    def _check_holder(self, number: int, holder: str) -> None:
        if holder in {"page", "blogpost", "folder", "custom", "content"}:
            self.page(number, *(("page", "blogpost", "folder", "custom") if holder == "content" else (holder,)))
        elif not self._one(f"SELECT id FROM {holder} WHERE id = ?", number):
            raise Refused(404, "NOT_FOUND", f"Cannot find a {holder} with id [{number}]")

    def create_property(self, page: int, key: str, value: Any, holder: str = "page") -> Row:
        with self._lock:
            if self.properties(page, key, holder):
                raise Refused(409, "CONFLICT", f"Property with key [{key}] already exists")
            self._check_value(value)
            sql = "INSERT INTO property (holder, page, key, value, version) VALUES (?, ?, ?, ?, 1)"
            self._run(sql, _holder(holder), page, key, json.dumps(value))
            return self.properties(page, key, holder)[0]

    def _check_value(self, value: Any) -> None:
        if len(json.dumps(value, ensure_ascii=False).encode()) > 32 * 1024:
            raise Refused(400, "BAD_REQUEST", "The property value is larger than 32 KB")

    def property(self, page: int, property_id: int, holder: str = "page") -> Row:
        sql = "SELECT * FROM property WHERE holder = ? AND page = ? AND id = ?"
        found = self._one(sql, _holder(holder), page, property_id)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"Could not find property with id [{property_id}]")
        return found

    def update_property(self, page: int, property_id: int, value: Any, version: int, holder: str = "page") -> Row:
        with self._lock:
            found = self.property(page, property_id, holder)
            if version != found["version"] + 1:
                raise Refused(409, "CONFLICT", f"Version must be incremented. Current Version: [{found['version']}]")
            self._check_value(value)
            sql = "UPDATE property SET value = ?, version = version + 1 WHERE id = ?"
            self._run(sql, json.dumps(value), property_id)
            return self.property(page, property_id, holder)

    def delete_property(self, page: int, property_id: int, holder: str = "page") -> None:
        self.property(page, property_id, holder)
        self._run("DELETE FROM property WHERE id = ?", property_id)

    # Labels and attachments

    def all_labels(self) -> list[Row]:
        """Each name once, with the id of its first use."""
        return self._all("SELECT min(id) AS id, name FROM label GROUP BY name ORDER BY id")

    def labels(self, page: int) -> list[Row]:
        self.content(page)
        return self._all("SELECT * FROM label WHERE page = ? ORDER BY id", page)

    def add_labels(self, page: int, names: Iterable[str]) -> list[Row]:
        self.content(page)
        split = [part for name in names for part in name.lower().replace(",", " ").split()]
        if any(set(part) & set(".:&#(!;?[])^*@'`") for part in split):
            raise Refused(400, "BAD_REQUEST", "Could not add labels to content")
        for part in split:
            self._run("INSERT OR IGNORE INTO label (page, name) VALUES (?, ?)", page, part)
        return self.labels(page)

    def remove_label(self, page: int, name: str) -> None:
        self.content(page)
        self._run("DELETE FROM label WHERE page = ? AND name = ?", page, name)

    def attachments(self, page: int | None = None) -> list[Row]:
        """Of a page, or all."""
        columns = "id, page, name, media, comment, version, created, length(data) AS size"
        if page is None:
            return self._all(f"SELECT {columns} FROM attachment ORDER BY id")
        self.content(page)
        return self._all(f"SELECT {columns} FROM attachment WHERE page = ? ORDER BY name", page)

    def attachment(self, attachment: int) -> Row:
        found = next((row for row in self.attachments() if row["id"] == attachment), None)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{attachment}]")
        return found

    def attachment_data(self, page: int, attachment: int) -> tuple[bytes, str]:
        found = self._one("SELECT data, media FROM attachment WHERE page = ? AND id = ?", page, attachment)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{attachment}]")
        return found["data"], found["media"]

    def delete_attachment(self, attachment: int) -> None:
        if not self._one("SELECT id FROM attachment WHERE id = ?", attachment):
            raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{attachment}]")
        self._run("DELETE FROM attachment WHERE id = ?", attachment)

    def put_attachment(self, page: int, upload: Row, *, replace: bool) -> Row:
        """``upload``: name, media, comment, data. A new version of the one of that name if ``replace``."""
        with self._lock:
            known = {row["name"]: row for row in self.attachments(page)}
            name = upload["name"]
            if name in known and not replace:
                text = f"Cannot add a new attachment with same file name as an existing attachment: {name}"
                raise Refused(400, "BAD_REQUEST", text)
            values = (upload["media"], upload["comment"], upload["data"], self._now(), page, name)
            if name in known:
                self._run(
                    "UPDATE attachment SET media = ?, comment = ?, data = ?, created = ?, version = version + 1 WHERE page = ? AND name = ?",
                    *values,
                )
            else:
                self._run(
                    "INSERT INTO attachment (media, comment, data, created, page, name, version) VALUES (?, ?, ?, ?, ?, ?, 1)",
                    *values,
                )
            return next(row for row in self.attachments(page) if row["name"] == name)
