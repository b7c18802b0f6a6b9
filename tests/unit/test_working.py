"""What takes long shows on a terminal how far it is; nowhere else."""

import re
from pathlib import Path

from click.testing import CliRunner
from terminal import on_terminal

from publisher.cli.main import cli
from publisher.model.steps import counted, listening, tell

#: The command line, with no patience before the line is shown.
IMPATIENT = """
import publisher.cli.working as working
working.PATIENCE, working.PAUSE = 0, 0.002
from publisher.cli.main import cli
cli()
"""


def test_a_long_check_shows_count_and_time(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.md").write_text(f"# Page {number}\n\n*text*\n" * 3, encoding="utf-8")
    code, told = on_terminal(["check", ".", "--cache", "off"], tmp_path, program=("-c", IMPATIENT))
    assert code == 0 and re.search(r"(Reading documents|Converting pages) \d+ of 30[01], \d+ s", told), told[-2000:]
    assert "300 documents read" in told
    done = CliRunner().invoke(cli, ["check", str(tmp_path)])
    assert "Reading" not in done.output and "Converting" not in done.output


def test_quiet_shows_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    _, told = on_terminal(["check", ".", "--quiet"], tmp_path, program=("-c", IMPATIENT))
    assert told == "1 document read: no problems\n"


def test_steps_are_told_to_those_who_listen() -> None:
    heard: list[tuple[str, int, int]] = []
    assert list(counted("x", "ab", 2)) == ["a", "b"]
    with listening(lambda *step: heard.append(step)):
        assert list(counted("x", "ab", 2)) == ["a", "b"]
        tell("y", 5)
    tell("y", 6)
    assert heard == [("x", 0, 2), ("x", 1, 2), ("x", 2, 2), ("y", 5, 0)]
