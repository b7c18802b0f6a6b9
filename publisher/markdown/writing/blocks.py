"""Blocks become lines of Markdown. Of several forms the first is taken that the parser reads as the same block."""

from collections.abc import Callable
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.markdown.writing.boxes import (
    Form,
    callout_forms,
    expand_forms,
    fence_lines,
    include_line,
    indented,
    layout_lines,
    macro_forms,
    widget_forms,
)
from publisher.markdown.writing.html import html_blocks, html_definitions, html_paragraph, html_table
from publisher.markdown.writing.inlines import LineWriter
from publisher.markdown.writing.style import Forms, NoForm
from publisher.markdown.writing.tables import is_plain, layout_line, without_layout, write_pipes
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
    ListItem,
    Macro,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Storage,
    Table,
)
from publisher.model.inlines import Inline

#: Whether lines read as a block.
ReadsAs = Callable[[list[str], Block], bool]


class BlockWriter(Struct, frozen=True):
    """Writes blocks. ``reads_as``: parses what was written and compares. ``known``: what was written before."""

    forms: Forms
    reads_as: ReadsAs
    known: dict[Block, list[str] | None] = field(default_factory=dict)

    def blocks(self, blocks: tuple[Block, ...]) -> list[str]:
        """The lines of blocks, an empty one between them."""
        lines: list[str] = []
        before: Block | None = None
        other = False
        for block in blocks:
            follows = isinstance(block, ListBlock) and isinstance(before, ListBlock) and block.ordered == before.ordered
            other = follows and not other
            written = self._list(block, other=other) if isinstance(block, ListBlock) else self.block(block)
            lines += ["", *written] if lines and written else written
            before = block
        return lines

    def block(self, block: Block) -> list[str]:
        """The lines of one block; NoForm if no form reads as it."""
        if block not in self.known:
            self.known[block] = self._find_form(block)
        found = self.known[block]
        if found is None:
            raise NoForm
        return found

    def _find_form(self, block: Block) -> list[str] | None:
        careful = replace(self.forms, careful=True)
        for writer in (self, BlockWriter(careful, self.reads_as)):
            try:
                found = writer._forms_of(block)
            except NoForm:
                continue
            for form in found:
                try:
                    written = form()
                except NoForm:
                    continue
                if self.reads_as(written, block):
                    return written
        return None

    def _forms_of(self, block: Block) -> list[Form]:
        match block:
            case Paragraph():
                return [lambda: self._paragraph(block), lambda: html_paragraph(block), lambda: self._placed(block)]
            case Heading(align=None):
                return [lambda: [self._heading(block.level, block.children, block.slug)]]
            case Heading():
                return [lambda: html_blocks((block,))]
            case CodeBlock():
                return [lambda: _code(block)]
            case Quote(children, _):
                return [lambda: indented(self.blocks(children), "> ") or [">"]]
            case Callout():
                return callout_forms(block, self.forms, self.blocks)
            case Expand():
                return expand_forms(block, self.forms, self.blocks)
            case ListBlock():
                return [lambda: self._list(block, other=False)]
            case Table():
                return self._table(block)
            case Rule():
                return [lambda: ["***"]]
            case Macro():
                return widget_forms(block, self.blocks)
            case Include():
                return [lambda: include_line(block)]
            case DefinitionList():
                return [lambda: self._definitions(block), lambda: html_definitions(block)]
            case Layout():
                return [lambda: layout_lines(block, self.blocks)]
            case MathBlock(tex, _):
                return [lambda: ["$$", *tex.split("\n"), "$$"], lambda: fence_lines("math", tex)]
            case AnyMacro():
                return macro_forms(block, self.blocks)
            case Storage(body, _):
                return [lambda: fence_lines("confluence", body)]
            case Footnotes(items, _, _):
                return [lambda: self._footnotes(items)]
            case _:
                assert_never(block)

    def _paragraph(self, block: Paragraph) -> list[str]:
        if block.indent or block.align or not block.children:
            raise NoForm
        return LineWriter(self.forms).write(block.children).split("\n")

    def _placed(self, block: Paragraph) -> list[str]:
        """A paragraph in the middle or at the right that holds what HTML does not know."""
        if not block.align:
            raise NoForm
        return [f'<div align="{block.align}">', "", *self._paragraph(replace(block, align=None)), "", "</div>"]

    def _heading(self, level: int, children: tuple[Inline, ...], slug: str) -> str:
        """``slug``: a name that the heading does not get from its text."""
        text = LineWriter(self.forms, broken=False).write(children)
        text = text[:-1] + "\\#" if text.endswith("#") and not text.endswith("\\#") else text
        named = f" {{#{slug}}}" if slug and self.forms.has("attributes") else ""
        return f"{'#' * level} {text}{named}"

    # Lists

    def _list(self, block: ListBlock, *, other: bool) -> list[str]:
        loose = any(not _is_tight(item) for item in block.items)
        lines: list[str] = []
        for number, item in enumerate(block.items, block.start):
            style = self.forms.style
            bullet = style.other_bullet if other else style.bullet
            marker = f"{number}{')' if other else '.'}" if block.ordered else bullet
            written = self._item(item, marker)
            lines += ["", *written] if lines and loose else written
        return lines

    def _item(self, item: ListItem, marker: str) -> list[str]:
        width = max(len(marker) + 1, self.forms.style.indent)
        box = "" if item.checked is None else "[x] " if item.checked else "[ ] "
        inner = self.blocks(item.children) or [""]
        first = f"{marker:<{width}}{box}{inner[0]}".rstrip()
        return [first, *indented(inner[1:], " " * width)]

    # Tables and lists of definitions

    def _table(self, block: Table) -> list[Form]:
        behind = ["", layout_line(block.layout, self.forms)] if block.layout else []
        plain: list[Form] = [lambda: [*write_pipes(block, self.forms), *behind]] if is_plain(block) else []
        html = without_layout(block)
        return [
            *plain,
            lambda: [*html_table(html), *behind],
            lambda: [*html_table(html, self.blocks), *behind],
        ]

    def _definitions(self, block: DefinitionList) -> list[str]:
        if not self.forms.has("definition-lists"):
            raise NoForm
        writer = LineWriter(self.forms, broken=False)
        lines: list[str] = []
        for item in block.items:
            inner = self.blocks(item.children)
            body = [f":   {inner[0]}", *indented(inner[1:], "    ")] if inner else []
            lines += [*([""] if lines else []), *(writer.write(term) for term in item.terms), *body]
        return lines

    def _footnotes(self, items: tuple[tuple[Block, ...], ...]) -> list[str]:
        lines: list[str] = []
        for number, blocks in enumerate(items, 1):
            inner = self.blocks(blocks) or [""]
            lines += [*([""] if lines else []), f"[^{number}]: {inner[0]}".rstrip(), *indented(inner[1:], "    ")]
        return lines


def _is_tight(item: ListItem) -> bool:
    first, rest = item.children[:1], item.children[1:]
    return all(isinstance(b, Paragraph | ListBlock) for b in first) and all(isinstance(b, ListBlock) for b in rest)


def _code(block: CodeBlock) -> list[str]:
    if any(character in block.language for character in " \t`{[:,\n") or any(c in block.title for c in '"`\n\\'):
        raise NoForm
    title = f' title="{block.title}"' if block.title else ""
    numbered = " showLineNumbers" if block.numbered else ""
    if (title or numbered) and not block.language:
        return fence_lines("text" + title + numbered, block.text)
    return fence_lines(block.language + title + numbered, block.text)
