"""Storage format as HTML, the way Confluence shows it. What is not known is a labelled box; nothing can run script."""

from collections.abc import Mapping

from lxml import etree

from publisher.sandbox.store import Row, Store
from publisher.sandbox.view.drawing import AC, LOSS, Draw, Drawing, Links
from publisher.sandbox.view.elements import ELEMENTS
from publisher.sandbox.view.macros import MACROS, draw_unknown
from publisher.storage import find_editor_losses, parse_body


def _draw_macro(drawing: Drawing, macro: etree._Element) -> str:
    return MACROS.get(macro.get(AC + "name", ""), draw_unknown)(drawing, macro)


_DRAWN: Mapping[str, Draw] = {**ELEMENTS, AC + "structured-macro": _draw_macro}


class PageRenderer:
    """Renders one page's body; needs the store for links, children and attachments."""

    def __init__(self, store: Store, page: Row, links: Links | None = None) -> None:
        self._drawing, self._body = Drawing(store, page, links or Links(), _DRAWN), page["body"]

    def headings(self) -> list[tuple[int, str, str]]:
        """Level, id and text of each heading that was rendered, in order."""
        return [found for found in self._drawing.headings if found[2]]

    def render(self, *, losses: bool = False) -> str:
        """``losses``: with what the product's editor would not keep in boxes that say so."""
        root = parse_body(self._body)
        for loss in find_editor_losses(self._body, self._drawing.links.product) if losses else ():
            element = root
            for number in loss.path:
                element = element[number]
            element.set(LOSS, "; ".join(filter(None, (element.get(LOSS), loss.reason))))
        self._drawing.find_headings(root)
        return self._drawing.inside(root)
