"""What a publish asks of a Confluence, in its own words. Each adapter keeps these promises (tests/contract/test_remotes.py).

Nothing here sends a request, and no adapter decides what is to be published.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct

from publisher.model.plan import How
from publisher.model.snapshot import (
    AttachedFile,
    Comment,
    ContentKind,
    ContentProperty,
    ContentRef,
    PageFacets,
    RemotePage,
    Space,
)
from publisher.storage import Product

Where = Literal["before", "after", "append"]


def no_space(key: str) -> str:
    """What is said of a space that is not found."""
    return (
        f"there is no space {key!r}, or this account cannot see it: check --space, CONFLUENCE_SPACE or `space` in publisher.yml; "
        "`publisher space list` shows the spaces that it can see"
    )


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a product can do through its API. ``metadata``: restrictions, owner, content status and drafts."""

    product: Product
    ordered: bool
    archives: bool
    folders: bool
    metadata: bool


class NewPage(Struct, frozen=True, kw_only=True):
    """``kind``: page, blogpost (``parent`` empty, ``date`` YYYY-MM-DD or empty) or folder (without a body).

    ``draft``: not published yet. ``look_first``: a run of this ``collection`` that was killed may have made it, where no
    list shows it.
    """

    space_id: str
    parent: ContentRef
    title: str
    body: str
    kind: ContentKind = ContentKind.PAGE
    date: str = ""
    draft: bool = False
    look_first: bool = False
    collection: str = ""


class PageUpdate(Struct, frozen=True, kw_only=True):
    """One new version. ``parent`` empty: it stays where it is. ``draft``: one that is a draft stays one."""

    parent: str
    title: str
    body: str
    message: str
    notify: bool = False
    owner: str = ""
    draft: bool = False


class Upload(Struct, frozen=True):
    """An attachment to be written. ``comment`` marks it as ours."""

    name: str
    data: bytes
    media: str
    comment: str


class StoredBody(Struct, frozen=True):
    """A page with its stored body and its labels."""

    page: RemotePage
    body: str
    labels: frozenset[str]


class Session(Protocol):
    """The connection: what it has cost, and whether there is still anybody at the other end."""

    @property
    def requests(self) -> int: ...

    @property
    def writes(self) -> int: ...

    def gave_up(self) -> bool:
        """Whether Confluence has not answered at all for so long that there is no point in going on."""
        ...

    def server_time(self) -> float:
        """Seconds since 1970, by the clock of Confluence."""
        ...


class Details(Protocol):
    """What belongs to a page besides its text: each part has requests of its own."""

    def read_comments(self, ref: ContentRef) -> tuple[Comment, ...]:
        """Open ones, inline and at the foot of the page."""
        ...

    def read_threads(self, ref: ContentRef) -> tuple[Comment, ...]:
        """The same with their replies, the oldest first."""
        ...

    def reply(self, ref: ContentRef, comment: Comment, text: str) -> None:
        """Answers a comment of that page. ``text``: storage format."""
        ...

    def resolve(self, comment: Comment) -> None:
        """Resolves an inline comment. UsageError where the product cannot, and for one at the foot of the page."""
        ...

    def read_attachments(self, ref: ContentRef) -> dict[str, AttachedFile]:
        """By name."""
        ...

    def read_file(self, file: AttachedFile) -> bytes:
        """The bytes of an attachment."""
        ...

    def save_file(self, file: AttachedFile, target: Path) -> None:
        """Writes the bytes of an attachment to a file, as they come."""
        ...

    def read_labels(self, ref: ContentRef) -> frozenset[str]: ...

    def find_labels(self, refs: Sequence[ContentRef]) -> dict[str, frozenset[str]]:
        """Labels of many pages in few requests, by id. The search index lags behind: pages of this minute may lack."""
        ...

    def read_facets(self, ref: ContentRef) -> PageFacets:
        """Restrictions and content status; nothing where the product has no request for them."""
        ...

    def read_user(self, account: str) -> str:
        """The name of a person, for people; empty if there is none, or this account cannot see it."""
        ...

    def put_attachment(self, ref: ContentRef, upload: Upload) -> None:
        """Creates the attachment or gives it a new version."""
        ...

    def remove_attachment(self, attachment: str) -> None:
        """Into the trash; one that is gone is no error."""
        ...

    def add_labels(self, ref: ContentRef, labels: Sequence[str]) -> None: ...

    def remove_label(self, ref: ContentRef, label: str) -> None:
        """One that is gone is no error."""
        ...

    def restrict(self, ref: ContentRef, wanted: Mapping[str, Sequence[str]], had: Mapping[str, Sequence[str]]) -> None:
        """``wanted``, ``had``: read and update → accounts. Restrictions of others stay; our own account is added."""
        ...

    def set_status(self, ref: ContentRef, name: str, colour: str) -> None:
        """The content status; an empty name takes it away. Creates a version."""
        ...

    def unwatch(self, ref: ContentRef) -> None: ...

    def is_hidden(self, ref: ContentRef) -> bool:
        """Whether what cannot be read is there all the same. False where the product does not tell."""
        ...


