"""HTML in Markdown becomes nodes: what storage format can hold is kept, the rest is unwrapped or dropped.

Markdown between the tags, as CommonMark has it between blank lines, belongs to the element that is open there. Nothing is
ever passed through as text of our output, so no tag can be left open and no script can get by.
"""

import re
from collections.abc import Collection, Iterable
from functools import partial
from html import unescape
from textwrap import dedent

from publisher.markdown.builder import Builder
from publisher.markdown.colours import colours_of
from publisher.markdown.dressing import dress_blocks, dress_line
from publisher.markdown.elements import BLOCKS, DROPPED, FRAMES, KNOWN, MARKS, RAW_TEXT, VOID
from publisher.markdown.frames import Frame, alignment, close_frame
from publisher.markdown.levels import InlineBuilder
from publisher.markdown.liquid import without_raw
from publisher.markdown.structure import mask_spans
from publisher.markdown.tags import Kind, Piece, scan_tags
from publisher.markdown.walk import plain_text, trim, walk
from publisher.model.document import Block, Paragraph, Rule
from publisher.model.inlines import Anchor, Image, Inline, Link, Text

#: What a start tag closes, as far as no element of ``_SCOPES`` is in between.
_IMPLIED = {
    "li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "tr": ("td", "th", "tr"), "td": ("td", "th"), "th": ("td", "th"),
    "tbody": ("thead", "tbody"), "tfoot": ("tbody",),
}  # fmt: skip
_SCOPES = {
    "li": "ul",
    "dt": "dl",
    "dd": "dl",
    "tr": "table",
    "td": "tr",
    "th": "tr",
    "tbody": "table",
    "tfoot": "table",
}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
#: Elements whose end tag may be left out.
_LOOSE = {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption"}
#: Elements whose text is a line, even with ``markdown="1"``.
_LINES = {"p", "summary", "figcaption", "caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6"}
#: Elements of a line that say something of all text in them, around blocks too.
_AROUND = {*MARKS, "a", "span", "font"}
_BLANKS = re.compile(r"\s+")
_MOST_DEEP = 60  # elements in each other; deeper ones end where they begin


def _says_more(piece: Piece) -> bool:
    """Whether a block element says something about what it holds: how it is read, in which colour it is, or where it stands."""
    attributes = piece.attributes
    return "markdown" in attributes or any(colours_of(attributes)) or alignment(piece.name, attributes) is not None


def _find_around(pieces: Iterable[Piece]) -> frozenset[int]:
    """Where tags of a line begin that are around block elements: they belong to HTML, not to the Markdown in it."""
    opened: dict[str, list[tuple[int, int]]] = {}
    found: set[int] = set()
    blocks = 0
    for piece in pieces:
        if piece.name in BLOCKS:
            blocks += 1
        elif piece.name in _AROUND and piece.kind is Kind.OPEN:
            opened.setdefault(piece.name, []).append((piece.start, blocks))
        elif piece.kind is Kind.CLOSE and (levels := opened.get(piece.name)):
            start, before = levels.pop()
            found |= {start, piece.start} if blocks > before else set()
    return frozenset(found)


class HtmlTree:
    """Blocks of a sequence of HTML and Markdown. End tags that HTML lets out are implied, strange ones are ignored."""

    def __init__(self, builder: Builder, line: int, *, markdown: bool = False) -> None:
        self.builder = builder
        self.first_line = self.line = line
        self.inline = InlineBuilder(line, html=True)
        self.frames = [Frame("", {}, line, markdown="1" if markdown else "")]
        self.source: list[str] = []  # Markdown in an element with the attribute ``markdown``, as it is written
        self.dropping = ""
        self.around: frozenset[int] = frozenset()  # where tags of a line begin that are around blocks

    @property
    def is_open(self) -> bool:
        """Whether what follows may belong to an element here."""
        return len(self.frames) > 1 or len(self.inline.levels) > 1

    @property
    def inside_markdown(self) -> bool:
        """Whether text between the tags is Markdown without a blank line before it."""
        return self.frames[-1].markdown not in {"", "0"}

    def feed(self, source: str, line: int, ahead: Collection[str] = ()) -> None:
        """A piece of HTML as it is written, which begins on ``line``; ``ahead``: elements that end further down."""
        self.builder.check_marker(source, line)
        position = 0
        markdown = self.inside_markdown or "markdown" in source
        if not markdown and "liquid" in self.builder.grammar.syntaxes:
            source = without_raw(source)
        pieces = list(scan_tags(source, mask_spans(source) if markdown and "`" in source else ""))
        self.around = _find_around(pieces) if markdown else frozenset()
        for piece in pieces:
            line += source.count("\n", position, piece.start)
            position = piece.start
            self.line = line
            self._put(piece)
        levels = self.inline.levels[1:]
        self._end_paragraph(kept=next((at for at, level in enumerate(levels) if level.tag not in ahead), len(levels)))
        if self._in_plain_paragraph() and "p" not in ahead:
            self._close("p")

    def add_blocks(self, blocks: Iterable[Block]) -> None:
        """Blocks of Markdown that are written here."""
        self.dropping = ""
        if self._in_plain_paragraph() and not any(colours_of(self.frames[-1].attributes)):
            self._close("p")
        self.frames[-1].blocks += self._dress(list(blocks))

    def _dress(self, blocks: list[Block]) -> list[Block]:
        """Blocks in ``<b>``, ``<a href>`` or the like that is open around them."""
        for level in reversed(self.inline.levels[1:]):
            blocks = dress_blocks(blocks, partial(self._dress_line, level.tag, level.attributes))
        return blocks

    def _dress_line(self, tag: str, attributes: dict[str, str], nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        dressed = dress_line(tag, attributes, nodes, line=self.line)
        if tag == "a" and dressed is not nodes:
            self.builder.links += [node for node in dressed if isinstance(node, Link)]
        return dressed

    def finish(self) -> list[Block]:
        """Everything; what is still open ends."""
        self._end_paragraph()
        self.builder.note_unclosed((self.line, level.raw) for level in self.inline.levels[1:] if level.tag in MARKS)
        while len(self.frames) > 1:
            frame = self.frames.pop()
            if frame.tag not in _LOOSE:
                self.builder.note_unclosed([(frame.line, f"<{frame.tag}>")])
            close_frame(self.builder, frame, self.frames[-1])
        return self.frames[0].finish()

    # Pieces

    def _put(self, piece: Piece) -> None:
        if self.dropping:
            self.dropping = "" if piece.kind is Kind.CLOSE and piece.name == self.dropping else self.dropping
        elif self.frames[-1].tag == "pre" and piece.name != "pre":
            self._put_in_code(piece)
        elif piece.kind is Kind.TEXT:
            self._put_text(piece.raw)
        elif piece.kind is Kind.HIDDEN:
            if piece.raw.startswith("<!--") and not piece.raw.endswith("-->"):
                self.builder.report_unsafe([(self.line, "a comment that is never closed was dropped")])
        elif self.inside_markdown and piece.name not in BLOCKS and piece.start not in self.around:
            self.source.append(piece.raw)
        elif piece.kind is Kind.CLOSE and piece.name in BLOCKS:
            self._close_block(piece.name)
        elif piece.kind is Kind.CLOSE:
            self._end_source()
            self.inline.add_tag(piece, closes=True)
        elif piece.name in BLOCKS:
            self._open_block(piece)
        else:
            self._open_inline(piece)

    def _put_text(self, raw: str) -> None:
        if self.inside_markdown:
            self.source.append(raw)
            return
        text = _BLANKS.sub(" ", unescape(raw))
        if text.strip() or self.inline.nodes:
            self.inline.add(Text(text))

    def _put_in_code(self, piece: Piece) -> None:
        text = self.frames[-1].text
        if piece.kind is Kind.TEXT:
            text.append(unescape(piece.raw))
        elif piece.name == "br":
            text.append("\n")
        elif piece.name == "code" and piece.kind is Kind.OPEN:
            self.frames[-1].attributes.setdefault("class", piece.attributes.get("class", ""))
        elif piece.kind is not Kind.HIDDEN and piece.name not in KNOWN:
            text.append(piece.raw)
        elif piece.name in _TABLE and piece.kind is Kind.CLOSE and self._is_open(piece.name):
            self._close_block(piece.name)

    def _open_inline(self, piece: Piece) -> None:
        self._end_source()
        self.inline.line = self.line
        if piece.name in DROPPED and piece.name not in VOID and (piece.attributes or piece.name in RAW_TEXT):
            self.builder.report_unsafe([(self.line, f"<{piece.name}> was dropped")])
            self.dropping = piece.name
        else:
            count = len(self.inline.levels)
            self.inline.add_tag(piece, closes=False)
            for level in self.inline.levels[count:]:
                level.depth = len(self.frames)

    def _open_block(self, piece: Piece) -> None:
        tag = piece.name
        events = [name for name in piece.attributes if name.startswith("on")]
        self.builder.report_unsafe((self.line, f"the attribute {name} was dropped") for name in events)
        self._end_paragraph()
        if self._in_plain_paragraph():
            self._close("p")
        for closed in _IMPLIED.get(tag, ()):
            if self._is_open(closed, until=_SCOPES.get(tag, "")):
                self._close(closed)
        name = piece.attributes.get("id", "")
        if tag == "hr":
            self.frames[-1].blocks.append(Rule(self.line))
        elif (tag in FRAMES or _says_more(piece)) and len(self.frames) < _MOST_DEEP:
            around = self.frames[-1].markdown
            mode = piece.attributes.get("markdown", "1" if tag == "summary" else around) or "1"
            mode = mode if "markdown" in piece.attributes or around or tag == "summary" else ""
            self.frames.append(Frame(tag, piece.attributes, self.line, markdown="" if tag == "pre" else mode))
        if name and not re.fullmatch(r"h[1-6]", tag):
            self.inline.add(Anchor(name))

    def _in_plain_paragraph(self) -> bool:
        """Whether the innermost block element is ``<p>``, which ends where another block begins."""
        return self.frames[-1].tag == "p" and not self.inside_markdown

    def _close_block(self, tag: str) -> None:
        if self._is_open(tag):
            self._end_paragraph(next(at for at in range(len(self.frames) - 1, 0, -1) if self.frames[at].tag == tag))
            self._close(tag)
        else:
            self._end_paragraph()

    def _is_open(self, tag: str, until: str = "") -> bool:
        """Whether an element is open that an end tag here may close: none outside of a cell, but the cell's table."""
        for frame in reversed(self.frames[1:]):
            if frame.tag == tag:
                return True
            if frame.tag == until or (frame.tag in {"td", "th"} and tag not in _TABLE):
                return False
        return False

    def _close(self, tag: str) -> None:
        while True:
            frame = self.frames.pop()
            if frame.tag != tag and frame.tag not in _LOOSE:
                self.builder.note_unclosed([(frame.line, f"<{frame.tag}>")])
            close_frame(self.builder, frame, self.frames[-1])
            if frame.tag == tag:
                return

    # Paragraphs

    def _end_paragraph(self, depth: int = _MOST_DEEP, kept: int | None = None) -> None:
        """What was found since the last block. Elements of a line go on in the next one, as browsers have it, but for those
        that begin within the block element at ``depth``, which ends; ``kept``: how many, if that is known.
        """
        self._end_source()
        if self.inline.is_empty():
            self.inline.restart(self.line)
            return
        if kept is None:
            kept = sum(level.depth <= depth for level in self.inline.levels[1:])
        following = self.inline.reopened(self.line, kept)
        nodes = trim(self.builder.finish_line(self.inline, kept))
        if plain_text(nodes).strip() or any(isinstance(node, Image | Anchor) for node in walk(nodes)):
            self.frames[-1].blocks.append(Paragraph(nodes, self.inline.line))
        self.inline = following

    def _end_source(self) -> None:
        """Markdown in an element that asks for it becomes blocks, or a line."""
        if not self.source:
            return
        source, self.source = dedent("".join(self.source)).strip("\n"), []
        if not source.strip():
            return
        frame = self.frames[-1]
        if frame.markdown == "span" or frame.tag in _LINES:
            line = self.builder.styled(" ".join(source.split("\n")), frame.line)
            frame.blocks += self._dress([Paragraph(trim(line), frame.line)]) if line else []
        else:
            frame.blocks += self._dress([*self.builder.blocks(self.builder.parse(source, frame.line), frame.line)])
