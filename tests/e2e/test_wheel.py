"""What a newcomer gets: the wheel with its templates, and the README's first line as it is written."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli

ROOT = Path(__file__).parents[2]


def test_built_wheel_publishes(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    wheel = next(tmp_path.glob("publisher_confluence-*.whl"))
    subprocess.run(
        [str(binaries / "python"), "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True
    )
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# A\n\n> [!NOTE]\n> hello\n")
    command = [str(binaries / "publisher"), "publish", str(docs), "--sandbox", "--sandbox-state", str(tmp_path / "s")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert "2 created" in done.stdout
    explained = subprocess.run(
        [command[0], "explain", "broken-link"], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert explained.stdout == CliRunner().invoke(cli, ["explain", "broken-link"]).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the line is written for a POSIX shell")
def test_first_line_of_the_readme(tmp_path: Path) -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    line = next(line.strip() for line in lines if line.startswith("python3 -m venv"))
    clone = tmp_path / "clone"
    ignored = shutil.ignore_patterns(".git", ".venv", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, clone, ignore=ignored)
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "PATH": os.environ["PATH"]}
    first = subprocess.run(line, shell=True, check=True, cwd=clone, env=environment, capture_output=True, text=True)
    assert "created" in first.stdout and "publisher sandbox" in first.stdout
    again = subprocess.run(line, shell=True, check=True, cwd=clone, env=environment, capture_output=True, text=True)
    assert "no changes" in again.stdout and " requests)" in again.stdout
