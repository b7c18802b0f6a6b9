"""Elements in elements: blocks are put where the product can hold them, before anything is written.

What an element cannot hold goes behind it, and the element goes on behind that: the order of the document is kept. What
cannot go behind (a cell and an expand are one piece) takes another form in place, and a notice says so. The rules are
the product's (docs/storage-format.md#nesting). Nothing is ever lost, and no element is left empty by this.
"""

from collections import deque
from collections.abc import Sequence
from operator import is_

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.model.document import (
    AnyMacro,
    Block,
    Callout,
    CodeBlock,
    DefinitionList,
    Expand,
    Footnotes,
    Heading,
    Layout,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Storage,
    Table,
)
from publisher.model.inlines import Inline, Text
from publisher.render import forms
from publisher.render.kinds import holds, kind_of
from publisher.render.otherforms import Notice, other_form
from publisher.storage import BARRIERS, Kind, Place, Product, find_kinds

#: (what is done at this place, what is to be fitted to the same place next), or None: it has to go behind.
Step = tuple[list[Block], list[Block]] | None
Places = tuple[Place, ...]

#: What goes behind the element that cannot hold it. All else takes another form at once.
_HOISTED = frozenset({Kind.TABLE, Kind.PANEL, Kind.EXPAND, Kind.RULE, Kind.LAYOUT, Kind.MACRO})


