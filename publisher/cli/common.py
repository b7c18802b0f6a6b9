"""Options that several commands have."""

from pathlib import Path

import click

from publisher.cli.help import output_option

SUMMARY = output_option(
    "--summary", type=click.Path(path_type=Path), metavar="FILE",
    help="write a Markdown summary to this file too, e.g. $GITHUB_STEP_SUMMARY",
)  # fmt: skip
REPORT = output_option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write the JSON report to this file, e.g. report.json",
)
SINCE = click.option(
    "--since", default="", metavar="REVISION",
    help="only documents that changed since this Git revision, and what depends on them, e.g. main",
)  # fmt: skip
SANDBOX = click.option("--sandbox", is_flag=True, help="use the embedded Confluence; no account is needed")
POLL = click.option("--poll", is_flag=True, help="look at the files again and again, for network drives")
YES = click.option("--yes", is_flag=True, help="confirm; without it the pages are only listed")
