"""What this very converter is: a digest of its own files, and the versions of what it stands on.

Nobody has to count it up: a change of one letter makes every entry of a cache another one's.
"""

import hashlib
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from publisher._version import __version__

_PACKAGE = Path(__file__).parent.parent
#: Everything that a document goes through until it is a page.
CONVERTER = (
    "convert", "errors.py", "formats.py", "markdown", "model", "naming.py", "pagetree", "pictures", "programs.py",
    "render", "source", "storage",
)  # fmt: skip
#: What these import, and its name among the installed packages.
_LIBRARIES = {
    "emoji": "emoji", "jinja2": "jinja2", "lxml": "lxml", "markupsafe": "markupsafe", "mistune": "mistune",
    "pathspec": "pathspec", "pygments": "pygments", "yaml": "pyyaml",
}  # fmt: skip


@cache
def converter_version() -> str:
    """Empty if the files cannot be read, so that nothing may be kept."""
    found = hashlib.sha256(f"{__version__} {sys.version}".encode())
    try:
        found.update("\n".join(_installed()).encode())
        files = sorted(path for name in CONVERTER for path in _files(_PACKAGE / name))
        files += sorted(_files(_templates()))
        for path in files:
            found.update(str(path.relative_to(_PACKAGE.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
    except (OSError, ImportError, ValueError):
        return ""
    return found.hexdigest() if len(files) > len(CONVERTER) else ""


def _templates() -> Path:
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.suffix not in {".pyc", ".pyo"} and file.is_file()]


def _installed() -> list[str]:
    """The folders that name the versions of the libraries, without an import of them."""
    specs = {name: find_spec(name) for name in _LIBRARIES}
    places = {name: Path(spec.origin).parent.parent for name, spec in specs.items() if spec and spec.origin}
    listed = {place: os.listdir(place) for place in set(places.values())}
    return [
        f"{name} {found}"
        for name, place in sorted(places.items())
        for found in sorted(listed[place])
        if found.endswith(".dist-info") and found.casefold().startswith(f"{_LIBRARIES[name]}-")
    ]
