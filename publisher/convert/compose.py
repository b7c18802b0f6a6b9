"""One docs folder becomes pages: read → parse → page tree → pictures → render. Values go one way."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.convert.cache import ConversionCache, parse_documents
from publisher.convert.options import dialect_notice, expand_title_affixes, find_tools, render_options
from publisher.convert.quality import sort_problems
from publisher.convert.sources import check_published, count_hidden, read_source
from publisher.model.document import Document
from publisher.model.problem import Problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.settings import Settings
from publisher.model.tree import HERE, PageTree, SourceTree
from publisher.pagetree.addresses import Elsewhere
from publisher.pagetree.build import build_pagetree
from publisher.pagetree.quality import find_branch_titles, find_refused, find_too_large, find_unused, judge_problems
from publisher.pictures.gather import gather_pictures
from publisher.render.options import RenderOptions
from publisher.render.page import PageCache, render_pages

NOWHERE_ELSE: Mapping[Path, Elsewhere] = MappingProxyType({})


class Conversion(Struct, frozen=True):
    """Everything that is known without Confluence: the pages and every problem, sorted by place."""

    source: SourceTree
    tree: PageTree
    rendered: RenderedTree
    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...]
    options: RenderOptions
    part: str = ""
    """The key of the page at the top of ``rendered``, where that is not the whole ``tree``; the rest goes elsewhere."""
    elsewhere: Mapping[Path, Elsewhere] = field(default_factory=dict)
    """Documents and folders of other collections, by path."""
    pages: PageCache = field(default_factory=PageCache)
    """What has been rendered, so that other titles cost the pages that they touch."""
    drawing: tuple[Problem, ...] = ()
    """Problems of pictures."""
    changed: frozenset[str] | None = None
    """Keys of the pages that alone differ from those of the conversion before; None: any may."""


def convert(
    settings: Settings,
    source: SourceTree | None = None,
    cache: ConversionCache | None = None,
    elsewhere: Mapping[Path, Elsewhere] = NOWHERE_ELSE,
) -> Conversion:
    """One docs folder by itself. UsageError if there is no document. ``cache``: of the last conversion."""
    cache = cache or ConversionCache()
    source = source or read_source(settings)
    try:
        documents = parse_documents(settings, source, cache)
        tree = build_tree(settings, source, documents, elsewhere, cache)
        return replace(make_pages(settings, source, documents, tree, cache), elsewhere=elsewhere)
    finally:
        cache.close()


def build_tree(
    settings: Settings,
    source: SourceTree,
    documents: Sequence[Document],
    elsewhere: Mapping[Path, Elsewhere] = NOWHERE_ELSE,
    cache: ConversionCache | None = None,
) -> PageTree:
    """The pages with their resolved links. UsageError if no document is a page.

    ``elsewhere``: documents and folders of other collections, by path.
    """
    check_published(source, documents)
    options = expand_title_affixes(settings, source)
    return build_pagetree(source, documents, options, elsewhere, cache.links if cache else None)


def make_pages(
    settings: Settings, source: SourceTree, documents: Sequence[Document], tree: PageTree, cache: ConversionCache
) -> Conversion:
    """Draws, renders and judges the pages of a tree."""
    pictures = gather_pictures(
        tree,
        find_tools(settings.pictures, settings.docs),
        download=settings.pictures.remote_images == "download",
        allow_private=settings.pictures.allow_private_hosts,
        jobs=settings.sync.jobs,
    )
    options = render_options(settings, pictures.drawn)
    cache.prepare(replace(options, pictures={}))
    rendered = render_pages(tree, options=options, cache=cache.pages)
    made = Conversion(source, tree, rendered, (), (), options, pages=cache.pages, drawing=pictures.problems)
    return judge(settings, documents, made)


def judge(settings: Settings, documents: Sequence[Document], made: Conversion) -> Conversion:
    """With every problem, at the levels of the settings, and the documents that nobody can read."""
    source, tree, rendered = made.source, made.tree, made.rendered
    parsed = (item for document in documents for item in document.problems)
    limits = (
        *find_refused(source),
        *find_branch_titles(settings.tree, settings.sync),
        *find_unused(tree, source),
        *find_too_large(rendered, settings.quality),
        *dialect_notice(settings, source),
    )
    found = sort_problems([*parsed, *tree.problems, *made.drawing, *rendered.problems, *limits])
    problems = tuple(judge_problems(found, documents, settings.quality.levels))
    unreadable = tuple(document.key for document in documents if not document.readable)
    return replace(made, source=count_hidden(source, documents), problems=problems, unreadable=unreadable)


def with_titles(conversion: Conversion, titles: Mapping[str, str]) -> Conversion:
    """The same with other titles, where Confluence has given the wanted ones away; the problems stay.

    Only pages that a title touches are rendered again.
    """
    if not titles:
        return conversion
    rendered = render_pages(conversion.tree, titles, conversion.options, conversion.pages)
    return subtree(replace(conversion, rendered=rendered))


def with_tree(conversion: Conversion, tree: PageTree) -> Conversion:
    """The same pages with other links; the problems stay."""
    rendered = render_pages(tree, options=conversion.options, cache=conversion.pages)
    return subtree(replace(conversion, tree=tree, rendered=rendered))


def subtree(conversion: Conversion) -> Conversion:
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
