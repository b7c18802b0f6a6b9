"""Commands on a terminal of their own, for tests of what people see there."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path


def on_terminal(
    words: list[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    *,
    typed: str = "",
    columns: int = 80,
    program: tuple[str, ...] = ("-m", "publisher"),
) -> tuple[int, str]:
    """(exit code, what the terminal gets) of a command that is started in ``folder``; ``typed``: what a person answers.

    ``program``: what Python runs."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    keep = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "CI", "GITHUB_ACTIONS"}}
    process = subprocess.Popen(
        [sys.executable, *program, *words], stdin=follower, stdout=follower, stderr=follower, cwd=folder,
        env={**keep, "TERM": "xterm-256color", "COLUMNS": str(columns), **(env or {})}, close_fds=True, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    if typed:
        os.write(leader, typed.encode())
    seen = bytearray()
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the last process that had the terminal is gone
            break
        if not part:
            break
        seen += part
    os.close(leader)
    return process.wait(), seen.decode(errors="replace").replace("\r\n", "\n")
