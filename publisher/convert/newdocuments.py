"""Documents for pages that people made: text in the dialect at hand, and a name in the style of their neighbours."""

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.compose import Conversion, convert
from publisher.convert.filekeys import choose_keys
from publisher.convert.frontedits import escape_title, scalar
from publisher.convert.options import find_dialect, read_grammar, title_rule
from publisher.convert.reading import reading_context
from publisher.markdown.write import MarkdownWriter, Unwritable
from publisher.markdown.writing.style import detect_style, style_of
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile
from publisher.naming import slugify
from publisher.pagetree.files import attachment_name
from publisher.pagetree.titles import TitleRule
from publisher.reading.read import read_storage
from publisher.storage import NotWellFormed, canonical, without_muted

_MOST = 200  # bytes of a file's name


class NewPage(Struct, frozen=True):
    """A page without a document. ``files``: attachments that it shows, by name, with local copies."""

    id: str
    title: str
    body: str
    files: Mapping[str, Path]


class NewDocument(Struct, frozen=True):
    """``same``: whether it converts to the page as it is. ``files``: (key, local copy) of what it shows."""

    key: str
    text: str
    same: bool
    files: tuple[tuple[str, Path], ...]


def name_document(title: str, number: str, folder: str, keys: Collection[str], taken: Collection[str]) -> str:
    """A key in ``folder`` from the title of a page; ``keys``: of all documents, whose style it follows."""
    near = [posixpath.basename(key) for key in keys if posixpath.dirname(key) == folder] or list(
        map(posixpath.basename, keys)
    )
    suffixes = Counter(posixpath.splitext(name)[1] for name in near if name)
    suffix = suffixes.most_common(1)[0][0] if suffixes else ".md"
    spaced = any(" " in name for name in near)
    under = sum("_" in name.strip("_") for name in near) > sum("-" in name for name in near)
    plain = (
        re.sub(r"\s+", " ", re.sub(r'[\\/:*?"<>|#^\[\]\x00-\x1f]', " ", title)).strip(" .")
        if spaced
        else slugify(title)
    )
    plain = re.sub(r"-{2,}", "-", plain).strip("-") if not spaced else plain
    plain = plain.replace("-", "_") if under and not spaced else plain
    stem = plain.encode()[:_MOST].decode(errors="ignore").strip(" .") or f"page-{number}"
    names = (f"{stem}{f'-{count}' if count > 1 else ''}{suffix}" for count in range(1, 10_000))
    return next(key for name in names if (key := posixpath.join(folder, name)) not in taken)


def write_documents(conversion: Conversion, settings: Settings, pages: Mapping[str, NewPage]) -> list[NewDocument]:
    """A document for each page, by the keys that they get; links between them lead to each other."""
    source = conversion.source
    headed = title_rule(settings, source) in {TitleRule.OPENING, TitleRule.H1, TitleRule.HEADING}
    fronts = {key: _front(page, headed=headed) for key, page in pages.items()}

    def with_texts(texts: Mapping[str, str], files: Mapping[str, Path]) -> Conversion:
        more = tuple(SourceFile(key, source.root / key, text.encode()) for key, text in texts.items())
        documents = tuple(sorted((*source.documents, *more), key=lambda file: file.key))
        return convert(
            settings,
            replace(source, documents=documents, assets={**source.assets, **files}),
            elsewhere=conversion.elsewhere,
        )

    empty = with_texts(fronts, {})
    taken = set(source.assets)
    texts: dict[str, str] = {}
    files: dict[str, dict[str, Path]] = {}
    for key, page in pages.items():
        keys = choose_keys(settings, source, key, page.files, taken)
        files[key] = {keys[name]: path for name, path in page.files.items()}
        own_names = any(attachment_name(keys[name]) != name for name in page.files)
        texts[key] = _front(page, headed=headed, own_names=own_names) + _text(empty, settings, key, page.body, keys)
    whole = with_texts(texts, {key: path for found in files.values() for key, path in found.items()})
    found = []
    for key, page in pages.items():
        made = whole.rendered.pages.get(key)
        same = made is not None and _same(made.body, page.body)
        found.append(NewDocument(key, texts[key].rstrip("\n") + "\n", same, tuple(files[key].items())))
    return found


def _front(page: NewPage, *, headed: bool, own_names: bool = False) -> str:
    """``own_names``: its files keep the names that they have on the page, so that the page need not be written."""
    title = "" if headed else f"title: {scalar(page.title)}\n"
    names = "  attachment_names: file\n" if own_names else ""
    head = f"# {escape_title(page.title)}\n\n" if headed else ""
    return f'---\n{title}confluence:\n  page_id: "{page.id}"\n{names}---\n\n{head}'


def _text(conversion: Conversion, settings: Settings, key: str, body: str, keys: Mapping[str, str]) -> str:
    dialect = find_dialect(settings, conversion.source)
    texts = "\n".join((file.data or b"").decode("utf-8", "replace") for file in conversion.source.documents[:20])
    writer = MarkdownWriter(read_grammar(settings, conversion.source), detect_style(texts, style_of(dialect)))
    blocks = read_storage(without_muted(body), reading_context(conversion, key, writer, keys))
    try:
        return writer.write(blocks)
    except Unwritable:  # nothing is lost: the whole page as it is stored
        return f"````````confluence\n{body}\n````````\n"


def _same(body: str, stored: str) -> bool:
    try:
        return canonical(without_muted(body)) == canonical(without_muted(stored))
    except NotWellFormed:
        return False
