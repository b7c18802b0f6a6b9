"""The options of `publisher comments`. What it does is imported when it runs."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.common import SANDBOX, SUMMARY
from publisher.cli.help import command
from publisher.cli.output import Output, output_formats
from publisher.cli.settings import document_options
from publisher.cli.shared import guarded, take_options


@command()
@document_options
@SANDBOX
@click.option(
    "--reply", nargs=2, metavar="ID TEXT", default=None, help="answer the comment of that id, e.g. 345678 'Done'"
)
@click.option(
    "--resolve", multiple=True, metavar="ID", help="resolve the inline comment of that id (Cloud), e.g. 345678"
)
@SUMMARY
@guarded
@output_formats("github", "sarif", problems=False)
def comments(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """List the open comments on the pages of documents, by document and line. For comments by their ids: publisher comment."""
    from publisher.cli.comments import Reviewing, run_comments

    return run_comments(paths, flags, output, take_options(Reviewing, flags))
