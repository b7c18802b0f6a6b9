"""What every command shares: options from the table, and exceptions that become exit codes."""

import functools
import logging
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from publisher.cli.paths import pasteable, remembered
from publisher.config.options import OPTIONS
from publisher.errors import PublisherError, UsageError

if TYPE_CHECKING:
    from msgspec import Struct

Command = Callable[..., Any]
Options = TypeVar("Options", bound="Struct")


def take_options(kind: type[Options], flags: dict[str, Any]) -> Options:
    """The options of a command that are no settings, out of its flags: one for each field of ``kind``."""
    return kind(**{name: flags.pop(name) for name in kind.__struct_fields__})


def write_file(file: Path, text: str, option: str) -> None:
    """UsageError that names the option."""
    try:
        file.write_text(mask(text), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{option} {file}: {error.strerror}") from None


def guarded(function: Command) -> Command:
    """Runs a command that returns its exit code; every error of ours becomes one message on stderr."""

    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        verbose = bool(arguments.get("verbose"))
        if verbose:
            logging.basicConfig(format="%(message)s")
            logging.getLogger("publisher").setLevel(logging.DEBUG)
        if arguments.pop("strict", False) and arguments.get("fail_on") is None:
            arguments["fail_on"] = "warning"
        try:
            _stop_at_once_on_second_interrupt()
            code = function(**arguments)
        except PublisherError as error:
            if verbose:
                click.echo(mask(traceback.format_exc()), err=True)
            for line in (str(error), *getattr(error, "__notes__", ())):
                click.echo(f"publisher: {mask(pasteable(line, remembered()))}", err=True)
            code = error.exit_code
        except KeyboardInterrupt as error:
            for line in getattr(error, "__notes__", None) or ["run the same command again to continue"]:
                click.echo(f"publisher: interrupted; {line}", err=True)
            code = 130
        except BrokenPipeError:
            sys.stderr.close()
            code = 0
        sys.exit(code)

    return run


def _stop_at_once_on_second_interrupt() -> None:
    """The first Ctrl-C lets what is in flight finish and frees the lease; the second ends the process."""
    if threading.current_thread() is not threading.main_thread():
        return
    pressed = False

    def interrupt(number: int, frame: object) -> None:
        nonlocal pressed
        if pressed:
            os._exit(130)
        pressed = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)


#: What is secret: ours, the inputs of an action, and a runner's own token.
_SECRETS = (
    *(option.environment for option in OPTIONS if option.secret),
    "INPUT_TOKEN",
    "INPUT_GITHUB_TOKEN",
    "GITHUB_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "CI_JOB_TOKEN",
    "SYSTEM_ACCESSTOKEN",
)
#: In an address, and in a header. “Basic usage” is a title: credentials are long, and have a digit or end with ``=``.
_CREDENTIALS = re.compile(
    r"(session_token=(?=[\w.~+/=-])|(?:Bearer|Basic) (?=[\w.~+/-]*[\d=])(?=[\w.~+/=-]{16}))[\w.~+/=-]+"
)


def mask(text: str) -> str:
    """``text`` without anything secret: tokens, keys, and the session token in the address of a connection."""
    for name in _SECRETS:
        secret = os.environ.get(name, "")
        text = text.replace(secret, "***") if len(secret) > 3 else text
    return _CREDENTIALS.sub(r"\1***", text)
