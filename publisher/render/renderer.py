"""Nodes become storage format, as the product wants it. Same input, same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import assert_never

from publisher.model.document import (
    Anchor,
    AnyMacro,
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Date,
    DefinitionList,
    Expand,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Include,
    Inline,
    InlineStorage,
    Issue,
    Layout,
    Link,
    ListBlock,
    Macro,
    Mark,
    Math,
    MathBlock,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Status,
    Storage,
    Table,
    Text,
)
from publisher.model.problem import Problem, problem
from publisher.model.tree import AttachmentTarget, Page
from publisher.render.images import write_image, write_picture
from publisher.render.layouts import write_layout
from publisher.render.links import footnote_ref, write_heading_anchors, write_link, write_link_macro
from publisher.render.lists import write_definitions, write_footnotes, write_list
from publisher.render.macros import (
    write_any_macro,
    write_callout,
    write_code,
    write_diagram,
    write_expand,
    write_include,
    write_widget,
)
from publisher.render.nesting import KINDS, hoist, hoisting, is_forbidden, within
from publisher.render.options import LinkTable, RenderOptions
from publisher.render.tables import write_table
from publisher.render.writer import Writer
from publisher.storage import escape


@dataclass(slots=True)
class Renderer:
    """The writer of one page: which module writes which node."""

    page: Page
    links: LinkTable
    options: RenderOptions
    attachments: dict[str, AttachmentTarget] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tasks: int = 0
    places: tuple[str, ...] = ("",)
    hoisted: list[tuple[int, str]] = field(default_factory=list)

    def macro(self, name: str, /, **values: object) -> str:
        return self.options.templates.render(name, **values)

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        kind = KINDS.get(type(block), "")
        if kind and is_forbidden(self, kind):
            if isinstance(block, Layout) and self.options.product.layout_wraps_page:
                # Beside a layout Data Center loses all else: the text stays where it is, without its columns.
                return "".join(self.blocks(cell) for cell in block.cells)
            hoist(self, block, kind)
            return ""
        match block:
            case Paragraph():
                return _write_paragraph(self, block)
            case Heading(level, children, slug, _):
                return _write_heading(self, level, children, slug)
            case CodeBlock():
                return write_code(self, block)
            case Quote(children, _):
                return _write_quote(self, children)
            case Callout():
                return hoisting(self, lambda: write_callout(self, block))
            case Expand():
                return hoisting(self, lambda: write_expand(self, block))
            case ListBlock():
                return hoisting(self, lambda: write_list(self, block))
            case Table():
                return hoisting(self, lambda: write_table(self, block))
            case Rule():
                return "<hr/>"
            case Macro():
                return write_widget(self, block)
            case Include():
                return write_include(self, block)
            case DefinitionList():
                return write_definitions(self, block)
            case Layout():
                return hoisting(self, lambda: write_layout(self, block))
            case MathBlock(tex, line):
                return write_diagram(self, "math", tex, tex) or write_code(self, CodeBlock(tex, "latex", "", line))
            case AnyMacro():
                return hoisting(self, lambda: write_any_macro(self, block))
            case Storage(body, _):
                return body
            case Footnotes(items, references, _):
                return write_footnotes(self, items, references)
            case _:
                assert_never(block)

    def inlines(self, nodes: Iterable[Inline]) -> str:
        return "".join(self.inline(node) for node in nodes)

    def inline(self, node: Inline) -> str:
        match node:
            case Text(text):
                return escape(text)
            case Mark("mark", children):
                return f'<span style="background-color: rgb(248,230,160);">{self.inlines(children)}</span>'
            case Mark(tag, children):
                # Inline code combines with links only (format reference, section 2).
                return self.inlines(children) if _only_code(children) else f"<{tag}>{self.inlines(children)}</{tag}>"
            case Code(text):
                return f"<code>{escape(text)}</code>"
            case Break():
                return "<br/>"
            case Status(title, colour):
                return self.macro("status", title=title, colour=colour)
            case Date(value):
                return f'<time datetime="{value}"/>'
            case Image():
                return write_image(self, node, block=False)
            case FootnoteRef(number, occurrence):
                link = write_link_macro(self, str(number), anchor=f"fn-{number}")
                return f"<sup>{self.macro('anchor', name=footnote_ref(number, occurrence))}{link}</sup>"
            case Link(href, children, _):
                return write_link(self, self.page.targets[href], href, self.inlines(children))
            case Mention(_, account):
                return self.macro("mention", account=account, attribute=self.options.product.user)
            case Anchor(name, kept):
                return self.macro("anchor", name=name) if kept else write_heading_anchors(self, name)
            case Issue(key):
                server, server_id = self.options.jira_server, self.options.jira_server_id
                return self.macro("jira", key=key, server=server, server_id=server_id, parameters=())
            case Math(tex):
                target = self.options.pictures.get(("math", tex))
                image = Image("", tex, "", 0)
                return write_picture(self, image, target, block=False) if target else f"<code>{escape(tex)}</code>"
            case InlineStorage(body):
                return body
            case _:
                assert_never(node)

    def report(self, line: int, code: str, text: str, hint: str = "") -> None:
        self.problems.append(problem(self.page.key, line or None, code, text, hint))


def _write_heading(writer: Writer, level: int, children: tuple[Inline, ...], slug: str) -> str:
    text = f"{write_heading_anchors(writer, slug)}{writer.inlines(children)}"
    if is_forbidden(writer, "heading"):
        return f"<p><strong>{text}</strong></p>" if text else ""
    return f"<h{level}>{text}</h{level}>"


def _write_quote(writer: Writer, children: tuple[Block, ...]) -> str:
    if is_forbidden(writer, "blockquote"):  # its paragraphs are indented
        shifted = (replace(b, indent=b.indent + 1) if isinstance(b, Paragraph) else b for b in children)
        return writer.blocks(shifted)
    return hoisting(writer, lambda: f"<blockquote>{within(writer, 'quote', children) or '<p />'}</blockquote>")


def _write_paragraph(writer: Writer, block: Paragraph) -> str:
    children = block.children
    if len(children) == 1 and isinstance(children[0], Image):
        return write_image(writer, children[0], block=True)
    text = writer.inlines(children).strip()
    styles = [f"margin-left: {30 * block.indent}.0px;"] if block.indent else []
    styles += [f"text-align: {block.align};"] if block.align in {"center", "right"} else []
    style = f' style="{" ".join(styles)}"' if styles else ""
    return f"<p{style}>{text}</p>" if text else ""


def _only_code(children: tuple[Inline, ...]) -> bool:
    return bool(children) and all(isinstance(child, Code) for child in children)
