"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class PropertyMethods(Methods):
    """``confluence.property``."""

    def list(
        self,
        page: str | None = None,
        *,
        blogpost: str | None = None,
        attachment: str | None = None,
        comment: str | None = None,
        space: str | None = None,
        key: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List content properties.

        page: id, URL or title of the page.

        """
        return self._rows(
            "property list",
            page=page,
            blogpost=blogpost,
            attachment=attachment,
            comment=comment,
            space=space,
            key=key,
            sort=sort,
            limit=limit,
        )

    def get(
        self,
        page: str | None = None,
        key: str | None = None,
        *,
        blogpost: str | None = None,
        attachment: str | None = None,
        comment: str | None = None,
        space: str | None = None,
    ) -> Item:
        """Get a content property by key or id.

        page: id, URL or title of the page.
        key: its key, or id.

        """
        return self._item(
            "property get", page=page, key=key, blogpost=blogpost, attachment=attachment, comment=comment, space=space
        )

    def set(
        self,
        page: str | None = None,
        key: str | None = None,
        value: object | None = None,
        *,
        blogpost: str | None = None,
        attachment: str | None = None,
        comment: str | None = None,
        space: str | None = None,
        version: int | None = None,
    ) -> Item:
        """Create a content property, or write its next version.

        page: id, URL or title of the page.
        key: its key.
        value: its value as JSON; anything else is taken as a string.

        """
        return self._item(
            "property set",
            page=page,
            key=key,
            value=value,
            blogpost=blogpost,
            attachment=attachment,
            comment=comment,
            space=space,
            version=version,
        )

    def delete(
        self,
        page: str | None = None,
        key: str | None = None,
        *,
        blogpost: str | None = None,
        attachment: str | None = None,
        comment: str | None = None,
        space: str | None = None,
    ) -> None:
        """Delete a content property.

        page: id, URL or title of the page.
        key: its key.

        """
        self._nothing(
            "property delete",
            page=page,
            key=key,
            blogpost=blogpost,
            attachment=attachment,
            comment=comment,
            space=space,
        )
