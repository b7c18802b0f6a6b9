"""Follow the files: after each save, convert and publish what has changed."""

from collections.abc import Callable

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.apply.run import apply_updates
from publisher.convert.cache import ConversionCache
from publisher.convert.collections import convert_collections
from publisher.convert.compose import Conversion
from publisher.convert.parts import split_places
from publisher.convert.quality import failing
from publisher.errors import DocumentsError
from publisher.model.plan import Plan
from publisher.model.report import Progress, Report
from publisher.model.settings import Settings
from publisher.model.snapshot import Snapshot
from publisher.remote.port import Remote
from publisher.sync.messages import VersionMessages
from publisher.sync.options import apply_options, rules_of, target_of
from publisher.sync.proposal import Proposal, preview
from publisher.sync.propose import plan_known
from publisher.sync.publish import publish
from publisher.sync.saved import plan_saved
from publisher.sync.snapshot import read_snapshot


class Follower(Struct):
    """One docs root and its pages. ``follow`` does what a save asks for, and no more."""

    remote: Remote
    settings: Settings
    cache: ConversionCache = field(default_factory=ConversionCache)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    siblings: tuple[Settings, ...] = ()
    progress: Callable[[Plan], Progress] = lambda plan: lambda result: None
    pending: frozenset[str] | None = None
    """Keys of the pages that may differ from what Confluence holds; None: any may."""

    def convert(self) -> Conversion:
        made = convert_collections([(self.settings, None)], self.siblings, [self.cache])[0]
        known = self.pending is not None and made.changed is not None
        self.pending = (self.pending or frozenset()) | (made.changed or frozenset()) if known else None
        return made

    def follow(self, conversion: Conversion) -> list[Report]:
        """A report for each part that had something to do. Raises what ``publish`` raises, DocumentsError included."""
        if failing(conversion.problems, self.settings.quality.fail_on):
            raise DocumentsError("problems in the documents: nothing was written", conversion.problems)
        parts = split_places(conversion, self.settings)
        if len(parts) > 1:
            self.pending = None
        found = [report for part, place in parts if (report := self._follow_part(part, place)) is not None]
        self.pending = self.pending if len(parts) == 1 else None
        return found

    def _note(self, plan: Plan, report: Report | None = None) -> None:
        """A later save has to look again at pages that were held back; at everything, after an error."""
        if report is not None and any(result.error for result in report.results):
            self.pending = None
            return
        held = (a for a in plan.actions if a.kind == "withheld" or a.hand_edited or a.moved_away)
        self.pending = frozenset(action.page.key for action in held)

    def _plan(self, part: Conversion, place: Settings, known: Snapshot) -> Proposal | None:
        rules = rules_of(place, None)
        saved = plan_saved(part, self.remote, place, rules, (known, self.pending)) if self.pending else None
        return saved or plan_known(part, self.remote, place, rules, known)

    def _follow_part(self, part: Conversion, place: Settings) -> Report | None:
        """Updates of pages that are there need no lease and no reading of the others; for all else Confluence is read."""
        name, rules = f"{place.sync.collection}{place.sync.edition}", rules_of(place, None)
        if self.pending == frozenset() and name in self.snapshots:
            return None
        known = self.snapshots.pop(name, None)  # if anything goes wrong, it is read again
        proposal = self._plan(part, place, known) if known else None
        if proposal is not None and not proposal.plan.writes:
            self.snapshots[name] = proposal.snapshot
            self._note(proposal.plan)
            withheld = any(action.kind == "withheld" for action in proposal.plan.actions)
            return preview(proposal.plan, part.source, self.remote, place) if withheld else None
        if proposal is not None:
            options = apply_options(place, proposal.read_at, VersionMessages(place))
            report = apply_updates(proposal.plan, proposal.snapshot, self.remote, options)
            if report.after and not any(result.error for result in report.results):
                self.snapshots[name] = report.after
                self._note(proposal.plan, report)
                return replace(report, problems=(*proposal.plan.problems, *report.problems))
        plan, report = publish(part, self.remote, place, rules, self.progress)
        self._note(plan, report)
        self.snapshots[name] = read_snapshot(self.remote, target_of(part, place), complete=False)
        return report
