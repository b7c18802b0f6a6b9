"""Where the cache of conversions is."""

import os
from pathlib import Path

import platformdirs

from publisher.config.values import Value
from publisher.errors import UsageError


def cache_folder(value: Value, file: Path | None, docs: Path, *, of_file: bool) -> str:
    """Absolute; empty for none. UsageError for one in the docs folder, or one outside of its own that publisher.yml names.

    Whoever opens a pull request may change that file (``of_file``), and must not choose where else something is written.
    """
    named = str(value.value)
    if named == "off":
        return ""
    if not named:
        usual = platformdirs.user_cache_dir("publisher", appauthor=False)
        return usual if Path(usual).is_absolute() else ""  # a user without a home
    base = file.parent if of_file and file else Path.cwd()
    folder = Path(os.path.normpath(base / Path(named).expanduser()))
    if of_file and not folder.resolve().is_relative_to(base.resolve()):
        hint = "name a folder below that of publisher.yml, or give --cache"
        raise UsageError(f"{value.origin}: `cache` leads to {folder}, outside {base}; {hint}")
    if folder.is_relative_to(docs):
        raise UsageError(f"{value.origin}: `cache` lies inside the docs folder, where nothing is ever written")
    return str(folder)
