"""Documents that move to other folders: where each file goes, and the relative links of all documents as they are to be then."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

from msgspec import Struct

from publisher.convert.compose import Conversion
from publisher.convert.following import rename_addresses
from publisher.convert.frontedits import replace_attachments
from publisher.convert.reading import SAFE
from publisher.markdown.includes import INCLUDE

_INDEXES = {"index", "readme", "_index"}
_SUFFIXES = (".md", ".markdown", ".mdx")


def is_index(key: str) -> bool:
    """Whether a document is the page of its folder."""
    return posixpath.splitext(posixpath.basename(key))[0].lower() in _INDEXES


def folder_below(key: str) -> str:
    """The folder of documents whose pages are right below the page of ``key``."""
    if key.endswith("/"):
        return key.rstrip("/")
    return posixpath.dirname(key) if is_index(key) else posixpath.splitext(key)[0]


class Moves(Struct, frozen=True):
    """``paths``: files and folders, from the docs root, → where they go."""

    paths: Mapping[str, str]

    def of(self, path: str) -> str:
        """Where a file or folder is afterwards."""
        if path in self.paths:
            return self.paths[path]
        above = posixpath.dirname(path)
        while above:
            if above in self.paths:
                return self.paths[above] + path[len(above) :]
            above = posixpath.dirname(above)
        return path

    def of_link(self, path: str) -> str:
        """The same for a path as links write it: a document may be named without its ending."""
        moved = self.of(path)
        if moved != path:
            return moved
        for suffix in _SUFFIXES:
            if (found := self.of(path + suffix)) != path + suffix:
                return found.removesuffix(suffix)
        return path


def moved_texts(conversion: Conversion, texts: Mapping[str, str], moves: Moves) -> dict[str, str]:
    """The documents whose links change, by their keys before. ``texts``: what documents say, where that is not what is on disk."""
    found: dict[str, str] = {}
    for file in conversion.source.documents:
        page = conversion.tree.pages.get(file.key)
        if page is None or page.document is None:
            continue
        text = texts.get(file.key, (file.data or b"").decode("utf-8-sig").replace("\r\n", "\n"))
        written = {*(link.href for link in page.document.links), *(image.src for image in page.document.images)}
        addresses = {href: new for href in written if (new := _new_address(href, file.key, moves)) != href}
        changed = _with_includes(rename_addresses(text, addresses), file.key, moves, conversion)
        changed = replace_attachments(changed, _attached(page.document.front_matter.attachments, file.key, moves))
        if changed != text:
            found[file.key] = changed
    return found


def _attached(paths: Iterable[str], key: str, moves: Moves) -> dict[str, str]:
    """Paths of `attachments` in the front matter that lead elsewhere from the new place → as they are to be."""
    found = {path: unquote(_new_address(quote(path, safe=SAFE), key, moves)) for path in paths}
    return {path: new for path, new in found.items() if new != path}


def _new_address(href: str, key: str, moves: Moves) -> str:
    """An address as the document writes it, as it is to write it."""
    if href.startswith("wikilink:"):
        name, sign, rest = href.removeprefix("wikilink:").partition("#")
        return f"wikilink:{moves.of_link(name) if '/' in name else name}{sign}{rest}"
    parts = re.fullmatch(r"(?P<path>[^?#]+)(?P<rest>[?#].*)?", href, re.S)
    if parts is None or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", href):
        return href
    path, rest = unquote(parts["path"]), parts["rest"] or ""
    if path.startswith("/"):
        moved = moves.of_link(path.strip("/"))
        return href if moved == path.strip("/") else quote("/" + moved, safe=SAFE) + rest
    target = posixpath.normpath(posixpath.join(posixpath.dirname(key), path))
    moved, here = moves.of_link(target), posixpath.dirname(moves.of(key))
    if moved == target and here == posixpath.dirname(key):
        return href
    new = posixpath.relpath(moved or ".", here or ".")
    dotted = "./" if path.startswith("./") and not new.startswith(".") else ""
    return quote(dotted + new + ("/" if path.endswith("/") else ""), safe=SAFE) + rest


def _with_includes(text: str, key: str, moves: Moves, conversion: Conversion) -> str:
    """The text whose includes lead to the same files from the new place."""

    def replace(match: re.Match[str]) -> str:
        kind, written = next(_asked(match))
        path, sign, rest = written.partition(":")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(key), path))
        if not (conversion.source.root / target).is_file():
            return match[0]
        new = posixpath.relpath(moves.of(target), posixpath.dirname(moves.of(key)) or ".")
        start = match.start(kind) - match.start()
        return match[0][:start] + new + sign + rest + match[0][start + len(written) :]

    return (
        INCLUDE.sub(replace, text) if any(sign in text for sign in ("{{#", "8<-", "{!", "{*", "::include{")) else text
    )


def _asked(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield from ((kind, match[kind]) for kind in ("book", "snippet", "mdx", "star", "gitlab") if match[kind])
