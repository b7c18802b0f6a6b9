"""Pictures by the digest of what they are made from, in the user's cache folder. Losing it costs time, nothing else."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from publisher.storage import digest


def cache_folder() -> Path:
    """In the platform's folder for caches; on Linux that of ``$XDG_CACHE_HOME``, else ``~/.cache``."""
    return platformdirs.user_cache_path("publisher", appauthor=False) / "pictures"


def cached(suffix: str, inputs: str, make: Callable[[], bytes]) -> Path:
    """The picture made from ``inputs``, made now if it is not there. What ``make`` raises is raised."""
    path = cache_folder() / f"{digest(inputs)}{suffix}"
    if not path.is_file():
        data = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        os.replace(file.name, path)  # two runs at once write the same bytes
    return path
