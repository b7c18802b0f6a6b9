"""Links to files of the repository, where the folder itself does not tell the repository's address. Pure.

Files that were copied without their ``.git`` are published beside what an earlier run, which knew the address, has written.
"""

import posixpath
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from msgspec.structs import replace

from publisher.model.repository import CodeAddress
from publisher.model.tree import BrokenTarget, ExternalTarget, LinkTarget, Page, PageTree


def with_code_links(tree: PageTree, code: CodeAddress) -> PageTree:
    """The tree with the addresses of its documents, and of files of the repository that its links lead to."""
    pages = {key: _addressed(page, code) for key, page in tree.pages.items()}
    return replace(tree, pages=MappingProxyType(pages))


def _addressed(page: Page, code: CodeAddress) -> Page:
    if page.document is None:
        return page
    key = page.document.key
    targets = {href: _target(key, href, target, code) for href, target in page.targets.items()}
    source = page.source_url or _address(code, key)
    if source == page.source_url and targets == page.targets:
        return page
    kept: Mapping[str, LinkTarget] = MappingProxyType(targets)
    return replace(page, targets=kept, source_url=source)


def _target(key: str, href: str, target: LinkTarget, code: CodeAddress) -> LinkTarget:
    if target != BrokenTarget("outside") or ":" in href:
        return target
    path = unquote(urlsplit(href).path).removeprefix("@site/").removeprefix("@")
    base = "" if path.startswith("/") else posixpath.dirname(key)
    address = _address(code, posixpath.join(base, path.lstrip("/")))
    return ExternalTarget(address) if address else target


def _address(code: CodeAddress, key: str) -> str:
    """Where a path from the docs root is shown; empty for one outside the repository."""
    path = posixpath.normpath(posixpath.join(code.docs, key))
    return "" if path.startswith("..") else code.base + quote(path)
