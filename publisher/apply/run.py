"""Carry out a plan: parents before children, the stamp last, so that a crash means "unknown", never "up to date"."""

import mimetypes
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock

from publisher import __version__
from publisher.apply.lease import Lease
from publisher.apply.options import Manner, Progress, StalePlan, unchanged_result
from publisher.errors import (
    LoginRefused,
    NotFound,
    PublisherError,
    RateLimited,
    RemoteError,
    TitleTaken,
    Unreachable,
    VersionConflict,
)
from publisher.model.plan import Existing, PageAction, Plan, Planned, Removal, Reorder
from publisher.model.problem import Problem, problem
from publisher.model.report import Report, Result
from publisher.model.snapshot import Record, RemotePage, Snapshot, Stamp, is_owned
from publisher.planning.build import foreign_attachment, foreign_property, tree_order
from publisher.planning.comments import carry_over
from publisher.planning.index import (
    INDEX_KEY,
    INTENTS_KEY,
    INTENTS_PER_RECORD,
    JOURNAL_KEY,
    LEASE_KEY,
    STAMP_KEY,
    write_index,
    write_stamp,
)
from publisher.planning.marks import (
    APPEARANCE,
    FOREIGN,
    digest_value,
    intent,
    is_our_file,
    mark_file,
    mark_message,
    ours_only,
)
from publisher.planning.order import plan_moves
from publisher.planning.proof import make_proof
from publisher.remote.cloud import CloudRemote
from publisher.remote.port import NewPage

_STALE_AFTER = 60.0  # seconds after which a stored body is read again before it is overwritten


def apply_plan(plan: Plan, snapshot: Snapshot, remote: CloudRemote, manner: Manner, progress: Progress) -> Report:
    """Every page that can be written is; what failed, and what that blocked, stands in the report.

    StalePlan if another run wrote since the snapshot. What ends the run (login, network, quota, Ctrl-C) is raised
    after what is in flight has finished, with a note that says how far it got.
    """
    started = time.monotonic()
    run = _Run(plan, snapshot, remote, manner, progress)
    if plan.writes:
        run.carry_out()
    else:
        for action in plan.actions:
            run.finish(unchanged_result(action))
    order = {action.page.key: number for number, action in enumerate(plan.actions)}
    results = sorted(run.results, key=lambda result: order[result.action.page.key])
    requests, writes = remote.counts
    return Report(
        tuple(results),
        tuple(run.problems),
        requests,
        writes,
        time.monotonic() - started,
        tuple(page for page in plan.orphans if page.id not in run.removed),
        tuple(run.removed.values()),
        run.moves,
        where=plan.where,
        after=run.after(),
    )


def apply_updates(plan: Plan, snapshot: Snapshot, remote: CloudRemote, manner: Manner, progress: Progress) -> Report:
    """A plan that only updates pages which are there, without a lease: the versions of page, stamp and index are its guard.

    Where somebody else wrote meanwhile, the page's result is an error that says so.
    """
    started = time.monotonic()
    run = _Run(plan, snapshot, remote, manner, progress)
    run.update_only()
    requests, writes = remote.counts
    seconds = time.monotonic() - started
    return Report(
        tuple(run.results),
        tuple(run.problems),
        requests,
        writes,
        seconds,
        plan.orphans,
        where=plan.where,
        after=run.after(),
    )


