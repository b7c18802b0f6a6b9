"""What an editor adds to a page when it saves it, besides what people typed (docs/storage-format.md).

Cloud's editor writes widths on every table, sizes on every image, and sections of one column around a page that never had
any; it turns addresses into cards and emoji into elements. Data Center's writes classes, spans of one cell, and breaks into empty cells.
Whoever edits one word does not mean these.
"""

import re

from publisher.reading.elements import elements_of, is_inline
from publisher.storage import AC, Element

_AC = f"{{{AC}}}"
_NUMBERED = "numberingColumn"
_TABLE = {"data-table-width", "data-table-display-mode", "class", "style"}
_CELL = {"class", "scope", "data-colwidth", "style"}
_IMAGE = {
    f"{_AC}{name}" for name in ("original-width", "original-height", "custom-width", "src", "thumbnail", "border", "style")
}  # fmt: skip
_SECTION = {f"{_AC}breakout-mode", f"{_AC}breakout-width"}
_LINK = {"data-card-appearance", "data-layout", "data-width", f"{_AC}card-appearance"}
_TRACES = {
    "a": _LINK,
    f"{_AC}link": _LINK,
    "table": _TABLE,
    "td": _CELL,
    "th": _CELL,
    f"{_AC}image": _IMAGE,
    f"{_AC}layout-section": _SECTION,
}
_ALIGN = re.compile(r"text-align: ?(?P<side>left|start|center|right);?\Z")
#: Sections that hold a page as it is.
_ALONE = {"single", "fixed-width"}


def drop_traces(root: Element) -> None:
    """Takes the traces out of a parsed body."""
    for cell in list(root.iter("td", "th")):
        _plain_cell(cell)
    for element in list(root.iter(*_TRACES)):
        tag = str(element.tag)
        for name in _TRACES[tag].intersection(element.attrib):
            if element.get(name) != _NUMBERED:
                del element.attrib[name]
        if tag == f"{_AC}image" and _place(element) == ("center", "center"):
            del element.attrib[f"{_AC}align"], element.attrib[f"{_AC}layout"]
    for element in list(root.iter("table")):
        if "data-layout" not in element.attrib:
            element.set("data-layout", "default")
        _drop_widths(element)
    for layout in list(root.iter(f"{_AC}layout")):
        _unwrap(layout)
    for emoticon in list(root.iter(f"{_AC}emoticon")):
        _spell_out(emoticon)


def _plain_cell(cell: Element) -> None:
    """A span of one says nothing, nor does the break that keeps an empty cell open. An alignment is that of the line in the cell."""
    for name in ("colspan", "rowspan"):
        if cell.get(name) == "1":
            del cell.attrib[name]
    style = _ALIGN.match(str(cell.get("style", "")).strip())
    if style and all(map(is_inline, elements_of(cell))):
        _wrap(cell)
    inner = elements_of(cell)
    line = inner[0] if len(inner) == 1 and inner[0].tag == "p" else cell
    if line is not cell and style and "style" not in line.attrib:
        line.set("style", style[0])
    inner = elements_of(line)
    if len(inner) == 1 and inner[0].tag == "br" and not ((line.text or "") + (inner[0].tail or "")).strip():
        line.remove(inner[0])
    own = _ALIGN.match(str(line.get("style", "")).strip())
    if own and (own["side"] in {"left", "start"} or not (len(line) or (line.text or "").strip())):
        del line.attrib["style"]


def _wrap(cell: Element) -> None:
    """Puts what a cell holds into a paragraph."""
    line = cell.makeelement("p", {})
    line.text, cell.text = cell.text, None
    line.extend(list(cell))
    cell.append(line)


def _place(image: Element) -> tuple[str, str]:
    return str(image.get(f"{_AC}align", "")), str(image.get(f"{_AC}layout", ""))


def _drop_widths(table: Element) -> None:
    """Widths of columns; ``thead`` and ``tfoot``, which only group rows."""
    for part in list(table):
        if part.tag == "colgroup":
            table.remove(part)
    body = next((part for part in table if part.tag == "tbody"), None)
    if body is None:
        return
    for part in [part for part in table if part.tag == "thead"]:
        body[:0] = list(part)
        table.remove(part)


def _unwrap(layout: Element) -> None:
    """Sections of one column are the page's own text; what is left of the layout stays a layout, section by section."""
    parent = layout.getparent()
    if parent is None:
        return
    place = parent.index(layout)
    made: list[Element] = []
    for section in list(layout):
        cells = list(section)
        if section.get(f"{_AC}type") in _ALONE and len(cells) == 1 and not (cells[0].text or "").strip():
            made += list(cells[0])
        else:
            alone = layout.makeelement(layout.tag, {})
            alone.append(section)
            made.append(alone)
    parent[place : place + 1] = made


def _spell_out(emoticon: Element) -> None:
    """An emoji is the character that it shows, where it names one."""
    shown, parent = str(emoticon.get(f"{_AC}emoji-fallback", "")), emoticon.getparent()
    if not shown or shown.startswith(":") or parent is None:
        return
    before, text = emoticon.getprevious(), shown + (emoticon.tail or "")
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(emoticon)
