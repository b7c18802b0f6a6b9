"""One digest of everything that a conversion depends on."""

from dataclasses import replace
from pathlib import Path

from publisher import __version__
from publisher.convert.options import decorate, read_default_values, read_grammar, tools_of
from publisher.markdown.parse import parse_document
from publisher.model.settings import Settings
from publisher.model.tree import (
    SourceTree,
)
from publisher.pagetree.build import build_pagetree
from publisher.pictures.drawers import DRAWERS
from publisher.source.git.repository import find_repository
from publisher.storage import digest

#: From so many documents on a run first tries to prove, without parsing them, that nothing has changed.
LARGE = 200


def is_large(source: SourceTree) -> bool:
    """Whether it is worth a look whether nothing has changed before the documents are parsed."""
    return len(source.documents) >= LARGE


def digest_inputs(source: SourceTree, settings: Settings) -> str:
    """One digest of everything that a conversion depends on; empty where it is of no use.

    That is for few documents, and where files outside the docs root may matter.
    """
    if settings.source.assets or settings.adopts or not is_large(source):
        return ""
    names = [repr(source.navigation), *(f"{file.key}\0{digest(file.data or b'')}" for file in source.documents)]
    names += [f"{key}\0{digest(path.read_bytes())}" for key, path in source.assets.items()]
    templates = sorted(Path(settings.page.templates).glob("*.xml.j2")) if settings.page.templates else []
    names += [f"{path.name}\0{digest(path.read_bytes())}" for path in templates]
    names += [kind for kind, drawer in DRAWERS.items() if tools_of(settings).find(drawer)]
    repository = find_repository(settings.source)
    return digest(
        "\n".join([__version__, repr(decorate(settings)), repr((repository.root, repository.blob_base)), *names])
    )


def find_root(source: SourceTree, settings: Settings) -> tuple[str, str]:
    """(key, title) of the root page, without parsing any other document."""
    top = [file for file in source.documents if "/" not in file.key]
    grammar, defaults = read_grammar(settings), read_default_values(settings)
    documents = [parse_document(file.key, file.data or b"", grammar, defaults=defaults(file.key)) for file in top]
    tree = build_pagetree(replace(source, documents=tuple(top)), documents, decorate(settings), (None, ""))
    root = next(iter(tree.pages.values()))
    return root.key, root.title
