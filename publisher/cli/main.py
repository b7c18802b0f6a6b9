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


def _output_options(function: Any) -> Any:
    for option in reversed(
        (
            click.option("--sandbox", is_flag=True, help="publish into the embedded Confluence; no account is needed"),
            click.option(
                "--format", "form", type=click.Choice(["text", "json"]), default="text", help="what stdout holds"
            ),
            click.option("--report", type=click.Path(), help="write the JSON report to this file"),
            click.option("--quiet", is_flag=True, help="print problems only"),
        )
    ):
        function = option(function)
    return function


@cli.command()
@document_options
@_output_options
@guarded
def publish(paths: tuple[Path, ...], sandbox: bool, form: str, report: str | None, quiet: bool, **flags: Any) -> int:
    """Plan and apply: create and update what has changed."""
    from publisher.cli.publish import run_publish

    output = {"sandbox": sandbox, "format": form, "report": report, "quiet": quiet, "exit_code": False}
    return run_publish(paths, flags, output, dry=False)


@cli.command()
@document_options
@_output_options
@click.option("--exit-code", is_flag=True, help="exit 10 if there is something to do")
@guarded
def plan(
    paths: tuple[Path, ...], sandbox: bool, form: str, report: str | None, quiet: bool, exit_code: bool, **flags: Any
) -> int:
    """Print what publish would do; change nothing."""
    from publisher.cli.publish import run_publish

    output = {"sandbox": sandbox, "format": form, "report": report, "quiet": quiet, "exit_code": exit_code}
    return run_publish(paths, flags, output, dry=True)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True)
@click.option("--state", default="", help="file that holds the state")
@click.option("--reset", is_flag=True, help="begin with an empty Confluence")
@guarded
def sandbox(host: str, port: int, state: str, reset: bool) -> int:
    """Run the local Confluence, to look at what --sandbox published."""
    from publisher.cli.publish import run_sandbox

    return run_sandbox(host, port, state, reset=reset)


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
