"""The command sandbox, and how people get from a publish to what they see."""

from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct

from publisher.cli.session import state_file
from publisher.cli.started import own_command
from publisher.cli.terminal import open_address
from publisher.config.load import Config
from publisher.model.report import Report
from publisher.planning.index import INDEX_KEY


class SandboxOptions(Struct, frozen=True):
    """The options of `sandbox`. ``port``: None means the default one, or the next that is free."""

    host: str
    port: int | None
    state: str
    flavor: str
    space: str
    reset: bool
    allow_remote: bool
    open_browser: bool


def run_sandbox(options: SandboxOptions) -> int:
    """Blocks until Ctrl-C."""
    from publisher.sandbox import CONTEXT, DEFAULT_PORT, Service, Store, now, serve

    host, flavor = options.host, options.flavor
    port = choose_port(host, options.port, DEFAULT_PORT)
    path = state_file(None, options.state)
    if options.reset:
        for suffix in ("", "-wal", "-shm"):
            Path(str(path) + suffix).unlink(missing_ok=True)
    store = Store(path, now)
    if options.space:
        store.create_space(options.space, options.space)
    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    api = address + (CONTEXT if flavor == "datacenter" else "/wiki")
    click.echo(f"Sandbox at {address}/ (state in {path}; CONFLUENCE_URL={api}, any token); Ctrl-C ends it")
    if options.open_browser:
        open_address(address + "/")
    serve(store, Service("", flavor, host, port, options.allow_remote))
    return 0


def choose_port(host: str, named: int | None, default: int) -> int:
    """A port that somebody named, or UsageError if it is taken; else the default one or the next that is free, which is said."""
    from publisher.sandbox.app import check_port, free_port

    if named is not None:
        check_port(host, named)
        return named
    port = free_port(host, default)
    if port != default:
        click.echo(f"port {default} is in use: serving at port {port}", err=True)
    return port


def look_at(configs: Sequence[Config], report: Report) -> tuple[str, str]:
    """What a publish into the sandbox ends with; its last line opens the root page of what was published, when it is pasted."""
    from publisher.sandbox import Store, now

    given = str(configs[0].get("sandbox_state"))
    store = Store(state_file(configs[0], given), now)
    try:
        key, name = report.where.get("space", ""), report.where.get("collection", "")
        space = next((row["id"] for row in store.spaces() if row["key"] == key), 0)
        roots = [row for row in store.holders(INDEX_KEY) if row["space"] == space]
        named = [row for row in roots if row["value"].get("collection") == name]
        for row in (named or roots)[-1:]:
            store.set_entrance(row["id"])
    finally:
        store.close()
    return "To look at it, run:", own_command("sandbox", "--open", *(("--state", given) if given else ()))
