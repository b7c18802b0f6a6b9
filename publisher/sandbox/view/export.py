"""The view as static files: they open from disk, without a server. A page's file is named by its document, so that links keep."""

import json
import re
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from publisher.sandbox.store import Row, Store
from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.notes import path_of
from publisher.sandbox.view.pages import page_html
from publisher.sandbox.view.search import index_rows
from publisher.sandbox.view.templates import policy, static_files

_DOCUMENTS = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".rmd")
_STATIC, _FILES = "_static", "_files"
_LIST = f"{_STATIC}/files.json"  # of what was written, so that the next export deletes what is gone
#: Characters that a file system may refuse in a name.
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


class _FileLinks(Links):
    """Addresses from one page's file to others, and to attachments. ``names``: id → file, from the top of the folder."""

    def __init__(self, names: dict[int, str], current: str) -> None:
        super().__init__()
        self._names = names
        self.top = "../" * current.count("/")

    def page(self, row: Row) -> str:
        return self.top + quote(self._names[row["id"]])

    def file(self, page: int, row: Row) -> str:
        return self.top + quote(file_name(self._names[page], row["name"]))


def page_name(path: str) -> str:
    """The file of a document's page: `guide/install.md` is `guide/install.html`. It depends on nothing but the document's path."""
    if path.endswith("/"):
        return f"{path.lstrip('/')}index.html"  # `/` is the docs root without a document
    stem = path.removesuffix(".md")
    # `a.mdx` keeps its ending, so that it never meets `a.md`.
    return f"{path if stem == path or stem.endswith(_DOCUMENTS) else stem}.html"


def file_name(page: str, name: str) -> str:
    """The file of an attachment: beside those of its page only."""
    safe = _UNSAFE.sub(lambda found: f"%{ord(found[0]):02x}", name)
    return f"{_FILES}/{page}/{safe}"


def _names(store: Store, pages: list[Row], home: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for page in pages:
        properties = {row["key"]: row["value"] for row in store.properties(page["id"], None, "content")}
        path = path_of(properties)
        found[page["id"]] = (
            page_name(path) if path else "index.html" if page["id"] == home else f"_pages/{page['id']}.html"
        )
    return found


def export_pages(store: Store, folder: str, home: int) -> int:
    """Writes every page, its files, style and script below ``folder``; ``index.html`` is the home page. Returns the count of pages.

    What an earlier export wrote there and this one does not is deleted.
    """
    target = Path(folder)
    pages = store.pages(["current"], None, None, ("page", "blogpost"))
    names = _names(store, pages, home)
    static = {f"{_STATIC}/{name}": text for name, text in static_files().items()}
    listed = [
        {**{name: row[name] for name in ("title", "where", "text")}, "address": quote(names[row["id"]])}
        for row in index_rows(store)
    ]
    static[f"{_STATIC}/pages.js"] = f"view.pages = {json.dumps(listed)};\n"
    written: list[str] = []

    def write(name: str, data: bytes) -> None:
        _write(target / PurePosixPath(name), data)
        written.append(name)

    for name, text in static.items():
        write(name, text.encode())
    for page in pages:
        write(names[page["id"]], _export_page(store, page, names, names[page["id"]]).encode())
        for row in store.attachments(page["id"]):
            write(file_name(names[page["id"]], row["name"]), store.attachment_data(page["id"], row["id"])[0])
    if home in names and "index.html" not in names.values():
        root = next(page for page in pages if page["id"] == home)
        write("index.html", _export_page(store, root, names, "index.html").encode())
    _remove_gone(target, written)
    return len(pages)


def _remove_gone(target: Path, written: list[str]) -> None:
    """Deletes what an earlier export wrote below ``target`` and this one did not, and notes what this one wrote."""
    kept = {name.casefold() for name in written}  # two names may be one file
    for name in _read_list(target / _LIST):
        file = target / PurePosixPath(name)
        if name.casefold() in kept or not _is_below(file, target):
            continue
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == target or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()
    _write(target / _LIST, json.dumps(sorted(written), indent=0, ensure_ascii=False).encode())


def _read_list(file: Path) -> list[str]:
    """The names in a list of ours; empty if there is none, or it is none of ours."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _is_below(file: Path, target: Path) -> bool:
    """Whether it is a file in the folder itself, through no link."""
    try:
        return file.parent.resolve().is_relative_to(target.resolve()) and ".." not in file.parts and file.is_file()
    except (OSError, ValueError):  # a name that no file system takes
        return False


def _export_page(store: Store, page: Row, names: dict[int, str], current: str) -> str:
    links = _FileLinks(names, current)
    meta = policy(remote=False, meta=True)
    return page_html(store, page, links, live=False, static=f"{links.top}{_STATIC}", top=links.top, policy=meta)


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
