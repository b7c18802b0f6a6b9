"""Resolve the links of all documents; remember those of unchanged ones."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.model.document import Document
from publisher.model.problem import Problem
from publisher.model.tree import (
    AnchorTarget,
    LinkTarget,
    PageTarget,
)
from publisher.pagetree.addresses import LinkContext, PathIndex
from publisher.pagetree.labels import LabelResolver


class Resolved(Struct, frozen=True):
    """The targets of a document, and the anchors of the documents that they lead to, as they were then."""

    document: Document
    targets: Mapping[str, LinkTarget]
    problems: list[Problem]
    anchors: Mapping[str, Mapping[str, int]]


_NO_NAMES = PathIndex({}, {}, {})


def _nothing(path: Path) -> str:
    return ""


class LinkCache(Struct):
    """What a run that stays knows of the links of the last tree. ``place``: all that they depend on besides documents."""

    place: object = None
    context: LinkContext | None = None
    resolved: dict[str, Resolved] = field(default_factory=dict)


def resolve_all(
    documents: Mapping[str, Document], place: LinkContext, cache: LinkCache
) -> dict[str, tuple[Mapping[str, LinkTarget], list[Problem]]]:
    aliases = [document.front_matter.aliases for document in documents.values()]
    around = replace(place, documents={}, names=_NO_NAMES, refusal=_nothing), list(documents), aliases
    if around != cache.place:
        cache.place, cache.resolved = around, {}
    cache.context = place
    for key, document in documents.items():
        known = cache.resolved.get(key)
        if (
            known
            and known.document is document
            and all(documents[other].anchors == anchors for other, anchors in known.anchors.items())
        ):
            continue
        cache.resolved[key] = _resolved(document, place)
    return {key: (cache.resolved[key].targets, cache.resolved[key].problems) for key in documents}


def resolve_again(document: Document, cache: LinkCache) -> Resolved | None:
    """The links of a document of which nothing has changed that other documents see. None where the tree is not known."""
    if cache.context is None or document.key not in cache.resolved:
        return None
    found = _resolved(document, cache.context.with_document(document))
    cache.context = cache.context.with_document(document)
    cache.resolved[document.key] = found
    return found


def _resolved(document: Document, place: LinkContext) -> Resolved:
    targets, problems = _resolve(document, place)
    others = {t.key for t in targets.values() if isinstance(t, PageTarget) and t.key in place.documents}
    others |= {document.key for target in targets.values() if isinstance(target, AnchorTarget)}
    return Resolved(document, targets, problems, {other: place.documents[other].anchors for other in others})


def _resolve(document: Document, place: LinkContext) -> tuple[dict[str, LinkTarget], list[Problem]]:
    resolver = LabelResolver(place, document)
    targets = {link.href: resolver.link(link.href, link.line) for link in document.links}
    targets |= {"!" + image.src: resolver.image(image.src, image.alt, image.line) for image in document.images}
    targets |= {"+" + path: resolver.attach(path) for path in document.front_matter.attachments}
    return targets, resolver.problems


def linked_anchors(targets: Mapping[str, Mapping[str, LinkTarget]]) -> dict[str, set[str]]:
    """The anchors of each page that some link leads to."""
    anchors: dict[str, set[str]] = {}
    for key, found in targets.items():
        for target in found.values():
            match target:
                case AnchorTarget(anchor):
                    anchors.setdefault(key, set()).add(anchor)
                case PageTarget(page, anchor) if anchor:
                    anchors.setdefault(page, set()).add(anchor)
                case _:
                    pass
    return anchors
