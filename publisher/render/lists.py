"""Lists, lists of tasks, and definitions of Data Center."""

from itertools import groupby

from publisher.model.document import Block, DefinitionList, ListBlock, ListItem, Paragraph
from publisher.render.forms import is_captioned, is_task_list
from publisher.render.templates import markup
from publisher.render.writer import Writer


def write_list(writer: Writer, block: ListBlock) -> str:
    """A list, or a list of tasks. Its items hold what the product can hold in them."""
    if is_task_list(block):
        return _write_tasks(writer, block)
    items = []
    for item in block.items:
        body = writer.filled(item.children)
        before = "<p />" if body.startswith(("<ul", "<ol")) else ""  # an item begins with a paragraph
        items.append(f"<li>{before}{body}</li>")
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    return f"<{tag}{start}>{''.join(items)}</{tag}>" if items else ""


def _write_tasks(writer: Writer, block: ListBlock) -> str:
    rows: list[tuple[int, bool, object, object]] = []
    cloud = writer.options.product.document_format
    for item in block.items:
        writer.tasks += 1
        number = writer.tasks
        body, below = _write_cloud_task(writer, item) if cloud else (_write_task(writer, item), "")
        rows.append((number, bool(item.checked), markup(body), markup(below)))
    return writer.macro("tasks", items=rows, nested=cloud)


def _write_cloud_task(writer: Writer, item: ListItem) -> tuple[str, str]:
    """(the line of the task, the tasks below it)."""
    lines = [writer.line(child.children) for child in item.children if isinstance(child, Paragraph)]
    return "<br/>".join(lines), writer.blocks(child for child in item.children if not isinstance(child, Paragraph))


def _write_task(writer: Writer, item: ListItem) -> str:
    """Data Center's tasks hold lines and blocks, in the order of the document."""
    written = []
    for lines, children in groupby(item.children, key=_is_line):
        if lines:
            texts = (writer.line(child.children) for child in children if isinstance(child, Paragraph))
            written.append("<br/>".join(texts))
        else:
            written.append(writer.blocks(children))
    return "".join(written)


def _is_line(block: Block) -> bool:
    return isinstance(block, Paragraph) and not is_captioned(block)


def write_definitions(writer: Writer, block: DefinitionList) -> str:
    """Data Center has lists of definitions."""
    written = []
    for item in block.items:
        written += [f"<dt>{writer.line(term)}</dt>" for term in item.terms]
        written.append(f"<dd>{writer.filled(item.children)}</dd>")
    return f"<dl>{''.join(written)}</dl>"
