"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class SpaceMethods(Methods):
    """``confluence.space``."""

    def list(
        self,
        *,
        ids: Filter = None,
        keys: Filter = None,
        type: Filter = None,
        status: Filter = None,
        labels: Filter = None,
        favorited_by: Filter = None,
        not_favorited_by: Filter = None,
        description_format: Filter = None,
        include_icon: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List spaces."""
        return self._rows(
            "space list",
            ids=ids,
            keys=keys,
            type=type,
            status=status,
            labels=labels,
            favorited_by=favorited_by,
            not_favorited_by=not_favorited_by,
            description_format=description_format,
            include_icon=include_icon,
            sort=sort,
            limit=limit,
        )

    def get(
        self,
        space: str,
        *,
        description_format: Filter = None,
        include_icon: Filter = None,
        include_operations: Filter = None,
        include_properties: Filter = None,
        include_permissions: Filter = None,
        include_role_assignments: Filter = None,
        include_labels: Filter = None,
    ) -> Item:
        """Get a space.

        space: key (or id) of the space.

        """
        return self._item(
            "space get",
            space=space,
            description_format=description_format,
            include_icon=include_icon,
            include_operations=include_operations,
            include_properties=include_properties,
            include_permissions=include_permissions,
            include_role_assignments=include_role_assignments,
            include_labels=include_labels,
        )

    def pages(
        self,
        space: str,
        *,
        depth: Filter = None,
        status: Filter = None,
        title: Filter = None,
        body_format: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List the pages of a space.

        space: key (or id) of the space.

        """
        return self._rows(
            "space pages",
            space=space,
            depth=depth,
            status=status,
            title=title,
            body_format=body_format,
            sort=sort,
            limit=limit,
        )

    def blogposts(
        self,
        space: str,
        *,
        status: Filter = None,
        title: Filter = None,
        body_format: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List the blog posts of a space.

        space: key (or id) of the space.

        """
        return self._rows(
            "space blogposts", space=space, status=status, title=title, body_format=body_format, sort=sort, limit=limit
        )

    def properties(
        self, space: str, *, key: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the properties of a space.

        space: key (or id) of the space.

        """
        return self._rows("space properties", space=space, key=key, sort=sort, limit=limit)

    def permissions(self, space: str, *, limit: int | None = None) -> Iterator[Item]:
        """List who may do what in a space. Cloud only.

        space: key (or id) of the space.

        """
        return self._rows("space permissions", space=space, limit=limit)

    def labels(
        self, space: str, *, prefix: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the labels of a space. Cloud only.

        space: key (or id) of the space.

        """
        return self._rows("space labels", space=space, prefix=prefix, sort=sort, limit=limit)
