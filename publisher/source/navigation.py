"""The files by which other tools know the tree: ``mkdocs.yml``, ``SUMMARY.md``, ``sidebars.json``, ``_toc.yml``, ``myst.yml``,
and notes in folders.

They are data: an unknown YAML tag is a text, nothing is ever executed.
"""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from publisher.errors import UsageError
from publisher.formats import BadData, read_json, read_yaml
from publisher.model.tree import FolderNote, NavEntry, Navigation
from publisher.source.book import book_entries
from publisher.source.ignoring import ignore_spec

_MKDOCS = ("mkdocs.yml", "mkdocs.yaml")
_BOOK = ("_toc.yml", "myst.yml")
_CATEGORY = ("_category_.json", "_category_.yml", "_category_.yaml")
#: The names of all files that are read here, but for those that an mkdocs.yml inherits from.
NAVIGATION_FILES = frozenset({*_MKDOCS, *_CATEGORY, "SUMMARY.md", "sidebars.json", ".pages", *_BOOK})
_MOST_INHERITED = 8
_DEEPEST = 200  # columns that an item of SUMMARY.md is indented by
_LARGEST = 1e15  # place of a folder among its siblings


def read_navigation(root: Path, top: Path | None, keys: Iterable[str]) -> Navigation:
    """The navigation of a docs root; an empty one if no file gives any. ``top``: where to stop looking above it.

    UsageError, with file and line, for a file that cannot be read.
    """
    known = {key.lower(): key for key in keys}
    folders = dict(_folder_notes(root, known.values()))
    places = [root, *(parent for parent in root.parents if top is not None and parent.is_relative_to(top))]
    for place in places:
        for name in _MKDOCS:
            if (place / name).is_file() and (found := _read_mkdocs(place / name, root, known, folders)):
                return found
    if (root / "SUMMARY.md").is_file() and (found := _read_summary(root, known, folders)):
        return found
    for name in _BOOK:
        if (root / name).is_file():
            entries, title = book_entries(_load(root / name), known)
            if entries:
                return Navigation(entries, title, folders, frozenset(), name)
    for file in (root / "sidebars.json", root.parent / "sidebars.json", root.parent / "website" / "sidebars.json"):
        if file.is_file():
            return _read_sidebars(file, known, folders)
    return Navigation(folders=folders)


# mkdocs.yml


def _load(file: Path) -> Any:
    """The data of a JSON or YAML file. UsageError with file and line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        return read_json(text) if file.suffix == ".json" else read_yaml(text, any_tag=True)
    except BadData as error:
        raise UsageError(f"{file}:{error.line + 1}: not valid {error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}:1: it is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None


def _load_mapping(file: Path) -> dict[str, Any]:
    data = _load(file)
    if data is not None and not isinstance(data, dict):
        raise UsageError(f"{file}:1: it holds no `key: value` lines")
    return {str(key): value for key, value in (data or {}).items()}


def _inherited(file: Path, depth: int = 0) -> dict[str, Any]:
    """With ``INHERIT``: mappings are merged, everything else is replaced."""
    data = _load_mapping(file)
    base = data.pop("INHERIT", None)
    if not isinstance(base, str) or depth >= _MOST_INHERITED or not (file.parent / base).is_file():
        return data
    return _merged(_inherited(file.parent / base, depth + 1), data)


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for name, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = _merged(result[name], value) if both else value
    return result


def _read_mkdocs(
    file: Path, root: Path, known: Mapping[str, str], folders: Mapping[str, FolderNote]
) -> Navigation | None:
    """None if it is about another folder than the docs root, or one that does not lie in it."""
    data = _inherited(file)
    docs = file.parent / str(data.get("docs_dir") or "docs")
    if not docs.is_dir() and file.parent == root:
        docs = root  # the documents of such a folder without the project around them
    inside = Path(os.path.relpath(docs, root)).as_posix()
    if inside.startswith("..") or not docs.is_dir():
        return None
    prefix = "" if inside == "." else inside + "/"
    hidden: set[str] = set()
    for name in ("exclude_docs", "draft_docs"):
        lines = str(data.get(name) or "").splitlines()
        spec = ignore_spec(lines)
        hidden |= {key for key in known.values() if key.startswith(prefix) and spec.match_file(key[len(prefix) :])}
    nav = data.get("nav")
    entries = tuple(_mkdocs_entries(nav, prefix, known, hidden)) if isinstance(nav, list) else ()
    site_url = data.get("site_url")
    title = str(data.get("site_name") or "")
    return Navigation(
        entries, title, folders, frozenset(hidden), file.name, site_url if isinstance(site_url, str) else ""
    )


def _mkdocs_entries(nav: list[Any], prefix: str, known: Mapping[str, str], hidden: set[str]) -> Iterator[NavEntry]:
    for item in nav:
        title, value = next(iter(item.items())) if isinstance(item, dict) and item else ("", item)
        title = str(title or "")
        if isinstance(value, list):
            children = tuple(_mkdocs_entries(value, prefix, known, hidden))
            if children:
                yield NavEntry("", title, children)
        elif isinstance(value, str):
            key = known.get(posixpath.normpath(prefix + value.partition("#")[0]).lower())
            if key and key not in hidden:  # addresses of other sites, and files that are not there, are no pages
                yield NavEntry(key, title)


# SUMMARY.md (mdBook)

_ITEM = re.compile(
    r"^(?P<indent>\s*)(?:[-*+]\s+)?\[(?P<title>(?:[^\[\]\\]|\\.|\[[^\]]*\])*)\]\((?P<path>[^()\s]*)\)\s*$"
)
_PART = re.compile(r"^#\s+(?P<title>.+?)\s*#*$")


def _read_summary(root: Path, known: Mapping[str, str], folders: Mapping[str, FolderNote]) -> Navigation | None:
    """Chapters by indentation; a heading behind the first one is a part, a chapter without a path a draft."""
    text = (root / "SUMMARY.md").read_text(encoding="utf-8-sig", errors="replace")
    title, part_open = "", False
    rows: list[tuple[int, NavEntry]] = []
    for line in text.splitlines():
        part, item = _PART.match(line), _ITEM.match(line)
        if part and not title and not rows:
            title = _plain(part["title"])
        elif part:
            rows.append((-1, NavEntry("", _plain(part["title"]))))
            part_open = True
        elif item:
            listed = line.lstrip().startswith(("-", "*", "+"))
            depth = min(len(item["indent"].expandtabs(4)), _DEEPEST) if listed else -2 if part_open else 0
            key = known.get(posixpath.normpath(item["path"].replace("%20", " ")).lower(), "") if item["path"] else ""
            if key or not item["path"]:
                rows.append((depth, NavEntry(key, _plain(item["title"]))))
    entries = tuple(entry for entry in _nest(rows) if entry.key or entry.children)
    if not entries:
        return None
    return Navigation(entries, title, folders, frozenset({"SUMMARY.md"}), "SUMMARY.md")


def _nest(rows: list[tuple[int, NavEntry]]) -> list[NavEntry]:
    """Rows with their depth as a tree."""
    result: list[NavEntry] = []
    place = 0
    while place < len(rows):
        depth, entry = rows[place]
        end = place + 1
        while end < len(rows) and rows[end][0] > depth:
            end += 1
        children = [child for child in _nest(rows[place + 1 : end]) if child.key or child.children]
        result.append(NavEntry(entry.key, entry.title, tuple(children)))
        place = end
    return result


def _plain(text: str) -> str:
    """A title without Markdown's marks."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"[`*]|(?<!\w)_|_(?!\w)", "", text)).strip()


