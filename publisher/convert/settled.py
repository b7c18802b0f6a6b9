"""A whole conversion of an earlier run: its problems, and what each page says. Where everything that it was made from is
the same, nothing is converted, and neither the parser nor the renderer is imported.

Kept are conversions only that depend on nothing else than what is compared here; the others are converted page by page.
"""

import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from publisher.convert.facts import Reads, canonical, combine, pack, read_problems, unpack, write_problems, write_reads
from publisher.convert.store import FEWEST_KEPT, Store
from publisher.convert.version import converter_version
from publisher.model.problem import Problem
from publisher.model.settings import Settings
from publisher.model.tree import AttachmentTarget, BrokenTarget, ExternalTarget, LinkTarget, Page, SourceTree
from publisher.source.git.git import repository_root
from publisher.source.signs import detect_dialect
from publisher.storage import digest

if TYPE_CHECKING:
    from publisher.convert.compose import Conversion


class Settled(Struct, frozen=True):
    """``pages``: key → digest of the body."""

    problems: tuple[Problem, ...]
    pages: Mapping[str, str]


def find_settled(settings: Settings, source: SourceTree) -> Settled | None:
    """The conversion of one docs folder by itself, if it was kept and all its files are the same."""
    key = _key(settings, source)
    store = _open(settings) if key else None
    if store is None:
        return None
    try:
        kept = store.read([key]).get(key)
        problems, pages, files, reads, programs = unpack(kept) if kept else ([], None, {}, {}, None)
        if pages is None or not _are_same_files(files) or not _are_same_reads(reads, settings, source):
            return None
        if programs is not None and programs != _programs(settings):
            return None
        return Settled(tuple(read_problems(problems)), dict(pages))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    finally:
        store.close()


def keep_settled(settings: Settings, conversion: "Conversion", reads: Mapping[str, Reads]) -> None:
    """``reads``: what documents read of other files, by key. Nothing where more has a part in it than is compared."""
    source = conversion.source
    files = _attached(conversion)
    key = _key(settings, source) if files is not None and not _is_unsure(conversion, settings) else b""
    store = _open(settings) if key else None
    if store is None:
        return
    value = [
        write_problems(conversion.problems),
        {key: page.digests["body"] for key, page in conversion.rendered.pages.items()},
        files,
        {key: write_reads(read) for key, read in reads.items() if read},
        _programs(settings) if any(map(_has_drawing, conversion.tree.pages.values())) else None,
    ]
    try:
        store.put(key, pack(value))
    finally:
        store.close()


def _open(settings: Settings) -> Store | None:
    return Store.open(Path(settings.speed.cache) / "conversions", named=False)


def _key(settings: Settings, source: SourceTree) -> bytes:
    """Of everything that was read, and of what it is converted with; empty where nothing is kept."""
    used = settings.speed.cache not in {"", "off"} and len(source.documents) >= FEWEST_KEPT
    more = bool(source.texts or settings.adopts or settings.page.templates)
    version = converter_version() if used and not more else ""
    if not version:
        return b""
    git = source.repository
    values = {
        "settings": {name: asdict(options) for name, options in asdict(settings).items() if name != "speed"},
        "repository": [git.root, git.remote, git.blob_base, git.branch, git.default_branch, git.names],
        "submodules": [asdict(item) for item in git.submodules],
        "navigation": to_builtins(source.navigation, order="deterministic"),
        "assets": {key: str(path) for key, path in source.assets.items()},
        "walk": [source.root, source.hidden, source.refused, source.twins, source.asset_roots],
        "dialect": [detect_dialect(settings.docs, repository_root(settings.docs)), write_problems([source.vault] if source.vault else [])],
    }  # fmt: skip
    names = [(file.key, str(file.path)) for file in source.documents]
    texts = (file.data or b"" for file in source.documents)
    return combine(b"settled", version.encode(), canonical(values), canonical(names), *texts)


def _is_unsure(conversion: "Conversion", settings: Settings) -> bool:
    """Whether programs, addresses or files that nobody has listed have a part in it, or something failed."""
    drawn = conversion.options.pictures or conversion.drawing or settings.pictures.remote_images == "download"
    failed = conversion.unreadable or any(item.code == "internal-error" for item in conversion.problems)
    if drawn or failed or conversion.elsewhere:
        return True
    pages = conversion.tree.pages.values()
    return any(_is_elsewhere(page.key, href, target) for page in pages for href, target in page.targets.items())


def _is_elsewhere(key: str, href: str, target: LinkTarget) -> bool:
    """Whether it may depend on a file outside of the docs root, or on the bytes of one that is not attached."""
    match target:
        case BrokenTarget("bytes"):
            return True
        case BrokenTarget() | ExternalTarget():
            path = unquote(href.lstrip("!+").removeprefix("wikilink:").partition("#")[0].partition("?")[0])
            path = path.removeprefix("@site/").removeprefix("@")
            bases = ("",) if path.startswith("/") else (posixpath.dirname(key), posixpath.splitext(key)[0])
            return any(posixpath.normpath(posixpath.join(base, path.lstrip("/"))).startswith("..") for base in bases)
        case _:
            return False


def _attached(conversion: "Conversion") -> dict[str, str] | None:
    """Path → digest of each file that pages show or attach; None where one lies outside the docs root, or is gone."""
    inside = set(conversion.source.assets.values())
    found = {str(file.path): file.digest for page in conversion.rendered.pages.values() for file in page.attachments}
    targets = (target for page in conversion.tree.pages.values() for target in page.targets.values())
    for path in {target.path for target in targets if isinstance(target, AttachmentTarget)}:
        if path not in inside:
            return None
        try:
            found[str(path)] = found.get(str(path)) or digest(path.read_bytes())
        except OSError:  # it is gone by now
            return None
    return found


def _has_drawing(page: Page) -> bool:
    """Whether a program could draw something of it."""
    files = (target.path for target in page.targets.values() if isinstance(target, AttachmentTarget))
    named = any(path.suffix.lower() == ".drawio" for path in files)
    return named or bool(page.document and page.document.drawables)


def _programs(settings: Settings) -> list[str]:
    """The kinds of diagrams that a program of this machine would draw."""
    from publisher.pictures.drawers import DRAWERS, Tools

    pictures = settings.pictures
    tools = Tools(pictures.diagrams, pictures.programs, pictures.kroki_url, repository_root(settings.docs))
    return [kind for kind, drawer in DRAWERS.items() if tools.find(drawer)]


def _are_same_files(files: Mapping[str, str]) -> bool:
    try:
        return all(digest(Path(path).read_bytes()) == known for path, known in files.items())
    except OSError:
        return False


def _are_same_reads(reads: Mapping[str, Iterable[Any]], settings: Settings, source: SourceTree) -> bool:
    """Whether each file that a document asked for says what it said, or is still not there."""
    if not reads:
        return True
    from publisher.convert.includes import make_reader

    reader_of, paths = make_reader(settings), {file.key: file.path for file in source.documents}
    for key, noted in reads.items():
        read = reader_of(paths[key])
        if write_reads([(path, read(path)) for path, _ in noted]) != noted:
            return False
    return True
