"""The page or folder to publish below: named by id, address or title."""

import re

from publisher.errors import NotFound, PlanRefused
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage, Space
from publisher.remote.port import Remote


def find_parent(remote: Remote, space: Space, wanted: str) -> str:
    """Its id: the home page of the space unless one is named. NotFound for a title that nothing has."""
    if not wanted:
        return space.home
    title = wanted.removeprefix("title:")
    address = re.search(r"/(?:pages|folder|folders)/(\d+)", wanted) or re.search(r"[?&]pageId=(\d+)", wanted)
    number = address[1] if address else wanted
    if title == wanted and number.isdigit():
        return number
    found = [page for page in remote.find_pages(space.id, title) if page.status == "current"]
    found = found or [page for page in remote.find_folders(space, title) if page.status == "current"]
    if not found:
        raise NotFound(f"the parent {wanted!r} is not in this space, or this account cannot see it")
    return found[0].id


def read_parent(remote: Remote, parent: str, space: Space) -> RemotePage:
    """A parent that the list of pages does not show: a folder. PlanRefused for a page that cannot be published below."""
    folder = remote.read_page(ContentRef(parent, ContentKind.FOLDER)) if remote.capabilities.folders else None
    if folder is not None and folder.status == "current":
        return folder
    page = remote.read_page(ContentRef(parent))
    if page is not None and page.status == "trashed":
        raise PlanRefused(f"the parent page {page.url} is in the trash: restore it, or name another with --parent")
    if page is not None:
        raise NotFound(f"the parent page {page.url} is not in the space {space.key}; check --space and --parent")
    raise NotFound(f"the parent {parent} is not in this space, or this account cannot see it")
