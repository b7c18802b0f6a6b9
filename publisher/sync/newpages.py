"""Pages that people made below ours: documents for them, whose next publish adopts the pages as they are."""

from collections.abc import Callable, Mapping, Sequence
from html import unescape
from pathlib import Path

from msgspec import Struct

from publisher.convert.compose import Conversion
from publisher.convert.moving import folder_below
from publisher.convert.newdocuments import NewDocument, NewPage, name_document, write_documents
from publisher.model.settings import Settings
from publisher.model.snapshot import RemotePage
from publisher.remote.port import Remote
from publisher.sync.files import FILE, download
from publisher.sync.proposal import Proposal
from publisher.sync.unknown import Unknown, is_plain


class Found(Struct, frozen=True):
    """``pages``: those without a document, by the keys that theirs get, parents first."""

    pages: Mapping[str, RemotePage]
    notes: tuple[str, ...]


def find_new(
    conversion: Conversion, proposal: Proposal, unknown: Sequence[Unknown], place: Callable[[str], str] = str
) -> Found:
    """The pages below ours that get documents; ``unknown``: all that have none. ``place``: where a document is after those have moved that move."""
    keys = {action.remote.id: place(action.page.key) for action in proposal.plan.actions if action.remote}
    documents = [file.key for file in conversion.source.documents]
    taken = {*documents, *conversion.source.assets}
    found: dict[str, RemotePage] = {}
    notes: list[str] = []
    for each in unknown:
        page = each.page
        if not is_plain(page):
            what = "a copy of a page that is published" if page.stamp else f"a {page.kind}"
            notes.append(f"“{page.title}” ({page.url}) is {what}: no document is made for it")
            continue
        made = name_document(page.title, page.id, folder_below(keys[each.above.id]), documents, taken)
        taken.add(made)
        keys[page.id] = made
        found[made] = page
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
