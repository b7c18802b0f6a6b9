"""Other forms: what an element becomes where the product cannot hold it as it is. Blocks in, blocks out."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec.structs import replace

from publisher.model.document import (
    AnyMacro,
    Block,
    Cell,
    DefinitionList,
    Footnotes,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Storage,
    Table,
)
from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteBack,
    FootnoteRef,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Math,
    Mention,
    Status,
    Text,
)

#: The deepest indentation that a paragraph may have.
MAX_INDENT = 6


def is_task_list(block: Block) -> bool:
    """Whether every item is a task, and tasks are tasks."""
    if not isinstance(block, ListBlock) or not block.tasks or not block.items:
        return False
    return all(item.checked is not None for item in block.items)


def is_lone_image(block: Block) -> bool:
    """Whether a paragraph is nothing but an image, which is a block then."""
    return isinstance(block, Paragraph) and len(block.children) == 1 and isinstance(block.children[0], Image)


def is_captioned(block: Block) -> bool:
    """Whether a paragraph is an image with a title to show, which a line cannot."""
    match block:
        case Paragraph(children=(Image(title=title),)):
            return bool(title)
        case _:
            return False


def heading_line(block: Heading) -> Paragraph:
    """A heading as a bold line."""
    return replace(bold_line(block.children, block.line, block.slug), align=block.align)


def bold_line(children: tuple[Inline, ...], line: int, slug: str = "") -> Paragraph:
    """A bold line; ``slug``: of the heading that it was."""
    anchor = (Anchor(slug),) if slug else ()
    return Paragraph((*anchor, Mark("strong", children)), line)


def put_box(item: ListItem) -> ListItem:
    """An item of a list that is no list of tasks: its box is a character."""
    if item.checked is None:
        return item
    box = "☑" if item.checked else "☐"
    match item.children:
        case (Paragraph() as first, *rest) if not is_lone_image(first) and first.children:
            children: tuple[Block, ...] = (replace(first, children=(Text(f"{box} "), *first.children)), *rest)
        case (Paragraph(children=()), *rest):
            children = (Paragraph((Text(box),), item.line), *rest)
        case rest:
            children = (Paragraph((Text(box),), item.line), *rest)
    return replace(item, children=children, checked=None)


def put_boxes(block: ListBlock) -> ListBlock:
    """A list whose items have boxes as a list of text."""
    if all(item.checked is None for item in block.items):
        return block
    return replace(block, items=tuple(put_box(item) for item in block.items))


def shift(blocks: Iterable[Block]) -> list[Block]:
    """Paragraphs one step to the right. Where there is no indentation it is dropped later."""
    return [
        replace(block, indent=min(block.indent + 1, MAX_INDENT))
        if isinstance(block, Paragraph) and not is_lone_image(block)
        else block
        for block in blocks
    ]


def quotation(block: Quote) -> list[Block]:
    """A quote as italic paragraphs between quotation marks, for places that hold no quote."""
    blocks = [_in_italics(child) for child in block.children]
    spoken = [
        number for number, child in enumerate(blocks) if isinstance(child, Paragraph) and not is_lone_image(child)
    ]
    if spoken:
        first, last = spoken[0], spoken[-1]
        blocks[first] = _put_around(blocks[first], "“", "")
        blocks[last] = _put_around(blocks[last], "", "”")
    return blocks


def _in_italics(block: Block) -> Block:
    match block:
        case Paragraph(children) if children and not is_lone_image(block):
            plain = tuple(
                inner
                for node in children
                for inner in (node.children if isinstance(node, Mark) and node.tag == "em" else (node,))
            )
            return replace(block, children=(Mark("em", plain),))
        case ListBlock(items=items):
            return replace(
                block,
                items=tuple(
                    replace(item, children=tuple(_in_italics(child) for child in item.children)) for item in items
                ),
            )
        case _:
            return block


def _put_around(block: Block, before: str, after: str) -> Block:
    if not isinstance(block, Paragraph) or not block.children or not isinstance(block.children[0], Mark):
        return block
    inner = block.children[0].children
    inner = (*((Text(before),) if before else ()), *inner, *((Text(after),) if after else ()))
    return replace(block, children=(Mark("em", inner),))


def table_rows(block: Table) -> list[Block]:
    """A table as a list, a row an item, for a place that holds no table: its words stay once and in order."""
    head = tuple(
        replace(cell, children=(Mark("strong", cell.children),)) if cell.children else cell for cell in block.head
    )
    rows = [_row_blocks(row, block.line) for row in (head, *block.rows)]
    items = tuple(ListItem(row, None, block.line) for row in rows if row)
    return [ListBlock(False, 1, items, block.line)] if items else []


def _row_blocks(row: Sequence[Cell], line: int) -> tuple[Block, ...]:
    """The lines of cells side by side; a cell that is more than a line has its blocks below them."""
    found: list[Block] = []
    joined: list[Inline] = []
    for cell in row:
        text, blocks = cell.children, cell.blocks
        match blocks:
            case (Paragraph(children) as only,) if not is_lone_image(only):
                text, blocks = children, ()
            case _:
                pass
        joined += [Text(" · "), *text] if joined and text else text
        if blocks:
            found += [*([Paragraph(tuple(joined), line)] if joined else []), *blocks]
            joined = []
    return (*found, *([Paragraph(tuple(joined), line)] if joined else []))


def definition_lines(block: DefinitionList, *, indented: bool) -> list[Block]:
    """Definitions as bold terms, each with indented paragraphs, or with a list where nothing can be indented."""
    found: list[Block] = []
    for item in block.items:
        found += [bold_line(term, block.line) for term in item.terms]
        if indented:
            found += shift(item.children)
        elif item.children:
            found.append(ListBlock(False, 1, (ListItem(item.children, None, block.line),), block.line))
    return found


def footnote_list(block: Footnotes) -> list[Block]:
    """Footnotes as a rule and a numbered list; each has its name in front and its ways back in its last line."""
    items = []
    for number, (blocks, count) in enumerate(zip(block.items, block.references, strict=True), 1):
        name = (Anchor(f"fn-{number}", kept=True),)
        match blocks:
            case (Paragraph() as first, *more) if not is_lone_image(first):
                children: list[Block] = [replace(first, children=(*name, *first.children)), *more]
            case _:
                children = [Paragraph(name, block.line), *blocks]
        backs = [FootnoteBack(number, occurrence) for occurrence in range(1, count + 1)]
        ways = tuple(node for back in backs for node in (Text(" "), back))
        items.append(ListItem(_put_behind(tuple(children), ways, block.line), None, block.line))
    return [Rule(block.line), ListBlock(True, 1, tuple(items), block.line)] if items else []


def _put_behind(blocks: tuple[Block, ...], ways: tuple[Inline, ...], line: int) -> tuple[Block, ...]:
    """The ways back at the end of the last line, which may be that of a list; else in a paragraph of their own."""
    match blocks:
        case (*before, Paragraph() as last) if not is_lone_image(last):
            return (*before, replace(last, children=(*last.children, *ways)))
        case (*before, ListBlock(items=(*first, item)) as last) if not is_task_list(last) and item.children:
            item = replace(item, children=_put_behind(item.children, ways, line))
            return (*before, replace(last, items=(*first, item)))
        case _:
            return (*blocks, Paragraph(ways[1:], line))


def is_lines(block: Block) -> bool:
    """Whether a list is nothing but lines, at any depth."""
    if not isinstance(block, ListBlock) or is_task_list(block):
        return False
    return all(
        (isinstance(child, Paragraph) and not is_lone_image(child)) or is_lines(child)
        for item in block.items
        for child in item.children
    )


def list_lines(block: ListBlock) -> list[tuple[Inline, ...]]:
    """The lines of such a list, for a place that holds nothing but a line."""
    lines: list[tuple[Inline, ...]] = []
    for item in put_boxes(block).items:
        for child in item.children:
            if isinstance(child, Paragraph):
                lines.append((Text("• "), *child.children))
            elif isinstance(child, ListBlock):
                lines += list_lines(child)
    return lines


def join_lines(lines: Iterable[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    """Lines as one, with breaks between them."""
    joined: list[Inline] = []
    for line in lines:
        joined += [Break(), *line] if joined else line
    return tuple(joined)


def macro_title(block: AnyMacro) -> str:
    """The parameter ``title``."""
    return dict(block.parameters).get("title", "")


def text_of(nodes: Iterable[Inline]) -> str:
    """The words of a line, without marks."""
    return "".join(_words(node) for node in nodes)


def _words(node: Inline) -> str:
    match node:
        case Text(text) | Code(text):
            return text
        case Mark(_, children) | Coloured(_, children, _) | Link(_, children, _):
            return text_of(children)
        case Break():
            return " "
        case Status(title, _):
            return title
        case Date(value):
            return value
        case Mention(name, _):
            return name
        case Issue(key):
            return key
        case Math(tex):
            return tex
        case Image(alt=alt):
            return alt
        case FootnoteRef(number, _):
            return str(number)
        case FootnoteBack() | Anchor() | InlineStorage():
            return ""
        case _:
            assert_never(node)


def has_content(block: Block) -> bool:
    """Whether a reader sees something of a block."""
    match block:
        case Paragraph(children) | Heading(_, children):
            return bool(text_of(children).strip()) or any(isinstance(node, Image | InlineStorage) for node in children)
        case ListBlock(items=items) | DefinitionList(items=items):
            return any(has_content(child) for item in items for child in item.children)
        case Table(head, rows):
            return bool(head or rows)
        case Storage(body, _):
            return bool(body.strip())
        case _:
            return True
