"""Text into XML: the one escape function, the one digest."""

import hashlib
import re

# XML 1.0 forbids these even as character references.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 forbids. Text is cleaned once, where it enters."""
    return text if text.isprintable() else _FORBIDDEN.sub("", text)  # nothing that can be printed is forbidden


# Marks that turn the direction of writing: in code they show something else than what runs.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def without_direction(text: str) -> str:
    """Code without marks that change the order in which it is shown."""
    return text if text.isascii() else _DIRECTION.sub("", text)


def escape(text: str) -> str:
    """``text`` for element content and double-quoted attributes. Everything else stays itself in UTF-8."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def cdata(text: str) -> str:
    """A CDATA section; ``]]>`` inside is split over two (docs/storage-format.md#macros)."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


#: The colour of the line that names a page's source: it is no part of what the page says.
MUTED = "rgb(107,119,140)"
_MUTED_LINE = re.compile(r"<p[^>]*><span style=\"color: rgb\(107, ?119, ?140\);?\">.*?</span></p>", re.S)


def without_muted(body: str) -> str:
    """The body without the line that names its source."""
    return _MUTED_LINE.sub("", body) if "rgb(107" in body else body


def digest(data: str | bytes) -> str:
    """The one digest: 32 hex digits of SHA-256."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()[:32]
