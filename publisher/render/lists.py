"""Lists, lists of tasks, definitions and footnotes."""

from collections.abc import Sequence
from dataclasses import replace

from publisher.model.document import Block, DefinitionList, ListBlock, ListItem, Paragraph
from publisher.render.links import footnote_ref, write_link_macro
from publisher.render.nesting import HOSTS, KINDS, hoist, take_hoisted, within
from publisher.render.templates import markup
from publisher.render.writer import Writer


def write_list(writer: Writer, block: ListBlock) -> str:
    boxed = [item.checked is not None for item in block.items]
    if boxed and all(boxed) and block.tasks:
        return write_tasks(writer, block.items)
    tag, number, parts, items = ("ol" if block.ordered else "ul"), block.start, [], []
    for item in block.items:
        box = "" if item.checked is None else ("☑ " if item.checked else "☐ ")
        body = within(writer, "item", item.children) or "<p />"
        if not body.startswith("<p"):
            body = "<p />" + body if body.startswith(("<ul", "<ol")) else body
        items.append("<li>" + (body.replace("<p>", f"<p>{box}", 1) if box else body) + "</li>")
        # The list ends here and goes on behind what it cannot hold.
        if writer.places[-1] in HOSTS and (behind := take_hoisted(writer)):
            parts += [_list_of(tag, number, items), behind]
            number, items = number + len(items), []
    return "".join([*parts, _list_of(tag, number, items)])


def write_tasks(writer: Writer, items: Sequence[ListItem]) -> str:
    """Tasks hold a line each; tasks below them follow it, and all else stands behind the list (Cloud)."""
    rows: list[tuple[int, bool, object, object]] = []
    for item in items:
        writer.tasks += 1
        number = writer.tasks
        lines = [writer.inlines(block.children) for block in item.children if isinstance(block, Paragraph)]
        rest = [block for block in item.children if not isinstance(block, Paragraph)]
        below = ""
        for block in rest:
            tasks = isinstance(block, ListBlock) and block.tasks and all(i.checked is not None for i in block.items)
            if tasks or not writer.options.product.document_format:
                below += writer.block(block)
            elif isinstance(block, ListBlock):
                lines += [f"• {line}" for line in _list_lines(writer, block)]
            else:
                hoist(writer, block, KINDS.get(type(block), ""))
        rows.append((number, bool(item.checked), markup("<br/>".join(lines)), markup(below)))
    return writer.macro("tasks", items=rows, nested=writer.options.product.document_format)


def _list_lines(writer: Writer, block: ListBlock) -> list[str]:
    """A list as lines, for a place that can hold nothing else; what is no text stands behind."""
    lines: list[str] = []
    for item in block.items:
        for child in item.children:
            if isinstance(child, Paragraph):
                lines.append(writer.inlines(child.children))
            elif isinstance(child, ListBlock):
                lines += _list_lines(writer, child)
            else:
                hoist(writer, child, KINDS.get(type(child), ""))
    return lines


def write_definitions(writer: Writer, block: DefinitionList) -> str:
    """Data Center has lists of definitions; on Cloud they are bold terms and indented paragraphs."""
    written = []
    for item in block.items:
        terms = [writer.inlines(term) for term in item.terms]
        if writer.options.product.document_format:
            written += [f"<p><strong>{term}</strong></p>" for term in terms]
            shifted = (replace(b, indent=b.indent + 1) if isinstance(b, Paragraph) else b for b in item.children)
            written.append(writer.blocks(shifted))
        else:
            written += [f"<dt>{term}</dt>" for term in terms]
            written.append(f"<dd>{writer.blocks(item.children) or '<p />'}</dd>")
    body = "".join(written)
    return body if writer.options.product.document_format else f"<dl>{body}</dl>"


def write_footnotes(writer: Writer, items: tuple[tuple[Block, ...], ...], references: tuple[int, ...]) -> str:
    rows = []
    for number, (blocks, count) in enumerate(zip(items, references, strict=True), 1):
        backs = " ".join(write_link_macro(writer, "↩", anchor=footnote_ref(number, i)) for i in range(1, count + 1))
        body = within(writer, "item", blocks) or "<p></p>"
        anchor = writer.macro("anchor", name=f"fn-{number}")
        body = body.replace("<p>", f"<p>{anchor}", 1) if body.startswith("<p>") else f"<p>{anchor}</p>{body}"
        head, found, tail = body.rpartition("</p>")
        rows.append(f"<li>{head} {backs}{found}{tail}</li>")
    return f"<hr/><ol>{''.join(rows)}</ol>{take_hoisted(writer)}" if rows else ""


def _list_of(tag: str, start: int, items: list[str]) -> str:
    first = f' start="{start}"' if tag == "ol" and start != 1 else ""
    return f"<{tag}{first}>{''.join(items)}</{tag}>" if items else ""
