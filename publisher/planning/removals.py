"""Which orphans are removed, in which order. Pure."""

from publisher.model.plan import Removal
from publisher.model.snapshot import RemotePage
from publisher.planning.match import Matches
from publisher.planning.rules import Rules

#: Statuses of pages that can be written.
LIVING = ("current", "draft")


def plan_removals(matches: Matches, rules: Rules) -> tuple[Removal, ...]:
    """Orphans, leaves first."""
    if rules.prune == "off":
        return ()
    how = "archive" if rules.prune == "archive" else "trash"
    living = {page.id: page for page in matches.left if page.status in LIVING}

    def depth(page: RemotePage) -> int:
        count, parent = 0, page.parent
        while parent in living:
            count, parent = count + 1, living[parent].parent
        return count

    ordered = sorted(living.values(), key=lambda page: (-depth(page), page.id))
    return tuple(Removal(page, "archive" if how == "archive" else "trash") for page in ordered)
