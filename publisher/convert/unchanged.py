"""One digest of everything that a conversion depends on, so that an unchanged set need not be parsed.

Only what reaches a page goes into it, in a canonical form: two machines, folders or processes give the same digest.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins
from msgspec.structs import asdict, replace

from publisher._version import __version__
from publisher.convert.documents import Parser, without_place
from publisher.convert.options import expand_title_affixes, find_dialect, find_tools, read_grammar
from publisher.convert.sources import check_published
from publisher.model.document import Document
from publisher.model.settings import Settings
from publisher.model.tree import AttachmentTarget, SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.pagetree.folders import is_index
from publisher.pictures.drawers import DRAWERS
from publisher.storage import digest

if TYPE_CHECKING:
    from publisher.convert.compose import Conversion

_MOST_OUTSIDE = 200  # files outside of the docs root that a digest names


def digest_inputs(source: SourceTree, settings: Settings, outside: Iterable[str] = ()) -> str:
    """The digest, and behind it a line for each file outside of the docs root that it covers. Empty if it is of no use.

    ``outside``: paths from the docs root, posix.
    """
    if settings.adopts:
        return ""
    paths = sorted(set(outside))
    tools = find_tools(settings.pictures, settings.docs)
    templates = _template_files(settings.page.templates)
    values = {
        "version": __version__,
        "options": _options(settings, source),
        "repository": [source.repository.blob_base, _below(source, settings.docs), *_submodules(source)],
        "navigation": to_builtins(source.navigation, order="deterministic"),
        "hidden": dict(source.hidden),
        "documents": {file.key: digest(file.data or b"") for file in source.documents},
        "assets": {key: _digest_file(path) for key, path in source.assets.items()},
        "outside": {path: _digest_file(settings.docs / path) for path in paths},
        "templates": {path.relative_to(settings.page.templates).as_posix(): _digest_file(path) for path in templates},
        "programs": [kind for kind, drawer in DRAWERS.items() if tools.find(drawer)],
    }
    return "\n".join([digest(json.dumps(values, sort_keys=True, default=_plain)), *paths])


def find_outside(conversion: "Conversion", docs: Path) -> list[str] | None:
    """The files outside of the docs root that pages were made from, as paths from it. None if they are too many."""
    root = docs.resolve()
    found: set[str] = set()
    for page in conversion.tree.pages.values():
        used = [Path(path) for path in page.document.included] if page.document else []
        used += [target.path for target in page.targets.values() if isinstance(target, AttachmentTarget)]
        found |= {
            Path(os.path.relpath(path, docs)).as_posix() for path in used if not path.resolve().is_relative_to(root)
        }
    return sorted(found) if len(found) <= _MOST_OUTSIDE else None


def find_root(source: SourceTree, settings: Settings) -> tuple[str, str]:
    """(key, title) of the root page: only documents that can be its index are parsed; without one, the first that is a page."""
    parser = Parser.of(settings, read_grammar(settings, source), source.texts)

    seen: dict[str, Document] = {}

    def published(files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, Document]]:
        for file in files:
            document = seen[file.key] = parser.parse(file).document
            if document.front_matter.publish:
                yield file, without_place(document) if settings.source.scratch else document

    top = list(published(file for file in source.documents if "/" not in file.key and is_index(file.key)))
    found = top or list(islice(published(source.documents), 1))
    check_published(source, tuple(seen.values()))
    documents = [document for _, document in found]
    part = replace(source, documents=tuple(file for file, _ in found))
    root = next(iter(build_pagetree(part, documents, expand_title_affixes(settings, part)).pages.values()))
    return (root.key, root.title) if top else ("/", root.title)


def _options(settings: Settings, source: SourceTree) -> dict[str, Any]:
    """Those that reach a page or a problem."""
    tree = expand_title_affixes(settings, source)
    return {
        "reading": [settings.source.nav, settings.source.lang, settings.source.i18n],
        "syntax": {**asdict(settings.syntax), "dialect": find_dialect(settings, source)},
        "tree": asdict(tree),
        "page": {**asdict(settings.page), "templates": ""},
        "pictures": [settings.pictures.diagrams, settings.pictures.remote_images, settings.pictures.kroki_url],
        "problems": [settings.quality.levels, settings.quality.max_attachment],
        "space": settings.sync.space,
    }


def _template_files(folder: str) -> list[Path]:
    """See ``template_files``: most projects have none, and pay for no Jinja2."""
    if not folder:
        return []
    from publisher.render.templates import template_files

    return template_files(folder)


def _below(source: SourceTree, docs: Path) -> str:
    root = source.repository.root
    return docs.resolve().relative_to(root.resolve()).as_posix() if root is not None else ""


def _submodules(source: SourceTree) -> list[object]:
    """Nothing where there are none, so that digests of others stay."""
    return [asdict(item) for item in source.repository.submodules]


def _digest_file(path: Path) -> str:
    """Empty for a file that is not there any more."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _plain(value: object) -> object:
    """Sets and mappings in an order that does not depend on the process."""
    if isinstance(value, frozenset | set):
        return sorted(value)
    return dict(value) if isinstance(value, Mapping) else str(value)
