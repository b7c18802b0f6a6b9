"""Carry out a plan: parents before children, the stamp last, so that a crash means "unknown", never "up to date"."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from publisher.apply.context import Context
from publisher.apply.lease import Lease
from publisher.apply.ledger import Ledger
from publisher.apply.options import ApplyOptions, StalePlan, unchanged_result
from publisher.apply.ordering import may_move, reorder_branch
from publisher.apply.page import Written, finish_page, stamp_page, write_content, write_page
from publisher.apply.removal import clear_titles, remove_all
from publisher.apply.schedule import run_after, run_all, run_parents_first
from publisher.errors import (
    LoginRefused,
    NotFound,
    PlanRefused,
    PublisherError,
    RateLimited,
    RemoteError,
    TitleTaken,
    Unreachable,
)
from publisher.model.plan import PageAction, Plan, Planned, Reason, Reorder
from publisher.model.report import Progress, Report, Result
from publisher.model.snapshot import Snapshot
from publisher.planning.index import LEASE_KEY
from publisher.planning.notices import hidden_page
from publisher.planning.proof import make_proof
from publisher.remote.port import Remote


def apply_plan(
    plan: Plan, snapshot: Snapshot, remote: Remote, options: ApplyOptions, progress: Progress = lambda result: None
) -> Report:
    """Every page that can be written is; what failed, and what that blocked, is in the report.

    StalePlan if another run wrote since the snapshot. What ends the run (login, network, quota, Ctrl-C) is raised
    after what is in flight has finished, with a note that says how far it got.
    """
    started = time.monotonic()
    run = _Run(Context(plan, snapshot, remote, options), progress)
    if plan.writes:
        run.carry_out()
    else:
        for action in plan.actions:
            run.finish(unchanged_result(action))
    return run.report(started)


def apply_updates(
    plan: Plan, snapshot: Snapshot, remote: Remote, options: ApplyOptions, progress: Progress = lambda result: None
) -> Report:
    """A plan that only updates pages which are there, without a lease: versions of page, stamp and index are its guard.

    Where somebody else wrote meanwhile, the page's result is an error that says so.
    """
    started = time.monotonic()
    run = _Run(Context(plan, snapshot, remote, options), progress)
    run.update_only()
    return run.report(started)


class _Run:
    def __init__(self, context: Context, progress: Progress) -> None:
        snapshot = context.snapshot
        root = snapshot.pages.get(snapshot.root)
        context.hidden |= snapshot.hidden
        self.context = context
        self.progress = progress
        self.results: list[Result] = []
        self.unfinished: dict[str, Written] = {}
        self.moves = 0
        self.ledger = Ledger(context, root.ref if root else None, dict(snapshot.root_properties))

    def finish(self, result: Result) -> None:
        self.results.append(result)
        self.progress(result)

    def report(self, started: float) -> Report:
        context, plan = self.context, self.context.plan
        order = {action.page.key: number for number, action in enumerate(plan.actions)}
        return Report(
            results=tuple(sorted(self.results, key=lambda result: order[result.action.page.key])),
            problems=tuple(context.problems),
            requests=context.remote.session.requests,
            writes=context.remote.session.writes,
            seconds=time.monotonic() - started,
            orphans=tuple(page for page in plan.orphans if page.id not in context.removed),
            removed=tuple(context.removed.values()),
            moves=self.moves,
            where=plan.where,
            after=self._after(),
        )

    def _after(self) -> Snapshot:
        """What Confluence holds now, as far as this run knows."""
        context = self.context
        pages = {**context.snapshot.pages, **{page.id: page for page in context.done.values()}}
        living = {page: row for page, row in pages.items() if page not in context.removed}
        root = self.ledger.root.id if self.ledger.root else ""
        return replace(context.snapshot, pages=living, root_properties=self.ledger.properties, root=root)

    def update_only(self) -> None:
        self._write_pages([action for action in self.context.plan.actions if not action.idle], lambda: None)
        self._finish_pages((), lambda: None)
        self.ledger.update_index()

    def carry_out(self) -> None:
        plan, options, remote = self.context.plan, self.context.options, self.context.remote
        actions = list(plan.actions)
        lease = Lease(remote, options.lease)
        try:
            if self.ledger.root:
                if not lease.acquire(self.ledger.root, self.ledger.properties.get(LEASE_KEY), options.wait):
                    raise StalePlan
                self.ledger.write_intents(actions)
            else:
                # There is no page yet that could hold a lease: the root's title, unique in the space, is the lock.
                self._create_root(actions.pop(0), lease, actions)
            clear_titles(self.context)
            self._write_pages(actions, lease.renew)
            self._finish_pages(plan.reorders, lease.renew)
            lease.renew()
            if plan.removals:
                self.ledger.write_journal(plan.removals)
                remove_all(self.context, lease.renew)
            self.ledger.write_index()
            if not self.context.problems:
                lease.release(make_proof(options.inputs, plan, self.results, options.problems))
        except (PublisherError, KeyboardInterrupt) as error:
            done = sum(not result.error for result in self.results)
            error.add_note(f"{done} of {len(plan.actions)} pages are done; run the same command again to continue")
            raise
        finally:
            with suppress(RemoteError):
                lease.release()

    def _create_root(self, action: PageAction, lease: Lease, others: Sequence[PageAction]) -> None:
        """The root page with its lease; then its stamp, and beside it what is about to be created."""
        context, title = self.context, action.page.title
        try:
            content = write_content(context, action)
        except TitleTaken as error:
            if context.remote.find_pages(context.plan.space_id, title):
                raise StalePlan from None
            text = f"the title “{title}” of the root page is held by a page that this account cannot see"
            raise PlanRefused(f"{text} ({error}); ask who may see it, or choose another title with --title") from None
        context.done[action.page.key] = content.page
        self.ledger.root = content.page.ref
        lease.acquire(content.page.ref, None, context.options.wait)

        def stamp() -> None:
            context.done[action.page.key], written = stamp_page(context, action, content)
            if written is not None:
                self.unfinished[action.page.key] = written

        works: list[Callable[[], None]] = [stamp, partial(self.ledger.write_intents, others)]
        run_all(works, context.remote.jobs, lambda work: work())
        page = context.done[action.page.key]
        self.finish(Result(action=action, id=page.id, url=page.url, version=page.version))

    # Pages

    def _write_pages(self, actions: Sequence[PageAction], renew: Callable[[], None]) -> None:
        def finish(result: Result) -> None:
            self.finish(result)
            renew()

        run_parents_first(actions, self.context.remote.jobs, self._attempt, finish, renew)

    def _finish_pages(self, reorders: Sequence[Reorder], renew: Callable[[], None]) -> None:
        """The second write of pages whose links had to wait, beside the moves of branches. What gets both is moved last."""
        context = self.context
        actions = {action.page.key: action for action in context.plan.actions if action.page.key in self.unfinished}
        #: Named as no page is.
        branches = {f"\0{reorder.parent}": reorder for reorder in reorders if may_move(context, reorder)}
        first = {key for branch in branches.values() for key in branch.wanted}
        again: dict[str, Result] = {}

        def finish(key: str) -> None:
            def write() -> None:
                context.done[key] = finish_page(context, actions[key], self.unfinished[key])

            again[key] = self._guard(actions[key], write)

        def move(branch: Reorder) -> None:
            moves.append(reorder_branch(context, branch))

        moves: list[int] = []
        works = {key: partial(finish, key) for key in sorted(actions, key=lambda key: key not in first)}
        moving = {name: partial(move, branch) for name, branch in branches.items()}
        needs = {name: branch.wanted for name, branch in branches.items()}
        run_after({**moving, **works}, needs, context.remote.jobs, renew)
        self.moves = sum(moves)
        self.results = [again.get(result.action.page.key, result) for result in self.results]

    def _attempt(self, action: PageAction) -> Result:
        context, key = self.context, action.page.key
        if action.idle:
            if action.remote:
                context.done[key] = action.remote
            return unchanged_result(action)
        if isinstance(action.parent, Planned) and action.parent.key in context.failed:
            return self._failed(action, f"blocked by {action.parent.key}")

        def write() -> None:
            context.done[key], written = write_page(context, action)
            if written is not None:
                self.unfinished[key] = written

        return self._guard(action, write)

    def _guard(self, action: PageAction, write: Callable[[], None]) -> Result:
        """One page; a refusal of Confluence becomes a result, a lost login or network ends the run."""
        try:
            write()
        except RateLimited:
            raise
        except TitleTaken as error:
            if action.gone is not None:
                return self._hidden(action)
            return replace(self._failed(action, str(error)), title_taken=True)
        except Unreachable as error:
            if self.context.remote.session.gave_up():
                raise
            return self._failed(action, str(error))
        except (LoginRefused, NotFound) as error:
            self.context.remote.check_login()
            return self._failed(action, str(error))
        except (RemoteError, OSError) as error:
            return self._failed(action, str(error))
        page = self.context.done[action.page.key]
        return Result(action=action, id=page.id, url=page.url, version=page.version)

    def _failed(self, action: PageAction, error: str) -> Result:
        self.context.failed[action.page.key] = error
        page = self.context.done.get(action.page.key) or action.remote
        if page is None:
            return Result(action=action, id="", url="", version=0, error=error)
        return Result(action=action, id=page.id, url=page.url, version=page.version, error=error)

    def _hidden(self, action: PageAction) -> Result:
        """Its page is there, for it holds its title, and this account cannot see it: a second one would be a copy."""
        assert action.gone is not None
        stamp, page = action.gone.stamp, action.page
        self.context.hidden.add(stamp.page)
        self.context.failed[page.key] = "its page is hidden from this account"
        self.context.report(hidden_page(page.source or page.key, stamp.title, stamp.page))
        withheld = replace(action, kind="withheld", reasons=(Reason.HIDDEN,))
        return Result(action=withheld, id=stamp.page, url="", version=stamp.version)
