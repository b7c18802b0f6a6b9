"""What a command imports: those that work offline pay for no network."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import contextlib, io, sys
from publisher.cli.main import cli
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
    cli(sys.argv[1:])
print(*sorted(name for name in sys.modules if name.startswith(("httpx", "httpcore", "publisher.confluence.operations"))))
"""


def imported(*words: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("words", ["--help", "check", "convert", "page --help"])
def test_offline_commands_do_not_import_the_network(words: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    path = {"check": [str(tmp_path)], "convert": [str(tmp_path / "a.md")]}.get(words, [])
    assert not [name for name in imported(*words.split(), *path) if name.startswith("http")]


def test_the_list_of_commands_does_not_read_the_table() -> None:
    assert imported("--help") == []
