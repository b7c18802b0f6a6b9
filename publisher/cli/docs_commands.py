"""The commands that work on documents, and the sandbox that shows them: none needs an account."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.common import POLL, SINCE, SUMMARY
from publisher.cli.help import PanelArgument, command
from publisher.cli.output import Output, output_formats
from publisher.cli.settings import offline_options, offline_settings
from publisher.cli.shared import guarded, take_options


@command()
@offline_options
@SINCE
@click.option("--external", is_flag=True, help="ask whether links to other sites still answer")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="file of known problems, e.g. known.json: only new ones count",
)
@click.option("--update-baseline", "update", is_flag=True, help="write all present problems into it")
@click.option(
    "--skip-outside", is_flag=True, help="pass over paths that lie in no docs root, as a pre-commit hook needs it"
)
@SUMMARY
@guarded
@output_formats("github", "sarif", "junit", "markdown")
def check(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """List every problem in the documents. Uses no network and no account."""
    from publisher.cli.documents import Checking, run_check

    return run_check(paths, flags, output, take_options(Checking, flags))


@command()
@click.argument(
    "path",
    type=click.Path(path_type=Path),
    cls=PanelArgument,
    rows=[("PATH", "a document or a folder, e.g. docs/index.md")],
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="folder for the pages of a folder, e.g. out"
)
@offline_settings
@guarded
def convert(path: Path, output: Path | None, **flags: Any) -> int:
    """Print a document in storage format, or write a folder of them to --output."""
    from publisher.cli.converting import run_convert

    return run_convert(path, output, flags)


@command()
@offline_options
@POLL
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="HOST",
    help="name or address to serve at, e.g. 0.0.0.0 for all [default: 127.0.0.1]",
)
@click.option(
    "--port", type=int, metavar="PORT", help="port to serve at, e.g. 8080 [default: 8000, or the next free one]"
)
@click.option("--open", "open_browser", is_flag=True, help="open a browser")
@click.option(
    "--editor",
    metavar="NAME",
    help="editor that opens the place of a problem: a name or an address, e.g. idea [default: vscode; PUBLISHER_EDITOR]",
)
@click.option(
    "--output", "folder", default="", metavar="DIR", help="write the view as files into this folder, e.g. site, and end"
)
@click.option(
    "--comments",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="show what `comments --format json` wrote, e.g. comments.json",
)
@click.option("--allow-remote", is_flag=True, help="load images and videos of other sites")
@guarded
@output_formats(problems=False)
def preview(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Show the pages as Confluence will, while you write. Uses no network and no account."""
    from publisher.cli.writing import Showing, run_preview

    return run_preview(paths, flags, output, take_options(Showing, flags))


@command()
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="HOST",
    help="name or address to serve at, e.g. 0.0.0.0 for all [default: 127.0.0.1]",
)
@click.option(
    "--port", type=int, metavar="PORT", help="port to serve at, e.g. 8080 [default: 8090, or the next free one]"
)
@click.option(
    "--state",
    default="",
    metavar="FILE",
    help="file that holds the state, e.g. try.sqlite [default: in your data folder]",
)
@click.option(
    "--flavor", type=click.Choice(["cloud", "datacenter"]), default="cloud", help="whose API it has [default: cloud]"
)
@click.option("--space", default="", metavar="KEY", help="key of a space to create if it is not there, e.g. DOCS")
@click.option("--reset", is_flag=True, help="begin with an empty Confluence")
@click.option("--allow-remote", is_flag=True, help="load images and videos of other sites")
@click.option("--open", "open_browser", is_flag=True, help="open a browser")
@guarded
def sandbox(**options: Any) -> int:
    """Run the local Confluence, to look at what `--sandbox` published."""
    from publisher.cli.sandbox import SandboxOptions, run_sandbox

    return run_sandbox(take_options(SandboxOptions, options))
