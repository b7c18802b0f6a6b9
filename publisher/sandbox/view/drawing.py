"""One page as it is drawn: what it needs of the store, and the way from an element to the function that draws it."""

import re
from collections.abc import Callable, Mapping
from html import escape
from itertools import count

from lxml import etree

from publisher.sandbox.store import Row, Store
from publisher.storage import CLOUD, Product

AC = "{http://atlassian.com/content}"
RI = "{http://atlassian.com/resource/identifier}"
Draw = Callable[["Drawing", etree._Element], str]


#: Ids of the view itself, which no heading takes.
_OWN_IDS = (
    "content", "body", "tree", "side", "problems", "problems-title", "on-page", "search", "hits", "filter", "filtered", "badge",
    "menu", "theme", "progress", "comments", "comment", "comment-text", "selected", "storage", "hide-problems", "doing",
)  # fmt: skip
#: The attribute that carries why an element is lost in the editor, while a page is drawn.
LOSS = "editor-loss"
#: Elements that a box cannot go around.
_UNBOXED = {"li", "tr", "td", "th", "tbody", "thead", AC + "layout-cell", AC + "layout-section"}


class Links:
    """Where the view shows a page, and gives out a file. ``remote``: whether what other sites hold is shown.

    ``product``: the one whose editor would open the pages.
    """

    remote = False

    def __init__(self, *, remote: bool = False, product: Product = CLOUD) -> None:
        self.remote, self.product = remote, product

    def page(self, row: Row) -> str:
        return f"/wiki/pages/{row['id']}"

    def file(self, page: int, row: Row) -> str:
        return f"/files/{page}/{row['id']}"

    def heading_id(self, page: Row, text: str) -> str:
        """Cloud's id of a heading is its text, Data Center's the page's title and the text."""
        if self.product.document_format:
            return "-".join(text.split())
        return "".join(page["title"].split()) + "-" + "".join(text.split())


class Drawing:
    """``elements``: tag → how it is drawn. ``headings``: level, id and text of each, in order. ``depth``: of inclusion."""

    def __init__(self, store: Store, page: Row, links: Links, elements: Mapping[str, Draw]) -> None:
        self.store, self.page, self.links, self.elements = store, page, links, elements
        self.titles = {row["title"].casefold(): row for row in store.pages(["current"], page["space"])}
        self.files = {row["name"]: row for row in store.attachments(page["id"])} if page["id"] else {}
        self.headings: list[tuple[int, str, str]] = []
        self.ids: set[str] = set()
        self.depth = 0

    def of_page(self, row: Row) -> "Drawing":
        """The drawing of a page that is included in this one."""
        other = Drawing(self.store, row, self.links, self.elements)
        other.depth = self.depth + 1
        return other

    def find_headings(self, root: etree._Element) -> None:
        """Gives each heading the id that the product gives it (docs/storage-format.md#anchors), and lists them."""
        used = set(_OWN_IDS)
        for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6"):
            text = "".join(map(str, element.itertext()))
            for inner in element.iter(AC + "parameter"):
                text = text.replace(inner.text or "", "", 1)
            text = " ".join(text.split())
            name = _free_id(self.links.heading_id(self.page, text) or "heading", used)
            used.add(name)
            element.set("id", name)
            self.headings.append((int(str(element.tag)[1]), name, text))
        self.ids = used

    def inside(self, element: etree._Element | None) -> str:
        if element is None:
            return ""
        parts = [escape(element.text or "")]
        for child in element:
            draw = self.elements.get(child.tag) if isinstance(child.tag, str) else None
            shown = draw(self, child) if draw else self.inside(child) if isinstance(child.tag, str) else ""
            if isinstance(child.tag, str) and child.get(LOSS) and child.tag not in _UNBOXED:
                shown = _boxed(shown, child.get(LOSS, ""))
            parts += [shown, escape(child.tail or "")]
        return "".join(parts)

    def download(self, name: str) -> str:
        row = self.files.get(name)
        return escape(self.links.file(self.page["id"], row)) if row else "#missing"


def _free_id(name: str, used: set[str]) -> str:
    """The name, or with the first number that is free."""
    return name if name not in used else next(f"{name}.{n}" for n in count(1) if f"{name}.{n}" not in used)


def _boxed(shown: str, reason: str) -> str:
    """In a dashed box with the reason for which the editor would wrap or drop it."""
    tag = "div" if re.search(r"<(?:div|p|ul|ol|table|pre|h[1-6]|blockquote|details|hr)\b", shown) else "span"
    why = escape(f"Confluence's editor would not keep this: {reason}")
    return f'<{tag} class="lost" title="{why}"><small class="lost-why">{escape(reason)}</small> {shown}</{tag}>'
