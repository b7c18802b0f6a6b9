"""Nodes become storage format, as the product wants it. Same input, same bytes."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec import Struct, field

from publisher.model.document import (
    AnyMacro,
    Block,
    Callout,
    CodeBlock,
    DefinitionList,
    Expand,
    Footnotes,
    Heading,
    Include,
    Layout,
    ListBlock,
    Macro,
    MathBlock,
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
from publisher.model.problem import Problem, problem
from publisher.model.tree import AttachmentTarget, Page
from publisher.render.forms import footnote_list, has_content
from publisher.render.images import is_foreign, write_image, write_picture
from publisher.render.layouts import write_layout
from publisher.render.links import footnote_ref, write_heading_anchors, write_link, write_link_macro
from publisher.render.lists import write_definitions, write_list
from publisher.render.macros import (
    write_any_macro,
    write_callout,
    write_code,
    write_diagram,
    write_expand,
    write_include,
    write_widget,
)
from publisher.render.marks import fit_line, words_of
from publisher.render.options import LinkTable, RenderOptions
from publisher.render.tables import write_table
from publisher.render.writer import Writer
from publisher.storage import escape


class Renderer(Struct):
    """The writer of one page: which module writes which node."""

    page: Page
    links: LinkTable
    options: RenderOptions
    attachments: dict[str, AttachmentTarget] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tasks: int = 0

    def macro(self, name: str, /, **values: object) -> str:
        return self.options.templates.render(name, **values)

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(map(self.block, blocks))

    def filled(self, blocks: Sequence[Block]) -> str:
        body = self.blocks(blocks)
        if not body and any(has_content(block) for block in blocks):
            line = next((block.line for block in blocks), 0)
            self.report(line, "storage-violation", "an element is left empty although the document fills it")
        return body or "<p />"

    def block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return _write_paragraph(self, block)
            case Heading(level, children, slug, _, align):
                line = (Anchor(slug), *children) if slug in self.page.anchors else children
                style = f' style="text-align: {align};"' if align else ""
                return f"<h{level}{style}>{self.line(line)}</h{level}>"
            case CodeBlock():
                return write_code(self, block)
            case Quote(children, _):
                return f"<blockquote>{self.filled(children)}</blockquote>"
            case Callout():
                return write_callout(self, block)
            case Expand():
                return write_expand(self, block)
            case ListBlock():
                return write_list(self, block)
            case Table():
                return write_table(self, block)
            case Rule():
                return "<hr/>"
            case Macro():
                return write_widget(self, block)
            case Include():
                return write_include(self, block)
            case DefinitionList():
                return write_definitions(self, block)
            case Layout():
                return write_layout(self, block)
            case MathBlock(tex, line):
                return write_diagram(self, "math", tex, tex) or write_code(self, CodeBlock(tex, "latex", "", line))
            case AnyMacro():
                return write_any_macro(self, block)
            case Storage(body, _):
                return body
            case Footnotes():
                return self.blocks(footnote_list(block))
            case _:
                assert_never(block)

    def line(self, nodes: Sequence[Inline]) -> str:
        if len(nodes) == 1 and isinstance(node := nodes[0], Text):  # most cells and items: nothing to fit
            return escape(node.text)
        if not self.options.product.document_format:
            return self.inlines(nodes)
        return self.inlines(fit_line(nodes, self._foreign, self.page.anchors))

    def _foreign(self, image: Image) -> str:
        """The words for an image of another site, which a line of Cloud cannot hold."""
        if not is_foreign(self, image):
            return ""
        text = (
            f"the image {image.src} is of another site: in a line Cloud's editor cannot hold it, and a link is written"
        )
        self.report(
            image.line, "foreign-image", text, "set `remote_images: download`, or give it a paragraph of its own"
        )
        return words_of(image)

    def _report_title(self, image: Image) -> None:
        """A line shows no captions: what a title says beyond the alternative text is lost there."""
        if image.title and image.title != image.alt:
            text = (
                f"the title “{image.title}” of an image in a line is left out: only an image of its own has a caption"
            )
            self.report(image.line, "other-form", text, "give the image a paragraph of its own")

    def inlines(self, nodes: Iterable[Inline]) -> str:
        return "".join([escape(node.text) if isinstance(node, Text) else self.inline(node) for node in nodes])

    def inline(self, node: Inline) -> str:
        match node:
            case Text(text):  # the most frequent ones come first
                return escape(text)
            case Code(text):
                return f"<code>{escape(text)}</code>"
            case Link(href, children, _):
                return write_link(self, self.page.targets[href], href, self.inlines(children))
            case Mark(tag, children):
                return _write_mark(tag, self.inlines(children), only_code=_only_code(children))
            case Coloured(colour, children, background):
                name = "background-color" if background else "color"
                return f'<span style="{name}: {_rgb(colour)};">{self.inlines(children)}</span>'
            case Break():
                return "<br/>"
            case Status(title, colour):
                return self.macro("status", title=title, colour=colour)
            case Date(value):
                return f'<time datetime="{value}"/>'
            case Image():
                self._report_title(node)
                return write_image(self, node, block=False)
            case FootnoteRef(number, occurrence):
                name = self.macro("anchor", name=footnote_ref(number, occurrence))
                link = write_link_macro(self, str(number), anchor=f"fn-{number}")
                cloud = self.options.product.document_format  # its editor keeps no mark on a macro
                return f"{name}<sup>{link}</sup>" if cloud else f"<sup>{name}{link}</sup>"
            case FootnoteBack(number, occurrence):
                return write_link_macro(self, "↩", anchor=footnote_ref(number, occurrence))
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


def _write_paragraph(writer: Writer, block: Paragraph) -> str:
    children = block.children
    if len(children) == 1 and isinstance(children[0], Image):
        return write_image(writer, children[0], block=True)
    text = writer.line(children).strip()
    style = _style_of(block) if block.indent or block.align else ""
    return f"<p{style}>{text}</p>" if text else ""


def _style_of(block: Paragraph) -> str:
    styles = [f"margin-left: {30 * block.indent}.0px;"] if block.indent else []
    styles += [f"text-align: {block.align};"] if block.align in {"center", "right"} else []
    return f' style="{" ".join(styles)}"' if styles else ""


def _write_mark(tag: str, body: str, *, only_code: bool) -> str:
    if tag == "mark":
        return f'<span style="background-color: rgb(248,230,160);">{body}</span>'
    return body if only_code else f"<{tag}>{body}</{tag}>"


def _rgb(colour: str) -> str:
    """``#rrggbb`` as Confluence writes it when it saves."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgb({red},{green},{blue})"


def _only_code(children: tuple[Inline, ...]) -> bool:
    return bool(children) and isinstance(children[0], Code) and all(isinstance(child, Code) for child in children)
