"""Find the root page of a collection, and make sure that it is ours and where it belongs."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from publisher.errors import NotFound, PlanRefused
from publisher.model.snapshot import ContentKind, ContentProperty, ContentRef, RemotePage, Space, Stamp
from publisher.planning.identity import are_same_documents, describe_other_name, describe_other_repository
from publisher.planning.index import INDEX_KEY, LEASE_KEY, read_index
from publisher.planning.stamps import with_stamp
from publisher.remote.port import Remote
from publisher.sync.parents import read_container
from publisher.sync.target import Target

#: From this share of equal paths on (and half of the titles), another collection holds the same documents.
_SAME = 0.8


#: Pages of a title in every space, with the keys of their spaces.
Elsewhere = Sequence[tuple[RemotePage, str]]


class Root(Struct, frozen=True):
    """The root page with its stamp, and its content properties. ``page`` is None before the first publish."""

    page: RemotePage | None = None
    properties: Mapping[str, ContentProperty] = field(default_factory=dict)


class RootFinder(Struct):
    """``collection``: the name in force. ``stamped``: the one on the pages, another where a collection is taken over.

    ``repository``: the identity in force; ``taken_over``: the pages have another one. ``unverified``: there was none to
    compare. ``rival``: another collection's root at our place.
    """

    remote: Remote
    target: Target
    collection: str = ""
    stamped: str = ""
    repository: str = ""
    taken_over: bool = False
    unverified: bool = False
    rival: Root = Root()

    def __post_init__(self) -> None:
        self.collection = self.stamped = self.target.collection
        self.repository = self.target.repository

    def look(self, page: RemotePage) -> Root:
        """The page with its stamp and its properties."""
        properties = self.remote.read_properties(page.ref)
        return Root(with_stamp(page, properties), properties)

    def fixed(self, parent: str) -> Root:
        """A page that was there before: the parent, or one that is named by its id."""
        number = parent if self.target.root == "parent" else self.target.root
        page = self.remote.read_page(ContentRef(number))
        if page is None:
            raise NotFound(f"the root page {number} is not there, or this account cannot see it")
        root = self.look(page)
        if root.page and root.page.stamp and root.page.stamp.page == page.id:
            self.settle(root.page, root.page.stamp, root.properties)
        return root

    def known(self, candidates: Iterable[RemotePage]) -> Root:
        """The first of them that is the root of this collection."""
        for page in candidates:
            root = self.look(page)
            if self._is_root(root):
                return root
        return Root()

    def _is_root(self, root: Root) -> bool:
        page = root.page
        stamp = page.stamp if page else None
        if page is None or stamp is None or stamp.page != page.id:
            return False
        head = root.properties[INDEX_KEY].value if INDEX_KEY in root.properties else {}
        role = LEASE_KEY in root.properties or (isinstance(head, dict) and head.get("root") == page.id)
        if not (role or stamp.path == self.target.root_key):
            return False
        if self.target.by_name and not self._is_our_name(stamp.collection):
            return False
        named = self._is_our_name(stamp.collection) or stamp.collection in self.target.take_over
        if not named and stamp.collection in self.target.siblings:
            return False
        if not named and page.title.casefold() != self.target.root_title.casefold():
            self.rival = root if role and stamp.path == self.target.root_key else self.rival
            return False
        self.settle(page, stamp, root.properties)
        return True

    def _is_our_name(self, name: str) -> bool:
        """Derived names do not tell upper case from lower case, for addresses of repositories do not."""
        if self.target.derived:
            return name.casefold() == self.collection.casefold()
        return name == self.collection

    def settle(self, page: RemotePage, stamp: Stamp, properties: Mapping[str, ContentProperty]) -> None:
        """The name and the identity on the root page count, unless they are another repository's, or are taken over."""
        head = properties[INDEX_KEY].value if INDEX_KEY in properties else {}
        noted = head if isinstance(head, dict) else {}
        theirs = stamp.repository or str(noted.get("repository", ""))
        wanted, ours = self.target.collection, self.target.repository
        if stamp.collection in self.target.take_over:
            self.stamped, self.taken_over = stamp.collection, theirs != ours
            return
        chosen = not self.target.derived or ("/" in stamp.collection and "/" in wanted)
        if chosen and not self._is_our_name(stamp.collection):
            raise PlanRefused(describe_other_name(page.url, stamp.collection, wanted))
        if ours and theirs and ours != theirs:
            raise PlanRefused(describe_other_repository(page.url, stamp.collection))
        self.collection = self.stamped = stamp.collection
        self.repository = ours or theirs
        same_folder = bool(self.target.folder) and self.target.folder == noted.get("folder")
        self.unverified = not (ours and theirs) and not same_folder

    def named(self, rows: Mapping[str, RemotePage]) -> Root:
        """The root of the collection wherever it is in the space; titles that have its name are looked at first."""
        for page in sorted(rows.values(), key=lambda row: (f"[{self.collection}]" not in row.title, row.id)):
            root = self.look(page)
            if read_index(page.id, self.collection, root.properties) is not None and root.page and root.page.stamp:
                self.settle(root.page, root.page.stamp, root.properties)
                return root
        return Root()

    def check_rival(self) -> None:
        """The same documents under another name that nobody chose: the repository has another address now."""
        page = self.rival.page
        if page is None or page.stamp is None or not self.target.derived:
            return
        name = page.stamp.collection
        index = read_index(page.id, name, self.rival.properties)
        theirs = {(stored.stamp.path, stored.stamp.wanted) for stored in index.pages.values()} if index else set()
        paths = {path for path, _ in theirs} & {path for path, _ in self.target.paths}
        if theirs and len(paths) >= _SAME * len(theirs) and 2 * len(theirs & self.target.paths) >= len(theirs):
            raise PlanRefused(describe_other_name(page.url, name, self.target.collection))

    def in_other_space(self, space: Space, elsewhere: Elsewhere) -> Root:
        """Our root in another space: nothing is made twice, or moved, because a setting has changed."""
        for page, key in elsewhere:
            if key.casefold() == space.key.casefold():
                continue
            root = self.look(page)
            if root.page is None or not self._is_ours_elsewhere(root):
                continue
            if self.target.move_root:
                return root
            text = f"the collection “{self.collection}” is in the space {key} ({page.url}), not in {space.key}"
            raise PlanRefused(f"{text}; move it with --move-root, or give this one another name with --collection")
        return Root()

    def _is_ours_elsewhere(self, root: Root) -> bool:
        page = root.page
        stamp = page.stamp if page else None
        if page is None or stamp is None or stamp.page != page.id or not self._is_our_name(stamp.collection):
            return False
        index = read_index(page.id, stamp.collection, root.properties)
        if index is None:
            return False
        if stamp.repository and self.target.repository:
            return stamp.repository == self.target.repository
        theirs = ((stored.stamp.path, stored.stamp.wanted) for stored in index.pages.values())
        return are_same_documents(self.target.paths, theirs)

    def check_place(self, root: RemotePage, parent: str) -> str:
        """The page or folder that it is below, and stays: a folder that people have put it into is as good as its parent."""
        if root.status != "current":
            raise PlanRefused(f"the root page {root.url} is {root.status}: restore it, or start again with --new-root")
        if root.parent == parent:
            return parent
        if root.parent_kind == ContentKind.FOLDER and root.parent and not self.target.move_root:
            return root.parent
        read_container(self.remote, parent)
        if self.target.move_root:
            return parent
        text = f"the root page {root.url} is below page {root.parent}, not below {parent}"
        raise PlanRefused(f"{text}; move it with --move-root, or name its parent with --parent {root.parent}")
