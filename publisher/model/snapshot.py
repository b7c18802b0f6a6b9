"""What Confluence holds, as far as a run has read it. Values only."""

from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.model.kinds import ContentKind as ContentKind
from publisher.model.repository import CodeAddress


class ContentRef(Struct, frozen=True):
    """An id with all that is needed to address it. ``draft``: not published yet."""

    id: str
    kind: ContentKind = ContentKind.PAGE
    draft: bool = False


class Provenance(Struct, frozen=True):
    """Digests by name, of attachments or of content properties.

    ``owned``: what we wrote, or found as it should be: those names are in ``found`` too. ``foreign``: what we did not write because somebody else's of that name was there; it is
    not tried again until its digest changes.
    """

    owned: Mapping[str, str] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)
    found: frozenset[str] = frozenset()

    def holds(self, name: str, digest: str) -> bool:
        """Whether this very value was written, or was left alone because somebody else's is there."""
        return digest in {self.owned.get(name), self.foreign.get(name)}


class Stamp(Struct, frozen=True, kw_only=True):
    """Our content property on a page: whose it is, and what we wrote.

    ``repository``: the identity of the repository, empty on stamps of older versions. ``version``: the page's after our
    last write. ``wanted``: the title before any suffix. ``parent``: the page that we put it below. ``links_pending``: its
    anchored links lead to pages that did not exist when it was written. ``metadata``: see ``PageMetadata.noted``.
    ``tool``: the version of Publisher; ``origin``: digest of the document.
    """

    collection: str
    path: str
    page: str
    version: int
    title: str
    wanted: str
    parent: str
    digests: Mapping[str, str]
    labels: tuple[str, ...] = ()
    attachments: Provenance = Provenance()
    links_pending: bool = False
    properties: Provenance = Provenance()
    metadata: Mapping[str, str] = field(default_factory=dict)
    kind: ContentKind = ContentKind.PAGE
    tool: str = ""
    origin: str = ""
    repository: str = ""

    @property
    def ref(self) -> ContentRef:
        return ContentRef(self.page, self.kind, draft=bool(self.metadata.get("draft")))


class ContentProperty(Struct, frozen=True):
    """A content property as read. ``id`` and ``version`` address it when it is written again."""

    id: str
    version: int
    value: Any


class StoredStamp(Struct, frozen=True):
    """A stamp with the id and version of the property that holds it."""

    stamp: Stamp
    id: str
    version: int


class RemotePage(Struct, frozen=True, kw_only=True):
    """``stored`` is None for a page that has no stamp. ``status``: current, archived, trashed, draft.

    ``author`` made the page, ``editor`` its present version, at ``modified``. ``position`` is None while the siblings
    are sorted by title. ``live``: a live doc, whose text changes without a new version. ``parent_kind``: page unless the
    parent is a folder, whiteboard, database or embed.
    """

    id: str
    title: str
    parent: str | None
    version: int
    message: str
    author: str
    url: str
    status: str = "current"
    position: int | None = None
    editor: str = ""
    modified: str = ""
    stored: StoredStamp | None = None
    kind: ContentKind = ContentKind.PAGE
    parent_kind: ContentKind = ContentKind.PAGE
    live: bool = False
    owner: str = ""

    @property
    def stamp(self) -> Stamp | None:
        return self.stored.stamp if self.stored else None

    @property
    def ref(self) -> ContentRef:
        return ContentRef(self.id, self.kind, draft=self.status == "draft")

    def stamped(self, stored: StoredStamp | None) -> Self:
        """The same page with that stamp."""
        return replace(self, stored=stored)


class Space(Struct, frozen=True):
    id: str
    key: str
    home: str


class Comment(Struct, frozen=True):
    """A comment that is open. ``ref``: the marker of an inline comment, empty for one at the foot of the page.

    ``text``: storage format. ``selection``: what an inline comment was made on. ``replies``: where these were asked for.
    """

    ref: str
    author: str
    text: str
    id: str = ""
    created: str = ""
    selection: str = ""
    replies: "tuple[Comment, ...]" = ()


