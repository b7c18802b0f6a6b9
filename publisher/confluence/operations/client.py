"""The client of everything: ``confluence.page.get("123")``, or ``confluence.run("page get", page="123")``."""

from collections.abc import Iterator
from types import TracebackType

from publisher.confluence.client import Client
from publisher.confluence.operations.call import run
from publisher.confluence.operations.context import Context, Result
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.attachment import AttachmentMethods
from publisher.confluence.operations.methods.base import Filter
from publisher.confluence.operations.methods.blogpost import BlogpostMethods
from publisher.confluence.operations.methods.comment import CommentMethods
from publisher.confluence.operations.methods.connection import ConnectionMethods
from publisher.confluence.operations.methods.custom_content import CustomContentMethods
from publisher.confluence.operations.methods.folder import FolderMethods
from publisher.confluence.operations.methods.gateway import GatewayMethods
from publisher.confluence.operations.methods.label import LabelMethods
from publisher.confluence.operations.methods.page import PageMethods
from publisher.confluence.operations.methods.property import PropertyMethods
from publisher.confluence.operations.methods.space import SpaceMethods
from publisher.confluence.operations.methods.task import TaskMethods
from publisher.confluence.operations.methods.user import UserMethods
from publisher.confluence.operations.table import BY_NAME
from publisher.confluence.session import Session
from publisher.errors import UsageError


class Confluence:
    """All operations over one client, as methods by resource. ``flavor``: cloud or datacenter.

    ``app``, ``control``: the gateway's own addresses and its control plane.
    """

    def __init__(
        self, client: Client, flavor: str = "cloud", control: Client | None = None, app: Client | None = None
    ) -> None:
        self._context = Context(client, flavor, control, app)
        self.page = PageMethods(self.run)
        self.property = PropertyMethods(self.run)
        self.space = SpaceMethods(self.run)
        self.blogpost = BlogpostMethods(self.run)
        self.comment = CommentMethods(self.run)
        self.attachment = AttachmentMethods(self.run)
        self.label = LabelMethods(self.run)
        self.task = TaskMethods(self.run)
        self.custom_content = CustomContentMethods(self.run)
        self.folder = FolderMethods(self.run)
        self.user = UserMethods(self.run)
        self.gateway = GatewayMethods(self.run)
        self.connection = ConnectionMethods(self.run)

    @classmethod
    def of(cls, session: Session) -> "Confluence":
        """Over a session, which ``close`` closes."""
        return cls(session.client, session.flavor, session.control, session.app)

    def __enter__(self) -> "Confluence":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections."""
        for client in (self._context.client, self._context.control, self._context.app):
            if client:
                client.close()

    @property
    def client(self) -> Client:
        """For requests that no operation makes: ``client.request("GET", "/api/v2/…")``."""
        return self._context.client

    @property
    def flavor(self) -> str:
        """``cloud`` or ``datacenter``."""
        return self._context.flavor

    def run(self, operation: str, /, **arguments: object) -> Result:
        """An ``Item``, an iterator of them, or None. UsageError for what the product or the operation does not have.

        Names are those of the table, with ``_`` for ``-``; None means not given. ``limit``: at most so many rows.
        """
        if operation not in BY_NAME:
            raise UsageError(f"there is no operation {operation!r}")
        return run(self._context, BY_NAME[operation], arguments)

    def search(
        self, cql: str, *, excerpt: Filter = None, includeArchivedSpaces: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """Search content by CQL.

        cql: the query.
        """
        result = self.run("search", cql=cql, excerpt=excerpt, includeArchivedSpaces=includeArchivedSpaces, limit=limit)
        assert result is not None and not isinstance(result, Item)
        return result
