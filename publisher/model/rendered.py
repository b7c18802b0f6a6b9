"""Pages as they will be in Confluence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from publisher.model.kinds import ContentKind
from publisher.model.problem import Problem


class Attachment(Struct, frozen=True):
    """``name`` on the page, where its bytes are, and their digest."""

    name: str
    path: Path
    digest: str


class PageMetadata(Struct, frozen=True, kw_only=True):
    """What a page is besides its text. ``kind``: page, blogpost (with ``date``, YYYY-MM-DD) or folder.

    ``owner``, ``view``, ``edit``: accounts; ``edit_lock``: only we may edit. ``status``: name and colour of the content
    status. ``notify``: whether watchers are notified; None as the settings say. ``draft``: not published yet.
    """

    kind: ContentKind = ContentKind.PAGE
    date: str = ""
    draft: bool = False
    owner: str = ""
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()
    edit_lock: bool = False
    status: tuple[str, str] = ("", "")
    notify: bool | None = None

    def noted(self) -> dict[str, str]:
        """Name → value, of those that are set by requests of their own: what the stamp notes."""
        found = {
            "owner": self.owner,
            "view": " ".join(self.view),
            "edit": " ".join(self.edit) + (" (locked)" if self.edit_lock else ""),
            "status": self.status[0],
            "draft": "yes" if self.draft else "",
        }
        return {name: value.strip() for name, value in found.items() if value}


class RenderedPage(Struct, frozen=True, kw_only=True):
    """``source`` is empty for a generated page. ``digests`` has one entry per facet: body, canonical (body as stored).

    ``wanted`` and ``alternatives``: see ``Page``. ``anchored``: keys of the pages that anchored links lead to.
    ``page_id``: the page that the front matter names. ``properties``: content properties, JSON by key.
    ``origin``: digest of the document that it was made from, empty for a generated page. ``former_title``: see ``Page``.
    """

    key: str
    source: str
    title: str
    parent: str | None
    position: int
    body: str
    labels: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    digests: Mapping[str, str]
    wanted: str = ""
    alternatives: tuple[str, ...] = ()
    anchored: frozenset[str] = frozenset()
    page_id: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    metadata: PageMetadata = PageMetadata()
    origin: str = ""
    former_title: str = ""


class RenderedTree(Struct, frozen=True):
    """All pages, parents before children, the root first."""

    pages: Mapping[str, RenderedPage]
    problems: tuple[Problem, ...]