class Remote(Protocol):
    """A Confluence. ``site``: its address for people; ``jobs``: how many requests are sent at once.

    Every method raises RemoteError where Confluence refuses, and LoginRefused for a login that is not good (any more).
    """

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def site(self) -> str: ...

    @property
    def jobs(self) -> int: ...

    @property
    def session(self) -> Session: ...

    @property
    def details(self) -> Details: ...

    def account(self) -> str:
        """The id of the account that we are."""
        ...

    def check_login(self) -> None:
        """LoginRefused if answers that something is not there come from a login that was lost."""
        ...

    def find_space(self, key: str) -> Space:
        """NotFound names the setting to look at."""
        ...

    def find_space_of(self, ref: ContentRef) -> Space:
        """The space that a page is in; NotFound."""
        ...

    def find_pages(self, space_id: str, title: str, *, trashed: bool = False) -> list[RemotePage]:
        """Current and archived pages of that title, ignoring case; ``trashed``: those in the trash as well."""
        ...

    def find_folders(self, space: Space, title: str) -> list[RemotePage]:
        """Folders of that title; none where there are no folders."""
        ...

    def find_everywhere(self, title: str) -> list[tuple[RemotePage, str]]:
        """Current pages of that title in all spaces, each with the key of its space."""
        ...

    def list_content(self, space_id: str, kind: ContentKind) -> list[RemotePage]:
        """Every current and archived page, or every current blog post, of the space."""
        ...

    def read_pages(self, space_id: str, refs: Sequence[ContentRef]) -> list[RemotePage]:
        """Those that are current or archived and visible, in as few requests as the product allows."""
        ...

    def read_page(self, ref: ContentRef) -> RemotePage | None:
        """Whatever its status, also in the trash. None only if the login is good."""
        ...

    def read_body(self, ref: ContentRef) -> StoredBody:
        """The page, whatever its status, with what is stored of it."""
        ...

    def read_version(self, ref: ContentRef, version: int) -> str | None:
        """The body as it was stored in an earlier version; None if Confluence has it no more."""
        ...

    def read_children(self, ref: ContentRef) -> list[ContentRef]:
        """What is right below, in the order of the tree."""
        ...

    def read_properties(self, ref: ContentRef) -> dict[str, ContentProperty]:
        """Every content property by key."""
        ...

    def write_property(
        self, ref: ContentRef, key: str, value: object, known: ContentProperty | None
    ) -> ContentProperty:
        """Creates the property or makes its next version; VersionConflict if somebody else was faster."""
        ...

    def remove_property(self, ref: ContentRef, key: str, known: ContentProperty) -> None:
        """One that is gone is no error."""
        ...

    def create_page(self, new: NewPage) -> RemotePage:
        """A new page at version 1. TitleTaken if another page holds the title, also one that cannot be seen."""
        ...

    def update_page(self, page: RemotePage, update: PageUpdate) -> RemotePage:
        """Exactly the version after ``page``'s: VersionConflict if somebody wrote in between."""
        ...

    def restore_page(self, page: RemotePage) -> RemotePage:
        """Out of the trash, with the text it had. TitleTaken if another page has its title now."""
        ...

    def remove_page(self, ref: ContentRef, how: How) -> None:
        """Into the archive or the trash. A page that is gone is no error."""
        ...

    def move_page(self, ref: ContentRef, where: Where, target: str) -> None:
        """Beside or below another page. No version is made for a move among siblings."""
        ...
