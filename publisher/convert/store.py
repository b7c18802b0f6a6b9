"""Entries on disk by the digest of what they were made from: a file of SQLite, for one user alone.

What cannot be read is not there. Nothing in it is run or unpickled, each entry has a digest of its own, and losing all of
it costs time and nothing else.
"""

import hashlib
import logging
import os
import stat
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    import sqlite3

#: Fewer documents than these are converted sooner than a cache is opened.
FEWEST_KEPT = 20
#: Bytes on disk, above which what was not used for longest goes.
MOST_BYTES = 512 * 1024 * 1024
_KEPT = 0.75  # of that, where something had to go
_WAIT = 2.0  # seconds for another run that writes
_SCHEMA = 1
_BATCH = 400  # keys of one question
_DAY = 86_400
_MOST_WAITING = 4 * 1024 * 1024
_LOG = logging.getLogger("publisher")


class Store(Struct):
    """``folder`` is made, mode 0700, where it is missing. One that others may write into, or own, is not used."""

    folder: Path
    most: int = MOST_BYTES
    waiting: dict[bytes, bytes] = field(default_factory=dict)
    """What is to be written, packed."""
    used: set[bytes] = field(default_factory=set)
    """Keys whose day of use is an older one."""
    _size: int = 0
    _database: "sqlite3.Connection | None" = None

    @classmethod
    def open(cls, folder: Path, *, named: bool = True) -> "Store | None":
        """None where nothing can be kept. ``named``: somebody chose the folder, and is told."""
        store = cls(folder)
        try:
            _prepare(folder)
            store._connect()
        except OSError as error:
            _LOG.log(logging.WARNING if named else logging.DEBUG, "the cache %s is not used: %s", folder, error)
            return None
        return store

    def _connect(self) -> None:
        """A file that is no database, or of another schema, is written again. OSError."""
        import sqlite3  # where there is a cache only

        for _ in range(2):
            file = self.folder / "conversions.sqlite"
            try:
                self._database = sqlite3.connect(file, timeout=_WAIT, check_same_thread=False)
                self._database.execute("PRAGMA synchronous=OFF")
                (schema,) = self._database.execute("PRAGMA user_version").fetchone()
                if schema != _SCHEMA:
                    self._create(known=schema != 0)
                return
            except sqlite3.OperationalError as error:
                self._drop()
                raise OSError(str(error)) from None
            except sqlite3.DatabaseError:
                self._drop()
                file.unlink(missing_ok=True)
        raise OSError("it cannot be written")

    def _create(self, *, known: bool) -> None:
        database = self._database
        assert database is not None
        database.execute("PRAGMA auto_vacuum=INCREMENTAL")
        with database:
            if known:
                database.execute("DROP TABLE IF EXISTS entries")
            database.execute(
                "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, used INTEGER, value BLOB) STRICT"
            )
            database.execute(f"PRAGMA user_version={_SCHEMA}")

    def _drop(self) -> None:
        if self._database is not None:
            with suppress(Exception):
                self._database.close()
        self._database = None

    def read(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Those that are there and whole."""
        wanted, found, today = list(keys), dict[bytes, bytes](), int(time.time()) // _DAY
        if self._database is None:
            return found
        try:
            for start in range(0, len(wanted), _BATCH):
                some = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(some))
                rows = self._database.execute(f"SELECT key, used, value FROM entries WHERE key IN ({marks})", some)
                for key, used, value in rows:
                    entry = unpack_entry(key, value)
                    if entry is not None:
                        found[key] = entry
                        if used != today:
                            self.used.add(key)
        except Exception as error:  # whatever a damaged file makes of SQLite: without the cache, everything works
            _LOG.debug("the cache %s cannot be read: %s", self.folder, error)
            self._begin_anew()
        return found

    def _begin_anew(self) -> None:
        """Without what cannot be read."""
        self._drop()
        with suppress(OSError):
            (self.folder / "conversions.sqlite").unlink(missing_ok=True)
            self._connect()

    def put(self, key: bytes, value: bytes) -> None:
        self.keep(key, pack_entry(key, value))

    def keep(self, key: bytes, packed: bytes) -> None:
        """What ``pack_entry`` has made, here or in a worker."""
        self.waiting[key] = packed
        self._size += len(packed)
        if self._size > _MOST_WAITING:
            self._write()

    def _write(self) -> None:
        """In one step. Where another run writes for too long, or the disk is full, nothing is kept."""
        database, today = self._database, int(time.time()) // _DAY
        try:
            if database is not None and (self.waiting or self.used):
                with database:
                    rows = ((key, today, packed) for key, packed in self.waiting.items())
                    database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
                    touched = ((today, key) for key in self.used)
                    database.executemany("UPDATE entries SET used = ? WHERE key = ?", touched)
                self._trim(database)
        except Exception as error:  # the run has what it needs without it
            _LOG.debug("the cache %s was not written: %s", self.folder, error)
            self._drop()
        self.waiting, self.used, self._size = {}, set(), 0

    def close(self) -> None:
        """Writes what is waiting."""
        self._write()
        self._drop()

    def _trim(self, database: "sqlite3.Connection") -> None:
        pages, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if pages * size <= self.most:
            return
        (length,) = database.execute("SELECT sum(length(value) + 100) FROM entries").fetchone()
        room = int(self.most * _KEPT * (length or 0) / (pages * size))
        with database:
            total, last = 0, -1
            for rowid, length in database.execute(
                "SELECT rowid, length(value) + 100 FROM entries ORDER BY used DESC, rowid DESC"
            ):
                total += length
                if total > room:
                    last = rowid
                    break
            if last >= 0:
                (used,) = database.execute("SELECT used FROM entries WHERE rowid = ?", (last,)).fetchone()
                database.execute("DELETE FROM entries WHERE used < ? OR (used = ? AND rowid <= ?)", (used, used, last))
        database.executescript("PRAGMA incremental_vacuum")


def _prepare(folder: Path) -> None:
    """OSError, saying why, for a folder that others could have put something into."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
    file = folder / "conversions.sqlite"
    if not hasattr(os, "geteuid"):
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise OSError("it is not a folder of this user")
    if stat.S_IMODE(found.st_mode) & 0o077:  # others may have written into it, or Git has made it
        for name in ("conversions.sqlite", "conversions.sqlite-journal"):
            (folder / name).unlink(missing_ok=True)
        folder.chmod(0o700)
    if file.is_symlink() or (file.exists() and file.lstat().st_uid != os.geteuid()):
        file.unlink()


def pack_entry(key: bytes, value: bytes) -> bytes:
    """As it lies on disk: a digest that covers the key, and the value in less room."""
    packed = zlib.compress(value, 1)
    return hashlib.blake2b(key + packed, digest_size=16).digest() + packed


def unpack_entry(key: object, value: object) -> bytes | None:
    """None for an entry that is not whole."""
    if not isinstance(key, bytes) or not isinstance(value, bytes):
        return None
    if hashlib.blake2b(key + value[16:], digest_size=16).digest() != value[:16]:
        return None
    try:
        return zlib.decompress(value[16:])
    except zlib.error:
        return None
