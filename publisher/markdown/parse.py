"""Markdown text becomes a ``Document``. Pure: bytes in, value out, with every problem and its line."""

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from typing import Any

from mistune import InlineParser, Markdown
from mistune.plugins.footnotes import footnotes
from mistune.plugins.formatting import strikethrough
from mistune.plugins.table import table, table_in_list, table_in_quote
from mistune.plugins.task_lists import task_lists
from mistune.plugins.url import url

from publisher.markdown.admonitions import admonitions
from publisher.markdown.frontmatter import parse_front_matter, split_front_matter
from publisher.markdown.html import InlineBuilder, parse_fragment, parse_tag, plain_text
from publisher.markdown.lines import LineBlockParser, LineState
from publisher.model.document import (
    Block,
    Break,
    Callout,
    Cell,
    Code,
    CodeBlock,
    Document,
    Expand,
    FootnoteRef,
    Footnotes,
    FrontMatter,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    ListItem,
    Macro,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from publisher.model.problem import Problem, problem
from publisher.storage import clean_text

Token = dict[str, Any]
#: Kinds of callouts in Markdown dialects → our five (format reference, section 11).
CALLOUTS = {
    "note": "info", "info": "info", "abstract": "info", "summary": "info", "question": "info", "quote": "info",
    "example": "info", "tip": "tip", "hint": "tip", "success": "tip", "important": "important", "warning": "note",
    "attention": "note", "danger": "warning", "error": "warning", "bug": "warning", "failure": "warning",
    "caution": "warning",
}  # fmt: skip
_ALERT = re.compile(r"\[!(?P<kind>\w+)\][ \t]*(?:\n|$)")
_MACROS = {
    "[toc]": "toc",
    "[[_toc_]]": "toc",
    "<!-- toc -->": "toc",
    "[children]": "children",
    "<!-- children -->": "children",
}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DETAILS = re.compile(r"\s*<details[^>]*>\s*(?:<summary[^>]*>(?P<summary>.*?)</summary>)?(?P<rest>.*)\Z", re.S | re.I)


@cache
def _markdown() -> Markdown:
    plugins: list[Any] = [table, table_in_list, table_in_quote, strikethrough, task_lists, footnotes, url, admonitions]
    return Markdown(renderer=None, block=LineBlockParser(), inline=InlineParser(), plugins=plugins)


def _resolve_entities(text: str) -> str:
    """Entities as CommonMark has them: ``&copy`` without a semicolon is text, as in ``?a=1&copy=2``."""
    return _ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def slugify(text: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


@dataclass(slots=True)
class _Builder:
    """Tokens → nodes for one document; gathers what later stages ask for."""

    key: str
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, Heading] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    footnotes: dict[int, int] = field(default_factory=dict)

    # Blocks

    def blocks(self, tokens: Sequence[Token], line: int) -> tuple[Block, ...]:
        result: list[Block] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            index += 1
            line = token.get("line", line)
            if token["type"] == "block_html":
                index = self._html(tokens, index, line, result)
            else:
                result += self._block(token, line)
        return tuple(result)

    def _html(self, tokens: Sequence[Token], index: int, line: int, result: list[Block]) -> int:
        """HTML blocks, and ``<details>`` around Markdown: appends nodes, returns the next index."""
        source = tokens[index - 1]["raw"]
        if source.strip().lower() in _MACROS:
            result.append(Macro(_MACROS[source.strip().lower()], line))
            return index
        details = _DETAILS.match(source)
        if details is None:
            result += self._html_blocks(source, line)
            return index
        title = " ".join(_text_of(parse_fragment(details["summary"] or "", line)[0]).split())
        inner: list[Block] = list(self._html_blocks(details["rest"], line))
        if "</details" not in details["rest"].lower():
            end = _closing_details(tokens, index)
            inner += self.blocks(tokens[index:end], line)
            if end < len(tokens):
                inner += self._html_blocks(tokens[end]["raw"], tokens[end].get("line", line))
            index = end + 1
        result.append(Expand(title.strip() or "Details", tuple(inner), line))
        return index

    def _html_blocks(self, source: str, line: int) -> list[Block]:
        blocks, unsafe = parse_fragment(source, line)
        self._report_unsafe(unsafe)
        return [self._take_in(block) for block in blocks]

    def _take_in(self, block: Block) -> Block:
        """A block that was made from HTML: its headings get slugs, its links and images are gathered."""
        match block:
            case Paragraph(children, _):
                self._gather(children)
            case Heading(level, children, given, line):
                self._gather(children)
                heading = Heading(level, children, self._free_slug(given or slugify(plain_text(children))), line)
                self.headings[heading.slug] = heading
                return heading
            case Quote(children, line):
                return Quote(tuple(self._take_in(child) for child in children), line)
            case ListBlock(ordered, start, items, line):
                taken = (replace(item, children=tuple(map(self._take_in, item.children))) for item in items)
                return ListBlock(ordered, start, tuple(taken), line)
            case Table(head, rows, _):
                for cell in (*head, *(cell for row in rows for cell in row)):
                    self._gather(cell.children)
            case _:
                pass
        return block

    def _free_slug(self, base: str) -> str:
        slug, number = base, 0
        while slug in self.headings:
            number += 1
            slug = f"{base}-{number}"
        return slug

    def _report_unsafe(self, unsafe: Iterable[tuple[int, str]]) -> None:
        for line, what in unsafe:
            self.problems.append(problem(self.key, line, "unsafe-html", f"{what} was dropped"))

    def _block(self, token: Token, line: int) -> list[Block]:
        kind = token["type"]
        children = token.get("children", ())
        if kind in {"paragraph", "block_text"}:
            text = "".join(child.get("raw", "") for child in children)
            if text.strip().lower() in _MACROS:
                return [Macro(_MACROS[text.strip().lower()], line)]
            nodes = self.inlines(children, line)
            return [Paragraph(nodes, line)] if nodes else []
        if kind == "heading":
            return [self._heading(token, line)]
        if kind == "block_code":
            return [self._code(token, line)]
        if kind == "block_quote":
            return [self._quote(token, line)]
        if kind == "list":
            return [self._list(token, line)]
        if kind == "table":
            return [self._table(token, line)]
        if kind == "thematic_break":
            return [Rule(line)]
        if kind == "admonition":
            return [self._admonition(token, line)]
        if kind == "footnotes":
            items = tuple(self.blocks(item["children"], line) for item in children)
            counts = tuple(self.footnotes.get(number, 1) for number in range(1, len(items) + 1))
            return [Footnotes(items, counts, line)]
        return []

    def _heading(self, token: Token, line: int) -> Heading:
        nodes = self.inlines(token.get("children", ()), line)
        heading = Heading(token["attrs"]["level"], nodes, self._free_slug(slugify(plain_text(nodes))), line)
        self.headings[heading.slug] = heading
        return heading

    def _code(self, token: Token, line: int) -> CodeBlock:
        info = token.get("attrs", {}).get("info", "")
        title = re.search(r'\btitle="([^"]*)"', info)
        braces = re.match(r"\{\s*\.?([\w+#-]*)", info)
        word = braces[1] if braces else re.split(r"[\s,{:]", info, maxsplit=1)[0]
        text = token["raw"].removesuffix("\n")
        clean = clean_text(text)
        if clean != text:
            self.problems.append(
                problem(self.key, line, "control-character", "control characters were removed from code")
            )
        return CodeBlock(clean, clean_text(word), clean_text(title[1]) if title else "", line)

    def _quote(self, token: Token, line: int) -> Block:
        children = list(token["children"])
        first = children[0] if children else {}
        raw = "".join(_raw(child) for child in first.get("children", ())) if first.get("type") == "paragraph" else ""
        alert = _ALERT.match(raw)
        if alert and alert["kind"].lower() in CALLOUTS:
            inline = first["children"]
            cut = next(
                (i + 1 for i, child in enumerate(inline) if child["type"] in {"softbreak", "linebreak"}), len(inline)
            )
            rest = [{**first, "children": inline[cut:], "line": first.get("line", line) + 1}] if inline[cut:] else []
            body = self.blocks([*rest, *children[1:]], line)
            return Callout(CALLOUTS[alert["kind"].lower()], (), body, line)
        return Quote(self.blocks(children, line), line)

    def _admonition(self, token: Token, line: int) -> Block:
        body = self.blocks(token["children"], line)
        title = token["title"] if token["title"] is not None else token["kind"].replace("-", " ").capitalize()
        if token["mark"] == "???":
            return Expand(clean_text(title), body, line)
        return Callout(
            CALLOUTS.get(token["kind"].lower(), "info"), (Text(clean_text(title)),) if title else (), body, line
        )

    def _list(self, token: Token, line: int) -> ListBlock:
        items = []
        for item in token["children"]:
            at = item.get("line", next((child["line"] for child in item["children"] if "line" in child), line))
            checked = item["attrs"]["checked"] if item["type"] == "task_list_item" else None
            items.append(ListItem(self.blocks(item["children"], at), checked, at))
        return ListBlock(token["attrs"]["ordered"], token["attrs"].get("start", 1), tuple(items), line)

    def _table(self, token: Token, line: int) -> Table:
        head: tuple[Cell, ...] = ()
        rows: list[tuple[Cell, ...]] = []
        for part in token["children"]:
            if part["type"] == "table_head":
                head = self._cells(part["children"], line)
            else:
                rows += [self._cells(row["children"], line + 2 + i) for i, row in enumerate(part["children"])]
        return Table(head, tuple(rows), line)

    def _cells(self, tokens: Sequence[Token], line: int) -> tuple[Cell, ...]:
        return tuple(Cell(self.inlines(cell["children"], line), cell["attrs"].get("align")) for cell in tokens)

    # Inlines

    def inlines(self, tokens: Sequence[Token], line: int) -> tuple[Inline, ...]:
        builder = InlineBuilder(line)
        self._fill(builder, tokens)
        self._report_unsafe(builder.unsafe)
        nodes = builder.finish()
        self._gather(nodes)
        return nodes

    def _fill(self, builder: InlineBuilder, tokens: Sequence[Token]) -> None:
        for token in tokens:
            kind = token["type"]
            if kind == "text":
                builder.add(Text(clean_text(_resolve_entities(token["raw"]))))
            elif kind == "codespan":
                builder.add(Code(clean_text(token["raw"])))
            elif kind == "softbreak":
                builder.line += 1
                builder.add(Text(" "))
            elif kind == "linebreak":
                builder.line += 1
                builder.add(Break())
            elif kind == "inline_html":
                tag = parse_tag(token["raw"])
                if tag:
                    (builder.close(tag[0]) if tag[2] else builder.open(tag[0], tag[1]))
            elif kind == "footnote_ref":
                number = token["attrs"]["index"]
                self.footnotes[number] = self.footnotes.get(number, 0) + 1
                builder.add(FootnoteRef(number, self.footnotes[number]))
            else:
                self._nested(builder, token)

    def _nested(self, builder: InlineBuilder, token: Token) -> None:
        kind, line = token["type"], builder.line
        inner = InlineBuilder(line, dropping=builder.dropping)
        self._fill(inner, token.get("children", ()))
        self._report_unsafe(inner.unsafe)
        nodes = inner.finish()
        builder.line = inner.line
        if kind == "link":
            builder.add(Link(clean_text(token["attrs"]["url"]), nodes, line))
        elif kind == "image":
            attributes = token["attrs"]
            builder.add(Image(clean_text(attributes["url"]), plain_text(nodes), attributes.get("title") or "", line))
        elif kind in {"strong", "emphasis", "strikethrough"}:
            builder.add(Mark({"strong": "strong", "emphasis": "em"}.get(kind, "del"), nodes))
        else:
            for node in nodes:
                builder.add(node)

    def _gather(self, nodes: Iterable[Inline]) -> None:
        for node in nodes:
            match node:
                case Link(_, children, _):
                    self.links.append(node)
                    self._gather(children)
                case Mark(_, children):
                    self._gather(children)
                case Image():
                    self.images.append(node)
                case _:
                    pass


def _text_of(blocks: Iterable[Block]) -> str:
    return " ".join(plain_text(block.children) for block in blocks if isinstance(block, Paragraph | Heading))


def _raw(token: Token) -> str:
    if token["type"] in {"softbreak", "linebreak"}:
        return "\n"
    return str(token.get("raw", "")) + "".join(_raw(child) for child in token.get("children", ()))


def _closing_details(tokens: Sequence[Token], start: int) -> int:
    """The index of the HTML block that closes a ``<details>`` opened before ``start``."""
    depth = 1
    for index in range(start, len(tokens)):
        if tokens[index]["type"] == "block_html":
            source = tokens[index]["raw"].lower()
            depth += source.count("<details") - source.count("</details")
            if depth <= 0:
                return index
    return len(tokens)


def _decode(key: str, data: bytes) -> str | Problem:
    if b"\x00" in data[:8192]:
        return problem(key, None, "binary-file", "this is a binary file", "rename it, or list it in .publisherignore")
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return problem(key, line, "not-utf8", "this is not UTF-8 text", "save the file as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_document(key: str, data: bytes) -> Document:
    """The document at ``key``; one that cannot be read has ``readable=False`` and says why in its problems."""
    text = _decode(key, data)
    if isinstance(text, Problem):
        return Document(key, FrontMatter(), (), (text,), readable=False)
    source, body, offset = split_front_matter(text)
    front_matter, problems = parse_front_matter(key, source)
    state = LineState()
    state.first_line = offset + 1
    tokens: Any = _markdown().parse(body, state)[0]
    builder = _Builder(key)
    builder.problems += problems
    blocks = builder.blocks(list(tokens), offset + 1)
    return Document(
        key,
        front_matter,
        blocks,
        tuple(builder.problems),
        tuple(builder.headings.values()),
        tuple(builder.links),
        tuple(builder.images),
        slugs=builder.headings,
    )
