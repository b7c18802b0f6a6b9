"""What a command prints: the options that say so, brought together in one value."""

import functools
import os
import time
from pathlib import Path
from typing import Any

import click
from msgspec import Struct, field

from publisher.cli.help import output_option
from publisher.cli.problems import View, problem_options, take_view
from publisher.cli.shared import Command


class Output(Struct, frozen=True):
    """What a command prints, and how much of it."""

    form: str = "text"
    report: Path | None = None
    summary: Path | None = None
    quiet: bool = False
    verbose: bool = False
    view: View = field(default_factory=View)
    started: float = field(default_factory=time.monotonic)

    @property
    def for_people(self) -> bool:
        """Whether stdout is for people; ``quiet`` leaves errors and the summary."""
        return self.form in {"text", "github"}

    @property
    def text(self) -> bool:
        """Whether everything is shown to people."""
        return self.for_people and not self.quiet

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return time.monotonic() - self.started


def output_formats(*more: str, problems: bool = True) -> Command:
    """`--format`, `--quiet`, `-v`, `--no-color`, and which ``problems`` are shown: the command gets one ``Output``.

    ``more``: formats beside text and JSON.
    """

    def decorate(function: Command) -> Command:
        made = _with_output(function, ("text", "json", *more))
        return problem_options(made) if problems else made

    return decorate


def _with_output(function: Command, formats: tuple[str, ...]) -> Command:
    @functools.wraps(function)
    def run(form: str | None, quiet: bool, verbose: bool, no_color: bool, **arguments: Any) -> Any:
        if form is None:
            form = "github" if "github" in formats and os.environ.get("GITHUB_ACTIONS") == "true" else "text"
        if no_color or os.environ.get("NO_COLOR"):
            click.get_current_context().color = False
        report, summary = (arguments.pop(name, None) for name in ("report", "summary"))
        view = take_view(arguments, quiet=quiet)
        return function(output=Output(form, report, summary, quiet, verbose, view), **arguments)

    for option in (
        output_option("--no-color", is_flag=True, help="no colours, as with NO_COLOR"),
        output_option(
            "-v",
            "--verbose",
            is_flag=True,
            help="list unchanged pages and every request, and where an error comes from",
        ),
        output_option("--quiet", is_flag=True, help="print only errors and the summary"),
        output_option(
            "--format", "form", type=click.Choice(formats), default=None, help="what stdout holds [default: text]"
        ),
    ):
        run = option(run)
    return run
