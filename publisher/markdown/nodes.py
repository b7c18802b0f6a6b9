"""mistune's tokens become our nodes. Gathers what later stages ask for: headings, links, images, problems."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from publisher.markdown.boxes import build_admonition, build_container, build_quote
from publisher.markdown.builder import Builder
from publisher.markdown.confluence import MACRO_WORDS, read_directive
from publisher.markdown.containers import read_attributes
from publisher.markdown.directives import build_code, build_directive, build_label
from publisher.markdown.fences import build_snippet
from publisher.markdown.gathered import Token, without_dark
from publisher.markdown.html import HtmlTree
from publisher.markdown.htmlblocks import build_cell, end_tags, find_ends, is_macro_word
from publisher.markdown.includes import escape_includes, has_include, include_files
from publisher.markdown.inlines import ATTRIBUTES_FIRST, ATTRIBUTES_LAST, fill, raw_text
from publisher.markdown.levels import InlineBuilder
from publisher.markdown.liquid import is_toc
from publisher.markdown.shortcode_blocks import build_shortcode
from publisher.markdown.walk import trim, walk
from publisher.model.document import (
    Block,
    Cell,
    Definition,
    DefinitionList,
    Expand,
    Footnotes,
    Heading,
    Include,
    ListBlock,
    ListItem,
    Macro,
    Paragraph,
    Rule,
    Storage,
    Table,
)
from publisher.model.inlines import Anchor, Code, Image, Inline, Link, Text
from publisher.model.names import TABLE_LAYOUTS
from publisher.storage import clean_text

_MDX = re.compile(
    r"(?=(?:import|export)\s)(?:import\s(?:[^'\"]*?\sfrom\s+)?['\"][^'\"\n]*['\"];?\s*)*"
    r"(?:export\s+(?:const|default|function|let|var|async|class)\b.*|export\s*[{*].*)?$",
    re.S,
)


class DocumentBuilder(Builder):
    """Tokens → nodes for one document; gathers what later stages ask for."""

    __slots__ = ()

    # Blocks

    def blocks(self, tokens: Sequence[Token], line: int) -> tuple[Block, ...]:
        if any(token["type"] == "block_html" for token in tokens):
            return self.placed_blocks(tokens, line)[0]
        result: list[Block] = []
        for token in tokens:
            line = token.get("line", line)
            self._add(result, token, line)
        return tuple(result)

    def placed_blocks(self, tokens: Sequence[Token], line: int) -> tuple[tuple[Block, ...], list[tuple[int, int]]]:
        """(the blocks, the first and the last line of each; 0 for a last line that is not known)."""
        result: list[Block] = []
        spans: list[tuple[int, int]] = []
        tree: HtmlTree | None = None  # HTML that is open around what follows
        ends = find_ends(tokens)
        for index, token in enumerate(tokens):
            first = line = token.get("line", line)
            kind = token["type"]
            if tree is None and kind != "block_html":  # most of them
                if self._add(result, token, line):
                    _note_spans(spans, len(result), first, _end_of(token))
                continue
            if kind == "block_html" and (tree is not None or not is_macro_word(token)):
                tree = tree or HtmlTree(self, line)
                tree.feed(token["raw"], line, [name for name, last in ends.items() if last > index])
            elif tree is not None and (html := end_tags(token)):
                tree.feed(html, line, [name for name, last in ends.items() if last > index])
            elif tree is not None:
                tree.add_blocks(self._block(token, line))
            else:
                self._add(result, token, line)
            if tree is not None:
                if tree.is_open and token is not tokens[-1]:
                    continue
                first = tree.first_line
                result += tree.finish()
                tree = None
            _note_spans(spans, len(result), first, _end_of(token))
        return tuple(result), spans

    def _add(self, result: list[Block], token: Token, line: int) -> bool:
        """Adds the blocks of a token; whether there are any."""
        if token["type"] == "blank_line":
            return False
        found = self._block(token, line)
        result += found
        if found and (isinstance(last := found[-1], Macro) or (isinstance(last, Paragraph) and _is_anchor(last))):
            _dress(self, result)
        return bool(found)

    def _block(self, token: Token, line: int) -> list[Block]:
        match token["type"]:
            case "paragraph" | "block_text":
                return self._paragraph(token, line)
            case "heading":
                return [self._heading(token, line)]
            case "block_code":
                return build_code(self, token, line)
            case "block_quote":
                return [build_quote(self, token, line)]
            case "list":
                return [Macro("toc", line)] if is_toc(token, self.grammar) else [self._list(token, line)]
            case "table":
                return [self._table(token, line)]
            case "thematic_break":
                return [Rule(line)]
            case "admonition":
                return [build_admonition(self, token, line)]
            case "container":
                return build_container(self, token, line)
            case "tab":
                return [
                    Expand(self.title_of(clean_text(token["title"]), line), self.blocks(token["children"], line), line)
                ]
            case "def_list":
                return [self._definitions(token["children"], line)]
            case "directive":
                return build_directive(self, token, line)
            case "shortcode":
                return build_shortcode(self, token, line)
            case "snippet":
                return [build_snippet(self, token, line)]
            case "storage":
                return [Storage(clean_text(token["raw"]), line)]
            case "block_html":
                return [Macro(MACRO_WORDS[token["raw"].strip().lower()], line)]
            case "block_math":
                return [self.math(token["raw"], line)]
            case "autodoc":
                return _build_autodoc(self, token["name"], line)
            case "footnotes":
                items = tuple(self.blocks(item["children"], item["line"]) for item in token["children"])
                counts = tuple(self.footnotes.get(number, 1) for number in range(1, len(items) + 1))
                return [Footnotes(items, counts, line)]
        return []

    def _paragraph(self, token: Token, line: int) -> list[Block]:
        syntaxes, children = self.grammar.syntaxes, token.get("children", ())
        count = len(children)
        source = str(token.get("source", "")).strip()
        # What stands for something else than its text begins with one of these.
        if (
            source[:1] in {"[", "<", "{", "-", ":", "i", "e", "("}
            and (special := self._special(source, children, line)) is not None
        ):
            return special
        first: list[Inline] = []
        if count > 2 and "attributes" in syntaxes and children[-2]["type"] == "softbreak":
            found = ATTRIBUTES_FIRST.fullmatch(source.rpartition("\n")[2].strip())
            if found:
                children = children[:-2]
                name = read_attributes(found["inner"]).get("id")
                first = [Anchor(name)] if name else []
        elif count > 1 and "includes" in syntaxes and has_include(source):
            return self._included(source, line)
        if count == 1 and children[0].get("embed") and "#" not in children[0]["attrs"]["url"]:
            return [self._directive("include", {"page": children[0]["attrs"]["url"]}, line)]
        nodes = self.inlines(children, line)
        if first:
            self.gather(first)
            nodes = (*first, *nodes) if nodes else ()
        return [Paragraph(nodes, line)] if nodes else []

    def _special(self, source: str, children: Sequence[Token], line: int) -> list[Block] | None:
        """What a paragraph becomes that is no text at all, judged by what the author wrote; None for text."""
        syntaxes, word = self.grammar.syntaxes, source.lower()
        if source.endswith(")="):
            return build_label(self, source, line)
        if word in MACRO_WORDS and all(child["type"] in {"text", "emphasis", "inline_html"} for child in children):
            return [Macro(MACRO_WORDS[word], line)]
        directive = read_directive(source) if "confluence" in syntaxes else None
        if directive and directive[0] == "table":
            layout = directive[1].get("layout", "")
            return [Macro("table-layout", line, (("layout", layout),))] if layout in TABLE_LAYOUTS else None
        if directive:
            return [self._directive(*directive, line)]
        if "includes" in syntaxes and has_include(source):
            return self._included(source, line)
        if "attributes" in syntaxes and (found := ATTRIBUTES_FIRST.fullmatch(source)):
            given = read_attributes(found["inner"])
            layout, name = given.get("layout", ""), given.get("id", "")
            if layout not in TABLE_LAYOUTS:
                return [Paragraph((Anchor(name),), line)] if name else []
            return [Macro("table-layout", line, (("layout", layout),))]
        if "mdx" in syntaxes and _MDX.match(source):
            self.report(line, "mdx-code", f"`{source.split(chr(10))[0][:60]}` was dropped")
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
        found = escape_includes(include_files(text, self.read, lambda *missing: wrong.append(missing)))
        for offset, path, why in wrong:
            self.report_include(line + offset, path, why)
        if wrong:
            return [Paragraph((Code(clean_text(text)),), line)]
        return list(self.blocks(self.parse(found, line), line))

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
        children = token.get("children", ())
        nodes = self.inlines(children, line)
        given = ""
        end = nodes[-1] if nodes and "attributes" in self.grammar.syntaxes else None
        last = ATTRIBUTES_LAST.search(end.text) if isinstance(end, Text) and "}" in end.text else None
        if last and ATTRIBUTES_LAST.search("".join(map(raw_text, children))):  # not one that is escaped
            given = read_attributes(last["inner"]).get("id", "")
            nodes = trim((*nodes[:-1], Text(last.string[: last.start()])))
        return self.named_heading(token["attrs"]["level"], nodes, given, line)

    def _list(self, token: Token, line: int) -> ListBlock:
        items = []
        for item in token["children"]:
            children = item["children"]
            at = item["line"] if "line" in item else _line_of(children, line)
            checked = item["attrs"]["checked"] if item["type"] == "task_list_item" else None
            items.append(ListItem(self.blocks(children, at), checked, at))
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
        return tuple(self._cell(cell, line) for cell in tokens)

    def _cell(self, token: Token, line: int) -> Cell:
        align = token["attrs"].get("align")
        source = token.get("source", "")
        special = build_cell(self, source, align, line) if "<" in source else None
        return special or Cell(self.inlines(token["children"], line), align)

    # Inlines

    def inlines(self, tokens: Sequence[Token], line: int) -> tuple[Inline, ...]:
        if len(tokens) == 1 and tokens[0]["type"] == "text" and self.is_bare(text := tokens[0]["raw"]):
            return (Text(text),)
        fill(self, level := InlineBuilder(line), tokens)
        return self.finish_line(level)

    def finish_line(self, level: InlineBuilder, kept: int = 0) -> tuple[Inline, ...]:
        nodes = level.finish(kept)
        self.report_level(level)
        if self.light and any(isinstance(node, Image) for node in walk(nodes)):
            nodes = trim(without_dark(nodes))
        self.gather(nodes)
        return nodes


def _build_autodoc(builder: Builder, name: str, line: int) -> list[Block]:
    if not any(item.code == "generated-docs" for item in builder.problems):
        text = "`:::` asks mkdocstrings for text that is made from code; the name alone is published"
        builder.report(line, "generated-docs", text)
    return [Paragraph((Code(clean_text(name)),), line)]


def _dress(builder: Builder, blocks: list[Block]) -> None:
    """Attributes on a line of their own belong to the block before: how wide a table is, the id of a heading."""
    match blocks[-2:]:
        case [Table() as table, Macro("table-layout", _, ((_, layout),))]:
            blocks[-2:] = [replace(table, layout=layout)]
        case [*_, Macro("table-layout", _, _)]:
            blocks.pop()
        case [Heading() as heading, Paragraph((Anchor() as anchor,), line)] if line == heading.line + 1:
            builder.gather([anchor])
            blocks[-2:] = [replace(heading, children=(*heading.children, anchor))]
        case [*_, Paragraph((Anchor() as anchor,), _)]:
            builder.gather([anchor])
        case _:
            pass


def _is_anchor(paragraph: Paragraph) -> bool:
    return len(paragraph.children) == 1 and isinstance(paragraph.children[0], Anchor)


def _line_of(tokens: Sequence[Token], line: int) -> int:
    """The line of the first of the tokens that knows it; else ``line``."""
    for token in tokens:
        if "line" in token:
            return int(token["line"])
    return line


def _note_spans(spans: list[tuple[int, int]], count: int, first: int, end: int) -> None:
    """Spans for as many blocks as there are now; the last ones lie between the two lines."""
    if count < len(spans):  # what says how wide a table is belongs to the table
        del spans[count:]
        spans[-1:] = [(start, end) for start, _ in spans[-1:]]
    spans += [(first, end)] * (count - len(spans))


def _end_of(token: Token) -> int:
    """The last line of a token; 0 if it does not know."""
    if "source" in token and "end" not in token:
        return int(token["line"]) + str(token["source"]).strip("\n").count("\n")
    return int(token.get("end", 0))
