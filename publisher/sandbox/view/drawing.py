"""One page as it is drawn: what it needs of the store, and the way from an element to the function that draws it."""

import re
from collections.abc import Callable, Mapping
from html import escape

from lxml import etree

from publisher.sandbox.store import Row, Store
from publisher.storage import CLOUD, Product

AC = "{http://atlassian.com/content}"
RI = "{http://atlassian.com/resource/identifier}"
Draw = Callable[["Drawing", etree._Element], str]


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


class Drawing:
    """``elements``: tag → how it is drawn. ``headings``: level, id and text of each, in order. ``depth``: of inclusion."""

    def __init__(self, store: Store, page: Row, links: Links, elements: Mapping[str, Draw]) -> None:
        self.store, self.page, self.links, self.elements = store, page, links, elements
        self.titles = {row["title"].casefold(): row for row in store.pages(["current"], page["space"])}
        self.files = {row["name"]: row for row in store.attachments(page["id"])} if page["id"] else {}
        self.headings: list[tuple[int, str, str]] = []
        self.depth = 0

    def of_page(self, row: Row) -> "Drawing":
        """The drawing of a page that is included in this one."""
        other = Drawing(self.store, row, self.links, self.elements)
        other.depth = self.depth + 1
        return other

    def find_headings(self, root: etree._Element) -> None:
        """Gives each heading an id, and lists them."""
        for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6"):
            text = "".join(map(str, element.itertext()))
            for name in element.iter(AC + "parameter"):
                text = text.replace(name.text or "", "", 1)
            number = f"h-{len(self.headings)}"
            element.set("id", number)
            self.headings.append((int(str(element.tag)[1]), number, text.strip()))

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


def _boxed(shown: str, reason: str) -> str:
    """In a dashed box with the reason for which the editor would wrap or drop it."""
    tag = "div" if re.search(r"<(?:div|p|ul|ol|table|pre|h[1-6]|blockquote|details|hr)\b", shown) else "span"
    why = escape(f"Confluence's editor would not keep this: {reason}")
    return f'<{tag} class="lost" title="{why}"><small class="lost-why">{escape(reason)}</small> {shown}</{tag}>'
