"""How pages are written, besides what the documents say: settings, pictures, and what links need to know."""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from publisher.model.tree import AttachmentTarget
from publisher.render.templates import Templates, load_templates
from publisher.storage import CLOUD, Product


class RenderOptions(Struct, frozen=True):
    """What pages look like, besides the documents: the product, the templates and a few settings.

    ``pictures``: (kind of diagram, source) → the picture of it. ``diagram_macros``: kind → the macro that draws it.
    ``banner``: the footer of each page, with ``{source}`` for the link to its document. ``space``: key of the space that
    the pages go to, as far as it is known.
    """

    product: Product = CLOUD
    templates: Templates = field(default_factory=load_templates)
    pictures: Mapping[tuple[str, str], AttachmentTarget] = field(default_factory=dict)
    diagram_macros: Mapping[str, str] = field(default_factory=dict)
    table_layout: str = "default"
    jira_server: str = ""
    jira_server_id: str = ""
    banner: str = ""
    space: str = ""


class LinkTable(Struct, frozen=True):
    """What links between pages need: ``titles`` by key; ``spaces``: of pages that go to another space than ``home``;
    ``days``: of blog posts, YYYY/MM/DD, empty where it is not known.
    """

    titles: Mapping[str, str]
    home: str = ""
    spaces: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)

    def address(self, key: str, seen_from: str) -> dict[str, str]:
        """The parameters of a link to a page: with its space if that is another one."""
        space = self.spaces.get(key, self.home)
        other = space if space != self.spaces.get(seen_from, self.home) else ""
        return {"title": self.titles[key], "space": other, "day": self.days.get(key, "")}


def page_prefix(title: str) -> str:
    """What Cloud puts before an anchor that is reached from another page (docs/storage-format.md#anchors)."""
    return re.sub(r"\s+", "", title)