@dataclass(slots=True)
class _Run:
    plan: Plan
    snapshot: Snapshot
    remote: CloudRemote
    manner: Manner
    progress: Progress
    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    done: dict[str, RemotePage] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    removed: dict[str, RemotePage] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    moves: int = 0
    root: str = ""
    lock: Lock = field(default_factory=Lock)

    def finish(self, result: Result) -> None:
        self.results.append(result)
        self.progress(result)

    # The run as a whole

    def update_only(self) -> None:
        self.records, self.root = dict(self.snapshot.records), self.snapshot.root
        self._pages([action for action in self.plan.actions if not action.idle], lambda: None)
        self._write_index()

    def after(self) -> Snapshot:
        """What Confluence holds now, as far as this run knows."""
        pages = {**self.snapshot.pages, **{page.id: page for page in self.done.values()}}
        living = {page: row for page, row in pages.items() if page not in self.removed}
        return replace(self.snapshot, pages=living, records=self.records, root=self.root)

    def carry_out(self) -> None:
        actions = list(self.plan.actions)
        self.records = dict(self.snapshot.records)
        self.root = self.snapshot.root
        lease = Lease(self.remote, self.manner.lease)
        try:
            if self.root:
                if not lease.acquire(self.root, self.records.get(LEASE_KEY), self.manner.wait):
                    raise StalePlan
            else:
                # There is no page yet that could hold a lease: the root's title, unique in the space, is the lock.
                self._create_root(actions.pop(0), lease)
            self._write_intents(actions)
            self._clear_titles()
            self._pages(actions, lease.renew)
            self._write_again()
            for reorder in self.plan.reorders:
                self._reorder(reorder)
                lease.renew()
            self._remove(lease)
            self._write_index()
            if not self.problems:
                lease.release(make_proof(self.manner.inputs, self.plan, self.results, self.manner.problems))
        except (PublisherError, KeyboardInterrupt) as error:
            done = sum(not result.error for result in self.results)
            error.add_note(f"{done} of {len(self.plan.actions)} pages are done; run the same command again to go on")
            raise
        finally:
            with suppress(RemoteError):
                lease.release()

    def _create_root(self, action: PageAction, lease: Lease) -> None:
        try:
            page = self._write(action)
        except TitleTaken:
            raise StalePlan from None
        self.done[action.page.key], self.root = page, page.id
        lease.acquire(self.root, None, self.manner.wait)
        self.finish(Result(action, page.id, page.url, page.version))

    def _write_intents(self, actions: Iterable[PageAction]) -> None:
        """Puts what is about to be created on record, before it is.

        Pages that an earlier run created stay on record until they are stamped: this run may be killed as well.
        """
        unstamped = [a for a in actions if a.page.parent and (a.remote is None or a.remote.stamp is None)]
        creating = any(action.remote is None for action in unstamped)
        intents = [intent(action.page.title, action.page.parent) for action in unstamped] if creating else []
        for shard, start in enumerate(range(0, len(intents), INTENTS_PER_RECORD)):
            self._record(f"{INTENTS_KEY}{shard}", intents[start : start + INTENTS_PER_RECORD])

    def _record(self, key: str, value: object) -> None:
        known = self.records.get(key)
        if known is None or known.value != value:
            self.records[key] = self._write_record(self.root, key, value, known)

    def _write_record(self, page: str, key: str, value: object, known: Record | None) -> Record:
        """Of properties that only we write, the last word counts."""
        try:
            return self.remote.write_record(page, key, value, known)
        except VersionConflict:
            return self.remote.write_record(page, key, value, self.remote.read_records(page).get(key))

    def _clear_titles(self) -> None:
        """Pages whose titles others want, and orphans that hold one, step aside."""
        wanted = {action.page.title.casefold() for action in self.plan.actions if action.write or action.remote is None}
        for action in self.plan.actions:
            if action.park and action.remote and not action.restore:
                self.done[action.page.key] = self._park(action.remote, action.page.key)
        for removal in self.plan.removals:
            if removal.page.title.casefold() in wanted:
                parked = self._park(removal.page, removal.page.title)
                self.removed[removal.page.id] = parked

    def _park(self, page: RemotePage, name: str) -> RemotePage:
        if page.title.endswith(f"(moving {page.id})"):
            return page
        _, body = self.remote.read_body(page.id)
        message = mark_message(f"temporary title, for {name} is retitled", "0" * 8)
        title = f"{page.title[:200]} (moving {page.id})"
        return self.remote.update_page(page, page.parent or "", title, body, message, notify=False)

    # Pages

    def _pages(self, actions: Sequence[PageAction], renew: Callable[[], None]) -> None:
        """All of them, as many at once as there are jobs; a page waits for its parent's."""
        by_key = {action.page.key: action for action in actions}
        waiting: dict[str, list[PageAction]] = {}
        flying: dict[Future[Result], PageAction] = {}
        with ThreadPoolExecutor(self.remote.jobs) as pool:

            def start(action: PageAction) -> None:
                flying[pool.submit(self._page, action)] = action

            for action in actions:
                parent = by_key.get(action.page.parent or "")
                if parent is not None and not parent.idle:
                    waiting.setdefault(parent.page.key, []).append(action)
                else:
                    start(action)
            try:
                while flying:
                    ready, _ = wait(flying, return_when=FIRST_COMPLETED)
                    for future in ready:
                        action = flying.pop(future)
                        self.finish(future.result())
                        for child in waiting.pop(action.page.key, ()):
                            start(child)
                    renew()
            except BaseException:
                for future in flying:
                    future.cancel()
                raise

    def _page(self, action: PageAction) -> Result:
        """One page; a refusal of Confluence becomes a result, a lost login or network ends the run."""
        key = action.page.key
        if isinstance(action.parent, Planned) and action.parent.key in self.failed:
            self.failed[key] = f"blocked by {action.parent.key}"
        elif action.idle:
            result = unchanged_result(action)
            if action.remote:
                self.done[key] = action.remote
            return result
        else:
            try:
                self.done[key] = self._write(action)
            except RateLimited:
                raise
            except Unreachable as error:
                if self.remote.gave_up():
                    raise
                self.failed[key] = str(error)
            except TitleTaken as error:
                self.failed[key] = str(error)
                page = action.remote
                where = (page.id, page.url, page.version) if page else ("", "", 0)
                return Result(action, *where, self.failed[key], title_taken=True)
            except (LoginRefused, NotFound) as error:
                self.remote.check_login()
                self.failed[key] = str(error)
            except (RemoteError, OSError) as error:
                self.failed[key] = str(error)
        page = self.done.get(key) or action.remote
        error_text = self.failed.get(key, "")
        return Result(
            action, page.id if page else "", page.url if page else "", page.version if page else 0, error_text
        )

    def _parent(self, action: PageAction) -> str:
        match action.parent:
            case Existing(page_id):
                return page_id
            case Planned(key):
                return self.done[key].id

    def _write(self, action: PageAction) -> RemotePage:
        wanted = action.page
        page = self.done.get(wanted.key) or action.remote
        parent = self._parent(action)
        if page is None:
            page = self._create(action, parent)
        elif action.restore:
            page = self.remote.restore_page(page)
        if action.remote is not None:
            page = self._set_status(action, page)
            page = self._update(action, page, parent) if action.write else page
        self._set_restrictions(action, page)
        attachments = self._attachments(action, page)
        if action.add_labels:
            self.remote.add_labels(page.id, action.add_labels)
        for label in action.remove_labels:
            self.remote.remove_label(page.id, label)
        properties = self._properties(action, page)
        return self._stamp(action, page, attachments, properties, pending=action.pending) if action.stamp else page

    def _create(self, action: PageAction, parent: str) -> RemotePage:
        """A page that not everybody may see is restricted before its text is written."""
        wanted, facets = action.page, action.page.facets
        hidden = bool(facets.view)
        body = "" if hidden else action.body
        page = self.remote.create_page(
            NewPage(self.plan.space_id, parent, wanted.title, body, facets.kind, facets.date, facets.draft)
        )
        if self.manner.unwatch and facets.kind != "folder":
            with suppress(NotFound):  # not every site has it, and nothing depends on it
                self.remote.unwatch(page.id)
        if hidden:
            self._restrict(action, page)
        page = self._set_status(action, page)
        return self._update(action, page, parent) if hidden or facets.owner else page

    def _update(self, action: PageAction, page: RemotePage, parent: str) -> RemotePage:
        if page.kind == "folder" or (self.snapshot.transfer and action.page.parent is None):
            self.remote.move_page(page.id, "append", parent)  # a folder has no text; a PUT leaves the space as it is
            moved = self.remote.read_page(page.id) or page
            page = replace(moved, stamp=page.stamp, stamp_id=page.stamp_id, stamp_version=page.stamp_version)
            if page.kind == "folder":
                return page
        facets = action.page.facets
        notify = self.manner.notify if facets.notify is None else facets.notify
        owner = facets.owner if action.remote is None or "owner" in action.set_facets else ""
        if action.remote is not None and "view" in action.set_facets and facets.view:
            self._restrict(action, page)
        body, message, title = self._body(action, page), self._message(action), action.page.title
        return self.remote.update_page(
            page, parent, title, body, message, notify=notify, owner=owner, draft=facets.draft
        )

    def _set_status(self, action: PageAction, page: RemotePage) -> RemotePage:
        """Before the text is written: it makes a version without our mark, and the last one is to bear it."""
        if "status" not in action.set_facets:
            return page
        self.remote.set_status(page.id, *action.page.facets.status)
        now = self.remote.read_page(page.id) or page
        return replace(now, stamp=page.stamp, stamp_id=page.stamp_id, stamp_version=page.stamp_version)

    def _set_restrictions(self, action: PageAction, page: RemotePage) -> None:
        before = action.remote is None or (action.write and "view" in action.set_facets)
        if {"view", "edit"} & set(action.set_facets) and not (before and action.page.facets.view):
            self._restrict(action, page)

    def _restrict(self, action: PageAction, page: RemotePage) -> None:
        facets = action.page.facets
        noted = action.remote.stamp.facets if action.remote and action.remote.stamp else {}
        wanted = {"read": facets.view} if facets.view else {}
        wanted |= {"update": facets.edit} if facets.edit or facets.edit_lock else {}
        names = {"read": "view", "update": "edit"}
        had = {
            operation: noted[name].replace("(locked)", "").split() for operation, name in names.items() if name in noted
        }
        self.remote.restrict(page.id, wanted, had)

    def _message(self, action: PageAction) -> str:
        return mark_message(self.manner.message(action), action.page.digests["body"])

    def _body(self, action: PageAction, page: RemotePage) -> str:
        if action.remote is None or action.restore or time.monotonic() - self.manner.read_at <= _STALE_AFTER:
            return action.body
        now, stored = self.remote.read_body(page.id)
        if now.version != page.version:
            text = f"{page.url} was changed in Confluence while it was being published; run the command again"
            raise VersionConflict(text, 409)
        return stored if action.kept else carry_over(stored, action.page.body).body

    def _attachments(self, action: PageAction, page: RemotePage) -> dict[str, str]:
        """Name → digest of what is ours on the page afterwards. Other people's files of the same name are left alone."""
        had = ours_only(action.remote.stamp.attachments) if action.remote and action.remote.stamp else {}
        noted = action.remote.stamp.attachments if action.remote and action.remote.stamp else {}
        kept = {item.name: _noted(item.digest, noted.get(item.name)) for item in action.page.attachments}
        asked = any(item.name not in had for item in action.upload) and action.remote is not None
        there = self.remote.read_attachments(page.id) if asked or action.drop else {}
        for item in action.upload:
            if item.name not in had and item.name in there and not is_our_file(there[item.name][1]):
                with self.lock:
                    self.problems.append(foreign_attachment(action.page, page.url, item.name))
                kept[item.name] = FOREIGN + item.digest
                continue
            media = mimetypes.guess_type(item.name)[0] or "application/octet-stream"
            self.remote.put_attachment(page.id, item.name, item.path.read_bytes(), media, mark_file(item.digest))
        for name in action.drop:
            if name in there:
                self.remote.remove_attachment(there[name][0])
        return kept

    def _properties(self, action: PageAction, page: RemotePage) -> dict[str, str]:
        """Key → digest of the content properties that are ours afterwards. Those of others are left alone."""
        wanted = action.page.properties
        noted = action.remote.stamp.properties if action.remote and action.remote.stamp else {}
        kept = {key: _noted(digest_value(value), noted.get(key)) for key, value in wanted.items()}
        if not action.set_properties and not action.drop_properties:
            return kept
        had = ours_only(action.remote.stamp.properties) if action.remote and action.remote.stamp else {}
        there = self.remote.read_records(page.id)
        for key in action.set_properties:
            known, value = there.get(key), wanted[key]
            if known is not None and known.value == value:
                continue
            if known is not None and key not in had and key not in APPEARANCE:
                with self.lock:
                    self.problems.append(foreign_property(action.page, page.url, key))
                kept[key] = FOREIGN + digest_value(value)
                continue
            try:
                self.remote.write_record(page.id, key, value, known)
            except VersionConflict:  # Confluence makes some of them right after the page (reference B.2)
                self.remote.write_record(page.id, key, value, self.remote.read_records(page.id).get(key))
        for key in action.drop_properties:
            if key in there:
                self.remote.remove_record(page.id, key, there[key])
        return kept

    def _stamp(
        self,
        action: PageAction,
        page: RemotePage,
        attachments: Mapping[str, str],
        properties: Mapping[str, str],
        *,
        pending: bool,
    ) -> RemotePage:
        wanted, old = action.page, page.stamp
        parent = self._parent(action)
        stamp = Stamp(
            self.plan.collection,
            wanted.key,
            page.id,
            old.version if action.edited and old else page.version,
            old.title if action.edited and old else wanted.title,
            wanted.wanted,
            old.parent if action.outside and old else parent,
            old.digests if (action.edited or action.kept) and old else wanted.digests,
            wanted.labels,
            attachments,
            pending,
            properties,
            wanted.facets.noted(),
            wanted.facets.kind,
            __version__,
            wanted.origin,
        )
        known = Record(page.stamp_id, page.stamp_version, None) if page.stamp_id else None
        record = self._write_record(page.id, STAMP_KEY, write_stamp(stamp), known)
        return replace(page, stamp=stamp, stamp_id=record.id, stamp_version=record.version)

    def _write_again(self) -> None:
        """Pages whose anchored links were written before their targets existed (reference E.5)."""
        for action in self.plan.actions:
            page = self.done.get(action.page.key)
            missing = any(target in self.failed for target in action.page.anchored)
            if action.pending and page is not None and page.stamp is not None and not missing:
                body = (
                    action.body
                    if action.remote is None
                    else carry_over(self.remote.read_body(page.id)[1], action.body).body
                )
                parent = page.parent or self._parent(action)
                again = self.remote.update_page(
                    page, parent, action.page.title, body, self._message(action), notify=False
                )
                self.done[action.page.key] = self._stamp(
                    action, again, page.stamp.attachments, page.stamp.properties, pending=False
                )

    # Order, removal, index

    def _reorder(self, reorder: Reorder) -> None:
        """Positions are read back first: the order of creation proves nothing."""
        wanted = [self.done[key].id for key in reorder.wanted if key in self.done]
        pages = self.remote.read_pages(wanted)
        present = [page.id for page in tree_order(pages)]
        parent = self.done[reorder.parent].id if reorder.parent in self.done else ""
        here = {page.id for page in pages if page.parent == parent}
        order = [page for page in wanted if page in here]
        for page, where, sibling in plan_moves([p for p in present if p in here], order) if len(order) > 1 else ():
            self.remote.move_page(page, "before" if where == "before" else "after", sibling)
            self.moves += 1

    def _remove(self, lease: Lease) -> None:
        """Leaf by leaf; a page below which others have put theirs stays."""
        if not self.plan.removals:
            return
        parked, self.removed = self.removed, {}
        journal = [
            {
                "id": removal.page.id,
                "title": removal.page.title,
                "parent": removal.page.parent,
                "how": removal.how,
            }
            for removal in self.plan.removals
        ]
        self._record(JOURNAL_KEY, journal)
        for removal in self.plan.removals:
            page = parked.get(removal.page.id, removal.page)
            children = [child for child in self.remote.read_children(page.id) if child not in self.removed]
            if children:
                text = f"{page.url} stays, for {len(children)} page(s) below it are not ours to remove"
                path = page.stamp.path if page.stamp else page.title
                self.problems.append(problem(path, None, "kept-orphan", text, "move them, then prune again"))
                continue
            self._remove_page(removal, page)
            self.removed[page.id] = removal.page
            lease.renew()

    def _remove_page(self, removal: Removal, page: RemotePage) -> None:
        if removal.how == "archive" and not page.title.endswith(f"(archived {page.id})"):
            # Archived pages hold their titles (reference E.10), so that nobody could use this one again.
            _, body = self.remote.read_body(page.id)
            title = f"{removal.page.title[:200]} (archived {page.id})"
            message = mark_message("archived: its document is gone", "0" * 8)
            self.remote.update_page(page, page.parent or "", title, body, message, notify=False)
        self.remote.remove_page(page.id, removal.how)

    def _write_index(self) -> None:
        pages = {page.id: page for page in self.snapshot.pages.values() if is_owned(page, self.plan.collection)}
        pages |= {page.id: page for page in self.done.values() if page.stamp is not None}
        living = [page for page in pages.values() if page.id not in self.removed and page.status != "trashed"]
        foreign = self._foreign(set(pages))
        for key, value in write_index(self.root, self.plan.collection, living, self.snapshot.shards, foreign).items():
            self._record(key, value)
        for key, record in list(self.records.items()):
            if key.startswith(INTENTS_KEY) and record.value and not self.failed:
                self._record(key, [])

    def _foreign(self, ours: set[str]) -> list[str]:
        """Pages below our root that are not ours, so that the next run need not look at each of them again."""
        if not self.snapshot.complete:
            head = self.records.get(INDEX_KEY)
            return [str(page) for page in head.value.get("foreign", ())] if head else []
        pages = self.snapshot.pages

        def below(page: RemotePage | None) -> bool:
            while page is not None and page.id != self.root:
                page = pages.get(page.parent or "")
            return page is not None

        return [page.id for page in pages.values() if page.id not in ours and page.stamp is None and below(page)]


def _noted(wanted: str, noted: str | None) -> str:
    """What is others' and was not tried again goes on being noted as theirs."""
    return FOREIGN + wanted if noted == FOREIGN + wanted else wanted
