"""Where content is: moved, in the trash, archived, purged."""

from collections.abc import Iterable

from publisher.sandbox.store.content import TREE_KINDS, Content
from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import Refused, Row
from publisher.sandbox.store.writing import Writing


class Places:
    def __init__(self, db: Database, content: Content, writing: Writing) -> None:
        self._db, self._content, self._writing = db, content, writing

    def move_page(self, page_id: int, where: str, target_id: int) -> None:
        """``where``: before, after (siblings), append (child)."""
        with self._db.transaction():
            page, target = (self._content.page(found, *TREE_KINDS) for found in (page_id, target_id))
            if page_id == target_id:
                raise Refused(400, "BAD_REQUEST", "Can not move a page next to itself")
            if "current" not in {page["status"]} & {target["status"]}:
                raise Refused(404, "NOT_FOUND", "Only current content can be moved")
            parent = target_id if where == "append" else target["parent"]
            if parent is not None:
                self._writing.checked_parent(page, parent)
            order = [row["id"] for row in self._content.children(parent) if row["id"] != page_id]
            at = len(order) if where == "append" else order.index(target_id) + (where == "after")
            order.insert(at, page_id)
            self._db.run("UPDATE page SET parent = ? WHERE id = ?", parent, page_id)
            if page["space"] != target["space"]:
                self._change_space(page, target["space"])
            for index, row in enumerate(order, 1):
                self._db.run("UPDATE page SET position = ? WHERE id = ?", index * 1000, row)

    def _change_space(self, page: Row, space: int) -> None:
        """With everything below."""
        self._content.check_title(space, page["title"], page["id"], page["kind"])
        self._db.run("UPDATE page SET space = ? WHERE id = ?", space, page["id"])
        for child in self._content.children(page["id"]):
            self._change_space(child, space)

    def delete_page(self, page_id: int, *, purge: bool) -> None:
        with self._db.transaction():
            page = self._content.content(page_id)
            if purge or page["status"] == "draft":
                if page["status"] not in {"trashed", "draft"}:
                    raise Refused(400, "BAD_REQUEST", "Only trashed content can be purged")
                self._purge(page_id)
                return
            # Children move up (docs/confluence-api.md#pages); the page keeps its properties, labels and attachments.
            self._db.run("UPDATE page SET parent = ?, position = NULL WHERE parent = ?", page["parent"], page_id)
            self._db.run("UPDATE page SET status = 'trashed', parent = NULL, position = NULL WHERE id = ?", page_id)

    def _purge(self, page_id: int) -> None:
        for table in ("page_version", "label", "attachment", "restriction", "comment"):
            self._db.run(f"DELETE FROM {table} WHERE page = ?", page_id)
        self._db.run("DELETE FROM property WHERE page = ? AND holder = 'page'", page_id)
        self._db.run("DELETE FROM page WHERE id = ?", page_id)

    def delete_tree(self, page_id: int) -> int:
        """The id of the long task that trashes a page with everything below."""
        with self._db.transaction():
            for row in self._below(self._content.page(page_id)):
                self._db.run(
                    "UPDATE page SET status = 'trashed', parent = NULL, position = NULL WHERE id = ?", row["id"]
                )
            return self._db.insert("task", {"polls": 0})

    def _below(self, row: Row) -> list[Row]:
        return [row, *(deeper for child in self._content.children(row["id"]) for deeper in self._below(child))]

    def archive_pages(self, page_ids: Iterable[int]) -> int:
        """The id of the long task. Archived pages keep title and parent, and cannot be updated (docs/confluence-api.md#trash)."""
        with self._db.transaction():
            for page_id in page_ids:
                self._content.page(page_id)
                self._db.run("UPDATE page SET status = 'archived' WHERE id = ?", page_id)
            return self._db.insert("task", {"polls": 0})

    def poll_task(self, task: int) -> bool:
        """Whether the long task is finished: at its second look."""
        with self._db.transaction():
            found = self._db.one("SELECT * FROM task WHERE id = ?", task)
            if found is None:
                raise Refused(404, "NOT_FOUND", f"No task with id {task}")
            self._db.run("UPDATE task SET polls = polls + 1 WHERE id = ?", task)
            return bool(found["polls"] >= 1)
