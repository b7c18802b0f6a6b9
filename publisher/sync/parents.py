"""The page or folder to publish below: named by id, address or title; and the folders of people that pages are in."""

import re
from collections.abc import Mapping

from publisher.errors import NotFound, PlanRefused
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage, Space
from publisher.remote.port import Remote


def find_parent(remote: Remote, space: Space, wanted: str) -> str:
    """Its id: the home page of the space unless one is named.

    NotFound for a title that nothing has; PlanRefused for one that only an archived or a trashed page has.
    """
    if not wanted:
        return space.home
    title = wanted.removeprefix("title:")
    address = re.search(r"/(?:pages|folder|folders)/(\d+)", wanted) or re.search(r"[?&]pageId=(\d+)", wanted)
    number = address[1] if address else wanted
    if title == wanted and number.isdigit():
        return number
    pages = remote.find_pages(space.id, title)
    found = [page for page in pages if page.status == "current"]
    found = found or [page for page in remote.find_folders(space, title) if page.status == "current"]
    if found:
        return found[0].id
    for page in pages or remote.find_pages(space.id, title, trashed=True):
        check_living(page)
    raise NotFound(f"the parent {wanted!r} is not in this space, or this account cannot see it")


def check_living(parent: RemotePage) -> None:
    """PlanRefused for a page or folder that is archived or in the trash: nothing can be published below it."""
    if parent.status not in {"archived", "trashed"}:
        return
    where = "is archived" if parent.status == "archived" else "is in the trash"
    text = f"the parent {parent.kind} “{parent.title}” ({parent.url}) {where}"
    raise PlanRefused(f"{text}: restore it in Confluence, or name another with --parent")


def read_container(remote: Remote, parent: str) -> RemotePage | None:
    """The page or folder of that id; None if it cannot be seen. PlanRefused where nothing can be published below it."""
    refs = [ContentRef(parent, ContentKind.FOLDER)] if remote.capabilities.folders else []
    for ref in (*refs, ContentRef(parent)):
        found = remote.read_page(ref)
        if found is not None:
            check_living(found)
            return found
    return None


def read_parent(remote: Remote, parent: str, space: Space) -> RemotePage:
    """A parent that the list of pages does not show: a folder. PlanRefused for a page that cannot be published below."""
    found = read_container(remote, parent)
    if found is None:
        raise NotFound(f"the parent {parent} is not in this space, or this account cannot see it")
    if found.kind != ContentKind.FOLDER:
        raise NotFound(f"the parent page {found.url} is not in the space {space.key}; check --space and --parent")
    return found


def read_containers(remote: Remote, space: Space, pages: Mapping[str, RemotePage]) -> dict[str, RemotePage]:
    """Folders of other people that pages of ours are in, and the folders that these are in.

    Where the stamp says that a page is where we left it, nobody need look.
    """
    found: dict[str, RemotePage] = {}
    wanted = {
        page.parent
        for page in pages.values()
        if page.stamp and page.parent and page.parent != page.stamp.parent and page.parent_kind == ContentKind.FOLDER
    }
    while missing := {number for number in wanted if number not in pages and number not in found}:
        refs = [ContentRef(number, ContentKind.FOLDER) for number in sorted(missing)]
        read = {folder.id: folder for folder in remote.read_pages(space.id, refs)}
        found |= read
        wanted = {folder.parent for folder in read.values() if folder.parent}
        wanted &= {f.parent for f in read.values() if f.parent and f.parent_kind == ContentKind.FOLDER}
    return found
