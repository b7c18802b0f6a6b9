"""What people changed on pages becomes edits of the documents; every result is converted again to see that it holds."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path

from publisher.convert.compose import Conversion, convert
from publisher.convert.options import find_dialect, read_grammar
from publisher.convert.reading import reading_context, without_generated
from publisher.markdown.includes import has_include
from publisher.markdown.write import MarkdownWriter, Unwritable
from publisher.markdown.writing.style import detect_style, style_of
from publisher.merging.merge import Merge, Resolution, SourceBlock, Way, apply_line_edits, merge_blocks
from publisher.model.document import Block, Footnotes, Heading, Paragraph
from publisher.model.inlines import Anchor
from publisher.model.normal import normal_blocks
from publisher.model.settings import Settings
from publisher.model.tree import AttachmentTarget, SourceTree
from publisher.reading.context import ReadingContext
from publisher.reading.read import read_pieces, read_storage
from publisher.render.nesting import Fitter
from publisher.render.page import link_table
from publisher.render.renderer import Renderer
from publisher.storage import without_muted


@dataclass(frozen=True, slots=True)
class PageEdit:
    """``published``: the body that we wrote last; ``stored``: the body that Confluence holds now.

    ``files``: attachments that people added, by name, with local copies of them.
    """

    published: str
    stored: str
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PulledDocument:
    """``text``: of the document with the edits. ``conflicts``: lines where both sides changed a unit; ``refused``: (line, why)
    of what was left out. ``same``: whether the document now converts to the stored page. ``files``: (key, local copy) of files
    that people added to the page and that the document now shows.
    """

    text: str
    conflicts: tuple[int, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    same: bool = False
    files: tuple[tuple[str, Path], ...] = ()


@dataclass(slots=True)
class _Work:
    """What is known of one document while its edits are tried."""

    key: str
    text: str
    writer: MarkdownWriter
    context: ReadingContext
    published: tuple[Block, ...]
    theirs: tuple[Block, ...]
    sources: tuple[SourceBlock, ...]
    first_line: int
    files: Mapping[str, Path]  # by key
    ways: dict[int, Way] = field(default_factory=dict)
    merge: Merge = field(default_factory=lambda: Merge((), ()))

    def write(self, blocks: tuple[Block, ...]) -> str | None:
        """Markdown of blocks without a line end."""
        try:
            return self.writer.write(blocks).rstrip("\n")
        except Unwritable:
            return None


def pull_documents(
    conversion: Conversion,
    settings: Settings,
    edits: Mapping[str, PageEdit],
    dialect: str,
    resolution: Resolution = Resolution.MARKERS,
) -> dict[str, PulledDocument]:
    """The documents with what people changed on their pages, by key. Nothing is written to disk."""
    works = [_start(conversion, settings, key, edit, dialect) for key, edit in edits.items()]
    pulled: dict[str, PulledDocument] = {}
    for _ in range(len(Way)):
        for work in works:
            work.merge = merge_blocks(
                work.published, work.theirs, work.sources, work.text.split("\n"), work.write,
                first_line=work.first_line, ways=work.ways, resolution=resolution,
            )  # fmt: skip
            text = "\n".join(apply_line_edits(work.text.split("\n"), work.merge.edits))
            pulled[work.key] = PulledDocument(text, work.merge.conflicts, work.merge.refused)
        texts = {key: found.text for key, found in pulled.items()}
        changed = _convert_again(conversion, settings, texts, {k: path for w in works for k, path in w.files.items()})
        wrong = [work for work in works if not pulled[work.key].conflicts and not _holds(work, changed)]
        if not wrong:
            break
        for work in wrong:
            _escalate(work, changed)
    for work in works:
        found = pulled[work.key]
        body = changed.rendered.pages[work.key].body if work.key in changed.rendered.pages else ""
        same = not found.conflicts and normal_blocks(_read(changed, work, body)) == normal_blocks(work.theirs)
        shown = {target.path for target in _attachments(changed, work.key)}
        if not found.conflicts and not found.refused and not _holds(work, changed):
            line = work.merge.edits[0].start if work.merge.edits else work.first_line
            found = replace(found, refused=((line, "the document does not say all of it"),))
        files = tuple((key, path) for key, path in work.files.items() if path in shown)
        pulled[work.key] = replace(found, same=same, files=files)
    return pulled


def contains_edit(conversion: Conversion, settings: Settings, key: str, edit: PageEdit) -> bool:
    """Whether everything that people changed from ``published`` to ``stored`` is in the document already."""
    work = _start(conversion, settings, key, edit, find_dialect(settings, conversion.source))
    merge = merge_blocks(
        work.published, work.theirs, work.sources, work.text.split("\n"), work.write, first_line=work.first_line
    )
    return not (merge.edits or merge.refused or merge.conflicts)


def _start(conversion: Conversion, settings: Settings, key: str, edit: PageEdit, dialect: str) -> _Work:
    page = conversion.tree.pages[key]
    assert page.document is not None
    file = next(file for file in conversion.source.documents if file.key == key)
    text = (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")
    writer = MarkdownWriter(read_grammar(settings, conversion.source), detect_style(text, style_of(dialect)))
    keys = _file_keys(conversion, key, edit.files)
    context = reading_context(conversion, key, writer, keys, lenient=True)
    published = without_generated(read_storage(without_muted(edit.published), context), conversion, key)
    theirs = without_generated(read_storage(without_muted(edit.stored), context), conversion, key)
    sources = source_blocks(conversion, key, context, text)
    front = text.count("\n", 0, len(text) - len(_body_of(text)))
    return _Work(
        key,
        text,
        writer,
        context,
        published,
        theirs,
        sources,
        front + 1,
        {keys[name]: path for name, path in edit.files.items()},
    )


def _body_of(text: str) -> str:
    """The text behind the front matter."""
    if not text.startswith("---\n"):
        return text
    end = text.find("\n---\n", 3)
    return text[end + 5 :] if end >= 0 else text


def source_blocks(conversion: Conversion, key: str, context: ReadingContext, text: str) -> tuple[SourceBlock, ...]:
    """The blocks of a document with their lines, each with what its part of the page is read as."""
    page = conversion.tree.pages[key]
    document = page.document
    assert document is not None
    links = link_table(conversion.tree, {}, conversion.options.space)
    renderer = Renderer(page, links, conversion.options)
    blocks = list(document.blocks)
    if page.drop_first_heading:
        place = next(number for number, block in enumerate(blocks) if isinstance(block, Heading))
        heading = blocks[place]
        assert isinstance(heading, Heading)
        blocks[place] = Paragraph((Anchor(heading.slug),), heading.line)
    fitter = Fitter(conversion.options.product, frozenset(conversion.options.templates.own))
    pieces = ["".join(map(renderer.block, fitter.fit_page(block))) for block in blocks]
    read = read_pieces(pieces, context)
    found: list[SourceBlock] = []
    lines = text.split("\n")
    for block, span, part in zip(blocks, document.spans, read, strict=True):
        if isinstance(
            block, Footnotes
        ):  # read as one block, they are where their definitions are: together they are closed
            found.append(SourceBlock(len(lines), len(lines), part, closed=True))
            continue
        closed = has_include("\n".join(lines[span[0] - 1 : span[1]]))
        if found and found[-1].start == span[0] and span[1] == found[-1].end:  # several blocks of one include or HTML
            found[-1] = replace(found[-1], blocks=(*found[-1].blocks, *part))
        else:
            found.append(SourceBlock(span[0], span[1], part, closed))
    return tuple(found)


def _attachments(conversion: Conversion, key: str) -> list[AttachmentTarget]:
    page = conversion.tree.pages.get(key)
    return [target for target in page.targets.values() if isinstance(target, AttachmentTarget)] if page else []


def _file_keys(conversion: Conversion, key: str, files: Mapping[str, Path]) -> dict[str, str]:
    """Attachments → keys of files beside the document that nothing else has."""
    folder, taken = posixpath.dirname(key), set(conversion.source.assets)
    found: dict[str, str] = {}
    for name in files:
        stem, suffix = posixpath.splitext(re.sub(r'[\\/:?*|<>"]', "_", name))
        names = (f"{stem}{f'-{number}' if number > 1 else ''}{suffix}" for number in range(1, 1000))
        found[name] = next(path for path in (posixpath.join(folder, each) for each in names) if path not in taken)
        taken.add(found[name])
    return found


def _convert_again(
    conversion: Conversion, settings: Settings, texts: Mapping[str, str], files: Mapping[str, Path]
) -> Conversion:
    """The pages that the edited documents would become."""
    documents = tuple(
        replace(file, data=texts[file.key].encode()) if file.key in texts else file
        for file in conversion.source.documents
    )
    source: SourceTree = replace(conversion.source, documents=documents, assets={**conversion.source.assets, **files})
    return convert(settings, source)


def _read(changed: Conversion, work: _Work, body: str) -> tuple[Block, ...]:
    return without_generated(read_storage(without_muted(body), work.context), changed, work.key)


def _holds(work: _Work, changed: Conversion) -> bool:
    return not _mismatches(work, changed)


def _mismatches(work: _Work, changed: Conversion) -> set[int]:
    """Numbers of the source blocks that do not read as they should; -1 for new ones, and for a page that is gone."""
    page = changed.rendered.pages.get(work.key)
    if page is None:
        return {-1}
    actual = [repr(block) for block in normal_blocks(_read(changed, work, page.body))]
    owners = [number for number, _ in work.merge.expected]
    expected = [repr(normal_blocks((block,))[0]) if block else "" for _, block in work.merge.expected]
    found: set[int] = set()
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, expected, actual, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and not any(expected[i1:i2]) and i2 - i1 == j2 - j1):
            continue
        found |= set(owners[i1:i2]) or {owners[i1 - 1] if i1 else -1}
    notes = {
        number for number, source in enumerate(work.sources) if any(isinstance(b, Footnotes) for b in source.blocks)
    }
    return found - (notes - set(work.merge.changed))  # a note that nothing leads to any more is no text of the page


def _escalate(work: _Work, changed: Conversion) -> None:
    """What did not hold is written anew; what did not hold then is left out."""
    wrong = _mismatches(work, changed) & set(work.merge.changed) or set(work.merge.changed)
    for number in wrong:
        before = work.ways.get(number, Way.CARRY)
        work.ways[number] = Way.REWRITE if before is Way.CARRY else Way.KEEP
