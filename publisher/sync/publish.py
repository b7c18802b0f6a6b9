"""Compose the online half: snapshot → plan → apply. The counterpart of ``pipeline.convert``."""

from collections.abc import Callable

from msgspec.structs import replace

from publisher.apply.options import StalePlan
from publisher.apply.run import apply_plan
from publisher.convert.compose import Conversion
from publisher.convert.unchanged import digest_inputs, find_outside
from publisher.errors import PlanRefused
from publisher.model.plan import Plan
from publisher.model.report import Progress, Report
from publisher.model.settings import Settings
from publisher.model.snapshot import Snapshot
from publisher.planning.people import check_texts
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.messages import VersionMessages
from publisher.sync.options import apply_options, count_mails
from publisher.sync.propose import plan_publish
from publisher.sync.snapshot import NoRoot

_ROUNDS = 5  # how often a run begins anew because another one was faster


def publish(
    conversion: Conversion,
    remote: Remote,
    settings: Settings,
    rules: Rules,
    progress: Callable[[Plan], Progress],
    *,
    known: Snapshot | NoRoot | None = None,
) -> tuple[Plan, Report]:
    """Plans and applies. Begins anew where another run was faster, or where a title is held by a page that cannot be seen."""
    earlier: Report | None = None
    messages = VersionMessages(settings)
    for _ in range(_ROUNDS):
        proposal = plan_publish(conversion, remote, settings, rules, known)
        plan, known = proposal.plan, None
        check_texts(plan, rules)
        whole = rules.selected is None and not conversion.part
        outside = find_outside(conversion, settings.docs) if whole else None
        inputs = "" if outside is None else digest_inputs(conversion.source, settings, outside)
        options = apply_options(settings, proposal.read_at, messages)
        options = replace(options, inputs=inputs, problems=conversion.problems)
        try:
            report = apply_plan(plan, proposal.snapshot, remote, options, progress(plan))
        except StalePlan:
            continue
        report = _merge(earlier, report)
        taken = frozenset(result.action.page.title.casefold() for result in report.results if result.title_taken)
        if not taken - rules.taken or rules.on_title_taken == "fail":
            problems = (*plan.problems, *report.problems, *messages.problems())
            mails = count_mails(plan, settings)
            return plan, replace(report, problems=problems, commit=conversion.source.repository.commit, mails=mails)
        earlier = report
        rules = replace(rules, taken=rules.taken | taken)
    raise PlanRefused("other runs changed this collection again and again; try later")


def _merge(earlier: Report | None, report: Report) -> Report:
    """One report of two rounds: what the first one did, and what the second did to the rest."""
    if earlier is None:
        return report
    done = {result.action.page.key: result for result in earlier.results if not result.error}
    results = tuple(
        done.get(result.action.page.key, result) if result.action.idle else result for result in report.results
    )
    return replace(
        report,
        results=results,
        problems=(*earlier.problems, *report.problems),
        removed=(*earlier.removed, *report.removed),
        moves=earlier.moves + report.moves,
    )
