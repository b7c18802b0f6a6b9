"""What a link or an image in a document leads to."""

import difflib
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from publisher.model.document import Document
from publisher.model.problem import Problem, problem
from publisher.model.tree import (
    AnchorTarget,
    AttachmentTarget,
    BrokenTarget,
    ExternalTarget,
    LinkTarget,
    PageTarget,
)
from publisher.storage import digest

#: Media and document types that are attached when a link leads to one; the setting `attach` adds to them.
ATTACHED = {
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".ico", ".mp4", ".webm", ".mov", ".mp3", ".wav", ".pdf", ".doc",
    ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".csv", ".zip", ".gz", ".tgz", ".txt", ".drawio", ".vsdx",
}  # fmt: skip
_SAFE_SCHEMES = {
    "http",
    "https",
    "mailto",
    "tel",
    "ftp",
    "ftps",
    "sftp",
    "ssh",
    "git",
    "irc",
    "xmpp",
    "slack",
    "vscode",
    "file",
}
_MAGIC: dict[str, tuple[bytes, ...]] = {
    ".png": (b"\x89PNG",), ".jpg": (b"\xff\xd8",), ".jpeg": (b"\xff\xd8",), ".gif": (b"GIF8",), ".webp": (b"RIFF",),
    ".bmp": (b"BM",), ".pdf": (b"%PDF",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where links may lead. ``folders`` maps a folder to the key of its page; ``assets`` are files by key."""

    root: Path
    documents: Mapping[str, Document]
    folders: Mapping[str, str]
    assets: Mapping[str, Path]
    attach: frozenset[str]
    asset_roots: tuple[Path, ...]
    repository: Path | None
    repo_base: str


@dataclass(slots=True)
class Resolver:
    """Resolves the links of one document and gathers what is wrong with them."""

    place: Place
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def _report(self, line: int, code: str, text: str, hint: str = "") -> None:
        self.problems.append(problem(self.document.key, line, code, text, hint))

    def link(self, href: str, line: int) -> LinkTarget:
        if href.startswith("#"):
            return self._anchor(href, line)
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", href)
        if scheme:
            if scheme[1].lower() in _SAFE_SCHEMES:
                return ExternalTarget(href)
            self._report(line, "unsafe-link", f"links with `{scheme[1]}:` are not allowed; the text stays")
            return BrokenTarget("scheme")
        if href.startswith("//"):
            return ExternalTarget("https:" + href)
        parts = urlsplit(href)
        return self._path(unicodedata.normalize("NFC", unquote(parts.path)), unquote(parts.fragment), href, line)

    def _anchor(self, href: str, line: int) -> LinkTarget:
        slug = unquote(href[1:])
        found = _find_slug(self.document, slug)
        if found is None:
            self._broken_anchor(self.document, slug, line)
            return BrokenTarget("anchor") if slug else BrokenTarget("empty")
        return AnchorTarget(found)

    def _broken_anchor(self, target: Document, slug: str, line: int) -> None:
        near = difflib.get_close_matches(slug, target.slugs, 1)
        self._report(
            line, "broken-anchor", f"no heading `#{slug}` in {target.key}", f"nearest is `#{near[0]}`" if near else ""
        )

    def _path(self, path: str, fragment: str, href: str, line: int) -> LinkTarget:
        base = "" if path.startswith("/") else posixpath.dirname(self.document.key)
        key = posixpath.normpath(posixpath.join(base, path.lstrip("/"))).removeprefix("./")
        if key.startswith(".."):
            return self._outside(key, line)
        page = self._page_key("" if key == "." else key)
        if page is not None:
            return self._page(page, fragment, line)
        if key in self.place.assets:
            return self._asset(key, line)
        near = difflib.get_close_matches(key, [*self.place.documents, *self.place.assets], 1, 0.75)
        self._report(
            line, "broken-link", f"`{href}` leads to nothing; the text stays", f"nearest is `{near[0]}`" if near else ""
        )
        return BrokenTarget("missing")

    def _page_key(self, key: str) -> str | None:
        place = self.place
        stem = re.sub(r"\.html?$", "", key)
        for candidate in (key, *(stem + suffix for suffix in (".md", ".markdown", ".mdx"))):
            if candidate in place.documents:
                return candidate
        for folder in (key, posixpath.dirname(key) if posixpath.basename(key) == "index.html" else None):
            if folder is not None and folder in place.folders:
                return place.folders[folder]
        return None

    def _page(self, key: str, fragment: str, line: int) -> LinkTarget:
        target = self.place.documents.get(key)
        if not fragment or target is None:
            return PageTarget(key)
        found = _find_slug(target, fragment)
        if found is None:
            self._broken_anchor(target, fragment, line)
        if key == self.document.key and found:
            return AnchorTarget(found)
        return PageTarget(key, found or "")

    def _asset(self, key: str, line: int) -> LinkTarget:
        path = self.place.assets[key]
        if path.suffix.lower() in self.place.attach:
            return self._attachment(path, key, line)
        return self._repository_link(path, line)

    def _attachment(self, path: Path, key: str, line: int) -> LinkTarget:
        wrong = bad_bytes(path)
        if wrong:
            self._report(line, "bad-image", f"{key} {wrong[0]}", wrong[1])
            return BrokenTarget("bytes")
        return AttachmentTarget(attachment_name(key), path)

    def _outside(self, key: str, line: int) -> LinkTarget:
        path = Path(posixpath.normpath((self.place.root / key).as_posix()))
        return self._repository_link(path, line)

    def _repository_link(self, path: Path, line: int) -> LinkTarget:
        repository = self.place.repository
        inside = repository is not None and path.is_relative_to(repository) and path.exists()
        if inside and repository is not None and self.place.repo_base:
            return ExternalTarget(self.place.repo_base + quote(path.relative_to(repository).as_posix()))
        self._report(
            line,
            "outside-link",
            f"{path.name} is not published and no repository address is known; the text stays",
            "set `repo_url`",
        )
        return BrokenTarget("outside")

    def image(self, src: str, alt: str, line: int) -> LinkTarget:
        if not alt.strip():
            self._report(line, "missing-alt", f"the image {src[:80]} has no alternative text")
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", src)
        if scheme or src.startswith("//"):
            if scheme is None or scheme[1].lower() in {"http", "https"}:
                return ExternalTarget(src if scheme else "https:" + src)
            self._report(line, "unsafe-link", f"images with `{scheme[1]}:` are not allowed")
            return BrokenTarget("scheme")
        path = unicodedata.normalize("NFC", unquote(urlsplit(src).path))
        base = "" if path.startswith("/") else posixpath.dirname(self.document.key)
        key = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        if key in self.place.assets:
            return self._attachment(self.place.assets[key], key, line)
        if key.startswith(".."):
            return self._outside_image(key, src, line)
        near = difflib.get_close_matches(key, self.place.assets, 1, 0.75)
        self._report(line, "missing-image", f"there is no image `{src}`", f"nearest is `{near[0]}`" if near else "")
        return BrokenTarget("missing")

    def _outside_image(self, key: str, src: str, line: int) -> LinkTarget:
        path = Path(posixpath.normpath((self.place.root / key).as_posix()))
        allowed = any(path.resolve().is_relative_to(root) for root in self.place.asset_roots)
        if not allowed:
            hint = "name its folder in `assets`"
            self._report(line, "outside-image", f"the image `{src}` lies outside the docs root", hint)
            return BrokenTarget("outside")
        if not path.is_file():
            self._report(line, "missing-image", f"there is no image `{src}`")
            return BrokenTarget("missing")
        return self._attachment(path, key, line)


def _find_slug(document: Document, slug: str) -> str | None:
    """The slug as the document has it; case is forgiven, as browsers on GitHub do."""
    return slug if slug in document.slugs else (slug.lower() if slug.lower() in document.slugs else None)


def attachment_name(key: str) -> str:
    """A flat, stable name: the file's own, with a short digest of its folder, so that no two paths collide."""
    folder, name = posixpath.split(key)
    name = re.sub(r'[\\/":?*|<>]', "_", name)
    stem, suffix = posixpath.splitext(name)
    return f"{stem}-{digest(folder)[:6]}{suffix}" if folder else name


def bad_bytes(path: Path) -> tuple[str, str] | None:
    """(what is wrong, remedy) if the bytes of a file contradict its name."""
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer", "run `git lfs pull` first"
    magic = _MAGIC.get(path.suffix.lower())
    if magic and not head.startswith(magic):
        return f"is no {path.suffix.lower()} file", "replace it, or give it its right name"
    return None
