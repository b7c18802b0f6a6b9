"""Blocks of storage format become ours. An element that says more than a block can hold is kept as ``Storage``."""

import re
from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from publisher.model.document import (
    Block,
    CodeBlock,
    Definition,
    DefinitionList,
    Drawable,
    Heading,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Storage,
)
from publisher.model.inlines import Anchor, Image, Inline, Mark, Text
from publisher.reading.context import ReadingContext
from publisher.reading.definitions import is_meaning, join_definitions
from publisher.reading.elements import NoForm, allow_attributes, elements_of, in_order, is_inline, no_text, tag_of
from publisher.reading.images import read_image
from publisher.reading.inlines import InlineReader
from publisher.reading.layouts import read_layout
from publisher.reading.lists import read_list, read_tasks
from publisher.reading.macros import read_document_node, read_macro
from publisher.reading.tables import read_table
from publisher.storage import Element, serialise


class BlockReader(Struct, frozen=True):
    """Reads the blocks of one page."""

    context: ReadingContext
    lines: InlineReader

    def children(self, element: Element) -> tuple[Block, ...]:
        """The blocks in an element, with loose text as paragraphs."""
        return self.sequence(list(in_order(element)))

    def sequence(self, parts: Iterable[str | Element]) -> tuple[Block, ...]:
        """Blocks from text and elements that follow each other."""
        found: list[Block] = []
        elements: list[Element | None] = []
        loose: list[str | Element] = []
        for part in [*parts, None]:
            if isinstance(part, str) or (part is not None and is_inline(part)):
                loose.append(part)
                continue
            found += self._paragraph_of(loose)
            loose = []
            found += self.block(part) if part is not None else []
            elements += [part] * (len(found) - len(elements))
        return self._joined(found, elements)

    def _joined(self, found: list[Block], elements: list[Element | None]) -> tuple[Block, ...]:
        """The blocks with those as one that are one in Markdown; what is left with an indent has no form there."""
        product = self.context.product
        if not product.document_format:
            return tuple(_captioned(found)) if not product.captions else tuple(found)
        kept: list[Block] = []
        for block, place in join_definitions(found, self.context.can_write):
            element = elements[place]
            waits = is_meaning(block) and element is not None and not self.context.can_write(block)
            kept.append(Storage(serialise(element), 0) if waits and element is not None else block)
        return tuple(kept)

    def _paragraph_of(self, loose: list[str | Element]) -> list[Block]:
        if all(isinstance(part, str) and not part.strip() for part in loose):
            return []
        children = self.lines.run(loose)
        return [Paragraph(children, 0)] if children else []

    def block(self, element: Element) -> list[Block]:
        """The blocks that one element stands for."""
        read = READERS.get(tag_of(element))
        kept: list[Block] = [Storage(serialise(element), 0)]
        try:
            found = read(self, element) if read else kept
        except NoForm:
            return kept
        can_write = self.context.can_write
        waits = self.context.product.document_format and len(found) == 1 and is_meaning(found[0])
        return found if waits or all(isinstance(block, Storage) or can_write(block) for block in found) else kept


def _captioned(found: list[Block]) -> list[Block]:
    """An image, and the line in italics below it, which is its caption where images have none of their own."""
    kept: list[Block] = []
    for block in found:
        last = kept[-1] if kept else None
        match last, block:
            case (
                Paragraph(children=(Image(title="") as image,), indent=0, align=None),
                Paragraph(children=(Mark("em", (Text(text),)),), indent=0, align=None),
            ):
                kept[-1] = Paragraph((replace(image, title=text),), 0)
            case _:
                kept.append(block)
    return kept


def _paragraph(reader: BlockReader, element: Element) -> list[Block]:
    style = allow_attributes(element, "style").get("style", "").strip()
    children = reader.lines.line(element)
    if not children:
        raise NoForm  # an empty paragraph says something: it holds two others apart
    indent, align = _read_style(style)
    if len(children) == 1 and isinstance(children[0], Image):
        return _image_paragraph(reader, element, style)
    return [Paragraph(children, 0, indent, align)]


def _image_paragraph(reader: BlockReader, element: Element, style: str) -> list[Block]:
    """An image alone in its paragraph, as Data Center has it; on Cloud one is no block."""
    if style or reader.context.product.captions:
        raise NoForm
    found = read_image(reader.context, elements_of(element)[0], block=True)
    return [Paragraph((found,), 0)] if isinstance(found, Image) else _drawn(found)


def _read_style(style: str) -> tuple[int, str | None]:
    indent = re.search(r"margin-left: ?(\d+)(?:\.0)?px", style)
    align = re.search(r"text-align: ?(center|right)", style)
    rest = re.sub(r"margin-left: ?\d+(?:\.0)?px|text-align: ?(?:center|right|left|start)|[; ]", "", style)
    steps = int(indent[1]) if indent else 0
    if rest or steps % 30:
        raise NoForm
    return steps // 30, align[1] if align else None


