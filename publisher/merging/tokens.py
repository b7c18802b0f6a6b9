"""Words of a text, and an edit of one text carried over to another that says the same in other lines.

Nothing here knows Markdown: words, blanks and signs are compared. Whoever calls looks whether the result reads as it should.
"""

import re
from collections import Counter
from difflib import SequenceMatcher

from msgspec import Struct

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_PREFIX = re.compile(r"\n[ \t>]*")


class NotFound(Exception):
    """The place of an edit cannot be told in the other text."""


class Token(Struct, frozen=True):
    """A word, a sign, or the blanks between; ``start`` and ``end``: where it stands in its text."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What makes two tokens the same although lines end elsewhere: blanks are alike but for an empty line."""
        if not self.text.isspace():
            return self.text
        return "\n\n" if len(re.findall(r"\n", self.text)) > 1 else " "


def tokenise(text: str) -> list[Token]:
    """The tokens of a text, which make it up without a gap. The signs of quotes at a line's start are blanks."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _PREFIX.match(text, position) if text[position] == "\n" else _TOKEN.match(text, position)
        end = match.end() if match else position + 1
        joined = bool(found) and found[-1].text.isspace() and text[position] == "\n"
        start = found.pop().start if joined else position
        found.append(Token(text[start:end], start, end))
        position = end
    return found


class Change(Struct, frozen=True):
    """``base[start:end]`` becomes ``text``; places are numbers of tokens."""

    start: int
    end: int
    text: str


def changes_between(base: list[Token], other: list[Token]) -> list[Change]:
    """What turns the first text into the second, token by token and to the letter."""
    old, new = [token.text for token in base], [token.text for token in other]
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found: list[Change] = []
    least = 0  # the change before ends here
    for kind, i1, i2, j1, j2 in codes:
        if kind == "equal":
            continue
        if kind == "insert":
            back = _slide(new[j1:j2], old[least:i1])
            i1, i2, j1, j2 = i1 - back, i2 - back, j1 - back, j2 - back
        elif kind == "delete":
            back = _slide(old[i1:i2], old[least:i1])
            i1, i2 = i1 - back, i2 - back
        found.append(Change(i1, i2, "".join(new[j1:j2])))
        least = i2
    return found


def _slide(piece: list[str], before: list[str]) -> int:
    """How far a piece of several lines that comes or goes is moved back, so that it is whole lines; 0 if it cannot be.

    ``before``: the tokens that it may be moved over.
    """
    if "\n" in piece[0] or not any("\n" in text for text in piece):
        return 0
    for back in range(1, len(before) + 1):
        if back > len(piece) or before[-back] != piece[-back]:
            return 0
        if "\n" in before[-back]:
            return back
    return 0


class Carried(Struct, frozen=True):
    """An edit of a text: ``text[start:end]`` becomes ``new``."""

    start: int
    end: int
    new: str


def carry_over(source: str, base: str, other: str, protected: re.Pattern[str]) -> list[Carried]:
    """The edits of ``source`` that do what turns ``base`` into ``other``. NotFound if one has no clear place.

    ``source`` says the same as ``base``, in other lines and with other signs perhaps. ``protected``: what must not be
    replaced.
    """
    mine, old = tokenise(source), tokenise(base)
    places = _places(old, mine)
    edits = []
    for change in changes_between(old, tokenise(other)):
        edit = _carry(change, old, mine, places)
        said = "".join(token.text for token in old[change.start : change.end])
        if hides(source[edit.start : edit.end], said, protected):
            raise NotFound
        edits.append(edit)
    return edits


def hides(text: str, said: str, protected: re.Pattern[str]) -> bool:
    """Whether a text has signs of what is no text, besides those that what it says has as well: in code they are text."""
    found = protected.findall(text)
    return bool(found) and bool(Counter(found) - Counter(protected.findall(said)))


def _places(old: list[Token], mine: list[Token]) -> dict[int, int]:
    """Token of the base → the token of the source that it is. Words and signs are found first, then the blanks between."""
    left = [number for number, token in enumerate(old) if not token.text.isspace()]
    right = [number for number, token in enumerate(mine) if not token.text.isspace()]
    matcher = SequenceMatcher(None, [old[n].text for n in left], [mine[n].text for n in right], autojunk=False)
    found = {
        left[block.a + offset]: right[block.b + offset]
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }
    for number, token in enumerate(old):
        before, behind = found.get(number - 1), found.get(number + 1)
        if token.text.isspace() and before is not None and behind == before + 2 and token.key == mine[before + 1].key:
            found[number] = before + 1
    return found


def _carry(change: Change, old: list[Token], mine: list[Token], places: dict[int, int]) -> Carried:
    inner = [places.get(number) for number in range(change.start, change.end)]
    known = [number for number in inner if number is not None]
    if inner and len(known) == len(inner) and known == list(range(known[0], known[0] + len(known))):
        return Carried(mine[known[0]].start, mine[known[-1]].end, change.text)
    before, behind = places.get(change.start - 1), places.get(change.end)
    if not inner:  # something is put in
        if before is not None:
            return Carried(mine[before].end, mine[before].end, change.text)
        if behind is not None:
            return Carried(mine[behind].start, mine[behind].start, change.text)
        if not change.start:
            return Carried(0, 0, change.text)
        following = old[change.start].text if change.start < len(old) else "\0"
        if change.text.startswith(following) and following.isspace():  # the blank behind it will do as well
            slid = Change(change.start + 1, change.start + 1, change.text[len(following) :] + following)
            return _carry(slid, old, mine, places)
        place = _line_end(change.start, old, mine, places)
        return Carried(place, place, change.text)
    start = mine[before].end if before is not None else 0 if not change.start else None
    at_end = change.end == len(old)
    end = mine[behind].start if behind is not None else mine[-1].end if at_end and mine else None
    if start is None or end is None or start > end:
        raise NotFound
    return Carried(start, end, change.text)


def _line_end(at: int, old: list[Token], mine: list[Token], places: dict[int, int]) -> int:
    """Where the line ends that says what stands before token ``at`` of the base, if it is said in other words there.

    A link whose address is given further down is such a place.
    """
    first = at - 1
    while first >= 0 and first not in places:
        if "\n" in old[first].text:
            raise NotFound
        first -= 1
    if first < 0:
        raise NotFound
    for token in mine[places[first] + 1 :]:
        if "\n" in token.text:
            return token.start
    return mine[-1].end


def apply_edits(source: str, edits: list[Carried]) -> str:
    """The text with the edits. NotFound if two of them overlap."""
    parts, position = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise NotFound
        parts += [source[position : edit.start], edit.new]
        position = edit.end
    return "".join([*parts, source[position:]])


def without_shared(base: str, mine: str, other: str) -> str:
    """``other`` without the changes of ``base`` that ``mine`` has as well."""
    old = tokenise(base)
    shared = set(changes_between(old, tokenise(mine)))
    parts, position = list[str](), 0
    for change in changes_between(old, tokenise(other)):
        if change not in shared:
            parts += [token.text for token in old[position : change.start]]
            parts.append(change.text)
            position = change.end
    return "".join([*parts, *(token.text for token in old[position:])])


def touched_units(base: str, other: str) -> set[tuple[int, int]]:
    """The smallest units of ``base`` that differ in ``other``: (line, cell of a table from 0).

    The text has a paragraph, an item or a row in each line, so that a line is such a unit.
    """
    old = tokenise(base)
    units = _units(base, old)
    found: set[tuple[int, int]] = set()
    for change in changes_between(old, tokenise(other)):
        touched = range(change.start, change.end) if change.end > change.start else [change.start - 1]
        found |= {units[number] for number in touched if 0 <= number < len(units) and not old[number].text.isspace()}
    return found


def _units(base: str, tokens: list[Token]) -> list[tuple[int, int]]:
    found = []
    line, cell = 0, 0
    for token in tokens:
        found.append((line, cell))
        if "\n" in token.text:
            line, cell = line + token.text.count("\n"), 0
        elif token.text == "|" and base[token.start - 1 : token.start] != "\\":
            cell += 1
    return found
