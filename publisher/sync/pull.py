"""Bring what people changed in Confluence into the documents. Nothing is written to Confluence, and no stamp is touched."""

from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.convert.compose import Conversion
from publisher.convert.frontedits import add_labels
from publisher.convert.moving import Moves, moved_texts
from publisher.convert.options import expand_title_affixes, find_dialect
from publisher.convert.pulling import PulledDocument, PulledFile, Pulls, pull_documents
from publisher.convert.pullwork import PageEdit
from publisher.merging.merge import Resolution
from publisher.model.document import Heading
from publisher.model.plan import PageAction
from publisher.model.settings import Settings
from publisher.model.snapshot import RemotePage
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.files import FILE, ReplacedFile, download, find_replaced
from publisher.sync.labels import find_added, read_all_labels
from publisher.sync.merged import notes_file, read_notes, write_notes
from publisher.sync.moves import find_moves
from publisher.sync.newpages import Found, find_new, make_documents
from publisher.sync.options import target_of
from publisher.sync.proposal import Proposal
from publisher.sync.propose import plan_publish
from publisher.sync.published import read_published
from publisher.sync.pullfiles import Change, FileChange, FileCopy, FileMove
from publisher.sync.snapshot import read_snapshot
from publisher.sync.unknown import Unknown, is_plain, read_unknown


class PullOptions(Struct, frozen=True, kw_only=True):
    """``folder``: where copies of new files are put while they are looked at. ``labels``: those of people are taken over.

    ``moves``: files follow pages that people moved. ``new``: pages that people made below ours get documents.
    """

    folder: Path
    resolution: Resolution = Resolution.MARKERS
    labels: bool = False
    moves: bool = False
    new: bool = False


class Pulled(Struct, frozen=True):
    """A document with what people changed on its page. ``before``: its text now; ``path``: its file."""

    key: str
    path: Path
    page: RemotePage
    before: str
    document: PulledDocument

    @property
    def changed(self) -> bool:
        return self.document.text != self.before


class NewFile(Struct, frozen=True):
    """A document for a page that people made."""

    change: FileChange
    page: RemotePage


class PullResult(Struct, frozen=True):
    """``pulled``: documents of edited pages. ``included``: files that documents include and that the edits are in.

    ``copies``: files that people put into pages. ``linked``: documents whose links follow what people retitled or
    moved. ``moved``: files that follow their pages. ``new``: documents for new pages. ``replaced``: files of ours that people
    replaced, which somebody is to decide on. ``retitled``: (document, anchor) → the heading that it has become. ``notes``: lines on what a pull reports and leaves to people;
    ``offers``: lines on what it leaves until a flag asks for it.
    """

    pulled: tuple[Pulled, ...]
    notes: tuple[str, ...]
    resolution: Resolution = Resolution.MARKERS
    included: tuple[PulledFile, ...] = ()
    copies: tuple[FileCopy, ...] = ()
    linked: tuple[FileChange, ...] = ()
    moved: tuple[FileMove, ...] = ()
    new: tuple[NewFile, ...] = ()
    replaced: tuple[ReplacedFile, ...] = ()
    retitled: Mapping[tuple[str, str], Heading] = field(default_factory=dict)
    offers: tuple[str, ...] = ()

    @property
    def conflicts(self) -> int:
        return sum(len(item.document.conflicts) for item in self.pulled)

    def changes(self) -> list[Change]:
        """Everything that is to be written."""
        texts = [FileChange(item.path, item.before, item.document.text) for item in self.pulled if item.changed]
        texts += [FileChange(file.path, file.before, file.text) for file in self.included]
        return [*texts, *self.linked, *(file.change for file in self.new), *self.moved, *self.copies]


def resolution_of(*, theirs: bool, ours: bool) -> Resolution:
    """What happens where both sides changed the same unit."""
    return Resolution.THEIRS if theirs else Resolution.OURS if ours else Resolution.MARKERS


