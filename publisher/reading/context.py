"""What a reader of storage format needs to know besides the body: names of pages, files and people."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from publisher.model.document import Block, Drawable
from publisher.storage import CLOUD, NO_NAMES, PageNames, Product


class PageAddress(Struct, frozen=True):
    """How storage format names a page. ``space``: its key, empty for the space of the page that is read.

    ``day``: of a blog post, YYYY/MM/DD; ``anchor``: a place on the page.
    """

    title: str
    space: str = ""
    anchor: str = ""
    day: str = ""


def no_page(address: PageAddress) -> str | None:
    """The answer where no page is known."""
    return None


def no_file(name: str) -> str | Drawable | None:
    """The answer where no attachment is known."""
    return None


def always(block: Block) -> bool:
    """The answer where every block has a form."""
    return True


class ReadingContext(Struct, frozen=True, kw_only=True):
    """``page``: the address that a document writes for a page, None if it has none: then the link is kept as storage.

    ``file``: the same for an attachment, or what the file was drawn from. ``people``: account → name.
    ``anchor_prefix``: what Cloud puts before anchors of this page. ``linked``: anchors that other text leads to.
    ``table_layout``: what tables have that say nothing of it. ``jira``: (server, id) that issues need not name.
    ``lenient``: what an editor adds when it saves a page, and no reader of the text sees, is passed over: widths of columns, sizes
    of files, the place of an image in the middle, sections of one column around a page.
    ``names``: pages that links name by their ids. ``can_write``: whether Markdown has a form for a block; one that has none is kept as storage.
    """

    product: Product = CLOUD
    page: Callable[[PageAddress], str | None] = no_page
    file: Callable[[str], str | Drawable | None] = no_file
    people: Mapping[str, str] = field(default_factory=dict)
    anchor_prefix: str = ""
    linked: frozenset[str] = frozenset()
    table_layout: str = "default"
    jira: tuple[str, str] = ("", "")
    can_write: Callable[[Block], bool] = always
    lenient: bool = False
    names: PageNames = NO_NAMES
