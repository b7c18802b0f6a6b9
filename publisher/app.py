"""The one composer and the one gate: settings in, values out. It prints nothing and asks nobody.

Every command that works on documents goes through here: the site is known before anything is converted, each document
is read once, and no page is written while a document has a problem that `fail_on` names. A set that is proved to be unchanged is neither converted nor
planned: what does that is imported when the proof has failed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from publisher.config.load import Config
from publisher.convert.quality import failing
from publisher.convert.sources import read_source
from publisher.errors import DocumentsError, UsageError
from publisher.model.plan import Plan
from publisher.model.problem import Problem
from publisher.model.report import Progress, Report
from publisher.model.settings import Settings
from publisher.model.snapshot import Snapshot
from publisher.model.tree import SourceTree
from publisher.remote.port import Remote
from publisher.report.join import join_parts
from publisher.report.planfile import check_plan, check_plans
from publisher.sync.options import rules_after, rules_of
from publisher.sync.proposal import Proposal, preview
from publisher.sync.snapshot import NoRoot
from publisher.sync.unchanged import plan_unchanged

if TYPE_CHECKING:
    from publisher.checking import Collection
    from publisher.sync.status import Finding, Status


class Site(Struct, frozen=True):
    """An open Confluence, and the settings of one collection as it needs them: with its space and its product."""

    remote: Remote
    settings: Settings


def for_product(settings: Settings, flavor: str) -> Settings:
    """With the product that the address turned out to be, unless the setting `target` names one."""
    return settings.replace(target=flavor) if settings.page.target == "auto" else settings


#: Opens the Confluence of a collection.
Connect = Callable[[Config], AbstractContextManager[Site]]


class Planned(Struct, frozen=True):
    """One collection with its plans, one for each part, and the report of what they would do."""

    config: Config
    report: Report
    proposals: tuple[Proposal, ...] = ()


class Listener(Protocol):
    """What is told on the way. Each method may raise an error of ours to end the run."""

    def on_problems(self, config: Config, problems: Sequence[Problem]) -> None:
        """Problems of documents before, or of a plan or run after it is made."""

    def on_plan(self, site: Site, plan: Plan) -> Progress:
        """Before a plan is applied. What it returns is called with each result."""


class Silent:
    """A listener that says nothing."""

    def on_problems(self, config: Config, problems: Sequence[Problem]) -> None:
        pass

    def on_plan(self, site: Site, plan: Plan) -> Progress:
        return lambda result: None


SILENT: Listener = Silent()


class RunOptions(Struct, frozen=True, kw_only=True):
    """What plan and publish are told besides the settings."""

    since: str = ""
    """A Git range: only documents that changed in it, and what depends on them."""
    reviewed: Mapping[str, Mapping[str, Any]] | None = None
    """A plan that was reviewed: what is applied is that, or nothing."""
    yes: bool = False
    """Somebody has confirmed what needs it: text that a person wrote may be replaced."""
    whole: bool = False
    """Every page is planned, even if a proof says that nothing has changed."""


def plan(
    configs: Sequence[Config], connect: Connect, options: RunOptions, listener: Listener = SILENT
) -> list[Planned]:
    """What a publish would do. It only reads. Problems of documents do not end it: a plan shows them."""
    earlier: list[Plan] = []
    found: list[Planned] = []
    with _opened(configs, connect, options) as (sites, unchanged, source):
        if isinstance(unchanged, Planned):
            listener.on_problems(unchanged.config, unchanged.report.problems)
            return [unchanged]
        from publisher.sync.propose import plan_publish

        made = _collections(configs, sites, options, listener, source)
        unknown = _check_overwrite(made)
        for collection, site in made:
            proposals: list[Proposal] = []
            reports: list[Report] = []
            for conversion, settings in collection.parts():
                rules = rules_after(earlier, settings, collection.selected)
                known = unchanged if not proposals else None
                proposals.append(plan_publish(conversion, site.remote, settings, rules, known))
                earlier.append(proposals[-1].plan)
                _check_gone(unknown, proposals[-1].plan)
                reports.append(preview(proposals[-1].plan, conversion.source, site.remote, settings))
                listener.on_problems(collection.config, reports[-1].problems)
            found.append(_planned(collection, reports, proposals))
    return found


def publish(
    configs: Sequence[Config], connect: Connect, options: RunOptions, listener: Listener = SILENT
) -> list[Planned]:
    """Plans and applies. DocumentsError, before anything is written, if a document has a problem that `fail_on` names."""
    found: list[Planned] = []
    with _opened(configs, connect, options) as (sites, unchanged, source):
        if isinstance(unchanged, Planned):
            listener.on_problems(unchanged.config, unchanged.report.problems)
            _gate(failing(unchanged.report.problems, unchanged.config.get("fail_on")), unchanged.report.problems)
            return [unchanged]
        from publisher.sync.publish import publish as publish_part

        collections = _collections(configs, sites, options, listener, source)
        for collection, _ in collections:
            _gate(collection.fails, collection.problems)
        unknown = _check_overwrite(collections)
        if options.reviewed is not None:
            _check_reviewed(collections, options.reviewed)
        for collection, site in collections:
            reports: list[Report] = []
            for conversion, settings in collection.parts():
                known = unchanged if not reports else None
                rules = rules_of(settings, collection.selected)
                rules = replace(rules, replace_text=rules.replace_text or options.yes)
                begin = _begin(Site(site.remote, settings), options, listener, unknown)
                _, report = publish_part(conversion, site.remote, settings, rules, begin, known=known)
                listener.on_problems(collection.config, report.problems)
                reports.append(report)
            found.append(_planned(collection, reports, ()))
    return found


def status(configs: Sequence[Config], connect: Connect, listener: Listener = SILENT) -> "list[tuple[Finding, ...]]":
    """What people did in Confluence since the last publish, for each part of each collection."""
    from publisher.sync.status import find_changes

    return [tuple(find_changes(read)) for read in read_statuses(configs, connect, listener)]


def read_statuses(configs: Sequence[Config], connect: Connect, listener: Listener = SILENT) -> "list[Status]":
    """What a status is told from, for each part of each collection: hand edits are withheld in its plans."""
    from publisher.sync.status import read_status

    found = []
    with opened(configs, connect, listener) as collections:
        for collection, site in collections:
            for conversion, settings in collection.parts():
                rules = replace(rules_of(settings, collection.selected), on_hand_edit="skip", repair=True)
                found.append(read_status(conversion, site.remote, settings, rules))
    return found


@contextmanager
def opened(
    configs: Sequence[Config], connect: Connect, listener: Listener = SILENT
) -> "Iterator[list[tuple[Collection, Site]]]":
    """The chosen collections with their open sites, for what is done besides publishing."""
    with ExitStack() as stack:
        sites = [(config, stack.enter_context(connect(config))) for config in configs if config.chosen]
        yield _collections(configs, sites, RunOptions(), listener)


@contextmanager
def _opened(
    configs: Sequence[Config], connect: Connect, options: RunOptions
) -> Iterator[tuple[list[tuple[Config, Site]], Planned | Snapshot | NoRoot | None, SourceTree | None]]:
    """The sites of the chosen collections; the report of a set that is proved to be unchanged, or what was read; the documents."""
    with ExitStack() as stack:
        sites = [(config, stack.enter_context(connect(config))) for config in configs if config.chosen]
        alone = len(configs) == 1 and not (options.since or options.reviewed or options.whole)
        if not alone or _asks_for_more(*sites[0]):
            yield sites, None, None
            return
        source = read_source(sites[0][1].settings)  # each document is read once
        yield sites, _try_unchanged(*sites[0], source), source


def _asks_for_more(config: Config, site: Site) -> bool:
    """Whether something is to be done to pages whose documents are the same."""
    return bool(config.selected or site.settings.sync.overwrite or site.settings.sync.repair)


def _try_unchanged(config: Config, site: Site, source: SourceTree) -> Planned | Snapshot | NoRoot | None:
    settings = site.settings
    found = plan_unchanged(source, site.remote, settings)
    if not isinstance(found, tuple):
        return found
    proposal, problems = found
    report = replace(preview(proposal.plan, source, site.remote, settings), problems=problems)
    return Planned(config, report, (proposal,))


def _collections(
    configs: Sequence[Config],
    sites: Sequence[tuple[Config, Site]],
    options: RunOptions,
    listener: Listener,
    source: SourceTree | None = None,
) -> "list[tuple[Collection, Site]]":
    """``source``: the documents of the only site, if they were read."""
    from publisher.checking import check_paths, convert_chosen

    made = convert_chosen(configs, [(config, site.settings, source) for config, site in sites], options.since)
    check_paths(made)
    for collection in made:
        listener.on_problems(collection.config, collection.problems)
    return [(collection, site) for collection, (_, site) in zip(made, sites, strict=True)]


def _gate(fails: bool, problems: Sequence[Problem]) -> None:
    if fails:
        raise DocumentsError("problems in the documents: nothing was written", tuple(problems))


def _check_reviewed(
    collections: "Sequence[tuple[Collection, Site]]", reviewed: Mapping[str, Mapping[str, Any]]
) -> None:
    """Before the first page of any collection is written: what was reviewed is applied whole, or not at all."""
    from publisher.sync.propose import plan_publish

    plans: list[Plan] = []
    for collection, site in collections:
        for conversion, settings in collection.parts():
            rules = rules_after(plans, settings, collection.selected)
            plans.append(plan_publish(conversion, site.remote, settings, rules).plan)
    check_plans(plans, reviewed)


def _check_overwrite(collections: "Sequence[tuple[Collection, Site]]") -> tuple[str, ...]:
    """The globs of ``overwrite`` that match no document: they may mean one that is gone. UsageError where that cannot be."""
    unknown: list[str] = []
    globs = [collection.settings.sync.overwrite for collection, _ in collections]
    for number, glob in enumerate(globs[0] if globs else ()):
        pairs = (
            (each[number], collection.conversion.source.documents)
            for each, (collection, _) in zip(globs, collections, strict=True)
        )
        if not any(fnmatch(file.key, pattern) for pattern, files in pairs for file in files):
            unknown.append(glob)
    several = len(collections) > 1 or any(len(collection.parts()) > 1 for collection, _ in collections)
    if unknown and several:
        raise UsageError(
            f"--overwrite {unknown[0]}: no document matches; for one that is gone, name its collection alone"
        )
    return tuple(unknown)


def _check_gone(globs: Sequence[str], plan: Plan) -> None:
    """UsageError for a glob that matches neither a document nor a page whose document is gone."""
    gone = [page.stamp.path for page in (*plan.orphans, *(removal.page for removal in plan.removals)) if page.stamp]
    for glob in globs:
        if not any(fnmatch(path, glob) for path in gone):
            raise UsageError(f"--overwrite {glob}: there is no such document, and no page of one")


def _begin(
    site: Site, options: RunOptions, listener: Listener, unknown: Sequence[str] = ()
) -> Callable[[Plan], Progress]:
    def begin(plan: Plan) -> Progress:
        _check_gone(unknown, plan)
        if options.reviewed is not None:
            check_plan(plan, options.reviewed)
        return listener.on_plan(site, plan)

    return begin


def _planned(collection: "Collection", reports: Sequence[Report], proposals: Sequence[Proposal]) -> Planned:
    report = join_parts(reports)
    report = replace(report, problems=(*collection.problems, *report.problems))
    return Planned(collection.config, report, tuple(proposals))
