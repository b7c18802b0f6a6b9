"""Collections of one publisher.yml, converted together, so that their pages can link to each other."""

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from publisher.convert.cache import Memory
from publisher.convert.compose import Conversion, convert, make_pages
from publisher.convert.quality import sort_problems
from publisher.model.settings import Settings
from publisher.model.tree import (
    ElsewhereTarget,
)
from publisher.pagetree.addresses import Elsewhere
from publisher.render.page import render_pages


def convert_together(several: Sequence[Settings]) -> list[Conversion]:
    """Collections of one publisher.yml: links from one's documents to another's become links between pages."""
    alone = [convert(settings) for settings in several]
    if len(alone) == 1:
        return alone
    pages = [_addresses(conversion, settings) for conversion, settings in zip(alone, several, strict=True)]
    together = []
    for number, (conversion, settings) in enumerate(zip(alone, several, strict=True)):
        others: dict[Path, Elsewhere] = {}
        for other, found in enumerate(pages):
            others |= found if other != number else {}
        documents = [page.document for page in conversion.tree.pages.values() if page.document]
        made = make_pages(settings, conversion.source, documents, others, Memory())
        shown = {document.key for document in documents}
        unread = [item for item in conversion.problems if item.path not in shown and item not in made.problems]
        problems = tuple(sort_problems([*made.problems, *unread]))
        together.append(replace(made, problems=problems, unreadable=conversion.unreadable))
    return [
        _with_anchors(conversion, settings, together) for conversion, settings in zip(together, several, strict=True)
    ]


def _with_anchors(conversion: Conversion, settings: Settings, others: Iterable[Conversion]) -> Conversion:
    """With the anchors that links of other collections lead to."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for other in others:
        for page in other.tree.pages.values():
            for target in page.targets.values():
                if isinstance(target, ElsewhereTarget) and target.anchor:
                    wanted.setdefault((target.space, target.title), set()).add(target.anchor)
    pages = {
        key: replace(
            page, anchors=page.anchors | wanted.get((page.place.space or settings.sync.space, page.title), set())
        )
        for key, page in conversion.tree.pages.items()
    }
    if pages == dict(conversion.tree.pages):
        return conversion
    tree = replace(conversion.tree, pages=MappingProxyType(pages))
    return replace(conversion, tree=tree, rendered=render_pages(tree, options=conversion.style))


def _addresses(conversion: Conversion, settings: Settings) -> dict[Path, Elsewhere]:
    """Each page of a collection by the path of its document, and of its folder where it is one's page."""
    found: dict[Path, Elsewhere] = {}
    for key, page in conversion.tree.pages.items():
        elsewhere = Elsewhere(page.title, page.place.space or settings.sync.space, page.document)
        found[settings.docs / key.rstrip("/")] = elsewhere
        if key.endswith("/") or posixpath.splitext(posixpath.basename(key))[0].lower() in {"index", "readme", "_index"}:
            found[settings.docs / posixpath.dirname(key)] = elsewhere
    return found
