"""HTML for what Markdown has no syntax for: tables that span, lists of definitions where the dialect has none."""

from collections.abc import Callable

from publisher.markdown.writing.escape import escape_attribute
from publisher.markdown.writing.style import NoForm
from publisher.model.document import (
    Block,
    Cell,
    CodeBlock,
    DefinitionList,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)
from publisher.model.inlines import Break, Code, Coloured, Image, Inline, Link, Mark, Text

#: What writes blocks as lines of Markdown.
Write = Callable[[tuple[Block, ...]], list[str]]


def html_line(nodes: tuple[Inline, ...]) -> str:
    """Nodes in a line of HTML, where no Markdown is read. NoForm for those that HTML does not know."""
    return "".join(map(_node, nodes))


def _node(node: Inline) -> str:
    match node:
        case Text(text):
            return escape_attribute(text)
        case Mark(tag, children):
            return f"<{tag}>{html_line(children)}</{tag}>"
        case Coloured(colour, children, background):
            name = "background-color" if background else "color"
            return f'<span style="{name}: {colour}">{html_line(children)}</span>'
        case Code(text) if text == text.strip():
            return f"<code>{escape_attribute(text)}</code>"
        case Break():
            return "<br/>"
        case Link(href, children, _):
            return f'<a href="{escape_attribute(href)}">{html_line(children)}</a>'
        case Image(align="", wrap=False):
            named = {"src": node.src, "alt": node.alt, "title": node.title, "width": node.width, "height": node.height}
            written = " ".join(f'{name}="{escape_attribute(value)}"' for name, value in named.items() if value)
            return f"<img {written}/>"
        case _:
            raise NoForm


def html_blocks(blocks: tuple[Block, ...]) -> list[str]:
    """Blocks as lines of HTML."""
    return [line for block in blocks for line in _block(block)]


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph(children, indent=0, align=None) if children:
            return [f"<p>{html_line(children)}</p>"]
        case Paragraph():
            return html_paragraph(block)
        case Heading(level, children, _, _, align):
            placed = f' align="{align}"' if align else ""
            return [f"<h{level}{placed}>{html_line(children)}</h{level}>"]
        case Rule():
            return ["<hr/>"]
        case Quote(children, _):
            return ["<blockquote>", *html_blocks(children), "</blockquote>"]
        case ListBlock(ordered, start, items, _) if all(item.checked is None for item in items):
            tag = "ol" if ordered else "ul"
            first = f' start="{start}"' if ordered and start != 1 else ""
            inner = [f"<li>{_inside(item.children)}</li>" for item in items]
            return [f"<{tag}{first}>", *inner, f"</{tag}>"]
        case CodeBlock(text, language, "", _, False) if "\n\n" not in text and text.strip("\n") == text:
            named = f' class="language-{escape_attribute(language)}"' if language else ""
            return [f"<pre><code{named}>{escape_attribute(text)}</code></pre>"]
        case Table():
            return html_table(block)
        case _:
            raise NoForm


def html_paragraph(block: Paragraph) -> list[str]:
    """A paragraph in the middle or at the right."""
    if block.indent or not block.align or not block.children:
        raise NoForm
    return [f'<p align="{block.align}">{html_line(block.children)}</p>']


def _inside(blocks: tuple[Block, ...]) -> str:
    """What an element holds that may hold one line without a paragraph around it."""
    match blocks:
        case (Paragraph(children, indent=0, align=None),):
            return html_line(children)
        case _:
            return "".join(html_blocks(blocks))


def html_table(table: Table, write: Write | None = None) -> list[str]:
    """A table with all that its cells say. ``write``: the Markdown of cells that hold what HTML does not know."""
    lines = ["<table>"]
    if table.head:
        lines += ["<thead>", *_row(table.head, write, head=True), "</thead>"]
    inner = (line for row in table.rows for line in _row(row, write, head=False))
    return [*lines, "<tbody>", *inner, "</tbody>", "</table>"]


def _row(cells: tuple[Cell, ...], write: Write | None, *, head: bool) -> list[str]:
    return ["<tr>", *(line for cell in cells for line in _cell(cell, write, head=head)), "</tr>"]


def _cell(cell: Cell, write: Write | None, *, head: bool) -> list[str]:
    tag = "th" if head or cell.header else "td"
    named = {
        "colspan": str(cell.colspan) if cell.colspan > 1 else "",
        "rowspan": str(cell.rowspan) if cell.rowspan > 1 else "",
        "align": cell.align or "",
        "bgcolor": cell.colour,
    }
    attributes = "".join(f' {name}="{value}"' for name, value in named.items() if value)
    try:
        return [f"<{tag}{attributes}>{html_line(cell.children) or _inside(cell.blocks)}</{tag}>"]
    except NoForm:
        if write is None:
            raise
    blocks = (Paragraph(cell.children, 0),) if cell.children else cell.blocks
    return [f"<{tag}{attributes}>", "", *write(blocks), "", f"</{tag}>"]


def html_definitions(block: DefinitionList) -> list[str]:
    """A list of definitions."""
    lines = ["<dl>"]
    for item in block.items:
        lines += [f"<dt>{html_line(term)}</dt>" for term in item.terms]
        lines.append(f"<dd>{_inside(item.children)}</dd>")
    return [*lines, "</dl>"]
