"""Pages, blog posts, folders and custom content are created and changed, with Confluence's rules."""

from publisher.sandbox.store.bodies import rewrite_storage
from publisher.sandbox.store.content import TREE_KINDS, Content
from publisher.sandbox.store.database import Database
from publisher.sandbox.store.values import ACCOUNT, Refused, Row


class Writing:
    def __init__(self, db: Database, content: Content) -> None:
        self._db, self._content = db, content

    def space(self, space_id: int) -> Row | None:
        return self._db.one("SELECT * FROM space WHERE id = ?", space_id)

    def create_page(self, space: int, fields: Row, *, root: bool = False) -> Row:
        """``fields``: title, body, parent; and kind, subtype, status, document (ADF), where it is no current page."""
        with self._db.transaction():
            row = self.space(space)
            if row is None:
                raise Refused(404, "NOT_FOUND", f"Cannot find a space with id [{space}]")
            title, kind = str(fields["title"]).strip(), fields.get("kind", "page")
            if fields.get("status") != "draft":
                self._content.check_title(space, title, kind=kind)
            root = root or kind in {"blogpost", "custom"}
            parent = None if root else (fields.get("parent") or row["homepage"])
            if parent is not None and self._content.page(parent, *TREE_KINDS)["status"] != "current":
                raise Refused(404, "NOT_FOUND", f"Cannot find a page with id [{parent}]")
            now, author = fields.get("created") or self._db.now(), fields.get("author", ACCOUNT)
            values = {
                "space": space,
                "parent": parent,
                "position": self.last_position(parent) if kind in TREE_KINDS else None,
                "title": title,
                "title_key": title.casefold(),
                "body": rewrite_storage(fields.get("body", "")),
                "status": fields.get("status") or "current",
                "version": 1,
                "message": fields.get("message", ""),
                "minor": 0,
                "created": now,
                "modified": now,
                "author": author,
                "editor": author,
                "kind": kind,
                "subtype": fields.get("subtype"),
                "document": fields.get("document"),
            }
            page = self._db.insert("page", values)
            self._keep_version(page)
            return self._content.content(page)

    def last_position(self, parent: int | None) -> int | None:
        """At the end of a branch that was ordered by hand; None in one that is still sorted by title."""
        last = self._db.one("SELECT max(position) AS last FROM page WHERE parent IS ? AND status = 'current'", parent)
        return last["last"] + 1000 if last and last["last"] else None

    def _keep_version(self, page: int) -> None:
        self._db.run(
            "INSERT OR REPLACE INTO page_version SELECT id, version, title, body, message, minor, modified, editor FROM page WHERE id = ?",
            page,
        )

    def update_page(self, page_id: int, fields: Row) -> Row:
        """``fields``: title, body (or None), parent (or None), version, message, minor, status, document."""
        with self._db.transaction():
            page = self._content.page(page_id, "page", "blogpost", "custom")
            draft = page["status"] == "draft"
            self._check_version(page, fields["version"])
            if page["status"] == "archived":
                raise Refused(404, "NOT_FOUND", f"Cannot find a page with id [{page_id}]")
            if page["draft"] is not None and page["draft_blocks"]:
                text = "There is an unpublished draft of this content with changes that cannot be merged (unreconciled)"
                raise Refused(409, "CONFLICT", text)
            if page["status"] == "trashed":  # a restore changes the status only (docs/confluence-api.md#pages)
                self._content.check_title(page["space"], page["title"], page_id, page["kind"])
                home = (self.space(page["space"]) or {}).get("homepage") if page["kind"] == "page" else None
                fields = {**fields, "title": page["title"], "body": None, "parent": home}
            title = str(fields["title"]).strip()
            stays = draft and fields.get("status") == "draft"
            if not stays:  # drafts do not reserve their titles
                self._content.check_title(page["space"], title, page_id, page["kind"])
            parent = self.checked_parent(page, fields.get("parent"))
            moved = parent != page["parent"]
            values = {
                "title": title,
                "title_key": title.casefold(),
                "parent": parent,
                "position": self.last_position(parent) if moved else page["position"],
                "version": fields["version"],
                "message": fields.get("message", ""),
                "minor": int(fields.get("minor", False)),
                "modified": self._db.now(),
                "editor": fields.get("author", ACCOUNT),
                "status": "draft" if stays else "current",
                "owner": fields.get("owner") or page["owner"],
            }
            if fields.get("body") is not None:
                values |= {"body": rewrite_storage(fields["body"]), "document": fields.get("document")}
            self._change(page_id, values)
            self._keep_version(page_id)
            return self._content.content(page_id)

    def _check_version(self, page: Row, version: int) -> None:
        if version != (1 if page["status"] == "draft" else page["version"] + 1):
            text = (
                "Version must be incremented when updating a page. "
                f"Current Version: [{page['version']}]. Provided version: [{version}]"
            )
            raise Refused(409, "CONFLICT", text)

    def _change(self, page_id: int, values: Row) -> None:
        assignments = ", ".join(f"{name} = ?" for name in values)
        self._db.run(f"UPDATE page SET {assignments} WHERE id = ?", *values.values(), page_id)

    def checked_parent(self, page: Row, parent: int | None) -> int | None:
        """The parent that a page gets; None keeps its own. Refuses what would make a circle."""
        if parent is None:
            current: int | None = page["parent"]
            return current
        if parent == page["id"]:
            raise Refused(400, "BAD_REQUEST", "Can not set page as its own parent")
        up: int | None = parent
        while up is not None:
            row = self._content.page(up, *TREE_KINDS)
            if up == page["id"]:
                raise Refused(400, "BAD_REQUEST", "Can not move a page below its own descendant")
            up = row["parent"]
        return parent

    def edit_draft(self, page_id: int, body: str | None, *, blocks: bool = False) -> None:
        """An editor leaves a draft unpublished (None: discards it). ``blocks``: a PUT then gets 409 (docs/confluence-api.md#live-docs-and-drafts)."""
        self._content.page(page_id, "page", "blogpost")
        self._change(page_id, {"draft": None if body is None else rewrite_storage(body), "draft_blocks": int(blocks)})

    def set_state(self, page_id: int, name: str | None, colour: str | None) -> Row:
        """The content status. Setting one creates a version (docs/confluence-api.md#pages)."""
        with self._db.transaction():
            page = self._content.page(page_id, "page", "blogpost")
            version = page["version"] + 1
            values = {"state": name, "state_colour": colour, "version": version, "message": ""}
            self._change(page_id, {**values, "modified": self._db.now()})
            self._keep_version(page_id)
            return self._content.content(page_id)

    def set_body(self, page_id: int, body: str) -> None:
        """Without a new version, as a ticked task does."""
        self._change(page_id, {"body": body, "document": None})

    def set_restrictions(self, page_id: int, rows: list[tuple[str, str, str]]) -> None:
        """(operation, kind, name) of each: in place of those that there are."""
        with self._db.transaction():
            self._content.content(page_id)
            self._db.run("DELETE FROM restriction WHERE page = ?", page_id)
            for row in rows:
                self._db.run("INSERT INTO restriction VALUES (?, ?, ?, ?)", page_id, *row)

    def watch(self, page_id: int, *, watched: bool) -> None:
        self._content.content(page_id)
        self._change(page_id, {"watched": int(watched)})
