"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class PageMethods(Methods):
    """``confluence.page``."""

    def list(
        self,
        space: str | None = None,
        *,
        label: str | None = None,
        id: Filter = None,
        status: Filter = None,
        title: Filter = None,
        body_format: Filter = None,
        subtype: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List pages."""
        return self._rows(
            "page list",
            space=space,
            label=label,
            id=id,
            status=status,
            title=title,
            body_format=body_format,
            subtype=subtype,
            sort=sort,
            limit=limit,
        )

    def get(
        self,
        page: str,
        *,
        body_format: str | None = None,
        version: Filter = None,
        get_draft: Filter = None,
        status: Filter = None,
        include_labels: Filter = None,
        include_properties: Filter = None,
        include_operations: Filter = None,
        include_likes: Filter = None,
        include_versions: Filter = None,
        include_version: Filter = None,
        include_collaborators: Filter = None,
        include_direct_children: Filter = None,
        include_webresources: Filter = None,
        include_favorited_by_current_user_status: Filter = None,
    ) -> Item:
        """Get a page.

        page: id, URL or title of the page.

        """
        return self._item(
            "page get",
            page=page,
            body_format=body_format,
            version=version,
            get_draft=get_draft,
            status=status,
            include_labels=include_labels,
            include_properties=include_properties,
            include_operations=include_operations,
            include_likes=include_likes,
            include_versions=include_versions,
            include_version=include_version,
            include_collaborators=include_collaborators,
            include_direct_children=include_direct_children,
            include_webresources=include_webresources,
            include_favorited_by_current_user_status=include_favorited_by_current_user_status,
        )

    def create(
        self,
        space: str,
        title: str,
        body: str | None = None,
        *,
        parent: str | None = None,
        representation: str | None = None,
        draft: bool = False,
        private: bool = False,
        root_level: bool = False,
    ) -> Item:
        """Create a page."""
        return self._item(
            "page create",
            space=space,
            title=title,
            body=body,
            parent=parent,
            representation=representation,
            draft=draft,
            private=private,
            root_level=root_level,
        )

    def update(
        self,
        page: str,
        *,
        title: str | None = None,
        body: str | None = None,
        representation: str | None = None,
        parent: str | None = None,
        message: str | None = None,
        version: int | None = None,
        minor: bool = False,
    ) -> Item:
        """Write a new version of a page.

        page: id, URL or title of the page.

        """
        return self._item(
            "page update",
            page=page,
            title=title,
            body=body,
            representation=representation,
            parent=parent,
            message=message,
            version=version,
            minor=minor,
        )

    def move(self, page: str, to: str | None = None, *, parent: str | None = None, position: str | None = None) -> Item:
        """Move a page below or beside another one.

        page: id, URL or title of the page.

        """
        return self._item("page move", page=page, to=to, parent=parent, position=position)

    def delete(self, page: str, *, purge: bool = False, draft: bool = False) -> None:
        """Move a page to the trash; --purge deletes it from there.

        page: id, URL or title of the page.

        """
        self._nothing("page delete", page=page, purge=purge, draft=draft)

    def restore(self, page: str) -> Item:
        """Restore a page from the trash.

        page: id of the page.

        """
        return self._item("page restore", page=page)

    def children(self, page: str, *, sort: Filter = None, limit: int | None = None) -> Iterator[Item]:
        """List the pages and folders right below a page.

        page: id, URL or title of the page.

        """
        return self._rows("page children", page=page, sort=sort, limit=limit)

    def descendants(self, page: str, *, depth: Filter = None, limit: int | None = None) -> Iterator[Item]:
        """List everything below a page.

        page: id, URL or title of the page.

        """
        return self._rows("page descendants", page=page, depth=depth, limit=limit)

    def ancestors(self, page: str, *, limit: int | None = None) -> Iterator[Item]:
        """List the pages above a page, from the top.

        page: id, URL or title of the page.

        """
        return self._rows("page ancestors", page=page, limit=limit)

    def versions(
        self, page: str, *, body_format: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the versions of a page, newest first.

        page: id, URL or title of the page.

        """
        return self._rows("page versions", page=page, body_format=body_format, sort=sort, limit=limit)

    def labels(
        self, page: str, *, prefix: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the labels of a page.

        page: id, URL or title of the page.

        """
        return self._rows("page labels", page=page, prefix=prefix, sort=sort, limit=limit)

    def attachments(
        self,
        page: str,
        *,
        status: Filter = None,
        mediaType: Filter = None,
        filename: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List the attachments of a page.

        page: id, URL or title of the page.

        """
        return self._rows(
            "page attachments", page=page, status=status, mediaType=mediaType, filename=filename, sort=sort, limit=limit
        )

    def comments(
        self,
        page: str,
        *,
        kind: str | None = None,
        body_format: str | None = None,
        status: Filter = None,
        resolution_status: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List the footer and inline comments of a page.

        page: id, URL or title of the page.

        """
        return self._rows(
            "page comments",
            page=page,
            kind=kind,
            body_format=body_format,
            status=status,
            resolution_status=resolution_status,
            sort=sort,
            limit=limit,
        )
