"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class AttachmentMethods(Methods):
    """``confluence.attachment``."""

    def list(
        self,
        page: str | None = None,
        *,
        status: Filter = None,
        mediaType: Filter = None,
        filename: Filter = None,
        sort: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List attachments of a page or the whole site."""
        return self._rows(
            "attachment list", page=page, status=status, mediaType=mediaType, filename=filename, sort=sort, limit=limit
        )

    def get(
        self,
        attachment: str,
        *,
        version: Filter = None,
        include_labels: Filter = None,
        include_properties: Filter = None,
        include_versions: Filter = None,
    ) -> Item:
        """Get an attachment's metadata.

        attachment: its id.

        """
        return self._item(
            "attachment get",
            attachment=attachment,
            version=version,
            include_labels=include_labels,
            include_properties=include_properties,
            include_versions=include_versions,
        )

    def upload(
        self, page: str, file: str, *, name: str | None = None, comment: str | None = None, minor: bool = False
    ) -> Item:
        """Upload a file, or a new version of it.

        page: id, URL or title of the page.
        file: the file.

        """
        return self._item("attachment upload", page=page, file=file, name=name, comment=comment, minor=minor)

    def download(self, attachment: str) -> bytes:
        """Download an attachment.

        attachment: its id.

        """
        return self._item("attachment download", attachment=attachment).data

    def delete(self, attachment: str, *, purge: bool = False) -> None:
        """Move an attachment to the trash; --purge deletes it from there.

        attachment: its id.

        """
        self._nothing("attachment delete", attachment=attachment, purge=purge)
