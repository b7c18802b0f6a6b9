"""Primitives of Confluence's storage format: text that XML can hold, CDATA, parsing, canonical form, digests.

The only door to lxml. Nothing here knows Markdown, pages or HTTP.
"""

from publisher.storage.check import check_storage, examine
from publisher.storage.losses import EditorLoss, find_editor_losses, find_kinds
from publisher.storage.products import CLOUD, DATACENTER, PRODUCTS, Product
from publisher.storage.rules import BARRIERS, Kind, NestingRules, Place
from publisher.storage.safety import check_safety
from publisher.storage.text import MUTED, cdata, clean_text, digest, escape, without_direction, without_muted
from publisher.storage.xml import (
    AC,
    NO_NAMES,
    Element,
    NotWellFormed,
    PageNames,
    canonical,
    canonical_parts,
    parse_body,
    parse_content,
    prefixed_name,
    serialise,
    serialise_children,
)

__all__ = [
    "AC",
    "BARRIERS",
    "CLOUD",
    "DATACENTER",
    "MUTED",
    "NO_NAMES",
    "PRODUCTS",
    "EditorLoss",
    "Element",
    "Kind",
    "NestingRules",
    "NotWellFormed",
    "PageNames",
    "Place",
    "Product",
    "canonical",
    "canonical_parts",
    "cdata",
    "check_safety",
    "check_storage",
    "clean_text",
    "digest",
    "escape",
    "examine",
    "find_editor_losses",
    "find_kinds",
    "parse_body",
    "parse_content",
    "prefixed_name",
    "serialise",
    "serialise_children",
    "without_direction",
    "without_muted",
]
