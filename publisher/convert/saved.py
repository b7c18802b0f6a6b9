"""After a save: where only words of some documents are others, the tree of pages is the same, and the cost is theirs.

All files were read. What the tree and the other pages see of a document is compared; where anything of it differs, or is
not sure to be the same, everything is converted as ever.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.cache import ConversionCache
from publisher.convert.compose import Conversion, judge
from publisher.model.document import Document
from publisher.model.settings import Settings
from publisher.model.tree import AnchorTarget, AttachmentTarget, LinkTarget, Page, PageTarget, SourceTree
from publisher.pagetree.targets import resolve_again
from publisher.pagetree.titles import outline_of
from publisher.render.page import render_again
from publisher.render.templates import load_templates

_MOST = 10  # documents that are saved at once


class LastConversion(Struct, frozen=True):
    """What a conversion was made from. ``source``: as it was read."""

    settings: Settings
    source: SourceTree
    documents: Sequence[Document]
    conversion: Conversion
    files: Mapping[Path, tuple[int, int] | None]
    """Files that are attached or could be, with time and size."""

    @classmethod
    def of(
        cls, settings: Settings, source: SourceTree, documents: Sequence[Document], conversion: Conversion
    ) -> "LastConversion":
        return cls(settings, source, documents, conversion, _look_at(source, conversion))


def _look_at(source: SourceTree, conversion: Conversion) -> dict[Path, tuple[int, int] | None]:
    targets = (target for page in conversion.tree.pages.values() for target in page.targets.values())
    paths = {*source.assets.values(), *(target.path for target in targets if isinstance(target, AttachmentTarget))}
    return {path: _look(path) for path in paths}


def _look(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def convert_saved(
    last: LastConversion, settings: Settings, source: SourceTree, documents: Sequence[Document], cache: ConversionCache
) -> Conversion | None:
    """None where more may have changed than the words of a few documents."""
    if settings != last.settings or not _are_same_files(source, last.source):
        return None
    changed = [(old, new) for old, new in zip(last.documents, documents, strict=True) if old is not new]
    pictures = settings.pictures.remote_images == "download" or last.conversion.drawing
    if len(changed) > _MOST or pictures or any(_look(path) != seen for path, seen in last.files.items()):
        return None
    if load_templates(settings.page.templates) is not last.conversion.options.templates:
        return None
    if not all(_looks_the_same(old, new) for old, new in changed):
        return None
    before = last.conversion
    pages, problems = dict(before.tree.pages), list(before.tree.problems)
    for _, new in changed:
        if new.key not in pages:
            continue
        known, found = cache.links.resolved.get(new.key), resolve_again(new, cache.links)
        if known is None or found is None or not _leads_to_the_same(known.targets, found.targets):
            return None
        pages[new.key] = _with_text(pages[new.key], new, found.targets)
        for item in known.problems:
            problems.remove(item)
        problems += found.problems
    tree = replace(before.tree, pages=MappingProxyType(pages), problems=tuple(problems))
    keys = [new.key for _, new in changed if new.key in pages]
    rendered = render_again(before.rendered, tree, keys, before.options, cache.pages)
    if rendered is None:
        return None
    made = replace(before, source=source, tree=tree, rendered=rendered, changed=frozenset(keys))
    return judge(settings, documents, made)


def _with_text(page: Page, document: Document, targets: Mapping[str, LinkTarget]) -> Page:
    return replace(page, document=document, targets=MappingProxyType(dict(targets)))


def _are_same_files(source: SourceTree, last: SourceTree) -> bool:
    """But for the bytes of documents. Which dialect they have may depend on their words."""
    keys = [(file.key, file.path) for file in source.documents] == [(file.key, file.path) for file in last.documents]
    bare = replace(source, documents=(), repository=last.repository, refusal=last.refusal)
    about = source.repository.blobs == last.repository.blobs and source.repository.branch == last.repository.branch
    return keys and about and bare == replace(last, documents=())


def _looks_the_same(old: Document, new: Document) -> bool:
    """To the tree, to titles, and to the links of others."""
    if not (old.readable and new.readable) or old.front_matter != new.front_matter:
        return False
    headings = [[(h.level, h.children, h.slug) for h in document.headings] for document in (old, new)]
    drawn = [[(item.word, item.text) for item in document.drawables] for document in (old, new)]
    titles = [_title_facts(document) for document in (old, new)]
    return (
        headings[0] == headings[1]
        and drawn[0] == drawn[1]
        and titles[0] == titles[1]
        and (list(old.anchors) == list(new.anchors) and old.included == new.included)
    )


def _title_facts(document: Document) -> object:
    outline = outline_of(document)
    first, opening = outline.first, outline.opening
    return (
        (first.level, first.children, first.slug) if first else None,
        opening is not None,
        outline.leads,
    )


def _leads_to_the_same(old: Mapping[str, LinkTarget], new: Mapping[str, LinkTarget]) -> bool:
    """Which headings of other pages, and of its own, need an anchor; which drawings are to be made."""
    return _marks(old) == _marks(new)


def _marks(targets: Mapping[str, LinkTarget]) -> set[object]:
    found: set[object] = set()
    for target in targets.values():
        match target:
            case PageTarget(_, anchor) if anchor:
                found.add(target)
            case AnchorTarget():
                found.add(target)
            case AttachmentTarget(_, path) if path.suffix.lower() == ".drawio":
                found.add(target)
            case _:
                pass
    return found
