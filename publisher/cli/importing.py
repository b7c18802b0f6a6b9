"""The command import: a space, or a page and all below it, becomes a docs folder."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import asdict

from publisher.cli.connection import session_of
from publisher.cli.output import Output
from publisher.cli.session import connector
from publisher.cli.settings import read_settings
from publisher.cli.shared import mask, write_file
from publisher.config.load import Config, load_config
from publisher.errors import UsageError
from publisher.importing.listing import space_in
from publisher.importing.run import ImportResult, import_pages
from publisher.importing.values import ImportOptions, Listener, Loss
from publisher.naming import count_of
from publisher.remote.port import Remote

_EACH = 100  # pages between two lines on the way


class Importing(Struct, frozen=True, kw_only=True):
    """The options of the command."""

    sandbox: bool
    space: str
    page: str
    folder: Path
    dialect: str
    comments: bool
    check: bool
    force: bool


def run_import(flags: Mapping[str, Any], output: Output, options: Importing) -> int:
    """With ``check``: exit 10 if a file would be written."""
    if not options.space and not options.page:
        raise UsageError("name what to import: --space KEY, or --page ID or its address")
    config = load_config((), read_settings(flags), need_docs=False)
    wanted = ImportOptions(
        output=options.folder.absolute(),
        space=options.space or space_in(options.page),
        page=options.page,
        dialect=options.dialect,
        comments=options.comments,
        force=options.force,
    )
    with _opened(config, output, sandbox=options.sandbox) as remote:
        result = import_pages(remote, wanted, _Shown(output), check=options.check)
    _report(result, options, output)
    return 10 if options.check and result.written else 0


@contextmanager
def _opened(config: Config, output: Output, *, sandbox: bool) -> Iterator[Remote]:
    from publisher.remote.open import open_remote  # needs the HTTP library, which offline commands do without

    if sandbox:
        with connector(output, sandbox=True)(config) as site:
            yield site.remote
        return
    jobs = config.settings().sync.jobs
    with session_of(config, verbose=output.verbose, jobs=jobs) as session:
        yield open_remote(session, jobs)


class _Shown(Listener):
    """Says on stderr how far it is, and what cannot be held before anything is written."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def on_progress(self, what: str, done: int, total: int) -> None:
        if self.output.text and done % _EACH == 0:
            click.echo(f"{what} {done:,} of {count_of(total, 'page')}", err=True)

    def on_losses(self, losses: tuple[Loss, ...]) -> None:
        for loss in losses if self.output.form == "text" else ():
            click.echo(mask(f"{click.style('not held', fg='yellow')}     {' '.join(str(loss).split())}"), err=True)


def _report(result: ImportResult, options: Importing, output: Output) -> None:
    values = json.dumps(_values(result, options), indent=2, ensure_ascii=False)
    if output.report:
        write_file(output.report, values + "\n", "--report")
    if output.form == "json":
        click.echo(mask(values))
    if not output.text:
        return
    for key in result.written:
        click.echo(mask(f"{'would write' if options.check else 'wrote':12} {options.folder / key}"))
    kept = f"; {count_of(result.storage, 'block')} of {result.blocks:,} stayed storage" if result.storage else ""
    pages, files = count_of(len(result.pages), "page"), count_of(result.files, "file")
    click.echo(f"{pages} and {files} of the space {result.space}: {len(result.written):,} written{kept}")
    if result.losses:
        click.echo(f"{count_of(len(result.losses), 'thing')} in Confluence that the documents do not hold: see above")
    if result.written and not options.check:
        click.echo(f"Run: publisher plan {options.folder}")


def _values(result: ImportResult, options: Importing) -> dict[str, Any]:
    written = set(result.written)
    return {
        "schema": 1,
        "space": result.space,
        "output": str(options.folder),
        "pages": [
            {"id": number, "title": title, "url": url, "path": path, "written": path in written}
            for number, title, url, path in result.pages
        ],
        "written": list(result.written),
        "not_held": [asdict(loss) for loss in result.losses],
        "blocks": result.blocks,
        "storage_blocks": result.storage,
        "requests": result.requests,
    }
