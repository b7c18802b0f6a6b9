"""Bring siblings into the wanted order, with the fewest moves."""

from collections.abc import Sequence

from publisher.apply.context import Context
from publisher.model.plan import Reorder
from publisher.model.snapshot import RemotePage
from publisher.planning.order import plan_moves, tree_order


def reorder_branch(context: Context, reorder: Reorder) -> int:
    """The number of moves that were made, one after the other."""
    wanted = [context.done[key] for key in reorder.wanted if key in context.done]
    parent = context.done[reorder.parent].id if reorder.parent in context.done else ""
    if not _is_whole(context, reorder):
        wanted = _read_back(context, wanted)
    here = [page for page in wanted if page.parent == parent]
    present = [page.id for page in tree_order(here)]
    moves = plan_moves(present, [page.id for page in here]) if len(here) > 1 else []
    refs = {page.id: page.ref for page in here}
    for page, where, sibling in moves:
        context.remote.move_page(refs[page], "before" if where == "before" else "after", sibling)
    return len(moves)


def _is_whole(context: Context, reorder: Reorder) -> bool:
    """Whether this run made all of these pages, and nobody had moved one before: then their titles give their order.

    In a branch that somebody has put in order, a new page gets a place that only Confluence knows.
    """
    made = {action.page.key for action in context.plan.actions if action.remote is None}
    pages = [context.done[key] for key in reorder.wanted if key in context.done]
    return {reorder.parent, *reorder.wanted} <= made and all(page.position is None for page in pages)


def _read_back(context: Context, pages: Sequence[RemotePage]) -> list[RemotePage]:
    """Positions as they are now: the order of creation proves nothing."""
    found = {page.id: page for page in context.remote.read_pages(context.plan.space_id, [page.ref for page in pages])}
    return [found[page.id] for page in pages if page.id in found]