# sidebars.json (Docusaurus)


def _read_sidebars(file: Path, known: Mapping[str, str], folders: Mapping[str, FolderNote]) -> Navigation:
    data = _load(file)
    ids = {_document_id(key): key for key in known.values()}
    entries: list[NavEntry] = []
    for sidebar in data.values() if isinstance(data, dict) else ():
        entries += _sidebar_entries(sidebar, ids)
    return Navigation(tuple(entries), "", folders, frozenset(), file.name)


def _document_id(key: str) -> str:
    """The path without suffix and numbers: ``02-guide/01-intro.md`` is ``guide/intro``."""
    return "/".join(re.sub(r"^\d+[-_.]\s*", "", part) for part in posixpath.splitext(key)[0].split("/")).lower()


def _sidebar_entries(items: Any, ids: Mapping[str, str]) -> list[NavEntry]:
    """A list of ids and objects, or a mapping of labels to such lists."""
    if isinstance(items, dict) and "type" not in items:
        return [
            NavEntry("", str(label), tuple(_sidebar_entries(below, ids))) for label, below in items.items() if below
        ]
    found: list[NavEntry] = []
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, str):
            found += [NavEntry(ids[item.lower()])] if item.lower() in ids else []
        elif isinstance(item, dict) and str(item.get("type")) in {"doc", "ref"}:
            key = ids.get(str(item.get("id", "")).lower())
            found += [NavEntry(key, str(item.get("label") or ""))] if key else []
        elif isinstance(item, dict) and item.get("type") == "category":
            link = item.get("link") or {}
            key = ids.get(str(link.get("id", "")).lower(), "") if isinstance(link, dict) else ""
            children = tuple(_sidebar_entries(item.get("items") or [], ids))
            found += [NavEntry(key, str(item.get("label") or ""), children)] if key or children else []
        elif isinstance(item, dict) and item.get("type") == "autogenerated":
            start = str(item.get("dirName", ".")).strip("./").lower()
            found += [NavEntry(key) for name, key in sorted(ids.items()) if not start or name.startswith(start + "/")]
        elif isinstance(item, dict) and "type" not in item:
            found += _sidebar_entries(item, ids)
    return found


# Notes in folders


def _folder_notes(root: Path, keys: Iterable[str]) -> Iterator[tuple[str, FolderNote]]:
    """``_category_.json`` / ``.yml`` (Docusaurus) and ``.pages`` (awesome-pages)."""
    found = {posixpath.dirname(key) for key in keys}
    for folder in sorted(found | {up for key in found for up in _above(key)}):
        for name in _CATEGORY:
            if (root / folder / name).is_file():
                data = _load_mapping(root / folder / name)
                position = data.get("position")
                order = float(position) if isinstance(position, int | float) and abs(position) < _LARGEST else None
                yield folder, FolderNote(str(data.get("label") or ""), order)
        if (root / folder / ".pages").is_file():
            data = _load_mapping(root / folder / ".pages")
            names = data.get("nav") or data.get("arrange") or ()
            rows = names if isinstance(names, list) else []
            listed = [str(next(iter(item.values()))) if isinstance(item, dict) and item else str(item) for item in rows]
            yield folder, FolderNote(str(data.get("title") or ""), None, tuple(listed))


def _above(folder: str) -> list[str]:
    found = []
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
