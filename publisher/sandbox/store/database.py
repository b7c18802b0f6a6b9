"""The SQLite file below the store: its tables, transactions, and ids that are never used twice."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from publisher.sandbox.store.values import Row

_SCHEMA_VERSION = 5
_TABLES = (
    "restriction", "space", "page", "page_version", "property", "label", "attachment", "comment", "task", "connection",
)  # fmt: skip
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sequence (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER);
CREATE TABLE IF NOT EXISTS space (id INTEGER PRIMARY KEY, key TEXT UNIQUE COLLATE NOCASE, name TEXT, homepage INTEGER,
  created TEXT);
CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, space INTEGER, parent INTEGER, position INTEGER,
  title TEXT, title_key TEXT, body TEXT, status TEXT, version INTEGER, message TEXT, minor INTEGER, created TEXT,
  modified TEXT, author TEXT, editor TEXT, kind TEXT DEFAULT 'page', subtype TEXT, owner TEXT, state TEXT, state_colour TEXT,
  watched INTEGER DEFAULT 1, draft TEXT, draft_blocks INTEGER DEFAULT 0, document TEXT);
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
  version INTEGER, created TEXT, status TEXT DEFAULT 'current');
CREATE TABLE IF NOT EXISTS connection (id TEXT PRIMARY KEY, app TEXT, status TEXT, created TEXT, updated TEXT, polls INTEGER);
CREATE TABLE IF NOT EXISTS entrance (one INTEGER PRIMARY KEY CHECK (one = 1), page INTEGER);
CREATE INDEX IF NOT EXISTS page_parent ON page (parent);
CREATE INDEX IF NOT EXISTS page_title ON page (space, title_key);
CREATE INDEX IF NOT EXISTS attachment_page ON attachment (page);
"""
#: From the schema of version 4, which had no trash for attachments, and used ids again.
_FROM_4 = """
ALTER TABLE space ADD COLUMN created TEXT;
ALTER TABLE page ADD COLUMN draft TEXT;
ALTER TABLE page ADD COLUMN draft_blocks INTEGER DEFAULT 0;
ALTER TABLE page ADD COLUMN document TEXT;
ALTER TABLE attachment RENAME TO attachment_4;
CREATE TABLE attachment (id INTEGER PRIMARY KEY, page INTEGER, name TEXT, media TEXT, comment TEXT, data BLOB,
  version INTEGER, created TEXT, status TEXT DEFAULT 'current');
INSERT INTO attachment SELECT id, page, name, media, comment, data, version, created, 'current' FROM attachment_4;
DROP TABLE attachment_4;
"""


class Database:
    """``now`` gives the time as Confluence writes it. ``revision`` counts what was written."""

    def __init__(self, path: str | Path, now: Callable[[], str]) -> None:
        self._db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._depth = 0
        self.revision = 0
        self.now = now
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._upgrade()

    def _upgrade(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 4:
            self._db.executescript(_FROM_4)
        elif version != _SCHEMA_VERSION:
            for table in _TABLES:  # an older sandbox: what it held is published again by one command
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
        self._db.executescript(_SCHEMA)
        counts = " UNION ALL ".join(f"SELECT max(id) AS id FROM {name}" for name in _TABLES if name in _COUNTED)
        last = self._db.execute(f"SELECT max(id) FROM ({counts})").fetchone()[0] or 0
        self._db.execute("INSERT OR IGNORE INTO sequence VALUES (1, ?)", [last])
        self._db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def close(self) -> None:
        self._db.close()

    def trace(self, told: Callable[[str], object] | None) -> None:
        """Tells each statement that is run: for tests that count them."""
        self._db.set_trace_callback(told)

    def all(self, sql: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, values).fetchall()]

    def one(self, sql: str, *values: Any) -> Row | None:
        found = self.all(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: Any) -> int:
        """The number of rows that were changed."""
        with self._lock:
            self.revision += 1
            return self._db.execute(sql, values).rowcount

    def insert(self, table: str, values: Row) -> int:
        """The id of the new row, which no row of any table has had before."""
        with self.transaction():
            self.run("UPDATE sequence SET last = last + 1")
            number: int = (self.one("SELECT last FROM sequence") or {})["last"]
            row = {"id": number, **values}
            marks = ", ".join("?" * len(row))
            self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())
            return number

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; within another one, a part of that."""
        with self._lock:
            if self._depth:
                yield
                return
            self._depth = 1
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._depth = 0


_COUNTED = {"space", "page", "comment", "task", "property", "label", "attachment"}
