"""One document while the edits of its page are tried: its lines, its blocks in three versions, and what the trial showed."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from pathlib import Path
from urllib.parse import quote, unquote

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.convert.compose import Conversion
from publisher.convert.fileedits import place_edit
from publisher.convert.filekeys import choose_keys
from publisher.convert.includes import make_reader
from publisher.convert.options import read_grammar
from publisher.convert.reading import NO_FILES, generated_of, reading_context, without_generated
from publisher.convert.sourceblocks import name_place, source_blocks, split_notes
from publisher.markdown.composed import ComposedLine, compose_lines
from publisher.markdown.grammar import Grammar
from publisher.markdown.walk import plain_text
from publisher.markdown.write import MarkdownWriter, Unwritable
from publisher.markdown.writing.style import detect_style, style_of
from publisher.merging.columns import keep_columns
from publisher.merging.merge import Merge, Resolution, SourceBlock, Way, merge_blocks
from publisher.merging.places import LineEdit
from publisher.model.document import Block, Document, Footnotes, Heading
from publisher.model.inlines import Anchor, Inline, Link
from publisher.model.normal import normal_blocks
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile
from publisher.model.walk import map_blocks, map_inlines, walk_blocks
from publisher.naming import slugify
from publisher.reading.context import ReadingContext
from publisher.reading.read import read_storage
from publisher.source.git.git import repository_root
from publisher.storage import without_muted


class PageEdit(Struct, frozen=True):
    """``published``: the body that we wrote last; ``stored``: the body that Confluence holds now.

    ``files``: attachments that people added, by name, with local copies of them. ``title``: a new one that people gave the page.
    """

    published: str
    stored: str
    files: Mapping[str, Path] = field(default_factory=dict)
    title: str = ""


class Work(Struct):
    """What is known of one document while its edits are tried.

    ``lines``: those of the document and of what it includes; ``included``: the texts of the latter, by path. ``files``: copies of
    files that people added, by the keys that they get; ``names``: what these are called on the page. ``generated``: why an edit of what the front matter makes stays out.
    ``title``: the new one; ``addresses``: how links are read now → how they are to be read, where headings have other names.
    """

    key: str
    path: str
    text: str
    document: Document
    grammar: Grammar
    lines: tuple[ComposedLine, ...]
    included: Mapping[str, str]
    context: ReadingContext
    writer: MarkdownWriter
    published: tuple[Block, ...]
    theirs: tuple[Block, ...]
    sources: tuple[SourceBlock, ...]
    first_line: int
    files: Mapping[str, Path]
    names: Mapping[str, str]
    generated: tuple[tuple[int, str], ...] = ()
    title: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    merge: Merge = field(default_factory=lambda: Merge((), ()))

    def write(self, blocks: tuple[Block, ...]) -> str | None:
        """Markdown of blocks without a line end."""
        try:
            return self.writer.write(blocks).rstrip("\n")
        except Unwritable:
            return None

    def try_edits(self, resolution: Resolution = Resolution.MARKERS) -> None:
        """Merges again, each block in the way that is left to it."""
        texts = [line.text for line in self.lines]
        self.merge = merge_blocks(
            self.published, self.theirs, self.sources, texts, self.write,
            first_line=self.first_line, ways=self.ways, resolution=resolution, fits=self._fits,
        )  # fmt: skip

    def _fits(self, edit: LineEdit) -> bool:
        return place_edit(self.lines, edit) is not None

    def line_of(self, number: int) -> int:
        """The line of the document that a composed one belongs to."""
        return self.lines[min(max(number, 1), len(self.lines)) - 1].chain[0].number

    def refusals(self) -> list[tuple[int, str]]:
        """(line of the document, why) of what the last trial left out."""
        starts = {source.start: source.end for source in self.sources}
        found = []
        for line, why in self.merge.refused:
            text = "\n".join(row.text for row in self.lines[line - 1 : starts.get(line, line)])
            found.append((self.line_of(line), why or name_place(text, self.document, self.grammar)))
        return [*found, *self.generated]

    def read(self, changed: Conversion) -> tuple[Block, ...]:
        """The blocks of the page that the edited document would become."""
        page, context = changed.rendered.pages.get(self.key), self.context
        if page and (self.title or self.addresses):
            keys = {key: key for key in self.files}
            context = reading_context(changed, self.key, self.writer, keys, lenient=True)
        return _read(page.body if page else "", context, changed, self.key)

    def as_wanted(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """Blocks of theirs in normal form, with the addresses that links are to have."""
        readdressed = map_inlines(blocks, self._readdress) if self.addresses else blocks
        return normal_blocks(readdressed)

    def _readdress(self, node: Inline) -> Inline:
        if isinstance(node, Link) and node.href in self.addresses:
            return Link(self.addresses[node.href], node.children, node.line)
        own = f"#{quote(node.name, safe='-_.~:')}" if isinstance(node, Anchor) else ""
        return Anchor(unquote(self.addresses[own][1:])) if own in self.addresses else node

    def blocks_from(self, paths: frozenset[str]) -> set[int]:
        """Numbers of the source blocks with lines of these files."""
        return {
            number
            for number, source in enumerate(self.sources)
            if any((line.origin.path or self.path) in paths for line in self.lines[source.start - 1 : source.end])
        }

    def mismatches(self, changed: Conversion, foreign: frozenset[str]) -> set[int]:
        """Numbers of the source blocks that do not read as they should; -1 for new ones, and for a page that is gone.

        ``foreign``: files that edits of other pages have changed too.
        """
        if self.key not in changed.rendered.pages:
            return {-1}
        actual = [repr(block) for block in normal_blocks(self.read(changed))]
        owners = [number for number, _ in self.merge.expected]
        expected = [repr(self.as_wanted((block,))[0]) if block else "" for _, block in self.merge.expected]
        found: set[int] = set()
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, expected, actual, autojunk=False).get_opcodes():
            if kind == "equal" or (kind == "replace" and not any(expected[i1:i2]) and i2 - i1 == j2 - j1):
                continue
            found |= set(owners[i1:i2]) or {owners[i1 - 1] if i1 else -1}
        notes = {number for number, s in enumerate(self.sources) if any(isinstance(b, Footnotes) for b in s.blocks)}
        # A note that nothing leads to any more is no text of the page; what other pages changed is theirs.
        return found - ((notes | self.blocks_from(foreign)) - set(self.merge.changed))


def start_work(
    conversion: Conversion,
    settings: Settings,
    key: str,
    edit: PageEdit,
    dialect: str,
    *,
    titles: Mapping[str, str] = NO_FILES,
) -> Work:
    """Reads the three versions of a page. ``titles``: those that people gave to pages, by key."""
    document = conversion.tree.pages[key].document
    assert document is not None
    file = next(file for file in conversion.source.documents if file.key == key)
    text = (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n")
    grammar = read_grammar(settings, conversion.source)
    lines, included = _compose(conversion, settings, file, text, grammar)
    writer = MarkdownWriter(grammar, detect_style("\n".join([text, *included.values()]), style_of(dialect)))
    keys = choose_keys(settings, conversion.source, key, edit.files, set())
    context = reading_context(conversion, key, writer, keys, lenient=True, titles=titles)
    front = text.count("\n", 0, len(text) - len(_body_of(text)))
    bodies = [edit.published, edit.stored]
    generated = [generated_of(read_storage(without_muted(body), context), conversion, key) for body in bodies]
    refused = [] if normal_blocks(generated[0]) == normal_blocks(generated[1]) else [_property_line(text)]
    published = _read(edit.published, context, conversion, key)
    return Work(
        key,
        str(file.path.resolve()),
        text,
        document,
        grammar,
        lines,
        included,
        context,
        writer,
        _without_names(published, published),
        _without_names(keep_columns(published, _read(edit.stored, context, conversion, key)), published),
        source_blocks(conversion, key, context, lines, grammar),
        next((n for n, line in enumerate(lines, 1) if line.chain[0].number > front), len(lines)),
        {keys[name]: path for name, path in edit.files.items()},
        {keys[name]: name for name in edit.files},
        tuple(refused),
        edit.title,
    )


def _compose(
    conversion: Conversion, settings: Settings, file: SourceFile, text: str, grammar: Grammar
) -> tuple[tuple[ComposedLine, ...], Mapping[str, str]]:
    """(the lines of a document with those that it includes, the texts of the latter by path)."""
    read, included = make_reader(settings, conversion.source.texts)(file.path), dict[str, str]()
    top = repository_root(settings.docs.resolve())

    def note(path: str) -> tuple[str, str] | None:
        found = read(path)
        if found and repository_root(Path(found[0]).parent) != top:  # a submodule: it is not ours to edit
            return None
        included.update([found] if found else [])
        return found

    return compose_lines(text, grammar, note), included


def included_texts(conversion: Conversion, settings: Settings, file: SourceFile, text: str) -> Mapping[str, str]:
    """The texts of files that a document includes, by path: those that are ours to edit."""
    return _compose(conversion, settings, file, text, read_grammar(settings, conversion.source))[1]


def _read(body: str, context: ReadingContext, conversion: Conversion, key: str) -> tuple[Block, ...]:
    return split_notes(without_generated(read_storage(without_muted(body), context), conversion, key))


def _without_names(blocks: tuple[Block, ...], published: tuple[Block, ...]) -> tuple[Block, ...]:
    """Without the names that headings had from their text when they were published: a retitled one gets another."""
    own = {name for block in walk_blocks(published) if isinstance(block, Heading) for name in _own_names(block)}

    def change(block: Block) -> Block:
        if not isinstance(block, Heading):
            return block
        kept = tuple(node for node in block.children if not (isinstance(node, Anchor) and node.name in own))
        return replace(block, children=kept, slug="" if block.slug in own else block.slug)

    return map_blocks(blocks, change)


def _own_names(heading: Heading) -> set[str]:
    """Those of its names that come from its text, alone or with the page's title before them."""
    slug = slugify(plain_text(heading.children))
    names = {heading.slug, *(node.name for node in heading.children if isinstance(node, Anchor))}
    own = {name for name in names if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", name)}
    return {name for name in names if name in own or any(name.endswith(f"-{each}") for each in own)}


def _property_line(text: str) -> tuple[int, str]:
    found = re.search(r"^[ \t]*page_properties\b", text, re.M)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    return line, "the table is made from `page_properties` in the front matter: change that"


def _body_of(text: str) -> str:
    """The text behind the front matter."""
    if not text.startswith("---\n"):
        return text
    end = text.find("\n---\n", 3)
    return text[end + 5 :] if end >= 0 else text
