"""The documents as Confluence will show them, without one: the same pipeline into a sandbox in this process."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.convert.compose import Conversion
from publisher.errors import PublisherError
from publisher.model.plan import Plan
from publisher.model.problem import Problem
from publisher.model.report import Progress
from publisher.model.settings import Settings
from publisher.naming import count_of
from publisher.remote.cloud import CloudRemote
from publisher.sandbox import Board, Refused, Service, Store, export_pages, running
from publisher.storage import escape
from publisher.sync.follow import Follower

_SPACE = "PREVIEW"
Rows = Callable[[Iterable[Problem]], list[dict[str, Any]]]


class Said(Struct, frozen=True):
    """A comment of a reader. ``path``: of the document; ``replies``: (author, text)."""

    path: str
    selection: str
    author: str
    text: str
    replies: tuple[tuple[str, str], ...] = ()


class Preview(Struct):
    """``address``: of the view. ``refresh`` shows the documents as they are now; a broken one never ends it."""

    address: str
    store: Store
    follower: Follower
    board: Board
    rows: Rows

    def refresh(self) -> Conversion | None:
        """None, with the reason on the board, if the documents cannot be shown."""
        conversion: Conversion | None = None
        self.board.begin("Reading the documents")
        try:
            conversion = self.follower.convert()
            self.follower.follow(conversion)
        except (PublisherError, OSError) as error:
            self.board.tell((), str(error))
        else:
            self._tell(conversion)
        finally:
            self.board.end()
        self.board.ready.set()
        return conversion

    def on_plan(self, plan: Plan) -> Progress:
        """Tells those who look how far a rendering is."""
        self.board.begin(f"Rendering {count_of(len(plan.actions), 'page')}", len(plan.actions))
        return lambda result: self.board.advance()

    def _tell(self, conversion: Conversion) -> None:
        snapshot = next(iter(self.follower.snapshots.values()))
        self.board.home = int(snapshot.root)
        rows: tuple[Mapping[str, Any], ...] = tuple(self.rows(conversion.problems))
        if rows != self.board.problems or self.board.error:
            self.board.tell(rows)

    def show_comments(self, comments: Iterable[Said]) -> None:
        """Puts them on their pages, once; later versions of a page carry them along, as Confluence's do."""
        snapshot = next(iter(self.follower.snapshots.values()), None)
        owned = snapshot.owned() if snapshot else []
        pages = {page.stamp.path: int(page.id) for page in owned if page.stamp}
        for said in comments:
            if said.path not in pages:
                continue
            page, body = pages[said.path], f"<p>{escape(said.text)}</p>"
            try:
                selection = {"text": said.selection, "index": 0}
                row = self.store.create_inline_comment(page, body, selection, said.author) if said.selection else None
            except Refused:  # the text is not there any more
                row = None
            row = row or self.store.create_footer_comment(page, body, said.author)
            for author, text in said.replies:
                self.store.create_reply(int(row["id"]), f"<p>{escape(text)}</p>", author)

    def write(self, folder: str) -> int:
        """The view as files that open from disk; returns how many pages there are."""
        return export_pages(self.store, folder, self.board.home)


def preview_settings(settings: Settings) -> Settings:
    """A place of its own, whatever the documents and settings say of the real one."""
    return settings.replace(
        space=_SPACE,
        parent="",
        collection="preview",
        edition="",
        scratch=True,
        root="page",
        prune="trash",
        prune_limit="100%",
        on_hand_edit="overwrite",
        fail_on="never",  # a preview shows what there is
        adopt=False,
        unwatch=False,
    )


@contextmanager
def previewing(settings: Settings, service: Service, rows: Rows) -> Iterator[Preview]:
    """The view at the address of ``service``. ``rows``: problems for people."""
    board = Board()
    with running(":memory:", service=replace(service, board=board, target=settings.page.target)) as (address, store):
        store.create_space(_SPACE, settings.tree.title or settings.docs.resolve().name)
        host = "127.0.0.1" if service.host in {"0.0.0.0", "localhost"} else service.host  # noqa: S104 - is not bound here
        client = Client(f"http://{host}:{address.rpartition(':')[2]}/wiki", Login("preview", "preview"), jobs=4)
        try:
            remote = CloudRemote(client, f"{address}/wiki", 4)
            shown = Preview(address, store, Follower(remote, preview_settings(settings)), board, rows)
            shown.follower.progress = shown.on_plan
            yield shown
        finally:
            client.close()
