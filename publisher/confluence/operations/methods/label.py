"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator, Sequence

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class LabelMethods(Methods):
    """``confluence.label``."""

    def list(
        self, *, label_id: Filter = None, prefix: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List labels. Cloud only."""
        return self._rows("label list", label_id=label_id, prefix=prefix, sort=sort, limit=limit)

    def add(self, page: str, names: Sequence[str], *, limit: int | None = None) -> Iterator[Item]:
        """Add labels to a page.

        page: id, URL or title of the page.
        names: the labels.

        """
        return self._rows("label add", page=page, names=names, limit=limit)

    def remove(self, page: str, names: Sequence[str]) -> None:
        """Remove labels from a page.

        page: id, URL or title of the page.
        names: the labels.

        """
        self._nothing("label remove", page=page, names=names)
