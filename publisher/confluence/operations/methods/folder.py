"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class FolderMethods(Methods):
    """``confluence.folder``."""

    def create(self, space: str, title: str, *, parent: str | None = None) -> Item:
        """Create a folder. Cloud only."""
        return self._item("folder create", space=space, title=title, parent=parent)

    def get(self, folder: str) -> Item:
        """Get a folder. Cloud only.

        folder: its id.

        """
        return self._item("folder get", folder=folder)

    def children(self, folder: str, *, sort: Filter = None, limit: int | None = None) -> Iterator[Item]:
        """List what is in a folder. Cloud only.

        folder: its id.

        """
        return self._rows("folder children", folder=folder, sort=sort, limit=limit)

    def delete(self, folder: str) -> None:
        """Move a folder to the trash; its pages move up. Cloud only.

        folder: its id.

        """
        self._nothing("folder delete", folder=folder)
