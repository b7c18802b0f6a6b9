"""What every command that works on a collection does first: documents, problems, and the Confluence to work with."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from publisher.cli.connection import logging_to, session_of
from publisher.cli.documents import select_pages, selected_problems, show_problems
from publisher.cli.shared import Output
from publisher.config.load import Config, load_all
from publisher.confluence.client import Client
from publisher.confluence.credentials import Login, no_token
from publisher.convert.collections import convert_together
from publisher.convert.compose import Conversion
from publisher.convert.parts import split_places
from publisher.convert.quality import failing
from publisher.convert.unchanged import is_large
from publisher.errors import DocumentsError, UsageError
from publisher.model.problem import Problem
from publisher.model.report import Report
from publisher.model.settings import Settings
from publisher.model.snapshot import Snapshot
from publisher.model.tree import SourceTree
from publisher.remote.cloud import CloudRemote
from publisher.remote.datacenter import DataCenterRemote
from publisher.remote.port import Remote
from publisher.storage import digest
from publisher.sync.publish import preview
from publisher.sync.unchanged import plan_unchanged


def state_file(config: Config | None, given: str) -> Path:
    """Where the sandbox keeps its state: the user's data folder, unless told otherwise."""
    if given:
        return Path(given)
    base = Path(os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folder = base / "publisher"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "sandbox.sqlite"


def sandbox_space(docs: Path) -> tuple[str, str]:
    """(key, name) of the space that belongs to a docs root, so that two projects do not meet."""
    return "S" + digest(str(docs.resolve()))[:8].upper(), docs.resolve().name


@contextmanager
def opened(config: Config, output: Output, *, sandbox: bool) -> Iterator[tuple[Remote, Settings]]:
    """The Confluence to publish into, and the settings with its space."""
    settings = config.settings()
    if not sandbox:
        _check_space(config)
        with session_of(config, verbose=output.verbose, jobs=settings.sync.jobs) as session:
            make = DataCenterRemote if session.flavor == "datacenter" else CloudRemote
            yield make(session.client, session.site, settings.sync.jobs), settings
        return
    from publisher.sandbox.app import DEFAULT_PORT, running

    with (
        running(state_file(config, config.get("sandbox_state"))) as (address, store),
        logging_to(config, verbose=output.verbose) as log,
    ):
        key, name = sandbox_space(config.docs)
        store.create_space(key, name)
        client = Client(address + "/wiki", Login("sandbox", "sandbox"), jobs=settings.sync.jobs, log=log)
        try:
            site = f"http://localhost:{DEFAULT_PORT}/wiki"
            # A parent from publisher.yml or the environment belongs to the real site.
            parent = settings.sync.parent if config.values["parent"].origin.startswith("flag") else ""
            yield CloudRemote(client, site, settings.sync.jobs), settings.replace(space=key, parent=parent)
        finally:
            client.close()


def _check_space(config: Config) -> None:
    """UsageError that names everything that is missing."""
    missing = []
    if not config.get("url") and not config.get("gateway"):
        missing.append("no address: set CONFLUENCE_URL (or --url), or try it without an account with --sandbox")
    if not config.get("space"):
        missing.append("no space: set CONFLUENCE_SPACE, --space or `space` in publisher.yml")
    if missing:
        if not any(config.get(name) for name in ("token", "token_file", "client_id", "gateway")):
            missing.append(no_token())
        raise UsageError("\n".join(missing))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every command does before it looks at Confluence. ``selected``: keys of the pages that are asked for; None: all."""

    config: Config
    conversion: Conversion
    problems: tuple[Problem, ...]
    selected: frozenset[str] | None

    def with_problems(self, report: Report) -> Report:
        """The report with the problems of the documents before its own."""
        return replace(report, problems=(*self.problems, *report.problems))


def prepare(
    paths: tuple[Path, ...], flags: Mapping[str, Any], since: str = "", *, any_name: bool = False, sandbox: bool = False
) -> list[Prepared]:
    """Settings and documents of every chosen collection; shows the problems of these. ``since``: a Git range."""
    configs = [replace(config, sandbox=sandbox) for config in load_all(paths, flags, any_name=any_name)]
    conversions = convert_together([config.settings() for config in configs])
    return [
        prepare_one(config, made, since) for config, made in zip(configs, conversions, strict=True) if config.chosen
    ]


def prepare_one(config: Config, conversion: Conversion, since: str = "") -> Prepared:
    selected = select_pages(config, conversion, since)
    prepared = Prepared(config, conversion, tuple(selected_problems(conversion, config, selected)), selected)
    show_problems(prepared.problems, config, err=True)
    return prepared


def each_part(
    runs: Iterable[Prepared], output: Output, *, sandbox: bool
) -> Iterator[tuple[Prepared, Conversion, Remote, Settings]]:
    """Every part of every collection, with the Confluence that it is published in."""
    for run in runs:
        with opened(run.config, output, sandbox=sandbox) as (remote, settings):
            for conversion, place in split_places(run.conversion, settings):
                yield run, conversion, remote, place


def check_documents(problems: Iterable[Problem], config: Config) -> None:
    if failing(problems, config.get("fail_on")):
        raise DocumentsError("problems in the documents: nothing was written")


def try_unchanged(config: Config, source: SourceTree, remote: Remote, settings: Settings) -> Report | Snapshot | None:
    """The report of a set that is proved to be unchanged, else what was read of Confluence on the way."""
    if not is_large(source) or config.selected or settings.sync.overwrite:
        return None
    found = plan_unchanged(source, remote, settings)
    if not isinstance(found, tuple):
        return found
    proposal, problems = found
    show_problems(problems, config, err=True)
    return replace(preview(proposal.plan, remote, settings), problems=problems)
