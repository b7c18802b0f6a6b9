"""From settings to a session with Confluence. Imports the HTTP library when a connection is made, and not before."""

import ipaddress
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from publisher.cli.shared import mask
from publisher.config.load import Config
from publisher.confluence.settings import ConnectionSettings, Network, RetryPolicy
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.confluence.connect import Session, Wire
    from publisher.confluence.operations.client import Confluence

Log = Callable[[str], None]


def connection_settings(config: Config) -> ConnectionSettings:
    """What the settings say about the address and the login."""
    network = Network(
        config.get("ca_bundle"),
        config.get("client_cert"),
        config.get("client_key"),
        config.get("proxy"),
        {name: str(value) for name, value in config.get("headers").items()},
        config.get("timeout"),
        config.get("insecure"),
    )
    same = ("url", "user", "token", "token_file", "client_id", "client_secret", "auth", "flavor", "gateway", "gateway_url",
            "control_url", "connection", "cloud_site", "allow_http")  # fmt: skip
    values: dict[str, Any] = {name: config.get(name) for name in same}
    from_file = config.file is not None and config.values["url"].origin.startswith(str(config.file))
    if from_file:
        _refuse_loopback(config)
    return ConnectionSettings(
        **values,
        gateway_key=config.get("maton_api_key"),
        network=network,
        url_from_file=from_file,
        trusted_hosts=config.get("trusted_hosts"),
    )


def _refuse_loopback(config: Config) -> None:
    """A file of the repository sends no login of the environment to whatever listens on this machine. UsageError."""
    given = urlsplit(config.get("url") if "//" in config.get("url") else f"//{config.get('url')}").hostname or ""
    trusted = {name.lower() for name in config.get("trusted_hosts")}
    login = any(config.get(name) for name in ("token", "token_file", "client_secret", "maton_api_key"))
    if login and given.lower() not in trusted and is_loopback(given):
        raise UsageError(
            f"{config.values['url'].origin}: `url` leads to {given}, which gets no login from here: set CONFLUENCE_URL, "
            f"or PUBLISHER_TRUSTED_HOSTS={given}"
        )


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def retry_policy(config: Config) -> RetryPolicy:
    names = ("retries", "retry_wait", "max_wait", "give_up_after")
    return RetryPolicy(*(config.get(name) for name in names))


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
    from publisher.confluence.connect import Wire

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
def opened_confluence(config: Config, *, verbose: bool, gateway_only: bool = False) -> Iterator["Confluence"]:
    """The client of everything. ``gateway_only``: no site is needed, and none is asked for."""
    from publisher.confluence.operations.client import Confluence

    if not gateway_only:
        with session_of(config, verbose=verbose) as session:
            yield Confluence(session.client, session.flavor, session.control, session.app)
        return
    from publisher.confluence.gateway import connect_app, connect_control

    settings = connection_settings(config)
    with wire_of(config, verbose=verbose) as wire:
        control = connect_control(settings, wire)
        app = connect_app(settings, wire, control)
        try:
            yield Confluence(app, "cloud", control, app)
        finally:
            app.close()
            control.close()
