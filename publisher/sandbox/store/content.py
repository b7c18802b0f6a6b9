"""Content of every kind as rows: what there is, who may see it, and which titles are free."""

from collections.abc import Iterable
from typing import Any

from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import VIEWER, Refused, Row

KINDS = ("page", "blogpost", "folder", "custom", "whiteboard", "database", "embed")
#: Kinds that have a place in the tree.
TREE_KINDS = ("page", "folder", "whiteboard", "database", "embed")
_IN_TREE = "status = 'current' AND kind IN ('page', 'folder', 'whiteboard', 'database', 'embed')"


class Content:
    """Reads content. What is restricted from the account that asks is not there for it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._hidden: tuple[int, str, frozenset[int]] = (-1, "", frozenset())

    def page(self, page_id: int, *kinds: str) -> Row:
        """Content of one of ``kinds`` (page if none is given): page, blogpost, folder, custom, whiteboard, database, embed."""
        found = self._db.one("SELECT * FROM page WHERE id = ?", page_id)
        if found is None or found["kind"] not in (kinds or ("page",)) or page_id in self.hidden_ids():
            raise Refused(404, "NOT_FOUND", f"Cannot find a {(kinds or ('page',))[0]} with id [{page_id}]")
        return found

    def content(self, content_id: int) -> Row:
        """Content of any kind."""
        return self.page(content_id, *KINDS)

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
        return self._seen(self._db.all(f"SELECT * FROM page WHERE {where} ORDER BY id", *values))

    def tree_rows(self, space: int) -> list[Row]:
        """Every page and folder of a space, without bodies, siblings in the order of the tree."""
        return self._seen(
            self._db.all(
                f"SELECT id, parent, title, kind FROM page WHERE space = ? AND {_IN_TREE}"
                " ORDER BY position IS NULL, position, title_key",
                space,
            )
        )

    def children(self, parent: int | None) -> list[Row]:
        """In the order of the tree: by title until somebody moves one, then by position (docs/confluence-api.md#order)."""
        return self._seen(
            self._db.all(
                f"SELECT * FROM page WHERE parent IS ? AND {_IN_TREE} ORDER BY position IS NULL, position, title_key",
                parent,
            )
        )

    def ancestors(self, page_id: int) -> list[Row]:
        """From the top of the tree down to the parent."""
        found: list[Row] = []
        up = self.content(page_id)["parent"]
        while up is not None:
            found.insert(0, self.content(up))
            up = found[0]["parent"]
        return found

    def versions(self, page_id: int) -> list[Row]:
        """The newest first."""
        return self._db.all("SELECT * FROM page_version WHERE page = ? ORDER BY number DESC", page_id)

    def restrictions(self, page_id: int) -> list[Row]:
        """Rows of operation (read, update), kind (user, group) and name."""
        self.content(page_id)
        return self._db.all("SELECT * FROM restriction WHERE page = ?", page_id)

    def check_title(self, space: int, title: str, except_id: int = 0, kind: str = "page") -> None:
        """Refuses a blank or long title, and one that is taken: by a page that the account cannot see, too."""
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
        if self._db.all(sql, space, title.casefold(), except_id, kind):
            text = "A page with this title already exists: A page already exists with the same TITLE in this space"
            if kind == "folder":
                text = "A folder exists with the same title in this space"
            raise Refused(400, "BAD_REQUEST", text)

    def exists(self, number: int) -> bool:
        """Whether there is content of that id, hidden or not."""
        return bool(self._db.all("SELECT id FROM page WHERE id = ?", number))

    def may(self, number: int, operation: str, kind: str, name: str) -> bool:
        """Whether a user or group is let in by the restrictions of the content and, for reading, of all above it."""
        sql = (
            "WITH RECURSIVE up(id, parent) AS (SELECT id, parent FROM page WHERE id = ?"
            " UNION SELECT page.id, page.parent FROM page JOIN up ON page.id = up.parent)"
            " SELECT page, operation, kind, name FROM restriction WHERE page IN (SELECT id FROM up)"
            " AND (operation = 'read' OR (operation = ? AND page = ?))"
        )
        rows = self._db.all(sql, number, operation, number)
        limited = {(row["page"], row["operation"]) for row in rows}
        named = {(row["page"], row["operation"]) for row in rows if (row["kind"], row["name"]) == (kind, name)}
        return limited == named

    def hidden_ids(self) -> frozenset[int]:
        """Content that the account which asks may not see: restricted to others, or below such content."""
        viewer = VIEWER.get()
        if not viewer:
            return frozenset()
        if self._hidden[:2] != (self._db.revision, viewer):
            self._hidden = (self._db.revision, viewer, self._find_hidden(viewer))
        return self._hidden[2]

    def _find_hidden(self, viewer: str) -> frozenset[int]:
        sql = (
            "WITH RECURSIVE hidden(id) AS (SELECT page FROM restriction WHERE operation = 'read' AND page NOT IN"
            " (SELECT page FROM restriction WHERE operation = 'read' AND kind = 'user' AND name = ?)"
            " UNION SELECT page.id FROM page JOIN hidden ON page.parent = hidden.id) SELECT id FROM hidden"
        )
        return frozenset(row["id"] for row in self._db.all(sql, viewer))

    def _seen(self, rows: list[Row]) -> list[Row]:
        hidden = self.hidden_ids()
        return [row for row in rows if row["id"] not in hidden] if hidden else rows
