"""HTML in Markdown becomes nodes: what storage format can hold is kept, the rest is unwrapped or dropped.

Nothing is ever passed through as text of our output, so no tag can be left open and no script can get by.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from publisher.markdown.levels import BLOCKS, FRAMES, HEADINGS, InlineBuilder
from publisher.markdown.walk import flatten, plain_text, trim, walk
from publisher.model.document import (
    Block,
    Callout,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Expand,
    Heading,
    Image,
    Inline,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)

#: Classes of ``<div>`` that make a callout, as Bootstrap, Sphinx and mkdocs write them.
_BOX_CLASSES = {"admonition", "alert", "callout", "custom-block"}
_BOX_KINDS = {
    "tip": "tip", "success": "tip", "hint": "tip", "warning": "note", "alert-warning": "note", "caution": "warning",
    "danger": "warning", "alert-danger": "warning", "error": "warning", "important": "important", "alert-success": "tip",
}  # fmt: skip
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


@dataclass(slots=True)
class _Frame:
    """An open block element and what was found in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    blocks: list[Block] = field(default_factory=list)
    items: list[list[Block]] = field(default_factory=list)
    rows: list[tuple[bool, tuple[Cell, ...]]] = field(default_factory=list)
    cells: list[tuple[bool, Cell]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    definitions: list[tuple[str, list[Block]]] = field(default_factory=list)
    summary: tuple[Inline, ...] = ()


def _span(text: str) -> int:
    return int(text) if text.isdigit() and 0 < int(text) < 1000 else 1


def _cell(frame: _Frame) -> Cell:
    attributes, style = frame.attributes, frame.attributes.get("style", "").replace(" ", "").lower()
    aligned = re.search(r"text-align:(center|right)", style)
    colour = re.search(r"#[0-9a-f]{6}\b", (attributes.get("bgcolor", "") + " " + style).lower())
    simple = all(isinstance(block, Paragraph) for block in frame.blocks)
    return Cell(
        flatten(frame.blocks) if simple else (),
        (aligned[1] if aligned else attributes.get("align")) or None,
        frame.tag == "th",
        _span(attributes.get("colspan", "")),
        _span(attributes.get("rowspan", "")),
        colour[0] if colour else "",
        () if simple else tuple(frame.blocks),
    )


def _definition_list(frame: _Frame) -> DefinitionList:
    items: list[Definition] = []
    for tag, blocks in frame.definitions:
        last = items.pop() if items and (tag == "dd" or not items[-1].children) else Definition((), ())
        terms = (*last.terms, flatten(blocks)) if tag == "dt" else last.terms
        items.append(Definition(terms, (*last.children, *blocks) if tag == "dd" else last.children))
    return DefinitionList(tuple(items), frame.line)


def _table(frame: _Frame) -> list[Block]:
    """A table, and before it its caption and what stands between the rows by mistake."""
    rows = [cells for _, cells in frame.rows if cells]
    headed = bool(frame.rows) and frame.rows[0][0] and bool(rows)
    if not rows:
        return frame.blocks
    return [*frame.blocks, Table(rows[0] if headed else (), tuple(rows[1:] if headed else rows), frame.line)]


def _box(frame: _Frame) -> list[Block]:
    """What a ``<div>`` means: a callout if its class says so; else what it holds."""
    classes = frame.attributes.get("class", "").lower().split()
    if not _BOX_CLASSES & set(classes):
        return frame.blocks
    kind = next((_BOX_KINDS[name] for name in classes if name in _BOX_KINDS), "info")
    return [Callout(kind, (), tuple(frame.blocks), frame.line)]


class _Fragment(HTMLParser):
    """Block HTML as blocks. End tags that HTML lets out are implied, strange ones are ignored."""

    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.first = line
        self.builder = InlineBuilder(line)
        self.frames = [_Frame("", {}, line)]
        self.unsafe: list[tuple[int, str]] = []

    def _line(self) -> int:
        return self.first + self.getpos()[0] - 1

    def end_paragraph(self) -> None:
        dropping = self.builder.dropping
        nodes = trim(self.builder.finish())
        self.unsafe += self.builder.unsafe
        if plain_text(nodes).strip() or any(isinstance(node, Image) for node in walk(nodes)):
            self.frames[-1].blocks.append(Paragraph(nodes, self.builder.line))
        self.builder = InlineBuilder(self._line(), dropping=dropping)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "code" and self.frames[-1].tag == "pre":
            self.frames[-1].attributes.setdefault("class", attributes.get("class", ""))
            return
        if self.builder.dropping or tag not in BLOCKS:
            self.builder.open(tag, attributes)
            return
        self.builder.unsafe += [(self._line(), f"the attribute {name}") for name in attributes if name.startswith("on")]
        self.end_paragraph()
        for closed in _IMPLIED.get(tag, ()):
            if self._is_open(closed, until=_SCOPES.get(tag, "")):
                self._close(closed)
        if tag == "hr":
            self.frames[-1].blocks.append(Rule(self._line()))
        elif tag in FRAMES:
            self.frames.append(_Frame(tag, attributes, self._line()))

    def handle_endtag(self, tag: str) -> None:
        if self.builder.dropping or tag not in BLOCKS:
            self.builder.close(tag)
            return
        self.end_paragraph()
        if tag in FRAMES and self._is_open(tag):
            self._close(tag)

    def _is_open(self, tag: str, until: str = "") -> bool:
        for frame in reversed(self.frames[1:]):
            if frame.tag == tag:
                return True
            if frame.tag == until:
                return False
        return False

    def _close(self, tag: str) -> None:
        while True:
            frame = self.frames.pop()
            self._put(frame, self.frames[-1])
            if frame.tag == tag:
                return

    def _put(self, frame: _Frame, outer: _Frame) -> None:
        """What a closed element means for the one around it."""
        tag, line = frame.tag, frame.line
        if tag in {"td", "th"}:
            outer.cells.append((tag == "th", _cell(frame)))
        elif tag == "tr":
            outer.rows.append((all(head for head, _ in frame.cells), tuple(cell for _, cell in frame.cells)))
        elif tag in {"thead", "tbody", "tfoot"}:
            outer.rows += frame.rows
            outer.blocks += frame.blocks
        elif tag == "table":
            outer.blocks += _table(frame)
        elif tag == "li":
            outer.items.append(frame.blocks)
        elif tag in {"ul", "ol"}:
            items = tuple(ListItem(tuple(blocks), None, line) for blocks in frame.items)
            start = frame.attributes.get("start", "1")
            if items:
                outer.blocks.append(ListBlock(tag == "ol", int(start) if start.isdigit() else 1, items, line))
            outer.blocks += frame.blocks
        elif tag == "blockquote":
            outer.blocks.append(Quote(tuple(frame.blocks), line))
        elif tag == "pre":
            text = "".join(frame.text).strip("\n")
            language = re.search(r"language-([\w+#-]+)", frame.attributes.get("class", ""))
            outer.blocks.append(CodeBlock(text, language[1] if language else "", "", line))
        elif tag in {"dt", "dd"}:
            outer.definitions.append((tag, frame.blocks))
        elif tag == "dl":
            outer.blocks += [_definition_list(frame)] if frame.definitions else []
            outer.blocks += frame.blocks
        elif tag == "details":
            title = " ".join(plain_text(frame.summary).split()) or "Details"
            outer.blocks.append(Expand(title, tuple(frame.blocks), line))
        elif tag == "summary" and outer.tag == "details":
            outer.summary = flatten(frame.blocks)
        elif tag == "div":
            outer.blocks += _box(frame)
        elif tag in {"summary", "figcaption", "caption"}:
            inner = flatten(frame.blocks)
            mark = "strong" if tag == "summary" else "em"
            outer.blocks += [Paragraph((Mark(mark, inner),), line)] if inner else []
        elif tag in HEADINGS:
            inner = flatten(frame.blocks)
            outer.blocks += [Heading(int(tag[1]), inner, frame.attributes.get("id", ""), line)] if inner else []
        else:
            outer.blocks += frame.blocks

    def handle_data(self, data: str) -> None:
        if self.frames[-1].tag == "pre" and not self.builder.dropping:
            self.frames[-1].text.append(data)
            return
        text = re.sub(r"\s+", " ", data)
        if text.strip() or self.builder.levels[-1][2]:
            self.builder.add(Text(text))

    def finish(self) -> list[Block]:
        self.close()
        self.end_paragraph()
        while len(self.frames) > 1:
            self._put(self.frames.pop(), self.frames[-1])
        outer = self.frames[0]
        outer.blocks += [_definition_list(outer)] if outer.definitions else []
        for blocks in outer.items:  # items and cells without a list or table around them
            outer.blocks += blocks
        outer.blocks += [Paragraph(cell.children, outer.line) for _, cell in outer.cells if cell.children]
        for _, cells in outer.rows:
            outer.blocks += [Paragraph(cell.children, outer.line) for cell in cells if cell.children]
        return outer.blocks


def parse_tag(source: str) -> tuple[str, dict[str, str], bool] | None:
    """(name, attributes, is closing) of one tag; None for comments and declarations."""
    seen: list[tuple[str, dict[str, str], bool]] = []

    class _Tag(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, {name: value or "" for name, value in attrs}, False))

        def handle_endtag(self, tag: str) -> None:
            seen.append((tag, {}, True))

    _Tag().feed(source)
    return seen[0] if seen else None


def parse_fragment(source: str, line: int) -> tuple[list[Block], list[tuple[int, str]]]:
    """(blocks, [(line, what was dropped)]). Headings have the slug of their ``id`` attribute, or none."""
    parser = _Fragment(line)
    kept, hidden = _without_open_comment(source)
    parser.feed(kept)
    unsafe = [(line + source.count("\n", 0, len(kept)), "a comment that is never closed")] if hidden else []
    return parser.finish(), unsafe + parser.unsafe + parser.builder.unsafe


def _without_open_comment(source: str) -> tuple[str, bool]:
    """(``source`` up to a comment that is never closed, whether there is one). Python's parser takes it for text."""
    start = source.rfind("<!--")
    while start >= 0 and (end := source.rfind("<!--", 0, start)) >= 0 and "-->" not in source[end + 4 : start]:
        start = end
    is_open = start >= 0 and "-->" not in source[start + 4 :]
    return (source[:start], True) if is_open else (source, False)
