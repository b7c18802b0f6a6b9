"""One tree of pages becomes the texts of its documents, in the spool. They hold together: links and anchors are tried again."""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.importing.front import restriction_notes, values_of
from publisher.importing.layout import Layout, day_of
from publisher.importing.scan import Scan
from publisher.importing.site import Site
from publisher.importing.spool import PageRecord, Spool
from publisher.importing.text import PageText, PageWork, write_page
from publisher.importing.values import ImportOptions, Listing, Loss
from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.model.document import Document, FrontMatter
from publisher.model.options.pages import TreeOptions
from publisher.model.snapshot import ContentKind, RemotePage
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.pagetree.files import ATTACHED
from publisher.pagetree.titles import DIALECT_RULES, TitleRule
from publisher.render.options import RenderOptions
from publisher.storage import PageNames, Product

_ROUNDS = 8
#: Called with how many documents are made, and of how many.
Progress = Callable[[int, int], None]


class Material(Struct, frozen=True, kw_only=True):
    """What was read, and where it goes. ``files``: (page, name) → key; ``people``: account → name."""

    options: ImportOptions
    listing: Listing
    layout: Layout
    spool: Spool
    scan: Scan
    files: Mapping[tuple[str, str], str]
    people: Mapping[str, str]
    product: Product
    site: str

    def page(self, number: str) -> RemotePage:
        return self.listing.pages.get(number) or self.listing.posts[number]

    def record(self, number: str) -> PageRecord:
        record = self.spool.find(number, self.page(number).version)
        assert record is not None, "pages that could not be read are left out"
        return record


class Texts(Struct):
    """``blocks`` and ``storage``: how many there are, and how many of them are storage."""

    losses: list[Loss] = field(default_factory=list)
    blocks: int = 0
    storage: int = 0

    def add(self, more: "Texts") -> None:
        self.losses += more.losses
        self.blocks += more.blocks
        self.storage += more.storage


class _Made(Struct, frozen=True):
    """What is kept of a page while the others are made. ``linked``: what it was made for; ``anchors``: what it leads to."""

    key: str
    linked: frozenset[str]
    anchors: frozenset[tuple[str, str]]
    losses: tuple[tuple[str, str], ...]
    blocks: int
    storage: int
    tries: int


def text_file(spool: Spool, number: str) -> Path:
    """Where the text of a page's document is."""
    return spool.folder / f"{number}.md"


def write_texts(material: Material, folder: str, progress: Progress) -> Texts:
    """The documents of the collection in ``folder``, each as a publish gives the same page."""
    numbers = [n for n, key in material.layout.keys.items() if material.layout.folder_of(key) == folder]
    return _Collection(material, folder, numbers).write(progress)


