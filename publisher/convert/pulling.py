"""What people changed on pages becomes edits of the documents; every result is converted again to see that it holds."""

import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.convert.compose import Conversion, convert
from publisher.convert.fileedits import place_edits
from publisher.convert.following import (
    Renames,
    documents_of,
    find_renames,
    new_addresses,
    read_addresses,
    rename_addresses,
)
from publisher.convert.frontedits import name_files, retitle_text
from publisher.convert.includes import make_reader
from publisher.convert.options import find_dialect
from publisher.convert.pullwork import PageEdit, Work, included_texts, start_work
from publisher.convert.reading import NO_FILES
from publisher.markdown.parse import parse_document
from publisher.merging.merge import Resolution, Way
from publisher.merging.places import LineEdit, apply_line_edits, combine_edits
from publisher.model.document import Heading
from publisher.model.normal import normal_blocks
from publisher.model.settings import Settings
from publisher.model.tree import AttachmentTarget
from publisher.pagetree.files import attachment_name


class PulledDocument(Struct, frozen=True):
    """``text``: of the document with the edits. ``conflicts``: lines where both sides changed a unit; ``refused``: (line, why)
    of what was left out. ``same``: whether the document now converts to the stored page. ``files``: (key, local copy) of files
    that people added to the page and that the document now shows.
    """

    text: str
    conflicts: tuple[int, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    same: bool = False
    files: tuple[tuple[str, Path], ...] = ()


class PulledFile(Struct, frozen=True):
    """A file that documents include, with what people changed of it on their pages: ``pages`` are the keys of these.

    ``conflicts``: lines that both sides, or two pages, have changed.
    """

    path: Path
    before: str
    text: str
    pages: tuple[str, ...]
    conflicts: tuple[int, ...] = ()


class Pulls(Struct, frozen=True):
    """``documents`` by key; ``included``: other files that the edits are in.

    ``linked``: texts of documents whose links follow headings and pages that people retitled, by key. ``retitled``:
    (document, anchor) → the heading that it has become.
    """

    documents: Mapping[str, PulledDocument]
    included: tuple[PulledFile, ...] = ()
    linked: Mapping[str, str] = field(default_factory=dict)
    retitled: Mapping[tuple[str, str], Heading] = field(default_factory=dict)


class _Edited(Struct, frozen=True):
    """Files with the edits of all pages, by path. ``pages``: whose edits; ``clashes``: (line, pages) where these differ.

    ``linked``, ``retitled``: see ``Pulls``.
    """

    before: Mapping[str, str]
    texts: Mapping[str, str]
    pages: Mapping[str, frozenset[str]]
    clashes: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]]
    linked: Mapping[str, str] = field(default_factory=dict)
    retitled: Mapping[tuple[str, str], Heading] = field(default_factory=dict)

    def conflicts(self, work: Work) -> tuple[int, ...]:
        """Lines of a document where both sides, or two pages, changed the same lines."""
        lines = {work.line_of(line) for line in work.merge.conflicts}
        for path, clashes in self.clashes.items():
            for number, pages in clashes:
                here = (c for c in work.lines if (c.origin.path or work.path, c.origin.number) == (path, number))
                lines |= {line.chain[0].number for line in here} if work.key in pages else set()
        return tuple(sorted(lines))

    def foreign(self, key: str) -> frozenset[str]:
        """Files that include what others changed, or that may be included twice."""
        return frozenset(path for path, pages in self.pages.items() if pages - {key})


def pull_documents(
    conversion: Conversion,
    settings: Settings,
    edits: Mapping[str, PageEdit],
    dialect: str,
    resolution: Resolution = Resolution.MARKERS,
    *,
    titles: Mapping[str, str] = NO_FILES,
) -> Pulls:
    """The documents with what people changed on their pages. Nothing is written to disk.

    ``titles``: those that pages of ours have now in Confluence, by key.
    """
    known = {**titles, **{key: edit.title for key, edit in edits.items() if edit.title}}
    works = [start_work(conversion, settings, key, edit, dialect, titles=known) for key, edit in edits.items()]
    for _ in range(len(Way)):
        for work in works:
            work.try_edits(resolution)
        edited = _follow(conversion, settings, works, _edit_files(conversion, works))
        trials = _convert_again(conversion, settings, works, edited)
        wrong = [(work, numbers) for work in works if (numbers := trials[work.key].mismatches(work))]
        wrong = [(work, numbers) for work, numbers in wrong if not edited.conflicts(work)]
        if not wrong:
            break
        for work, numbers in wrong:
            _escalate(work, numbers)
    documents = {work.key: _result(work, trials[work.key], edited) for work in works}
    return Pulls(documents, _other_files(works, edited), edited.linked, edited.retitled)


