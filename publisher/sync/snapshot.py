"""Read what Confluence holds: our own pages by the index where that is enough, else the whole space."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct
from msgspec.structs import replace

from publisher.apply.schedule import run_all
from publisher.errors import PlanRefused
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage, Snapshot, Space, StoredStamp
from publisher.naming import count_of
from publisher.planning.index import IndexContent, is_fixed_root, noted_code, read_index
from publisher.planning.stamps import descendants, intents_of, with_stamp
from publisher.remote.port import Remote
from publisher.sync.parents import check_living, find_parent, read_containers, read_parent
from publisher.sync.root import Elsewhere, Root, RootFinder
from publisher.sync.target import Target


class NoRoot(Struct, frozen=True):
    """A moment ago no page of the space had this title, which the root page should have."""

    space: str
    title: str


def read_snapshot(remote: Remote, target: Target, *, complete: bool, known: NoRoot | None = None) -> Snapshot:
    """The space as far as it is needed; ``complete`` reads all of it in any case.

    Unchanged, with an index: space, root by title, its properties, and one request for each 250 pages of ours.
    PlanRefused if the root page is another collection's or repository's, or has gone or moved.
    """
    return _Reader(remote, target, RootFinder(remote, target)).read(complete=complete, known=known)


def read_own_pages(remote: Remote, target: Target) -> Snapshot | NoRoot | None:
    """Our own pages by the index; NoRoot or None where there is none to trust."""
    return _Reader(remote, target, RootFinder(remote, target)).read_own()


class _Reader(Struct, frozen=True):
    remote: Remote
    target: Target
    finder: RootFinder

    def read(self, *, complete: bool, known: NoRoot | None = None) -> Snapshot:
        space, parent = self._place()
        root = self._find_root(space, parent, known) or Root()
        own = None if complete else self._own(space, parent, root)
        return self._renamed(own or self._whole_space(space, parent, root))

    def read_own(self) -> Snapshot | NoRoot | None:
        space, parent = self._place()
        root = self._find_root(space, parent)
        if root is None:
            return NoRoot(space.id, self.target.root_title)
        found = self._own(space, parent, root)
        return self._renamed(found) if found else None

    def _place(self) -> tuple[Space, str]:
        space = self.remote.find_space(self.target.space)
        return space, find_parent(self.remote, space, self.target.parent)

    def _find_root(self, space: Space, parent: str, known: NoRoot | None = None) -> Root | None:
        """None if no page has its title."""
        if self.target.fixed:
            return self.finder.fixed(parent)
        if known == NoRoot(space.id, self.target.root_title):
            return None
        pages = self.remote.find_pages(space.id, self.target.root_title)
        return self.finder.known(pages) if pages else None

    def _renamed(self, snapshot: Snapshot) -> Snapshot:
        """With the new name and identity on the pages of a collection that is taken over."""
        name, repository, old = self.finder.collection, self.finder.repository, self.finder.stamped
        snapshot = replace(
            snapshot,
            repository=repository,
            folder=self.target.folder,
            unverified=self.finder.unverified,
            code=self.target.code or noted_code(snapshot.root_properties),
        )
        others = self._named_of_others(snapshot)
        if old == name and not self.finder.taken_over and not others:
            return snapshot

        def rename(page: RemotePage) -> RemotePage:
            if page.stored is None or (page.stored.stamp.collection != old and page.id not in others):
                return page
            stamp = replace(page.stored.stamp, collection=name, repository=repository)
            return page.stamped(replace(page.stored, stamp=stamp))

        return replace(snapshot, pages={number: rename(page) for number, page in snapshot.pages.items()}, renamed=True)

    def _named_of_others(self, snapshot: Snapshot) -> set[str]:
        """Ids of pages that documents name, and that a collection has published which is taken over."""
        names = {*self.target.take_over} - {self.finder.stamped, self.finder.collection}
        pages = [page for number in self.target.page_ids if (page := snapshot.pages.get(number))]
        return {page.id for page in pages if page.stamp and page.stamp.collection in names}

    # Our own pages

    def _own(self, space: Space, parent: str, root: Root) -> Snapshot | None:
        page = root.page
        index = read_index(page.id, self.finder.stamped, root.properties) if page else None
        if page is None or index is None or intents_of(root.properties) or page.status != "current":
            return None
        if not self.target.fixed:
            parent = self.finder.check_place(page, parent)
        refs = {stored.stamp.page: stored.stamp.ref for stored in index.pages.values()}
        refs |= {number: ContentRef(number) for number in self.target.page_ids if number not in refs}
        ordered = [refs[number] for number in sorted(refs, key=lambda number: (len(number), number))]
        rows = {row.id: row for row in self.remote.read_pages(space.id, ordered)}
        rows[page.id] = rows.get(page.id, page)
        pages, gone = self._with_index(rows, index)
        pages[page.id] = with_stamp(rows[page.id], root.properties)
        return Snapshot(
            space=space,
            parent=parent,
            pages=pages,
            root=page.id,
            collection=self.finder.collection,
            root_properties=root.properties,
            gone=gone,
            hidden=self._hidden(index, pages, gone),
            complete=False,
            shards=index.shards,
            fixed_root=self.target.fixed or is_fixed_root(root.properties),
            containers=read_containers(self.remote, space, pages),
            site=self.remote.site,
        )

    def _with_index(
        self, rows: Mapping[str, RemotePage], index: IndexContent
    ) -> tuple[dict[str, RemotePage], dict[str, StoredStamp]]:
        """Stamps from the index where a page is at the version that it names, else from the page; and what has gone."""
        pages: dict[str, RemotePage] = {}
        unsure = []
        for page in rows.values():
            entry = index.pages.get(page.id)
            if entry and entry.stamp.version == page.version:
                pages[page.id] = page.stamped(entry)
            else:
                unsure.append(page)
        pages |= {page.id: page for page in run_all(unsure, self.remote.jobs, self._read_stamp)}
        missing = [stored for page, stored in index.pages.items() if page not in rows]
        gone: dict[str, StoredStamp] = {}
        found = run_all([stored.stamp.ref for stored in missing], self.remote.jobs, self.remote.read_page)
        for stored, now in zip(missing, found, strict=True):
            if now is None:
                gone[stored.stamp.page] = stored
            else:
                pages[now.id] = now.stamped(stored)
        return pages, gone

    def _read_stamp(self, page: RemotePage) -> RemotePage:
        return with_stamp(page, self.remote.read_properties(page.ref))

    def _hidden(
        self, index: IndexContent, pages: Mapping[str, RemotePage], gone: Mapping[str, StoredStamp]
    ) -> frozenset[str]:
        """What is around a page tells most; Confluence is asked about the others."""
        found = find_hidden(index, pages, gone)
        unsure = [stored.stamp.ref for page, stored in gone.items() if page not in found]
        told = run_all(unsure, self.remote.jobs, self.remote.details.is_hidden)
        asked = frozenset(ref.id for ref, hidden in zip(unsure, told, strict=True) if hidden)
        return find_hidden(index, pages, gone, asked) if asked else found

    # The whole space

    def _whole_space(self, space: Space, parent: str, root: Root) -> Snapshot:
        rows, account, find_elsewhere = _read_at_once(self.remote, self.target, space, root)
        containers: dict[str, RemotePage] = {}
        if parent not in rows:
            containers[parent] = read_parent(self.remote, parent, space)
        else:
            check_living(rows[parent])
        if root.page is None:
            root = self.finder.known(page for page in rows.values() if page.parent == parent)
        root, transfer = self._look_further(space, root, rows, find_elsewhere)
        if root.page is not None and not (self.target.new_root or self.target.fixed or self.target.by_name):
            parent = self.finder.check_place(root.page, parent)
        page = root.page
        if self.target.new_root and (page is None or page.parent != parent or page.status != "current"):
            root, page = Root(), None
        index = read_index(page.id, self.finder.stamped, root.properties) if page else None
        pages, gone = self._read_all(space, root, index, rows, transfer=transfer)
        known = index or IndexContent(root="", collection="")
        snapshot = Snapshot(
            space=space,
            parent=parent,
            pages=pages,
            root=page.id if page else "",
            collection=self.finder.collection,
            root_properties=root.properties,
            intents=intents_of(root.properties),
            gone=gone,
            hidden=self._hidden(known, pages, gone),
            shards=known.shards,
            fixed_root=self.target.fixed or is_fixed_root(root.properties),
            transfer=transfer,
            containers={**containers, **read_containers(self.remote, space, pages)},
            repository=self.finder.repository,
            site=self.remote.site,
        )
        if page is None and not self.target.new_root:
            _check_never_published(snapshot)
        return replace(snapshot, account=account)

    def _look_further(
        self, space: Space, root: Root, rows: Mapping[str, RemotePage], find_elsewhere: Callable[[], Elsewhere]
    ) -> tuple[Root, bool]:
        """The root, and whether it comes from another space."""
        if root.page is not None or self.target.new_root:
            return root, False
        if self.target.by_name:
            return self.finder.named(rows), False
        self.finder.check_rival()
        root = self.finder.in_other_space(space, find_elsewhere())
        return root, root.page is not None

    def _read_all(
        self, space: Space, root: Root, index: IndexContent | None, rows: dict[str, RemotePage], *, transfer: bool
    ) -> tuple[dict[str, RemotePage], dict[str, StoredStamp]]:
        """Every page of the space, with the stamps of those that may be ours; and what the index names and has gone."""
        known = index or IndexContent(root="", collection="")
        rows = rows | self._further_rows(space, rows, known, transfer=transfer)
        top = root.page.id if root.page else ""
        if root.page and top not in rows:
            raise PlanRefused(
                f"the root page {root.page.url} is not in the space {space.key}: set `space` to the key of its space"
            )
        wanted = {title.casefold() for title in self.target.titles}
        holders = [page.id for page in rows.values() if page.title.casefold() in wanted]
        unknown = {*(descendants(top, rows) if top else ()), *holders, *self.target.page_ids}
        unknown |= set(rows) if self.target.new_root else set()
        unknown = {page for page in unknown if page in rows and page not in known.pages and page not in known.foreign}
        pages, gone = self._with_index({page: rows[page] for page in rows if page in known.pages}, known)
        unsure = [rows[page] for page in sorted(unknown)]
        pages |= {page.id: page for page in run_all(unsure, self.remote.jobs, self._read_stamp)}
        pages = {**rows, **pages}
        if root.page:
            pages[top] = with_stamp(rows[top], root.properties)
            pages |= self._trashed(space) if index is None else {}
        return pages, gone

    def _further_rows(
        self, space: Space, rows: Mapping[str, RemotePage], known: IndexContent, *, transfer: bool
    ) -> dict[str, RemotePage]:
        """What the listing of pages does not hold: blog posts, folders, and our pages in another space."""
        kinds = {stored.stamp.kind for stored in known.pages.values()} | self.target.kinds
        found: dict[str, RemotePage] = {}
        if transfer:
            refs = [stored.stamp.ref for stored in known.pages.values()]
            found |= {page.id: page for page in self.remote.read_pages(space.id, refs)}
        drafts = [s.stamp.ref for s in known.pages.values() if s.stamp.ref.draft and s.stamp.page not in rows]
        found |= {page.id: page for page in self.remote.read_pages(space.id, drafts)} if drafts else {}
        if ContentKind.BLOGPOST in kinds:
            found |= {page.id: page for page in self.remote.list_content(space.id, ContentKind.BLOGPOST)}
        if ContentKind.FOLDER not in kinds:
            return found
        missing = {page for page, stored in known.pages.items() if stored.stamp.kind == ContentKind.FOLDER}
        missing |= {page.parent for page in rows.values() if page.parent} - set(rows)
        while missing:  # folders may be in folders
            refs = [ContentRef(number, ContentKind.FOLDER) for number in sorted(missing - set(found))]
            folders = {page.id: page for page in self.remote.read_pages(space.id, refs)}
            found |= folders
            missing = {page.parent for page in folders.values() if page.parent} - set(rows) - set(found)
        return found

    def _trashed(self, space: Space) -> dict[str, RemotePage]:
        """Pages of ours in the trash, where no index can name them: those with a title that is wanted."""
        titles = sorted(self.target.titles)
        found = run_all(titles, self.remote.jobs, lambda title: self.remote.find_pages(space.id, title, trashed=True))
        trashed = [page for pages in found for page in pages if page.status == "trashed"]
        stamped = run_all(trashed, self.remote.jobs, self._read_stamp)
        return {page.id: page for page in stamped if page.stamp and page.stamp.page == page.id}


def _read_at_once(
    remote: Remote, target: Target, space: Space, root: Root
) -> tuple[dict[str, RemotePage], str, Callable[[], Elsewhere]]:
    """The pages of the space, who we are, and where else a page has the root's title: none waits for another.

    The last is asked in advance: whoever needs the answer gets it, or what went wrong; a root below the parent needs none.
    """
    alone = root.page is None and not (target.new_root or target.by_name or target.own_space)
    with ThreadPoolExecutor(2) as pool:
        account = pool.submit(remote.account)
        elsewhere = pool.submit(remote.find_everywhere, target.root_title) if alone else None
        rows = {page.id: page for page in remote.list_content(space.id, ContentKind.PAGE)}
        return rows, account.result(), elsewhere.result if elsewhere else tuple


def find_hidden(
    index: IndexContent,
    pages: Mapping[str, RemotePage],
    gone: Mapping[str, StoredStamp],
    asked: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Which of the pages that cannot be read are there all the same, as far as reading can tell.

    An earlier run noted it; Confluence says so if it is ``asked``; a page that can be seen is below it (what is deleted leaves no page below it); or it was
    below a hidden one, for who may not see a page does not see those below it either.
    """
    found = {page for page in gone if page in index.hidden or page in asked}
    found |= {page.parent for page in pages.values() if page.status != "trashed" and page.parent} & gone.keys()
    while more := {page for page, stored in gone.items() if stored.stamp.parent in found and page not in found}:
        found |= more
    return frozenset(found)


def _check_never_published(snapshot: Snapshot) -> None:
    """Pages of ours without a root page: it was deleted, or moved where we did not look."""
    pages = snapshot.owned()
    if pages:
        text = f"found {count_of(len(pages), 'page')} of the collection “{snapshot.collection}” ({pages[0].url}, …)"
        hint = "restore it in Confluence, or start again with --new-root, which keeps the other pages"
        raise PlanRefused(f"{text}, but the root page is gone or was moved; {hint}")