def pull(conversion: Conversion, remote: Remote, settings: Settings, rules: Rules, options: PullOptions) -> PullResult:
    """What a pull would write. Reads Confluence and the documents; writes local copies of new files, and nothing else."""
    known = read_snapshot(remote, target_of(conversion, settings), complete=True)
    proposal = plan_publish(conversion, remote, settings, replace(rules, on_hand_edit="skip"), known)
    edited = _read_edits(conversion, remote, settings, proposal, rules, folder=options.folder)
    dialect = find_dialect(settings, conversion.source)
    titles = {a.page.key: a.remote.title for a in proposal.plan.actions if a.remote and a.remote.stamp}
    found = Pulls({})
    if edited.edits:
        found = pull_documents(conversion, settings, edited.edits, dialect, options.resolution, titles=titles)
    pulled = {key: _pulled(conversion, edited.actions[key], document) for key, document in found.documents.items()}
    labels = list(find_added(proposal.plan, read_all_labels(remote, proposal.plan)))
    labels = [(action, names) for action, names in labels if _is_chosen(action, rules) and action.page.source]
    if options.labels:
        pulled |= _with_labels(conversion, labels, pulled)
    unknown = [each for each in read_unknown(remote, proposal) if _is_below(each, proposal, rules)]
    copies = {key: path for item in pulled.values() for key, path in item.document.files}
    docs, moved = settings.docs, find_moves(conversion, proposal, rules)
    result = PullResult(
        tuple(pulled.values()),
        (*edited.notes, *_deleted(proposal, rules)),
        options.resolution,
        found.included,
        tuple(FileCopy(docs / key, copy) for key, copy in copies.items()),
        tuple(FileChange(docs / key, text_of(conversion, key), text) for key, text in found.linked.items()),
        retitled=found.retitled,
        replaced=tuple(find_replaced(conversion, remote, proposal, rules, options.folder)),
        offers=(
            *(() if options.moves else moved.notes),
            *(() if options.labels else map(_offer_labels, labels)),
            *(() if options.new else (_offer_page(each) for each in unknown if is_plain(each.page))),
        ),
    )
    if options.moves and moved.moves.paths:
        result = _moved(conversion, result, moved.moves, docs)
    if options.new:
        moves = moved.moves if options.moves else Moves({})
        new = find_new(conversion, proposal, unknown, moves.of)
        result = _with_new(conversion, remote, settings, result, new, folder=options.folder)
    return result


class _Edits(Struct):
    """What people changed, by document; ``notes``: on pages of which nobody can tell."""

    edits: dict[str, PageEdit] = field(default_factory=dict)
    actions: dict[str, PageAction] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def _read_edits(
    conversion: Conversion, remote: Remote, settings: Settings, proposal: Proposal, rules: Rules, *, folder: Path
) -> _Edits:
    found = _Edits()
    for action in proposal.plan.actions:
        page, key = action.remote, action.page.key
        if page is None or page.stamp is None or not _is_chosen(action, rules):
            continue
        if not action.hand_edited and page.title == page.stamp.title:
            continue
        if not action.page.source:
            found.notes.append(
                f"{key}: {page.url} was edited, and no document is behind it: the page is made of a folder"
            )
            continue
        stored = proposal.bodies.get(page.id) or remote.read_body(page.ref).body
        published = read_published(conversion, remote, page, key, settings)
        if published is None:
            gone = f"version {page.stamp.version} of {page.url} is gone, so nobody can tell what was changed"
            found.notes.append(f"{key}: {gone}")
            continue
        new = {unescape(n) for n in FILE.findall(stored)} - {unescape(n) for n in FILE.findall(published)}
        files = download(remote, page, new, folder / page.id)
        title = _new_title(conversion, settings, action)
        found.edits[key], found.actions[key] = PageEdit(published, stored, files, title), action
    return found


def _moved(conversion: Conversion, result: PullResult, moves: Moves, docs: Path) -> PullResult:
    """The result with files in their new places, and the relative links of all documents as these want them."""
    texts = {item.key: item.document.text for item in result.pulled}
    texts |= {change.path.relative_to(docs).as_posix(): change.text for change in result.linked}
    changed = moved_texts(conversion, texts, moves)
    pulled = tuple(
        replace(item, document=replace(item.document, text=changed.pop(item.key, item.document.text)))
        for item in result.pulled
    )
    linked = {change.path: change for change in result.linked}
    for key, text in changed.items():
        linked[docs / key] = FileChange(docs / key, text_of(conversion, key), text)
    files = [path for old in moves.paths for path in _files_at(docs / old)]
    names = dict.fromkeys(path.relative_to(docs).as_posix() for path in files)
    moved = tuple(FileMove(docs / name, docs / moves.of(name)) for name in names)
    return replace(result, pulled=pulled, linked=tuple(linked.values()), moved=moved)


