"""Where each page and each file goes in the docs folder. Pure."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from publisher.importing.names import free_slug, is_safe_file, slug_of
from publisher.importing.values import Listing
from publisher.model.snapshot import RemotePage
from publisher.pagetree.nodes import natural_order

FILES = "attachments"
POSTS = "blog"
COMMENTS = "comments"


class Layout(Struct, frozen=True):
    """``keys``: page → its document. ``orders``: page → its place, where the names of files do not give it.

    ``folders``: top → the folder of it and all below, empty for the whole output.
    """

    keys: Mapping[str, str]
    orders: Mapping[str, int]
    folders: Mapping[str, str]

    def folder_of(self, key: str) -> str:
        """The folder of the collection that a document belongs to."""
        inside = [folder for folder in self.folders.values() if key.startswith(folder + "/")]
        return max(inside, key=len, default="")


class _Placer(Struct):
    """Gives every page its key. ``known``: the keys that an earlier import gave; they stay where they still fit."""

    listing: Listing
    known: Mapping[str, str]
    below: Mapping[str | None, Sequence[str]]
    keys: dict[str, str] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)

    def place(self, top: str, folder: str, reserved: Iterable[str]) -> None:
        self.keys[top] = posixpath.join(folder, "index.md")
        stack = [(top, folder, {*reserved})]
        while stack:
            page, inside, taken = stack.pop()
            children = self.below.get(page, ())
            names = self._names(children, inside, taken | {posixpath.basename(inside)})
            for child in children:
                path = posixpath.join(inside, names[child])
                self.keys[child] = path + "/index.md" if child in self.below else path + ".md"
                if child in self.below:
                    stack.append((child, path, set()))
            self._order(children)

    def _names(self, children: Sequence[str], folder: str, taken: set[str]) -> dict[str, str]:
        """Older pages choose first, so that a new page changes nobody's name."""
        names: dict[str, str] = {}
        for child in children:
            path = self.known.get(child, "").removesuffix("/index.md").removesuffix(".md")
            name = posixpath.basename(path)
            if path and path == posixpath.join(folder, name) and name not in taken:
                names[child] = name
                taken.add(name)
        for child in sorted(children, key=lambda number: (len(number), number)):
            if child not in names:
                names[child] = free_slug(self.listing.pages[child].title, child, taken)
                taken.add(names[child])
        return names

    def _order(self, children: Sequence[str]) -> None:
        """Numbers for the first pages, up to where the names of the rest are in order by themselves."""
        names = [natural_order(self.keys[child].removesuffix("/index.md").removesuffix(".md")) for child in children]
        first = max(len(names) - 1, 0)
        while first > 0 and names[first - 1] < names[first]:
            first -= 1
        self.orders |= {child: place for place, child in enumerate(children[:first], 1)}


def lay_out(listing: Listing, known: Mapping[str, str], *, comments: bool) -> Layout:
    """One folder for one tree; for several tops a folder each, which is a collection of its own."""
    tops = listing.tops
    placer = _Placer(listing, known, listing.below)
    folders: dict[str, str] = {}
    taken = {COMMENTS}
    for top in tops:
        folders[top] = free_slug(listing.pages[top].title, top, taken) if len(tops) > 1 else ""
        taken.add(folders[top])
    first = tops[0] if tops else ""
    for top in tops:
        reserved = {POSTS} if listing.posts and top == first else set()
        placer.place(top, folders[top], reserved | ({COMMENTS} if comments else set()))
    _place_posts(placer, posixpath.join(folders.get(first, ""), POSTS))
    return Layout(placer.keys, placer.orders, folders)


def _place_posts(placer: _Placer, folder: str) -> None:
    taken: set[str] = set()
    for number, post in sorted(placer.listing.posts.items(), key=lambda item: (len(item[0]), item[0])):
        day = day_of(post)
        name, count = f"{day}-{slug_of(post.title, number)}", 1
        while name in taken:
            count += 1
            name = f"{day}-{slug_of(post.title, number)}-{count}"
        taken.add(name)
        placer.keys[number] = posixpath.join(folder, name + ".md")


def day_of(post: RemotePage) -> str:
    """The day of a blog post, as its address has it; else that of its last change."""
    found = re.search(r"/(\d{4})/(\d\d)/(\d\d)/", post.url)
    return "-".join(found.groups()) if found else post.modified[:10]


def place_files(layout: Layout, attached: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """(page, name) → the key of the file. ``attached``: page → name → digest of the bytes.

    A file that several pages have under one name is there once, in the folder that is around all of them.
    """
    users: dict[tuple[str, str, str], list[str]] = {}
    for page, files in attached.items():
        for name, digest in files.items():
            if is_safe_file(name) and page in layout.keys:
                users.setdefault((name, digest, layout.folder_of(layout.keys[page])), []).append(page)
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for (name, _, _), pages in sorted(users.items(), key=lambda item: -len(item[1])):
        folder = posixpath.commonpath([posixpath.dirname(layout.keys[page]) for page in pages])
        stem = posixpath.basename(layout.keys[pages[0]].removesuffix("/index.md").removesuffix(".md"))
        tries = (posixpath.join(folder, FILES, *more, name) for more in ((), (stem,), (pages[0],)))
        numbered = (posixpath.join(folder, FILES, f"{pages[0]}-{count}", name) for count in range(2, 1000))
        key = next(path for path in (*tries, *numbered) if path.casefold() not in taken)
        taken.add(key.casefold())
        found |= {(page, name): key for page in pages}
    return found
