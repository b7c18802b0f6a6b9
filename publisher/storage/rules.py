"""What each product can hold where: one table per version of Atlassian's document schema (docs/storage-format.md#nesting).

Nothing here knows Markdown or pages. The renderer asks before it writes, the checker asks about what is written.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Place(StrEnum):
    """Where a block is: the element around it, as far as the rules tell them apart."""

    PAGE = ""
    COLUMN = "cell-of-layout"
    PANEL = "panel"
    QUOTE = "quote"
    ITEM = "item"
    CELL = "cell"
    EXPAND = "expand"
    NESTED = "nested"
    """An expand in an expand or in a table cell."""
    MACRO = "macro"
    """A macro with a rich body that is neither panel nor expand: excerpt, page properties, those of apps."""
    TASK = "task"
    OWN = "own macro"
    """A macro that a team's own template writes: it holds what the element around it holds, but no layout."""


class Kind(StrEnum):
    """What a block is to the rules. Paragraphs, code, images, plain lists and macros without a rich body are allowed everywhere."""

    HEADING = "heading"
    TABLE = "table"
    PANEL = "panel"
    EXPAND = "expand"
    RULE = "hr"
    LAYOUT = "layout"
    QUOTE = "blockquote"
    TASKS = "task list"
    MACRO = "macro"
    INDENT = "indentation"
    ALIGN = "alignment"


#: Places whose element is one piece: what it cannot hold is written in another form, not behind it.
BARRIERS = frozenset({Place.PAGE, Place.COLUMN, Place.CELL, Place.EXPAND, Place.NESTED, Place.MACRO})


class NestingRules(Struct, frozen=True):
    """``schema``: the document schema that the table was read from. ``forbidden``: place → what its element loses."""

    schema: str
    forbidden: Mapping[Place, frozenset[Kind]]
    columns: range
    """How many columns a section of a layout may have."""

    def forbids(self, kind: Kind, place: Place) -> bool:
        """Whether ``kind`` is lost in ``place``."""
        return kind in self.forbidden.get(place, ())


_STYLED = {Kind.INDENT, Kind.ALIGN}
_PANEL = {Kind.TABLE, Kind.PANEL, Kind.EXPAND, Kind.LAYOUT, Kind.QUOTE, Kind.MACRO, *_STYLED}

#: What the editor of Cloud holds today. Panels are about to hold tables and expands (the schema's stage 0): then the
#: set of ``Place.PANEL`` is what changes.
CLOUD_RULES = NestingRules(
    "@atlaskit/adf-schema 57.7.22",
    {
        Place.PAGE: frozenset[Kind](),
        Place.COLUMN: frozenset({Kind.LAYOUT}),
        Place.PANEL: frozenset(_PANEL),
        Place.QUOTE: frozenset({*_PANEL, Kind.HEADING, Kind.RULE, Kind.TASKS}),
        Place.ITEM: frozenset({*_PANEL, Kind.HEADING, Kind.RULE}),
        Place.CELL: frozenset({Kind.TABLE, Kind.LAYOUT, Kind.MACRO, Kind.INDENT}),
        Place.EXPAND: frozenset({Kind.LAYOUT, Kind.MACRO, *_STYLED}),
        Place.NESTED: frozenset({Kind.TABLE, Kind.EXPAND, Kind.LAYOUT, Kind.MACRO, *_STYLED}),
        Place.MACRO: frozenset({Kind.EXPAND, Kind.LAYOUT, Kind.MACRO, *_STYLED}),
        Place.TASK: frozenset(set(Kind) - {Kind.TASKS}),
        Place.OWN: frozenset({Kind.LAYOUT}),
    },
    range(2, 4),
)
#: Data Center keeps what is written, but for columns, which are at page level only.
DATACENTER_RULES = NestingRules(
    "Data Center storage format 4.0 to 10.1",
    {place: frozenset({Kind.LAYOUT}) for place in Place if place is not Place.PAGE},
    range(1, 4),
)
