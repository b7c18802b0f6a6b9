"""The order of siblings: as Confluence shows them, and the fewest moves that bring them into the wanted one. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal

from publisher.model.snapshot import RemotePage


def tree_order(pages: Iterable[RemotePage]) -> list[RemotePage]:
    """Siblings as Confluence shows them: by position, and by title while nobody has moved one (docs/confluence-api.md#order)."""
    return sorted(pages, key=lambda page: (page.position is None, page.position or 0, page.title.casefold()))


def longest_run(numbers: Sequence[int]) -> set[int]:
    """Indices of a longest strictly increasing subsequence."""
    tails: list[int] = []  # index of the smallest end of a run of each length
    values: list[int] = []
    before = [-1] * len(numbers)
    for index, number in enumerate(numbers):
        at = bisect_left(values, number)
        before[index] = tails[at - 1] if at else -1
        tails[at : at + 1] = [index]
        values[at : at + 1] = [number]
    found: set[int] = set()
    index = tails[-1] if tails else -1
    while index >= 0:
        found.add(index)
        index = before[index]
    return found


def plan_moves(present: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, Literal["before", "after"], str]]:
    """[(page, "before" or "after", sibling)]: at most len(wanted) - longest increasing run.

    ``present`` may hold foreign siblings, which keep their place; both hold every page of ``wanted``.
    """
    place = {page: index for index, page in enumerate(present)}
    run = longest_run([place[page] for page in wanted])
    fixed = {wanted[index] for index in run}
    moves: list[tuple[str, Literal["before", "after"], str]] = []
    for index, page in enumerate(wanted):
        if page in fixed:
            continue
        if index:
            moves.append((page, "after", wanted[index - 1]))
        else:
            following = next(other for other in wanted[1:] if other in fixed)
            moves.append((page, "before", following))
    return moves
