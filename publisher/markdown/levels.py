"""Inline nodes are collected by the HTML elements that are open around them."""

import re
from collections.abc import Sequence

from publisher.markdown.colours import colours_of
from publisher.markdown.dressing import coloured
from publisher.markdown.elements import (
    BLOCKS,
    CODE_TAGS,
    COLOURED,
    DROPPED,
    KNOWN,
    MARKS,
    MEDIA,
    PAIRED,
    UNWRAPPED,
    VOID,
    name_of,
)
from publisher.markdown.tags import Piece
from publisher.markdown.walk import plain_text, without_links
from publisher.model.inlines import Anchor, Break, Code, Date, Image, Inline, Link, Mark, Text

COLUMN_WIDTH = 760  # pixels, docs/storage-format.md#images


#: Pixels of a unit of length, as CSS has them.
_UNITS = {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0, "em": 16.0, "rem": 16.0}


def read_size(text: str, of: int = COLUMN_WIDTH) -> str:
    """Pixels of ``300``, ``300px``, ``3in`` or ``50%`` (of the page's column; of nothing if ``of`` is 0); empty for others."""
    found = re.fullmatch(r"(\d{1,5}(?:\.\d{1,5})?)\s*([a-z]+|%)?", text.strip().lower())
    if not found:
        return ""
    number, unit = float(found[1]), found[2] or "px"
    if unit == "%":
        return str(int(number) * of // 100) if of else ""
    return str(int(number * _UNITS[unit])) if unit in _UNITS else ""


def _image(attributes: dict[str, str], line: int) -> Image:
    style = attributes.get("style", "").replace(" ", "")
    floating = re.search(r"float:(left|right)", style)
    wide = re.search(r"(?:^|;)(?:max-)?width:([^;]+)", style)
    align = attributes.get("align", "").lower()
    return Image(
        attributes["src"],
        attributes.get("alt", ""),
        attributes.get("title", ""),
        line,
        read_size(attributes.get("width", "") or (wide[1] if wide else "")),
        read_size(attributes.get("height", ""), of=0),
        floating[1] if floating else align if align in {"left", "center", "right"} else "",
        wrap=bool(floating) or align in {"left", "right"},
    )


_MOST_LEVELS = 50  # elements of a line in each other; deeper ones say nothing more


class _Level:
    """An open element of a line: its start tag as it is written, and what was found in it."""

    __slots__ = ("attributes", "depth", "nodes", "raw", "tag")

    def __init__(self, tag: str = "", attributes: dict[str, str] | None = None, raw: str = "", depth: int = 0) -> None:
        self.tag, self.attributes, self.raw = tag, attributes or {}, raw
        self.nodes: list[Inline] = []
        self.depth = depth  # block elements around it

    def is_bare(self) -> bool:
        """Without a value of any attribute: ``<b>``, and the ``<b and c>`` of ``a<b and c>d``."""
        return self.tag in PAIRED and not any(self.attributes.values())


class InlineBuilder:
    """Collects inline nodes; HTML tags open and close levels. What is left open ends at the end; without attributes it
    was no element, and is text.

    ``unsafe``: (line, what was dropped). ``unclosed`` and ``unknown``: (line, tag) that are shown as they are written.
    """

    __slots__ = ("ended", "html", "in_link", "levels", "line", "unclosed", "unknown", "unsafe")

    def __init__(self, line: int, *, in_link: bool = False, html: bool = False) -> None:
        self.line = line
        self.levels = [_Level()]
        self.unsafe: list[tuple[int, str]] = []
        self.unclosed: list[tuple[int, str]] = []
        self.unknown: list[tuple[int, str]] = []
        self.in_link = in_link
        self.html = html  # in a block of HTML, where `<b>` is bold though it never ends
        self.ended = False  # a block element ended here: what follows begins a line

    @property
    def nodes(self) -> list[Inline]:
        """What was found in the innermost open element."""
        return self.levels[-1].nodes

    def add(self, node: Inline) -> None:
        if self.ended and node != Text(" "):
            self.ended = False
            if node != Break():
                self.nodes.append(Break())
        self.levels[-1].nodes.append(node)

    def add_link(self, href: str, children: Sequence[Inline], line: int) -> None:
        """A link, and behind it the references to footnotes that its text holds."""
        nodes, notes = without_links(children)
        self.add(Link(href, nodes, line))
        for note in notes:
            self.add(note)

    def add_tag(self, piece: Piece, *, closes: bool) -> None:
        """A tag as it is written. One that HTML does not know is text."""
        if piece.name == "br":
            self.add(Break())
        elif piece.name not in KNOWN:
            self._add_unknown(piece, closes=closes)
        elif closes:
            self._close(piece.name)
        else:
            self._open(piece)

    def _add_unknown(self, piece: Piece, *, closes: bool) -> None:
        """Text in angle brackets, as it is written."""
        opened = closes and any(name_of(tag) == piece.name for _, tag in self.unknown)
        if not opened and not any(level.tag in DROPPED for level in self.levels):
            self.unknown.append((self.line, piece.raw))
        self.add(Text(piece.raw))

    def _open(self, piece: Piece) -> None:
        tag, attributes = piece.name, piece.attributes
        self.unsafe += [
            (self.line, f"the attribute {name} was dropped") for name in attributes if name.startswith("on")
        ]
        if tag in UNWRAPPED - MEDIA:
            self.unsafe.append((self.line, f"<{tag}> was dropped; the text in it stays"))
        if tag in BLOCKS and self._last() not in {None, Break()}:
            # Block elements in a line, as people write lists in table cells.
            self.ended = False
            self.add(Break())
        if tag == "li":
            self.add(Text("• "))
        elif tag == "img" and attributes.get("src"):
            self.add(_image(attributes, self.line))
        elif tag == "input" and attributes.get("type", "").lower() == "checkbox":
            self.add(Text("☑" if "checked" in attributes else "☐"))
        elif tag in MEDIA and attributes.get("src"):
            self._add_media(tag, attributes["src"])
        elif tag in VOID:
            self._add_void(piece)
        elif tag in PAIRED or (tag in COLOURED and any(colours_of(attributes))):
            if len(self.levels) <= _MOST_LEVELS:
                self.levels.append(_Level(tag, attributes, piece.raw))
            if name := (attributes.get("id") or attributes.get("name")) if tag in {"a", "span"} else "":
                self.levels[-2].nodes.append(Anchor(name))

    def _add_media(self, tag: str, address: str) -> None:
        """What plays a film or a sound is a link to it."""
        self.unsafe.append((self.line, f"<{tag}> is a link on the page: Confluence plays nothing in a text"))
        self.add(Link(address, (Text(address.rpartition("/")[2] or address),), self.line))

    def _last(self) -> Inline | None:
        """The node that was added last."""
        return next((level.nodes[-1] for level in reversed(self.levels) if level.nodes), None)

    def _add_void(self, piece: Piece) -> None:
        around = next((level for level in reversed(self.levels) if level.tag in MEDIA), None)
        if piece.name == "source" and piece.attributes.get("src") and around is not None:
            if not any(isinstance(node, Link) for node in around.nodes):
                self._add_media(around.tag, piece.attributes["src"])
        elif not piece.attributes and piece.name not in {"hr", "wbr"}:
            self.unknown.append((self.line, piece.raw))
            self.add(Text(piece.raw))
        elif piece.name in DROPPED:
            self.unsafe.append((self.line, f"<{piece.name}> was dropped"))

    def _close(self, tag: str) -> None:
        ended, self.ended = self.ended, False
        if any(level.tag == tag for level in self.levels[1:]):
            while self.levels[-1].tag != tag:
                self.unclosed.append((self.line, f"<{self.levels[-1].tag}>"))
                self._end_level()
            self._end_level(closed=True)
        self.ended = ended or (tag in BLOCKS and self._last() is not None)

    def _end_level(self, *, closed: bool = False) -> None:
        level = self.levels.pop()
        tag, attributes, children = level.tag, level.attributes, level.nodes
        if tag in COLOURED and attributes:
            children = [*coloured(children, *colours_of(attributes))]
        if tag in DROPPED:
            self.unsafe.append((self.line, f"<{tag}> was dropped"))
        elif tag in MEDIA and not any(isinstance(node, Link) for node in children):
            self.unsafe.append((self.line, f"<{tag}> was dropped; the text in it stays"))
            self._extend(children)
        elif tag in CODE_TAGS or tag == "pre":
            self._add_code(children)
        elif tag == "time" and re.fullmatch(r"\d{4}-\d\d-\d\d", attributes.get("datetime", "")):
            self.add(Date(attributes["datetime"]))  # the date is there in place of its text
        elif tag == "abbr" and attributes.get("title"):
            self._extend([*children, Text(f" ({attributes['title']})")])
        elif tag == "a" and attributes.get("href") and children:
            self.add_link(attributes["href"], children, self.line)
        elif tag in MARKS and children and (closed or not all(isinstance(child, Image) for child in children)):
            self.add(Mark(MARKS[tag], tuple(children)))
        else:
            self._extend(children)

    def _add_code(self, children: list[Inline]) -> None:
        """Code, a piece for each of its lines."""
        line: list[Inline] = []
        for node in [*children, Break()]:
            if node != Break():
                line.append(node)
                continue
            if text := plain_text(line):
                self.add(Code(text))
            self.add(node)
            line = []
        self.nodes.pop()

    def _extend(self, nodes: Sequence[Inline]) -> None:
        for node in nodes:
            self.add(node)

    def finish(self, kept: int = 0) -> tuple[Inline, ...]:
        """All nodes. An element that never ended is what it holds; without attributes its tag is text.

        The first ``kept`` elements go on behind what follows (``reopen``), so they are no such thing.
        """
        while len(self.levels) > 1:
            level = self.levels[-1]
            if len(self.levels) - 1 <= kept:
                self._end_level()
            elif level.is_bare() and not (self.html and not level.attributes and level.tag in MARKS):
                self.levels.pop()
                self.unclosed.append((self.line, level.raw))
                self._extend([Text(level.raw), *level.nodes])
            elif level.tag in DROPPED or level.tag == "time":
                # What follows is no part of an element that never ends.
                children, level.nodes = level.nodes, []
                self._end_level()
                self._extend(children)
            else:
                if level.tag in MARKS or level.tag in CODE_TAGS:
                    self.unclosed.append((self.line, f"<{level.tag}>"))
                self._end_level()
        return tuple(self.nodes)

    def is_empty(self) -> bool:
        """Whether nothing was found, and nothing is open."""
        return len(self.levels) == 1 and not (self.nodes or self.unsafe or self.unclosed or self.unknown)

    def restart(self, line: int) -> None:
        """Begins the next line; nothing was found in this one."""
        self.line, self.ended = line, False

    def reopened(self, line: int, kept: int) -> "InlineBuilder":
        """A line that goes on in the first ``kept`` elements of this one."""
        found = InlineBuilder(line, in_link=self.in_link, html=self.html)
        found.levels += [
            _Level(level.tag, level.attributes, level.raw, level.depth) for level in self.levels[1 : kept + 1]
        ]
        return found
