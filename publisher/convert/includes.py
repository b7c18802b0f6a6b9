"""What a document may include, and how it is read."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from publisher.convert.sources import files_for
from publisher.markdown.grammar import Reader
from publisher.model.settings import Settings

Found = tuple[str, str] | None

#: The most files, and characters of them, that a document may include, each as often as it is included.
MOST_INCLUDES, MOST_INCLUDED = 1000, 4_000_000
NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def make_reader(settings: Settings, texts: Mapping[str, str] = NO_TEXTS) -> Callable[[Path], Reader]:
    """For each document: reads what it includes, relative to it, to the docs root or its parent, or to an asset folder.

    Only what the rule for such files allows is read, in the docs root and the asset folders. ``texts``: see ``SourceTree``.
    """
    roots = [settings.docs.resolve(), *((settings.docs / name).resolve() for name in settings.source.assets)]
    folders = [str(folder) for folder in (settings.docs, settings.docs.parent, *roots[1:])]
    files = files_for(settings)
    known: dict[str, tuple[str, str] | None] = {}

    def read_at(file: str) -> tuple[str, str] | None:
        if not os.path.isfile(file):  # most places are asked in vain
            return None
        path = Path(file)
        if files.refusal(path) or path.stat().st_size > MOST_INCLUDED:
            return None
        if not any(
            path.is_relative_to(root) or path.resolve().is_relative_to(root) for root in (settings.docs, *roots)
        ):
            return None
        name = str(path.resolve())
        return name, texts[name] if name in texts else path.read_text(encoding="utf-8-sig", errors="replace")

    def reader_of(document: Path) -> Reader:
        places = (str(document.parent), *folders)

        def read(path: str) -> tuple[str, str] | None:
            for folder in places:
                file = os.path.normpath(os.path.join(folder, path))
                if file not in known:
                    known[file] = read_at(file)
                if known[file] is not None:
                    return known[file]
            return None

        return read

    return reader_of
