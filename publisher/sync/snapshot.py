"""Read what Confluence holds: our own pages by the index where that is enough, else the whole space."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from publisher.errors import NotFound, PlanRefused
from publisher.model.snapshot import Record, RemotePage, Snapshot, Space, Stamp
from publisher.planning.index import INDEX_KEY, LEASE_KEY, Index, read_index
from publisher.planning.stamps import descendants, intents_of, with_stamp
from publisher.remote.cloud import CloudRemote
from publisher.sync.target import _SAME, Target

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def read_snapshot(remote: CloudRemote, target: Target, *, complete: bool) -> Snapshot:
    """The space as far as it is needed; ``complete`` reads all of it in any case.

    Unchanged, with an index: space, root by title, its properties, and one request for each 250 pages of ours.
    PlanRefused if the root page is another collection's, or has gone or moved.
    """
    return _Reader(remote, target).read(complete=complete)


def read_own_pages(remote: CloudRemote, target: Target) -> Snapshot | None:
    """Our own pages by the index; None where there is none to trust."""
    return _Reader(remote, target).read_own()


class _Reader:
    def __init__(self, remote: CloudRemote, target: Target) -> None:
        self.remote, self.target = remote, target
        self.collection = target.collection
        self.stamped = target.collection  # the name on the pages: another one where a collection is taken over
        self.rival: tuple[RemotePage, Mapping[str, Record]] | None = None  # another collection's root at our place

    def read(self, *, complete: bool) -> Snapshot:
        space, parent, root, records = self._look_up()
        own = None if complete else self._own(space, parent, root, records)
        return self._renamed(own or self._whole_space(space, parent, root, records))

    def read_own(self) -> Snapshot | None:
        found = self._own(*self._look_up())
        return self._renamed(found) if found else None

    def _look_up(self) -> tuple[Space, str, RemotePage | None, Mapping[str, Record]]:
        space = self.remote.find_space(self.target.space)
        parent = self._find_parent(space)
        if self.target.fixed:
            return space, parent, *self._fixed_root(parent)
        root, records = self._known_root(self.remote.find_pages(space.id, self.target.root_title))
        return space, parent, root, records

    def _renamed(self, snapshot: Snapshot) -> Snapshot:
        """With the new name on the pages of a collection that is taken over."""
        if self.stamped == self.collection:
            return snapshot
        pages = {
            page.id: replace(page, stamp=replace(page.stamp, collection=self.collection))
            if page.stamp and page.stamp.collection == self.stamped
            else page
            for page in snapshot.pages.values()
        }
        return replace(snapshot, pages=pages, renamed=True)

    def _own(
        self, space: Space, parent: str, root: RemotePage | None, records: Mapping[str, Record]
    ) -> Snapshot | None:
        index = read_index(root.id, self.stamped, records) if root else None
        if root is None or index is None or intents_of(records) or root.status != "current":
            return None
        if not self.target.fixed:
            self._check_place(root, parent)
        return self._own_pages(space, parent, root, records, index)

    def _find_parent(self, space: Space) -> str:
        wanted = self.target.parent
        if not wanted:
            return space.home
        title = wanted.removeprefix("title:")
        url = re.search(r"/pages/(\d+)", wanted)
        number = url[1] if url else wanted
        if title == wanted and number.isdigit():
            return number
        found = [page for page in self.remote.find_pages(space.id, title) if page.status == "current"]
        if not found:
            raise NotFound(f"the parent page {wanted!r} is not in this space, or this account cannot see it")
        return found[0].id

    # The root

    def _fixed_root(self, parent: str) -> tuple[RemotePage, Mapping[str, Record]]:
        """A page that was there before: the parent, or one that is named by its id."""
        number = parent if self.target.root == "parent" else self.target.root
        page = self.remote.read_page(number)
        if page is None:
            raise NotFound(f"the root page {number} is not there, or this account cannot see it")
        records = self.remote.read_records(page.id)
        root = with_stamp(page, records)
        if root.stamp and root.stamp.page == root.id and root.stamp.collection != self.collection:
            self._adopt_name(root, root.stamp)
        return root, records

    def _known_root(self, candidates: Iterable[RemotePage]) -> tuple[RemotePage | None, Mapping[str, Record]]:
        for page in candidates:
            records = self.remote.read_records(page.id)
            stamped = with_stamp(page, records)
            if self._is_root(stamped, records):
                return stamped, records
        return None, {}

    def _is_root(self, page: RemotePage, records: Mapping[str, Record]) -> bool:
        stamp = page.stamp
        if stamp is None or stamp.page != page.id:
            return False
        head = records[INDEX_KEY].value if INDEX_KEY in records else {}
        role = LEASE_KEY in records or (isinstance(head, dict) and head.get("root") == page.id)
        if not (role or stamp.path == self.target.root_key):
            return False
        if self.target.by_name and stamp.collection != self.collection:
            return False
        if stamp.collection not in {self.collection, self.target.take_over}:
            same_title = page.title.casefold() == self.target.root_title.casefold()
            if not same_title:
                self.rival = (page, records) if role and stamp.path == self.target.root_key else self.rival
                return False
        if stamp.collection != self.collection:
            self._adopt_name(page, stamp)
        return True

    def _adopt_name(self, page: RemotePage, stamp: Stamp) -> None:
        """The name on the root page counts, unless this is another repository's, or it is taken over."""
        wanted = self.target.collection
        if stamp.collection == self.target.take_over:
            self.stamped = stamp.collection
            return
        if not self.target.derived or ("/" in stamp.collection and "/" in wanted):
            raise PlanRefused(_other_name(page, stamp.collection, wanted))
        self.collection = self.stamped = stamp.collection

    def _named_root(self, rows: Mapping[str, RemotePage]) -> tuple[RemotePage | None, Mapping[str, Record]]:
        """The root of the collection wherever it stands in the space; titles that bear its name are looked at first."""
        for page in sorted(rows.values(), key=lambda row: (f"[{self.collection}]" not in row.title, row.id)):
            records = self.remote.read_records(page.id)
            if read_index(page.id, self.collection, records) is not None:
                return with_stamp(page, records), records
        return None, {}

    def _check_rival(self) -> None:
        """The same documents under another name that nobody chose: the repository has another address now."""
        if self.rival is None or not self.target.derived:
            return
        page, records = self.rival
        name = page.stamp.collection if page.stamp else ""
        index = read_index(page.id, name, records)
        theirs = {(stamp.path, stamp.wanted) for stamp, _, _ in index.pages.values()} if index else set()
        paths = {path for path, _ in theirs} & {path for path, _ in self.target.paths}
        if theirs and len(paths) >= _SAME * len(theirs) and 2 * len(theirs & self.target.paths) >= len(theirs):
            raise PlanRefused(_other_name(page, name, self.target.collection))

    def _find_in_other_space(self, space: Space) -> tuple[RemotePage | None, Mapping[str, Record]]:
        """Our root in another space: nothing is made twice, or moved, because a setting has changed."""
        for page, key in self.remote.find_everywhere(self.target.root_title):
            if key.casefold() == space.key.casefold():
                continue
            records = self.remote.read_records(page.id)
            stamped = with_stamp(page, records)
            mine = stamped.stamp and stamped.stamp.collection == self.collection and stamped.stamp.page == page.id
            if not mine or read_index(page.id, self.collection, records) is None:
                continue
            if self.target.move_root:
                return stamped, records
            text = f"the collection “{self.collection}” stands in the space {key} ({page.url}), not in {space.key}"
            raise PlanRefused(f"{text}; move it with --move-root, or give this one another name with --collection")
        return None, {}

    def _check_place(self, root: RemotePage, parent: str) -> None:
        if root.status != "current":
            raise PlanRefused(f"the root page {root.url} is {root.status}: restore it, or start again with --new-root")
        if root.parent != parent and not self.target.move_root:
            text = f"the root page {root.url} stands below page {root.parent}, not below {parent}"
            raise PlanRefused(f"{text}; move it with --move-root, or name its parent with --parent {root.parent}")

    # Our own pages

    def _own_pages(
        self, space: Space, parent: str, root: RemotePage, records: Mapping[str, Record], index: Index
    ) -> Snapshot:
        ids = sorted({*index.pages, *self.target.page_ids}, key=lambda page: (len(page), page))
        self._know_kinds(index)
        rows = {page.id: page for page in self.remote.read_pages(ids)}
        rows[root.id] = rows.get(root.id, root)
        pages, gone = self._with_index(rows, index)
        pages[root.id] = with_stamp(rows[root.id], records)
        return Snapshot(
            space, parent, pages, root.id, self.collection, records, gone=gone, complete=False, shards=index.shards,
            fixed_root=self.target.fixed,
        )  # fmt: skip

    def _know_kinds(self, index: Index) -> None:
        kinds = {
            page: "draft" if stamp.facets.get("draft") else stamp.kind for page, (stamp, _, _) in index.pages.items()
        }
        self.remote.know_kinds({page: kind for page, kind in kinds.items() if kind != "page"})

    def _with_index(
        self, rows: Mapping[str, RemotePage], index: Index
    ) -> tuple[dict[str, RemotePage], dict[str, Stamp]]:
        """Stamps from the index where a page is at the version that it names, else from the page; and what has gone."""
        pages: dict[str, RemotePage] = {}
        unsure = []
        for page in rows.values():
            entry = index.pages.get(page.id)
            if entry and entry[0].version == page.version:
                pages[page.id] = replace(page, stamp=entry[0], stamp_id=entry[1], stamp_version=entry[2])
            else:
                unsure.append(page)
        pages |= {page.id: page for page in self._each(self._read_stamp, unsure)}
        missing = [page for page in index.pages if page not in rows]
        gone: dict[str, Stamp] = {}
        for page_id, found in zip(missing, self._each(self.remote.read_page, missing), strict=True):
            if found is None:
                gone[page_id] = index.pages[page_id][0]
            else:
                entry = index.pages[page_id]
                pages[page_id] = replace(found, stamp=entry[0], stamp_id=entry[1], stamp_version=entry[2])
        return pages, gone

    # The whole space

    def _whole_space(
        self, space: Space, parent: str, root: RemotePage | None, records: Mapping[str, Record]
    ) -> Snapshot:
        rows = {page.id: page for page in self.remote.list_pages(space.id)}
        if parent not in rows:
            raise NotFound(f"the parent page {parent} is not in this space, or this account cannot see it")
        if root is None:
            root, records = self._known_root(page for page in rows.values() if page.parent == parent)
        transfer = False
        if root is None and not self.target.new_root:
            if self.target.by_name:
                root, records = self._named_root(rows)
            else:
                self._check_rival()
                root, records = self._find_in_other_space(space)
                transfer = root is not None
        if root is not None and not (self.target.new_root or self.target.fixed or self.target.by_name):
            self._check_place(root, parent)
        if self.target.new_root and (root is None or root.parent != parent or root.status != "current"):
            root, records = None, {}
        index = read_index(root.id, self.stamped, records) if root else None
        known = index or Index({}, {}, frozenset())
        self._know_kinds(known)
        rows |= self._further_rows(space, rows, known, transfer=transfer)
        below = descendants(root.id, rows) if root else []
        wanted = {title.casefold() for title in self.target.titles}
        holders = [page.id for page in rows.values() if page.title.casefold() in wanted]
        unknown = {*below, *holders, *self.target.page_ids, *(rows if self.target.new_root else ())}
        unknown = {page for page in unknown if page in rows and page not in known.pages and page not in known.foreign}
        pages, gone = self._with_index({p: rows[p] for p in rows if p in known.pages}, known)
        pages |= {page.id: page for page in self._each(self._read_stamp, [rows[page] for page in sorted(unknown)])}
        pages = {**rows, **pages}
        if root:
            pages[root.id] = with_stamp(rows[root.id], records)
            pages |= self._trashed(space) if index is None else {}
        intents = intents_of(records)
        snapshot = Snapshot(
            space,
            parent,
            pages,
            root.id if root else "",
            self.collection,
            records,
            intents,
            gone=gone,
            shards=known.shards,
            fixed_root=self.target.fixed,
            transfer=transfer,
        )
        if root is None and not self.target.new_root:
            self._check_never_published(snapshot)
        return replace(snapshot, account=self.remote.account())

    def _further_rows(
        self, space: Space, rows: Mapping[str, RemotePage], known: Index, *, transfer: bool
    ) -> dict[str, RemotePage]:
        """What the listing of pages does not hold: blog posts, folders, and our pages in another space."""
        kinds = {entry[0].kind for entry in known.pages.values()} | self.target.kinds
        found: dict[str, RemotePage] = {}
        if transfer:
            found |= {page.id: page for page in self.remote.read_pages(list(known.pages))}
        if "blogpost" in kinds:
            found |= {page.id: page for page in self.remote.list_posts(space.id)}
        if "folder" not in kinds:
            return found
        missing = {entry for entry, (stamp, _, _) in known.pages.items() if stamp.kind == "folder"}
        missing |= {page.parent for page in rows.values() if page.parent} - set(rows)
        while missing:  # folders may stand in folders
            folders = {page.id: page for page in self.remote.read_folders(sorted(missing - set(found)))}
            found |= folders
            missing = {page.parent for page in folders.values() if page.parent} - set(rows) - set(found)
        return found

    def _trashed(self, space: Space) -> dict[str, RemotePage]:
        """Pages of ours in the trash, where no index can name them: those with a title that is wanted."""
        found = [page for title in self.target.titles for page in self.remote.find_pages(space.id, title, "trashed")]
        stamped = self._each(self._read_stamp, found)
        return {page.id: page for page in stamped if page.stamp and page.stamp.page == page.id}

    def _check_never_published(self, snapshot: Snapshot) -> None:
        """Pages of ours without a root page: it was deleted, or moved where we did not look."""
        pages = snapshot.owned()
        if pages:
            text = f"{len(pages)} pages of the collection “{snapshot.collection}” are here ({pages[0].url}, …)"
            hint = "restore it in Confluence, or start again with --new-root, which keeps the other pages"
            raise PlanRefused(f"{text}, but its root page is gone or was moved; {hint}")

    def _read_stamp(self, page: RemotePage) -> RemotePage:
        return with_stamp(page, self.remote.read_records(page.id))

    def _each(self, function: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        if len(items) < 2:
            return [function(item) for item in items]
        with ThreadPoolExecutor(self.remote.jobs) as pool:
            return list(pool.map(function, items))


def _other_name(page: RemotePage, found: str, wanted: str) -> str:
    return (
        f"{page.url} is the root page of the collection “{found}”, not of “{wanted}”; set `collection: {found}` to go on "
        f"with it, rename it with --take-over {found}, or give this one another title"
    )
