"""Pages as Markdown over the client of operations: what a page says, and a Markdown text that becomes its next version.

For pages of ours and of others. Used by the commands of the client and by the tools for agents.
"""

import posixpath
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.items import Item
from publisher.convert.compose import Conversion, convert, with_tree
from publisher.convert.onepage import page_markdown
from publisher.errors import DocumentsError, NotFound, UsageError
from publisher.model.problem import Level, Problem
from publisher.model.rendered import Attachment
from publisher.model.settings import Settings
from publisher.model.snapshot import Stamp
from publisher.model.tree import AttachmentTarget, BrokenTarget, LinkTarget
from publisher.naming import count_of
from publisher.planning.comments import carry_over
from publisher.planning.index import STAMP_KEY, read_stamp
from publisher.reading.context import PageAddress
from publisher.storage import CLOUD, DATACENTER, NotWellFormed, canonical

_SAFE = "/-_.~!*,;@&+$"
#: The beginning of a file whose name is known and whose bytes are not needed.
_STUBS = {".png": b"\x89PNG\r\n", ".jpg": b"\xff\xd8", ".jpeg": b"\xff\xd8", ".gif": b"GIF89a", ".webp": b"RIFF", ".bmp": b"BM",
          ".pdf": b"%PDF", ".svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}  # fmt: skip


class MarkdownText(Struct, frozen=True):
    """Markdown that is to be a page. ``path``: the file that it is; None for text that is no file."""

    text: str
    path: Path | None = None

    @classmethod
    def of_file(cls, path: Path) -> "MarkdownText":
        """UsageError if it cannot be read."""
        try:
            return cls(path.read_text(encoding="utf-8"), path.absolute())
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: {getattr(error, 'strerror', None) or 'is not UTF-8'}") from None


class PreparedPage(Struct, frozen=True):
    """What would be written. ``current``: the page as it is, None for a new one; ``before``: its body.

    ``files``: what the text shows; ``there``: names of those that the page has. ``notes``: what whoever writes should know.
    """

    title: str
    body: str
    current: Item | None = None
    before: str = ""
    files: tuple[Attachment, ...] = ()
    there: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        new = any(file.name not in self.there for file in self.files)
        if self.current is None or self.title != self.current.title or new:
            return True
        return not _is_same(self.before, self.body)

    def refuse_errors(self) -> None:
        """DocumentsError where the text has an error: what it means to hide, say, must not be published."""
        wrong = tuple(item for item in self.problems if item.level is Level.ERROR)
        if wrong:
            raise DocumentsError(f"nothing was written: {count_of(len(wrong), 'error')} in the text", wrong)


class PageTexts(Struct, frozen=True):
    """Reads and prepares the texts of pages and blog posts. ``values``: settings of the conversion by their keys."""

    confluence: Confluence
    values: Mapping[str, object] = field(default_factory=dict)

    def read(self, kind: str, number: str, query: Mapping[str, object]) -> tuple[Item, str]:
        """(the page or blog post, its text as Markdown)."""
        found = self._get(kind, number, query)
        return found, self.markdown(found.body)

    def markdown(self, body: str) -> str:
        """A stored body as Markdown; links to pages go by title, files have their names."""
        product = DATACENTER if self.confluence.flavor == "datacenter" else CLOUD
        people = self.values.get("people")
        named = {str(account): str(name) for name, account in people.items()} if isinstance(people, Mapping) else {}
        return page_markdown(body, product=product, people=named, page=_by_title)

    def create(self, text: MarkdownText, title: str) -> PreparedPage:
        """A new page. Its title is the given one, else what the text says."""
        with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
            conversion, key = self._convert(text, title, Path(folder))
            page = conversion.rendered.pages[key]
            return PreparedPage(
                title or page.wanted or page.title,
                page.body,
                files=_kept(page.attachments, Path(folder)),
                problems=_problems_of(conversion, key),
            )

    def update(self, kind: str, number: str, text: MarkdownText, title: str) -> PreparedPage:
        """The next version of a page. Comments stay where their words are; files that the page has stay its files."""
        now = self._get(kind, number, {})
        with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
            conversion, key = self._convert(text, title or now.title, Path(folder))
            there = self._files_of(conversion, key, now)
            conversion, found = _with_files(conversion, key, there, Path(folder))
            page = conversion.rendered.pages[key]
            problems = [
                item for item in _problems_of(conversion, key) if not any(f"`{href}`" in item.message for href in found)
            ]
            files = _kept(page.attachments, Path(folder))
        carried = carry_over(now.body, page.body)
        notes = [
            f"the inline comment on “{lost.selection}” loses its place, for its words are gone" for lost in carried.lost
        ]
        stamp = self._stamp(now) if kind == "page" else None
        if stamp is not None:
            whose = f"“{now.title}” is published from {stamp.path} (collection “{stamp.collection}”)"
            notes.insert(0, f"{whose}: this is a hand edit; `publisher pull {stamp.path}` brings it into the document")
        return PreparedPage(
            page.wanted or page.title, carried.body, now, now.body, files, there, tuple(problems), tuple(notes)
        )

    def write(self, kind: str, prepared: PreparedPage, arguments: Mapping[str, object]) -> Item:
        """Creates the page, or writes its next version: whoever writes in between is not overwritten. ``arguments``: others.

        No version is written of a page that would stay as it is; a file that has other bytes is sent all the same.
        """
        prepared.refuse_errors()
        given = {**arguments, "title": prepared.title, "body": prepared.body}
        if prepared.current is None:
            found = self.confluence.run(f"{kind} create", **given)
        elif not prepared.changes and "parent" not in arguments:
            found = prepared.current
        else:
            given = {"version": prepared.current.version + 1, **given, kind: prepared.current.id}
            found = self.confluence.run(f"{kind} update", **given)
        assert isinstance(found, Item)
        for file in prepared.files:
            self.confluence.run("attachment upload", page=found.id, file=str(file.path), name=file.name)
        return found

    def _get(self, kind: str, number: str, query: Mapping[str, object]) -> Item:
        found = self.confluence.run(f"{kind} get", **{kind: number, **query, "body_format": "storage"})
        assert isinstance(found, Item)
        return found

    def _stamp(self, page: Item) -> Stamp | None:
        """Ours, if the page is one that a collection publishes; a copy of such a page is none."""
        try:
            found = self.confluence.run("property get", page=page.id, key=STAMP_KEY)
        except NotFound:
            return None
        stamp = read_stamp(found.get("value")) if isinstance(found, Item) else None
        return stamp if stamp is not None and stamp.page == page.id else None

    # Conversion

    def _convert(self, text: MarkdownText, title: str, folder: Path) -> tuple[Conversion, str]:
        """With the documents beside the file, so that links lead to their pages. A first heading that is the title goes."""
        path = text.path or folder / "text" / "page.md"
        if text.path is None:
            path.parent.mkdir()
            path.write_text(text.text, encoding="utf-8")
        defaults = {"/" + _plain_glob(path.name): {"title": title}} if title else {}
        known = {"gitignore": False, "target": self.confluence.flavor, "banner": "off", "defaults": defaults}
        conversion = convert(Settings.of(path.parent, **{**self.values, **known}))
        if path.name not in conversion.rendered.pages:
            raise UsageError(f"{path}: this is no document that can be published")
        return conversion, path.name

    def _files_of(self, conversion: Conversion, key: str, page: Item) -> frozenset[str]:
        """Names of the files that a page has, if its text names any."""
        named = conversion.rendered.pages[key].attachments or _missing(conversion, key)
        rows = self.confluence.run("page attachments", page=page.id) if named and page.kind == "page" else ()
        return frozenset(row.title for row in rows) if rows and not isinstance(rows, Item) else frozenset()


def _missing(conversion: Conversion, key: str) -> dict[str, str]:
    """What the text names and is not at hand → the name of a file that it may be."""
    targets = conversion.tree.pages[key].targets
    named = {href: _file_name(href) for href, target in targets.items() if target == BrokenTarget("missing")}
    return {href: name for href, name in named.items() if name}


def _with_files(conversion: Conversion, key: str, there: frozenset[str], folder: Path) -> tuple[Conversion, list[str]]:
    """Names of files that the page has are its files, though none is at hand; which names those are."""
    stubs: dict[str, LinkTarget] = {}
    for href, name in _missing(conversion, key).items():
        if name in there:
            path = folder / "files" / str(len(stubs)) / name
            path.parent.mkdir(parents=True)
            path.write_bytes(_STUBS.get(path.suffix.lower(), b""))
            stubs[href] = AttachmentTarget(name, path)
    if not stubs:
        return conversion, []
    page = conversion.tree.pages[key]
    changed = replace(page, targets={**page.targets, **stubs})
    tree = replace(conversion.tree, pages={**conversion.tree.pages, key: changed})
    return with_tree(conversion, tree), [href.lstrip("!+") for href in stubs]


def _is_same(before: str, after: str) -> bool:
    """Whether two bodies say the same. A table without a layout has the usual one."""
    try:
        forms = [canonical(body).replace(' data-layout="default"', "") for body in (before, after)]
        return forms[0] == forms[1]
    except NotWellFormed:
        return before == after


def _kept(files: Sequence[Attachment], folder: Path) -> tuple[Attachment, ...]:
    """The files that are really there."""
    return tuple(file for file in files if not file.path.is_relative_to(folder))


def _problems_of(conversion: Conversion, key: str) -> tuple[Problem, ...]:
    """Those of the text; titles of other pages do not matter here."""
    return tuple(item for item in conversion.problems if item.path == key and item.code != "title-collision")


def _by_title(address: PageAddress) -> str | None:
    """A link to a page of the same space; others stay as they are stored."""
    if address.space or address.day or address.anchor:
        return None
    return f"title:{quote(address.title, safe=_SAFE)}"


def _file_name(href: str) -> str:
    path = unquote(urlsplit(href.lstrip("!+")).path)
    return "" if ":" in href or path.startswith(("/", "..")) else posixpath.normpath(path)


def _plain_glob(name: str) -> str:
    """A glob for one name."""
    return "".join("?" if char in "*?[]\\!#" else char for char in name)
