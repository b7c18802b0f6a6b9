"""Primitives of Confluence's storage format: text that XML can hold, CDATA, parsing, canonical form, digests.

The only door to lxml. Nothing here knows Markdown, pages or HTTP.
"""

from publisher.storage.check import check_storage
from publisher.storage.text import cdata, clean_text, digest, escape
from publisher.storage.xml import NotWellFormed, canonical, parse_body, serialise_children

__all__ = [
    "NotWellFormed",
    "canonical",
    "cdata",
    "check_storage",
    "clean_text",
    "digest",
    "escape",
    "parse_body",
    "serialise_children",
]
