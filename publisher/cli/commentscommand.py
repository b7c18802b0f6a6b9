"""The options of `publisher comments`. What it does is imported when it runs."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.output import Output, output_formats
from publisher.cli.shared import document_options, guarded, take_options


@click.command()
@document_options
@click.option("--sandbox", is_flag=True, help="use the embedded Confluence; no account is needed")
@click.option("--reply", nargs=2, metavar="ID TEXT", default=None, help="answer the comment of that id")
@click.option("--resolve", multiple=True, metavar="ID", help="resolve the inline comment of that id (Cloud)")
@click.option(
    "--summary", type=click.Path(path_type=Path), help="write the same as Markdown to this file, for a job's summary"
)
@guarded
@output_formats("github", "sarif", problems=False)
def comments(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """List the open comments on the pages of documents, by document and line. For comments by their ids: publisher comment."""
    from publisher.cli.comments import Reviewing, run_comments

    return run_comments(paths, flags, output, take_options(Reviewing, flags))
