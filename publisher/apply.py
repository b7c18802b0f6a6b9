"""Carry out a plan: page by page in its order, the stamp last, so that a crash means "unknown", never "up to date"."""

import mimetypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from publisher.errors import LoginRefused, PublisherError, RemoteError, Unreachable
from publisher.model.plan import Existing, PageAction, Plan, Planned, RemotePage, Report, Result, Stamp
from publisher.model.problem import Problem
from publisher.planning.build import intent, mark_message
from publisher.remote.cloud import CloudRemote

Progress = Callable[[Result], None]


@dataclass(slots=True)
class _Run:
    remote: CloudRemote
    plan: Plan
    message: Callable[[PageAction], str]
    notify: bool
    done: dict[str, RemotePage] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def page(self, action: PageAction) -> Result:
        """One page; a refusal of Confluence becomes a result, a lost login or network ends the run."""
        key = action.page.key
        blocker = action.page.parent if action.page.parent in self.failed else None
        try:
            if blocker is not None:
                self.failed[key] = f"blocked by {blocker}"
            else:
                self.done[key] = self._write(action)
        except (LoginRefused, Unreachable):
            raise
        except (RemoteError, OSError) as error:
            self.failed[key] = str(error)
        page = self.done.get(key) or action.remote
        return Result(
            action,
            page.id if page else "",
            page.url if page else "",
            page.version if page else 0,
            self.failed.get(key, ""),
        )

    def _parent(self, action: PageAction) -> str:
        match action.parent:
            case Existing(page_id):
                return page_id
            case Planned(key):
                return self.done[key].id

    def _write(self, action: PageAction) -> RemotePage:
        wanted = action.page
        page = action.remote
        if page is None:
            page = self.remote.create_page(self.plan.space_id, self._parent(action), wanted.title, wanted.body)
            if wanted.parent is None:
                self._write_intents(page.id)
        elif action.write:
            message = mark_message(self.message(action), wanted.digests["body"])
            parent = self._parent(action)
            page = self.remote.update_page(page, parent, wanted.title, wanted.body, message, notify=self.notify)
        for item in action.upload:
            media = mimetypes.guess_type(item.name)[0] or "application/octet-stream"
            self.remote.put_attachment(page.id, item.name, item.path.read_bytes(), media)
        if action.add_labels:
            self.remote.add_labels(page.id, action.add_labels)
        for label in action.remove_labels:
            self.remote.remove_label(page.id, label)
        if action.stamp:
            attachments = {item.name: item.digest for item in wanted.attachments}
            version = page.version
            stamp = Stamp(
                self.plan.collection, wanted.key, page.id, version, wanted.digests, wanted.labels, attachments
            )
            self.remote.write_stamp(page, stamp)
        return page

    def _write_intents(self, root: str) -> None:
        # Pages that an earlier run created stay on record until they are stamped: this run may be killed as well.
        unstamped = [a for a in self.plan.actions if a.page.parent and (a.remote is None or a.remote.stamp is None)]
        intents = [intent(action.page.title, action.page.parent) for action in unstamped]
        if intents:
            self.remote.write_intents(root, intents)

    def prepare(self) -> None:
        """Intents on an existing root, and titles that are in the way."""
        root = self.plan.actions[0].remote if self.plan.actions else None
        if root is not None and any(action.kind == "create" for action in self.plan.actions):
            self._write_intents(root.id)

    def park(self, action: PageAction) -> PageAction:
        """Gives a page a temporary title, so that the one that it holds is free for another."""
        assert action.remote is not None
        body = self.remote.read_body(action.remote)
        title = f"{action.remote.title[:200]} (moving {action.remote.id})"
        message = mark_message("temporary title", "0" * 8)
        parent = action.remote.parent or self._parent(action)
        parked = self.remote.update_page(action.remote, parent, title, body, message, notify=False)
        return PageAction(
            action.kind,
            action.page,
            parked,
            action.parent,
            action.reasons,
            write=True,
            upload=action.upload,
            add_labels=action.add_labels,
            remove_labels=action.remove_labels,
            stamp=True,
        )


def unchanged_result(action: PageAction) -> Result:
    """The result of an action that wrote nothing."""
    page = action.remote
    return Result(action, page.id if page else "", page.url if page else "", page.version if page else 0)


def apply_plan(
    plan: Plan,
    remote: CloudRemote,
    message: Callable[[PageAction], str],
    *,
    notify: bool,
    problems: Sequence[Problem],
    progress: Progress,
) -> Report:
    """Every page that can be written is; what failed, and what that blocked, stands in the report."""
    started = time.monotonic()
    run = _Run(remote, plan, message, notify)
    results = []
    try:
        run.prepare()
        actions = [run.park(action) if action.park else action for action in plan.actions]
        for action in actions:
            if action.idle:
                if action.remote is not None:
                    run.done[action.page.key] = action.remote
                result = unchanged_result(action)
            else:
                result = run.page(action)
            results.append(result)
            progress(result)
    except PublisherError as error:
        error.add_note(f"{len(results)} of {len(plan.actions)} pages were done; run the same command again to go on")
        raise
    requests, writes = remote.counts
    return Report(
        tuple(results), tuple(problems), requests, writes, time.monotonic() - started, plan.orphans, where=plan.where
    )
