"""Pictures by the digest of what they are made from, in the user's cache folder. Losing it costs time, nothing else."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from publisher.storage import digest


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/publisher/pictures``, below ``~/.cache`` if that is not set."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "publisher" / "pictures"


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
