"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Methods


class UserMethods(Methods):
    """``confluence.user``."""

    def current(self) -> Item:
        """Show who you are."""
        return self._item("user current")

    def get(self, account: str) -> Item:
        """Get a person.

        account: account id; the user name on Data Center.

        """
        return self._item("user get", account=account)

    def search(self, name: str, *, limit: int | None = None) -> Iterator[Item]:
        """Search people by name.

        name: a part of the name.

        """
        return self._rows("user search", name=name, limit=limit)
