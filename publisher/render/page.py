"""A page of the tree becomes storage format (Cloud). Same input, same bytes."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never

from publisher.model.document import (
    AnyMacro,
    Block,
    Break,
    Callout,
    Cell,
    Code,
    CodeBlock,
    Date,
    Expand,
    FootnoteRef,
    Footnotes,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Macro,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Status,
    Storage,
    Table,
    Text,
)
from publisher.model.problem import Problem, problem
from publisher.model.rendered import Attachment, RenderedPage, RenderedTree
from publisher.model.tree import (
    AnchorTarget,
    AttachmentTarget,
    BrokenTarget,
    ExternalTarget,
    LinkTarget,
    Page,
    PageTarget,
    PageTree,
)
from publisher.render.languages import map_language
from publisher.render.templates import markup, render_macro
from publisher.storage import NotWellFormed, canonical, check_storage, digest, escape


def page_prefix(title: str) -> str:
    """What Cloud puts before an anchor that is reached from another page (format reference, section 5)."""
    return re.sub(r"\s+", "", title)


@dataclass(slots=True)
class _Renderer:
    page: Page
    titles: Mapping[str, str]
    attachments: dict[str, AttachmentTarget] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tasks: int = 0
    place: str = ""  # the element that we are in, if it cannot hold everything: item, panel, quote
    lifted: list[str] = field(default_factory=list)

    # Blocks

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self.block(block) for block in blocks)

    def inside(self, place: str, blocks: Iterable[Block]) -> str:
        """Blocks within an element that cannot hold everything (format reference, section 10)."""
        outer, self.place = self.place, place
        body = self.blocks(blocks)
        self.place = outer
        return body

    def lifting(self, render: Callable[[], str]) -> str:
        """What an element holds that Cloud would drop from it stands right behind it."""
        if self.place:
            return render()
        body = render()
        lifted, self.lifted = "".join(self.lifted), []
        return body + lifted

    def block(self, block: Block) -> str:
        if isinstance(block, _UNFIT.get(self.place, ())):
            place, self.place = self.place, ""
            waiting, self.lifted = self.lifted, []
            rendered = self.block(block)
            self.place, self.lifted = place, [*waiting, rendered]
            return ""
        match block:
            case Paragraph(children, _, indent):
                return self._paragraph(children, indent)
            case Heading(level, children, slug, _):
                return self._heading(level, children, slug)
            case CodeBlock():
                return self._code(block)
            case Quote(children, _):
                return self._quote(children)
            case Callout():
                return self.lifting(lambda: self._callout(block))
            case Expand(title, children, _):
                return render_macro("expand", title=title, body=markup(self.inside("", children) or "<p />"))
            case ListBlock():
                return self._list(block)
            case Table():
                return self._table(block)
            case Rule():
                return "<hr/>"
            case Macro(name, _):
                return render_macro(name)
            case AnyMacro(name, parameters, children, plain, _):
                body = markup(self.inside("", children))
                return render_macro("macro", name=name, parameters=parameters, body=body, plain=plain)
            case Storage(body, _):
                return body
            case Footnotes(items, references, _):
                return self._footnotes(items, references)
            case _:
                assert_never(block)

    def _heading(self, level: int, children: tuple[Inline, ...], slug: str) -> str:
        text = f"{self.heading_anchors(slug)}{self.inlines(children)}"
        if self.place in {"quote", "item"}:
            return f"<p><strong>{text}</strong></p>" if text else ""
        return f"<h{level}>{text}</h{level}>"

    def _quote(self, children: tuple[Block, ...]) -> str:
        if self.place in {"quote", "panel"}:  # no quote in a quote or panel: its paragraphs are indented
            shifted = (replace(b, indent=b.indent + 1) if isinstance(b, Paragraph) else b for b in children)
            return self.blocks(shifted)
        return self.lifting(lambda: f"<blockquote>{self.inside('quote', children) or '<p />'}</blockquote>")

    def _paragraph(self, children: tuple[Inline, ...], indent: int) -> str:
        if len(children) == 1 and isinstance(children[0], Image):
            return self._image(children[0], block=True)
        text = self.inlines(children).strip()
        style = f' style="margin-left: {30 * indent}.0px;"' if indent else ""
        return f"<p{style}>{text}</p>" if text else ""

    def heading_anchors(self, slug: str) -> str:
        if slug not in self.page.anchors:
            return ""
        names = dict.fromkeys((slug, f"{page_prefix(self.titles[self.page.key])}-{slug}"))
        return "".join(render_macro("anchor", name=name) for name in names)

    def _code(self, block: CodeBlock) -> str:
        language = map_language(block.language) if block.language else ""
        if block.language and language != block.language.lower():
            becomes = f"becomes `{language}`" if language else "is not known to Confluence and is left out"
            self._report(block.line, "mapped-language", f"the code language `{block.language}` {becomes}")
        title = f"<p><strong>{escape(block.title)}</strong></p>" if block.title else ""
        return title + render_macro("code", language=language, body=block.text)

    def _callout(self, block: Callout) -> str:
        title = f"<p><strong>{self.inlines(block.title)}</strong></p>" if block.title else ""
        body = markup(title + self.inside("panel", block.children) or "<p />")
        return (
            render_macro("important", body=body)
            if block.kind == "important"
            else render_macro("panel", kind=block.kind, body=body)
        )

    def _list(self, block: ListBlock) -> str:
        if block.items and all(item.checked is not None for item in block.items):
            rows = []
            for item in block.items:
                self.tasks += 1
                rows.append((self.tasks, item.checked, markup(self._task_body(item.children))))
            return render_macro("tasks", items=rows)
        tag, number, parts, items = ("ol" if block.ordered else "ul"), block.start, [], []
        for item in block.items:
            box = "" if item.checked is None else ("☑ " if item.checked else "☐ ")
            body = self.inside("item", item.children) or "<p />"
            if not body.startswith("<p"):
                body = "<p />" + body if body.startswith(("<ul", "<ol")) else body
            items.append("<li>" + (body.replace("<p>", f"<p>{box}", 1) if box else body) + "</li>")
            if self.lifted and not self.place:  # the list ends here and goes on behind what it cannot hold
                parts += [_list_of(tag, number, items), *self.lifted]
                number, items, self.lifted = number + len(items), [], []
        return "".join([*parts, _list_of(tag, number, items)])

    def _task_body(self, blocks: tuple[Block, ...]) -> str:
        lines = [self.inlines(block.children) for block in blocks if isinstance(block, Paragraph)]
        rest = self.blocks(block for block in blocks if not isinstance(block, Paragraph))
        return "<br/>".join(lines) + rest

    def _table(self, block: Table) -> str:
        width = max([len(block.head), *(len(row) for row in block.rows)])
        head = self._row(block.head, width, "th") if any(cell.children for cell in block.head) else ""
        rows = "".join(self._row(row, width, "td") for row in block.rows)
        return f'<table data-layout="default"><tbody>{head}{rows}</tbody></table>' if head or rows else ""

    def _row(self, cells: tuple[Cell, ...], width: int, tag: str) -> str:
        padded = [*cells, *[Cell((), None)] * (width - len(cells))]
        return "<tr>" + "".join(f"<{tag}>{self._cell(cell)}</{tag}>" for cell in padded) + "</tr>"

    def _cell(self, cell: Cell) -> str:
        style = f' style="text-align: {cell.align};"' if cell.align in {"center", "right"} else ""
        text = self.inlines(cell.children).strip()
        return f"<p{style}>{text}</p>" if text else "<p />"

    def _footnotes(self, items: tuple[tuple[Block, ...], ...], references: tuple[int, ...]) -> str:
        rows = []
        for number, (blocks, count) in enumerate(zip(items, references, strict=True), 1):
            backs = " ".join(
                render_macro("link", anchor=_footnote_ref(number, i), title="", filename="", body="↩")
                for i in range(1, count + 1)
            )
            body = self.blocks(blocks) or "<p></p>"
            anchor = render_macro("anchor", name=f"fn-{number}")
            body = body.replace("<p>", f"<p>{anchor}", 1) if body.startswith("<p>") else f"<p>{anchor}</p>{body}"
            head, found, tail = body.rpartition("</p>")
            rows.append(f"<li>{head} {backs}{found}{tail}</li>")
        return f"<hr/><ol>{''.join(rows)}</ol>" if rows else ""

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
                return render_macro("status", title=title, colour=colour)
            case Date(value):
                return f'<time datetime="{value}"/>'
            case Image():
                return self._image(node, block=False)
            case FootnoteRef(number, occurrence):
                link = render_macro("link", anchor=f"fn-{number}", title="", filename="", body=str(number))
                return f"<sup>{render_macro('anchor', name=_footnote_ref(number, occurrence))}{link}</sup>"
            case Link(href, children, _):
                return self._link(self.page.targets[href], href, self.inlines(children))
            case _:
                assert_never(node)

    def _link(self, target: LinkTarget, href: str, body: str) -> str:
        text = markup(body or escape(href))
        match target:
            case PageTarget(key, anchor):
                return render_macro("link", title=self.titles[key], anchor=anchor, filename="", body=text)
            case AnchorTarget(anchor):
                return render_macro("link", title="", anchor=anchor, filename="", body=text)
            case AttachmentTarget(name):
                self.attachments[name] = target
                return render_macro("link", title="", anchor="", filename=name, body=text)
            case ExternalTarget(url):
                return f'<a href="{escape(url)}">{text}</a>'
            case BrokenTarget():
                return str(text)
            case _:
                assert_never(target)

    def _image(self, image: Image, *, block: bool) -> str:
        target = self.page.targets["!" + image.src]
        values: dict[str, object] = {"alt": image.alt, "width": image.width, "caption": image.title if block else ""}
        match target:
            case AttachmentTarget(name):
                self.attachments[name] = target
                picture = render_macro("image", filename=name, url="", **values)
            case ExternalTarget(url):
                picture = render_macro("image", filename="", url=url, **values)
            case _:
                text = f"<em>{escape(image.alt or image.src)}</em>"
                return f"<p>{text}</p>" if block else text
        return picture

    def _report(self, line: int, code: str, text: str) -> None:
        self.problems.append(problem(self.page.key, line, code, text))


#: What Cloud's editor drops from an element, or freezes the page for (format reference, section 10).
_UNFIT: dict[str, tuple[type, ...]] = {
    "item": (Table, Callout, Expand, Rule),
    "panel": (Table, Callout, Expand),
    "quote": (Table, Callout, Expand),
}


def _list_of(tag: str, start: int, items: list[str]) -> str:
    first = f' start="{start}"' if tag == "ol" and start != 1 else ""
    return f"<{tag}{first}>{''.join(items)}</{tag}>" if items else ""


def _only_code(children: tuple[Inline, ...]) -> bool:
    return bool(children) and all(isinstance(child, Code) for child in children)


def _footnote_ref(number: int, occurrence: int) -> str:
    return f"fnref-{number}" if occurrence == 1 else f"fnref-{number}-{occurrence}"


def _read_attachments(targets: Iterable[AttachmentTarget]) -> tuple[Attachment, ...]:
    found = sorted(targets, key=lambda target: target.name)
    return tuple(Attachment(target.name, target.path, digest(target.path.read_bytes())) for target in found)


def render_page(page: Page, titles: Mapping[str, str]) -> tuple[RenderedPage, list[Problem]]:
    """The page in storage format; attachments are the files that its body refers to."""
    renderer = _Renderer(page, titles)
    blocks: list[Block] = list(page.document.blocks) if page.document else [Macro("children", 1)]
    top = ""
    if page.drop_first_heading:
        first = next(block for block in blocks if isinstance(block, Heading))
        blocks.remove(first)
        anchors = renderer.heading_anchors(first.slug)
        top = f"<p>{anchors}</p>" if anchors else ""
    body = top + renderer.blocks(blocks)
    labels = page.document.front_matter.labels if page.document else ()
    stored = body
    try:
        stored = canonical(body)
    except NotWellFormed as error:
        renderer.problems.append(problem(page.key, None, "not-well-formed", str(error)))
    else:
        for violation in check_storage(body):
            renderer.problems.append(problem(page.key, None, "storage-violation", violation))
    digests = {"body": digest(body), "canonical": digest(stored)}
    source = page.key if page.document else ""
    anchored = {t.key for t in page.targets.values() if isinstance(t, PageTarget) and t.anchor and t.key != page.key}
    rendered = RenderedPage(
        page.key,
        source,
        titles[page.key],
        page.parent,
        page.position,
        body,
        labels,
        _read_attachments(renderer.attachments.values()),
        MappingProxyType(digests),
        page.wanted,
        page.alternatives,
        frozenset(anchored),
        (page.document.front_matter.page_id or "") if page.document else "",
    )
    return rendered, renderer.problems


def render_pages(tree: PageTree, retitled: Mapping[str, str] = MappingProxyType({})) -> RenderedTree:
    """Every page of the tree. ``retitled``: titles by key that differ from the tree's, for links name titles."""
    titles = {key: page.title for key, page in tree.pages.items()} | dict(retitled)
    pages: dict[str, RenderedPage] = {}
    problems: list[Problem] = []
    for key, page in tree.pages.items():
        pages[key], more = render_page(page, titles)
        problems += more
    return RenderedTree(MappingProxyType(pages), tuple(problems))


def output_name(key: str) -> str:
    """The file below ``--output`` for a page: same tree, ``.xhtml``."""
    return (posixpath.splitext(key)[0] if not key.endswith("/") else key + "index") + ".xhtml"
