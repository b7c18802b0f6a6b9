"""The command line: thin. The only place that prints and that turns exceptions into exit codes."""

import sys
from pathlib import Path
from typing import Any

import click

from publisher import __version__
from publisher.cli.shared import document_options, guarded


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="publisher")
def cli() -> None:
    """Publish a folder of Markdown as a tree of Confluence pages.

    \b
    Exit codes: 0 done, 1 unexpected, 2 usage or settings, 3 problems in the documents, 4 plan refused,
    5 Confluence refused or unreachable, 6 partly applied, 10 changes found (--exit-code), 130 interrupted.
    """


@cli.command()
@document_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="what stdout holds")
@guarded
def check(paths: tuple[Path, ...], form: str, **flags: Any) -> int:
    """Every problem in the documents. No network, no credentials."""
    from publisher.cli.documents import run_check

    return run_check(paths, flags, form)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="folder for the pages of a folder")
@guarded
def convert(path: Path, output: Path | None) -> int:
    """Storage format of one file on stdout, of a folder into --output."""
    from publisher.cli.documents import run_convert

    return run_convert(path, output)


@cli.command()
@guarded
def init() -> int:
    """Write a commented publisher.yml into the working folder."""
    from publisher.cli.documents import run_init

    return run_init()


@cli.command()
@document_options
@guarded
def config(paths: tuple[Path, ...], **flags: Any) -> int:
    """Every effective setting with its origin; secrets are masked."""
    from publisher.cli.documents import run_config

    return run_config(paths, flags)


def main() -> None:
    """The console command."""
    sys.exit(cli(standalone_mode=True))


if __name__ == "__main__":
    main()
