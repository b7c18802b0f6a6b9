"""The sandbox's state: an SQLite file. Knows Confluence's rules about content, nothing of HTTP."""

from collections.abc import Callable
from pathlib import Path

from publisher.sandbox.store.comments import Comments
from publisher.sandbox.store.connections import Connections
from publisher.sandbox.store.content import Content
from publisher.sandbox.store.database import Database
from publisher.sandbox.store.files import Attachments, Labels
from publisher.sandbox.store.places import Places
from publisher.sandbox.store.properties import Properties
from publisher.sandbox.store.spaces import Spaces
from publisher.sandbox.store.writing import Writing


class Store:
    """All that a Confluence holds; every method is one transaction. ``now`` gives the time as Confluence writes it.

    Each method is documented where it is written: in the class of its resource.
    """

    def __init__(self, path: str | Path, now: Callable[[], str]) -> None:
        self._db = db = Database(path, now)
        self.close, self.trace, self._run = db.close, db.trace, db.run
        self._set_content(db)
        self._set_details(db)
        connections = Connections(db)
        self.connections, self.connection = connections.connections, connections.connection
        self.create_connection, self.delete_connection = connections.create_connection, connections.delete_connection
        self.activate_connection = connections.activate_connection

    @property
    def revision(self) -> int:
        """How often something was written."""
        return self._db.revision

    def _set_content(self, db: Database) -> None:
        self._content = content = Content(db)
        writing = Writing(db, content)
        places = Places(db, content, writing)
        spaces = Spaces(db, writing)
        self.spaces, self.space, self.create_space = spaces.spaces, writing.space, spaces.create_space
        self.entrance, self.set_entrance = spaces.entrance, spaces.set_entrance
        self.page, self.content, self.pages = content.page, content.content, content.pages
        self.tree_rows, self.children, self.ancestors = content.tree_rows, content.children, content.ancestors
        self.exists, self.may = content.exists, content.may
        self.versions, self.restrictions = content.versions, content.restrictions
        self.create_page, self.update_page, self.set_body = writing.create_page, writing.update_page, writing.set_body
        self.edit_draft, self.set_state, self.watch = writing.edit_draft, writing.set_state, writing.watch
        self.set_restrictions = writing.set_restrictions
        self.move_page, self.delete_page, self.delete_tree = places.move_page, places.delete_page, places.delete_tree
        self.archive_pages, self.poll_task = places.archive_pages, places.poll_task

    def _set_details(self, db: Database) -> None:
        comments, properties = Comments(db, self._content), Properties(db, self._content)
        labels, files = Labels(db, self._content), Attachments(db, self._content)
        self.comments, self.all_comments, self.comment = comments.comments, comments.all_comments, comments.comment
        self.replies, self.is_inline = comments.replies, comments.is_inline
        self.create_footer_comment, self.create_reply = comments.create_footer_comment, comments.create_reply
        self.create_inline_comment, self.update_comment = comments.create_inline_comment, comments.update_comment
        self.delete_comment = comments.delete_comment
        self.properties, self.property = properties.properties, properties.property
        self.holders = properties.holders
        self.create_property, self.delete_property = properties.create_property, properties.delete_property
        self.update_property = properties.update_property
        self.all_labels, self.labels = labels.all_labels, labels.labels
        self.add_labels, self.remove_label = labels.add_labels, labels.remove_label
        self.attachments, self.attachment = files.attachments, files.attachment
        self.attachment_data, self.put_attachment = files.attachment_data, files.put_attachment
        self.put_data, self.update_attachment = files.put_data, files.update_attachment
        self.delete_attachment = files.delete_attachment
