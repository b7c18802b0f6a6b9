"""Bring back what the last prune, or unpublish, removed."""

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.apply.ledger import put_property
from publisher.convert.compose import Conversion
from publisher.errors import NotFound, PlanRefused, RemoteError, TitleTaken
from publisher.model.settings import Settings
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage, Stamp
from publisher.planning.compare import holds_body
from publisher.planning.index import INDEX_KEY, JOURNAL_KEY, STAMP_KEY, write_stamp
from publisher.planning.journal import Removed, read_journal
from publisher.planning.provenance import mark_message
from publisher.planning.removals import archived_title
from publisher.planning.stamps import with_stamp
from publisher.remote.port import NewPage, PageUpdate, Remote
from publisher.sync.maintenance import Show
from publisher.sync.options import target_of
from publisher.sync.parents import find_parent
from publisher.sync.root import Root, RootFinder


def undo_prune(conversion: Conversion, remote: Remote, settings: Settings, show: Show) -> int:
    """Brings back pages that have our stamp and are where the prune left them; returns how many others there were.

    The journal only says where to look: title and place are those of the page's own stamp. PlanRefused without a journal.
    """
    target = target_of(conversion, settings)
    space = remote.find_space(settings.sync.space)
    finder = RootFinder(remote, target)
    if target.fixed:  # it has a title of its own, and after unpublish no stamp
        roots = [finder.fixed(find_parent(remote, space, target.parent))]
    else:
        living = remote.find_pages(space.id, target.root_title, trashed=True)
        roots = [root for root in map(finder.look, living) if _is_ours(root, finder)]
    found = next((root for root in roots if root.page and JOURNAL_KEY in root.properties), None)
    journal = read_journal(found.properties[JOURNAL_KEY].value) if found else []
    if found is None or found.page is None or not journal:
        raise PlanRefused("there is no journal of a prune: nothing to undo")
    run = _Undo(remote, space.id, found, finder.collection)
    failed = 0
    for entry in reversed(journal):  # parents first
        try:
            show(f"brought back {run.bring_back(entry)}")
        except RemoteError as error:
            failed += 1
            show(f"left         {entry.title}: {error}")
    ref = found.page.ref
    if not failed:
        put_property(remote, ref, JOURNAL_KEY, [], found.properties[JOURNAL_KEY])
    if INDEX_KEY in found.properties:  # the index does not know these pages: the next run builds it anew
        put_property(remote, ref, INDEX_KEY, {"schema": 0}, found.properties[INDEX_KEY])
    return failed


def _is_ours(root: Root, finder: RootFinder) -> bool:
    stamp = root.page.stamp if root.page else None
    if root.page is None or stamp is None or stamp.page != root.page.id:
        return False
    finder.settle(root.page, stamp, root.properties)
    return stamp.collection == finder.collection


class _Undo(Struct):
    """``again``: old id → new one, of folders, which cannot leave the trash and are created again."""

    remote: Remote
    space_id: str
    root: Root
    collection: str
    again: dict[str, ContentRef] = field(default_factory=dict)

    def bring_back(self, entry: Removed) -> str:
        """The title. RemoteError says why the page is left as it is."""
        page = self.remote.read_page(entry.ref)
        if page is None:
            raise NotFound("it is purged, or hidden from this account")
        stamp = self._stamp_of(page)
        if page.status == "archived":
            if page.title not in (archived_title(replace(page, title=stamp.title)), stamp.title):
                raise RemoteError(f"somebody has renamed it to “{page.title}” since")
            self.remote.remove_page(page.ref, "trash")  # only the trash can be left by API
            page = self.remote.read_page(entry.ref) or page
        elif page.status != "trashed":
            raise RemoteError(f"somebody has restored it already: {page.url}")
        if page.kind == ContentKind.FOLDER:
            return self._make_folder_again(page, stamp)
        return self._restore(page, stamp)

    def _stamp_of(self, page: RemotePage) -> Stamp:
        try:
            stamp = with_stamp(page, self.remote.read_properties(page.ref)).stamp
        except NotFound:
            raise RemoteError("its stamp cannot be read in the trash, so that it may not be ours") from None
        if stamp is None or stamp.page != page.id or stamp.collection != self.collection:
            raise RemoteError("it does not have this collection's stamp: it is not ours to bring back")
        return stamp

    def _restore(self, page: RemotePage, stamp: Stamp) -> str:
        try:
            page = self.remote.restore_page(page)
            stored = self.remote.read_body(page.ref)
            parent = "" if page.kind == ContentKind.BLOGPOST else self._parent_of(stamp).id
            here = page.kind == ContentKind.BLOGPOST or stored.page.parent == parent
            ours = holds_body(stored.body, stamp)
            page = stored.page
            if page.title != stamp.title or not here or not ours:
                message = mark_message("brought back", "restored") if ours else "brought back"
                update = PageUpdate(parent=parent, title=stamp.title, body=stored.body, message=message)
                page = self.remote.update_page(stored.page, update)
        except TitleTaken as error:
            raise RemoteError(f"its title has been given away: {error}") from None
        if ours:  # else somebody had edited it, which the next run is to see
            known = self.remote.read_properties(page.ref).get(STAMP_KEY)
            put_property(self.remote, page.ref, STAMP_KEY, write_stamp(replace(stamp, version=page.version)), known)
        return stamp.title

    def _parent_of(self, stamp: Stamp) -> ContentRef:
        """The page that it was below, if that lives; else our root."""
        ref = self.again.get(stamp.parent, ContentRef(stamp.parent))
        parent = self.remote.read_page(ref) or self.remote.read_page(ContentRef(stamp.parent, ContentKind.FOLDER))
        if parent is not None and parent.status == "current":
            return parent.ref
        assert self.root.page is not None
        return self.root.page.ref

    def _make_folder_again(self, page: RemotePage, stamp: Stamp) -> str:
        """A folder cannot be restored by API: another one takes its name, its place and its stamp."""
        parent = self._parent_of(stamp)
        new = NewPage(space_id=self.space_id, parent=parent, title=stamp.title, body="", kind=ContentKind.FOLDER)
        made = self.remote.create_page(new)
        again = replace(stamp, page=made.id, version=made.version, parent=parent.id)
        put_property(self.remote, made.ref, STAMP_KEY, write_stamp(again), None)
        self.again[page.id] = made.ref
        return stamp.title
