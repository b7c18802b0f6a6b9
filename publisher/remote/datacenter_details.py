"""Files, labels and comments on Confluence Data Center. Its API has no restrictions and no content status."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from publisher.confluence import v1
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.confluence.endpoints import CONTENT_LABELS
from publisher.errors import NotFound, RemoteError, Uncertain, UsageError
from publisher.model.snapshot import AttachedFile, Comment, ContentRef, PageFacets
from publisher.remote.cloud_details import name_of, save_stream, search_labels, upload_parts
from publisher.remote.port import Upload

_OPEN = ("open", "reopened", "")
_ATTEMPTS = 4
_COMMENT = "version,body.storage,extensions.inlineProperties,extensions.resolution"


class DataCenterDetails:
    """See ``Details``."""

    def __init__(self, client: Client, check_login: Callable[[], None]) -> None:
        self._client, self._check_login = client, check_login

    def read_comments(self, ref: ContentRef) -> tuple[Comment, ...]:
        rows = v1.list_comments(self._client, ref.id, {"depth": "all", "expand": _COMMENT})
        return tuple(map(_comment, filter(_is_open, rows)))

    def read_threads(self, ref: ContentRef) -> tuple[Comment, ...]:
        rows = list(v1.list_comments(self._client, ref.id, {"depth": "all", "expand": f"{_COMMENT},ancestors"}))
        above = {row.identifier(): _ancestors(row) for row in rows}
        replies: dict[str, list[Comment]] = {}
        for row in rows:
            parents = above[row.identifier()]
            while parents and (further := above.get(parents[0])):
                parents = further
            if parents:
                replies.setdefault(parents[0], []).append(_comment(row))
        first = [row for row in rows if not above[row.identifier()] and _is_open(row)]
        return tuple(replace(_comment(row), replies=tuple(replies.get(row.identifier(), ()))) for row in first)

    def reply(self, ref: ContentRef, comment: Comment, text: str) -> None:
        container = {"id": ref.id, "type": str(ref.kind)}
        body = {"storage": {"value": text, "representation": "storage"}}
        data = {"type": "comment", "container": container, "ancestors": [{"id": comment.id}], "body": body}
        v1.create_content(self._client, data, {})

    def resolve(self, comment: Comment) -> None:
        raise UsageError("Data Center's API cannot resolve comments: resolve it on the page")

    def read_attachments(self, ref: ContentRef) -> dict[str, AttachedFile]:
        rows = v1.list_attachments(self._client, ref.id, {"expand": "version"})
        return {
            row.string("title"): AttachedFile(
                row.identifier(),
                row.text("extensions.comment") or row.text("metadata.comment"),
                row.text("_links.download"),
            )
            for row in rows
        }

    def read_file(self, file: AttachedFile) -> bytes:
        return self._client.download("/" + file.link.lstrip("/"))

    def save_file(self, file: AttachedFile, target: Path) -> None:
        save_stream(self._client, file, target)

    def read_facets(self, ref: ContentRef) -> PageFacets:
        return PageFacets()

    def read_user(self, account: str) -> str:
        return name_of(self._client, {"key": account})

    def read_labels(self, ref: ContentRef) -> frozenset[str]:
        rows = v1.list_from(self._client, CONTENT_LABELS, (ref.id,), {})
        return frozenset(row.string("name") for row in rows if row.text("prefix") in ("", "global"))

    def find_labels(self, refs: Sequence[ContentRef]) -> dict[str, frozenset[str]]:
        return search_labels(self._client, refs)

    def put_attachment(self, ref: ContentRef, upload: Upload) -> None:
        """POST creates, POST of the data creates a version: there is no PUT on the collection."""
        for _ in range(_ATTEMPTS):
            now = next(v1.list_attachments(self._client, ref.id, {"filename": upload.name}), None)
            if now is not None:
                v1.update_attachment(self._client, ref.id, now.identifier(), upload_parts(upload))
                return
            with suppress(Uncertain):  # it is looked up before it is sent again
                v1.create_attachment(self._client, ref.id, upload_parts(upload))
                return
        raise RemoteError(f"the attachment {upload.name} could not be written: Confluence gave no clear answer")

    def remove_attachment(self, attachment: str) -> None:
        try:
            v1.delete_content(self._client, attachment)
        except NotFound:
            self._check_login()

    def add_labels(self, ref: ContentRef, labels: Sequence[str]) -> None:
        v1.add_labels(self._client, ref.id, labels)

    def remove_label(self, ref: ContentRef, label: str) -> None:
        try:
            v1.remove_label(self._client, ref.id, label)
        except NotFound:
            self._check_login()

    def restrict(self, ref: ContentRef, wanted: Mapping[str, Sequence[str]], had: Mapping[str, Sequence[str]]) -> None:
        raise UsageError("Data Center's API has no restrictions")

    def set_status(self, ref: ContentRef, name: str, colour: str) -> None:
        raise UsageError("Data Center's API has no content status")

    def unwatch(self, ref: ContentRef) -> None:
        v1.unwatch(self._client, ref.id)

    def is_hidden(self, ref: ContentRef) -> bool:
        """Data Center does not tell."""
        return False


def _is_open(row: JsonObject) -> bool:
    return row.text("extensions.resolution.status") in _OPEN


def _ancestors(row: JsonObject) -> list[str]:
    """The ids of the comments that a reply answers, the first one first."""
    return [above.identifier() for above in row.rows("ancestors")] if "ancestors" in row else []


def _comment(row: JsonObject) -> Comment:
    return Comment(
        row.text("extensions.inlineProperties.markerRef"),
        who(row),
        row.text("body.storage.value"),
        row.identifier(),
        row.text("version.when"),
        row.text("extensions.inlineProperties.originalSelection"),
    )


def who(row: JsonObject) -> str:
    """Who made the version."""
    by = row.nested("version.by")
    return by.text("userKey") or by.text("username")
