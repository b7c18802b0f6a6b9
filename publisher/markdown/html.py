"""HTML in Markdown becomes nodes: what storage format can hold is kept, the rest is unwrapped or dropped.

Nothing is ever passed through as text of our output, so no tag can be left open and no script can get by.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from publisher.model.document import (
    Anchor,
    Block,
    Break,
    Callout,
    Cell,
    Code,
    CodeBlock,
    Date,
    Definition,
    DefinitionList,
    Expand,
    Heading,
    Image,
    Inline,
    Issue,
    Link,
    ListBlock,
    ListItem,
    Mark,
    Math,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Status,
    Table,
    Text,
)

MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "u": "u", "ins": "u",
    "s": "del", "del": "del", "strike": "del", "sub": "sub", "sup": "sup", "mark": "mark",
}  # fmt: skip
CODE_TAGS = {"code", "kbd", "samp", "tt", "var"}
#: Elements that go with all that they hold.
DROPPED = {"script", "style", "iframe", "object", "embed", "input", "textarea", "select", "template"}
#: Elements that go, while the text in them stays.
UNWRAPPED = {"form", "button", "video", "audio"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: Elements whose content means something as a whole; other block elements only end a paragraph.
_FRAMES = {
    "ul", "ol", "li", "dt", "dd", "dl", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre",
    "summary", "figcaption", "details", "div", *_HEADINGS,
}  # fmt: skip
_BLOCKS = _FRAMES | {
    "p",
    "div",
    "section",
    "article",
    "figure",
    "details",
    "center",
    "header",
    "footer",
    "hr",
    "main",
    "nav",
    "aside",
}
#: Classes of ``<div>`` that make a callout, as Bootstrap, Sphinx and mkdocs write them.
_BOX_CLASSES = {"admonition", "alert", "callout", "custom-block"}
_BOX_KINDS = {
    "tip": "tip", "success": "tip", "hint": "tip", "warning": "note", "alert-warning": "note", "caution": "warning",
    "danger": "warning", "alert-danger": "warning", "error": "warning", "important": "important", "alert-success": "tip",
}  # fmt: skip
COLUMN_WIDTH = 760  # pixels, format reference, section 6
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


def read_size(text: str, of: int = COLUMN_WIDTH) -> str:
    """Pixels of ``300``, ``300px`` or ``50%`` (of the page's column; of nothing if ``of`` is 0); empty for others."""
    found = re.fullmatch(r"(\d{1,5})(?:\.\d+)?\s*(px|%)?", text.strip())
    if not found or (found[2] == "%" and not of):
        return ""
    return str(int(found[1]) * of // 100) if found[2] == "%" else str(int(found[1]))


def plain_text(nodes: "tuple[Inline, ...] | list[Inline]") -> str:
    """The characters a reader sees."""
    parts: list[str] = []
    for node in nodes:
        match node:
            case Text(text) | Code(text):
                parts.append(text)
            case Mark(_, children) | Link(_, children, _):
                parts.append(plain_text(children))
            case Image(_, alt):
                parts.append(alt)
            case Status(title, _) | Date(title) | Issue(title) | Math(title):
                parts.append(title)
            case Mention(name, _):
                parts.append("@" + name)
            case Break():
                parts.append(" ")
            case _:
                pass
    return "".join(parts)


@dataclass(slots=True)
class InlineBuilder:
    """Collects inline nodes; HTML tags open and close levels, and whatever is left open is closed at the end."""

    line: int
    levels: list[tuple[str, dict[str, str], list[Inline]]] = field(default_factory=lambda: [("", {}, [])])
    unsafe: list[tuple[int, str]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    dropping: str = ""
    in_link: bool = False

    def add(self, node: Inline) -> None:
        if not self.dropping:
            self.levels[-1][2].append(node)

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        if self.dropping:
            return
        if tag in UNWRAPPED:
            self.unsafe.append((self.line, f"<{tag}>"))
        if tag in DROPPED:
            self.unsafe.append((self.line, f"<{tag}>"))
            self.dropping = "" if tag in {"input", "embed"} else tag
            return
        self.unsafe += [(self.line, f"the attribute {name}") for name in attributes if name.startswith("on")]
        if tag in _BLOCKS and self.levels[-1][2]:  # block elements in a line, as people write lists in table cells
            self.add(Break())
        if tag == "li":
            self.add(Text("• "))
        if tag == "br":
            self.add(Break())
        elif tag == "img" and attributes.get("src"):
            self.add(_image(attributes, self.line))
        elif tag == "time" and re.fullmatch(r"\d{4}-\d\d-\d\d", attributes.get("datetime", "")):
            self.levels.append((tag, attributes, []))
        elif tag == "video" and attributes.get("src"):
            self.add(Link(attributes["src"], (Text(attributes["src"].rpartition("/")[2]),), self.line))
        elif name := (attributes.get("id") or attributes.get("name")) if tag in {"a", "span"} else "":
            self.add(Anchor(name))
            self._open_level(tag, attributes)
        else:
            self._open_level(tag, attributes)

    def _open_level(self, tag: str, attributes: dict[str, str]) -> None:
        if (
            (tag == "abbr" and attributes.get("title"))
            or tag in MARKS
            or tag in CODE_TAGS
            or (tag == "a" and attributes.get("href"))
        ):
            self.levels.append((tag, attributes, []))

    def close(self, tag: str) -> None:
        if self.dropping:
            self.dropping = "" if tag == self.dropping else self.dropping
            return
        if any(name == tag for name, _, _ in self.levels[1:]):
            while self.levels[-1][0] != tag:
                self._close_level(closed=False)
            self._close_level()

    def _close_level(self, *, closed: bool = True) -> str:
        tag, attributes, children = self.levels.pop()
        self.unclosed += [] if closed else [tag]
        if tag in CODE_TAGS:
            self.add(Code(plain_text(children)))
        elif tag == "time":  # the date stands for its text; what follows one that is never closed is no part of it
            self.levels[-1][2].extend([Date(attributes["datetime"]), *([] if closed else children)])
        elif tag == "abbr":
            self.levels[-1][2].extend([*children, Text(f" ({attributes['title']})")])
        elif tag == "a" and children:
            self.add(Link(attributes["href"], tuple(children), self.line))
        elif children and tag != "a":
            self.add(Mark(MARKS[tag], tuple(children)))
        return tag

    def finish(self) -> tuple[Inline, ...]:
        while len(self.levels) > 1:
            self._close_level(closed=False)
        return tuple(self.levels[0][2])


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


def _span(text: str) -> int:
    return int(text) if text.isdigit() and 0 < int(text) < 1000 else 1


def _cell(frame: _Frame) -> Cell:
    attributes, style = frame.attributes, frame.attributes.get("style", "").replace(" ", "").lower()
    aligned = re.search(r"text-align:(center|right)", style)
    colour = re.search(r"#[0-9a-f]{6}\b", (attributes.get("bgcolor", "") + " " + style).lower())
    simple = all(isinstance(block, Paragraph) for block in frame.blocks)
    return Cell(
        _flatten(frame.blocks) if simple else (),
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
        terms = (*last.terms, _flatten(blocks)) if tag == "dt" else last.terms
        items.append(Definition(terms, (*last.children, *blocks) if tag == "dd" else last.children))
    return DefinitionList(tuple(items), frame.line)


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
        if self.builder.dropping or tag not in _BLOCKS:
            self.builder.open(tag, attributes)
            return
        self.builder.unsafe += [(self._line(), f"the attribute {name}") for name in attributes if name.startswith("on")]
        self.end_paragraph()
        for closed in _IMPLIED.get(tag, ()):
            if self._is_open(closed, until=_SCOPES.get(tag, "")):
                self._close(closed)
        if tag == "hr":
            self.frames[-1].blocks.append(Rule(self._line()))
        elif tag in _FRAMES:
            self.frames.append(_Frame(tag, attributes, self._line()))

    def handle_endtag(self, tag: str) -> None:
        if self.builder.dropping or tag not in _BLOCKS:
            self.builder.close(tag)
            return
        self.end_paragraph()
        if tag in _FRAMES and self._is_open(tag):
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
            outer.blocks += frame.blocks  # a caption, and what stands between the rows by mistake
            rows = [cells for _, cells in frame.rows if cells]
            headed = bool(frame.rows) and frame.rows[0][0] and bool(rows)
            if rows:
                outer.blocks.append(Table(rows[0] if headed else (), tuple(rows[1:] if headed else rows), line))
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
            outer.summary = _flatten(frame.blocks)
        elif tag == "div":
            outer.blocks += _box(frame)
        elif tag in {"summary", "figcaption", "caption"}:
            inner = _flatten(frame.blocks)
            mark = "strong" if tag == "summary" else "em"
            outer.blocks += [Paragraph((Mark(mark, inner),), line)] if inner else []
        elif tag in _HEADINGS:
            inner = _flatten(frame.blocks)
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


def _flatten(blocks: list[Block]) -> tuple[Inline, ...]:
    """The inline nodes of blocks that stand where only a line can; breaks between them."""
    found: list[Inline] = []
    for block in blocks:
        inner: tuple[Inline, ...] = ()
        match block:
            case Paragraph(children, _) | Heading(_, children, _, _):
                inner = children
            case ListBlock(_, _, items, _):
                inner = tuple(node for item in items for node in (Break(), Text("• "), *_flatten(list(item.children))))[
                    1:
                ]
            case CodeBlock(text, _, _, _):
                inner = (Code(text),)
            case Quote(children, _):
                inner = _flatten(list(children))
            case Table(head, rows, _):
                inner = tuple(node for row in (head, *rows) for cell in row for node in (*cell.children, Text(" ")))
            case _:
                pass
        found += [Break(), *inner] if found and inner else inner
    return tuple(found)


def trim(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without blanks at both ends."""
    found = list(nodes)
    if found and isinstance(found[0], Text):
        found[0] = Text(found[0].text.lstrip())
    if found and isinstance(found[-1], Text):
        found[-1] = Text(found[-1].text.rstrip())
    return tuple(node for node in found if node != Text(""))


def walk(nodes: Sequence[Inline]) -> list[Inline]:
    """The nodes and all that they hold, in order."""
    found: list[Inline] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, Mark | Link):
            found += walk(node.children)
    return found


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
    parser.feed(source)
    return parser.finish(), parser.unsafe + parser.builder.unsafe
