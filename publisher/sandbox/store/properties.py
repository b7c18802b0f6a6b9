"""Content properties of pages, comments, attachments and spaces."""

import json
from typing import Any

from publisher.sandbox.store.content import KINDS, Content
from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import Refused, Row

_MOST_BYTES = 32 * 1024  # of a value
_LONGEST_KEY = 255


class Properties:
    """``holder``: content (any of the kinds), page, blogpost, folder, custom, comment, attachment, space."""

    def __init__(self, db: Database, content: Content) -> None:
        self._db, self._content = db, content

    def properties(self, page: int, key: str | None = None, holder: str = "page") -> list[Row]:
        self._check_holder(page, holder)
        where, values = " AND key = ?" if key is not None else "", [key] if key is not None else []
        sql = f"SELECT * FROM property WHERE holder = ? AND page = ?{where} ORDER BY id"
        return self._db.all(sql, _table(holder), page, *values)

    def holders(self, key: str) -> list[Row]:
        """The current pages that have a property of this key: id, space, and the value."""
        sql = (
            "SELECT page.id, page.space, property.value FROM property JOIN page ON page.id = property.page"
            " WHERE property.holder = 'page' AND property.key = ? AND page.status = 'current' ORDER BY property.id"
        )
        return [{**row, "value": json.loads(row["value"])} for row in self._db.all(sql, key)]

    def _check_holder(self, number: int, holder: str) -> None:
        if holder == "content":
            self._content.content(number)
        elif holder in KINDS:
            self._content.page(number, holder)
        elif not self._db.one(f"SELECT id FROM {holder} WHERE id = ?", number):
            raise Refused(404, "NOT_FOUND", f"Cannot find a {holder} with id [{number}]")

    def create_property(self, page: int, key: str, value: Any, holder: str = "page") -> Row:
        with self._db.transaction():
            if self.properties(page, key, holder):
                raise Refused(409, "CONFLICT", f"Property with key [{key}] already exists")
            if not 1 <= len(key) <= _LONGEST_KEY:
                raise Refused(400, "INVALID_REQUEST_PARAMETER", f"A key has 1 to {_LONGEST_KEY} characters")
            row = {"holder": _table(holder), "page": page, "key": key, "value": _encode(value), "version": 1}
            self._db.insert("property", row)
            return self.properties(page, key, holder)[0]

    def property(self, page: int, property_id: int, holder: str = "page") -> Row:
        self._check_holder(page, holder)
        sql = "SELECT * FROM property WHERE holder = ? AND page = ? AND id = ?"
        found = self._db.one(sql, _table(holder), page, property_id)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"Could not find property with id [{property_id}]")
        return found

    def update_property(self, page: int, property_id: int, value: Any, version: int, holder: str = "page") -> Row:
        with self._db.transaction():
            found = self.property(page, property_id, holder)
            if version != found["version"] + 1:
                raise Refused(409, "CONFLICT", f"Version must be incremented. Current Version: [{found['version']}]")
            sql = "UPDATE property SET value = ?, version = version + 1 WHERE id = ?"
            self._db.run(sql, _encode(value), property_id)
            return self.property(page, property_id, holder)

    def delete_property(self, page: int, property_id: int, holder: str = "page") -> None:
        self.property(page, property_id, holder)
        self._db.run("DELETE FROM property WHERE id = ?", property_id)


def _encode(value: Any) -> str:
    if len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise Refused(400, "BAD_REQUEST", "The property value is larger than 32 KB")
    return json.dumps(value)


def _table(holder: str) -> str:
    return holder if holder in {"comment", "attachment", "space"} else "page"
