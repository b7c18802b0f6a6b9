"""What every command shares: options from the table, and exceptions that become exit codes."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from publisher.config.options import OPTIONS
from publisher.errors import PublisherError

Command = Callable[..., Any]


def document_options(function: Command) -> Command:
    """``PATH...`` and a flag for each row of the option table that is not secret."""
    for option in reversed(OPTIONS):
        if option.secret:
            continue
        flags = f"{option.flag}/--no-{option.flag[2:]}" if option.kind == "flag" else option.flag
        extra: dict[str, Any] = {"default": None, "help": f"{option.help} [{option.environment}]"}
        if option.choices:
            extra["type"] = click.Choice(option.choices)
        function = click.option(flags, option.key, **extra)(function)
    function = click.option("--strict", is_flag=True, help="short for --fail-on warning")(function)
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path))(function)


def guarded(function: Command) -> Command:
    """Runs a command that returns its exit code; every error of ours becomes one message on stderr."""

    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        if arguments.pop("strict", False) and arguments.get("fail_on") is None:
            arguments["fail_on"] = "warning"
        try:
            code = function(**arguments)
        except PublisherError as error:
            click.echo(f"publisher: {mask(str(error))}", err=True)
            code = error.exit_code
        except KeyboardInterrupt:
            click.echo("publisher: interrupted; run the same command again to go on", err=True)
            code = 130
        except BrokenPipeError:
            sys.stderr.close()
            code = 0
        sys.exit(code)

    return run


def mask(text: str) -> str:
    """``text`` without the token."""
    token = os.environ.get("CONFLUENCE_TOKEN", "")
    return text.replace(token, "***") if len(token) > 3 else text
