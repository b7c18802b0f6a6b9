"""Pages as they are to stand in Confluence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Attachment:
    """``name`` on the page, where its bytes are, and their digest."""

    name: str
    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """``source`` is empty for a generated page. ``digests`` has one entry per facet: body, canonical (body as stored).

    ``wanted`` and ``alternatives``: see ``Page``. ``anchored``: keys of the pages that anchored links lead to.
    ``page_id``: the page that the front matter names. ``properties``: content properties, JSON by key.
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


@dataclass(frozen=True, slots=True)
class RenderedTree:
    """All pages, parents before children, the root first."""

    pages: Mapping[str, RenderedPage]
    problems: tuple[Problem, ...]
