"""A body in storage format becomes blocks. The one entry of this package."""

from collections.abc import Sequence

from publisher.model.document import Block
from publisher.reading.blocks import BlockReader
from publisher.reading.context import ReadingContext
from publisher.reading.elements import anchor_name, elements_of, in_order
from publisher.reading.footnotes import find_footnotes, make_footnotes, note_numbers, strip_note
from publisher.reading.inlines import InlineReader
from publisher.reading.traces import drop_traces
from publisher.storage import Element, parse_content

_USUAL = ReadingContext()


def read_storage(body: str, context: ReadingContext = _USUAL) -> tuple[Block, ...]:
    """The blocks of a body; lines are 0. Never fails on well-formed storage; NotWellFormed for other.

    What the blocks cannot hold is kept as storage, as small as may be: nothing is lost. Marks of comments, the ids that
    Confluence gives to elements and comments in the XML are no part of the text.
    """
    return read_parts(_parse(body, context), context)


def _parse(body: str, context: ReadingContext) -> Element:
    root = parse_content(body)
    if context.lenient:
        drop_traces(root)
    return root


def read_pieces(pieces: Sequence[str], context: ReadingContext = _USUAL) -> list[tuple[Block, ...]]:
    """The blocks of each piece of one body: anchors and footnotes of the others are known."""
    whole = _parse("".join(pieces), context)
    return [_read(_parse(piece, context), whole, context) for piece in pieces]


def read_parts(root: Element, context: ReadingContext) -> tuple[Block, ...]:
    """The blocks of a parsed body, which is changed."""
    return _read(root, root, context)


def _read(root: Element, whole: Element, context: ReadingContext) -> tuple[Block, ...]:
    """The blocks below ``root``, a part of ``whole``."""
    anchors = frozenset(filter(None, map(anchor_name, whole.iter())))
    noted = find_footnotes(whole)
    numbers = {number: place for place, number in enumerate(note_numbers(noted[1]), 1)} if noted else {}
    reader = BlockReader(context, InlineReader(context, anchors, numbers))
    found = find_footnotes(root)
    if found is None:
        return reader.children(root)
    rule, notes = found
    items = []
    for item in elements_of(notes):
        count = strip_note(item)
        items.append((reader.children(item), count))
    parts = list(in_order(root))
    place = next(number for number, part in enumerate(parts) if part is rule)
    behind = next(number for number, part in enumerate(parts) if part is notes)
    before, after = reader.sequence(parts[:place]), reader.sequence(parts[behind + 1 :])
    return (*before, *after, make_footnotes(items))
