"""Links follow what people retitled: a heading that others link to, or a page that is linked by its title."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from urllib.parse import quote, unquote

from msgspec import Struct

from publisher.convert.compose import Conversion
from publisher.convert.reading import SAFE
from publisher.markdown.structure import mask_code
from publisher.markdown.walk import plain_text
from publisher.model.document import Document, Heading
from publisher.model.tree import AnchorTarget, LinkTarget, PageTarget

_DESTINATION = re.compile(
    r"\]\([ \t]*<?(?P<inline>[^()\s<>]+(?:\([^()\s]*\)[^()\s<>]*)*)"
    r"|^[ \t>]*\[[^\]\n]+\]:[ \t]*<?(?P<definition>[^\s<>]+)"
    r"|\b(?:href|src)=[\"'](?P<html>[^\"'\n]+)"
    r"|\[\[(?P<wiki>[^\]|\n]+)",
    re.M,
)


class Renames(Struct, frozen=True):
    """``headings``: (document, anchor) → the heading that it has become. ``titles``: document → the new title of its page."""

    headings: Mapping[tuple[str, str], Heading]
    titles: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.headings or self.titles)


def find_renames(before: Mapping[str, Document], after: Mapping[str, Document], titles: Mapping[str, str]) -> Renames:
    """What headings have become; each in the place of one that is gone."""
    found: dict[tuple[str, str], Heading] = {}
    for key, document in after.items():
        old, new = before[key].headings, document.headings
        left, right = [heading.slug for heading in old], [heading.slug for heading in new]
        kept = set(document.anchors)
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if kind == "replace" and i2 - i1 == j2 - j1:
                pairs = zip(old[i1:i2], new[j1:j2], strict=True)
                found |= {(key, a.slug): b for a, b in pairs if a.level == b.level and a.slug not in kept}
    return Renames(found, titles)


def new_addresses(conversion: Conversion, key: str, renames: Renames) -> dict[str, str]:
    """Addresses as a document writes them → as it is to write them."""
    found: dict[str, str] = {}
    for href, target in conversion.tree.pages[key].targets.items():
        new = _new_address(href, target, key, renames)
        if new is not None and new != href:
            found[href] = new
    return found


def _new_address(href: str, target: LinkTarget, key: str, renames: Renames) -> str | None:
    page, anchor = (
        (target.key, target.anchor)
        if isinstance(target, PageTarget)
        else (key, target.anchor)
        if isinstance(target, AnchorTarget)
        else ("", "")
    )
    path, sign, fragment = href.partition("#")
    heading = renames.headings.get((page, anchor)) if anchor else None
    if path.startswith("title:") and page in renames.titles:
        path = "title:" + quote(renames.titles[page], safe=SAFE)
    elif heading is None:
        return None
    if heading is None:
        return path + sign + fragment
    if href.startswith("wikilink:"):
        return f"{path}#{re.sub(r'[][|#^]', '', plain_text(heading.children)).strip()}"
    return f"{path}#{heading.slug}"


def read_addresses(conversion: Conversion, key: str, renames: Renames) -> dict[str, str]:
    """How links of a page to retitled headings are read from storage: before → afterwards."""
    folder = posixpath.dirname(key) or "."
    found: dict[str, str] = {}
    for (page, anchor), heading in renames.headings.items():
        path = "" if page == key else quote(posixpath.relpath(page, folder), safe=SAFE)
        old, new = (quote(name, safe="-_.~:" if page == key else SAFE) for name in (anchor, heading.slug))
        found[f"{path}#{old}"] = f"{path}#{new}"
    return found


def rename_addresses(text: str, addresses: Mapping[str, str]) -> str:
    """The text with other addresses where links have them; code is left alone."""
    if not addresses:
        return text
    wanted = {unquote(old): new for old, new in addresses.items()}
    parts, position = [], 0
    for match in _DESTINATION.finditer(mask_code(text)):
        kind = match.lastgroup or ""
        written = match[kind]
        name = ("wikilink:" if kind == "wiki" else "") + unquote(written.strip())
        if name in wanted:
            start, end = match.span(kind)
            parts += [text[position:start], wanted[name].removeprefix("wikilink:")]
            position = end
    return "".join([*parts, text[position:]])


def documents_of(conversion: Conversion, keys: Iterable[str]) -> dict[str, Document]:
    """The documents of pages."""
    pages = conversion.tree.pages
    return {key: document for key in keys if (document := pages[key].document) is not None}
