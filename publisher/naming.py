"""Titles of pages: how long they may be, and which one is free. Anchors of headings."""

import re
from collections.abc import Container, Sequence
from itertools import chain

MAX_TITLE = 255  # reference E.10


def first_free(candidates: Sequence[str], taken: Container[str]) -> str:
    """The first of them that is not taken (case-folded), else the last one with a number."""
    numbered = (f"{candidates[-1]} {number}" for number in range(2, 10_000))
    return next(title for title in chain(candidates, numbered) if title.casefold() not in taken)


def slugify(text: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
