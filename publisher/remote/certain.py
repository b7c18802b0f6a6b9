"""Writes that take effect exactly once, whatever the network does: what got no answer is looked up before it is sent again.

See docs/confluence-api.md#retries. Both adapters share this; what differs between them is behind ``Wire``.
"""

from typing import Protocol

from publisher.errors import NotFound, Rejected, RemoteError, TitleTaken, Uncertain, VersionConflict
from publisher.model.snapshot import ContentKind, ContentProperty, ContentRef, RemotePage
from publisher.planning.provenance import mark_message
from publisher.planning.stamps import with_stamp
from publisher.remote.port import NewPage, PageUpdate

_ATTEMPTS = 4


class Wire(Protocol):
    """The requests of one product, each sent once."""

    def account(self) -> str: ...

    def read_page(self, ref: ContentRef) -> RemotePage | None: ...

    def read_properties(self, ref: ContentRef) -> dict[str, ContentProperty]: ...

    def find_like(self, new: NewPage) -> list[RemotePage]:
        """What holds the title of something new; of folders, those at its place alone can be looked for."""
        ...

    def send_new_page(self, new: NewPage) -> RemotePage: ...

    def send_update(self, page: RemotePage, update: PageUpdate, number: int) -> RemotePage: ...

    def send_restore(self, page: RemotePage, body: str, message: str) -> RemotePage: ...

    def send_property(
        self, ref: ContentRef, key: str, value: object, known: ContentProperty | None
    ) -> ContentProperty: ...


def create_page(wire: Wire, new: NewPage) -> RemotePage:
    """A new page at version 1, or the one that an interrupted request of this account has made."""
    folder = new.kind == ContentKind.FOLDER
    if folder and new.look_first and (found := _made_by_us(wire, new, wire.find_like(new))):
        return found
    uncertain = False
    for _ in range(_ATTEMPTS):
        rejected: Rejected | None = None
        try:
            return wire.send_new_page(new)
        except Uncertain:
            uncertain = True
        except Rejected as error:
            rejected = error
        holders = wire.find_like(new)
        made = _made_by_us(wire, new, holders) if uncertain or folder else None
        if made is not None:
            return made
        if holders or isinstance(rejected, TitleTaken):
            holder = holders[0].url if holders else "a page that this account cannot see"
            raise TitleTaken(f"the title {new.title!r} is held by {holder}", 400)
        if rejected is not None:  # not for its title, in whatever language Confluence says so
            raise rejected
    raise RemoteError(f"the page {new.title!r} could not be created: Confluence gave no clear answer")


def _made_by_us(wire: Wire, new: NewPage, found: list[RemotePage]) -> RemotePage | None:
    """A page as a request of ours leaves it: at its place, and fresh."""
    for page in found:
        fresh = page.version == 1 and page.author == wire.account() and page.parent == (new.parent.id or None)
        if fresh and (new.kind != ContentKind.FOLDER or _is_left_over(wire, new, page)):
            return page
    return None


def _is_left_over(wire: Wire, new: NewPage, folder: RemotePage) -> bool:
    """Whether a killed run left the folder: empty folders are in no list, so that one of ours may even have its stamp."""
    stamp = with_stamp(folder, wire.read_properties(folder.ref)).stamp
    return stamp is None or (new.look_first and stamp.collection == new.collection and stamp.page == folder.id)


def update_page(wire: Wire, page: RemotePage, update: PageUpdate) -> RemotePage:
    """Exactly one new version: the one that was read plus 1, so that a foreign write in between gives VersionConflict."""
    # A draft has one version, also when it is published (docs/confluence-api.md#pages).
    number = 1 if page.status == "draft" else page.version + 1
    for _ in range(_ATTEMPTS):
        try:
            return wire.send_update(page, update, number).stamped(page.stored)
        except (Uncertain, VersionConflict) as error:
            now = wire.read_page(page.ref)
            if now is not None and now.version == number and now.message == update.message:
                return now.stamped(page.stored)
            if now is None or now.version != page.version:
                text = f"{page.url} was changed in Confluence while it was being published; run the command again"
                raise VersionConflict(text, 409) from None
            if isinstance(error, VersionConflict):  # about something else than the version: Confluence's words say what
                raise Rejected(f"{page.url} is not written: {error}", 409) from None
    raise RemoteError(f"{page.url} could not be updated: Confluence gave no clear answer")


def restore_page(wire: Wire, page: RemotePage, body: str) -> RemotePage:
    """Out of the trash with the text it had, whether the server reads the body that is sent or not."""
    message = mark_message("restored", "restored")
    for _ in range(_ATTEMPTS):
        try:
            return wire.send_restore(page, body, message).stamped(page.stored)
        except (Uncertain, VersionConflict):
            now = wire.read_page(page.ref)
            if now is not None and now.status != "trashed":
                return now.stamped(page.stored)
            if now is None:
                raise NotFound(f"{page.url} is purged, or hidden from this account", 404) from None
    raise RemoteError(f"{page.url} could not be restored: Confluence gave no clear answer")


def write_property(
    wire: Wire, ref: ContentRef, key: str, value: object, known: ContentProperty | None
) -> ContentProperty:
    """The property's next version; VersionConflict if somebody else was faster."""
    for _ in range(_ATTEMPTS):
        try:
            return wire.send_property(ref, key, value, known)
        except (Uncertain, VersionConflict) as error:
            now = wire.read_properties(ref).get(key)
            if now is not None and now.value == value:
                return now
            unchanged = (now.version if now else 0) == (known.version if known else 0)
            if isinstance(error, VersionConflict) or not unchanged:
                raise VersionConflict(f"the property {key} of page {ref.id} was changed meanwhile", 409) from None
            known = now
    raise RemoteError(f"the property {key} of page {ref.id} could not be written: Confluence gave no clear answer")
