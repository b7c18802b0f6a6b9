"""What a page is besides its text, as the front matter says: content properties and metadata."""

import json
from typing import Any

from publisher.model.document import FrontMatter
from publisher.model.kinds import ContentKind
from publisher.model.rendered import PageMetadata
from publisher.model.tree import Page
from publisher.storage import Product

_WIDTHS = {"full": "full-width", "fixed": "fixed-width", "max": "max", "default": "default"}


def content_properties(front: FrontMatter, product: Product) -> dict[str, Any]:
    """Those of the front matter; width and emoji are properties that Cloud reads, in the page and in its editor."""
    found = dict(front.properties)
    if product.document_format and front.width:
        found |= dict.fromkeys(("content-appearance-published", "content-appearance-draft"), _WIDTHS[front.width])
    if product.document_format and front.emoji:
        code = "-".join(f"{ord(character):x}" for character in front.emoji)
        found |= dict.fromkeys(("emoji-title-published", "emoji-title-draft"), code)
    if product.document_format and front.cover:
        value = json.dumps({"id": front.cover, "position": 50})
        found |= dict.fromkeys(("cover-picture-id-published", "cover-picture-id-draft"), value)
    if front.editor:
        found["editor"] = "v2" if front.editor == "new" else "v1"
    return found


def metadata_of(page: Page, front: FrontMatter | None) -> PageMetadata:
    if front is None:
        return PageMetadata(kind=ContentKind(page.kind))
    return PageMetadata(
        kind=ContentKind(page.kind),
        date=front.date,
        draft=front.draft and page.kind == "page" and page.parent is not None,
        owner=front.owner,
        view=front.view,
        edit=front.edit,
        edit_lock=front.edit_lock,
        status=front.status,
        notify=front.notify,
    )