def contains_edit(conversion: Conversion, settings: Settings, key: str, edit: PageEdit) -> bool:
    """Whether everything that people changed from ``published`` to ``stored`` is in the document already."""
    work = start_work(conversion, settings, key, edit, find_dialect(settings, conversion.source))
    work.try_edits()
    return not (work.merge.edits or work.refusals() or work.merge.conflicts)


def _edit_files(conversion: Conversion, works: Sequence[Work]) -> _Edited:
    """Every file with the edits of all pages."""
    before: dict[str, str] = {}
    edits: dict[str, list[tuple[str, LineEdit]]] = {}
    for work in works:
        before |= {**work.included, **before, work.path: work.text}
        for placed in place_edits(work.lines, work.merge.edits):
            edits.setdefault(placed.path or work.path, []).append((work.key, placed.edit))
    texts = {work.path: work.text for work in works}
    clashes: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {}
    for path, found in edits.items():
        lines = before[path].split("\n")
        if len({key for key, _ in found}) == 1:
            texts[path] = "\n".join(apply_line_edits(lines, dict.fromkeys(edit for _, edit in found)))
            continue
        combined = combine_edits(lines, found)
        texts[path], clashes[path] = "\n".join(combined.lines), combined.conflicts
    for work in works:
        if work.title:
            in_heading = conversion.tree.pages[work.key].drop_first_heading
            texts[work.path] = retitle_text(texts[work.path], work.title, in_heading=in_heading)
    pages = {path: frozenset(key for key, _ in found) for path, found in edits.items()}
    return _Edited(before, texts, pages, clashes)


