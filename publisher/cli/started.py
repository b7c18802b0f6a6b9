"""How this process was started, so that what it prints to be pasted starts the same way."""

import os
import shlex
import shutil
import sys
from pathlib import Path


def own_command(*words: str) -> str:
    """A command line of ours that runs as it is pasted: it begins as this process did, with or without an environment on PATH."""
    return _quoted([*_own_start(sys.argv[0], sys.executable), *words])


def _own_start(started: str, python: str) -> list[str]:
    """``started``: the first word of the command line, or the file that ``python -m`` ran."""
    name = Path(started).stem
    if name in {"__main__", "-m", ""}:
        return [python, "-m", "publisher"]
    found = shutil.which(name)
    # uvx puts its environment on the PATH of its child alone, so that the name means nothing to the shell behind it.
    if found and os.path.realpath(found) == os.path.realpath(started) and "UV" not in os.environ:
        return [name]
    return [started]


def _quoted(words: list[str]) -> str:
    if os.name == "nt":
        return " ".join(f'"{word}"' if " " in word else word for word in words)
    return shlex.join(words)
