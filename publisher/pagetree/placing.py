"""Place pages where navigation files and folder notes say. Pure."""

import posixpath
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.model.tree import (
    HERE,
    NavEntry,
    Navigation,
    PagePlace,
)
from publisher.naming import slugify
from publisher.pagetree.folders import ROOT, is_index
from publisher.pagetree.nodes import NO_NOTE, Node, drop_empty, line_of, repeats_title
from publisher.pagetree.titles import readable_name


def place_by_chains(nodes: dict[str, Node], root: str) -> dict[str, Node]:
    """Below the pages that another tool's headers name: documents of ours by their titles, else pages that are there."""
    titles = {node.title.casefold(): key for key, node in nodes.items() if node.document}
    for key, node in list(nodes.items()):
        front = node.document.front_matter if node.document else None
        if front is None or not front.chain or key == root:
            continue
        above = titles.get(front.chain[-1].casefold())
        if above is None or key in line_of(nodes, above):
            above = f"@{front.space}/{'/'.join(map(slugify, front.chain))}/"
            target = PagePlace(front.space, f"title:{front.chain[-1]}", "parent")
            nodes.setdefault(above, Node(above, root, None, front.chain[-1], False, False, None, target=target))
        nodes[key] = replace(node, parent=above)
    drop_empty(nodes, root)
    tops = [key for key, node in nodes.items() if node.parent == root]
    if nodes[root].document is None and all(nodes[key].target != HERE for key in tops):
        del nodes[root]  # every page is below one that exists: the first of these is the root
        nodes[tops[0]] = replace(nodes[tops[0]], parent=None)
        for key in tops[1:]:
            nodes[key] = replace(nodes[key], parent=tops[0])
    return nodes


def rank_by_notes(nodes: dict[str, Node], navigation: Navigation) -> None:
    """The order of `.pages` files: names of files and folders, and ``...`` for all others."""
    for key, node in nodes.items():
        path = posixpath.dirname(key) if node.folder is not None and node.folder else key
        names = navigation.folders.get(posixpath.dirname(path), NO_NOTE).names
        if names and node.folder != ROOT:
            name = posixpath.basename(path)
            rest = names.index("...") if "..." in names else len(names)
            nodes[key] = replace(node, rank=names.index(name) if name in names else rest)


class Placer(Struct):
    """Puts pages where a navigation file has them. What it does not list stays where its folder's pages are."""

    nodes: dict[str, Node]
    root: str
    placed: dict[str, str] = field(default_factory=dict)  # document → the page above it

    def place(self, navigation: Navigation) -> dict[str, Node]:
        entries = self._choose_root(navigation)
        self._put(entries, self.root, "")
        self._move_unlisted()
        return self.nodes

    def _choose_root(self, navigation: Navigation) -> tuple[NavEntry, ...]:
        """The root is the docs root's index; else a first page that has the title of the whole (mdBook's title page)."""
        first = navigation.entries[0]
        same = bool(first.title) and first.title.casefold() == navigation.title.casefold()
        if self.nodes[self.root].document is None and same and first.key in self.nodes and not first.children:
            generated = self.nodes.pop(self.root)
            node = self.nodes[first.key]
            for key, other in list(self.nodes.items()):
                if other.parent == self.root:
                    self.nodes[key] = replace(other, parent=first.key)
            self.nodes[first.key] = replace(
                node, parent=None, title=generated.title, drop=repeats_title(node, generated.title), folder=ROOT
            )
            self.root = first.key
        self.placed[self.root] = ""
        return tuple(entry for entry in navigation.entries if entry.key != self.root or entry.children)

    def _put(self, entries: Sequence[NavEntry], parent: str, path: str) -> None:
        for rank, entry in enumerate(entries):
            key, children = entry.key, entry.children
            if not key and children and is_index(children[0].key) and not children[0].children:
                key, children = children[0].key, children[1:]  # the index of a section is the section's page
            if key in self.placed or (key and key not in self.nodes):
                key = ""
            if not key and not children:
                continue
            below = f"{path}{slugify(entry.title) or rank}/"
            if not key:  # a section without a document
                key = f"@{below}"
                self.nodes[key] = Node(
                    key, parent, None, entry.title or readable_name(str(rank)), False, False, None, rank
                )
            else:
                node = self.nodes[key]
                title = entry.title or node.title
                drop = repeats_title(node, title) if entry.title else node.drop
                self.nodes[key] = replace(node, parent=parent, title=title, drop=drop, rank=rank)
                self.placed[key] = parent
            self._put(children, key, below)

    def _move_unlisted(self) -> None:
        """A folder whose listed documents are all below one page has that page; generated ones that are empty go."""
        homes: dict[str, set[str]] = {}
        for key, parent in self.placed.items():
            homes.setdefault(posixpath.dirname(key), set()).add(parent)
        for key, node in list(self.nodes.items()):
            above = self.nodes.get(node.parent or "")
            if key in self.placed or key.startswith("@") or above is None or above.document or above.folder is None:
                continue
            found = homes.get(above.folder, set())
            if len(found) == 1 and above.folder != ROOT:
                self.nodes[key] = replace(node, parent=next(iter(found)) or self.root)
        drop_empty(self.nodes, self.root)


def place_nodes(nodes: dict[str, Node], root: str, navigation: Navigation) -> dict[str, Node]:
    """The nodes where navigation files, folder notes and chains of parents put them."""
    rank_by_notes(nodes, navigation)
    if any(node.document and node.document.front_matter.chain for node in nodes.values()):
        return place_by_chains(nodes, root)
    return Placer(nodes, root).place(navigation) if navigation.entries else nodes