def _heading(reader: BlockReader, element: Element) -> list[Block]:
    allow_attributes(element, "style")
    indent, align = _read_style(element.get("style", ""))
    if indent:
        raise NoForm
    children = reader.lines.line(element)
    slug = ""
    if children and isinstance(children[0], Anchor) and not children[0].kept:
        slug, children = children[0].name, children[1:]
    return [Heading(int(tag_of(element)[1]), children, slug, 0, align)]


def _quote(reader: BlockReader, element: Element) -> list[Block]:
    allow_attributes(element)
    children = _not_only_empty(reader, element)
    return [Quote(children, 0)]


def _not_only_empty(reader: BlockReader, element: Element) -> tuple[Block, ...]:
    """The children; none for a body that is one empty paragraph, as every body has at least that."""
    inner = elements_of(element)
    if len(inner) == 1 and tag_of(inner[0]) == "p" and not len(inner[0]) and not (inner[0].text or "").strip():
        return ()
    return reader.children(element)


def _rule(reader: BlockReader, element: Element) -> list[Block]:
    allow_attributes(element)
    return [Rule(0)]


def _image(reader: BlockReader, element: Element) -> list[Block]:
    found = read_image(reader.context, element, block=True)
    if not isinstance(found, Image):
        return _drawn(found)
    if not reader.context.product.captions:
        raise NoForm
    return [Paragraph((found,), 0)]


def _drawn(found: Drawable) -> list[Block]:
    return [MathBlock(found.text, 0) if found.word == "math" else CodeBlock(found.text, found.word, "", 0)]


def _preformatted(reader: BlockReader, element: Element) -> list[Block]:
    raise NoForm


def _list(reader: BlockReader, element: Element) -> list[Block]:
    no_text(element)
    return [read_list(element, lambda item: _item(reader, item))]


def _item(reader: BlockReader, item: Element) -> tuple[Block, ...]:
    """What an item holds. An empty paragraph before a list inside is how a list without a text is written."""
    parts = list(in_order(item))
    shown = [part for part in parts if not isinstance(part, str) or part.strip()]
    first, second = (*shown, None, None)[:2]
    lists = second is None or (not isinstance(second, str) and tag_of(second) in {"ul", "ol"})
    if lists and not isinstance(first, str | None) and tag_of(first) == "p" and _is_empty(first):
        parts = shown[1:]
    return reader.sequence(parts)


def _is_empty(element: Element) -> bool:
    return not len(element) and not (element.text or "").strip() and not element.attrib


def _tasks(reader: BlockReader, element: Element) -> list[Block]:
    no_text(element)
    return [read_tasks(element, reader.sequence)]


def _table(reader: BlockReader, element: Element) -> list[Block]:
    table = read_table(element, reader.context, lambda cell: (_cell_line(reader, cell), _not_only_empty(reader, cell)))
    return [table]


def _cell_line(reader: BlockReader, cell: Element) -> tuple[tuple[Inline, ...], str] | None:
    """(the line, the style of its paragraph) of a cell that holds one line; None for others."""
    inner = elements_of(cell)
    if len(inner) == 1 and tag_of(inner[0]) == "p" and not (inner[0].tail or cell.text or "").strip():
        return reader.lines.line(inner[0]), allow_attributes(inner[0], "style").get("style", "").strip()
    if all(is_inline(child) or tag_of(child) == "ac:image" for child in inner):
        return (reader.lines.line(cell), "") if not inner or any(map(is_inline, inner)) else None
    return None


def _macro(reader: BlockReader, element: Element) -> list[Block]:
    return [read_macro(element, reader.context, lambda body: _not_only_empty(reader, body))]


def _node(reader: BlockReader, element: Element) -> list[Block]:
    return [read_document_node(element, lambda body: _not_only_empty(reader, body))]


def _definitions(reader: BlockReader, element: Element) -> list[Block]:
    """Data Center's lists of definitions."""
    allow_attributes(element)
    no_text(element)
    items: list[Definition] = []
    for child in elements_of(element):
        allow_attributes(child)
        if tag_of(child) == "dt":
            term = reader.lines.line(child)
            last = items.pop() if items and not items[-1].children else Definition((), ())
            items.append(Definition((*last.terms, term), ()))
        elif tag_of(child) == "dd" and items and not items[-1].children:
            items[-1] = replace(items[-1], children=_not_only_empty(reader, child))
        else:
            raise NoForm
    return [DefinitionList(tuple(items), 0)]


def _layout(reader: BlockReader, element: Element) -> list[Block]:
    no_text(element)
    wraps = reader.context.product.layout_wraps_page
    return read_layout(element, lambda cell: _not_only_empty(reader, cell), wraps_page=wraps)


_Read = Callable[[BlockReader, Element], list[Block]]
READERS: dict[str, _Read] = {
    "p": _paragraph, **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading), "blockquote": _quote, "hr": _rule,
    "ac:image": _image, "pre": _preformatted, "ul": _list, "ol": _list, "ac:task-list": _tasks, "table": _table,
    "ac:structured-macro": _macro, "ac:adf-extension": _node, "ac:layout": _layout, "dl": _definitions,
}  # fmt: skip
