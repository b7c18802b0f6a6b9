"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class BlogpostMethods(Methods):
    """``confluence.blogpost``."""

    def list(
        self,
        space: str | None = None,
        *,
        id: Filter = None,
        status: Filter = None,
        title: Filter = None,
        body_format: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List blog posts."""
        return self._rows(
            "blogpost list",
            space=space,
            id=id,
            status=status,
            title=title,
            body_format=body_format,
            sort=sort,
            limit=limit,
        )

    def get(
        self,
        blogpost: str,
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
    ) -> Item:
        """Get a blog post.

        blogpost: its id.

        """
        return self._item(
            "blogpost get",
            blogpost=blogpost,
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
        )

    def create(
        self,
        space: str,
        title: str,
        body: str | None = None,
        *,
        representation: str | None = None,
        draft: bool = False,
        private: bool = False,
    ) -> Item:
        """Create a blog post."""
        return self._item(
            "blogpost create",
            space=space,
            title=title,
            body=body,
            representation=representation,
            draft=draft,
            private=private,
        )

    def update(
        self,
        blogpost: str,
        *,
        title: str | None = None,
        body: str | None = None,
        representation: str | None = None,
        message: str | None = None,
        version: int | None = None,
    ) -> Item:
        """Write a new version of a blog post.

        blogpost: its id.

        """
        return self._item(
            "blogpost update",
            blogpost=blogpost,
            title=title,
            body=body,
            representation=representation,
            message=message,
            version=version,
        )

    def delete(self, blogpost: str, *, purge: bool = False) -> None:
        """Move a blog post to the trash; --purge deletes it from there.

        blogpost: its id.

        """
        self._nothing("blogpost delete", blogpost=blogpost, purge=purge)

    def versions(
        self, blogpost: str, *, body_format: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the versions of a blog post.

        blogpost: its id.

        """
        return self._rows("blogpost versions", blogpost=blogpost, body_format=body_format, sort=sort, limit=limit)

    def labels(
        self, blogpost: str, *, prefix: Filter = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the labels of a blog post.

        blogpost: its id.

        """
        return self._rows("blogpost labels", blogpost=blogpost, prefix=prefix, sort=sort, limit=limit)

    def comments(
        self,
        blogpost: str,
        *,
        kind: str | None = None,
        body_format: str | None = None,
        status: Filter = None,
        resolution_status: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List the footer and inline comments of a blog post.

        blogpost: its id.

        """
        return self._rows(
            "blogpost comments",
            blogpost=blogpost,
            kind=kind,
            body_format=body_format,
            status=status,
            resolution_status=resolution_status,
            sort=sort,
            limit=limit,
        )
