"""Nodes become storage format, as the product wants it. Same input, same bytes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from publisher.model.document import (
    DIAGRAMS,
    Anchor,
    AnyMacro,
    Block,
    Break,
    Callout,
    Cell,
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
    Issue,
    Layout,
    Link,
    ListBlock,
    ListItem,
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
from publisher.model.tree import (
    AnchorTarget,
    AttachmentTarget,
    BrokenTarget,
    ElsewhereTarget,
    ExternalTarget,
    LinkTarget,
    Page,
    PageTarget,
)
from publisher.render.templates import Templates, load_templates, markup
from publisher.storage import CLOUD, Product, check_storage, escape

#: Places whose element can hold what others refuse: it stands right behind the element that refused it.
_HOSTS = {"", "expand", "nested", "cell", "cell-of-layout"}
_KINDS: dict[type, str] = {Table: "table", Callout: "panel", Expand: "expand", Rule: "hr", Layout: "layout"}
_OPEN_CELL = '<ac:layout-section ac:type="single"><ac:layout-cell>'
_CLOSE_CELL = "</ac:layout-cell></ac:layout-section>"
#: Macros that Cloud does not have → what to write in their place.
_NOT_ON_CLOUD = {
    "html": "write Markdown, or attach the file", "html-include": "link to it", "style": "Confluence has its own",
    "section": "use columns", "column": "use columns",
}  # fmt: skip
_WIDGETS = {"toc", "children", "jira", "video", "iframe"}


@dataclass(frozen=True, slots=True)
class Style:
    """What pages look like, besides the documents: the product, the templates and a few settings.

    ``drawn``: (kind of diagram, source) → the picture of it. ``diagram_macros``: kind → the macro that draws it.
    ``banner``: the line at the end of each page, with ``{source}`` for the link to its document; ``source_base``: where
    that link leads. ``space``: key of the space that the pages go to, as far as it is known.
    """

    product: Product = CLOUD
    templates: Templates = field(default_factory=load_templates)
    drawn: Mapping[tuple[str, str], AttachmentTarget] = field(default_factory=dict)
    diagram_macros: Mapping[str, str] = field(default_factory=dict)
    table_layout: str = "default"
    jira_server: str = ""
    jira_server_id: str = ""
    banner: str = ""
    source_base: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What links between pages need: ``titles`` by key; ``spaces``: of pages that go to another space than ``home``;
    ``days``: of blog posts, YYYY/MM/DD, empty where it is not known.
    """

    titles: Mapping[str, str]
    home: str = ""
    spaces: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)

    def address(self, key: str, seen_from: str) -> dict[str, str]:
        """The parameters of a link to a page: with its space if that is another one."""
        space = self.spaces.get(key, self.home)
        other = space if space != self.spaces.get(seen_from, self.home) else ""
        return {"title": self.titles[key], "space": other, "day": self.days.get(key, "")}


def page_prefix(title: str) -> str:
    """What Cloud puts before an anchor that is reached from another page (format reference, section 5)."""
    return re.sub(r"\s+", "", title)


