"""Block elements of HTML: what was found in one, and what it means for the element around it when it ends."""

import re

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.markdown.builder import Builder
from publisher.markdown.colours import colours_of, read_colour
from publisher.markdown.dressing import colour_blocks, colour_cell
from publisher.markdown.elements import HEADINGS
from publisher.markdown.walk import flatten, plain_text, walk
from publisher.model.document import (
    Align,
    Block,
    Callout,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Expand,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Table,
)
from publisher.model.inlines import Anchor, Image, Inline, Link, Mark

#: Classes of ``<div>`` that make a callout, as Bootstrap, Sphinx and mkdocs write them.
_BOX_CLASSES = {"admonition", "alert", "callout", "custom-block"}
_BOX_KINDS = {
    "tip": "tip", "success": "tip", "hint": "tip", "warning": "note", "alert-warning": "note", "caution": "warning",
    "danger": "warning", "alert-danger": "warning", "error": "warning", "important": "important", "alert-success": "tip",
}  # fmt: skip


class Frame(Struct):
    """An open block element and what was found in it.

    ``markdown``: how text in it is read: empty for HTML, else as the attribute ``markdown`` says.
    """

    tag: str
    attributes: dict[str, str]
    line: int
    markdown: str = ""
    blocks: list[Block] = field(default_factory=list)
    items: list[list[Block]] = field(default_factory=list)
    rows: list[tuple[bool, tuple[Cell, ...]]] = field(default_factory=list)
    cells: list[tuple[bool, Cell]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    definitions: list[tuple[str, list[Block]]] = field(default_factory=list)
    summary: tuple[Inline, ...] = ()
    caption: tuple[Inline, ...] = ()

    def finish(self) -> list[Block]:
        """The blocks, with items and cells that no list or table is around."""
        blocks = [*self.blocks, *([_definition_list(self)] if self.definitions else [])]
        for item in self.items:
            blocks += item
        rows = [*self.rows, (False, tuple(cell for _, cell in self.cells))]
        for cell in (cell for _, cells in rows for cell in cells):
            blocks += [*([Paragraph(cell.children, self.line)] if cell.children else []), *cell.blocks]
        return blocks


def _span(text: str) -> int:
    return int(text) if text.isdigit() and 0 < int(text) < 1000 else 1


def alignment(tag: str, attributes: dict[str, str]) -> Align:
    """Where an element puts the lines that it holds: center, right, or None."""
    style = attributes.get("style", "").replace(" ", "").lower()
    styled = re.search(r"text-align:(center|right)", style)
    given = styled[1] if styled else attributes.get("align", "").lower()
    return given if given in {"center", "right"} else "center" if tag == "center" else None


def align_blocks(blocks: list[Block], align: Align) -> list[Block]:
    """Paragraphs, headings, and pictures that stand alone, where an element around them puts them; what has a place keeps it."""

    def put(block: Block) -> Block:
        match block:
            case Paragraph((Image() as image,), _):
                return block if image.align else replace(block, children=(replace(image, align=align or ""),))
            case Paragraph(align=None) | Heading(align=None):
                return replace(block, align=align)
            case _:
                return block

    return [put(block) for block in blocks] if align else blocks


def _behind(frame: Frame) -> str:
    """The colour behind an element; empty for none."""
    return colours_of(frame.attributes)[1] or read_colour(frame.attributes.get("bgcolor", ""))


#: Elements whose alignment is that of a cell or says where the element itself stands.
_PLACED = {"td", "th", "tr", "thead", "tbody", "tfoot", "table", "pre", "figure", "caption"}
_IN_TABLE = {"td", "th", "tr", "thead", "tbody", "tfoot", "table"}


def _paint(frame: Frame) -> None:
    """Puts the colours that an element gives on all that it holds. One behind a row is that of its cells."""
    colour, behind = colours_of(frame.attributes)[0], _behind(frame)
    if not (colour or behind) or frame.tag == "pre":
        return
    around = "" if frame.tag in _IN_TABLE else behind
    frame.blocks = colour_blocks(frame.blocks, colour, around)
    frame.items = [colour_blocks(item, colour, around) for item in frame.items]
    frame.cells = [(head, colour_cell(cell, colour, behind)) for head, cell in frame.cells]
    frame.rows = [(head, tuple(colour_cell(cell, colour, behind) for cell in cells)) for head, cells in frame.rows]
    frame.definitions = [(tag, colour_blocks(blocks, colour, around)) for tag, blocks in frame.definitions]


def cell_of(frame: Frame) -> Cell:
    """The cell that an element holds: a line if that is all it needs."""
    attributes = frame.attributes
    simple = all(isinstance(block, Paragraph) for block in frame.blocks)
    inner = {block.align for block in frame.blocks if isinstance(block, Paragraph)} if simple else set()
    within = inner.pop() if len(inner) == 1 else None
    return Cell(
        flatten(frame.blocks) if simple else (),
        within or alignment("", attributes) or attributes.get("align"),
        frame.tag == "th",
        _span(attributes.get("colspan", "")),
        _span(attributes.get("rowspan", "")),
        _behind(frame),
        () if simple else tuple(frame.blocks),
    )


def _definition_list(frame: Frame) -> DefinitionList:
    items: list[Definition] = []
    for tag, blocks in frame.definitions:
        last = items.pop() if items and (tag == "dd" or not items[-1].children) else Definition((), ())
        terms = (*last.terms, flatten(blocks)) if tag == "dt" else last.terms
        items.append(Definition(terms, (*last.children, *blocks) if tag == "dd" else last.children))
    return DefinitionList(tuple(items), frame.line)


def _table(frame: Frame) -> list[Block]:
    """A table, and before it its caption and what stands between the rows by mistake."""
    rows = [cells for _, cells in frame.rows if cells]
    headed = bool(frame.rows) and frame.rows[0][0] and bool(rows)
    if not rows:
        return frame.blocks
    return [*frame.blocks, Table(rows[0] if headed else (), tuple(rows[1:] if headed else rows), frame.line)]


def _box(frame: Frame) -> list[Block]:
    """What a ``<div>`` means: a callout if its class says so; else what it holds."""
    classes = frame.attributes.get("class", "").lower().split()
    if not _BOX_CLASSES & set(classes):
        return frame.blocks
    kind = next((_BOX_KINDS[name] for name in classes if name in _BOX_KINDS), "info")
    return [Callout(kind, (), tuple(frame.blocks), frame.line)]


def _figure(frame: Frame) -> list[Block]:
    """A picture with its caption; of more than that, what it holds, and the caption below it."""
    caption = frame.caption
    if not caption:
        return frame.blocks
    only = frame.blocks[0] if len(frame.blocks) == 1 else None
    nodes = [node for node in only.children if not isinstance(node, Anchor)] if isinstance(only, Paragraph) else []
    plain = not any(isinstance(node, Link) for node in walk(caption))
    if isinstance(only, Paragraph) and len(nodes) == 1 and isinstance(nodes[0], Image) and plain:
        titled = replace(nodes[0], title=" ".join(plain_text(caption).split()))
        return [Paragraph(tuple(titled if node is nodes[0] else node for node in only.children), only.line)]
    return [*frame.blocks, Paragraph((Mark("em", _upright(caption)),), frame.line)]


def _upright(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without italics at the top, for a line that is in italics as a whole."""
    return tuple(
        child for node in nodes for child in (node.children if isinstance(node, Mark) and node.tag == "em" else (node,))
    )


def _code(frame: Frame) -> CodeBlock:
    text = "".join(frame.text).strip("\n")
    language = re.search(r"language-([\w+#-]+)", frame.attributes.get("class", ""))
    return CodeBlock(text, language[1] if language else "", "", frame.line)


def _close_in_table(frame: Frame, outer: Frame) -> None:
    match frame.tag:
        case "td" | "th":
            outer.cells.append((frame.tag == "th", cell_of(frame)))
        case "tr":
            outer.rows.append((all(head for head, _ in frame.cells), tuple(cell for _, cell in frame.cells)))
            outer.blocks += frame.blocks
        case "table":
            outer.blocks += _table(frame)
        case _:
            outer.rows += frame.rows
            outer.blocks += frame.blocks


def _close_list(frame: Frame, outer: Frame) -> None:
    items = tuple(ListItem(tuple(blocks), None, frame.line) for blocks in frame.items)
    start = frame.attributes.get("start", "1")
    if items:
        number = int(start) if start.isdigit() else 1
        outer.blocks.append(ListBlock(frame.tag == "ol", number, items, frame.line))
    outer.blocks += frame.blocks


def _close_line(builder: Builder, frame: Frame, outer: Frame) -> None:
    """Elements that hold a line: headings, captions, summaries."""
    tag, inner = frame.tag, flatten(frame.blocks)
    if tag == "summary" and outer.tag == "details":
        outer.summary = inner
    elif tag == "figcaption" and outer.tag == "figure":
        outer.caption = inner
    elif inner and tag in HEADINGS:
        given = frame.attributes.get("id", "")
        heading = builder.named_heading(int(tag[1]), inner, given, frame.line)
        outer.blocks += align_blocks([heading], alignment(tag, frame.attributes))
    elif inner:
        outer.blocks.append(Paragraph((Mark("strong" if tag == "summary" else "em", inner),), frame.line))


def close_frame(builder: Builder, frame: Frame, outer: Frame) -> None:
    """Puts what an element means, now that it ends, into the one around it."""
    _paint(frame)
    if frame.tag not in _PLACED:
        frame.blocks = align_blocks(frame.blocks, alignment(frame.tag, frame.attributes))
    match frame.tag:
        case "td" | "th" | "tr" | "thead" | "tbody" | "tfoot" | "table":
            _close_in_table(frame, outer)
        case "li":
            outer.items.append(frame.blocks)
        case "ul" | "ol":
            _close_list(frame, outer)
        case "blockquote":
            outer.blocks += [Quote(tuple(frame.blocks), frame.line)] if frame.blocks else []
        case "pre":
            outer.blocks += [_code(frame), *frame.blocks]  # a blank line in it begins Markdown
        case "dt" | "dd":
            outer.definitions.append((frame.tag, frame.blocks))
        case "dl":
            outer.blocks += [_definition_list(frame)] if frame.definitions else []
            outer.blocks += frame.blocks
        case "details":
            title = " ".join(plain_text(frame.summary).split()) or "Details"
            outer.blocks.append(Expand(title, tuple(frame.blocks), frame.line))
        case "div":
            outer.blocks += _box(frame)
        case "figure":
            outer.blocks += _figure(frame)
        case "summary" | "figcaption" | "caption" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            _close_line(builder, frame, outer)
        case _:
            outer.blocks += frame.blocks
