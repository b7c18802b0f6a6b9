"""Which pages are imported, and where each is in the tree."""

import re
from collections.abc import Iterable, Mapping

from publisher.errors import NotFound, UsageError
from publisher.importing.values import Listing, Loss
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage, Space
from publisher.planning.order import tree_order
from publisher.remote.port import Remote

_ID = re.compile(r"/(?:pages|folder|blog/\d+/\d+/\d+)/(\d+)|[?&]pageId=(\d+)")
_SPACE = re.compile(r"/(?:spaces|display)/([^/?#]+)")


def page_id(wanted: str) -> str:
    """The id in ``--page``: an id, or the address of a page. UsageError."""
    if wanted.isdigit():
        return wanted
    found = _ID.search(wanted)
    if found is None:
        raise UsageError(f"--page {wanted}: name a page by its id, or by an address that holds its id")
    return found[1] or found[2]


def space_in(address: str) -> str:
    """The key of the space that an address of a page names; empty if it names none."""
    found = _SPACE.search(address)
    return found[1] if found else ""


def list_pages(remote: Remote, space: Space, top: str) -> Listing:
    """Every current page of the space, or ``top`` and all below it. NotFound where there is no such page."""
    rows = {page.id: page for page in remote.list_content(space.id, ContentKind.PAGE)}
    if top and (top not in rows or rows[top].status != "current"):
        raise NotFound(f"there is no page {top} in the space {space.key}, or this account cannot see it")
    current = {number: page for number, page in rows.items() if page.status == "current"}
    above = _Above(remote, rows, space.home)
    parents = {number: above.find(page) for number, page in current.items()}
    wanted = _sorted(current, parents, [top] if top else _tops(current, parents, space.home))
    losses = [*_archived(rows, wanted, whole=not top), *above.losses(wanted)]
    posts = {} if top else {page.id: page for page in remote.list_content(space.id, ContentKind.BLOGPOST)}
    kept = {number: None if number == top else parents[number] for number in wanted}
    return Listing({number: current[number] for number in wanted}, kept, posts, tuple(losses))


def _tops(pages: Mapping[str, RemotePage], parents: Mapping[str, str | None], home: str) -> list[str]:
    found = [pages[number] for number, parent in parents.items() if parent is None]
    return [page.id for page in sorted(found, key=lambda page: page.id != home)]


def _sorted(pages: Mapping[str, RemotePage], parents: Mapping[str, str | None], tops: Iterable[str]) -> list[str]:
    """Tops and all below them, parents first, siblings as Confluence shows them."""
    below: dict[str, list[RemotePage]] = {}
    for number, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(pages[number])
    found: list[str] = []
    stack = [*reversed(list(tops))]
    while stack:
        number = stack.pop()
        found.append(number)
        stack += [page.id for page in reversed(tree_order(below.get(number, ())))]
    return found


def _archived(rows: Mapping[str, RemotePage], wanted: Iterable[str], *, whole: bool) -> list[Loss]:
    """Archived pages: of the whole space, or right below what is imported."""
    inside = set(wanted)
    return [
        Loss(page.id, page.title, page.url, "the page", "it is archived, and stays as it is")
        for page in rows.values()
        if page.status == "archived" and (whole or page.parent in inside)
    ]


class _Above:
    """Finds the page above each page: folders, whiteboards and archived pages between them are passed over."""

    def __init__(self, remote: Remote, rows: Mapping[str, RemotePage], home: str) -> None:
        self.remote, self.rows, self.home = remote, rows, home
        self.containers: dict[str, RemotePage | None] = {}
        self.kinds: dict[str, ContentKind] = {}
        self.inside: dict[str, list[str]] = {}

    def find(self, page: RemotePage) -> str | None:
        number, kind, seen = page.parent, page.parent_kind, {page.id}
        passed = False
        while number is not None and number not in seen:
            seen.add(number)
            row = self.rows.get(number)
            if row is not None and row.status == "current":
                return number
            if row is None and kind != ContentKind.PAGE:
                passed = True
                self.kinds[number] = kind
                self.inside.setdefault(number, []).append(page.id)
                row = self._container(number, kind)
            number, kind = (row.parent, row.parent_kind) if row else (None, ContentKind.PAGE)
        return self.home if passed and self.home in self.rows and page.id != self.home else None

    def _container(self, number: str, kind: ContentKind) -> RemotePage | None:
        if number not in self.containers:
            found = self.remote.read_page(ContentRef(number, kind)) if kind == ContentKind.FOLDER else None
            self.containers[number] = found
        return self.containers[number]

    def losses(self, wanted: Iterable[str]) -> list[Loss]:
        """One for each folder (or other thing) that pages of the import are in."""
        chosen = set(wanted)
        found = []
        for number, kind in self.kinds.items():
            if chosen.isdisjoint(self.inside[number]):
                continue
            about = self.containers.get(number)
            title = about.title if about else f"{kind} {number}"
            why = "its pages are documents of the page above it, and stay in it in Confluence"
            found.append(Loss(number, title, about.url if about else "", f"the {kind}", why))
        return found
