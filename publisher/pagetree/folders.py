"""Which folder each document belongs to, and which document is a folder's index. Pure."""

import posixpath
from collections.abc import Mapping, Sequence

from msgspec import Struct

from publisher.model.problem import Problem, problem

ROOT = ""


INDEX_STEMS = ("index", "readme", "_index")


def is_index(key: str) -> bool:
    """Whether a document is the page of its folder by its name."""
    return bool(key) and stem_of(key) in INDEX_STEMS


class Folders(Struct, frozen=True):
    """``page`` maps a folder to the key of its page: a document's key, or ``folder/`` for a generated page.

    Where directories are flattened, a folder without an index has the page of the folder around it.
    """

    page: Mapping[str, str]
    problems: tuple[Problem, ...]

    def nearest(self, key: str) -> str:
        """The page of the innermost folder around a document that has one."""
        return next(self.page[folder] for folder in _parents(posixpath.dirname(key)) if folder in self.page)


def _parents(folder: str) -> list[str]:
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found


def stem_of(key: str) -> str:
    return posixpath.splitext(posixpath.basename(key))[0].lower()


def map_folders(keys: Sequence[str], *, flatten: bool) -> Folders:
    folders = sorted({parent for key in keys for parent in _parents(posixpath.dirname(key))} | {ROOT})
    pages: dict[str, str] = {}
    problems: list[Problem] = []
    by_folder: dict[str, list[str]] = {}
    for key in keys:
        by_folder.setdefault(posixpath.dirname(key), []).append(key)
    for folder in folders:
        inside = by_folder.get(folder, [])
        name = posixpath.basename(folder).lower()
        found = [key for stem in INDEX_STEMS for key in inside if stem_of(key) == stem]
        if folder:
            beside = posixpath.dirname(folder)
            found += [key for key in inside if stem_of(key) == name]
            found += [key for key in by_folder.get(beside, ()) if stem_of(key) == name]
        found = list(dict.fromkeys(found))
        around = pages[posixpath.dirname(folder)] if flatten and folder else folder + "/"
        pages[folder] = found[0] if found else around
        for loser in found[1:]:
            text = f"{found[0]} is the page of this folder; {loser} becomes an ordinary page"
            problems.append(problem(loser, None, "two-index-files", text))
    return Folders(pages, tuple(problems))
