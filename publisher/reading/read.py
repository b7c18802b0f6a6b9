"""A body in storage format becomes blocks. The one entry of this package."""

from publisher.model.document import Block
from publisher.reading.blocks import BlockReader
from publisher.reading.context import ReadingContext
from publisher.reading.elements import anchor_name, elements_of, in_order
from publisher.reading.footnotes import find_footnotes, make_footnotes, strip_note
from publisher.reading.inlines import InlineReader
from publisher.storage import Element, parse_content

_USUAL = ReadingContext()


def read_storage(body: str, context: ReadingContext = _USUAL) -> tuple[Block, ...]:
    """The blocks of a body; lines are 0. Never fails on well-formed storage; NotWellFormed for other.

    What the blocks cannot hold is kept as storage, as small as may be: nothing is lost. Marks of comments, the ids that
    Confluence gives to elements and comments in the XML are no part of the text.
    """
    return read_parts(parse_content(body), context)


def read_parts(root: Element, context: ReadingContext) -> tuple[Block, ...]:
    """The blocks of a parsed body, which is changed."""
    anchors = frozenset(filter(None, map(anchor_name, root.iter())))
    found = find_footnotes(root)
    numbers = frozenset(range(1, len(elements_of(found[1])) + 1)) if found else frozenset[int]()
    reader = BlockReader(context, InlineReader(context, anchors, numbers))
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
