"""Bring what people changed in Confluence into the documents. Nothing is written to Confluence, and no stamp is touched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from publisher.convert.compose import Conversion
from publisher.convert.frontedits import add_labels
from publisher.convert.options import expand_title_affixes, find_dialect
from publisher.convert.pulling import PulledDocument, PulledFile, Pulls, pull_documents
from publisher.convert.pullwork import PageEdit
from publisher.merging.merge import Resolution
from publisher.model.plan import PageAction
from publisher.model.settings import Settings
from publisher.model.snapshot import RemotePage
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.merged import read_notes, read_published, write_notes
from publisher.sync.propose import Proposal, plan_publish
from publisher.sync.pullfiles import Change, FileChange, FileCopy

_FILE = re.compile(r'ri:filename="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """``folder``: where copies of new files are put while they are looked at. ``labels``: those of people are taken over."""

    folder: Path
    resolution: Resolution = Resolution.MARKERS
    labels: bool = False


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
    """``pulled``: documents of edited pages. ``included``: files that documents include and that the edits are in.

    ``copies``: files that people put into pages. ``linked``: documents whose links follow what people retitled. ``notes``: lines on what a pull reports and leaves to people.
    """

    pulled: tuple[Pulled, ...]
    notes: tuple[str, ...]
    resolution: Resolution = Resolution.MARKERS
    included: tuple[PulledFile, ...] = ()
    copies: tuple[FileCopy, ...] = ()
    linked: tuple[FileChange, ...] = ()

    @property
    def conflicts(self) -> int:
        return sum(len(item.document.conflicts) for item in self.pulled)

    def changes(self) -> list[Change]:
        """Everything that is to be written."""
        texts = [FileChange(item.path, item.before, item.document.text) for item in self.pulled if item.changed]
        return [*texts, *(FileChange(f.path, f.before, f.text) for f in self.included), *self.linked, *self.copies]


def resolution_of(*, theirs: bool, ours: bool) -> Resolution:
    """What happens where both sides changed the same unit."""
    return Resolution.THEIRS if theirs else Resolution.OURS if ours else Resolution.MARKERS


def pull(conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, options: PullOptions) -> PullResult:
    """What a pull would write. Reads Confluence and the documents; writes local copies of new files, and nothing else."""
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
        files = _download(remote, page, published, stored, options.folder / page.id)
        edits[key], actions[key] = PageEdit(published, stored, files, _new_title(conversion, settings, action)), action
    dialect = find_dialect(settings, conversion.source)
    titles = {a.page.key: a.remote.title for a in proposal.plan.actions if a.remote and a.remote.stamp}
    found = Pulls({})
    if edits:
        found = pull_documents(conversion, settings, edits, dialect, options.resolution, titles=titles)
    pulled = {key: _pulled(conversion, actions[key], document) for key, document in found.documents.items()}
    if options.labels:
        pulled |= _with_labels(conversion, remote, proposal, rules, pulled)
    copies = {key: path for item in pulled.values() for key, path in item.document.files}
    return PullResult(
        tuple(pulled.values()),
        (*notes, *_reports(proposal, rules)),
        options.resolution,
        found.included,
        tuple(FileCopy(settings.docs / key, copy) for key, copy in copies.items()),
        tuple(FileChange(settings.docs / key, _text_of(conversion, key), text) for key, text in found.linked.items()),
    )


def _download(remote: Remote, page: RemotePage, published: str, stored: str, folder: Path) -> dict[str, Path]:
    """Local copies of the attachments that the page shows now and did not show when it was published."""
    names = {unescape(name) for name in _FILE.findall(stored)} - {unescape(name) for name in _FILE.findall(published)}
    attached = remote.details.read_attachments(page.ref) if names else {}
    found: dict[str, Path] = {}
    for number, name in enumerate(sorted(names & attached.keys())):
        folder.mkdir(parents=True, exist_ok=True)
        found[name] = folder / f"{number}{Path(name).suffix}"
        found[name].write_bytes(remote.details.read_file(attached[name]))
    return found


def _is_chosen(action: PageAction, rules: Rules) -> bool:
    return rules.selected is None or action.page.key in rules.selected


def _pulled(conversion: Conversion, action: PageAction, document: PulledDocument) -> Pulled:
    file = next(file for file in conversion.source.documents if file.key == action.page.key)
    page = action.remote
    assert page is not None and page.stamp is not None
    return Pulled(action.page.key, file.path, page, _text_of(conversion, action.page.key), document)


def _new_title(conversion: Conversion, settings: Settings, action: PageAction) -> str:
    """The title that people gave a page, without what the settings put around it; empty if they gave none."""
    page = action.remote
    if page is None or page.stamp is None or page.title in {page.stamp.title, action.page.title}:
        return ""
    affixes = expand_title_affixes(settings, conversion.source)
    return page.title.removeprefix(affixes.title_prefix).removesuffix(affixes.title_suffix).strip() or page.title


def _with_labels(
    conversion: Conversion, remote: Remote, proposal: Proposal, rules: Rules, pulled: Mapping[str, Pulled]
) -> dict[str, Pulled]:
    """The documents whose pages have labels that people added: with these in the front matter."""
    found: dict[str, Pulled] = {}
    for action in proposal.plan.actions:
        page, key = action.remote, action.page.key
        if page is None or page.stamp is None or not _is_chosen(action, rules) or not action.page.source:
            continue
        known = {*action.page.labels, *page.stamp.labels}
        new = tuple(sorted(label for label in remote.details.read_labels(page.ref) if label not in known))
        if new:
            before = pulled.get(key) or _pulled(
                conversion, action, PulledDocument(_text_of(conversion, key), same=True)
            )
            text = add_labels(before.document.text, new)
            found[key] = replace(before, document=replace(before.document, text=text))
    return found


def _text_of(conversion: Conversion, key: str) -> str:
    file = next(file for file in conversion.source.documents if file.key == key)
    return (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")


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


def note_versions(result: PullResult, docs: Path) -> None:
    """Notes the versions of the pages whose merge cannot be proved."""
    notes = read_notes(docs)
    for item in result.pulled:
        version = item.page.stamp.version if item.page.stamp else 0
        if notes.get(item.page.id, version) < version:  # older than our last write
            del notes[item.page.id]
        decided = result.resolution is not Resolution.MARKERS and not item.document.same
        if not item.document.refused and (item.document.conflicts or decided):
            notes[item.page.id] = item.page.version
    if notes != read_notes(docs):
        write_notes(docs, notes)
