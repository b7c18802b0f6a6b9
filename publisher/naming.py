"""Titles of pages: how long they may be, and which one is free. Anchors of headings. Names, near misses and counts."""

import difflib
import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import chain

MAX_TITLE = 255  # docs/confluence-api.md#titles
BLOCK = "block-"  # before the name that a block has in Obsidian: `^name`
#: Before the address of a link of MyST: its target by a label, in whatever document that is; the title of the target is its text.
LABEL, TITLED = "myst-label:", "myst-title:"


def first_free(candidates: Sequence[str], taken: Container[str]) -> str:
    """The first of them that is not taken (case-folded), else the last one with a number."""
    numbered = (f"{candidates[-1]} {number}" for number in range(2, 10_000))
    return next(title for title in chain(candidates, numbered) if title.casefold() not in taken)


def slugify(text: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def without_number(name: str) -> str:
    """``02-setup`` → ``setup``: a number in front of a file's name is a place among its neighbours."""
    return re.sub(r"^\d{1,3}[-_.]\s*(?=\D)", "", name)


def count_of(number: int, noun: str) -> str:
    """ "1 page", "2 pages", "1,000 pages": the number with its noun, which forms its plural with an s."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


_FEW = 40  # names: so many are all compared
_COMMON = 200  # a part that more names have tells nothing


class NearestNames:
    """Finds the name that is most like one that is not there.

    Comparing is slow. In a large set only names that share rare parts with the wanted one are compared, so that a lookup
    costs the same however many names there are.
    """

    __slots__ = ("_cutoff", "_found", "_names", "_parts")

    def __init__(self, names: Iterable[str], cutoff: float = 0.6) -> None:
        self._names, self._cutoff = list(names), cutoff
        self._parts: dict[str, list[str]] | None = None
        self._found: dict[str, str] = {}

    def find(self, wanted: str) -> str:
        """The nearest name; empty if none is near."""
        if wanted not in self._found:
            self._found[wanted] = _nearest(wanted, self._candidates(wanted), self._cutoff)
        return self._found[wanted]

    def _candidates(self, wanted: str) -> list[str]:
        if len(self._names) <= _FEW:
            return self._names
        if self._parts is None:
            self._parts = {}
            for name in self._names:
                for part in _parts_of(name):
                    self._parts.setdefault(part, []).append(name)
        shared = [self._parts.get(part, ()) for part in _parts_of(wanted[:255])]
        votes = Counter(name for names in shared if len(names) <= _COMMON for name in names)
        return [name for name, _ in votes.most_common(30)]


def _nearest(wanted: str, names: Iterable[str], cutoff: float) -> str:
    """The first of ``difflib.get_close_matches``. A name that cannot be as near as the best one so far is not compared."""
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(wanted)
    best = cutoff, ""
    for name in names:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best = max(best, (matcher.ratio(), name))
    return best[1]


def _parts_of(name: str) -> set[str]:
    """All runs of three characters, ends included."""
    padded = f"^{name[:255]}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def output_name(key: str) -> str:
    """The file below ``--output`` for a page: same tree, ``.xhtml``. The key of a docs root without a document is `/`."""
    return (posixpath.splitext(key)[0] if not key.endswith("/") else key.lstrip("/") + "index") + ".xhtml"
