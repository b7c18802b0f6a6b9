"""The one place that runs Git."""

import subprocess
from pathlib import Path


def repository_root(folder: Path) -> Path | None:
    """The Git work tree that ``folder`` lies in."""
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)


def read_git(folder: Path, *arguments: str) -> str | None:
    """The output of ``git ARGUMENTS`` run in ``folder``; None without Git, a work tree, or success."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, arguments are ours
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's own Git
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
