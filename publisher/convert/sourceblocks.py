"""The blocks of a document with their lines, those of included texts and of footnotes too, and what each is read as."""

import re
from collections.abc import Sequence

from publisher.convert.compose import Conversion
from publisher.markdown.composed import ComposedLine
from publisher.markdown.grammar import Grammar
from publisher.markdown.includes import has_include
from publisher.markdown.parse import parse_document
from publisher.merging.merge import SourceBlock
from publisher.model.document import Block, Document, Footnotes, Heading, Paragraph
from publisher.model.inlines import Anchor
from publisher.reading.context import ReadingContext
from publisher.reading.read import read_pieces
from publisher.render.nesting import Fitter
from publisher.render.page import link_table
from publisher.render.renderer import Renderer

_VARIABLE = re.compile(r"(?<!\\)\{\{-?\s*([A-Za-z_]\w*(?:\.\w+)*)\s*-?\}\}")
#: A directive of MyST that reads a file.
_INCLUDING = re.compile(r"^[ \t>]*(?:`{3,}|~{3,}|:{3,})[ \t]*\{(?:literal)?include\}[^\n]*", re.M)


def split_notes(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with each footnote by itself, as its definition is in the source."""
    found: list[Block] = []
    for block in blocks:
        found += [Footnotes((item,), (1,), 0) for item in block.items] if isinstance(block, Footnotes) else [block]
    return tuple(found)


def source_blocks(
    conversion: Conversion, key: str, context: ReadingContext, lines: Sequence[ComposedLine], grammar: Grammar
) -> tuple[SourceBlock, ...]:
    """Each block with its first and last of ``lines``, and what its part of the page is read as."""
    document = conversion.tree.pages[key].document
    assert document is not None
    text = [line.text for line in lines]
    places: dict[int, list[int]] = {}
    for number, line in enumerate(lines, 1):
        places.setdefault(line.chain[0].number, []).append(number)
    found: list[SourceBlock] = []
    most = max(places)
    spans = [(places[min(start, most)][0], places[min(end, most)][-1]) for start, end in document.spans]
    parts = _read_parts(conversion, key, context)
    number = 0
    while number < len(parts):
        block, part = parts[number]
        if isinstance(block, Footnotes):
            found += _notes(part, document, places)
            number += 1
            continue
        group = [part for place, (_, part) in enumerate(parts[number:], number) if spans[place] == spans[number]]
        found += _group(text, spans[number], group, grammar)
        number += len(group)
    return tuple(found)


def _read_parts(conversion: Conversion, key: str, context: ReadingContext) -> list[tuple[Block, tuple[Block, ...]]]:
    """The blocks of the document, each with what its part of the page is read as."""
    blocks, pieces = render_blocks(conversion, key)
    return list(zip(blocks, read_pieces(pieces, context), strict=True))


def render_blocks(conversion: Conversion, key: str) -> tuple[list[Block], list[str]]:
    """The blocks of a document, and the part of the page that each becomes."""
    page = conversion.tree.pages[key]
    assert page.document is not None
    links = link_table(conversion.tree, {}, conversion.options.space)
    renderer = Renderer(page, links, conversion.options)
    blocks = list(page.document.blocks)
    if page.drop_first_heading:
        place = next(number for number, block in enumerate(blocks) if isinstance(block, Heading))
        heading = blocks[place]
        assert isinstance(heading, Heading)
        blocks[place] = Paragraph((Anchor(heading.slug),), heading.line)
    fitter = Fitter(conversion.options.product, frozenset(conversion.options.templates.own))
    return blocks, ["".join(map(renderer.block, fitter.fit_page(block))) for block in blocks]


def _group(
    text: Sequence[str], span: tuple[int, int], parts: list[tuple[Block, ...]], grammar: Grammar
) -> list[SourceBlock]:
    """What is in the same lines: the blocks of one include, each with its own lines, or those of one piece of HTML."""
    start, end = span
    own = "\n".join(text[start - 1 : end])
    asks = "includes" in grammar.syntaxes and has_include(own) and not _is_shown(own, parts)
    closed = f"{_asked(own)} gives it, which cannot be edited from here" if asks else ""
    if "directives" in grammar.syntaxes and (directive := _INCLUDING.search(own)):
        closed = f"`{directive[0].strip()}` gives it, which cannot be edited from here"
    if len(parts) > 1 and not closed:
        inner = parse_document("", f"\n{own}".encode(), grammar).spans
        if len(inner) == len(parts) and len(set(inner)) > 1:
            return [SourceBlock(start + a - 2, start + b - 2, part) for (a, b), part in zip(inner, parts, strict=True)]
    return [SourceBlock(start, end, tuple(block for part in parts for block in part), closed)]


def _is_shown(text: str, parts: list[tuple[Block, ...]]) -> bool:
    """Whether the page shows the line that asks for a file, for there is none: then it is text like any other."""
    said = repr(parts)
    return all(repr(line.strip())[1:-1] in said for line in text.split("\n") if has_include(line))


def _asked(text: str) -> str:
    line = next(line for line in text.split("\n") if has_include(line) or "8<" in line)
    return f"`{line.strip()}`"


def _notes(part: tuple[Block, ...], document: Document, places: dict[int, list[int]]) -> list[SourceBlock]:
    """Each footnote with the lines of its definition."""
    notes = split_notes(part)
    if len(notes) != len(document.notes):
        last = max(numbers[-1] for numbers in places.values())
        return [SourceBlock(last, last, part, "it is in a footnote")]
    found = []
    for note, (start, end) in zip(notes, document.notes, strict=True):
        first, behind = places[start][0], places[end or start][-1]
        found.append(SourceBlock(first, behind, (note,), "" if end else "it is in a footnote that stands in a line"))
    return found


def name_place(text: str, document: Document, grammar: Grammar) -> str:
    """Why an edit in ``text`` has no place there, and where it belongs."""
    own, everywhere = document.front_matter.variables, grammar.variables
    names = dict.fromkeys(match[1] for match in _VARIABLE.finditer(text))
    for name in names:
        top = name.partition(".")[0]
        if top in own or top in everywhere:
            where = "the front matter" if top in own else "`variables` in publisher.yml"
            return f"it may be the value of `{name}`: change that in {where}"
    if "includes" in grammar.syntaxes and has_include(text):
        return f"{_asked(text)} gives it, which cannot be edited from here"
    if "shortcodes" in grammar.syntaxes and re.search(r"\{\{[<%]", text):
        return "a shortcode makes it: change what that says"
    if re.search(r"^:::[ \t]+[\w.]+[ \t]*$", text, re.M):
        return "it is made from code: change it there"
    return "its place in the source is not clear"
