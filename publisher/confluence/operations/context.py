"""What every operation works with: the clients, the arguments that were given, and what people's words stand for."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct, field

from publisher.confluence import v1, v2
from publisher.confluence.client import Client
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.types import ArgumentKind, Operation
from publisher.errors import NotFound, UsageError

Result = Item | Iterator[Item] | None


class Arguments(Mapping[str, object]):
    """What was given, by the names of the table with ``_`` for ``-``; what was not given is not in it."""

    def __init__(self, operation: Operation, given: Mapping[str, object]) -> None:
        self.operation = operation
        self.given = given

    def __getitem__(self, name: str) -> object:
        return self.given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def text(self, name: str, default: str = "") -> str:
        return str(self.given.get(name, default))

    def flag(self, name: str) -> bool:
        return bool(self.given.get(name))

    def count(self, name: str) -> int | None:
        """None if it was not given. UsageError if it is no number."""
        value = self.given.get(name)
        if value is None:
            return None
        if not isinstance(value, int | str) or not str(value).isdigit():
            raise UsageError(f"{self.operation.name}: --{name} must be a number, not {value!r}")
        return int(value)

    def names(self, name: str) -> list[str]:
        """One or several values."""
        value = self.given.get(name, ())
        return (
            [value]
            if isinstance(value, str)
            else [str(each) for each in value]
            if isinstance(value, list | tuple)
            else []
        )

    @property
    def limit(self) -> int | None:
        return self.count("limit")

    def filters(self) -> dict[str, str]:
        """The query of v2 for the filters that are given."""
        keys = {name.replace("-", "_"): name for name in self.operation.filters}
        return {keys[key]: _as_query(value) for key, value in self.given.items() if key in keys}

    def body_format(self) -> dict[str, str]:
        return {"body-format": self.text("body_format", "storage")}

    def body(self) -> dict[str, str] | None:
        """``representation`` and ``value`` of the body that is given; None if none is. ``body_file`` holds its content."""
        if "body" in self and "body_file" in self:
            raise UsageError("give either --body or --body-file")
        form = self.text("representation", "storage")
        for name in ("body", "body_file"):
            if name in self:
                return {"representation": form, "value": self.text(name)}
        return None


def _as_query(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class Context(Struct):
    """``flavor``: cloud or datacenter. ``app``, ``control``: the gateway's own addresses and its control plane."""

    client: Client
    flavor: str = "cloud"
    control: Client | None = None
    app: Client | None = None
    _spaces: dict[str, str] = field(default_factory=dict)

    def resolve(self, kind: ArgumentKind, value: str) -> str:
        """The id that a person's word for a page or space stands for."""
        match kind:
            case "page":
                return self.page_id(value)
            case "space":
                return self.space_id(value)
            case _:
                return value

    def page_id(self, text: str) -> str:
        """Of an id, a URL, or a title (``SPACE:Title`` looks in one space). NotFound; UsageError if it is ambiguous."""
        if text.isdigit():
            return text
        address = re.search(r"/(?:pages|folder|edit-v2)/(\d+)|[?&]pageId=(\d+)", text) if "//" in text else None
        if address:
            return address[1] or address[2]
        space, colon, title = text.partition(":")
        in_space = bool(colon) and re.fullmatch(r"~?[A-Za-z0-9]+", space) is not None
        found = self._titled(title if in_space else text, space if in_space else "")
        if not found and in_space:
            found = self._titled(text, "")
        if not found:
            raise NotFound(f"there is no page {text!r}, or this account cannot see it; give its id or URL", 404)
        if len(found) > 1:
            raise UsageError(f"{len(found)} pages are called {text!r}: {', '.join(found)}; give the id")
        return found[0]

    def _titled(self, title: str, space: str) -> list[str]:
        """Ids of the pages of a title."""
        try:
            if self.flavor == "datacenter":
                query = {"type": "page", "title": title, **({"spaceKey": space} if space else {})}
                return [row.identifier() for row in v1.find_content(self.client, query)]
            query = {"title": title, **({"space-id": self.space_id(space)} if space else {})}
            return [row.identifier() for row in v2.list_content(self.client, Kind.PAGES, query)]
        except NotFound:
            return []

    def space_id(self, key: str) -> str:
        """Of a key or an id; looked up once. Data Center has keys only."""
        if self.flavor == "datacenter" or key.isdigit():
            return key
        if key not in self._spaces:
            found = list(v2.list_spaces(self.client, {"keys": key}))
            if not found:
                raise NotFound(f"there is no space {key!r}, or this account cannot see it", 404)
            self._spaces[key] = found[0].identifier()
        return self._spaces[key]

    def content(self, given: Arguments) -> tuple[Kind, str]:
        """The page or blog post that is given, and exactly one."""
        if ("page" in given) == ("blogpost" in given):
            raise UsageError("name a page or a blog post: --page ID or --blogpost ID")
        if "page" in given:
            return Kind.PAGES, self.page_id(given.text("page"))
        return Kind.BLOGPOSTS, given.text("blogpost")

    def holder(self, given: Arguments) -> tuple[Kind, str]:
        """What has a property."""
        found = [name for name in _HOLDERS if name in given]
        if len(found) != 1:
            raise UsageError(
                "name what has the property: a page, or one of --blogpost, --attachment, --comment, --space"
            )
        name = found[0]
        kinds: dict[str, ArgumentKind] = {"page": "page", "space": "space"}
        return _HOLDERS[name], self.resolve(kinds.get(name, "text"), given.text(name))


_HOLDERS = {
    "page": Kind.PAGES,
    "blogpost": Kind.BLOGPOSTS,
    "attachment": Kind.ATTACHMENTS,
    "comment": Kind.COMMENTS,
    "space": Kind.SPACES,
}
SINGULAR = {Kind.PAGES: "page", Kind.BLOGPOSTS: "blogpost"}

Handler = Callable[[Context, Arguments], Result]


def first(rows: Iterator[Item], limit: int | None) -> Iterator[Item]:
    """No more rows than ``limit``, and no request more than they need."""
    for count, row in enumerate(rows, 1):
        yield row
        if count == limit:
            return


def list_query(limit: int | None, most: int, **query: str | int) -> dict[str, str | int]:
    """The query of a list with the number of rows to ask for in each request."""
    return {**query, "limit": min(limit or most, most)}


def read_file(file: Path) -> bytes:
    """UsageError if it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None


def upload_parts(name: str, data: bytes, given: Arguments) -> dict[str, object]:
    """The parts of the form; a comment without a character set would be read as Latin-1 (docs/confluence-api.md#attachments)."""
    import mimetypes

    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    minor = (None, b"true" if given.flag("minor") else b"false")
    comment = (None, given.text("comment").encode(), "text/plain; charset=utf-8")
    return {"file": (name, data, media), "minorEdit": minor, "comment": comment}


def quote_cql(text: str) -> str:
    """A string as CQL quotes it (docs/confluence-api.md#cql)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def comment_body(text: str) -> dict[str, str]:
    """Storage format as it is; anything else as one paragraph of text."""
    from publisher.storage import escape

    value = text if re.match(r"\s*<[a-z]", text) else f"<p>{escape(text)}</p>"
    return {"representation": "storage", "value": value}


def download(client: Client, link: str) -> bytes:
    """Follows to where the bytes are."""
    with stream(client, link) as pieces:
        return b"".join(pieces)


def stream(client: Client, link: str) -> AbstractContextManager[Iterator[bytes]]:
    """The same in pieces, as they come."""
    return client.stream(link if link.startswith("/") else "/" + link)
