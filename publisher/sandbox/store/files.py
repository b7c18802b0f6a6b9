"""Labels and attachments of content."""

from collections.abc import Iterable

from publisher.sandbox.store.content import Content
from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import Refused, Row

_FORBIDDEN = set(".:;&#(!?[])^*@'`")
_LONGEST_LABEL = 255
_COLUMNS = "id, page, name, media, comment, version, created, status, length(data) AS size"


class Labels:
    def __init__(self, db: Database, content: Content) -> None:
        self._db, self._content = db, content

    def all_labels(self) -> list[Row]:
        """Each name once, with the id of its first use."""
        return self._db.all("SELECT min(id) AS id, name FROM label GROUP BY name ORDER BY id")

    def labels(self, number: int) -> list[Row]:
        """Of content of any kind, or of an attachment."""
        self._check(number)
        return self._db.all("SELECT * FROM label WHERE page = ? ORDER BY id", number)

    def _check(self, number: int) -> None:
        file = self._db.one("SELECT page FROM attachment WHERE id = ?", number)
        self._content.content(file["page"] if file else number)

    def add_labels(self, number: int, names: Iterable[str]) -> list[Row]:
        with self._db.transaction():
            known = {row["name"] for row in self.labels(number)}
            split = [part for name in names for part in name.lower().replace(",", " ").split()]
            if any(set(part) & _FORBIDDEN or len(part) > _LONGEST_LABEL for part in split):
                raise Refused(400, "BAD_REQUEST", "Could not add labels to content")
            for part in dict.fromkeys(split):
                if part not in known:
                    self._db.insert("label", {"page": number, "name": part})
            return self.labels(number)

    def remove_label(self, number: int, name: str) -> None:
        self._check(number)
        self._db.run("DELETE FROM label WHERE page = ? AND name = ?", number, name)


class Attachments:
    """A deleted attachment is in the trash, with its id and data, until it is purged."""

    def __init__(self, db: Database, content: Content) -> None:
        self._db, self._content = db, content

    def attachments(self, page: int | None = None, statuses: Iterable[str] = ("current",)) -> list[Row]:
        """Of a page by name, or all by id."""
        wanted = list(statuses)
        marks = ", ".join("?" * len(wanted))
        if page is None:
            hidden = self._content.hidden_ids()
            sql = f"SELECT {_COLUMNS} FROM attachment WHERE status IN ({marks}) ORDER BY id"
            return [row for row in self._db.all(sql, *wanted) if row["page"] not in hidden]
        self._content.content(page)
        sql = f"SELECT {_COLUMNS} FROM attachment WHERE page = ? AND status IN ({marks}) ORDER BY name, id"
        return self._db.all(sql, page, *wanted)

    def attachment(self, attachment: int) -> Row:
        """In the trash, too."""
        found = self._db.one(f"SELECT {_COLUMNS} FROM attachment WHERE id = ?", attachment)
        if found is None or found["page"] in self._content.hidden_ids():
            raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{attachment}]")
        return found

    def attachment_data(self, page: int, attachment: int) -> tuple[bytes, str]:
        self._content.content(page)
        sql = "SELECT data, media FROM attachment WHERE page = ? AND id = ?"
        found = self._db.one(sql, page, attachment)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{attachment}]")
        return found["data"], found["media"]

    def delete_attachment(self, attachment: int, *, purge: bool = False) -> None:
        """Into the trash; a second time, or with ``purge`` from the trash, for good."""
        with self._db.transaction():
            row = self.attachment(attachment)
            if purge and row["status"] != "trashed":
                raise Refused(400, "BAD_REQUEST", "Only trashed content can be purged")
            if row["status"] == "trashed" and not purge:
                raise Refused(404, "NOT_FOUND", f"No attachment found with id [att{attachment}]")
            if purge:
                self._db.run("DELETE FROM attachment WHERE id = ?", attachment)
                self._db.run("DELETE FROM property WHERE holder = 'attachment' AND page = ?", attachment)
            else:
                self._db.run("UPDATE attachment SET status = 'trashed' WHERE id = ?", attachment)

    def put_attachment(self, page: int, upload: Row, *, replace: bool) -> Row:
        """``upload``: name, media, comment, data. A new version of the one of that name if ``replace``."""
        with self._db.transaction():
            name = upload["name"]
            known = next((row for row in self.attachments(page) if row["name"] == name), None)
            if known is None:
                values = {key: upload[key] for key in ("name", "media", "comment", "data")}
                row = {"page": page, "created": self._db.now(), "version": 1, "status": "current", **values}
                return self.attachment(self._db.insert("attachment", row))
            if not replace:
                text = f"Cannot add a new attachment with same file name as an existing attachment: {name}"
                raise Refused(400, "BAD_REQUEST", text)
            self.put_data(known["id"], upload)
            return self.attachment(known["id"])

    def put_data(self, attachment: int, upload: Row) -> None:
        """A new version of what an attachment holds; its name stays."""
        self._db.run(
            "UPDATE attachment SET media = ?, comment = ?, data = ?, created = ?, version = version + 1 WHERE id = ?",
            *(upload["media"], upload["comment"], upload["data"], self._db.now(), attachment),
        )

    def update_attachment(self, attachment: int, change: Row) -> Row:
        """``change``: any of name, media, comment, status. Names are unique among what a page holds."""
        with self._db.transaction():
            row = self.attachment(attachment)
            name, status = change.get("name", row["name"]), change.get("status", row["status"])
            taken = (each["name"] for each in self.attachments(row["page"]) if each["id"] != attachment)
            if status == "current" and name in set(taken):
                raise Refused(400, "BAD_REQUEST", f"An attachment with the name {name} already exists")
            self._db.run(
                "UPDATE attachment SET name = ?, media = ?, comment = ?, status = ? WHERE id = ?",
                *(name, change.get("media", row["media"]), change.get("comment", row["comment"]), status, attachment),
            )
            return self.attachment(attachment)
