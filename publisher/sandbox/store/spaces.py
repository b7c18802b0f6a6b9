"""Spaces, each with its home page."""

from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import Row
from publisher.sandbox.store.writing import Writing


class Spaces:
    def __init__(self, db: Database, writing: Writing) -> None:
        self._db, self._writing = db, writing

    def spaces(self) -> list[Row]:
        return self._db.all("SELECT * FROM space ORDER BY id")

    def entrance(self) -> int:
        """Id of the page that people see first; 0 if none was named, or if it is not there any more."""
        sql = "SELECT page.id FROM entrance JOIN page ON page.id = entrance.page WHERE page.status = 'current'"
        found = self._db.one(sql)
        return int(found["id"]) if found else 0

    def set_entrance(self, page: int) -> None:
        self._db.run("INSERT OR REPLACE INTO entrance VALUES (1, ?)", page)

    def create_space(self, key: str, name: str) -> Row:
        """The space of that key, made with a home page if it is not there."""
        with self._db.transaction():
            found = self._db.one("SELECT * FROM space WHERE key = ?", key)
            if found:
                return found
            space = self._db.insert("space", {"key": key, "name": name, "created": self._db.now()})
            home = self._writing.create_page(space, {"title": f"{name} Home", "body": "<p />"}, root=True)
            self._db.run("UPDATE space SET homepage = ? WHERE id = ?", home["id"], space)
            return self._db.all("SELECT * FROM space WHERE id = ?", space)[0]
