"""What was read of Confluence, on disk, so that a run that was ended goes on and no run holds all bodies at once."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from publisher.storage import digest

_SCHEMA = 1


class PageRecord(Struct, frozen=True, kw_only=True):
    """A page besides its body. ``collection``: of its stamp. ``attachments``: name → digest of the bytes; ``broken``: name →
    why a file of that name could not be published. ``comments``: (selection, author, text) of open ones.
    """

    version: int
    labels: tuple[str, ...] = ()
    collection: str = ""
    width: str = ""
    emoji: str = ""
    cover: str = ""
    editor: str = ""
    owner: str = ""
    author: str = ""
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    status: tuple[str, str] = ("", "")
    attachments: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[tuple[str, str, str], ...] = ()


class Spool(Struct, frozen=True):
    """A folder: ``ID.json`` and ``ID.xml`` for each page, and files by the digest of their bytes."""

    folder: Path

    def prepare(self, about: str) -> None:
        """``about``: what is imported. What another import left is dropped."""
        note = self.folder / "about"
        if note.is_file() and note.read_text(encoding="utf-8") == f"{_SCHEMA} {about}":
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "files").mkdir(parents=True)
        note.write_text(f"{_SCHEMA} {about}", encoding="utf-8")

    def find(self, page: str, version: int) -> PageRecord | None:
        """The record of a page, if it was read at this version."""
        try:
            found = json.loads(self._path(page, "json").read_text(encoding="utf-8"))
            record = PageRecord(**{name: _frozen(value) for name, value in found.items()})
        except (OSError, ValueError, TypeError):
            return None
        return record if record.version == version else None

    def keep(self, page: str, record: PageRecord, body: str) -> None:
        """The record is written last: with it all of the page is there."""
        self._path(page, "xml").write_text(body, encoding="utf-8", newline="")
        path = self._path(page, "json")
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(record), ensure_ascii=False), encoding="utf-8")
        part.replace(path)

    def body(self, page: str) -> str:
        with self._path(page, "xml").open(encoding="utf-8", newline="") as file:
            return file.read()

    def file(self, found: str, name: str) -> Path:
        """The file of that name whose bytes have this digest."""
        suffix = re.search(r"\.\w{1,20}\Z", name)
        return self.folder / "files" / (found + (suffix[0].lower() if suffix else ""))

    def take(self, part: Path, name: str) -> str:
        """The digest of a file that was just loaded; it is kept under it."""
        found = digest(part.read_bytes())
        part.replace(self.file(found, name))
        return found

    def part(self, page: str, number: int) -> Path:
        """Where a file of a page is loaded to."""
        return self.folder / f"{_plain(page)}-{number}.load"

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, page: str, suffix: str) -> Path:
        return self.folder / f"{_plain(page)}.{suffix}"


def _plain(page: str) -> str:
    """An id is digits; whatever a server calls one, it names a file in this folder."""
    return page if re.fullmatch(r"\w{1,40}", page) else digest(page)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def each_record(spool: Spool, versions: Mapping[str, int]) -> Iterator[tuple[str, PageRecord]]:
    """The records of these pages (id → version), as far as they are there."""
    for page, version in versions.items():
        record = spool.find(page, version)
        if record is not None:
            yield page, record
