"""Which Confluence a command speaks to, and what it tells on the way."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from publisher.app import Connect, Silent, Site, for_product
from publisher.cli.connection import logging_to, session_of
from publisher.cli.documents import show_explain, show_problems
from publisher.cli.output import Output
from publisher.cli.paths import remember
from publisher.config.load import Config, load_all
from publisher.errors import UsageError
from publisher.model.problem import Level, Problem
from publisher.storage import digest


def load_collections(
    paths: tuple[Path, ...], flags: Mapping[str, Any], *, sandbox: bool, any_name: bool = False
) -> tuple[Config, ...]:
    """Every collection of the settings; those that paths and ``--collection`` name are chosen."""
    configs = tuple(replace(config, sandbox=sandbox) for config in load_all(paths, flags, any_name=any_name))
    remember(configs)
    return configs


def connector(output: Output, *, sandbox: bool) -> Connect:
    """What opens the Confluence of a collection: the embedded one, or that of its settings."""

    def connect(config: Config) -> AbstractContextManager[Site]:
        return _open_sandbox(config, output) if sandbox else _open_site(config, output)

    return connect


class Shown(Silent):
    """Shows problems as they are found, on stderr; ``seen`` gets the level and code of each."""

    def __init__(self, output: Output, seen: list[tuple[Level, str]] | None = None) -> None:
        self.output = output
        self.seen = [] if seen is None else seen

    def on_problems(self, config: Config, problems: Sequence[Problem]) -> None:
        show_problems(problems, config, self.output.view)
        self.seen.extend((item.level, item.code) for item in problems)


@contextmanager
def explained(output: Output) -> Iterator[list[tuple[Level, str]]]:
    """A list of what is seen; behind it, also before an error that ends the run, one line leads to the worst problem's page."""
    seen: list[tuple[Level, str]] = []
    try:
        yield seen
    finally:
        show_explain(seen, output)


@contextmanager
def _open_site(config: Config, output: Output) -> Iterator[Site]:
    from publisher.remote.open import open_remote  # needs the HTTP library, which offline commands do without

    _check_space(config)
    settings = config.settings()
    with session_of(config, verbose=output.verbose, jobs=settings.sync.jobs) as session:
        yield Site(open_remote(session, settings.sync.jobs), for_product(settings, session.flavor))


@contextmanager
def _open_sandbox(config: Config, output: Output) -> Iterator[Site]:
    from publisher.confluence.client import Client
    from publisher.confluence.credentials import Login
    from publisher.remote.cloud import CloudRemote
    from publisher.sandbox.app import DEFAULT_PORT, running

    settings = config.settings()
    with (
        running(state_file(config, config.get("sandbox_state"))) as (address, store),
        logging_to(config, verbose=output.verbose) as log,
    ):
        # A space or a parent from publisher.yml or the environment belongs to the real site.
        named = settings.sync.space if config.values["space"].origin.startswith("flag") else ""
        parent = settings.sync.parent if config.values["parent"].origin.startswith("flag") else ""
        key, name = (named, named) if named else sandbox_space(config.docs)
        store.create_space(key, name)
        client = Client(address + "/wiki", Login("sandbox", "sandbox"), jobs=settings.sync.jobs, log=log)
        try:
            site = f"http://localhost:{DEFAULT_PORT}/wiki"
            placed = for_product(settings.replace(space=key, parent=parent, own_space=not named), "cloud")
            yield Site(CloudRemote(client, site, settings.sync.jobs), placed)
        finally:
            client.close()


def state_file(config: Config | None, given: str) -> Path:
    """Where the sandbox keeps its state: the user's data folder, unless told otherwise."""
    if given:
        return Path(given)
    import platformdirs

    return platformdirs.user_data_path("publisher", appauthor=False, ensure_exists=True) / "sandbox.sqlite"


def sandbox_space(docs: Path) -> tuple[str, str]:
    """(key, name) of the space that belongs to a docs root, so that two projects do not meet."""
    return "S" + digest(str(docs.resolve()))[:8].upper(), docs.resolve().name


def _check_space(config: Config) -> None:
    """UsageError that names everything that is missing."""
    missing = []
    if not config.get("url") and not config.get("gateway"):
        missing.append("no URL: set CONFLUENCE_URL (or --url), or try it without an account with --sandbox")
    if not config.get("space"):
        missing.append("no space: set CONFLUENCE_SPACE, --space or `space` in publisher.yml")
    if missing:
        from publisher.confluence.credentials import no_token

        if not any(config.get(name) for name in ("token", "token_file", "client_id", "gateway")):
            missing.append(no_token())
        raise UsageError("\n".join(missing))
