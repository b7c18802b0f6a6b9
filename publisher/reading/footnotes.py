"""Footnotes: a numbered list behind a rule, whose items and places lead to each other by anchors."""

import re
from itertools import pairwise

from publisher.model.document import Block, Footnotes
from publisher.reading.elements import anchor_name, attributes_of, elements_of, tag_of
from publisher.storage import Element

_NOTE = re.compile(r"fn-(\d+)\Z")
_BACK = re.compile(r"fnref-\d+(?:-\d+)?\Z")


def find_footnotes(root: Element) -> tuple[Element, Element] | None:
    """The rule and the list of the footnotes, if the page has some: every item is named as one. Some may be gone."""
    children = elements_of(root)
    for rule, notes in pairwise(children):
        if tag_of(rule) == "hr" and tag_of(notes) == "ol" and not notes.attrib and _are_notes(notes):
            return rule, notes
    return None


def _are_notes(notes: Element) -> bool:
    numbers = note_numbers(notes)
    return bool(numbers) and all(numbers) and all(one < other for one, other in pairwise(numbers))


def note_numbers(notes: Element) -> list[int]:
    """The number that each item is named by, 0 for one that is not."""
    names = [next(filter(None, map(anchor_name, item.iter())), "") for item in elements_of(notes)]
    return [int(found[1]) if (found := _NOTE.match(name)) else 0 for name in names]


def strip_note(item: Element) -> int:
    """Takes the anchor and the links back out of an item; how many there were of the latter."""
    count = 0
    for element in list(item.iter()):
        name = anchor_name(element)
        back = tag_of(element) == "ac:link" and _BACK.match(attributes_of(element).get("ac:anchor", ""))
        if _NOTE.match(name) or back:
            count += bool(back)
            _take_out(element, blank=bool(back))
    for paragraph in elements_of(item):
        if tag_of(paragraph) == "p" and not len(paragraph) and not (paragraph.text or "").strip():
            item.remove(paragraph)
    return count


def _take_out(element: Element, *, blank: bool) -> None:
    """Removes an element and keeps the text behind it; ``blank``: without the blank before it."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        text = before.tail or ""
        before.tail = (text.rstrip(" ") if blank else text) + tail
    else:
        text = parent.text or ""
        parent.text = (text.rstrip(" ") if blank else text) + tail
    parent.remove(element)


def make_footnotes(items: list[tuple[tuple[Block, ...], int]]) -> Footnotes:
    """The block; ``items``: blocks and number of references of each note."""
    return Footnotes(tuple(blocks for blocks, _ in items), tuple(max(count, 1) for _, count in items), 0)