@dataclass(slots=True)
class Renderer:
    page: Page
    site: Site
    style: Style
    attachments: dict[str, AttachmentTarget] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tasks: int = 0
    places: tuple[str, ...] = ("",)
    lifted: list[tuple[int, str]] = field(default_factory=list)  # (depth of the place that it belongs to, storage)

    def macro(self, name: str, /, **values: object) -> str:
        return self.style.templates.render(name, **values)

    # Blocks

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self.block(block) for block in blocks)

    def inside(self, place: str, blocks: Iterable[Block]) -> str:
        """Blocks within an element that cannot hold everything (format reference, section 10)."""
        outer, self.places = self.places, (*self.places, place)
        body = self.blocks(blocks)
        self.places = outer
        return body

    def lifting(self, render: Callable[[], str]) -> str:
        """What an element holds that the product would drop from it stands right behind it."""
        body = render()
        return body + self.take_lifted() if self.places[-1] in _HOSTS else body

    def take_lifted(self) -> str:
        depth = len(self.places)
        mine = [storage for at, storage in self.lifted if at == depth]
        self.lifted = [item for item in self.lifted if item[0] != depth] if mine else self.lifted
        return "".join(mine)

    def refused(self, kind: str) -> bool:
        return self.style.product.refuses(kind, self.places[-1])

    def _lift(self, block: Block, kind: str) -> None:
        """Renders a block for the nearest place around that can hold it."""
        places, product = self.places, self.style.product
        depth = len(places) - 1
        while places[depth] not in _HOSTS or product.refuses(kind, places[depth]):
            depth -= 1
        waiting, self.lifted, self.places = self.lifted, [], places[: depth + 1]
        rendered = self.block(block)
        self.places = places
        self.lifted = [*waiting, (depth + 1, rendered), *self.lifted]

    def block(self, block: Block) -> str:
        kind = _KINDS.get(type(block), "")
        if kind and self.refused(kind):
            if isinstance(block, Layout) and self.style.product.wrapped:
                # Beside a layout Data Center loses all else: the text stays where it is, without its columns.
                return "".join(self.blocks(cell) for cell in block.cells)
            self._lift(block, kind)
            return ""
        match block:
            case Paragraph():
                return self._paragraph(block)
            case Heading(level, children, slug, _):
                return self._heading(level, children, slug)
            case CodeBlock():
                return self._code(block)
            case Quote(children, _):
                return self._quote(children)
            case Callout():
                return self.lifting(lambda: self._callout(block))
            case Expand():
                return self.lifting(lambda: self._expand(block))
            case ListBlock():
                return self.lifting(lambda: self._list(block))
            case Table():
                return self.lifting(lambda: self._table(block))
            case Rule():
                return "<hr/>"
            case Macro():
                return self._widget(block)
            case Include():
                return self._include(block)
            case DefinitionList():
                return self._definitions(block)
            case Layout():
                return self.lifting(lambda: self._layout(block))
            case MathBlock(tex, line):
                return self._diagram("math", tex, tex) or self._code(CodeBlock(tex, "latex", "", line))
            case AnyMacro():
                return self.lifting(lambda: self._any_macro(block))
            case Storage(body, _):
                return body
            case Footnotes(items, references, _):
                return self._footnotes(items, references)
            case _:
                assert_never(block)

    def _heading(self, level: int, children: tuple[Inline, ...], slug: str) -> str:
        text = f"{self.heading_anchors(slug)}{self.inlines(children)}"
        if self.refused("heading"):
            return f"<p><strong>{text}</strong></p>" if text else ""
        return f"<h{level}>{text}</h{level}>"

    def _quote(self, children: tuple[Block, ...]) -> str:
        if self.refused("blockquote"):  # its paragraphs are indented
            shifted = (replace(b, indent=b.indent + 1) if isinstance(b, Paragraph) else b for b in children)
            return self.blocks(shifted)
        return self.lifting(lambda: f"<blockquote>{self.inside('quote', children) or '<p />'}</blockquote>")

    def _paragraph(self, block: Paragraph) -> str:
        children = block.children
        if len(children) == 1 and isinstance(children[0], Image):
            return self._image(children[0], block=True)
        text = self.inlines(children).strip()
        styles = [f"margin-left: {30 * block.indent}.0px;"] if block.indent else []
        styles += [f"text-align: {block.align};"] if block.align in {"center", "right"} else []
        style = f' style="{" ".join(styles)}"' if styles else ""
        return f"<p{style}>{text}</p>" if text else ""

    def heading_anchors(self, slug: str) -> str:
        """The anchor macros of a heading that some link leads to; Cloud puts the title before one of another page."""
        if slug not in self.page.anchors:
            return ""
        names = [slug]
        if self.style.product.document_format:
            names.append(f"{page_prefix(self.site.titles[self.page.key])}-{slug}")
        return "".join(self.macro("anchor", name=name) for name in dict.fromkeys(names))

    def _code(self, block: CodeBlock) -> str:
        product = self.style.product
        diagram = self._diagram(block.language.lower(), block.text, block.title or f"{block.language} diagram")
        if diagram:
            return diagram
        language = product.map_language(block.language) if block.language else ""
        if block.language and language != block.language.lower() and block.language.lower() not in DIAGRAMS:
            becomes = f"becomes `{language}`" if language else "is not known to Confluence and is left out"
            self._report(block.line, "mapped-language", f"the code language `{block.language}` {becomes}")
        above = f"<p><strong>{escape(block.title)}</strong></p>" if block.title and not product.titled else ""
        title = block.title if product.titled else ""
        numbered = block.numbered and product.titled  # Cloud numbers lines always
        return above + self.macro("code", language=language, title=title, numbered=numbered, body=block.text)

    def _diagram(self, word: str, source: str, alt: str) -> str:
        """The picture that was drawn, or the macro that draws; empty if there is neither."""
        if target := self.style.drawn.get((word, source)):
            return self._picture(Image("", alt, "", 0), target, block=True)
        if macro := self.style.diagram_macros.get(word):
            return self.macro("macro", name=macro, parameters=(), body="", plain=source)
        return ""

    def _callout(self, block: Callout) -> str:
        titled = self.style.product.titled
        title = self.inlines(_plain_weight(block.title))
        above = f"<p><strong>{title}</strong></p>" if title and not titled else ""
        body = markup(above + self.inside("panel", block.children) or "<p />")
        if block.kind == "important" and self.style.product.document_format:
            return self.macro("important", body=body)
        kind = "info" if block.kind == "important" else block.kind
        icon_id = "-".join(f"{ord(character):x}" for character in block.icon)
        plain = re.sub(r"<[^>]*>", "", title) if titled else ""
        return self.macro(
            "panel",
            kind=kind,
            title=markup(plain),
            colour=block.colour,
            icon="" if titled else block.icon,
            icon_id=icon_id,
            body=body,
        )

    def _place_in(self, kind: str) -> str:
        """The place within a macro. One that is neither panel nor expand holds what the place around it holds."""
        if kind == "panel":
            return "panel"
        if kind == "expand":
            return "nested" if any(place in {"expand", "nested", "cell"} for place in self.places) else "expand"
        return self.places[-1] or "expand"

    def _expand(self, block: Expand) -> str:
        body = self.inside(self._place_in("expand"), block.children)
        return self.macro("expand", title=block.title, body=markup(body or "<p />"))

    def _list(self, block: ListBlock) -> str:
        boxed = [item.checked is not None for item in block.items]
        if boxed and all(boxed) and block.tasks:
            return self._tasks(block.items)
        tag, number, parts, items = ("ol" if block.ordered else "ul"), block.start, [], []
        for item in block.items:
            box = "" if item.checked is None else ("☑ " if item.checked else "☐ ")
            body = self.inside("item", item.children) or "<p />"
            if not body.startswith("<p"):
                body = "<p />" + body if body.startswith(("<ul", "<ol")) else body
            items.append("<li>" + (body.replace("<p>", f"<p>{box}", 1) if box else body) + "</li>")
            # The list ends here and goes on behind what it cannot hold.
            if self.places[-1] in _HOSTS and (behind := self.take_lifted()):
                parts += [_list_of(tag, number, items), behind]
                number, items = number + len(items), []
        return "".join([*parts, _list_of(tag, number, items)])

    def _tasks(self, items: Sequence[ListItem]) -> str:
        """Tasks hold a line each; tasks below them follow it, and all else stands behind the list (Cloud)."""
        rows: list[tuple[int, bool, object, object]] = []
        for item in items:
            self.tasks += 1
            number = self.tasks
            lines = [self.inlines(block.children) for block in item.children if isinstance(block, Paragraph)]
            rest = [block for block in item.children if not isinstance(block, Paragraph)]
            below = ""
            for block in rest:
                tasks = isinstance(block, ListBlock) and block.tasks and all(i.checked is not None for i in block.items)
                if tasks or not self.style.product.document_format:
                    below += self.block(block)
                elif isinstance(block, ListBlock):
                    lines += [f"• {line}" for line in self._list_lines(block)]
                else:
                    self._lift(block, _KINDS.get(type(block), ""))
            rows.append((number, bool(item.checked), markup("<br/>".join(lines)), markup(below)))
        return self.macro("tasks", items=rows, nested=self.style.product.document_format)

    def _list_lines(self, block: ListBlock) -> list[str]:
        """A list as lines, for a place that can hold nothing else; what is no text stands behind."""
        lines: list[str] = []
        for item in block.items:
            for child in item.children:
                if isinstance(child, Paragraph):
                    lines.append(self.inlines(child.children))
                elif isinstance(child, ListBlock):
                    lines += self._list_lines(child)
                else:
                    self._lift(child, _KINDS.get(type(child), ""))
        return lines

    def _table(self, block: Table) -> str:
        rows = [row for row in (block.head, *block.rows) if row]
        width = max((sum(cell.colspan for cell in row) for row in rows), default=0)
        spanned = any(cell.rowspan > 1 for row in rows for cell in row)
        head = any(cell.children or cell.blocks for cell in block.head)
        written = [self._row(block.head, width, spanned, header=True)] if head else []
        written += [self._row(row, width, spanned, header=False) for row in block.rows]
        front = self.page.document.front_matter.table_layout if self.page.document else ""
        layout = block.layout or front or self.style.table_layout
        return f'<table data-layout="{layout}"><tbody>{"".join(written)}</tbody></table>' if written else ""

    def _row(self, cells: tuple[Cell, ...], width: int, spanned: bool, *, header: bool) -> str:
        missing = 0 if spanned else width - sum(cell.colspan for cell in cells)
        written = [self._cell(cell, header=header or cell.header) for cell in (*cells, *[Cell((), None)] * missing)]
        return f"<tr>{''.join(written)}</tr>"

    def _cell(self, cell: Cell, *, header: bool) -> str:
        style = f' style="text-align: {cell.align};"' if cell.align in {"center", "right"} else ""
        if cell.blocks:
            body = self.inside("cell", cell.blocks)
        else:
            text = self.inlines(cell.children).strip()
            body = f"<p{style}>{text}</p>" if text else ""
        attributes = f' data-highlight-colour="{cell.colour}"' if cell.colour else ""
        attributes += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        attributes += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        tag = "th" if header else "td"
        return f"<{tag}{attributes}>{body or '<p />'}</{tag}>"

    def _widget(self, block: Macro) -> str:
        name, parameters = block.name, dict(block.parameters)
        self._check_known(name, block.line)
        if name == "jira":
            server, server_id = self.style.jira_server, self.style.jira_server_id
            return self.macro("jira", key="", server=server, server_id=server_id, parameters=block.parameters)
        if name in {"video", "iframe"}:
            address = parameters.get("url" if name == "video" else "src", "")
            if not re.match(r"https?://", address):
                self._report(block.line, "unsafe-link", f"`{name}` needs an address that begins with https://")
                return f"<p>{escape(address)}</p>" if address else ""
            sizes = {key: parameters.get(key, "") for key in ("width", "height")}
            return self.macro(name, url=address) if name == "video" else self.macro(name, src=address, **sizes)
        if name in _WIDGETS:
            return self.macro(name, parameters=block.parameters)
        return self.macro("macro", name=name, parameters=block.parameters, body="", plain="")

    def _include(self, block: Include) -> str:
        match self.page.targets[block.href]:
            case PageTarget(key, _):
                return self.macro("include", **self.site.address(key, self.page.key), excerpt=block.excerpt)
            case ElsewhereTarget(title, space, _):
                return self.macro("include", title=title, space=space, excerpt=block.excerpt)
            case ExternalTarget(url):
                return f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
            case AttachmentTarget(name) as target:
                self.attachments[name] = target
                return f"<p>{self._link_macro(name, filename=name)}</p>"
            case _:
                return f"<p>{escape(block.href.removeprefix('wikilink:'))}</p>"

    def _definitions(self, block: DefinitionList) -> str:
        """Data Center has lists of definitions; on Cloud they are bold terms and indented paragraphs."""
        written = []
        for item in block.items:
            terms = [self.inlines(term) for term in item.terms]
            if self.style.product.document_format:
                written += [f"<p><strong>{term}</strong></p>" for term in terms]
                shifted = (replace(b, indent=b.indent + 1) if isinstance(b, Paragraph) else b for b in item.children)
                written.append(self.blocks(shifted))
            else:
                written += [f"<dt>{term}</dt>" for term in terms]
                written.append(f"<dd>{self.blocks(item.children) or '<p />'}</dd>")
        body = "".join(written)
        return body if self.style.product.document_format else f"<dl>{body}</dl>"

    def _layout(self, block: Layout) -> str:
        """Up to three columns a section, the widest kinds that both products have."""
        sections = []
        for start in range(0, len(block.cells), 3):
            cells = block.cells[start : start + 3]
            bodies = [markup(self.inside("cell-of-layout", cell) or "<p />") for cell in cells]
            sections.append((_section_type(block.widths[start : start + 3] or (1.0,) * len(cells)), bodies))
        return self.macro("layout", sections=sections)

    def _check_known(self, name: str, line: int) -> None:
        """Some macros of Data Center mean nothing to Cloud (format reference, section 10)."""
        if self.style.product.document_format and name in _NOT_ON_CLOUD:
            text = f"the macro `{name}` is not known to Cloud, which drops it"
            self._report(line, "unsupported-macro", text, _NOT_ON_CLOUD[name])

    def _any_macro(self, block: AnyMacro) -> str:
        templates = self.style.templates
        self._check_known(block.name, block.line)
        kind = "panel" if block.name in {"info", "tip", "note", "warning", "panel"} else block.name
        if self.refused(kind):
            self._lift(block, kind)
            return ""
        body = (self.inside(self._place_in(kind), block.children) or "<p />") if block.children else ""
        if block.name not in templates.own:
            return self.macro(
                "macro", name=block.name, parameters=block.parameters, body=markup(body), plain=block.plain
            )
        try:
            storage = templates.render_own(block.name, dict(block.parameters), body or escape(block.plain))
        except ValueError as error:
            self._report(block.line, "bad-macro", f"the macro `{block.name}` {error}; it is left out")
            return ""
        wrong = check_storage(storage, self.style.product)
        if wrong:
            self._report(block.line, "bad-macro", f"the template of `{block.name}` writes: {'; '.join(wrong)}")
        return "" if any(text.startswith("not well-formed") for text in wrong) else storage

    def _footnotes(self, items: tuple[tuple[Block, ...], ...], references: tuple[int, ...]) -> str:
        rows = []
        for number, (blocks, count) in enumerate(zip(items, references, strict=True), 1):
            backs = " ".join(self._link_macro("↩", anchor=_footnote_ref(number, i)) for i in range(1, count + 1))
            body = self.inside("item", blocks) or "<p></p>"
            anchor = self.macro("anchor", name=f"fn-{number}")
            body = body.replace("<p>", f"<p>{anchor}", 1) if body.startswith("<p>") else f"<p>{anchor}</p>{body}"
            head, found, tail = body.rpartition("</p>")
            rows.append(f"<li>{head} {backs}{found}{tail}</li>")
        return f"<hr/><ol>{''.join(rows)}</ol>{self.take_lifted()}" if rows else ""

    # Inlines

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
                return self._image(node, block=False)
            case FootnoteRef(number, occurrence):
                link = self._link_macro(str(number), anchor=f"fn-{number}")
                return f"<sup>{self.macro('anchor', name=_footnote_ref(number, occurrence))}{link}</sup>"
            case Link(href, children, _):
                return self._link(self.page.targets[href], href, self.inlines(children))
            case Mention(_, account):
                return self.macro("mention", account=account, attribute=self.style.product.user)
            case Anchor(name, kept):
                return self.macro("anchor", name=name) if kept else self.heading_anchors(name)
            case Issue(key):
                server, server_id = self.style.jira_server, self.style.jira_server_id
                return self.macro("jira", key=key, server=server, server_id=server_id, parameters=())
            case Math(tex):
                target = self.style.drawn.get(("math", tex))
                image = Image("", tex, "", 0)
                return self._picture(image, target, block=False) if target else f"<code>{escape(tex)}</code>"
            case _:
                assert_never(node)

    def _link(self, target: LinkTarget, href: str, body: str) -> str:
        text = markup(body or escape(href))
        match target:
            case PageTarget(key, anchor):
                if self.site.days.get(key) == "":  # a blog post without a date has no address by name
                    return str(text)
                return self._link_macro(text, anchor=anchor, **self.site.address(key, self.page.key))
            case ElsewhereTarget(title, space, anchor):
                return self._link_macro(text, anchor=anchor, title=title, space=space)
            case AnchorTarget(anchor):
                return self._link_macro(text, anchor=anchor)
            case AttachmentTarget(name):
                self.attachments[name] = target
                return self._link_macro(text, filename=name)
            case ExternalTarget(url):
                return f'<a href="{escape(url)}">{text}</a>'
            case BrokenTarget():
                return str(text)
            case _:
                assert_never(target)

    def _link_macro(self, body: str, **values: str) -> str:
        return self.macro(
            "link", **{"title": "", "space": "", "day": "", "anchor": "", "filename": "", "body": body} | values
        )

    def _image(self, image: Image, *, block: bool) -> str:
        target = self.page.targets["!" + image.src]
        if not isinstance(target, AttachmentTarget) or target.path.suffix.lower() != ".drawio":
            return self._picture(image, self.style.drawn.get(("image", image.src), target), block=block)
        drawn = self.style.drawn.get(("drawio", str(target.path)))
        if drawn:
            return self._picture(image, drawn, block=block)
        link = self._link(target, image.src, escape(image.alt))  # nothing shows such a file: it can be opened
        return f"<p>{link}</p>" if block else link

    def _picture(self, image: Image, target: LinkTarget | None, *, block: bool) -> str:
        if not isinstance(target, AttachmentTarget | ExternalTarget):
            text = f"<em>{escape(image.alt or image.src)}</em>"
            return f"<p>{text}</p>" if block else text
        product = self.style.product
        name, url = (target.name, "") if isinstance(target, AttachmentTarget) else ("", target.url)
        if isinstance(target, AttachmentTarget):
            self.attachments[name] = target
        sides = {"left": "wrap-left", "right": "wrap-right"} if image.wrap else {}
        places = {"left": "align-start", "center": "center", "right": "align-end", **sides}
        picture = self.macro(
            "image",
            filename=name,
            url=url,
            alt=image.alt,
            width=image.width or _natural_width(target),
            height=image.height,
            align=image.align if block else "",
            layout=places.get(image.align, ""),
            caption=image.title if block and product.captions else "",
        )
        if not block or product.captions:
            return picture
        caption = f"<p><em>{escape(image.title)}</em></p>" if image.title else ""
        return f"<p>{picture}</p>{caption}"

    def _report(self, line: int, code: str, text: str, hint: str = "") -> None:
        self.problems.append(problem(self.page.key, line or None, code, text, hint))

    # The page

    def pieces(self, blocks: Iterable[Block]) -> list[tuple[Block, str]]:
        """The blocks of the page with their storage. A layout of Data Center holds the whole page."""
        written = [(block, self.block(block)) for block in blocks]
        if not self.style.product.wrapped or not any(isinstance(block, Layout) for block, _ in written):
            return written
        wrapped: list[tuple[Block, str]] = []
        open_cell = False
        for block, storage in written:
            before = ""
            if isinstance(block, Layout):
                before, open_cell = (_CLOSE_CELL if open_cell else ""), False
                storage = storage.removeprefix("<ac:layout>").removesuffix("</ac:layout>")
            elif storage and not open_cell:
                before, open_cell = _OPEN_CELL, True
            wrapped.append((block, before + storage))
        end = (_CLOSE_CELL if open_cell else "") + "</ac:layout>"
        wrapped[0] = (wrapped[0][0], "<ac:layout>" + wrapped[0][1])
        wrapped[-1] = (wrapped[-1][0], wrapped[-1][1] + end)
        return wrapped


