"""Comments at the foot of a page, at a passage, and their replies."""

import uuid

from publisher.sandbox.store.bodies import mark_text, rewrite_storage
from publisher.sandbox.store.content import Content
from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import ACCOUNT, Refused, Row


class Comments:
    def __init__(self, db: Database, content: Content) -> None:
        self._db, self._content = db, content

    def comments(self, page: int, *, inline: bool) -> list[Row]:
        """Those that are no replies, with ``resolution``: open, resolved, or dangling where the body has lost the marker."""
        self._content.content(page)
        rows = self._db.all("SELECT * FROM comment WHERE page = ? AND parent IS NULL ORDER BY id", page)
        return [self._resolved(row) for row in rows if (row["ref"] is not None) == inline]

    def all_comments(self, *, inline: bool) -> list[Row]:
        rows = self._db.all("SELECT * FROM comment WHERE parent IS NULL ORDER BY id")
        hidden = self._content.hidden_ids()
        chosen = (row for row in rows if (row["ref"] is not None) == inline and row["page"] not in hidden)
        return [self._resolved(row) for row in chosen]

    def comment(self, comment: int) -> Row:
        found = self._db.one("SELECT * FROM comment WHERE id = ?", comment)
        if found is None or found["page"] in self._content.hidden_ids():
            raise Refused(404, "NOT_FOUND", f"Cannot find a comment with id [{comment}]")
        return self._resolved(found)

    def replies(self, comment: int) -> list[Row]:
        self.comment(comment)
        rows = self._db.all("SELECT * FROM comment WHERE parent = ? ORDER BY id", comment)
        return [self._resolved(row) for row in rows]

    def is_inline(self, row: Row) -> bool:
        """A reply is of the kind of what it answers."""
        while row["parent"]:
            row = self.comment(row["parent"])
        return row["ref"] is not None

    def _resolved(self, row: Row) -> Row:
        if row["ref"] is not None:
            held = f'ac:ref="{row["ref"]}"' in self._content.content(row["page"])["body"]
            row["resolution"] = ("resolved" if row["resolved"] else "open") if held else "dangling"
        return row

    def _insert(self, values: Row) -> Row:
        return self.comment(self._db.insert("comment", {"created": self._db.now(), **values}))

    def create_footer_comment(self, page: int, body: str, author: str = ACCOUNT) -> Row:
        self._content.page(page, "page", "blogpost", "custom")
        return self._insert({"page": page, "body": rewrite_storage(body), "author": author})

    def create_reply(self, parent: int, body: str, author: str = ACCOUNT) -> Row:
        page = self.comment(parent)["page"]
        return self._insert({"page": page, "parent": parent, "body": rewrite_storage(body), "author": author})

    def create_inline_comment(self, page_id: int, body: str, selection: Row, author: str = ACCOUNT) -> Row:
        """``selection``: text, count, index. The marker goes into the stored body without a new version."""
        with self._db.transaction():
            page = self._content.page(page_id, "page", "blogpost")
            ref = str(uuid.uuid4())
            marked = mark_text(page["body"], selection["text"], selection.get("index", 0), ref)
            if marked is None:
                raise Refused(400, "BAD_REQUEST", "Could not find the selected text in the page")
            self._db.run("UPDATE page SET body = ?, document = NULL WHERE id = ?", marked, page_id)
            values = {"page": page_id, "ref": ref, "selection": selection["text"], "body": rewrite_storage(body)}
            return self._insert({**values, "author": author})

    def update_comment(self, comment: int, data: Row) -> Row:
        """``data``: version (a number), text (storage, or None), resolved. A dangling comment cannot be updated."""
        with self._db.transaction():
            row = self.comment(comment)
            if row.get("resolution") == "dangling":
                raise Refused(400, "BAD_REQUEST", "A dangling comment cannot be updated")
            if data["version"] != row["version"] + 1:
                raise Refused(409, "CONFLICT", f"Version must be incremented. Current Version: [{row['version']}]")
            resolved = int(bool(data.get("resolved", row["resolved"])))
            body = row["body"] if data.get("text") is None else rewrite_storage(data["text"])
            sql = "UPDATE comment SET resolved = ?, body = ?, version = version + 1 WHERE id = ?"
            self._db.run(sql, resolved, body, comment)
            return self.comment(comment)

    def delete_comment(self, comment: int) -> None:
        """For good, with its replies; the marker stays in the body and means nothing any more."""
        with self._db.transaction():
            self.comment(comment)
            for row in self.replies(comment):
                self.delete_comment(row["id"])
            self._db.run("DELETE FROM comment WHERE id = ?", comment)
            self._db.run("DELETE FROM property WHERE holder = 'comment' AND page = ?", comment)