class Fitter(Struct):
    """Fits the blocks of one page. ``own``: names of macros that a team's own templates write."""

    product: Product
    own: frozenset[str] = frozenset()
    notices: list[Notice] = field(default_factory=list)

    def fit_page(self, block: Block) -> list[Block]:
        """A block at page level, with what has to be behind it."""
        return self._fit([block], (Place.PAGE,))[0]

    def _fit(self, blocks: Sequence[Block], places: Places) -> tuple[list[Block], list[Block]]:
        """(what the last of ``places`` holds, what has to go behind it: all from the first block that it cannot hold)."""
        if places[-1] is not Place.TASK and all(map(_is_held, blocks)):
            return list(blocks), []
        queue, kept = deque(blocks), list[Block]()
        while queue:
            block = queue.popleft()
            step = self._step(block, places)
            if step is None:
                return kept, [block, *queue]
            kept += step[0]
            queue.extendleft(reversed(step[1]))
        return kept, []

    def _step(self, block: Block, places: Places) -> Step:
        place = places[-1]
        if place is Place.TASK and not forms.is_task_list(block):
            return None
        if _is_held(block):
            return [block], []
        if isinstance(block, Layout) and len(block.cells) < self.product.rules.columns.start:
            return [], [child for cell in block.cells for child in cell]
        kind = self._kind_of(block, place)
        if kind and self._forbids(kind, places):
            return None if self._goes_behind(kind, places) else ([], self._other_form(block, kind, place))
        match block:
            case Paragraph():
                return [self._fit_paragraph(block, places)], []
            case Heading():
                return [self._fit_heading(block, places)], []
            case ListBlock():
                return self._fit_tasks(block, places) if forms.is_task_list(block) else self._fit_list(block, places)
            case Quote():
                return self._fit_box(block, Place.QUOTE, places)
            case Callout():
                return self._fit_box(block, Place.PANEL, places)
            case Expand():
                return self._fit_expand(block, places)
            case Table():
                return [self._fit_table(block, places)], []
            case DefinitionList():
                return self._fit_definitions(block, places)
            case Layout():
                return self._fit_layout(block, places)
            case AnyMacro() if block.children:
                return self._fit_macro(block, places)
            case Footnotes():
                return [], forms.footnote_list(block)
            case _:
                return [block], []

    def _kind_of(self, block: Block, place: Place) -> Kind | None:
        if isinstance(block, Storage):
            forbidden = self.product.rules.forbidden.get(place)
            lost = find_kinds(block.body) & forbidden if forbidden else ()
            return min(lost, default=None)
        return kind_of(block, self.own)

    def _goes_behind(self, kind: Kind, places: Places) -> bool:
        """Whether an element around can hold it that is not cut off by one that is one piece."""
        if kind not in _HOISTED or self.product.layout_wraps_page:
            return False
        for depth in range(len(places), 0, -1):
            if places[depth - 1] is not Place.TASK and not self._forbids(kind, places[:depth]):
                return True
            if places[depth - 1] in BARRIERS:
                return False
        return False

    def _forbids(self, kind: Kind, places: Places) -> bool:
        if self.product.forbids(kind, places[-1]):
            return True
        return places[-1] is Place.OWN and self._forbids(kind, places[:-1])

    def _other_form(self, block: Block, kind: Kind, place: Place) -> list[Block]:
        blocks, notices = other_form(block, kind, place)
        self.notices += notices
        return blocks

    # Elements with blocks in them

    def _fit_heading(self, block: Heading, places: Places) -> Heading:
        return replace(block, align=None) if block.align and self._forbids(Kind.ALIGN, places) else block

    def _fit_paragraph(self, block: Paragraph, places: Places) -> Paragraph:
        indent = 0 if self._forbids(Kind.INDENT, places) else block.indent
        align = None if self._forbids(Kind.ALIGN, places) else block.align
        if indent and align and self.product.document_format:
            indent = 0  # a paragraph of Cloud has one of the two
        return replace(block, indent=indent, align=align) if (indent, align) != (block.indent, block.align) else block

    def _fit_box(self, block: Quote | Callout | AnyMacro, inner: Place, places: Places) -> Step:
        """An element that ends before what it cannot hold, and goes on behind it."""
        kept, rest = self._fit(block.children, (*places, inner))
        if not rest:
            return [block if _are(kept, block.children) else replace(block, children=tuple(kept))], []
        keeps = inner is Place.OWN or (isinstance(block, Callout) and block.title)
        done: list[Block] = [replace(block, children=tuple(kept))] if kept or keeps else []
        if not done:
            kind = "quote" if isinstance(block, Quote) else "panel"
            text = f"a {kind} holds nothing that the product takes in it; its text is written without it"
            self.notices.append(Notice(block.line, "other-form", text))
        more = [_without_title(replace(block, children=tuple(rest[1:])))] if rest[1:] else []
        return done, [rest[0], *more]

    def _fit_expand(self, block: Expand | AnyMacro, places: Places) -> Step:
        nested = any(place in {Place.EXPAND, Place.NESTED, Place.CELL} for place in places)
        inner = Place.NESTED if nested else Place.EXPAND
        lost = {
            kind
            for kind in _HOISTED - {Kind.EXPAND}
            if self.product.forbids(kind, inner) and not self.product.forbids(kind, places[-1])
        }
        if nested and holds(block.children, lost, self.own):
            return [], self._other_form(block, Kind.EXPAND, inner)
        kept, _ = self._fit(block.children, (*places, inner))
        return [replace(block, children=tuple(kept))], []

    def _fit_macro(self, block: AnyMacro, places: Places) -> Step:
        match kind_of(block, self.own):
            case Kind.PANEL:
                return self._fit_box(block, Place.PANEL, places)
            case Kind.EXPAND:
                return self._fit_expand(block, places)
            case Kind.MACRO:
                kept, _ = self._fit(block.children, (*places, Place.MACRO))
                return [replace(block, children=tuple(kept))], []
            case _:  # a template of the team's own: it holds what the element around it holds
                return self._fit_box(block, Place.OWN, places)

    def _fit_table(self, block: Table, places: Places) -> Table:
        if not any(cell.blocks for row in (block.head, *block.rows) for cell in row):
            return block
        inner = (*places, Place.CELL)
        rows = [
            tuple(
                replace(cell, blocks=tuple(self._fit(cell.blocks, inner)[0])) if cell.blocks else cell for cell in row
            )
            for row in (block.head, *block.rows)
        ]
        return replace(block, head=rows[0], rows=tuple(rows[1:]))

    def _fit_definitions(self, block: DefinitionList, places: Places) -> Step:
        if self.product.document_format:
            return [], forms.definition_lines(block, indented=not self._forbids(Kind.INDENT, places))
        items = (
            replace(item, children=tuple(self._fit(item.children, (*places, Place.ITEM))[0])) for item in block.items
        )
        return [replace(block, items=tuple(items))], []

    def _fit_layout(self, block: Layout, places: Places) -> Step:
        cells = tuple(tuple(self._fit(cell, (*places, Place.COLUMN))[0]) for cell in block.cells)
        return [replace(block, cells=cells)], []

    # Lists

    def _fit_list(self, block: ListBlock, places: Places) -> Step:
        block, items, inner = forms.put_boxes(block), list[ListItem](), (*places, Place.ITEM)
        for index, item in enumerate(block.items, 1):
            kept, rest = self._fit(item.children, inner)
            if kept or not rest:
                items.append(item if _are(kept, item.children) else replace(item, children=tuple(kept)))
            if rest:
                part = [replace(block, items=tuple(items))] if items else []
                more = replace(block, items=block.items[index:], start=block.start + index)
                return list(part), [*rest, *([more] if more.items else [])]
        return [block if _are(items, block.items) else replace(block, items=tuple(items))], []

    def _fit_tasks(self, block: ListBlock, places: Places) -> Step:
        """Tasks of Cloud hold a line; tasks below them follow it. All else goes behind, and the tasks go on."""
        items: list[ListItem] = []
        for index, item in enumerate(block.items, 1):
            if not self.product.document_format:
                kept, rest = self._fit(item.children, (*places, Place.ITEM))
                items.append(replace(item, children=tuple(kept)))
                continue
            fitted, rest = self._fit_task(item, places)
            items += [fitted] if fitted else []
            if rest:
                part = [replace(block, items=tuple(items))] if items else []
                more = replace(block, items=block.items[index:])
                return list(part), [*rest, *([more] if more.items else [])]
        return [replace(block, items=tuple(items))], []

    def _fit_task(self, item: ListItem, places: Places) -> tuple[ListItem | None, list[Block]]:
        """(the task, what has to go behind it). A task without a line of its own is a box in front of what it holds."""
        lines, below, rest = list[tuple[Inline, ...]](), list[Block](), list[Block]()
        for number, child in enumerate(item.children):
            if not below and isinstance(child, Paragraph) and not (lines and forms.is_captioned(child)):
                lines.append(child.children)
            elif not below and isinstance(child, ListBlock) and forms.is_lines(child):
                lines += forms.list_lines(child)
            elif forms.is_task_list(child):
                kept, behind = self._fit([child], (*places, Place.TASK))
                below += kept
                rest = [*behind, *item.children[number + 1 :]] if behind else []
            else:
                rest = list(item.children[number:])
            if rest:
                break
        if rest and not lines and not below:
            return None, [Paragraph((Text("☑" if item.checked else "☐"),), item.line), *rest]
        line = (Paragraph(forms.join_lines(lines), item.line),) if lines else ()
        return replace(item, children=(*line, *below)), rest


def _is_held(block: Block) -> bool:
    """True for most blocks: every place but a task holds them as they are."""
    return isinstance(block, CodeBlock) or (isinstance(block, Paragraph) and not block.indent and not block.align)


def _are(fitted: Sequence[object], before: Sequence[object]) -> bool:
    """Whether nothing had to be fitted."""
    return len(fitted) == len(before) and all(map(is_, fitted, before))


def _without_title(block: Quote | Callout | AnyMacro) -> Block:
    if isinstance(block, Callout):
        return replace(block, title=())
    if isinstance(block, AnyMacro):
        return replace(block, parameters=tuple(pair for pair in block.parameters if pair[0] != "title"))
    return block
