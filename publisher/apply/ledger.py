"""The content properties of the root page that hold what the next run must know: intents, journal, index."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from publisher.apply.context import Context
from publisher.apply.schedule import run_all
from publisher.errors import VersionConflict
from publisher.model.plan import PageAction, Removal
from publisher.model.snapshot import ContentProperty, ContentRef, RemotePage
from publisher.planning.index import (
    INDEX_KEY,
    INTENTS_KEY,
    INTENTS_PER_RECORD,
    JOURNAL_KEY,
    IndexContent,
    write_index,
    write_index_of,
)
from publisher.planning.journal import write_journal
from publisher.planning.provenance import intent
from publisher.remote.port import Remote


class Ledger(Struct):
    """``properties``: those of the root page, as they are now."""

    context: Context
    root: ContentRef | None = None
    properties: dict[str, ContentProperty] = field(default_factory=dict)

    def write(self, key: str, value: object) -> None:
        """Nothing is sent for what is there already."""
        assert self.root is not None, "the root is created first"
        known = self.properties.get(key)
        if known is None or known.value != value:
            self.properties[key] = put_property(self.context.remote, self.root, key, value, known)

    def _write_all(self, rows: Sequence[tuple[str, object]]) -> None:
        """Side by side: none of them says anything of another."""
        run_all(rows, self.context.remote.jobs, lambda row: self.write(*row))

    def write_intents(self, actions: Iterable[PageAction]) -> None:
        """Puts what is about to be created on record, before it is.

        Pages that an earlier run created stay on record until they are stamped: this run may be killed as well.
        """
        unstamped = [
            a for a in actions if a.page.parent and not a.idle and (a.remote is None or a.remote.stamp is None)
        ]
        creating = any(action.remote is None for action in unstamped)
        intents = [intent(action.page.title, action.page.parent) for action in unstamped] if creating else []
        starts = range(0, len(intents), INTENTS_PER_RECORD)
        self._write_all([(f"{INTENTS_KEY}{n}", intents[at : at + INTENTS_PER_RECORD]) for n, at in enumerate(starts)])

    def write_journal(self, removals: Sequence[Removal]) -> None:
        """What is about to be removed, so that it can be brought back."""
        self.write(JOURNAL_KEY, write_journal(removals))

    def write_index(self) -> None:
        """Every page of ours that lives, and those that are hidden; the intents of what is stamped by now are cleared.

        A head beside parts of an earlier index is no danger: each part proves itself, and a page that is in none is looked for.
        """
        index = write_index(self._content())
        done = [key for key, record in self.properties.items() if key.startswith(INTENTS_KEY) and record.value]
        self._write_all([*index.items(), *((key, []) for key in done if not self.context.failed)])

    def update_index(self) -> None:
        """The same where only pages that are in it were written: their parts of it."""
        content = self._content()
        values = write_index_of(content, (page.id for page in self.context.done.values()))
        if values is None:
            self.write_index()
            return
        self._write_all(list(values.items()))

    def _content(self) -> IndexContent:
        context = self.context
        snapshot, collection = context.snapshot, context.plan.collection
        pages = {page.id: page for page in snapshot.pages.values() if snapshot.owns(page)}
        pages |= {page.id: page for page in context.done.values() if page.stamp is not None}
        living = [page for page in pages.values() if page.id not in context.removed and page.status != "trashed"]
        created = {page.stamp.path for page in context.done.values() if page.stamp}
        wanted = {action.page.key for action in context.plan.actions}
        gone = [s for s in snapshot.gone.values() if s.stamp.path in wanted and s.stamp.path not in created]
        assert self.root is not None, "the root is created first"
        return IndexContent(
            root=self.root.id,
            collection=collection,
            repository=snapshot.repository,
            folder="" if snapshot.repository else snapshot.folder,
            pages={page.id: page.stored for page in living if page.stored} | {s.stamp.page: s for s in gone},
            shards=snapshot.shards,
            foreign=frozenset(self._foreign(set(pages))),
            hidden=frozenset(context.hidden),
            fixed_root=snapshot.fixed_root,
            code=snapshot.code,
        )

    def _foreign(self, ours: set[str]) -> list[str]:
        """Pages below our root that are not ours, so that the next run need not look at each of them again."""
        if not self.context.snapshot.complete:
            head = self.properties.get(INDEX_KEY)
            return [str(page) for page in head.value.get("foreign", ())] if head else []
        pages, root = self.context.snapshot.pages, self.root.id if self.root else ""

        def is_below(page: RemotePage | None) -> bool:
            while page is not None and page.id != root:
                page = pages.get(page.parent or "")
            return page is not None

        return [page.id for page in pages.values() if page.id not in ours and page.stamp is None and is_below(page)]


def put_property(
    remote: Remote, ref: ContentRef, key: str, value: object, known: ContentProperty | None
) -> ContentProperty:
    """Of properties that only we write, the last word counts."""
    try:
        return remote.write_property(ref, key, value, known)
    except VersionConflict:
        return remote.write_property(ref, key, value, remote.read_properties(ref).get(key))
