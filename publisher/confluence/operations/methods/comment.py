"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class CommentMethods(Methods):
    """``confluence.comment``."""

    def list(
        self,
        page: str | None = None,
        *,
        blogpost: str | None = None,
        kind: str | None = None,
        body_format: str | None = None,
        status: Filter = None,
        resolution_status: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List comments of a page, a blog post or the whole site."""
        return self._rows(
            "comment list",
            page=page,
            blogpost=blogpost,
            kind=kind,
            body_format=body_format,
            status=status,
            resolution_status=resolution_status,
            sort=sort,
            limit=limit,
        )

    def get(self, comment: str, *, body_format: str | None = None) -> Item:
        """Get a comment of either kind.

        comment: its id.

        """
        return self._item("comment get", comment=comment, body_format=body_format)

    def add(
        self,
        text: str,
        page: str | None = None,
        *,
        blogpost: str | None = None,
        reply_to: str | None = None,
        selection: str | None = None,
        match: int | None = None,
    ) -> Item:
        """Comment on a page, a blog post or a selection, or reply.

        text: its text: storage format, or plain text.

        """
        return self._item(
            "comment add", text=text, page=page, blogpost=blogpost, reply_to=reply_to, selection=selection, match=match
        )

    def update(self, comment: str, text: str, *, version: int | None = None) -> Item:
        """Write the next version of a comment.

        comment: its id.
        text: its new text.

        """
        return self._item("comment update", comment=comment, text=text, version=version)

    def delete(self, comment: str) -> None:
        """Delete a comment, for good.

        comment: its id.

        """
        self._nothing("comment delete", comment=comment)

    def replies(
        self, comment: str, *, body_format: str | None = None, sort: Filter = None, limit: int | None = None
    ) -> Iterator[Item]:
        """List the replies to a comment.

        comment: its id.

        """
        return self._rows("comment replies", comment=comment, body_format=body_format, sort=sort, limit=limit)

    def resolve(self, comment: str) -> Item:
        """Resolve an inline comment.

        comment: its id.

        """
        return self._item("comment resolve", comment=comment)

    def reopen(self, comment: str) -> Item:
        """Reopen an inline comment.

        comment: its id.

        """
        return self._item("comment reopen", comment=comment)
