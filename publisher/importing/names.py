"""Names of files from titles, which anybody may have written: good on every system, and never out of the folder. Pure."""

import re
import unicodedata
from collections.abc import Container

_LONGEST = 60  # characters of a name, so that paths of deep trees stay within what Windows takes
_BYTES = 120
#: Names that Windows keeps for devices, and names that mean something to Publisher or to other tools.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))}
_MEANT = {"index", "readme", "_index", "summary", "attachments", "node_modules", "__pycache__", "venv", "publisher"}
_RESERVED = _DEVICES | _MEANT
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\/":?*|<>\u202a-\u202e\u2066-\u2069]')
_DOCUMENTS = (".md", ".markdown", ".mdx")


def slug_of(title: str, number: str) -> str:
    """The name of a page's file or folder, without a suffix: letters, digits and dashes. ``number``: the page's id."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", title).casefold())
    slug = re.sub(r"-{2,}", "-", re.sub(r"[^\w]+", "-", text)).strip("-_")
    slug = _cut(slug, _LONGEST, _BYTES).strip("-_")
    if not slug:
        return f"page-{number}"
    return f"{slug}-page" if slug in _RESERVED else slug


def _cut(text: str, longest: int, most: int) -> str:
    text = text[:longest]
    while len(text.encode()) > most:
        text = text[:-1]
    return text


def free_slug(title: str, number: str, taken: Container[str]) -> str:
    """A name that no sibling has, upper and lower case aside."""
    slug = slug_of(title, number)
    if slug not in taken:
        return slug
    numbered = (f"{slug}-{count}" for count in range(2, 10_000))
    return next(name for name in numbered if name not in taken)


def is_safe_file(name: str) -> bool:
    """Whether an attachment's name can be that of a file, on every system, so that it is attached under the same name."""
    stem = name.partition(".")[0].casefold().strip()
    return (
        bool(name)
        and not _FORBIDDEN.search(name)
        and not name.startswith((".", " ", "~"))
        and not name.endswith((".", " "))
        and stem not in _DEVICES
        and len(name.encode()) <= 200
        and name == unicodedata.normalize("NFC", name)
        and not name.casefold().endswith(_DOCUMENTS)
        and "." in name
        and not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in name)
    )
