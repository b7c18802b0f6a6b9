"""mistune's tokens become our nodes. Gathers what later stages ask for: headings, links, images, problems."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from publisher.markdown.boxes import build_admonition, build_container, build_quote, build_shortcode
from publisher.markdown.confluence import read_directive
from publisher.markdown.containers import read_attributes
from publisher.markdown.fences import build_fence
from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.html import InlineBuilder, parse_fragment, plain_text, trim, walk
from publisher.markdown.includes import has_include, include_files
from publisher.markdown.inlines import ATTRIBUTES_FIRST, ATTRIBUTES_LAST, fill, raw_text
from publisher.model.document import (
    TABLE_LAYOUTS,
    Anchor,
    Block,
    Callout,
    Cell,
    Code,
    Definition,
    DefinitionList,
    Drawable,
    Expand,
    Footnotes,
    Heading,
    Image,
    Include,
    Inline,
    Link,
    ListBlock,
    ListItem,
    Macro,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from publisher.model.problem import Problem, problem
from publisher.naming import slugify
from publisher.storage import clean_text, without_direction

Token = dict[str, Any]
_MACROS = {
    "[toc]": "toc",
    "[[_toc_]]": "toc",
    "[[toc]]": "toc",
    "<!-- toc -->": "toc",
    "[children]": "children",
    "<!-- children -->": "children",
}
_DETAILS = re.compile(r"\s*<details[^>]*>\s*(?:<summary[^>]*>(?P<summary>.*?)</summary>)?(?P<rest>.*)\Z", re.S | re.I)
_MOST_DETAILS = 20  # inside each other; deeper ones are closed where they open
_MDX = re.compile(
    r"(?:import\s.+?from\s+['\"][^'\"]+['\"];?|import\s+['\"][^'\"]+['\"];?|export\s+(?:const|default|function|let|var)\b.*)$",
    re.S,
)


#: Marks of images for light and for dark pages (Material for MkDocs, GitHub). Confluence shows one of them to all.
LIGHT = re.compile(r"#(?:only-light|gh-light-mode-only)\b")
DARK = re.compile(r"#(?:only-dark|gh-dark-mode-only)\b")


@dataclass(slots=True)
class Builder:
    """Tokens → nodes for one document; gathers what later stages ask for.

    ``parse``: tokens of an included text, all of them at one line. ``anchors``: names that a link may lead to → line.
    """

    key: str
    grammar: Grammar
    read: Reader
    parse: Callable[[str, int], list[Token]]
    problems: list[Problem] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    drawables: list[Drawable] = field(default_factory=list)
    footnotes: dict[int, int] = field(default_factory=dict)
    abbreviations: set[str] = field(default_factory=set)
    repeated: dict[str, int] = field(default_factory=dict)
    open_details: int = 0
    light: bool = False  # whether some image is for light pages only, so that those for dark ones are left out

    def report(self, line: int, code: str, text: str, hint: str = "") -> None:
        self.problems.append(problem(self.key, line, code, text, hint))

    def code(self, text: str, line: int) -> str:
        """The text of code as it may be shown."""
        clean = clean_text(text)
        shown = without_direction(clean)
        if shown != clean:
            text = "marks that change the direction of writing were removed from code"
            self.report(line, "hidden-direction", text)
        return shown

    def report_unsafe(self, unsafe: Iterable[tuple[int, str]]) -> None:
        for line, what in unsafe:
            self.report(line, "unsafe-html", f"{what} was dropped")

    def report_include(self, line: int, path: str, why: str) -> None:
        hint = "" if why else "it must lie inside the docs root or a folder named in `assets`"
        code = "include-loop" if "itself" in why or "deep" in why else "missing-include"
        self.report(line, code, f"`{path}` {why}" if why else f"there is no `{path}` to include", hint)

    def math(self, raw: str, line: int) -> MathBlock:
        tex = clean_text(raw.strip("\n"))
        self.drawables.append(Drawable("math", tex, line))
        return MathBlock(tex, line)

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
                if "attributes" in self.grammar.syntaxes:
                    _dress_table(result)
        return tuple(result)

    def _block(self, token: Token, line: int) -> list[Block]:
        kind = token["type"]
        children = token.get("children", ())
        match kind:
            case "paragraph" | "block_text":
                return self._paragraph(children, line)
            case "heading":
                return [self._heading(token, line)]
            case "block_code":
                return [build_fence(self, token, line)]
            case "block_quote":
                return [build_quote(self, token, line)]
            case "list":
                return [self._list(token, line)]
            case "table":
                return [self._table(token, line)]
            case "thematic_break":
                return [Rule(line)]
            case "admonition":
                return [build_admonition(self, token, line)]
            case "container":
                return build_container(self, token, line)
            case "tab":
                return [Expand(clean_text(token["title"]), self.blocks(children, line), line)]
            case "def_list":
                return [self._definitions(children, line)]
            case "shortcode":
                return build_shortcode(self, token, line)
            case "block_math":
                return [self.math(token["raw"], line)]
            case "autodoc":
                return self._autodoc(token["name"], line)
            case "footnotes":
                items = tuple(self.blocks(item["children"], item["line"]) for item in children)
                counts = tuple(self.footnotes.get(number, 1) for number in range(1, len(items) + 1))
                return [Footnotes(items, counts, line)]
        return []

    def _paragraph(self, children: Sequence[Token], line: int) -> list[Block]:
        syntaxes = self.grammar.syntaxes
        first_child = children[0] if children else {}
        # What stands for something else than its text begins with one of these; a link has no text of its own.
        if first_child.get("raw", "[").lstrip()[:1] in {"[", "<", "{", "-", ":", "i", "e", ""}:
            special = self._special("".join(map(raw_text, children)).strip(), line)
            if special is not None:
                return special
        first: list[Inline] = []
        if "attributes" in syntaxes and len(children) > 2 and children[-2]["type"] == "softbreak":
            found = ATTRIBUTES_FIRST.fullmatch(raw_text(children[-1]).strip())
            if found:
                children = children[:-2]
                name = read_attributes(found["inner"]).get("id")
                first = [Anchor(name)] if name else []
        elif "includes" in syntaxes and len(children) > 1:
            text = "".join(map(raw_text, children)).strip()
            if has_include(text):
                return self._included(text, line)
        if len(children) == 1 and first_child.get("embed") and "#" not in first_child["attrs"]["url"]:
            return [self._directive("include", {"page": first_child["attrs"]["url"]}, line)]
        nodes = self.inlines(children, line)
        self._gather(first)
        return [Paragraph((*first, *nodes), line)] if nodes else []

    def _special(self, text: str, line: int) -> list[Block] | None:
        """What a paragraph becomes that is no text at all; None for text."""
        syntaxes, word = self.grammar.syntaxes, text.lower()
        if word in _MACROS:
            return [Macro(_MACROS[word], line)]
        if "confluence" in syntaxes and (directive := read_directive(text)):
            return [self._directive(*directive, line)]
        if "includes" in syntaxes and has_include(text):
            return self._included(text, line)
        if "attributes" in syntaxes and (found := ATTRIBUTES_FIRST.fullmatch(text)):
            layout = read_attributes(found["inner"]).get("layout", "")
            return [Macro("table-layout", line, (("layout", layout),))] if layout in TABLE_LAYOUTS else []
        if "mdx" in syntaxes and _MDX.match(text):
            self.report(line, "mdx-code", f"`{text.split(chr(10))[0][:60]}` was dropped")
            return []
        return None

    def _directive(self, name: str, parameters: dict[str, str], line: int) -> Block:
        if name in {"include", "excerpt-include"}:
            href = parameters.pop("page", "")
            link = Link(href, (), line)
            self.links.append(link)
            return Include(href, line, parameters.get("name", "") if name == "excerpt-include" else None)
        if name == "jql":
            return Macro("jira", line, tuple(parameters.items()))
        return Macro(name, line, tuple(parameters.items()))

    def _included(self, text: str, line: int) -> list[Block]:
        """Paragraphs that ask for other files: what these hold, parsed as Markdown."""
        wrong: list[tuple[int, str, str]] = []
        found = include_files(text, self.read, lambda *missing: wrong.append(missing))
        for offset, path, why in wrong:
            self.report_include(line + offset, path, why)
        if wrong:
            return [Paragraph((Code(clean_text(text)),), line)]
        return list(self.blocks(self.parse(found, line), line))

    def _autodoc(self, name: str, line: int) -> list[Block]:
        if not any(item.code == "generated-docs" for item in self.problems):
            text = "`:::` asks mkdocstrings for text that is made from code; the name alone is published"
            self.report(line, "generated-docs", text)
        return [Paragraph((Code(clean_text(name)),), line)]

    def _definitions(self, children: Sequence[Token], line: int) -> DefinitionList:
        items: list[Definition] = []
        for child in children:
            blocks = self.blocks(child["children"], child["line"])
            if child["type"] != "def_list_head":
                last = items.pop() if items else Definition((), ())
                items.append(replace(last, children=(*last.children, *blocks)))
                continue
            terms = tuple(block.children for block in blocks if isinstance(block, Paragraph))
            if items and not items[-1].children:
                items[-1] = replace(items[-1], terms=(*items[-1].terms, *terms))
            else:
                items.append(Definition(terms, ()))
        return DefinitionList(tuple(items), line)

    def _heading(self, token: Token, line: int) -> Heading:
        nodes = self.inlines(token.get("children", ()), line)
        given = ""
        last = ATTRIBUTES_LAST.search(nodes[-1].text) if nodes and isinstance(nodes[-1], Text) else None
        if last and "attributes" in self.grammar.syntaxes and isinstance(nodes[-1], Text):
            given = read_attributes(last["inner"]).get("id", "")
            nodes = trim((*nodes[:-1], Text(nodes[-1].text[: last.start()])))
        return self._named(token["attrs"]["level"], nodes, given, line)

    def _named(self, level: int, nodes: tuple[Inline, ...], given: str, line: int) -> Heading:
        base = given or slugify(plain_text(nodes))
        slug, number = base, self.repeated.get(base, 0)
        while slug in self.anchors:
            number += 1
            slug = f"{base}-{number}"
        self.repeated[base] = number
        heading = Heading(level, nodes, slug, line)
        self.headings.append(heading)
        self.anchors[slug] = line
        return heading

    def _list(self, token: Token, line: int) -> ListBlock:
        items = []
        for item in token["children"]:
            at = item.get("line", next((child["line"] for child in item["children"] if "line" in child), line))
            checked = item["attrs"]["checked"] if item["type"] == "task_list_item" else None
            items.append(ListItem(self.blocks(item["children"], at), checked, at))
        attributes = token["attrs"]
        return ListBlock(
            attributes["ordered"], attributes.get("start", 1), tuple(items), line, tasks=self.grammar.tasks
        )

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

    # HTML

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
        self.report_unsafe(unsafe)
        return [self._take_in(block) for block in blocks]

    def _take_in(self, block: Block) -> Block:
        """A block that was made from HTML: its headings get slugs, its links and images are gathered."""
        match block:
            case Paragraph(children, _):
                self._gather(children)
            case Heading(level, children, given, line):
                self._gather(children)
                return self._named(level, children, given, line)
            case Quote(children, line):
                return Quote(tuple(map(self._take_in, children)), line)
            case Expand(_, children, _) | Callout(_, _, children, _):
                return replace(block, children=tuple(map(self._take_in, children)))
            case ListBlock(_, _, items, _):
                taken = (replace(item, children=tuple(map(self._take_in, item.children))) for item in items)
                return replace(block, items=tuple(taken))
            case Table(head, rows, _):
                taken_rows = [tuple(map(self._take_cell, row)) for row in (head, *rows)]
                return replace(block, head=taken_rows[0], rows=tuple(taken_rows[1:]))
            case _:
                pass
        return block

    def _take_cell(self, cell: Cell) -> Cell:
        self._gather(cell.children)
        return replace(cell, blocks=tuple(map(self._take_in, cell.blocks)))

    # Inlines

    def inlines(self, tokens: Sequence[Token], line: int) -> tuple[Inline, ...]:
        level = InlineBuilder(line)
        fill(self, level, tokens)
        self.report_unsafe(level.unsafe)
        nodes = level.finish()
        for tag in dict.fromkeys(level.unclosed):
            self.report(level.line, "unclosed-html", f"<{tag}> is never closed; it ends with its paragraph")
        if self.light and any(isinstance(node, Image) for node in nodes):
            nodes = trim(tuple(node for node in nodes if not (isinstance(node, Image) and DARK.search(node.src))))
        self._gather(nodes)
        return nodes

    def _gather(self, nodes: Iterable[Inline]) -> None:
        for node in walk(tuple(nodes)):
            match node:
                case Link():
                    self.links.append(node)
                case Image():
                    self.images.append(node)
                case Anchor(name):
                    self.anchors.setdefault(name, 0)
                case _:
                    pass


def _dress_table(blocks: list[Block]) -> None:
    """A paragraph ``{layout=wide}`` right behind a table says how wide the table is."""
    if blocks and isinstance(blocks[-1], Macro) and blocks[-1].name == "table-layout":
        layout = blocks.pop()
        if blocks and isinstance(blocks[-1], Table) and isinstance(layout, Macro):
            blocks[-1] = replace(blocks[-1], layout=layout.parameters[0][1])


def _text_of(blocks: Iterable[Block]) -> str:
    return " ".join(plain_text(block.children) for block in blocks if isinstance(block, Paragraph | Heading))


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
