"""The wheel holds its templates: built, installed into an empty environment, used to publish."""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_built_wheel_publishes(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run(
        [str(binaries / "python"), "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True
    )
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# A\n\n> [!NOTE]\n> hello\n")
    command = [str(binaries / "publisher"), "publish", str(docs), "--sandbox", "--sandbox-state", str(tmp_path / "s")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert "2 created" in done.stdout
