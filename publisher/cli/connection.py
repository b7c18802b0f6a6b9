"""From settings to a session with Confluence: for publishing and for the commands of each resource."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from publisher.cli.shared import mask
from publisher.config.load import Config
from publisher.confluence.client import Network, Patience
from publisher.confluence.connect import Access, Session, Wire, connect

Log = Callable[[str], None]


def access_of(config: Config) -> Access:
    """What the settings say of the address and the login."""
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
    return Access(
        **values,
        gateway_key=config.get("maton_api_key"),
        network=network,
        url_from_file=from_file,
        trusted_hosts=config.get("trusted_hosts"),
    )


def patience_of(config: Config) -> Patience:
    names = ("retries", "retry_wait", "max_wait", "give_up_after")
    return Patience(*(config.get(name) for name in names))


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
def session_of(config: Config, *, verbose: bool, jobs: int = 6) -> Iterator[Session]:
    """A session with the Confluence of the settings."""
    access = access_of(config)
    if access.network.insecure:
        click.echo("publisher: --insecure: the server's certificate is not checked", err=True)
    with logging_to(config, verbose=verbose) as log:
        session = connect(access, Wire(jobs, patience_of(config), log))
        try:
            yield session
        finally:
            session.close()