class _Collection:
    def __init__(self, material: Material, folder: str, numbers: list[str]) -> None:
        self.material, self.folder, self.numbers = material, folder, numbers
        self.keys = {number: self._below(material.layout.keys[number]) for number in numbers}
        self.anchors = {self.keys[n]: material.scan.anchors.get(n, frozenset[str]()) for n in numbers}
        self.site = self._site()
        self.made: dict[str, _Made] = {}
        self.names: dict[str, frozenset[str]] = {}  # key → anchors of the document

    def _below(self, key: str) -> str:
        return key[len(self.folder) + 1 :] if self.folder else key

    def _site(self) -> Site:
        material = self.material
        dialect = material.options.dialect
        rule = DIALECT_RULES.get(dialect, TitleRule.OPENING)
        stubs = [self._stub(number) for number in self.numbers]
        files = {pair: self._below(key) for pair, key in material.files.items() if pair[0] in self.keys}
        assets = {
            key: material.spool.file(material.record(page).attachments[name], name)
            for (page, name), key in files.items()
        }
        sources = tuple(SourceFile(stub.key, Path("/") / stub.key, b"") for stub in stubs)
        tree = build_pagetree(SourceTree(Path("/"), sources, {}, {}), stubs, TreeOptions(title_from=rule.value))
        pages = material.listing.pages
        suffixes = frozenset(posixpath.splitext(key)[1].lower() for key in assets)
        return Site(
            space=material.options.space,
            tree=tree,
            documents={stub.key: stub for stub in stubs},
            files=files,
            pages={(material.page(n).title, self._day(n)): key for n, key in self.keys.items()},
            names=PageNames(material.site, {number: (page.title, "") for number, page in pages.items()}),
            options=RenderOptions(material.product, space=material.options.space),
            grammar=Grammar(DIALECTS[dialect], {name: account for account, name in material.people.items()}),
            rule=rule,
            style=dialect,
            people=material.people,
            assets=assets,
            attach=frozenset(ATTACHED) | suffixes,
        )

    def _day(self, number: str) -> str:
        page = self.material.page(number)
        return day_of(page) if page.kind == ContentKind.BLOGPOST else ""

    def _stub(self, number: str) -> Document:
        page = self.material.page(number)
        front = FrontMatter(
            title=page.title,
            order=self.material.layout.orders.get(number),
            kind=str(page.kind),
            date=self._day(number),
        )
        key = self.keys[number]
        return Document(key, front, (), anchors=dict.fromkeys(self.anchors[key], 1))

    def _work(self, number: str) -> tuple[PageWork, list[tuple[str, str]]]:
        material, page = self.material, self.material.page(number)
        record = material.record(number)
        values, losses = values_of(record, number, material.product)
        if page.kind == ContentKind.BLOGPOST:
            values |= {"type": "blogpost", "date": self._day(number)}
        if number in material.layout.orders:
            values["order"] = material.layout.orders[number]
        losses += [(f"the file {name}", f"{why}; it stays on the page") for name, why in record.broken.items()]
        losses += [
            (f"the file {name}", "no file can have this name; it stays on the page")
            for name in record.attachments
            if (number, name) not in material.files
        ]
        tree = self.site.tree.pages[self.keys[number]]
        if tree.title != page.title:
            losses.append(("the title", f"a document of this place would be called “{tree.title}”"))
        work = PageWork(
            id=number,
            key=self.keys[number],
            title=page.title,
            body=material.spool.body(number),
            record=record,
            front=values,
            notes=restriction_notes(record, material.people),
        )
        return work, losses

    def _write(self, number: str, linked: frozenset[str]) -> None:
        """Once more for other links; from the third time on without links that depend on other documents."""
        before = self.made.get(number)
        tries = before.tries + 1 if before else 1
        work, losses = self._work(number)
        work = replace(work, linked=linked, safe=tries > 2)
        text = write_page(self.site, work, self._anchors_of)
        text_file(self.material.spool, number).write_text(self._with_files(work, text), encoding="utf-8", newline="\n")
        self.names[work.key] = frozenset(text.document.anchors)
        self.made[number] = _Made(
            work.key, linked, text.anchors, (*losses, *text.losses), text.blocks, text.storage, tries
        )

    def _anchors_of(self, key: str) -> frozenset[str]:
        """The anchors of a page that links may name: those in storage, as far as its document, once it is made, has them."""
        there = self.anchors.get(key, frozenset[str]())
        return there & self.names[key] if key in self.names else there

    def _with_files(self, work: PageWork, text: PageText) -> str:
        """The text, with the files in the front matter that nothing in it leads to."""
        document = text.document
        led = {link.href for link in document.links} | {image.src for image in document.images}
        names = [name for name in work.record.attachments if (work.id, name) in self.site.files]
        paths = [self.site.relative(self.site.files[work.id, name], work.key) for name in names]
        loose = [self.site.files[work.id, name] for name, path in zip(names, paths, strict=True) if path not in led]
        if not loose:
            return text.text
        folder = posixpath.dirname(work.key) or "."
        more = {**work.front, "attachments": [posixpath.relpath(key, folder) for key in loose]}
        return text.with_front(more, work.notes)

    def write(self, progress: Progress) -> Texts:
        for done, number in enumerate(self.numbers, 1):
            self._write(number, self.material.scan.linked.get(number, frozenset()))
            progress(done, len(self.numbers))
        for _ in range(_ROUNDS):
            for number, linked in self._unsettled().items():
                self._write(number, linked)
        found = Texts()
        for number, made in self.made.items():
            page = self.material.page(number)
            found.losses += [Loss(number, page.title, page.url, what, why) for what, why in made.losses]
            found.blocks += made.blocks
            found.storage += made.storage
        return found

    def _unsettled(self) -> dict[str, frozenset[str]]:
        """Pages that were made for other links than there are now, or that lead to anchors which are not there; with the
        anchors that links lead to now.
        """
        linked: dict[str, set[str]] = {}
        for key, anchor in self._leads():
            linked.setdefault(key, set()).add(anchor)
        found = {}
        for number, made in self.made.items():
            now = linked.get(made.key, set())
            there = self.names[made.key] | self.anchors[made.key]
            if (now ^ made.linked) & there or any(anchor not in self.names[key] for key, anchor in made.anchors):
                found[number] = frozenset(now & there)
        return found

    def _leads(self) -> Iterable[tuple[str, str]]:
        for made in self.made.values():
            yield from made.anchors