def _files_at(path: Path) -> list[Path]:
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def _with_new(
    conversion: Conversion,
    remote: Remote,
    settings: Settings,
    result: PullResult,
    found: Found,
    *,
    folder: Path,
) -> PullResult:
    """The result with documents for the pages that people made below ours."""
    made = make_documents(conversion, remote, settings, found, folder)
    docs = settings.docs
    new = tuple(NewFile(FileChange(docs / item.key, None, item.text), found.pages[item.key]) for item in made)
    copies = tuple(FileCopy(docs / key, copy) for item in made for key, copy in item.files)
    differ = tuple(
        f"{item.key}: the next publish writes its page, for Markdown says it in other storage format"
        for item in made
        if not item.same
    )
    notes = (*result.notes, *found.notes, *differ)
    return replace(result, new=new, copies=(*result.copies, *copies), notes=notes)


def _is_chosen(action: PageAction, rules: Rules) -> bool:
    return rules.selected is None or action.page.key in rules.selected


def _pulled(conversion: Conversion, action: PageAction, document: PulledDocument) -> Pulled:
    file = next(file for file in conversion.source.documents if file.key == action.page.key)
    page = action.remote
    assert page is not None and page.stamp is not None
    return Pulled(action.page.key, file.path, page, text_of(conversion, action.page.key), document)


def _new_title(conversion: Conversion, settings: Settings, action: PageAction) -> str:
    """The title that people gave a page, without what the settings put around it; empty if they gave none."""
    page = action.remote
    if page is None or page.stamp is None or page.title in {page.stamp.title, action.page.title}:
        return ""
    affixes = expand_title_affixes(settings, conversion.source)
    return page.title.removeprefix(affixes.title_prefix).removesuffix(affixes.title_suffix).strip() or page.title


def _with_labels(
    conversion: Conversion, labels: Iterable[tuple[PageAction, tuple[str, ...]]], pulled: Mapping[str, Pulled]
) -> dict[str, Pulled]:
    """The documents whose pages have labels that people added: with these in the front matter."""
    found: dict[str, Pulled] = {}
    for action, names in labels:
        key = action.page.key
        before = pulled.get(key) or _pulled(conversion, action, PulledDocument(text_of(conversion, key), same=True))
        found[key] = replace(before, document=replace(before.document, text=add_labels(before.document.text, names)))
    return found


def _offer_labels(found: tuple[PageAction, tuple[str, ...]]) -> str:
    action, names = found
    said = f"{action.page.source}: people added {', '.join(names)} to the labels of its page"
    return f"{said}; `publisher pull --labels` takes them over"


def _offer_page(found: Unknown) -> str:
    page = found.page
    return f"“{page.title}” ({page.url}) is new below “{found.above.title}”; `publisher pull --new` makes a document for it"


def _is_below(found: Unknown, proposal: Proposal, rules: Rules) -> bool:
    """Whether a page that people made is right below a document of the run; all are, if it names none."""
    if rules.selected is None:
        return True
    return any(
        action.remote and action.remote.id == found.above.id and _is_chosen(action, rules)
        for action in proposal.plan.actions
    )


def text_of(conversion: Conversion, key: str) -> str:
    """The text of a document, with plain line ends."""
    file = next(file for file in conversion.source.documents if file.key == key)
    return (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")


def _deleted(proposal: Proposal, rules: Rules) -> Iterable[str]:
    """Pages that people deleted: no edit of a text can follow."""
    for page in proposal.snapshot.owned():
        stamp = page.stamp
        if stamp is None or (rules.selected is not None and stamp.path not in rules.selected):
            continue
        if page.status not in LIVING:
            yield f"{stamp.path}: its page “{page.title}” was {page.status} in Confluence; the file stays"
    for stored in proposal.snapshot.gone.values():
        stamp = stored.stamp
        if stamp.page not in proposal.snapshot.hidden and (rules.selected is None or stamp.path in rules.selected):
            yield f"{stamp.path}: its page “{stamp.title}” was deleted in Confluence; the file stays"


def note_versions(result: PullResult, docs: Path) -> Path | None:
    """Notes the versions of the pages whose merge cannot be proved. The file, if it has changed."""
    notes = read_notes(docs)
    for item in result.pulled:
        version = item.page.stamp.version if item.page.stamp else 0
        if notes.get(item.page.id, version) < version:  # older than our last write
            del notes[item.page.id]
        decided = result.resolution is not Resolution.MARKERS and not item.document.same
        if not item.document.refused and (item.document.conflicts or decided):
            notes[item.page.id] = item.page.version
    if notes == read_notes(docs):
        return None
    write_notes(docs, notes)
    return notes_file(docs)
