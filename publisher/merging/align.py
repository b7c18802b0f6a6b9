"""Which block of one version is which block of another: the same, a changed one, a new one, none."""

import re
from difflib import SequenceMatcher

from msgspec import Struct
from msgspec.structs import astuple

from publisher.model.document import Block, Footnotes
from publisher.model.normal import normal_block

#: Two blocks that share less than this part of their words are not one that was changed.
ALIKE = 0.34
#: So many pairs of changed blocks are compared; beyond that, all of them are new.
_MOST_PAIRS = 10_000


class Pair(Struct, frozen=True):
    """``old`` and ``new``: places in the two versions; None: there is none."""

    old: int | None
    new: int | None


def align_blocks(old: tuple[Block, ...], new: tuple[Block, ...]) -> list[Pair]:
    """The blocks of both versions in order, each once. What is the same is found first, then what is alike."""
    left, right = [repr(normal_block(b)) for b in old], [repr(normal_block(b)) for b in new]
    pairs: list[Pair] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += [Pair(i1 + offset, j1 + offset) for offset in range(i2 - i1)]
            continue
        notes_old = next((i for i in range(i1, i2) if isinstance(old[i], Footnotes)), i2)  # they are the last
        notes_new = next((j for j in range(j1, j2) if isinstance(new[j], Footnotes)), j2)
        pairs += _pair_alike(old, new, range(i1, notes_old), range(j1, notes_new))
        pairs += _pair_alike(old, new, range(notes_old, i2), range(notes_new, j2))
    return pairs


def _pair_alike(old: tuple[Block, ...], new: tuple[Block, ...], rows: range, columns: range) -> list[Pair]:
    """The pairs that have the most words in common, in order; what has none stands before what follows it."""
    if len(rows) * len(columns) > _MOST_PAIRS:
        return [*(Pair(row, None) for row in rows), *(Pair(None, column) for column in columns)]
    if rows and len(rows) == len(columns) and isinstance(old[rows[0]], Footnotes):
        return [Pair(row, column) for row, column in zip(rows, columns, strict=True)]  # they are numbered
    if len(rows) == len(columns) == 1 and type(old[rows[0]]) is type(new[columns[0]]):
        return [Pair(rows[0], columns[0])]  # one block of the kind in the place of another
    scores = [[likeness(old[row], new[column]) for column in columns] for row in rows]
    best = [[0.0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    for i in reversed(range(len(rows))):
        for j in reversed(range(len(columns))):
            both = best[i + 1][j + 1] + scores[i][j] if scores[i][j] >= ALIKE else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    pairs, i, j = list[Pair](), 0, 0
    while i < len(rows) or j < len(columns):
        inside = i < len(rows) and j < len(columns)
        if inside and scores[i][j] >= ALIKE and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            pairs.append(Pair(rows[i], columns[j]))
            i, j = i + 1, j + 1
        elif i < len(rows) and (j == len(columns) or best[i][j] == best[i + 1][j]):
            pairs.append(Pair(rows[i], None))
            i += 1
        else:
            pairs.append(Pair(None, columns[j]))
            j += 1
    return pairs


def likeness(one: Block, other: Block) -> float:
    """The part of their words that two blocks of a kind share, from 0 to 1."""
    if type(one) is not type(other):
        return 0.0
    left, right = words_of(normal_block(one)), words_of(normal_block(other))
    if not left and not right:
        return 1.0
    ratio = SequenceMatcher(None, left, right, autojunk=False).ratio()
    return max(ratio, 0.5) if len(left) == len(right) == 1 else ratio


def words_of(value: object) -> list[str]:
    """The words of all strings that a value holds."""
    if isinstance(value, str):
        return re.findall(r"\w+", value.casefold())
    if isinstance(value, tuple):
        return [word for part in value for word in words_of(part)]
    if isinstance(value, Struct):
        return [word for part in astuple(value) for word in words_of(part)]
    return []
