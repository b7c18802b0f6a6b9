"""Files, labels, comments, restrictions, content status and watching on Confluence Cloud."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from publisher.confluence import v1, v2
from publisher.confluence.answers import JsonObject
from publisher.confluence.client import Client
from publisher.confluence.endpoints import LIST_LABELS, Kind
from publisher.confluence.v2 import CommentKind
from publisher.errors import Forbidden, NotFound, Rejected, RemoteError, UsageError
from publisher.model.snapshot import AttachedFile, Comment, ContentKind, ContentRef, PageFacets
from publisher.remote.port import Upload

_KINDS = {ContentKind.PAGE: Kind.PAGES, ContentKind.BLOGPOST: Kind.BLOGPOSTS, ContentKind.FOLDER: Kind.FOLDERS}
_AT_ONCE = 100  # pages of one search
_OPEN = ("open", "reopened", "")


class CloudDetails:
    """See ``Details``. ``account`` says who we are; ``check_login`` whether a 404 comes from a login that was lost."""

    def __init__(self, client: Client, account: Callable[[], str], check_login: Callable[[], None]) -> None:
        self._client, self._account, self._check_login = client, account, check_login

    def read_comments(self, ref: ContentRef) -> tuple[Comment, ...]:
        query = {"body-format": "storage"}
        inline = v2.list_comments(self._client, _KINDS[ref.kind], ref.id, "inline", query)
        footer = v2.list_comments(self._client, _KINDS[ref.kind], ref.id, "footer", query)
        rows = [*inline, *footer]
        return tuple(_comment(row) for row in rows if row.text("resolutionStatus") in _OPEN)

    def read_threads(self, ref: ContentRef) -> tuple[Comment, ...]:
        query = {"body-format": "storage"}
        found = []
        for comment in self.read_comments(ref):
            rows = v2.list_replies(self._client, _which(comment), comment.id, query)
            found.append(replace(comment, replies=tuple(map(_comment, rows))))
        return tuple(found)

    def reply(self, ref: ContentRef, comment: Comment, text: str) -> None:
        body = {"representation": "storage", "value": text}
        v2.create_comment(self._client, _which(comment), {"parentCommentId": comment.id, "body": body})

    def resolve(self, comment: Comment) -> None:
        if not comment.ref:
            raise UsageError(f"the comment {comment.id} is at the foot of its page: only inline comments are resolved")
        now = v2.get_comment(self._client, "inline", comment.id, {"body-format": "storage"})
        kept = {"representation": "storage", "value": now.text("body.storage.value")}
        data = {"version": {"number": now.number("version.number") + 1}, "body": kept, "resolved": True}
        v2.update_comment(self._client, "inline", comment.id, data)

    def read_attachments(self, ref: ContentRef) -> dict[str, AttachedFile]:
        if ref.kind == ContentKind.FOLDER:
            return {}
        rows = v2.list_attachments(self._client, _KINDS[ref.kind], ref.id)
        return {
            row.string("title"): AttachedFile(row.identifier(), row.text("comment"), row.text("downloadLink"))
            for row in rows
        }

    def read_file(self, file: AttachedFile) -> bytes:
        return self._client.download("/" + file.link.lstrip("/"))

    def save_file(self, file: AttachedFile, target: Path) -> None:
        save_stream(self._client, file, target)

    def read_facets(self, ref: ContentRef) -> PageFacets:
        if ref.kind == ContentKind.FOLDER:
            return PageFacets()
        rows = {row.string("operation"): row for row in v1.get_restrictions(self._client, ref.id)}
        state = v1.get_state(self._client, ref.id).nested("contentState")
        return PageFacets(
            view=_allowed(rows.get("read")),
            edit=_allowed(rows.get("update")),
            status=(state.text("name"), state.text("color")),
        )

    def read_user(self, account: str) -> str:
        return name_of(self._client, {"accountId": account})

    def read_labels(self, ref: ContentRef) -> frozenset[str]:
        rows = v2.list_from(self._client, LIST_LABELS[_KINDS[ref.kind]], (ref.id,), {"prefix": "global"})
        return frozenset(row.string("name") for row in rows)

    def find_labels(self, refs: Sequence[ContentRef]) -> dict[str, frozenset[str]]:
        return search_labels(self._client, refs)

    def put_attachment(self, ref: ContentRef, upload: Upload) -> None:
        v1.put_attachment(self._client, ref.id, upload_parts(upload))

    def remove_attachment(self, attachment: str) -> None:
        try:
            v2.delete_attachment(self._client, attachment)
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
        us = self._account()
        there = {row.string("operation"): row for row in v1.get_restrictions(self._client, ref.id)}
        data: list[Mapping[str, object]] = []
        for operation in ("read", "update"):
            now = there.get(operation)
            ours = {*had.get(operation, ()), *([us] if operation in had else [])}
            users = [row.string("accountId") for row in _rows(now, "restrictions.user.results")]
            groups = [{"type": "group", "id": row.get("id")} for row in _rows(now, "restrictions.group.results")]
            kept = [user for user in users if user not in ours]
            chosen = dict.fromkeys([*kept, *wanted.get(operation, ())])
            if chosen or groups or operation in wanted:
                chosen[us] = None
            people = [{"type": "known", "accountId": user} for user in chosen]
            data.append({"operation": operation, "restrictions": {"user": people, "group": groups}})
        v1.put_restrictions(self._client, ref.id, data)

    def set_status(self, ref: ContentRef, name: str, colour: str) -> None:
        if name:
            v1.set_state(self._client, ref.id, name, colour)
            return
        try:
            v1.remove_state(self._client, ref.id)
        except NotFound:
            self._check_login()

    def unwatch(self, ref: ContentRef) -> None:
        v1.unwatch(self._client, ref.id)

    def is_hidden(self, ref: ContentRef) -> bool:
        """By the check of our own permission, which is refused for what is there, and not found for what is not."""
        try:
            return not v1.check_permission(self._client, ref.id, self._account(), "read")
        except RemoteError:  # a server, a gateway or a token without it: it is found out when the page is written
            return False


def search_labels(client: Client, refs: Sequence[ContentRef]) -> dict[str, frozenset[str]]:
    """Labels by the id of the page, of those that the search index has. A page of more labels than a row shows is left out."""
    found: dict[str, frozenset[str]] = {}
    for start in range(0, len(refs), _AT_ONCE):
        ids = ", ".join(ref.id for ref in refs[start : start + _AT_ONCE])
        query: v1.Query = {"cql": f"id in ({ids})", "expand": "metadata.labels", "limit": _AT_ONCE}
        for row in v1.search_content(client, query):
            labels = row.nested("metadata.labels")
            if "results" in labels and labels.number("size", 0) < labels.number("limit", 200):
                names = (label.string("name") for label in labels.rows() if label.text("prefix") in ("", "global"))
                found[row.identifier()] = frozenset(names)
    return found


def upload_parts(upload: Upload) -> dict[str, object]:
    """The parts of a form; without a charset the comment would be read as Latin-1 (docs/confluence-api.md#attachments)."""
    note = (None, upload.comment.encode(), "text/plain; charset=utf-8")
    return {"file": (upload.name, upload.data, upload.media), "minorEdit": (None, b"true"), "comment": note}


def _which(comment: Comment) -> CommentKind:
    return "inline" if comment.ref else "footer"


def save_stream(client: Client, file: AttachedFile, target: Path) -> None:
    """Writes an attachment to a file, piece by piece."""
    with client.stream("/" + file.link.lstrip("/")) as pieces, target.open("wb") as out:
        for piece in pieces:
            out.write(piece)


def name_of(client: Client, query: Mapping[str, str]) -> str:
    """The name of a person; empty where there is none to be seen."""
    try:
        return v1.get_user(client, query).text("displayName")
    except (NotFound, Forbidden, Rejected):
        return ""


def _allowed(row: JsonObject | None) -> tuple[str, ...]:
    users = [user.string("accountId") for user in _rows(row, "restrictions.user.results")]
    groups = [f"group {group.text('name')}" for group in _rows(row, "restrictions.group.results")]
    return (*users, *groups)


def _comment(row: JsonObject) -> Comment:
    return Comment(
        row.text("properties.inlineMarkerRef"),
        row.text("version.authorId"),
        row.text("body.storage.value"),
        row.identifier(),
        row.text("version.createdAt"),
        row.text("properties.inlineOriginalSelection"),
    )


def _rows(answer: JsonObject | None, path: str) -> list[JsonObject]:
    """A list that may be left out."""
    holder, _, name = path.rpartition(".")
    found = answer.nested(holder) if answer else None
    return found.rows(name) if found and name in found else []
