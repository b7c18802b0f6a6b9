"""``publisher import`` as the command line has it; what it does is loaded when it is run."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.common import REPORT, SANDBOX
from publisher.cli.help import command
from publisher.cli.output import Output, output_formats
from publisher.cli.settings import connection_options
from publisher.cli.shared import guarded, take_options
from publisher.model.options.reading import DIALECTS


@command("import")
@click.option("--space", default="", metavar="KEY", help="key of the space to import, e.g. DOCS")
@click.option("--page", default="", metavar="ID|URL", help="a page to import with all below it, e.g. 123456")
@click.option(
    "--output",
    "folder",
    default="docs",
    show_default=True,
    type=click.Path(path_type=Path),
    help="folder to write, e.g. docs",
)
@click.option(
    "--dialect", type=click.Choice(DIALECTS[1:]), default="gfm", show_default=True, help="Markdown dialect to write"
)
@click.option("--comments", is_flag=True, help="write open comments into comments.md, as footnotes")
@click.option("--check", is_flag=True, help="write nothing; exit 10 if a file would be written")
@click.option("--force", is_flag=True, help="write into a folder that holds other files, over changed ones too")
@SANDBOX
@REPORT
@connection_options
@guarded
@output_formats(problems=False)
def import_command(output: Output, **flags: Any) -> int:
    """Make a docs folder of a space, or of a page and all below it, that publishes back to the same pages."""
    from publisher.cli.importing import Importing, run_import

    return run_import(flags, output, take_options(Importing, flags))
