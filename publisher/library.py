"""Publisher as a library: check, plan, publish and status of one docs folder, and a client of Confluence.

Settings are keywords with the keys of publisher.yml. The environment and a publisher.yml at or above the folder count as
they do on the command line; a keyword beats both. Nothing is printed, and nobody is asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

import publisher.app as app
import publisher.checking as checking
from publisher.app import Planned, RunOptions, Site
from publisher.checking import Collection
from publisher.config.connection import connection_settings, retry_policy
from publisher.config.keywords import SettingKeywords
from publisher.config.load import Config, load_all, load_config
from publisher.errors import UsageError
from publisher.model.report import Report
from publisher.sync.status import Finding

if TYPE_CHECKING:
    from publisher.confluence.operations.client import Confluence


def check(docs: str | Path, **settings: Unpack[SettingKeywords]) -> Collection:
    """Convert the documents below ``docs`` without a network.

    ``problems`` of the result are all that was found, with path and line; ``conversion.rendered.pages`` are the pages in
    storage format by key. UsageError if there is no document, or if the settings are wrong.
    """
    return checking.check(_configs(docs, settings))[0]


def plan(docs: str | Path, **settings: Unpack[SettingKeywords]) -> Planned:
    """What ``publish`` would do. It reads from Confluence and writes nothing.

    ``report.results`` of the result has one entry for each page, with its action and reasons.
    """
    return app.plan(_configs(docs, settings), _open_site, RunOptions())[0]


def publish(docs: str | Path, **settings: Unpack[SettingKeywords]) -> Report:
    """Create and update what has changed, and return what was done.

    DocumentsError, before anything is written, if a document has a problem that `fail_on` names; its ``problems`` has
    them all. PlanRefused if a policy forbids the plan. RemoteError if Confluence refuses or cannot be reached. Pages that
    failed by themselves are results with an ``error``; nothing is raised for them.
    """
    return app.publish(_configs(docs, settings), _open_site, RunOptions())[0].report


def status(docs: str | Path, **settings: Unpack[SettingKeywords]) -> tuple[Finding, ...]:
    """What people did in Confluence since the last publish: edited, moved, retitled and deleted pages, and orphans."""
    found = app.status(_configs(docs, settings), _open_site)
    return tuple(finding for part in found for finding in part)


def connect(**settings: Unpack[SettingKeywords]) -> "Confluence":
    """A client of Confluence with a method for each operation, as ``client.page.get(…)``. Close it, or use ``with``."""
    from publisher.confluence.connect import connect as open_session
    from publisher.confluence.operations.client import Confluence
    from publisher.confluence.session import Wire

    config = load_config((), settings, need_docs=False)
    return Confluence.of(open_session(connection_settings(config), Wire(config.get("jobs"), retry_policy(config))))


@contextmanager
def _open_site(config: Config) -> Iterator[Site]:
    from publisher.confluence.connect import connect as open_session
    from publisher.confluence.session import Wire
    from publisher.remote.open import open_remote

    if not config.get("space"):
        raise UsageError("no space: give space=, or set CONFLUENCE_SPACE")
    settings = config.settings()
    session = open_session(connection_settings(config), Wire(settings.sync.jobs, retry_policy(config)))
    try:
        yield Site(open_remote(session, settings.sync.jobs), app.for_product(settings, session.flavor))
    finally:
        session.close()


def _configs(docs: str | Path, settings: SettingKeywords) -> tuple[Config, ...]:
    """The collection of a folder, and its siblings in publisher.yml. UsageError if the folder has several."""
    configs = load_all((Path(docs),), settings)
    if sum(config.chosen for config in configs) != 1:
        raise UsageError(f"{docs} has several collections: name one with collection=, or its path")
    return tuple(replace(config, sandbox=False) for config in configs)
