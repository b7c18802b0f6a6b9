"""The files of an import, made in the spool: documents, attachments, comments, and the settings."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from publisher.importing.collect import Material, Texts, text_file, write_texts
from publisher.importing.comments import comments_text
from publisher.importing.layout import COMMENTS, Layout, place_files
from publisher.importing.names import slug_of
from publisher.importing.scan import scan_pages
from publisher.importing.settingsfile import Imported, write_settings
from publisher.importing.spool import PageRecord, Spool, each_record
from publisher.importing.values import ImportOptions, Listener, Listing, Loss
from publisher.importing.writing import SETTINGS, PlannedFile
from publisher.remote.port import Remote
from publisher.storage import digest


class MadeFiles(Struct, frozen=True):
    """``blocks``, ``storage``: how many blocks the documents have, and how many of them are storage."""

    files: list[PlannedFile]
    losses: tuple[Loss, ...]
    blocks: int
    storage: int
    stamps: tuple[str, ...]


def make_files(
    remote: Remote,
    options: ImportOptions,
    listing: Listing,
    layout: Layout,
    spool: Spool,
    *,
    listener: Listener,
    known: tuple[str, ...] = (),
) -> MadeFiles:
    """All that the folder is to hold; the settings come last. ``known``: collections that earlier imports found."""
    rows = {**listing.pages, **listing.posts}
    versions = {number: page.version for number, page in rows.items()}
    product = remote.capabilities.product
    names = collection_names(options, listing, layout)
    scan = scan_pages(spool, {number: page.title for number, page in listing.pages.items()}, product.user)
    found = _look_through(spool, versions, {name for _, name in names.values()}, known)
    people = name_people(remote, found.accounts | scan.people)
    material = Material(
        options=options, listing=listing, layout=layout, spool=spool, scan=scan, people=people, product=product,
        files=place_files(layout, found.attached), site=remote.site,
    )  # fmt: skip
    texts = Texts()
    for folder in layout.folders.values():
        texts.add(write_texts(material, folder, lambda done, total: listener.on_progress("made", done, total)))
    files = [*_documents(material), *_attachments(material, found.attached), *_comments(material, versions)]
    mentioned = {account: name for account, name in people.items() if account in scan.people}
    files.append(_settings(replace(material, people=mentioned), names, found.stamps, files))
    return MadeFiles(files, tuple(texts.losses), texts.blocks, texts.storage, found.stamps)


class _Records(Struct, frozen=True):
    """What the records of all pages say together."""

    attached: dict[str, Mapping[str, str]]
    accounts: set[str]
    stamps: tuple[str, ...]


def _look_through(spool: Spool, versions: Mapping[str, int], ours: set[str], known: tuple[str, ...]) -> _Records:
    attached: dict[str, Mapping[str, str]] = {}
    accounts: set[str] = set()
    stamps = dict.fromkeys(known)
    for number, record in each_record(spool, versions):
        attached[number] = record.attachments
        accounts |= _accounts(record)
        if record.collection and record.collection not in ours:
            stamps[record.collection] = None
    return _Records(attached, accounts, tuple(stamps))


def collection_names(options: ImportOptions, listing: Listing, layout: Layout) -> dict[str, tuple[str, str]]:
    """Folder → (id of its top, name of the collection)."""
    names = ((number, slug_of(listing.pages[number].title, number)) for number in layout.folders)
    return {layout.folders[number]: (number, f"{options.space.lower()}-{name}") for number, name in names}


def _accounts(record: PageRecord) -> set[str]:
    named = (*record.view, *record.edit, *(author for _, author, _ in record.comments if author))
    return {account for account in named if not account.startswith("group ")}


def name_people(remote: Remote, accounts: set[str]) -> dict[str, str]:
    """Account → a name without blanks that nobody else has, as documents mention people; those who cannot be seen have none."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for account in sorted(accounts):
        name = remote.details.read_user(account)
        if not name:
            continue
        plain = slug_of(name, "x").encode("ascii", "ignore").decode().strip("-") or "person"
        numbered = (plain if count == 1 else f"{plain}-{count}" for count in range(1, 10_000))
        found[account] = next(each for each in numbered if each not in taken)
        taken.add(found[account])
    return found


def _documents(material: Material) -> Iterator[PlannedFile]:
    for number, key in material.layout.keys.items():
        yield _planned(key, text_file(material.spool, number))


def _attachments(material: Material, attached: Mapping[str, Mapping[str, str]]) -> Iterator[PlannedFile]:
    found = {key: attached[page][name] for (page, name), key in material.files.items()}
    for key, bytes_digest in sorted(found.items()):
        yield PlannedFile(key, material.spool.file(bytes_digest, key), bytes_digest)


def _comments(material: Material, versions: Mapping[str, int]) -> list[PlannedFile]:
    if not material.options.comments:
        return []
    text = comments_text(material, dict(each_record(material.spool, versions)))
    if not text:
        return []
    folder = next(iter(material.layout.folders.values()))
    return [_kept(material, f"{folder}/{COMMENTS}.md".lstrip("/"), "comments.txt", text)]


def _settings(
    material: Material, tops: Mapping[str, tuple[str, str]], stamps: tuple[str, ...], files: list[PlannedFile]
) -> PlannedFile:
    options = material.options
    others = [file for file in files if not file.key.endswith(".md")]
    about = Imported(
        site=material.site,
        space=options.space,
        product=material.product.name,
        dialect=options.dialect,
        tops=tops,
        stamps=stamps,
        people={name: account for account, name in material.people.items()},
        suffixes=frozenset(PurePosixPath(file.key).suffix.lower() for file in others),
        largest=max((file.source.stat().st_size for file in others), default=0),
    )
    return _kept(material, SETTINGS, "settings.txt", write_settings(about))


def _kept(material: Material, key: str, name: str, text: str) -> PlannedFile:
    path = material.spool.folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return _planned(key, path)


def _planned(key: str, source: Path) -> PlannedFile:
    return PlannedFile(key, source, digest(source.read_bytes()))
