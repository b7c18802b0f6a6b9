"""Columns side by side."""

from collections.abc import Callable

from publisher.model.document import Block, Layout
from publisher.reading.elements import NoForm, allow_attributes, elements_of, no_text, tag_of
from publisher.storage import Element

#: Type of a section → widths of its columns.
_WIDTHS: dict[str, tuple[float, ...]] = {
    "two_equal": (), "two_left_sidebar": (33, 67), "two_right_sidebar": (67, 33), "three_equal": (),
    "three_with_sidebars": (25, 50, 25),
}  # fmt: skip
_CELLS = {"two_equal": 2, "two_left_sidebar": 2, "two_right_sidebar": 2, "three_equal": 3, "three_with_sidebars": 3}


def read_layout(
    element: Element, read_cell: Callable[[Element], tuple[Block, ...]], *, wraps_page: bool
) -> list[Block]:
    """The layouts of the sections. ``wraps_page``: one column is the page's own text, as on Data Center; NoForm."""
    allow_attributes(element)
    sections = elements_of(element)
    if not sections or any(tag_of(section) != "ac:layout-section" for section in sections):
        raise NoForm
    if not wraps_page and len(sections) > 1:
        raise NoForm
    found: list[Block] = []
    for section in sections:
        kind = allow_attributes(section, "ac:type").get("ac:type", "")
        no_text(section)
        cells = elements_of(section)
        if kind == "single" and wraps_page and len(cells) == 1 and len(sections) > 1:
            found += read_cell(cells[0])
        elif len(cells) == _CELLS.get(kind):
            found.append(Layout(tuple(map(read_cell, cells)), _WIDTHS[kind], 0))
        else:
            raise NoForm
    return found
