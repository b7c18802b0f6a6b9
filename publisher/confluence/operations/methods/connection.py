"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Methods


class ConnectionMethods(Methods):
    """``confluence.connection``."""

    def list(
        self, *, status: str | None = None, app: str | None = None, all: bool = False, limit: int | None = None
    ) -> Iterator[Item]:
        """List connections of the OAuth gateway."""
        return self._rows("connection list", status=status, app=app, all=all, limit=limit)

    def create(self, *, open: bool = False, wait: bool = False) -> Item:
        """Create a connection and print the URL to open."""
        return self._item("connection create", open=open, wait=wait)

    def get(self, connection: str) -> Item:
        """Get a connection.

        connection: its id.

        """
        return self._item("connection get", connection=connection)

    def delete(self, connection: str) -> None:
        """Delete a connection.

        connection: its id.

        """
        self._nothing("connection delete", connection=connection)
