"""One report of several: of the parts of a collection, and of collections."""

from collections.abc import Sequence

from msgspec.structs import replace

from publisher.model.report import Report


def join_parts(reports: Sequence[Report]) -> Report:
    """One report of the parts of a collection, which one session published: the last one counted all requests."""
    return replace(join_reports(reports), requests=reports[-1].requests, writes=reports[-1].writes)


def join_reports(reports: Sequence[Report]) -> Report:
    """One report of several collections."""
    if len(reports) == 1:
        return reports[0]
    names = dict.fromkeys(name for report in reports for name in report.where.get("collection", "").split(", "))
    return replace(
        reports[0],
        results=tuple(result for report in reports for result in report.results),
        problems=tuple(item for report in reports for item in report.problems),
        requests=sum(report.requests for report in reports),
        writes=sum(report.writes for report in reports),
        seconds=sum(report.seconds for report in reports),
        orphans=tuple(page for report in reports for page in report.orphans),
        removed=tuple(page for report in reports for page in report.removed),
        moves=sum(report.moves for report in reports),
        mails=sum(report.mails for report in reports),
        where={**reports[0].where, "collection": ", ".join(names)},
    )
