"""Which pages a set of changed files concerns. Pure but for the look whether a file is there."""

from collections.abc import Collection
from pathlib import Path

from publisher.convert.compose import Conversion
from publisher.model.settings import Settings
from publisher.model.tree import AttachmentTarget, PageTarget
from publisher.source.navigation import NAVIGATION_FILES

#: Files that say how all documents are read, or where they go.
_FOR_ALL = {"publisher.yml", "publisher.yaml", ".gitignore", ".publisherignore", *NAVIGATION_FILES}


def find_affected(conversion: Conversion, settings: Settings, changed: Collection[Path]) -> frozenset[str] | None:
    """Keys of the pages whose text may differ because these files do, and of the pages above them; None: of all pages.

    A document that has changed may have another title or other headings: what links to it counts as well.
    """
    templates = Path(settings.page.templates).resolve() if settings.page.templates else None
    if any(_is_for_all(path) or (templates and path.is_relative_to(templates)) for path in changed):
        return None
    pages, docs = conversion.tree.pages, settings.docs.resolve()
    paths = {file.key: file.path.resolve() for file in conversion.source.documents}
    direct = {
        key
        for key, page in pages.items()
        if paths.get(key) in changed
        or (page.document and any(Path(path).resolve() in changed for path in page.document.included))
        or any(isinstance(t, AttachmentTarget) and t.path.resolve() in changed for t in page.targets.values())
    }
    gone = {path for path in changed if path.is_relative_to(docs) and not path.exists()}
    linking = {
        key
        for key, page in pages.items()
        if any(isinstance(t, PageTarget) and t.key in direct for t in page.targets.values())
        or (gone and any(item.path == key and item.code == "broken-link" for item in conversion.problems))
    }
    found = direct | linking
    for key in list(found):
        above = pages[key].parent
        while above is not None:
            found.add(above)
            above = pages[above].parent
    return frozenset(found)


def _is_for_all(path: Path) -> bool:
    """With the files that an mkdocs.yml inherits from, by their usual names."""
    return path.name in _FOR_ALL or (path.name.startswith("mkdocs.") and path.suffix in {".yml", ".yaml"})
