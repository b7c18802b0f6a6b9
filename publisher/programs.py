"""The one place that starts programs: Git, what draws diagrams, and Python for processes that convert.

A program gets an environment of named variables only, so that no login of ours ever reaches it. It is found on the user's
PATH, never in the working folder, and never inside the repository that is published: whoever writes the documents would
otherwise choose the program.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

#: What any program may see: where programs, folders and fonts are, which language, and what Windows cannot do without.
COMMON_VARIABLES = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "USERNAME", "HOMEDRIVE", "HOMEPATH"),
    *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "COMMONPROGRAMFILES"),
    *("NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
)  # fmt: skip


class ProgramFailed(Exception):
    """A program did not start, or took too long. ``str()`` says which."""


class Ended(Struct, frozen=True):
    """What a program left: its exit code and what it wrote, as bytes."""

    code: int
    output: bytes
    errors: bytes


def choose_variables(
    environ: Mapping[str, str], names: Sequence[str] = (), prefixes: Sequence[str] = ()
) -> dict[str, str]:
    """The variables of ``environ`` that a program may see: the common ones, and those that are named here.

    Names are compared without case, as Windows does.
    """
    allowed = {*COMMON_VARIABLES, *names}
    starts = tuple(prefixes)
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in allowed or (starts and name.upper().startswith(starts))
    }


def find_program(name: str, environ: Mapping[str, str], outside: Path | None = None) -> str:
    """The file of a program on PATH; empty if there is none. Relative entries, and those below ``outside``, do not count."""
    suffixes = [""]
    if os.name == "nt":
        suffixes = [suffix for suffix in environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if suffix]
    for entry in environ.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(entry)
        if not folder.is_absolute():
            continue
        for suffix in suffixes:
            file = folder / (name + suffix)
            if not (file.is_file() and os.access(file, os.X_OK)):
                continue
            if outside is None or not (_is_inside(folder, outside) or _is_inside(file, outside)):
                return str(file)
    return ""


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except OSError:  # a link that circles
        return True


def run_program(
    command: Sequence[str], *, environ: Mapping[str, str], folder: Path, seconds: float, data: bytes = b""
) -> Ended:
    """Runs a command to its end, without a shell and without a terminal. ProgramFailed if it does not start, or takes longer.

    ``environ`` is all that it sees; ``data`` is its standard input; what it leaves behind, children included, is ended.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell; the caller chose the program
                list(command),
                stdin=given,
                stdout=output,
                stderr=errors,
                cwd=folder,
                env=dict(environ),
                start_new_session=os.name != "nt",
            )
        except OSError as error:
            raise ProgramFailed(f"`{command[0]}` cannot be run: {error.strerror or error}") from None
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProgramFailed(f"`{Path(command[0]).name}` took longer than {seconds:.0f} seconds") from None
        finally:
            _end(process)
        output.seek(0)
        errors.seek(0)
        return Ended(code, output.read(), errors.read())


def begin_python(code: str, descriptor: int) -> "subprocess.Popen[bytes]":
    """Starts another Python like this one, which knows no login and no file but ``descriptor``. OSError."""
    environ = choose_variables(os.environ, prefixes=("PYTHON",))
    command = [sys.executable, "-P", "-c", code]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environ, pass_fds=(descriptor,))  # noqa: S603 - ours


def _end(process: "subprocess.Popen[bytes]") -> None:
    """A browser that a drawer started must not outlive it."""
    if process.poll() is None:
        if os.name != "nt":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
