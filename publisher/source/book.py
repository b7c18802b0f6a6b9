"""The tables of contents of Jupyter Book (``_toc.yml``) and of MyST (``toc`` in ``myst.yml``) as navigation."""

import fnmatch
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.model.tree import NavEntry

#: What lists entries below an entry, in the order in which they are read.
_BELOW = ("entries", "chapters", "sections", "children", "subtrees", "parts")


def book_entries(data: Any, known: Mapping[str, str]) -> tuple[tuple[NavEntry, ...], str]:
    """(the entries, the title of the book). ``known``: keys of documents, by their lower case."""
    title = ""
    if isinstance(data, dict) and "project" in data:
        project = data["project"] if isinstance(data["project"], dict) else {}
        title, data = str(project.get("title") or ""), project.get("toc")
    elif isinstance(data, dict) and "site" in data:
        data = None
    if isinstance(data, dict):
        first = [{"file": data["root"]}] if isinstance(data.get("root"), str) else []
        data = [*first, *(item for name in _BELOW for item in _items(data.get(name)))]
    return tuple(_entries(data, known)), title


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _entries(items: Any, known: Mapping[str, str]) -> Iterator[NavEntry]:
    for item in _items(items):
        if not isinstance(item, dict):
            continue
        for pattern in (item.get("glob"), item.get("pattern")):
            if isinstance(pattern, str):
                yield from (NavEntry(known[low]) for low in sorted(known) if fnmatch.fnmatchcase(low, pattern.lower()))
        key = _key(str(item.get("file") or item.get("doc") or ""), known)
        title = str(item.get("title") or item.get("caption") or item.get("part") or "")
        children = tuple(entry for name in _BELOW for entry in _entries(item.get(name), known))
        if key or children:
            yield NavEntry(key, title, children)


def _key(path: str, known: Mapping[str, str]) -> str:
    """The document at a path, which may go without its suffix."""
    plain = posixpath.normpath(path).lstrip("/").lower() if path else ""
    return next((known[plain + suffix] for suffix in ("", ".md", ".markdown") if plain + suffix in known), "")
