"""Pages that people made below ours: documents for them, whose next publish adopts the pages as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from publisher.convert.compose import Conversion
from publisher.convert.moving import folder_below
from publisher.convert.newdocuments import NewDocument, NewPage, name_document, write_documents
from publisher.model.settings import Settings
from publisher.model.snapshot import ContentKind, RemotePage, Snapshot
from publisher.remote.port import Remote
from publisher.sync.files import FILE, download


@dataclass(frozen=True, slots=True)
class Found:
    """``pages``: those without a document, by the keys that theirs get, parents first."""

    pages: Mapping[str, RemotePage]
    notes: tuple[str, ...]


def find_new(conversion: Conversion, snapshot: Snapshot, place: Callable[[str], str] = str) -> Found:
    """The pages below ours that have no stamp. ``place``: where a document is after those have moved that move."""
    below: dict[str, list[RemotePage]] = {}
    for page in snapshot.pages.values():
        below.setdefault(page.parent or "", []).append(page)
    keys = {
        page.id: page.stamp.path for page in snapshot.owned() if page.stamp and page.stamp.path in conversion.tree.pages
    }
    documents = [file.key for file in conversion.source.documents]
    taken = {*documents, *conversion.source.assets}
    found: dict[str, RemotePage] = {}
    notes: list[str] = []
    queue = [(number, place(key)) for number, key in keys.items()]
    while queue:
        parent, key = queue.pop(0)
        for page in sorted(below.get(parent, ()), key=lambda page: (page.position or 0, int(page.id))):
            if page.id in keys or page.status != "current":
                continue
            if page.kind is not ContentKind.PAGE or page.stamp is not None:
                what = "a copy of a page that is published" if page.stamp else f"a {page.kind}"
                notes.append(f"“{page.title}” ({page.url}) is {what}: no document is made for it")
                continue
            made = name_document(page.title, page.id, folder_below(key), documents, taken)
            taken.add(made)
            found[made] = page
            queue.append((page.id, made))
    return Found(found, tuple(notes))


def make_documents(
    conversion: Conversion, remote: Remote, settings: Settings, found: Found, folder: Path
) -> list[NewDocument]:
    """The documents for new pages; what they show is downloaded into ``folder``."""
    pages: dict[str, NewPage] = {}
    for key, page in found.pages.items():
        body = remote.read_body(page.ref).body
        names = {unescape(name) for name in FILE.findall(body)}
        pages[key] = NewPage(page.id, page.title, body, download(remote, page, names, folder / page.id))
    return write_documents(conversion, settings, pages) if pages else []
