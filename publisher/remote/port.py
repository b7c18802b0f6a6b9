"""What the publisher asks of a Confluence, in its own words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewPage:
    """``kind``: page, blogpost (``parent`` empty, ``date`` YYYY-MM-DD or empty) or folder (without a body). ``draft``: not
    published yet.
    """

    space_id: str
    parent: str
    title: str
    body: str
    kind: str = "page"
    date: str = ""
    draft: bool = False
