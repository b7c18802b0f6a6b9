"""The one rule for files that are read on behalf of a document or of the settings.

Whoever writes documents may name any path. So a file is read only inside the repository (without Git: inside the folder of
publisher.yml, else the docs root), after links are resolved, and never if it is hidden, if Git ignores it, or if it is
Git's own.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from publisher.errors import UsageError
from publisher.source.git.git import repository_root
from publisher.source.ignoring import IgnoreFile, read_ignore_file

#: Larger files are never links in the form of a file.
LINK_BYTES = 300
#: The folder whose ``assets`` hold the pictures of a GitBook: the one hidden folder that is read.
GITBOOK = ".gitbook"


def _is_hidden(parts: Sequence[str]) -> bool:
    behind = [*parts[1:], ""]
    return any(
        part.startswith(".") and (part, after) != (GITBOOK, "assets")
        for part, after in zip(parts, behind, strict=False)
    )


class AllowedFiles(Struct, frozen=True):
    """``top``: the folder that nothing outside of is read. ``named``: folders that a flag or variable added, by a person."""

    top: Path
    named: tuple[Path, ...] = ()
    _ignoring: dict[Path, tuple[IgnoreFile, ...]] = field(default_factory=dict)

    def refusal(self, path: Path) -> str:
        """Why ``path`` must not be read, for a message; empty if it may."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError, ValueError):  # a link that circles, a name that none can have
            return "cannot be resolved"
        top = next((folder for folder in (self.top, *self.named) if real.is_relative_to(folder)), None)
        if top is None:
            return "is outside the repository" if (self.top / ".git").exists() else f"is outside {self.top.name}"
        inside = real.relative_to(top)
        if _is_hidden(inside.parts):
            return "is hidden"
        return "is ignored by Git" if self._ignored(top, real) else ""

    def _ignored(self, top: Path, real: Path) -> bool:
        """By the ignore files between ``top`` and the file, each of its folders too: what is below an ignored folder is ignored."""
        place = top
        rules: tuple[IgnoreFile, ...] = ()
        for part in real.relative_to(top).parts:
            if place not in self._ignoring:
                self._ignoring[place] = tuple(read_ignore_file(place, ".gitignore"))
            rules += self._ignoring[place]
            place = place / part
            if any(rule.hides(place, folder=place != real or real.is_dir()) for rule in rules):
                return True
        return False


def allowed_files(docs: Path, folder: Path | None = None, named: Iterable[Path] = ()) -> AllowedFiles:
    """What may be read for the documents of ``docs``. ``folder``: of publisher.yml; ``named``: folders that a person added."""
    top = repository_root(docs) or folder or docs
    return AllowedFiles(top.resolve(), tuple(path.resolve() for path in named))


def check_docs(docs: Path, folder: Path, origin: str) -> None:
    """UsageError if publisher.yml, in ``folder``, names a docs folder outside of its own repository. ``origin``: file and line."""
    top = (repository_root(folder) or folder).resolve()
    if not docs.resolve().is_relative_to(top):
        hint = "move publisher.yml, or name the folder on the command line"
        raise UsageError(f"{origin}: `docs` leads to {docs}, outside {top}; {hint}")


def check_folder(key: str, folder: Path, pattern: str, files: AllowedFiles, origin: str) -> None:
    """UsageError if a folder of the settings, or a file in it that ``pattern`` finds, must not be read."""
    for path in (folder, *sorted(folder.rglob(pattern))):
        if why := files.refusal(path):
            raise UsageError(f"{origin}: `{key}`: {path} {why}, so it is not read")


def follow_link_file(path: Path, files: AllowedFiles) -> Path:
    """The file that a link leads to, where the checkout (on Windows) made a small file of it; else the file itself."""
    try:
        if path.is_symlink() or path.stat().st_size > LINK_BYTES:
            return path
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return path
    if not text or any(character in text for character in "\n\r\0 ") or text.startswith(("/", "#")):
        return path
    target = path.parent / text
    return target if target.is_file() and target != path and not files.refusal(target) else path
