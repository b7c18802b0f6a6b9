"""Bring what people changed in Confluence into the documents. Nothing is written to Confluence, and no stamp is touched."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.convert.compose import Conversion
from publisher.convert.options import find_dialect
from publisher.convert.pulling import PageEdit, PulledDocument, pull_documents
from publisher.convert.retitling import retitle_text
from publisher.merging.merge import Resolution
from publisher.model.plan import PageAction
from publisher.model.settings import Settings
from publisher.model.snapshot import RemotePage
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.merged import read_notes, read_published, write_notes
from publisher.sync.propose import Proposal, plan_publish


@dataclass(frozen=True, slots=True)
class Pulled:
    """A document with what people changed on its page. ``before``: its text now; ``path``: its file."""

    key: str
    path: Path
    page: RemotePage
    before: str
    document: PulledDocument

    @property
    def changed(self) -> bool:
        return self.document.text != self.before


@dataclass(frozen=True, slots=True)
class PullResult:
    """``pulled``: documents of edited pages. ``notes``: lines on what a pull reports and leaves to people."""

    pulled: tuple[Pulled, ...]
    notes: tuple[str, ...]
    resolution: Resolution = Resolution.MARKERS

    @property
    def conflicts(self) -> int:
        return sum(len(item.document.conflicts) for item in self.pulled)


def resolution_of(*, theirs: bool, ours: bool) -> Resolution:
    """What happens where both sides changed the same unit."""
    return Resolution.THEIRS if theirs else Resolution.OURS if ours else Resolution.MARKERS


def pull(
    conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, resolution: Resolution
) -> PullResult:
    """What a pull would write. Reads Confluence and the documents; writes nothing."""
    proposal = plan_publish(conversion, remote, settings, replace(rules, on_hand_edit="skip"))
    notes: list[str] = []
    edits: dict[str, PageEdit] = {}
    actions: dict[str, PageAction] = {}
    for action in proposal.plan.actions:
        page, key = action.remote, action.page.key
        if page is None or page.stamp is None or not _is_chosen(action, rules) or not action.page.source:
            continue
        if not action.hand_edited and page.title == page.stamp.title:
            continue
        stored = proposal.bodies.get(page.id) or remote.read_body(page.ref).body
        published = read_published(conversion, remote, page, key)
        if published is None:
            notes.append(
                f"{key}: version {page.stamp.version} of {page.url} is gone, so nobody can tell what was changed"
            )
            continue
        edits[key], actions[key] = PageEdit(published, stored), action
    found = (
        pull_documents(conversion, settings, edits, find_dialect(settings, conversion.source.repository), resolution)
        if edits
        else {}
    )
    pulled = tuple(_pulled(conversion, actions[key], document) for key, document in found.items())
    return PullResult(pulled, (*notes, *_reports(proposal, rules)), resolution)


def _is_chosen(action: PageAction, rules: Rules) -> bool:
    return rules.selected is None or action.page.key in rules.selected


def _pulled(conversion: Conversion, action: PageAction, document: PulledDocument) -> Pulled:
    file = next(file for file in conversion.source.documents if file.key == action.page.key)
    page = action.remote
    assert page is not None and page.stamp is not None
    before = (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")
    if page.title != page.stamp.title and page.title != action.page.title:
        tree_page = conversion.tree.pages[action.page.key]
        text = retitle_text(document.text, page.title, in_heading=tree_page.drop_first_heading)
        document = replace(document, text=text)
    return Pulled(action.page.key, file.path, page, before, document)


def _reports(proposal: Proposal, rules: Rules) -> Iterable[str]:
    """What people did that no edit of a text can follow: moved and deleted pages."""
    for page in proposal.snapshot.owned():
        stamp = page.stamp
        if stamp is None or (rules.selected is not None and stamp.path not in rules.selected):
            continue
        if page.status not in LIVING:
            yield f"{stamp.path}: its page “{page.title}” was {page.status} in Confluence; the file stays"
        elif (page.parent or "") != stamp.parent:
            parent = proposal.snapshot.pages.get(page.parent or "")
            below = parent.stamp.path if parent and parent.stamp else ""
            folder = re.sub(r"(?:index|README|_index)\.md$|\.md$", "", below).rstrip("/")
            move = (
                f"git mv {stamp.path} {folder + '/' if folder else ''}{Path(stamp.path).name}"
                if below
                else "another place"
            )
            yield f"{stamp.path}: its page was moved in Confluence; to follow it: {move}"


def write_pulled(result: PullResult, docs: Path) -> list[Path]:
    """Writes the documents; notes the versions of those whose merge cannot be proved. The files that were written."""
    written = []
    notes = read_notes(docs)
    for item in result.pulled:
        version = item.page.stamp.version if item.page.stamp else 0
        if notes.get(item.page.id, version) < version:  # older than our last write
            del notes[item.page.id]
        decided = result.resolution is not Resolution.MARKERS and not item.document.same
        if not item.document.refused and (item.document.conflicts or decided):
            notes[item.page.id] = item.page.version
        if item.changed:
            data = item.path.read_bytes()
            text = item.document.text.replace("\n", "\r\n") if b"\r\n" in data else item.document.text
            mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
            item.path.write_bytes(mark + text.encode())
            written.append(item.path)
    if notes != read_notes(docs):
        write_notes(docs, notes)
    return written


def make_patch(result: PullResult, top: Path) -> str:
    """A patch that ``git apply`` takes; paths are relative to ``top``."""
    parts = []
    for item in result.pulled:
        if not item.changed:
            continue
        name = item.path.resolve().relative_to(top.resolve()).as_posix()
        old, new = item.before.splitlines(keepends=True), item.document.text.splitlines(keepends=True)
        parts.append(f"diff --git a/{name} b/{name}\n")
        for line in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"):
            parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(parts)
