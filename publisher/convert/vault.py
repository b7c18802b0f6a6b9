"""A vault of Obsidian without its folder `.obsidian`: recognised by its links to notes by name."""

import re
from pathlib import PurePosixPath

from publisher.model.problem import Problem, problem
from publisher.model.tree import SourceTree

_LINK = re.compile(r"!?\[\[(?P<name>[^\[\]|#\n]+)(?:[#|][^\[\]\n]*)?\]\]")
_MOST_FILES, _MOST_BYTES = 400, 64 * 1024  # that are looked at


def find_vault(source: SourceTree) -> Problem | None:
    """The notice that names the first link to a note, if most wikilinks of the documents name documents or files there.

    Looks at the beginnings of some of the documents, as they were read.
    """
    names: frozenset[str] | None = None
    found: Problem | None = None
    named = others = 0
    for file in source.documents[:_MOST_FILES]:
        data = (file.data or b"")[:_MOST_BYTES]
        if b"[[" not in data or b"\x00" in data:
            continue
        from publisher.markdown.structure import mask_code  # most documents have no such link

        if names is None:
            names = _names(source)
        masked = mask_code(data.decode(errors="replace"))
        for match in _LINK.finditer(masked):
            if match["name"].strip().rpartition("/")[2].casefold() not in names:
                others += 1
                continue
            named += 1
            if found is None:
                what = f"`{match[0][:60]}` names a document: the documents are read as those of Obsidian"
                line = masked.count("\n", 0, match.start()) + 1
                hint = "set `dialect: obsidian`, or the dialect that is right"
                found = problem(file.key, line, "detected-dialect", what, hint)
    return found if named > others else None


def _names(source: SourceTree) -> frozenset[str]:
    """Of all files, with and without their suffixes, in one case."""
    keys = (PurePosixPath(key) for key in (*(file.key for file in source.documents), *source.assets))
    return frozenset(name.casefold() for key in keys for name in (key.name, key.stem))
