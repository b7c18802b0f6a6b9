"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class CustomContentMethods(Methods):
    """``confluence.custom_content``."""

    def list(
        self,
        type: str,
        *,
        space: str | None = None,
        id: Filter = None,
        body_format: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List custom content of a type. Cloud only."""
        return self._rows(
            "custom-content list", type=type, space=space, id=id, body_format=body_format, sort=sort, limit=limit
        )

    def get(
        self,
        id: str,
        *,
        body_format: str | None = None,
        version: Filter = None,
        include_labels: Filter = None,
        include_properties: Filter = None,
    ) -> Item:
        """Get custom content. Cloud only.

        id: its id.

        """
        return self._item(
            "custom-content get",
            id=id,
            body_format=body_format,
            version=version,
            include_labels=include_labels,
            include_properties=include_properties,
        )
