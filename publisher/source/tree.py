"""Walk a docs root: which files are documents, which are assets, and which rule hides the rest. Reads, never writes."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from publisher.errors import UsageError
from publisher.model.tree import SourceFile, SourceTree
from publisher.source.allowed import GITBOOK, LINK_BYTES, AllowedFiles, allowed_files, follow_link_file
from publisher.source.git.git import repository_root
from publisher.source.ignoring import IgnoreFile, read_ignore_file

DOCUMENT_SUFFIXES = (".md", ".markdown", ".mdx")
_ALWAYS_HIDDEN = {"node_modules", "__pycache__", "venv", ".venv"}


def document_key(root: Path, path: Path) -> str:
    """The key of a file: posix, relative, NFC, so that every system gives the same one."""
    return unicodedata.normalize("NFC", path.relative_to(root).as_posix())


def _outer_ignore_files(root: Path, names: tuple[str, ...]) -> tuple[IgnoreFile, ...]:
    """Rules of the folders between the repository and the docs root.

    Rules that hide the docs root itself do not count: generated docs are often ignored and published all the same.
    """
    top = repository_root(root)
    if top is None or top == root:
        return ()
    between = [parent for parent in root.parents if parent == top or top in parent.parents]
    found = (file for folder in between for name in names for file in read_ignore_file(folder, name))
    return tuple(file for file in found if not file.hides(root, folder=True))


class _Walk(Struct):
    """One walk below ``root``; what is counted and refused is the only thing that changes."""

    root: Path
    names: tuple[str, ...]
    allowed: AllowedFiles
    hidden: Counter[str]
    refused: list[tuple[str, str]]

    def _rule(self, above: str, path: Path, rules: tuple[IgnoreFile, ...], *, folder: bool) -> str | None:
        """``above``: the name of the folder that it is in."""
        name = path.name
        if (name.startswith(".") and name != GITBOOK) or name in {"publisher.yml", "publisher.yaml"}:
            return "hidden files"
        if above == GITBOOK and name != "assets":
            return "hidden files"
        if folder and (name in _ALWAYS_HIDDEN or _is_environment(path)):
            return name
        return next((rule.rule for rule in rules if rule.hides(path, folder=folder)), None) if rules else None

    def _follows(self, entry: "os.DirEntry[str]") -> bool:
        """Whether an entry may be read: a link where what it leads to may be. A refusal is kept."""
        if not entry.is_symlink():
            return True
        path = Path(entry.path)
        if why := self.allowed.refusal(path):
            self.refused.append((document_key(self.root, path), why))
        return not why

    def files(
        self, folder: Path, rules: tuple[IgnoreFile, ...], above: frozenset[Path]
    ) -> Iterator[tuple[str, Path, bool]]:
        """Key and path of each file, and whether it may be a link in the form of a small file."""
        real = folder.resolve()
        if real in above:
            return  # a symbolic link that loops
        rules += tuple(file for name in self.names for file in read_ignore_file(folder, name))
        prefix = "" if folder == self.root else document_key(self.root, folder) + "/"
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except FileNotFoundError:  # somebody removed it just now
            return
        except OSError as error:
            raise _unreadable(folder, error) from None
        name = folder.name
        for entry in entries:
            path = folder / entry.name
            try:
                is_folder, is_file = entry.is_dir(), entry.is_file()
            except OSError:  # a link to itself
                is_folder = is_file = False
            rule = self._rule(name, path, rules, folder=is_folder)
            if rule:
                self.hidden[rule] += 1
            elif not (is_folder or is_file) or not self._follows(entry):
                continue
            elif is_folder:
                yield from self.files(path, rules, above | {real})
            else:
                small = not entry.is_symlink() and entry.stat().st_size <= LINK_BYTES
                yield prefix + unicodedata.normalize("NFC", entry.name), path, small


def _is_environment(folder: Path) -> bool:
    """Whether Python keeps its packages there."""
    try:
        return (folder / "pyvenv.cfg").exists()
    except OSError:  # nothing in it can be looked at
        return False


def _unreadable(path: Path, error: OSError) -> UsageError:
    """Without it its pages would seem to be gone, so nothing is done at all."""
    return UsageError(
        f"{path} cannot be read: {error.strerror or error}; make it readable, or list it in .publisherignore"
    )


def read_tree(root: Path, *, gitignore: bool, allowed: AllowedFiles | None = None) -> SourceTree:
    """Everything below ``root`` that no rule hides. UsageError if there is no such folder, or if something in it cannot be read.

    ``allowed``: where links may lead; inside the repository of ``root`` if it is not given.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder")
    allowed = allowed or allowed_files(root)
    names = (".publisherignore", ".gitignore") if gitignore else (".publisherignore",)
    walk = _Walk(root, names, allowed, Counter(), [])
    documents: list[SourceFile] = []
    assets: dict[str, Path] = {}
    known: set[str] = set()
    twins: list[str] = []
    for key, path, small in walk.files(root, _outer_ignore_files(root, names), frozenset()):
        if key in known:
            twins.append(key)
            continue
        known.add(key)
        target = follow_link_file(path, allowed) if small else path
        if key.lower().endswith(DOCUMENT_SUFFIXES) and f"{GITBOOK}/" not in key:
            try:
                documents.append(SourceFile(key, path, target.read_bytes()))
            except FileNotFoundError:  # somebody removed it just now
                continue
            except OSError as error:
                raise _unreadable(path, error) from None
        else:
            assets[key] = target
    return SourceTree(
        root,
        tuple(documents),
        assets,
        dict(walk.hidden),
        refused=tuple(walk.refused),
        twins=tuple(twins),
        refusal=allowed.refusal,
    )


_LANGUAGE = re.compile(r"\.([a-z]{2}(?:-[A-Za-z]{2,4})?)(?=\.\w+$)")


def choose_language(source: SourceTree, language: str) -> SourceTree:
    """Documents in one language, where ``page.fr.md`` is beside ``page.md``: all have the key of the latter.

    ``language`` empty: those without a suffix. A document that is not translated stands in its own language.
    """
    chosen: dict[str, SourceFile] = {}
    for file in source.documents:
        found = _LANGUAGE.search(file.key)
        plain = _LANGUAGE.sub("", file.key)
        if found is None:
            chosen.setdefault(plain, file)
        elif found[1] == language:
            chosen[plain] = SourceFile(plain, file.path, file.data)
    count = len(source.documents) - len(chosen)
    documents = tuple(sorted(chosen.values(), key=lambda file: file.key))
    return replace(source, documents=documents, hidden={**source.hidden, **({"i18n": count} if count else {})})
