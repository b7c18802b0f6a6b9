"""Import: list, read, make texts, say what they cannot hold, write. Nothing is written to Confluence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from publisher.errors import UsageError
from publisher.importing.fetch import fetch_pages
from publisher.importing.layout import Layout, lay_out
from publisher.importing.listing import list_pages, page_id
from publisher.importing.make import make_files
from publisher.importing.spool import Spool
from publisher.importing.values import ImportOptions, Listener, Listing, Loss
from publisher.importing.writing import (
    ImportRecord,
    check_folder,
    different_files,
    keep_settings,
    read_record,
    write_files,
)
from publisher.model.snapshot import ContentRef, Space
from publisher.remote.port import Remote

SPOOL = ".publisher/import"


class ImportResult(Struct, frozen=True, kw_only=True):
    """``pages``: (id, title, address, path of the document) of each. ``written``: paths of the files that were not there, or
    were different; with ``check`` those that would be written. ``blocks``, ``storage``: how many there are, and how many are storage.
    """

    space: str
    pages: tuple[tuple[str, str, str, str], ...]
    written: tuple[str, ...]
    losses: tuple[Loss, ...]
    files: int = 0
    blocks: int = 0
    storage: int = 0
    requests: int = 0


def import_pages(
    remote: Remote, options: ImportOptions, listener: Listener | None = None, *, check: bool = False
) -> ImportResult:
    """Writes the folder; with ``check`` nothing. PlanRefused, before anything is written, if it holds work of others."""
    listener = listener or Listener()
    record = read_record(options.output)
    check_folder(options.output, record, None, force=options.force)
    space = find_space(remote, options)
    top = page_id(options.page) if options.page else ""
    with _spool(options.output, check=check) as spool:
        spool.prepare(f"{remote.site} {space.key} {top} {options.comments}")
        listing = _read(remote, list_pages(remote, space, top), spool, options, listener)
        layout = lay_out(listing, record.pages, comments=options.comments)
        wanted = replace(options, space=space.key)
        made = make_files(remote, wanted, listing, layout, spool, listener=listener, known=record.stamps)
        files = keep_settings(options.output, made.files, record)
        check_folder(options.output, record, {f.key: f.digest for f in files}, force=options.force)
        losses = (*listing.losses, *made.losses)
        listener.on_losses(losses)
        written = different_files(options.output, files)
        if not check:
            new = ImportRecord(pages=layout.keys, stamps=made.stamps)
            write_files(options.output, files, new, record)
            spool.remove()
    return ImportResult(
        space=space.key,
        pages=tuple(_rows(listing, layout)),
        written=tuple(written),
        losses=losses,
        files=len(made.files) - len(layout.keys),
        blocks=made.blocks,
        storage=made.storage,
        requests=remote.session.requests,
    )


def find_space(remote: Remote, options: ImportOptions) -> Space:
    """The space that is named, else the one that the page is in."""
    if options.space:
        return remote.find_space(options.space)
    if not options.page:
        raise UsageError("name what to import: --space KEY, or --page ID")
    return remote.find_space_of(ContentRef(page_id(options.page)))


@contextmanager
def _spool(output: Path, *, check: bool) -> Iterator[Spool]:
    """In the folder, where a run that was ended finds it again; elsewhere for a run that writes nothing."""
    if not check:
        yield Spool(output / SPOOL)
        return
    with TemporaryDirectory() as folder:
        yield Spool(Path(folder) / "import")


def _read(remote: Remote, listing: Listing, spool: Spool, options: ImportOptions, listener: Listener) -> Listing:
    """The pages that could be read; what is below the others goes to the page above them."""
    pages = [*listing.pages.values(), *listing.posts.values()]
    lost = fetch_pages(
        remote,
        pages,
        spool,
        comments=options.comments,
        progress=lambda done, total: listener.on_progress("read", done, total),
    )
    gone = {loss.id for loss in lost}
    parents: dict[str, str | None] = {}
    for number in listing.pages:
        above = listing.parents[number]
        while above in gone:
            above = listing.parents[above]
        if number not in gone:
            parents[number] = above
    if not parents:
        raise UsageError("there is no page to import that this account can read")
    return Listing(
        {number: page for number, page in listing.pages.items() if number not in gone},
        parents,
        {number: page for number, page in listing.posts.items() if number not in gone},
        (*listing.losses, *lost),
    )


def _rows(listing: Listing, layout: Layout) -> Iterator[tuple[str, str, str, str]]:
    for number, page in (*listing.pages.items(), *listing.posts.items()):
        yield number, page.title, page.url, layout.keys[number]