def _plain_weight(nodes: Iterable[Inline]) -> list[Inline]:
    """Without bold at the top, for a title that is bold as a whole."""
    return [
        child
        for node in nodes
        for child in (node.children if isinstance(node, Mark) and node.tag == "strong" else (node,))
    ]


def _natural_width(target: LinkTarget) -> str:
    """Pixels of an SVG, which Cloud shows at odd sizes without; at most the page's column. Others have their own."""
    if not isinstance(target, AttachmentTarget) or target.path.suffix.lower() != ".svg":
        return ""
    with target.path.open(encoding="utf-8", errors="replace") as file:
        tag = re.search(r"<svg\b[^>]*>", file.read(4096))
    if not tag:
        return ""
    given = re.search(r'\bwidth="(\d+)(?:\.\d+)?(px|pt)?"', tag[0])
    box = re.search(r'viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+(\d+)', tag[0])
    found = given or box
    if not found:
        return ""
    points = given is not None and given[2] == "pt"
    return str(min(int(found[1]) * 4 // 3 if points else int(found[1]), 760))


def _section_type(widths: tuple[float, ...]) -> str:
    if len(widths) == 1:
        return "single"
    if len(widths) == 2:
        first, second = widths
        return "two_equal" if abs(first - second) < 0.2 * max(widths) else (
            "two_left_sidebar" if first < second else "two_right_sidebar")  # fmt: skip
    middle = widths[1]
    return "three_with_sidebars" if middle > 1.2 * max(widths[0], widths[2]) else "three_equal"


def _list_of(tag: str, start: int, items: list[str]) -> str:
    first = f' start="{start}"' if tag == "ol" and start != 1 else ""
    return f"<{tag}{first}>{''.join(items)}</{tag}>" if items else ""


def _only_code(children: tuple[Inline, ...]) -> bool:
    return bool(children) and all(isinstance(child, Code) for child in children)


def _footnote_ref(number: int, occurrence: int) -> str:
    return f"fnref-{number}" if occurrence == 1 else f"fnref-{number}-{occurrence}"
