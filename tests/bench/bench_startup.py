"""What a command costs before it works: ``python tests/bench/bench_startup.py``. Prints figures; asserts nothing.

CPU seconds (user and system) of whole processes, the best of ten: ``--help``, ``check`` of one file, and Python itself.
Modules are compiled before. For what is imported: ``python -X importtime -m publisher check FILE``.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 10


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(*words: str) -> float:
    """The best of some runs; the first one, which may compile modules, is not counted."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(RUNS + 1):
        before = cpu_seconds()
        subprocess.run([sys.executable, *words], env=environ, capture_output=True)
        times.append(cpu_seconds() - before)
    return min(times[1:])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.md"
        file.write_text("# One\n\nA [link](https://example.com) and `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
        for name, words in (
            ("python -c pass", ("-c", "pass")),
            ("publisher --help", ("-m", "publisher", "--help")),
            ("publisher check FILE", ("-m", "publisher", "check", str(file))),
        ):
            print(f"{name:22} {measure(*words):.3f} CPU s", flush=True)


if __name__ == "__main__":
    main()
