"""Connections of a managed gateway: each is PENDING until somebody has logged in."""

import uuid

from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import Refused, Row


class Connections:
    def __init__(self, db: Database) -> None:
        self._db = db

    def connections(self) -> list[Row]:
        """The oldest first."""
        return self._db.all("SELECT * FROM connection ORDER BY created, rowid")

    def create_connection(self, app: str) -> Row:
        number, now = str(uuid.uuid4()), self._db.now()
        self._db.run("INSERT INTO connection VALUES (?, ?, 'PENDING', ?, ?, 0)", number, app, now, now)
        return self.connection(number)

    def connection(self, number: str) -> Row:
        found = self._db.one("SELECT * FROM connection WHERE id = ?", number)
        if found is None:
            raise Refused(404, "NOT_FOUND", "Connection not found")
        return found

    def activate_connection(self, number: str) -> Row:
        """Somebody has opened its address and logged in."""
        self._db.run("UPDATE connection SET status = 'ACTIVE', updated = ? WHERE id = ?", self._db.now(), number)
        return self.connection(number)

    def delete_connection(self, number: str) -> None:
        self.connection(number)
        self._db.run("DELETE FROM connection WHERE id = ?", number)