def _follow(conversion: Conversion, settings: Settings, works: Sequence[Work], edited: _Edited) -> _Edited:
    """With the links of all documents as retitled headings and pages want them; the works learn how theirs are read."""
    tried = [work for work in works if not edited.conflicts(work) and edited.texts[work.path] != work.text]
    before = documents_of(conversion, [work.key for work in tried])
    reader = make_reader(settings, edited.texts)
    after = {
        work.key: parse_document(work.key, edited.texts[work.path].encode(), work.grammar, reader(Path(work.path)))
        for work in tried
    }
    renames = find_renames(before, after, {work.key: work.title for work in works if work.title})
    for work in works:
        work.addresses = read_addresses(conversion, work.key, renames)
    if not renames:
        return edited
    texts, linked = dict(edited.texts), dict[str, str]()
    paths = {work.key: work.path for work in works}
    for file in conversion.source.documents:
        addresses = new_addresses(conversion, file.key, renames) if file.key in conversion.tree.pages else {}
        if file.key in paths:
            texts[paths[file.key]] = rename_addresses(texts[paths[file.key]], addresses)
        elif addresses:
            path, text = str(file.path.resolve()), (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")
            found = rename_addresses(texts.get(path, text), addresses)
            if found != text:
                texts[path], linked[file.key] = found, found
    edited = replace(edited, texts=texts, linked=linked, retitled=renames.headings)
    return _follow_in_includes(conversion, settings, renames, edited)


def _follow_in_includes(conversion: Conversion, settings: Settings, renames: Renames, edited: _Edited) -> _Edited:
    """With the links in files that documents include, which no page has of its own."""
    documents = {str(file.path.resolve()) for file in conversion.source.documents}
    before, texts, pages = dict(edited.before), dict(edited.texts), dict(edited.pages)
    for file in conversion.source.documents:
        page = conversion.tree.pages.get(file.key)
        if page is None or page.document is None or not page.document.included:
            continue
        addresses = new_addresses(conversion, file.key, renames)
        text = (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")
        found = included_texts(conversion, settings, file, text) if addresses else {}
        for path in found.keys() - documents:
            now = texts.get(path, found[path])
            changed = rename_addresses(now, addresses)
            if changed != now:
                texts[path] = changed
                before.setdefault(path, found[path])
                pages[path] = pages.get(path, frozenset()) | {file.key}
    return replace(edited, before=before, texts=texts, pages=pages)


class _Trial(Struct, frozen=True):
    """The pages that edited documents would become. ``foreign``: files that edits of other pages have changed too."""

    changed: Conversion
    foreign: frozenset[str]

    def mismatches(self, work: Work) -> set[int]:
        return work.mismatches(self.changed, self.foreign)


def _convert_again(
    conversion: Conversion, settings: Settings, works: Sequence[Work], edited: _Edited
) -> dict[str, _Trial]:
    """What each document would become. One whose changed blocks others have changed too is tried by itself."""
    whole = _convert(conversion, settings, works, edited)
    trials: dict[str, _Trial] = {}
    for work in works:
        foreign = edited.foreign(work.key)
        if work.blocks_from(foreign) & set(work.merge.changed) and not edited.conflicts(work):
            own = _follow(conversion, settings, [work], _edit_files(conversion, [work]))
            alone = _convert(conversion, settings, [work], own)
            trials[work.key] = _Trial(alone, frozenset())
        else:
            trials[work.key] = _Trial(whole, foreign)
    return trials


def _convert(conversion: Conversion, settings: Settings, works: Sequence[Work], edited: _Edited) -> Conversion:
    """The pages of edited documents."""
    source = conversion.source
    paths = {str(file.path.resolve()): file.key for file in source.documents} if edited.texts else {}
    texts = {paths[path]: text for path, text in edited.texts.items() if path in paths}
    documents = tuple(
        replace(file, data=texts[file.key].encode()) if file.key in texts else file for file in source.documents
    )
    assets = {**source.assets, **{key: path for work in works for key, path in work.files.items()}}
    return convert(
        settings,
        replace(source, documents=documents, assets=assets, texts=dict(edited.texts)),
        elsewhere=conversion.elsewhere,
    )


def _escalate(work: Work, mismatches: set[int]) -> None:
    """What did not hold is written anew; what did not hold then is left out."""
    for number in mismatches & set(work.merge.changed) or set(work.merge.changed):
        before = work.ways.get(number, Way.CARRY)
        work.ways[number] = Way.REWRITE if before is Way.CARRY else Way.KEEP


def _result(work: Work, trial: _Trial, edited: _Edited) -> PulledDocument:
    conflicts, refused = edited.conflicts(work), work.refusals()
    same = not conflicts and normal_blocks(work.read(trial.changed)) == work.as_wanted(work.theirs)
    if not conflicts and not refused and trial.mismatches(work):
        line = work.merge.edits[0].start if work.merge.edits else work.first_line
        refused = [(work.line_of(line), "the document does not say all of it")]
    text, files = _with_files(work, trial, edited.texts[work.path])
    return PulledDocument(text, conflicts, tuple(refused), same, files)


def _with_files(work: Work, trial: _Trial, text: str) -> tuple[str, tuple[tuple[str, Path], ...]]:
    """(the text, which says what new files are called on the page where the next publish would call them something else;
    the files that it shows).
    """
    page = trial.changed.tree.pages.get(work.key)
    shown = {t.path: t.name for t in page.targets.values() if isinstance(t, AttachmentTarget)} if page else {}
    files = tuple((key, path) for key, path in work.files.items() if path in shown)
    wanted = {posixpath.basename(key): work.names[key] for key, path in files if shown[path] != work.names[key]}
    if wanted:
        others = all(
            name == attachment_name(path.name) for path, name in shown.items() if path not in work.files.values()
        )
        own = others and all(attachment_name(file) == name for file, name in wanted.items())
        text = name_files(text, wanted, own=own)
    return text, files


def _other_files(works: Sequence[Work], edited: _Edited) -> tuple[PulledFile, ...]:
    """The changed files that are no documents of edited pages."""
    own = {work.path for work in works}
    found = []
    for path, text in edited.texts.items():
        if path in own or path not in edited.pages or text == edited.before[path]:
            continue
        lines = {number for number, _ in edited.clashes.get(path, ())}
        for work in works:
            marked = (work.lines[line - 1].origin for line in work.merge.conflicts)
            lines |= {origin.number for origin in marked if origin.path == path}
        pages = tuple(sorted(edited.pages[path]))
        found.append(PulledFile(Path(path), edited.before[path], text, pages, tuple(sorted(lines))))
    return tuple(found)
