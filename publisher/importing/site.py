"""What all pages of one collection share while they become documents: names, files, and how a publish would render them."""

import posixpath
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.markdown.grammar import Grammar
from publisher.model.document import Document
from publisher.model.problem import Level, Problem
from publisher.model.repository import NO_REPOSITORY
from publisher.model.tree import PageTarget, PageTree
from publisher.naming import slugify
from publisher.pagetree.addresses import LinkContext, PathIndex
from publisher.pagetree.folders import map_folders
from publisher.pagetree.targets import LinkCache, linked_anchors, resolve_all
from publisher.pagetree.titles import TitleRule, document_title
from publisher.reading.context import PageAddress
from publisher.render.options import LinkTable, RenderOptions
from publisher.render.page import link_table, render_page
from publisher.storage import PageNames

_SAFE = "/-_.~!*,;@&+$"


class Rendered(Struct, frozen=True):
    """What a document would be published as. ``anchors``: (key, anchor) that it leads to."""

    body: str
    problems: tuple[Problem, ...]
    anchors: frozenset[tuple[str, str]]

    @property
    def wrong(self) -> bool:
        return any(problem.level == Level.ERROR for problem in self.problems)


class Site(Struct, dict=True):
    """``tree``: pages without texts. ``documents``: by key, of each no more than what links need. ``files``: (page, name) → key.

    ``pages``: (title, day of a blog post) → key. ``names``: pages of the space by id. ``titles``: key → title.
    """

    space: str
    tree: PageTree
    documents: dict[str, Document]
    files: Mapping[tuple[str, str], str]
    pages: Mapping[tuple[str, str], str]
    names: PageNames
    options: RenderOptions
    grammar: Grammar
    rule: TitleRule
    style: str
    people: Mapping[str, str]
    assets: Mapping[str, Path] = field(default_factory=dict)
    attach: frozenset[str] = frozenset()

    @cached_property
    def links(self) -> LinkTable:
        return link_table(self.tree, {}, self.space)

    @cached_property
    def place(self) -> LinkContext:
        folders = map_folders([key for key, page in self.tree.pages.items() if page.kind == "page"], flatten=False)
        return LinkContext(
            root=Path("/"),
            documents=self.documents,
            folders=folders.page,
            assets=self.assets,
            attach=self.attach,
            asset_roots=(),
            refusal=lambda path: "is outside the folder",
            blobs=NO_REPOSITORY.blobs,
            site_url="",
            names=PathIndex.of(self.documents, self.assets),
            elsewhere={},
            links={},
            titles={page.title.casefold(): key for key, page in reversed(list(self.tree.pages.items()))},
            own_names=True,
        )

    def address_of(self, key: str, found: PageAddress, anchors: frozenset[str]) -> str | None:
        """How the document at ``key`` writes the address of a page; ``anchors``: those of the page that links may name.

        By title where the page is no document of this collection; None where only storage can name it.
        """
        if found.space not in {"", self.space}:
            return None
        target = self.pages.get((found.title, found.day.replace("/", "-")))
        if target is None:
            plain = not found.space and not found.day and slugify(found.anchor) == found.anchor
            text = f"title:{quote(found.title, safe=_SAFE)}"
            return (text + (f"#{quote(found.anchor)}" if found.anchor else "")) if plain else None
        if found.space or (found.anchor and found.anchor not in anchors):
            return None
        return self.relative(target, key) + (f"#{quote(found.anchor, safe=_SAFE)}" if found.anchor else "")

    def relative(self, target: str, key: str) -> str:
        """The path from a document to another document, or to a file."""
        return quote(posixpath.relpath(target, posixpath.dirname(key) or "."), safe=_SAFE)

    def render(self, document: Document, linked: frozenset[str]) -> Rendered:
        """As a publish would. ``linked``: the anchors of the document that others lead to."""
        key = document.key
        self.documents[key] = document
        targets, problems = resolve_all({key: document}, self.place, LinkCache())[key]
        page = self.tree.pages[key]
        name = posixpath.splitext(posixpath.basename(key))[0]
        title = document_title(document, name, self.rule)
        own = linked_anchors({key: targets}).get(key, set())
        page = replace(page, document=document, targets=targets, anchors=linked | own, drop_first_heading=title.drop)
        rendered, more = render_page(page, self.links, self.options)
        self.place.names.anchors.clear()
        leads = frozenset((t.key, t.anchor) for t in targets.values() if isinstance(t, PageTarget) and t.anchor)
        return Rendered(rendered.body, (*problems, *more), leads | {(key, anchor) for anchor in own})

    def forget(self, document: Document) -> None:
        """Keeps of a document what links to it need."""
        kept = Document(document.key, document.front_matter, (), anchors=document.anchors)
        self.documents[document.key] = kept
