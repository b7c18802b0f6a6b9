"""The one composer: values in one direction. Every command that touches documents goes through here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from publisher.convert.cache import Memory
from publisher.convert.documents import parse_documents
from publisher.convert.options import decorate, render_options_of, tools_of
from publisher.convert.quality import sort_problems
from publisher.convert.sources import no_documents_message, read_source
from publisher.errors import UsageError
from publisher.model.document import Document
from publisher.model.problem import Problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.settings import Settings
from publisher.model.tree import (
    HERE,
    PageTree,
    SourceTree,
)
from publisher.pagetree.addresses import Elsewhere
from publisher.pagetree.build import build_pagetree
from publisher.pagetree.quality import find_refused, find_too_large, find_unused, judge_problems
from publisher.pictures.gather import gather_pictures
from publisher.render.options import RenderOptions
from publisher.render.page import render_pages
from publisher.source.git.repository import find_repository
from publisher.storage import Product


@dataclass(frozen=True, slots=True)
class Conversion:
    """Everything that is known without Confluence: the pages and every problem, sorted by place.

    ``part``: the key of the page at the top of ``rendered``, where that is not the whole ``tree``; what lies below goes
    to a place of its own.
    """

    source: SourceTree
    tree: PageTree
    rendered: RenderedTree
    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...]
    style: RenderOptions
    part: str = ""


def convert(
    settings: Settings,
    source: SourceTree | None = None,
    elsewhere: Mapping[Path, Elsewhere] = MappingProxyType({}),
    memory: Memory | None = None,
) -> Conversion:
    """read tree → parse → page tree → render. UsageError if there is no document.

    ``elsewhere``: documents and folders of other collections, by path. ``memory``: of the last conversion.
    """
    memory = memory or Memory()
    source = source or read_source(settings)
    documents = parse_documents(settings, source, memory)
    if settings.source.scratch:  # apart from the real pages, whatever the documents say of those
        documents = [
            replace(document, front_matter=replace(document.front_matter, page_id=None, space="", parent=""))
            for document in documents
        ]
    hidden = sum(not document.front_matter.publish for document in documents)
    source = replace(source, hidden={**source.hidden, "front matter": hidden}) if hidden else source
    if hidden == len(documents):
        raise UsageError(no_documents_message(source))
    return make_pages(settings, source, documents, elsewhere, memory)


def make_pages(
    settings: Settings,
    source: SourceTree,
    documents: Sequence[Document],
    elsewhere: Mapping[Path, Elsewhere],
    memory: Memory,
) -> Conversion:
    """page tree → pictures → render."""
    git = find_repository(settings.source)
    repository, base = git.root, git.blob_base
    tree = build_pagetree(source, documents, decorate(settings), (repository, base), elsewhere, memory.links)
    pictures = gather_pictures(
        tree,
        tools_of(settings),
        download=settings.pictures.remote_images == "download",
        allow_private=settings.pictures.allow_private_hosts,
        jobs=settings.sync.jobs,
    )
    if base and repository is not None:
        base += "".join(f"{quote(part)}/" for part in settings.docs.resolve().relative_to(repository.resolve()).parts)
    style = render_options_of(settings, pictures.drawn, base)
    rendered = render_pages(tree, options=style, memory=memory.pages)
    parsed = (item for document in documents for item in document.problems)
    limits = (*find_refused(source), *find_unused(tree, source), *find_too_large(rendered, settings))
    found = sort_problems([*parsed, *tree.problems, *pictures.problems, *rendered.problems, *limits])
    problems = list(judge_problems(found, documents, settings.quality.levels))
    unreadable = tuple(document.key for document in documents if not document.readable)
    return Conversion(source, tree, rendered, tuple(problems), unreadable, style)


def retitle(conversion: Conversion, titles: Mapping[str, str]) -> Conversion:
    """The same with other titles, where Confluence has given the wanted ones away; the problems stay."""
    if not titles:
        return conversion
    return take_part(replace(conversion, rendered=render_pages(conversion.tree, titles, conversion.style)))


def take_part(conversion: Conversion) -> Conversion:
    """With the pages of its part alone: below the part's top, as far as no page on the way goes to another place."""
    if not conversion.part:
        return conversion
    kept: dict[str, RenderedPage] = {}
    for key, page in conversion.rendered.pages.items():  # parents before children
        if key == conversion.part:
            kept[key] = replace(page, parent=None, position=0)
        elif page.parent in kept and conversion.tree.pages[key].place == HERE:
            kept[key] = page
    return replace(conversion, rendered=replace(conversion.rendered, pages=MappingProxyType(kept)))


def restyle(conversion: Conversion, product: Product) -> Conversion:
    """The same for another product, where the address turned out to be one's."""
    if conversion.style.product is product:
        return conversion
    style = replace(conversion.style, product=product)
    rendered = render_pages(conversion.tree, options=style)
    kept = set(conversion.problems) - set(conversion.rendered.problems)
    problems = tuple(sort_problems([*kept, *rendered.problems]))
    return take_part(replace(conversion, style=style, rendered=rendered, problems=problems))
