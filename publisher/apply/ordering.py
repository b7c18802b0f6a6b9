"""Bring siblings into the wanted order, with the fewest moves."""

from collections.abc import Sequence
from typing import Literal

from publisher.apply.context import Context
from publisher.model.plan import Reorder
from publisher.model.snapshot import ContentRef, RemotePage
from publisher.planning.order import plan_moves, tree_order

Move = tuple[ContentRef, Literal["before", "after"], str]


def may_move(context: Context, reorder: Reorder) -> bool:
    """Whether pages of the branch are moved, as far as this run knows without asking."""
    return not _is_whole(context, reorder) or bool(_plan(context, reorder, _pages(context, reorder)))


def reorder_branch(context: Context, reorder: Reorder) -> int:
    """The number of moves that were made, one after the other."""
    pages = _pages(context, reorder)
    if not _is_whole(context, reorder):
        pages = _read_back(context, pages)
    moves = _plan(context, reorder, pages)
    for page, where, sibling in moves:
        context.remote.move_page(page, where, sibling)
    return len(moves)


def _pages(context: Context, reorder: Reorder) -> list[RemotePage]:
    return [context.done[key] for key in reorder.wanted if key in context.done]


def _plan(context: Context, reorder: Reorder, pages: Sequence[RemotePage]) -> list[Move]:
    parent = context.done[reorder.parent].id if reorder.parent in context.done else ""
    here = {page.id: page for page in pages if page.parent == parent}
    present = [page.id for page in tree_order(here.values())]
    moves = plan_moves(present, list(here)) if len(here) > 1 else []
    return [(here[page].ref, where, sibling) for page, where, sibling in moves]


def _is_whole(context: Context, reorder: Reorder) -> bool:
    """Whether this run made all of these pages, and nobody had moved one before: then their titles give their order.

    In a branch that somebody has put in order, a new page gets a place that only Confluence knows.
    """
    made = {action.page.key for action in context.plan.actions if action.remote is None}
    pages = _pages(context, reorder)
    return {reorder.parent, *reorder.wanted} <= made and all(page.position is None for page in pages)


def _read_back(context: Context, pages: Sequence[RemotePage]) -> list[RemotePage]:
    """Positions as they are now: the order of creation proves nothing."""
    found = {page.id: page for page in context.remote.read_pages(context.plan.space_id, [page.ref for page in pages])}
    return [found[page.id] for page in pages if page.id in found]
