"""What a reader of a page's storage needs to know of the documents: how they name pages, files and people."""

import os
import posixpath
import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from publisher.convert.compose import Conversion
from publisher.markdown.write import MarkdownWriter
from publisher.model.document import AnyMacro, Block, Drawable
from publisher.model.tree import AttachmentTarget
from publisher.naming import slugify
from publisher.pagetree.files import attachment_name
from publisher.reading.context import PageAddress, ReadingContext
from publisher.render.options import page_prefix
from publisher.render.page import link_table

#: Where a page holds no files that no document knows.
NO_FILES: Mapping[str, str] = MappingProxyType({})
#: What addresses in documents hold as it is.
SAFE = "/-_.~!*,;@&+$"


def reading_context(
    conversion: Conversion,
    key: str,
    writer: MarkdownWriter,
    more: Mapping[str, str] = NO_FILES,
    *,
    lenient: bool = False,
    titles: Mapping[str, str] = NO_FILES,
) -> ReadingContext:
    """How the page at ``key`` is read, so that its document can hold what it says.

    ``more``: attachments that no document knows → keys of the files that they become. ``lenient``: see ``ReadingContext``. ``titles``: those that
    people gave to pages of ours, by key.
    """
    options, product = conversion.options, conversion.options.product
    page = conversion.tree.pages[key]
    names = _Names(conversion, key, more, titles)
    front = page.document.front_matter.table_layout if page.document else ""
    prefix = f"{page_prefix(conversion.rendered.pages[key].title)}-" if product.document_format else ""
    return ReadingContext(
        product=product,
        page=names.page,
        file=names.file,
        people={account: name for name, account in writer.grammar.people.items()},
        anchor_prefix=prefix,
        linked=page.anchors,
        table_layout=front or options.table_layout,
        jira=(options.jira_server, options.jira_server_id),
        can_write=writer.can_write,
        lenient=lenient,
    )


class _Names:
    """Addresses of pages and files, as the document of one page writes them."""

    def __init__(self, conversion: Conversion, key: str, more: Mapping[str, str], titles: Mapping[str, str]) -> None:
        self.folder = posixpath.dirname(key.rstrip("/")) if not key.endswith("/") else key.rstrip("/")
        links = link_table(conversion.tree, {}, conversion.options.space)
        here = links.spaces.get(key, links.home)
        self.pages: dict[tuple[str, str], str] = {}
        for other, rendered in conversion.rendered.pages.items():
            space = links.spaces.get(other, links.home)
            for title in dict.fromkeys((rendered.title, titles.get(other, rendered.title))):
                self.pages.setdefault((title, "" if space == here else space), other)
        self.documents = {other: page.document for other, page in conversion.tree.pages.items()}
        for path, page in conversion.elsewhere.items():  # documents of other collections, and folders with one
            if page.document is not None and path.suffix:
                place = os.path.relpath(path, conversion.source.root).replace(os.sep, "/")
                self.pages.setdefault((page.title, "" if page.space == here else page.space), place)
                self.documents[place] = page.document
        self.files = {attachment_name(name): name for name in (*conversion.source.assets, *more.values())} | dict(more)
        self.drawn = _drawn(conversion)
        self.own = _own_files(conversion, key)

    def page(self, address: PageAddress) -> str | None:
        """A relative path with the heading; by title where no document is the page."""
        found = self.pages.get((address.title, address.space))
        if found is None:
            plain = not address.space and not address.day and slugify(address.anchor) == address.anchor
            named = f"title:{quote(address.title, safe=SAFE)}"
            return (named + (f"#{quote(address.anchor)}" if address.anchor else "")) if plain else None
        document = self.documents[found]
        if address.anchor and (document is None or address.anchor not in document.anchors):
            return None
        anchor = f"#{quote(address.anchor, safe=SAFE)}" if address.anchor else ""
        return self._relative(found) + anchor

    def _relative(self, key: str) -> str:
        path = posixpath.relpath(key.rstrip("/") or ".", self.folder or ".")
        return quote(path + "/" if key.endswith("/") else path, safe=SAFE)

    def file(self, name: str) -> str | Drawable | None:
        """A relative path, or what was drawn."""
        if name in self.own:
            return self.own[name]
        if name in self.drawn:
            return self.drawn[name]
        return self._relative(self.files[name]) if name in self.files else None


def _own_files(conversion: Conversion, key: str) -> Mapping[str, str]:
    """Attachments of a page → how its document names them, where that is a plain path."""
    targets = conversion.tree.pages[key].targets
    named = ((href.lstrip("!+"), target) for href, target in targets.items() if isinstance(target, AttachmentTarget))
    return {
        target.name: href for href, target in named if re.fullmatch(r"[!#-&(-;=?-Z_a-z~]+", href) and ":" not in href
    }


def _drawn(conversion: Conversion) -> Mapping[str, str | Drawable]:
    """Pictures → what they were drawn from."""
    found: dict[str, str | Drawable] = {}
    for (kind, source), target in conversion.options.pictures.items():
        if kind == "image":
            found[target.name] = source
        elif kind != "drawio":
            found[target.name] = Drawable(kind, source, 0)
    return found


def without_generated(blocks: tuple[Block, ...], conversion: Conversion, key: str) -> tuple[Block, ...]:
    """The blocks of a page without those that come from the front matter: its table of properties."""
    return blocks[len(generated_of(blocks, conversion, key)) :]


def generated_of(blocks: tuple[Block, ...], conversion: Conversion, key: str) -> tuple[Block, ...]:
    """The blocks of a page that come from the front matter."""
    document = conversion.tree.pages[key].document
    made = document is not None and bool(document.front_matter.page_properties)
    return blocks[:1] if made and any(isinstance(b, AnyMacro) and b.name == "details" for b in blocks[:1]) else ()
