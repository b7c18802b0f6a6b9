"""A page becomes the text of its document, and is rendered again: it is the same page, or the block that is not stays storage."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher

from msgspec import Struct
from msgspec.structs import replace

from publisher.importing.differences import describe, name_difference
from publisher.importing.front import front_matter
from publisher.importing.site import Rendered, Site
from publisher.importing.spool import PageRecord
from publisher.markdown.frontmatter import split_front_matter
from publisher.markdown.parse import parse_document
from publisher.markdown.write import MarkdownWriter, Unwritable
from publisher.markdown.writing.style import style_of
from publisher.model.document import DIAGRAMS, Block, CodeBlock, Document, Heading, MathBlock, Storage
from publisher.model.inlines import Math, Text
from publisher.model.problem import Level
from publisher.model.walk import inline_nodes, walk_blocks
from publisher.naming import slugify
from publisher.pagetree.titles import document_title
from publisher.reading.context import PageAddress, ReadingContext
from publisher.reading.elements import anchor_name
from publisher.reading.read import read_pieces
from publisher.render.options import page_prefix
from publisher.storage import (
    NotWellFormed,
    canonical,
    canonical_parts,
    check_safety,
    escape,
    parse_content,
    serialise,
)

_ROUNDS = 6
_NO_TEXT = re.compile("[\ufdd0-\ufdef]")


class PageWork(Struct, frozen=True, kw_only=True):
    """A page to be written. ``linked``: names of its anchors that links lead to; ``anchors``: key → names that links may use.

    ``safe``: no link with an anchor is written, and every anchor stands for itself, so that other documents do not matter.
    """

    id: str
    key: str
    title: str
    body: str
    record: PageRecord
    front: dict[str, object]
    notes: tuple[str, ...] = ()
    linked: frozenset[str] = frozenset()
    safe: bool = False


class PageText(Struct, frozen=True):
    """``anchors``: (key, anchor) that the document leads to. ``losses``: (what, why) that it cannot hold. ``storage``: how many
    of its ``blocks`` are storage.
    """

    text: str
    document: Document
    anchors: frozenset[tuple[str, str]]
    losses: tuple[tuple[str, str], ...] = ()
    blocks: int = 0
    storage: int = 0

    def with_front(self, values: dict[str, object], notes: tuple[str, ...]) -> str:
        """The text with these values in its front matter in place of those that it has; a title there stays."""
        _, body = split_front_matter(self.text)
        title = self.document.front_matter.title
        return front_matter({**({"title": title} if title else {}), **values}, notes) + body.lstrip("\n")


class _Attempt(Struct, frozen=True):
    text: str
    document: Document
    rendered: Rendered
    blocks: tuple[Block, ...]
    wrong: frozenset[int]


def write_page(site: Site, work: PageWork, anchors: Callable[[str], frozenset[str]]) -> PageText:
    """The document of a page. ``anchors``: of the page of a key, those that links may name."""
    try:
        return _Writer(site, work, anchors).write()
    except NotWellFormed as error:
        empty = replace(work, body="")
        found = _Writer(site, empty, anchors).write()
        return replace(found, losses=(("the text", f"it is not well-formed: {error}"),))


class _Writer:
    """Tries forms of one page until one is the same page."""

    def __init__(self, site: Site, work: PageWork, anchors: Callable[[str], frozenset[str]]) -> None:
        self.site, self.work = site, work
        self.markdown = MarkdownWriter(site.grammar, style_of(site.style))
        self.context = _context(site, work, anchors, self.markdown)
        self.pieces = _pieces(work.body)
        self.stored = canonical(work.body, site.names)
        self.parts = canonical_parts(work.body, site.names)
        self.everything = frozenset(range(len(self.pieces)))
        slug = slugify(work.title)
        self.titled = (
            bool(self.pieces) and not work.safe and slug in work.linked and _is_anchor_of(self.pieces[0], slug)
        )
        self.in_heading = self.titled or slug not in work.linked

    def write(self) -> PageText:
        kept = frozenset(i for i, piece in enumerate(self.pieces) if self._is_drawn(piece))
        attempt = self._attempt(kept)
        for _ in range(_ROUNDS):
            more = kept | attempt.wrong
            if not attempt.wrong or more == kept:
                break
            kept = more
            attempt = self._attempt(kept)
        if not attempt.wrong:
            return self._done(attempt)
        last = self._attempt(self.everything)
        if last.wrong and self.in_heading:
            self.in_heading = False
            last = self._attempt(self.everything)
        return self._done(last) if not last.wrong else self._done(last, self._losses(last))

    def _done(self, attempt: _Attempt, losses: tuple[tuple[str, str], ...] = ()) -> PageText:
        whole = list(walk_blocks(attempt.blocks))
        storage = sum(isinstance(block, Storage) for block in whole)
        self.site.forget(attempt.document)
        return PageText(attempt.text, attempt.document, attempt.rendered.anchors, losses, len(whole), storage)

    def _losses(self, last: _Attempt) -> tuple[tuple[str, str], ...]:
        found = [(describe(piece), why) for piece in self.pieces for why in check_safety(piece)[:1]]
        found = (
            found or [(f"line {p.line or 1}", p.message) for p in last.rendered.problems if p.level == Level.ERROR][:1]
        )
        if found:
            return tuple(found)
        place = name_difference(self.work.body, last.rendered.body, self.pieces, last.text, self.site.names)
        return ((place, "it comes back different"),)

    def _is_drawn(self, piece: str) -> bool:
        """Whether a publish would draw something of a piece that Confluence does not hold as a picture."""
        if "code" not in piece and "math" not in piece:
            return False
        blocks = read_pieces([piece], self.context)[0]
        drawn = any(
            isinstance(block, MathBlock) or (isinstance(block, CodeBlock) and block.language in DIAGRAMS)
            for block in walk_blocks(blocks)
        )
        return drawn or any(isinstance(node, Math) for node in inline_nodes(blocks))

    def _attempt(self, kept: frozenset[int]) -> _Attempt:
        blocks = self._blocks(kept)
        try:
            text, document = self._text(blocks)
        except Unwritable:
            if kept == self.everything:
                raise
            others = self._unwritable(kept)
            return self._attempt(kept | (others or self.everything))
        rendered = self.site.render(document, self.work.linked)
        return _Attempt(text, document, rendered, blocks, self._wrong(rendered, kept))

    def _unwritable(self, kept: frozenset[int]) -> frozenset[int]:
        """The pieces that hold what Markdown cannot say."""
        found = set()
        for number, piece in enumerate(self.pieces):
            if number in kept:
                continue
            try:
                self.markdown.write(read_pieces([piece], self.context)[0])
            except Unwritable:
                found.add(number)
        return frozenset(found)

    def _blocks(self, kept: frozenset[int]) -> tuple[Block, ...]:
        """The blocks of the page; the pieces of ``kept`` as storage. What follows each other is read together."""
        runs: list[tuple[str, str]] = []
        for number, piece in enumerate(self.pieces):
            if number == 0 and self.titled and self.in_heading and number not in kept:
                continue  # the heading of the title brings it
            kind = self._kind(piece) if number in kept else "read"
            if runs and runs[-1][0] == kind != "code":
                runs[-1] = (kind, runs[-1][1] + ("\n" if kind == "storage" else "") + piece)
            else:
                runs.append((kind, piece))
        read = read_pieces([piece for _, piece in runs], self.context)
        found: list[Block] = []
        for (kind, piece), blocks in zip(runs, read, strict=True):
            match kind:
                case "read":
                    found += blocks
                case "storage":
                    found.append(Storage(_spelled(piece), 0))
                case _:
                    found.append(CodeBlock(piece, "xml", "", 0))
        return tuple(found)

    def _kind(self, piece: str) -> str:
        """What a piece is kept as: storage that is not safe is published as code, so it is that here."""
        return "storage" if self.markdown.can_write(Storage(_spelled(piece), 0)) else "code"

    def _text(self, blocks: tuple[Block, ...]) -> tuple[str, Document]:
        """With the title as its heading, or in the front matter where no heading reads as it. Unwritable."""
        work, title = self.work, Heading(1, (Text(self.work.title),), "", 0)
        if self.in_heading and self.site.rule.value != "note":
            try:
                text = front_matter(work.front, work.notes) + self.markdown.write((title, *blocks))
                document = self._parse(text)
                found = document_title(document, "", self.site.rule)
                if found.text == work.title and found.drop:
                    return text, document
            except Unwritable:
                pass
            self.in_heading = False
        text = front_matter({"title": work.title, **work.front}, work.notes) + self.markdown.write(blocks)
        return text, self._parse(text)

    def _parse(self, text: str) -> Document:
        return parse_document(self.work.key, text.encode(), self.site.grammar)

    def _wrong(self, rendered: Rendered, kept: frozenset[int]) -> frozenset[int]:
        """The pieces that come back different; all of them if nobody can tell which."""
        everything = self.everything
        if rendered.wrong:
            return everything if kept == everything else self._refused(kept) or everything
        try:
            if canonical(rendered.body, self.site.names) == self.stored:
                return frozenset()
            made = canonical_parts(rendered.body, self.site.names)
        except NotWellFormed:
            return everything
        if len(self.parts) != len(self.pieces) + 1:
            return everything
        found: set[int] = set()
        for kind, i1, i2, _, _ in SequenceMatcher(None, self.parts, made, autojunk=False).get_opcodes():
            if kind != "equal":
                found |= set(range(i1, i2)) or {i1 - 1, i1}
        wrong = frozenset(max(number - 1, 0) for number in found if number <= len(self.pieces))
        return wrong if wrong - kept else everything

    def _refused(self, kept: frozenset[int]) -> frozenset[int]:
        """The pieces for which a publish would stop."""
        found = set()
        for number in range(len(self.pieces)):
            if number not in kept:
                alone = self.everything - {number}
                try:
                    _, document = self._text(self._blocks(alone))
                except Unwritable:
                    found.add(number)
                    continue
                if self.site.render(document, self.work.linked).wrong:
                    found.add(number)
        return frozenset(found)


def _context(
    site: Site, work: PageWork, anchors: Callable[[str], frozenset[str]], writer: MarkdownWriter
) -> ReadingContext:
    product = site.options.product

    def page(address: PageAddress) -> str | None:
        target = site.pages.get((address.title, address.day.replace("/", "-")))
        named = frozenset[str]() if work.safe or target is None else anchors(target)
        return site.address_of(work.key, address, named)

    def file(name: str) -> str | None:
        key = site.files.get((work.id, name))
        return site.relative(key, work.key) if key else None

    return ReadingContext(
        product=product,
        page=page,
        file=file,
        people=site.people,
        anchor_prefix=f"{page_prefix(work.title)}-" if product.document_format and not work.safe else "",
        linked=frozenset() if work.safe else work.linked,
        can_write=writer.can_write,
        names=site.names,
    )


def _pieces(body: str) -> list[str]:
    """The elements of a body, each with the text behind it; text before the first one belongs to that."""
    root = parse_content(body)
    first = escape(root.text or "")
    pieces = [serialise(child) + escape(child.tail or "") for child in root if isinstance(child.tag, str)]
    if not pieces:
        return [first] if first.strip() else []
    return [first + pieces[0], *pieces[1:]]


def _is_anchor_of(piece: str, name: str) -> bool:
    """Whether a piece is a paragraph of nothing but the anchors of a title."""
    root = parse_content(piece)
    return (
        len(root) == 1
        and any(anchor_name(child) == name for child in root[0])
        and not "".join(
            str(text) for element in root.iter("p") for text in (element.text or "", *(c.tail or "" for c in element))
        ).strip()
    )


def _spelled(piece: str) -> str:
    """Storage with characters that no text holds as references: Publisher has a use of its own for two of them.

    Without the lines between its elements and their neighbours: no block of code begins or ends with them.
    """
    return _NO_TEXT.sub(lambda match: f"&#x{ord(match[0]):X};", piece.strip(" \t\r\n"))
