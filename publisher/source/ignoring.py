"""Ignore files: ``.gitignore`` and ``.publisherignore``, read as Git reads its own."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:  # it takes longer to import than to read a document, and not every project ignores files
    import pathspec


class IgnoreFile(Struct, frozen=True):
    """``folder`` is where it is; ``rule`` its name, for people."""

    folder: Path
    rule: str
    spec: "pathspec.PathSpec[pathspec.Pattern]"

    def hides(self, path: Path, *, folder: bool) -> bool:
        """Whether it hides a path. ``folder``: whether that is a folder."""
        try:
            name = path.relative_to(self.folder).as_posix()
        except ValueError:
            return False
        return self.spec.match_file(name + "/" if folder else name)


def ignore_spec(lines: Iterable[str]) -> "pathspec.PathSpec[pathspec.Pattern]":
    """The rules of an ignore file; a line that is none (a lone ``!``) means nothing, as for Git."""
    import pathspec

    patterns: list[pathspec.Pattern] = []
    for line in lines:
        try:
            patterns += pathspec.PathSpec.from_lines("gitignore", [line]).patterns
        except ValueError:
            continue
    return pathspec.PathSpec(patterns)


def read_ignore_file(folder: Path, name: str) -> Iterator[IgnoreFile]:
    """The ignore file of a folder, if it has one that can be read."""
    path = folder / name
    try:
        if path.is_file():
            lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            yield IgnoreFile(folder, name, ignore_spec(lines))
    except OSError:
        return
