"""An import without a server: pages are values, and the folder is converted again as a publish would."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.convert.compose import Conversion, convert
from publisher.importing.collect import Material, Texts, text_file, write_texts
from publisher.importing.layout import lay_out
from publisher.importing.scan import scan_pages
from publisher.importing.spool import PageRecord, Spool
from publisher.importing.values import ImportOptions, Listing
from publisher.model.settings import Settings
from publisher.model.snapshot import RemotePage
from publisher.storage import PRODUCTS, NotWellFormed, PageNames, canonical

SITE = "https://example.atlassian.net/wiki"


@dataclass(frozen=True)
class Imported:
    """``pages``: id → title, parent, body."""

    pages: Mapping[str, tuple[str, str | None, str]]
    keys: Mapping[str, str]
    texts: Texts
    conversion: Conversion
    folder: Path

    def different(self) -> list[str]:
        """The titles of the pages that a publish would change."""
        names = PageNames(SITE, {number: (title, "") for number, (title, _, _) in self.pages.items()})
        lost = {loss.id for loss in self.texts.losses}
        found = []
        for number, (title, parent, body) in self.pages.items():
            page = self.conversion.rendered.pages[self.keys[number]]
            same = number in lost or canonical(page.body, names) == canonical(body, names)
            place = page.parent == (self.keys[parent] if parent else None)
            if not (same and page.title == title and place and page.page_id == number):
                found.append(title)
        return found


def import_values(
    folder: Path, pages: Mapping[str, tuple[str, str | None, str]], target: str = "cloud", dialect: str = "gfm"
) -> Imported:
    """``pages``: id → title, parent (None for the one at the top), body; parents come first."""
    rows = {
        number: RemotePage(
            id=number,
            title=title,
            parent=parent,
            version=1,
            message="",
            author="",
            url=f"{SITE}/spaces/X/pages/{number}",
        )
        for number, (title, parent, _) in pages.items()
    }
    listing = Listing(rows, {number: parent for number, (_, parent, _) in pages.items()})
    spool = Spool(folder / "spool")
    spool.prepare("test")
    for number, (_, _, body) in pages.items():
        spool.keep(number, PageRecord(version=1), body)
    product = PRODUCTS[target]
    scan = scan_pages(spool, {number: page.title for number, page in rows.items()}, product.user)
    layout = lay_out(listing, {}, comments=False)
    material = Material(
        options=ImportOptions(output=folder / "docs", space="X", dialect=dialect), listing=listing, layout=layout,
        spool=spool, scan=scan, files={}, people={}, product=product, site=SITE,
    )  # fmt: skip
    texts = write_texts(material, "", lambda done, total: None)
    for number, key in layout.keys.items():
        path = folder / "docs" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_file(spool, number).read_bytes())
    settings = Settings.of(
        folder / "docs", space="X", dialect=dialect, target=target, banner="off", nav="off", gitignore=False,
        attachment_names="file",
    )  # fmt: skip
    return Imported(pages, layout.keys, texts, convert(settings), folder / "docs")


def is_storage(body: str) -> bool:
    """Whether Confluence could hold a body."""
    try:
        canonical(body)
    except NotWellFormed:
        return False
    return True
