"""Labels that people added to pages of ours."""

from collections.abc import Iterator, Mapping

from publisher.apply.schedule import run_all
from publisher.errors import Forbidden, ScopeMissing
from publisher.model.plan import PageAction, Plan
from publisher.planning.removals import LIVING
from publisher.remote.port import Remote


def read_all_labels(remote: Remote, plan: Plan) -> dict[str, frozenset[str]]:
    """The labels of every page that the plan names and that is there, by id: of those that the search index has.

    A login that may not search asks for each page by itself.
    """
    pages = (action.remote for action in plan.actions)
    refs = [page.ref for page in pages if page and page.stamp and page.status in LIVING]
    try:
        return remote.details.find_labels(refs)
    except (ScopeMissing, Forbidden):
        found = run_all(refs, remote.jobs, remote.details.read_labels)
        return {ref.id: labels for ref, labels in zip(refs, found, strict=True)}


def find_added(plan: Plan, labels: Mapping[str, frozenset[str]]) -> Iterator[tuple[PageAction, tuple[str, ...]]]:
    """The pages with labels that are neither in the document nor ours."""
    for action in plan.actions:
        page = action.remote
        if page is None or page.stamp is None or page.id not in labels:
            continue
        added = labels[page.id] - {*action.page.labels, *page.stamp.labels}
        if added:
            yield action, tuple(sorted(added))
