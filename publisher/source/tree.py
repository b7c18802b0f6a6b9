"""Walk a docs root: which files are documents, which are assets, and which rule hides the rest. Reads, never writes."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pathspec

from publisher.errors import UsageError
from publisher.model.tree import SourceFile, SourceTree
from publisher.source.git.git import repository_root

DOCUMENT_SUFFIXES = (".md", ".markdown", ".mdx")
_ALWAYS_HIDDEN = {"node_modules", "__pycache__", "venv", ".venv"}


def document_key(root: Path, path: Path) -> str:
    """The key of a file: posix, relative, NFC, so that every system gives the same one."""
    return unicodedata.normalize("NFC", path.relative_to(root).as_posix())


@dataclass(frozen=True, slots=True)
class _IgnoreFile:
    folder: Path
    rule: str
    spec: "pathspec.PathSpec[pathspec.Pattern]"

    def hides(self, path: Path, *, folder: bool) -> bool:
        try:
            name = path.relative_to(self.folder).as_posix()
        except ValueError:
            return False
        return self.spec.match_file(name + "/" if folder else name)


def ignore_spec(lines: Iterable[str]) -> "pathspec.PathSpec[pathspec.Pattern]":
    """The rules of an ignore file; a line that is none (a lone ``!``) means nothing, as for Git."""
    patterns: list[pathspec.Pattern] = []
    for line in lines:
        try:
            patterns += pathspec.PathSpec.from_lines("gitignore", [line]).patterns
        except ValueError:
            continue
    return pathspec.PathSpec(patterns)


def _read_ignore_file(folder: Path, name: str) -> Iterator[_IgnoreFile]:
    path = folder / name
    if path.is_file():
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        yield _IgnoreFile(folder, name, ignore_spec(lines))


def _outer_ignore_files(root: Path, names: tuple[str, ...]) -> tuple[_IgnoreFile, ...]:
    """Rules of the folders between the repository and the docs root.

    Rules that hide the docs root itself do not count: generated docs are often ignored and published all the same.
    """
    top = repository_root(root)
    if top is None or top == root:
        return ()
    between = [parent for parent in root.parents if parent == top or top in parent.parents]
    found = (file for folder in between for name in names for file in _read_ignore_file(folder, name))
    return tuple(file for file in found if not file.hides(root, folder=True))


@dataclass(slots=True)
class _Walk:
    """One walk below ``root``; the counts are the only thing that changes."""

    root: Path
    names: tuple[str, ...]
    hidden: Counter[str]

    def _rule(self, path: Path, rules: tuple[_IgnoreFile, ...], *, folder: bool) -> str | None:
        if path.name.startswith(".") or path.name in {"publisher.yml", "publisher.yaml"}:
            return "hidden files"
        if folder and (path.name in _ALWAYS_HIDDEN or (path / "pyvenv.cfg").exists()):
            return path.name
        return next((rule.rule for rule in rules if rule.hides(path, folder=folder)), None)

    def files(self, folder: Path, rules: tuple[_IgnoreFile, ...], above: frozenset[Path]) -> Iterator[tuple[str, Path]]:
        real = folder.resolve()
        if real in above or not real.is_relative_to(self.root.resolve()):
            return  # a symbolic link that loops, or leads out of the root
        rules += tuple(file for name in self.names for file in _read_ignore_file(folder, name))
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = Path(entry.path)
            is_folder = entry.is_dir()
            rule = self._rule(path, rules, folder=is_folder)
            if rule:
                self.hidden[rule] += 1
            elif is_folder:
                yield from self.files(path, rules, above | {real})
            elif entry.is_file() and (not entry.is_symlink() or path.resolve().is_relative_to(self.root.resolve())):
                yield document_key(self.root, path), path


def read_tree(root: Path, *, gitignore: bool) -> SourceTree:
    """Everything below ``root`` that no rule hides. UsageError if there is no such folder."""
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder")
    names = (".publisherignore", ".gitignore") if gitignore else (".publisherignore",)
    walk = _Walk(root, names, Counter())
    documents: list[SourceFile] = []
    assets: dict[str, Path] = {}
    for key, path in walk.files(root, _outer_ignore_files(root, names), frozenset()):
        if key.lower().endswith(DOCUMENT_SUFFIXES):
            documents.append(SourceFile(key, path, path.read_bytes()))
        else:
            assets[key] = path
    return SourceTree(root, tuple(documents), assets, dict(walk.hidden))


_LANGUAGE = re.compile(r"\.([a-z]{2}(?:-[A-Za-z]{2,4})?)(?=\.\w+$)")


def choose_language(source: SourceTree, language: str) -> SourceTree:
    """Documents in one language, where ``page.fr.md`` stands beside ``page.md``: all have the key of the latter.

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
