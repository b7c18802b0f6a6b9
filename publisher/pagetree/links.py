"""What a link or an image in a document leads to."""

import posixpath
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from publisher.model.document import Document
from publisher.model.problem import Problem, problem
from publisher.model.tree import (
    AnchorTarget,
    AttachmentTarget,
    BrokenTarget,
    ElsewhereTarget,
    ExternalTarget,
    LinkTarget,
    PageTarget,
)
from publisher.naming import BLOCK, slugify
from publisher.pagetree.addresses import LinkContext
from publisher.pagetree.files import attachment_name, bad_bytes

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
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


class Resolver(Struct):
    """Resolves the links of one document and gathers what is wrong with them."""

    place: LinkContext
    document: Document
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # of attachments → key of the file

    def _report(self, line: int, code: str, text: str, hint: str = "") -> None:
        self.problems.append(problem(self.document.key, line, code, text, hint))

    def link(self, href: str, line: int) -> LinkTarget:
        if href.startswith("#"):
            return self._anchor(href, line)
        if self.place.links and (mapped := self._mapped(href)):
            return mapped
        if href.startswith("wikilink:"):
            return self._wikilink(href.removeprefix("wikilink:"), line)
        scheme = _SCHEME.match(href)
        if scheme and scheme[1] == "title":
            return self._by_title(unquote(href.removeprefix("title:")), line)
        if scheme:
            if scheme[1].lower() in _SAFE_SCHEMES:
                return self._absolute(href, line) or ExternalTarget(href)
            self._report(line, "unsafe-link", f"links with `{scheme[1]}:` are not allowed; the text stays")
            return BrokenTarget("scheme")
        if href.startswith("//"):
            return ExternalTarget("https:" + href)
        parts = urlsplit(href)
        return self._path(unicodedata.normalize("NFC", unquote(parts.path)), unquote(parts.fragment), href, line)

    def _mapped(self, href: str) -> LinkTarget | None:
        """What the setting `links` says of a path (from the docs root, or as it is written) or an address."""
        path, _, fragment = href.partition("#")
        base = posixpath.dirname(self.document.key)
        names = (path, posixpath.normpath(posixpath.join(base, unquote(path))), path.lstrip("/"))
        found = next((self.place.links[name] for name in names if name in self.place.links), None)
        if isinstance(found, Mapping):
            return ElsewhereTarget(str(found.get("title", "")), str(found.get("space", "")), fragment)
        return ExternalTarget(str(found)) if found else None

    def _other_collection(self, key: str, fragment: str, line: int) -> LinkTarget | None:
        """The page of a document, or a folder, that another collection of this publisher.yml publishes."""
        path = posixpath.normpath((self.place.root / key).as_posix())
        stem = re.sub(r"\.html?$", "", path)
        for candidate in (path, *(stem + suffix for suffix in (".md", ".markdown", ".mdx"))):
            page = self.place.elsewhere.get(Path(candidate))
            if page is None:
                continue
            found = self.place.names.anchors_of(page.document).find(fragment) if page.document and fragment else None
            if fragment and page.document and found is None:
                self._broken_anchor(page.document, fragment, line)
            return ElsewhereTarget(page.title, page.space, found or "")
        return None

    def _absolute(self, href: str, line: int) -> LinkTarget | None:
        """The page of an address below ``site_url``, or of the repository, if it is published."""
        url, _, fragment = href.partition("#")
        path = self.place.published(url.partition("?")[0])
        for key in (
            self.place.paths_of(self.document.key, unicodedata.normalize("NFC", unquote(path)))
            if path is not None
            else ()
        ):
            page = None if key.startswith("..") else self.place.page_key("" if key == "." else key)
            if page is not None:
                return self._page(page, unquote(fragment), line)
        return None

    def _by_title(self, target: str, line: int) -> LinkTarget:
        """``title:Page title#heading``: a document, else whatever page of the space has that title."""
        title, _, heading = target.partition("#")
        key = self.place.titles.get(title.strip().casefold())
        return self._page(key, slugify(heading), line) if key else ElsewhereTarget(title.strip(), "", slugify(heading))

    def attach(self, path: str) -> LinkTarget:
        """A file that the front matter names."""
        key = next((key for key in self.place.paths_of(self.document.key, path) if key in self.place.assets), None)
        if key is None:
            self._report(1, "missing-image", f"there is no file `{path}` to attach", self._meant(path))
            return BrokenTarget("missing")
        return self._attachment(self.place.assets[key], key, 1)

    def _wikilink(self, target: str, line: int) -> LinkTarget:
        """By path or by the file's name; of several the one with the shortest path."""
        name, _, heading = target.partition("#")
        slug = BLOCK + heading[1:] if heading.startswith("^") else slugify(heading.rpartition("#")[2])
        if not name:
            return self._anchor("#" + slug, line) if slug else BrokenTarget("block")
        key = self._by_name(name)
        if key is None:
            self._report(
                line,
                "broken-link",
                f"there is no note `{name}`; the text of the link is published",
                self.place.names.hint(name),
            )
            return BrokenTarget("missing")
        return self._page(key, slug, line) if key in self.place.documents else self._asset(key, line)

    def _by_name(self, name: str) -> str | None:
        names, lower = self.place.names, unicodedata.normalize("NFC", name).strip("/").lower()
        for wanted in (lower, lower + ".md"):
            if wanted in names.lower:
                return names.lower[wanted]
        found = names.base.get(posixpath.basename(lower))
        tails = ("/" + lower, "/" + lower + ".md")
        return found if found and ("/" not in lower or ("/" + found.lower()).endswith(tails)) else None

    def _anchor(self, href: str, line: int) -> LinkTarget:
        slug = unquote(href[1:])
        if slug in {"", "top"}:  # the top of the page: there is no anchor for it
            return BrokenTarget("top")
        found = self.place.names.anchors_of(self.document).find(slug)
        if found is None:
            self._broken_anchor(self.document, slug, line)
            return BrokenTarget("anchor")
        return AnchorTarget(found)

    def _broken_anchor(self, target: Document, slug: str, line: int) -> None:
        near = self.place.names.anchors_of(target).nearest.find(slug)
        hint = f"did you mean `#{near}`?" if near else ""
        self._report(line, "broken-anchor", f"no heading `#{slug}` in {target.key}", hint)

    def _path(self, path: str, fragment: str, href: str, line: int) -> LinkTarget:
        way = self.place.way_of(self.document.key, path)
        if way.page is not None:
            return self._page(way.page, fragment, line)
        if way.file is not None:
            return self._asset(way.file, line)
        keys, key = way.looked, way.looked[0]
        real = next((self.place.names.lower[k.lower()] for k in keys if k.lower() in self.place.names.lower), None)
        if real is not None:
            self._report(line, "case-mismatch", f"`{href}` leads to {real}, which is spelt differently")
            return self._page(real, fragment, line) if real in self.place.documents else self._asset(real, line)
        if key.startswith(".."):
            return self._other_collection(key, fragment, line) or self._outside(key, line)
        self._report(
            line,
            "broken-link",
            f"link target `{href}` not found; published as plain text",
            self._meant(key),
        )
        return BrokenTarget("missing")

    def _meant(self, key: str) -> str:
        return self.place.names.hint(key, self.document.key)

    def _page(self, key: str, fragment: str, line: int) -> LinkTarget:
        target = self.place.documents.get(key)
        if not fragment or target is None:
            return PageTarget(key)
        found = self.place.names.anchors_of(target).find(fragment)
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
        return AttachmentTarget(self._attachment_name(key), path)

    def _attachment_name(self, key: str) -> str:
        """What the file is called on the page; of two files of a document that would share a name, the second has the long one."""
        own = attachment_name(posixpath.basename(key))
        front = self.document.front_matter
        named = front.file_names.get(posixpath.basename(key), "")
        if named and self.names.setdefault(named, key) == key:
            return named
        own_names = front.attachment_names == "file" if front.attachment_names else self.place.own_names
        if own_names and self.names.setdefault(own, key) == key:
            return own
        return attachment_name(key)

    def _outside(self, key: str, line: int) -> LinkTarget:
        path = Path(posixpath.normpath((self.place.root / key).as_posix()))
        return self._repository_link(path, line)

    def _repository_link(self, path: Path, line: int) -> LinkTarget:
        address = self.place.blobs.find(path)
        if address and (path.exists() or self.place.blobs.real(path).exists()):
            return ExternalTarget(address)
        self._report(
            line,
            "outside-link",
            f"{path.name} is not published and no repository address is known; the text stays",
            "set `repo_url`",
        )
        return BrokenTarget("outside")

    def image(self, src: str, alt: str, line: int) -> LinkTarget:
        if not alt.strip():
            self._report(line, "missing-alt", f"the image {src.removeprefix('wikilink:')[:80]} has no alternative text")
        by_name = src.startswith("wikilink:")
        if by_name:
            found = self._by_name(src.removeprefix("wikilink:").partition("#")[0])
            if found in self.place.assets and found is not None:
                return self._attachment(self.place.assets[found], found, line)
            src = src.removeprefix("wikilink:")
        scheme = _SCHEME.match(src)
        if scheme or src.startswith("//"):
            if scheme is None or scheme[1].lower() in {"http", "https"}:
                return ExternalTarget(src if scheme else "https:" + src)
            self._report(line, "unsafe-link", f"images with `{scheme[1]}:` are not allowed")
            return BrokenTarget("scheme")
        keys = list(self.place.paths_of(self.document.key, unicodedata.normalize("NFC", unquote(urlsplit(src).path))))
        key = keys[0]
        for candidate in keys:
            if candidate in self.place.assets:
                return self._attachment(self.place.assets[candidate], candidate, line)
        real = self.place.names.lower.get(key.lower())
        if real in self.place.assets and real is not None:
            self._report(line, "case-mismatch", f"`{src}` leads to {real}, which is spelt differently")
            return self._attachment(self.place.assets[real], real, line)
        if key.startswith(".."):
            return self._outside_image(key, src, line)
        hint = self.place.names.hint(key) if by_name else self._meant(key)
        self._report(line, "missing-image", f"there is no image `{src}`", hint)
        return BrokenTarget("missing")

    def _outside_image(self, key: str, src: str, line: int) -> LinkTarget:
        path = Path(posixpath.normpath((self.place.root / key).as_posix()))
        allowed = any(path.resolve().is_relative_to(root) for root in self.place.asset_roots)
        if not allowed:
            hint = "name its folder in `assets`"
            self._report(line, "outside-image", f"the image `{src}` lies outside the docs root", hint)
            return BrokenTarget("outside")
        if why := self.place.refusal(path):
            self._report(line, "outside-image", f"the image `{src}` {why}, so it is not read")
            return BrokenTarget("outside")
        if not path.is_file():
            self._report(line, "missing-image", f"there is no image `{src}`")
            return BrokenTarget("missing")
        return self._attachment(path, key, line)