class PageFacets(Struct, frozen=True):
    """What a page is besides its text, as it is now. ``view``, ``edit``: accounts, and ``group NAME``, that alone may.

    ``status``: name and colour (``#rrggbb``) of the content status, both empty for none.
    """

    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    status: tuple[str, str] = ("", "")


class AttachedFile(Struct, frozen=True):
    """An attachment as read. Its ``comment`` tells whether it is ours; ``link`` leads to its bytes."""

    id: str
    comment: str
    link: str = ""


class Evidence(Struct, frozen=True):
    """What was read of single pages because the plan depends on it, each by page id.

    ``bodies``: stored bodies; ``pages``: as they were read with these. ``merged``: pages whose hand edits are in the documents.
    ``facets``: of pages that are about to become ours.     ``attachments``: by name. ``comments``: open ones, inline and at the foot.
    """

    bodies: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, RemotePage] = field(default_factory=dict)
    attachments: Mapping[str, Mapping[str, AttachedFile]] = field(default_factory=dict)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    comments: Mapping[str, tuple[Comment, ...]] = field(default_factory=dict)
    merged: frozenset[str] = frozenset()
    facets: Mapping[str, PageFacets] = field(default_factory=dict)


#: Where nothing was read of single pages.
NO_EVIDENCE = Evidence()


class Snapshot(Struct, frozen=True, kw_only=True):
    """A space as far as it was read.

    ``pages`` by id. ``parent`` is the page to publish below, ``root`` our root page (empty before the first publish),
    ``root_properties`` its content properties. ``complete``: every page of the space was listed, so that titles that are
    not seen are free; else only our own pages were. ``gone``: pages that the index names and nobody can read; ``hidden``:
    those of them that still hold their titles. ``intents`` are digests of creations under way. ``fixed_root``: the root
    is a page that was there before: never moved, renamed or removed. ``transfer``: the root, and all below it, comes from
    another space. ``renamed``: the collection had another name or repository, which its stamps still have.
    ``repository``: the identity of ours; ``folder``: where the documents are; ``unverified``: neither says whose the
    pages are, so that the documents are compared. ``code``: where files of the repository are shown, also if only an
    earlier run knew that. ``containers``: folders and others that people made and that hold pages of ours.
    ``site``: the address of Confluence.
    """

    space: Space
    parent: str
    pages: Mapping[str, RemotePage]
    root: str = ""
    collection: str = ""
    root_properties: Mapping[str, ContentProperty] = field(default_factory=dict)
    intents: frozenset[str] = frozenset()
    account: str = ""
    complete: bool = True
    gone: Mapping[str, StoredStamp] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    shards: Mapping[str, int] = field(default_factory=dict)
    fixed_root: bool = False
    transfer: bool = False
    renamed: bool = False
    repository: str = ""
    folder: str = ""
    containers: Mapping[str, RemotePage] = field(default_factory=dict)
    unverified: bool = False
    code: CodeAddress | None = None
    site: str = ""

    def owned(self) -> list[RemotePage]:
        """The pages of our collection."""
        return [page for page in self.pages.values() if self.owns(page)]

    def owns(self, page: RemotePage) -> bool:
        """Whether the stamp names this collection, its repository and the page itself: a copied page is foreign."""
        stamp = page.stamp
        if stamp is None or stamp.collection != self.collection or stamp.page != page.id:
            return False
        return not (stamp.repository and self.repository) or stamp.repository == self.repository

    def migrated(self) -> list[RemotePage]:
        """Pages whose stamp is of this collection and names an id that is not there: they have got new ids.

        A copy that somebody made of a page which is gone by now is none: it has another title than the stamp says.
        """
        known = {*self.pages, *self.gone}
        return [
            page
            for page in self.pages.values()
            if page.stamp
            and page.stamp.collection == self.collection
            and page.stamp.page not in known
            and page.title == page.stamp.title
        ]
