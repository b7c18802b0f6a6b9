"""Where files that people added to pages go: beside the document, or into the folder of the setting `assets`."""

import os
import posixpath
import re
from collections.abc import Iterable

from publisher.model.settings import Settings
from publisher.model.tree import SourceTree


def choose_keys(
    settings: Settings, source: SourceTree, key: str, names: Iterable[str], taken: set[str]
) -> dict[str, str]:
    """Attachments of a page → keys that nothing else has; these are then ``taken``."""
    named = settings.source.assets
    folder = os.path.relpath(settings.docs / named[0], settings.docs).replace(os.sep, "/") if named else ""
    folder = folder if named else posixpath.dirname(key)
    found: dict[str, str] = {}
    for name in names:
        stem, suffix = posixpath.splitext(re.sub(r'[\\/:?*|<>"]', "_", name).lstrip("."))
        tries = (f"{stem or 'file'}{f'-{number}' if number > 1 else ''}{suffix}" for number in range(1, 10_000))
        keys = (posixpath.normpath(posixpath.join(folder, each)) for each in tries)
        found[name] = next(
            each
            for each in keys
            if each not in taken and each not in source.assets and not (source.root / each).exists()
        )
        taken.add(found[name])
    return found
