"""mistune's tokens become our nodes. Gathers what later stages ask for: headings, links, images, problems."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from publisher.markdown.confluence import read_macro
from publisher.markdown.html import InlineBuilder, parse_fragment, parse_tag, plain_text, trim
from publisher.markdown.includes import INCLUDE, Reader, include_files
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
    ListItem,
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
from publisher.naming import slugify
from publisher.storage import check_storage, clean_text

Token = dict[str, Any]
#: Kinds of callouts in Markdown dialects → our five (format reference, section 11).
CALLOUTS = {
    "note": "info", "info": "info", "abstract": "info", "summary": "info", "question": "info", "quote": "info",
    "example": "info", "tldr": "info", "todo": "info", "help": "info", "faq": "info", "cite": "info", "seealso": "info",
    "tip": "tip", "hint": "tip", "success": "tip", "check": "tip", "done": "tip", "important": "important", "warning": "note",
    "attention": "note", "danger": "warning", "error": "warning", "bug": "warning", "failure": "warning", "fail": "warning",
    "missing": "warning", "caution": "warning", "notice": "info", "alert": "note", "callout": "info", "admonition": "info",
}  # fmt: skip
_ALERT = re.compile(r"\[!(?P<kind>[\w-]+)\](?P<fold>[-+]?)[ \t]*")
_MACROS = {
    "[toc]": "toc",
    "[[_toc_]]": "toc",
    "[[toc]]": "toc",
    "<!-- toc -->": "toc",
    "[children]": "children",
    "<!-- children -->": "children",
}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DETAILS = re.compile(r"\s*<details[^>]*>\s*(?:<summary[^>]*>(?P<summary>.*?)</summary>)?(?P<rest>.*)\Z", re.S | re.I)
_MOST_DETAILS = 20  # inside each other; deeper ones are closed where they open
_FOLDED = {"details", "expand", "accordion", "collapse", "spoiler", "dropdown"}
#: Containers that only group what is in them.
_GROUPS = {
    "code-group", "tabs", "tabbed", "tab-set", "v-pre", "raw", "html", "div", "grid", "columns", "column", "caption",
    "figure-caption", "center", "steps", "cards", "card", "tab-group", "blocks",
}  # fmt: skip
_ATTRIBUTES = r"\{:?[ \t]*(?P<inner>(?:[.#][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s}]+)|loading=lazy|-)(?:[ \t]+(?:[.#][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s}]+)|-))*)[ \t]*\}"
_ATTRIBUTES_FIRST = re.compile(_ATTRIBUTES)
_ATTRIBUTES_LAST = re.compile(r"[ \t]*" + _ATTRIBUTES + r"[ \t]*$")
_SHORTCODE = re.compile(r":[a-z0-9_+-]+:")
_ICON = re.compile(r":(?:material|octicons|fontawesome|simple)-[\w-]+:(?:\{[^{}\n]*\})?")
_MDX = re.compile(
    r"(?:import\s.+?from\s+['\"][^'\"]+['\"];?|import\s+['\"][^'\"]+['\"];?|export\s+(?:const|default|function|let|var)\b.*)$",
    re.S,
)


_MARKS = {
    "strong": "strong", "emphasis": "em", "strikethrough": "del", "mark": "mark", "insert": "u", "superscript": "sup",
    "subscript": "sub",
}  # fmt: skip


def _resolve_entities(text: str) -> str:
    """Entities as CommonMark has them: ``&copy`` without a semicolon is text, as in ``?a=1&copy=2``."""
    return _ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


@dataclass(slots=True)
class Builder:
    """Tokens → nodes for one document; gathers what later stages ask for.

    ``parse``: tokens of an included text, all of them at one line.
    """

    key: str
    syntaxes: frozenset[str]
    read: Reader
    parse: Callable[[str, int], list[Token]]
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, Heading] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    footnotes: dict[int, int] = field(default_factory=dict)
    abbreviations: set[str] = field(default_factory=set)
    repeated: dict[str, int] = field(default_factory=dict)
    open_details: int = 0

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
        if "</details" not in details["rest"].lower() and self.open_details < _MOST_DETAILS:
            self.open_details += 1
            end = _closing_details(tokens, index)
            inner += self.blocks(tokens[index:end], line)
            if end < len(tokens):
                inner += self._html_blocks(tokens[end]["raw"], tokens[end].get("line", line))
            self.open_details -= 1
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
        slug, number = base, self.repeated.get(base, 0)
        while slug in self.headings:
            number += 1
            slug = f"{base}-{number}"
        self.repeated[base] = number
        return slug

    def _report_unsafe(self, unsafe: Iterable[tuple[int, str]]) -> None:
        for line, what in unsafe:
            self.problems.append(problem(self.key, line, "unsafe-html", f"{what} was dropped"))

    def _block(self, token: Token, line: int) -> list[Block]:
        kind = token["type"]
        children = token.get("children", ())
        if kind in {"paragraph", "block_text"}:
            return self._paragraph(children, line)
        if kind == "heading":
            return [self._heading(token, line)]
        if kind == "block_code":
            return [self._fenced(token, line)]
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
        if kind == "container":
            return self._container(token, line)
        if kind == "tab":
            return [Expand(clean_text(token["title"]), self.blocks(children, line), line)]
        if kind == "def_list":
            return self._definitions(children)
        if kind == "shortcode":
            return self._shortcode(token, line)
        if kind == "block_math":
            return [CodeBlock(clean_text(token["raw"].strip("\n")), "latex", "", line)]
        if kind == "footnotes":
            items = tuple(self.blocks(item["children"], line) for item in children)
            counts = tuple(self.footnotes.get(number, 1) for number in range(1, len(items) + 1))
            return [Footnotes(items, counts, line)]
        return []

    def _paragraph(self, children: Sequence[Token], line: int) -> list[Block]:
        text = "".join(map(_raw, children))
        word = text.strip().lower()
        if word in _MACROS:
            return [Macro(_MACROS[word], line)]
        if "includes" in self.syntaxes and INCLUDE.search(text):
            return self._included(text, line)
        if "attributes" in self.syntaxes and _ATTRIBUTES_FIRST.fullmatch(text.strip()):
            return []
        if "mdx" in self.syntaxes and _MDX.match(text.strip()):
            self.problems.append(problem(self.key, line, "mdx-code", f"`{text.split(chr(10))[0][:60]}` was dropped"))
            return []
        if "attributes" in self.syntaxes and len(children) > 2 and children[-2]["type"] == "softbreak":
            children = children[:-2] if _ATTRIBUTES_FIRST.fullmatch(_raw(children[-1]).strip()) else children
        nodes = self.inlines(children, line)
        return [Paragraph(nodes, line)] if nodes else []

    def _included(self, text: str, line: int) -> list[Block]:
        """Paragraphs that ask for other files: what these hold, parsed as Markdown."""
        wrong: list[str] = []
        found = include_files(text, self.read, lambda _, path: wrong.append(path))
        for path in wrong:
            hint = "it must lie inside the docs root or a folder named in `assets`"
            self.problems.append(problem(self.key, line, "missing-include", f"there is no `{path}` to include", hint))
        if wrong:
            return [Paragraph((Code(clean_text(text.strip())),), line)]
        return list(self.blocks(self.parse(found, line), line))

    def _definitions(self, children: Sequence[Token]) -> list[Block]:
        """Cloud has no definition lists (format reference, section 11): bold terms, indented definitions."""
        found: list[Block] = []
        for child in children:
            blocks = self.blocks(child["children"], child["line"])
            if child["type"] == "def_list_head":
                terms = [block for block in blocks if isinstance(block, Paragraph)]
                found += [Paragraph((Mark("strong", term.children),), term.line) for term in terms]
            else:
                found += [replace(block, indent=1) if isinstance(block, Paragraph) else block for block in blocks]
        return found

    def _container(self, token: Token, line: int) -> list[Block]:
        kind, title = token["kind"], clean_text(token["title"] or "")
        body = self.blocks(token["children"], line)
        if kind in _FOLDED or kind == "tab":
            return [Expand(title or kind.capitalize(), body, line)]
        if kind in _GROUPS or (kind not in CALLOUTS and not title):
            return list(body)
        heading = self._styled(title or kind.replace("-", " ").capitalize(), line)
        return [Callout(CALLOUTS.get(kind, "info"), heading, body, line)]

    def _styled(self, title: str, line: int) -> tuple[Inline, ...]:
        """A title that stands in an attribute or on a marker line, with the marks that it holds."""
        tokens = self.parse(title, line)
        if len(tokens) == 1 and tokens[0]["type"] == "paragraph":
            return self.inlines(tokens[0]["children"], line)
        return (Text(title),)

    def _shortcode(self, token: Token, line: int) -> list[Block]:
        """Hugo's: callouts, details, figures and code are mapped; of others the content is kept."""
        name, rest = token["name"].rpartition("/")[2], token.get("rest", "")
        if token["name"].startswith("/"):
            return []
        given = dict(re.findall(r'([\w-]+)=["`]?([^"`]*?)["`]?(?=\s+[\w-]+=|\s*$)', rest))
        words = re.findall(r'"([^"]*)"|(\S+)', rest)
        first = next((a or b for a, b in words if "=" not in b), "")
        body = self.blocks(token.get("children", ()), line)
        if name in {"highlight", "code-toggle", "code", "gist-code"} and "inner" in token:
            language = "toml" if name == "code-toggle" else first
            return [CodeBlock(clean_text(token["inner"].strip("\n")), language, given.get("file", ""), line)]
        if name in {"figure", "img", "image"} and given.get("src"):
            image = Image(clean_text(given["src"]), given.get("alt", ""), given.get("caption", ""), line)
            self.images.append(image)
            return [Paragraph((image,), line)]
        if name in _FOLDED and "children" in token:
            return [Expand(given.get("title") or given.get("summary") or first or "Details", body, line)]
        if name in CALLOUTS and "children" in token:
            title = given.get("title", "")
            return [Callout(CALLOUTS[name], (Text(title),) if title else (), body, line)]
        if name == "tab" and "children" in token:
            return [Expand(given.get("name") or given.get("title") or first or "Tab", body, line)]
        if name not in {"tabs", "tabpane", "steps", "columns", "div"}:
            text = f"the shortcode `{name}` is not known; " + ("its content" if body else "it") + " stays as it is"
            self.problems.append(problem(self.key, line, "unknown-shortcode", text))
        return list(body) if "children" in token else [Paragraph((Code(clean_text(token["raw"])),), line)]

    def _heading(self, token: Token, line: int) -> Heading:
        nodes = self.inlines(token.get("children", ()), line)
        given = ""
        last = _ATTRIBUTES_LAST.search(nodes[-1].text) if nodes and isinstance(nodes[-1], Text) else None
        if last and "attributes" in self.syntaxes and isinstance(nodes[-1], Text):
            identifier = re.search(r"(?:^|\s)(?:#|id=[\"']?)([\w:.-]+)", last["inner"])
            given = identifier[1] if identifier else ""
            nodes = trim((*nodes[:-1], Text(nodes[-1].text[: last.start()])))
        slug = self._free_slug(given or slugify(plain_text(nodes)))
        heading = Heading(token["attrs"]["level"], nodes, slug, line)
        self.headings[heading.slug] = heading
        return heading

    def _fenced(self, token: Token, line: int) -> Block:
        """Code; or storage format and macros, which are written as fenced blocks of their own languages."""
        language = (token.get("attrs", {}).get("info") or "").strip()
        if "confluence" not in self.syntaxes or language not in {"confluence", "macro"}:
            return self._code(token, line)
        text = clean_text(token["raw"].rstrip("\n"))
        if language == "confluence":
            wrong = check_storage(text)
            if wrong:
                self.problems.append(
                    problem(self.key, line, "bad-storage", f"this is shown as code: {'; '.join(wrong)}")
                )
                return CodeBlock(text, "xml", "", line)
            return Storage(text, line)
        found = read_macro(text)
        if isinstance(found, str):
            self.problems.append(problem(self.key, line, "bad-macro", f"the macro {found}; it is shown as code"))
            return CodeBlock(text, "yaml", "", line)
        name, parameters, body, plain = found
        children = self.blocks(self.parse(body, line), line) if body.strip() else ()
        return AnyMacro(name, tuple(parameters), children, plain, line)

    def _code(self, token: Token, line: int) -> CodeBlock:
        info = token.get("attrs", {}).get("info", "")
        title = re.search(r"\btitle=\"([^\"]*)\"|\btitle='([^']*)'|[^\s]\s*\[([^\]]+)\]", info)
        braces = re.match(r"\{\s*\.?([\w+#-]*)", info)
        word = braces[1] if braces else re.split(r"[\s,{:]", info, maxsplit=1)[0]
        text = self._code_text(token["raw"].removesuffix("\n"), word, line)
        name = next((group for group in title.groups() if group), "") if title else ""
        return CodeBlock(clean_text(text), clean_text(word), clean_text(name), line)

    def _code_text(self, text: str, language: str, line: int) -> str:
        """Code with included files, and without the lines that mdBook hides."""
        if "includes" in self.syntaxes and ("{{#" in text or "8<" in text):

            def missing(offset: int, path: str) -> None:
                text = f"there is no `{path}` to include"
                self.problems.append(problem(self.key, line + 1 + offset, "missing-include", text))

            text = include_files(text, self.read, missing)
        if "hidden-lines" in self.syntaxes and language in {"rust", "rs"}:
            text = "\n".join(row for row in text.split("\n") if not re.match(r"\s*#(?: |$)", row))
        return text

    def _quote(self, token: Token, line: int) -> Block:
        children = list(token["children"])
        first = children[0] if children else {}
        raw = "".join(_raw(child) for child in first.get("children", ())) if first.get("type") == "paragraph" else ""
        alert = _ALERT.match(raw)
        if alert and (alert["kind"].lower() in CALLOUTS or "wikilinks" in self.syntaxes):
            inline = first["children"]
            cut = next(
                (i + 1 for i, child in enumerate(inline) if child["type"] in {"softbreak", "linebreak"}), len(inline)
            )
            rest = [{**first, "children": inline[cut:], "line": first.get("line", line) + 1}] if inline[cut:] else []
            body = self.blocks([*rest, *children[1:]], line)
            title = trim(self.inlines(_without(inline[:cut], alert.end()), line))
            kind = alert["kind"].lower()
            if alert["fold"] == "-":
                return Expand(plain_text(title) or kind.capitalize(), body, line)
            return Callout(CALLOUTS.get(kind, "info"), title, body, line)
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
                self._text(builder, clean_text(_resolve_entities(token["raw"])))
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
            elif kind == "status":
                builder.add(Status(clean_text(token["title"]), token["colour"]))
            elif kind == "date":
                builder.add(Date(token["value"]))
            elif kind == "inline_math":
                builder.add(Code(clean_text(token["raw"])))
            elif kind == "inline_shortcode":
                line, raw = builder.line, token["raw"]
                self.problems.append(problem(self.key, line, "unknown-shortcode", f"`{raw[:60]}` stays as it is"))
                builder.add(Code(clean_text(raw)))
            elif kind == "footnote_ref":
                number = token["attrs"]["index"]
                self.footnotes[number] = self.footnotes.get(number, 0) + 1
                builder.add(FootnoteRef(number, self.footnotes[number]))
            else:
                self._nested(builder, token)

    def _text(self, builder: InlineBuilder, text: str) -> None:
        if "attributes" in self.syntaxes and text.startswith("{") and not builder.dropping:
            text = self._attach(builder, text)
        if "emoji" in self.syntaxes and _SHORTCODE.search(text):
            import emoji

            text = emoji.emojize(_ICON.sub("", text), language="alias")
        if text:
            builder.add(Text(text))

    def _attach(self, builder: InlineBuilder, text: str) -> str:
        """An attribute list right behind an image, link or mark: the width is taken, the rest says nothing here."""
        found = _ATTRIBUTES_FIRST.match(text)
        nodes = builder.levels[-1][2]
        if found is None or not nodes or not isinstance(nodes[-1], Image | Link | Mark | Code):
            return text
        width = re.search(r"width=[\"']?(\d+)(?!\d*%)", found["inner"])
        if width and isinstance(nodes[-1], Image):
            nodes[-1] = replace(nodes[-1], width=width[1])
        return text[found.end() :]

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
            title, width = attributes.get("title") or "", attributes.get("width", "")
            builder.add(Image(clean_text(attributes["url"]), plain_text(nodes), title, line, width))
        elif kind in _MARKS:
            builder.add(Mark(_MARKS[kind], nodes))
        elif kind == "abbr":
            meaning = clean_text(token["attrs"]["title"])
            first = meaning not in self.abbreviations
            self.abbreviations.add(meaning)
            for node in (*nodes, *([Text(f" ({meaning})")] if first else [])):
                builder.add(node)
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


def _without(tokens: Sequence[Token], count: int) -> list[Token]:
    """Inline tokens without the first ``count`` characters of their text."""
    left: list[Token] = []
    for token in tokens:
        text = _raw(token)
        if count >= len(text):
            count -= len(text)
        elif count and token["type"] == "text":
            left.append({**token, "raw": text[count:]})
            count = 0
        else:
            left.append(token)
            count = 0
    return left


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
