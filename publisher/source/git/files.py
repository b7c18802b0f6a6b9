"""What the files of a repository say where Git does not answer: it is not installed, or the files are another user's.

They are read as data; nothing is run, and nothing in them is followed but the repository's own folders. So pages keep
their links, and a collection its name, whoever publishes.
"""

import re
from pathlib import Path

from msgspec import Struct

_MOST = 1_000_000  # bytes of a file
_SECTION = re.compile(r'\s*\[\s*([\w.-]+)(?:\s+"((?:\\.|[^"\\])*)")?\s*\]')
_VALUE = re.compile(r"\s*([\w-]+)\s*=\s*(.*)")


class GitFiles(Struct, frozen=True):
    """``remotes``: name → address; ``branch`` is checked out; ``default`` is what ``origin`` calls its default."""

    remotes: tuple[tuple[str, str], ...] = ()
    branch: str = ""
    default: str = ""
    commit: str = ""


def read_git_files(root: Path) -> GitFiles:
    """What the work tree's ``.git`` holds; nothing for one that cannot be read."""
    folder = _git_folder(root / ".git")
    if folder is None:
        return GitFiles()
    common = folder / (_read(folder / "commondir").strip() or ".")
    head = _read(folder / "HEAD").strip()
    branch = head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else ""
    rows = (line.partition(" ") for line in _read(common / "packed-refs").splitlines() if line[:1].isalnum())
    packed = {name: commit for commit, _, name in rows}
    default = _read(common / "refs" / "remotes" / "origin" / "HEAD").strip()
    prefix = "ref: refs/remotes/origin/"
    names = [f"{place}/{name}" for place in ("refs/heads", "refs/remotes/origin") for name in ("main", "master")]
    known = next((name.rpartition("/")[2] for name in names if name in packed or (common / name).is_file()), "")
    commit = (
        head
        if not branch
        else _read(common / "refs" / "heads" / branch).strip() or packed.get(f"refs/heads/{branch}", "")
    )
    return GitFiles(
        tuple(_values(_read(common / "config"), "remote", "url")),
        branch,
        default.removeprefix(prefix) if default.startswith(prefix) else known,
        commit if re.fullmatch(r"[0-9a-f]{40,64}", commit) else "",
    )


def _git_folder(path: Path) -> Path | None:
    """The folder that ``.git`` is, or names."""
    try:
        if path.is_dir():
            return path
        named = _read(path).strip()
        folder = path.parent / named.removeprefix("gitdir: ")
        return folder if named.startswith("gitdir: ") and folder.is_dir() else None
    except (OSError, ValueError):
        return None


def _read(path: Path) -> str:
    try:
        if path.is_file() and path.stat().st_size <= _MOST:
            return path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        pass
    return ""


def read_submodule_names(root: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What ``.gitmodules`` says: path by name, and branch by name."""
    text = _read(root / ".gitmodules")
    return dict(_values(text, "submodule", "path")), dict(_values(text, "submodule", "branch"))


def _values(config: str, section: str, key: str) -> list[tuple[str, str]]:
    """(name, value) of each ``[section "name"]`` with that key, of Git's own form of settings."""
    found: list[tuple[str, str]] = []
    name = ""
    for line in config.splitlines():
        if head := _SECTION.match(line):
            name = head[2] or "" if head[1].lower() == section else ""
        elif name and (value := _VALUE.match(line)) and value[1].lower() == key:
            found.append((name, value[2].strip().strip('"')))
    return found
