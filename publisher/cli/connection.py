"""From settings to a session with Confluence. Imports the HTTP library when a connection is made, and not before."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.shared import mask
from publisher.config.connection import connection_settings, retry_policy
from publisher.config.load import Config

if TYPE_CHECKING:
    from publisher.confluence.operations.client import Confluence
    from publisher.confluence.session import Session, Wire

Log = Callable[[str], None]


@contextmanager
def logging_to(config: Config, *, verbose: bool) -> Iterator[Log | None]:
    """Where requests are noted: stderr with -v, and the log file; nothing secret, no bodies."""
    path = config.get("log_file")
    if not path:
        yield (lambda line: click.echo(mask(line), err=True)) if verbose else None
        return
    with Path(path).open("a", encoding="utf-8") as file:

        def write(line: str) -> None:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {mask(line)}\n")
            if verbose:
                click.echo(mask(line), err=True)

        yield write


@contextmanager
def wire_of(config: Config, *, verbose: bool, jobs: int = 6) -> Iterator["Wire"]:
    """What the clients of a session share."""
    from publisher.confluence.session import Wire

    if config.get("insecure"):
        click.echo("publisher: --insecure: the server's certificate is not checked", err=True)
    with logging_to(config, verbose=verbose) as log:
        yield Wire(jobs, retry_policy(config), log)


@contextmanager
def session_of(config: Config, *, verbose: bool, jobs: int = 6) -> Iterator["Session"]:
    """A session with the Confluence of the settings."""
    from publisher.confluence.connect import connect

    settings = connection_settings(config)
    with wire_of(config, verbose=verbose, jobs=jobs) as wire:
        session = connect(settings, wire)
        try:
            yield session
        finally:
            session.close()


@contextmanager
def opened_confluence(
    config: Config, *, verbose: bool, gateway_only: bool = False
) -> Iterator["tuple[Confluence, str]"]:
    """The client of everything, and the address that people see. ``gateway_only``: no site is needed, and none is asked for."""
    from publisher.confluence.operations.client import Confluence

    if not gateway_only:
        with session_of(config, verbose=verbose) as session:
            yield Confluence(session.client, session.flavor, session.control, session.app), session.site
        return
    from publisher.confluence.gateway import connect_app, connect_control

    settings = connection_settings(config)
    with wire_of(config, verbose=verbose) as wire:
        control = connect_control(settings, wire)
        app = connect_app(settings, wire, control)
        try:
            yield Confluence(app, "cloud", control, app), ""
        finally:
            app.close()
            control.close()
