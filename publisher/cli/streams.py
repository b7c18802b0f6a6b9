"""What goes to stdout and stderr: never a command of the CI system that reads the log, never an end for want of a character.

A runner takes a line that begins with ``::``, and ``##[`` or ``##vso[`` anywhere, as a command. Titles, names of files and
texts of a server are written by others. Only ``echo_command`` writes such a line.
"""

import io
import re
import sys
from collections.abc import Mapping
from typing import TextIO

import click

_COMMAND = re.compile(r"((?:^|[\r\n])[^\S\r\n]*:|##\w*(?=\[))(?=[:\[])")
_LONG = 4096  # characters of an unfinished line that are kept in mind
_RUNNERS = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION", "GITEA_ACTIONS", "FORGEJO_ACTIONS")


class SafeText(io.TextIOBase):
    """Text that others wrote goes through ``write`` and can be no command."""

    _line = ""  # what the current line holds so far

    def neutralise(self, text: str) -> str:
        """The text, with a space in what would be a command, even if that comes in pieces."""
        whole = self._line + text
        shown = _COMMAND.sub(r"\1 ", whole)[len(_COMMAND.sub(r"\1 ", self._line)) :]
        self._line = re.split(r"[\r\n]", whole)[-1]
        if len(self._line) > _LONG:
            self._line = "…" + self._line[-100:]
        return shown


class SafeStream(SafeText, io.TextIOWrapper):
    """A console or log."""

    def write(self, text: str) -> int:
        io.TextIOWrapper.write(self, self.neutralise(text))
        return len(text)

    def write_command(self, line: str) -> None:
        """One line that the runner is to read as a command."""
        io.TextIOWrapper.write(self, line + "\n")


class SafeBuffer(SafeText, io.StringIO):
    """The same, kept in memory."""

    def write(self, text: str) -> int:
        io.StringIO.write(self, self.neutralise(text))
        return len(text)

    def write_command(self, line: str) -> None:
        """One line that the runner is to read as a command."""
        io.StringIO.write(self, line + "\n")


_REPLACED: list[TextIO] = []


def is_runner(environ: Mapping[str, str]) -> bool:
    """Whether the log is read for commands."""
    return any(environ.get(name) for name in _RUNNERS)


def protect_streams(environ: Mapping[str, str]) -> None:
    """Called once, before anything is written. A character that the console does not have is shown as its number."""
    for name in ("stdout", "stderr"):
        stream: TextIO = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, SafeStream):
            continue
        stream.reconfigure(errors="backslashreplace")
        if is_runner(environ):
            stream.flush()
            encoding, buffered = stream.encoding, stream.line_buffering
            safe = SafeStream(stream.buffer, encoding=encoding, errors="backslashreplace", line_buffering=buffered)
            setattr(sys, name, safe)
            _REPLACED.append(stream)  # or it would close what both write to


def echo_command(line: str) -> None:
    """Writes one line that a runner takes as a command; its values must be escaped."""
    if isinstance(sys.stdout, SafeStream | SafeBuffer):
        sys.stdout.write_command(line)
    else:
        click.echo(line)
