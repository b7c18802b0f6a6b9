"""The tree of documents and folders before titles and links are settled. Pure."""

import posixpath
import re
from collections.abc import Mapping

from msgspec import Struct

from publisher.model.document import Document
from publisher.model.options.pages import TreeOptions
from publisher.model.tree import (
    HERE,
    FolderNote,
    PagePlace,
    SourceTree,
)
from publisher.pagetree.folders import INDEX_STEMS, ROOT, Folders, stem_of
from publisher.pagetree.titles import Title, TitleRule, document_title, outline_of, readable_name, text_of


def natural_order(text: str) -> list[tuple[int, int | str]]:
    """What paths are sorted by: numbers as numbers, upper and lower case aside."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", text.casefold()) if part]


NO_NOTE = FolderNote()


class Node(Struct, frozen=True):
    key: str
    parent: str | None
    document: Document | None
    title: str
    explicit: bool
    drop: bool
    folder: str | None  # the folder whose page this is
    rank: int | None = None  # the place that a navigation file gives
    note: FolderNote = NO_NOTE  # of the folder
    former: str = ""  # the title that the rule `heading` gives, which was the only one
    target: PagePlace = HERE  # of a page that is there already, and that others of ours go below

    @property
    def post(self) -> bool:
        return self.document is not None and self.document.front_matter.kind == "blogpost"

    def order(self) -> tuple[bool, int, bool, float, list[tuple[int, int | str]]]:
        front = self.document.front_matter.order if self.document else None
        front = self.note.order if front is None else front
        path = posixpath.dirname(self.key) if self.key.endswith("/") else posixpath.splitext(self.key)[0]
        if self.document and stem_of(self.key) in INDEX_STEMS:
            path = posixpath.dirname(self.key)
        return self.rank is None, self.rank or 0, front is None, front or 0.0, natural_order(path)


def make_nodes(
    documents: Mapping[str, Document], folders: Folders, options: TreeOptions, source: SourceTree
) -> dict[str, Node]:
    navigation = source.navigation
    rule = TitleRule(options.title_from)
    owner: dict[str, str] = {}
    for folder_of_page, page in folders.page.items():  # the outermost first
        owner.setdefault(page, folder_of_page)
    nodes: dict[str, Node] = {}
    for key in [*documents, *(page for page in owner if page not in documents)]:
        folder = owner.get(key)
        if folder is not None:
            parent = None if folder == ROOT else folders.page[posixpath.dirname(folder)]
            name = posixpath.basename(folder)
        else:
            parent = folders.nearest(key)
            name = posixpath.splitext(posixpath.basename(key))[0]
        document = documents.get(key)
        note = navigation.folders.get(folder, NO_NOTE) if folder is not None else NO_NOTE
        name = name or options.folder_title or source.root.name
        found = (
            document_title(document, name, rule) if document else Title(readable_name(name), drop=False, found=False)
        )
        title, drop = found.text, found.drop
        if note.title and not found.found:
            title, drop = note.title, False
        if folder == ROOT and not document and navigation.title:
            title = navigation.title
        if folder == ROOT and options.title and not (document and document.front_matter.title):
            title, drop = options.title, drop and options.title == title
        explicit = bool(document and document.front_matter.title)
        former = document_title(document, name, TitleRule.HEADING).text if document and title == found.text else ""
        nodes[key] = Node(
            key, parent, document, title, explicit, drop, folder, note=note, former=former if former != title else ""
        )
    return nodes


def line_of(nodes: Mapping[str, Node], key: str) -> list[str]:
    """A node and all above it."""
    found = [key]
    while (parent := nodes[found[-1]].parent) is not None and parent not in found:
        found.append(parent)
    return found


def drop_empty(nodes: dict[str, Node], root: str) -> None:
    """Without generated pages that have no pages below them."""
    while True:
        used = {node.parent for node in nodes.values()}
        empty = [key for key, node in nodes.items() if node.document is None and key not in used and key != root]
        if not empty:
            return
        for key in empty:
            del nodes[key]


def repeats_title(node: Node, title: str) -> bool:
    """Whether the first heading of the document is the title, and so must not be shown again."""
    outline = outline_of(node.document) if node.document else None
    if outline is None or outline.first is None or text_of(outline.first.children).casefold() != title.casefold():
        return False
    return outline.first.level == 1 or outline.leads


def walk_nodes(nodes: Mapping[str, Node]) -> list[tuple[Node, int, int]]:
    """(node, position among its siblings, depth) in tree order."""
    children: dict[str | None, list[Node]] = {}
    for node in nodes.values():
        children.setdefault(node.parent, []).append(node)
    result: list[tuple[Node, int, int]] = []
    stack = [(node, i, 0) for i, node in reversed(list(enumerate(children.get(None, []))))]
    while stack:
        node, position, depth = stack.pop()
        result.append((node, position, depth))
        below = sorted(children.get(node.key, []), key=lambda child: child.order())
        stack += [(child, i, depth + 1) for i, child in reversed(list(enumerate(below)))]
    return result


def ancestor_titles(node: Node, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    titles: list[str] = []
    if node.folder:  # the folder tells index pages apart: Overview (Billing)
        name = readable_name(posixpath.basename(node.folder))
        titles += [name] if name.casefold() != node.title.casefold() else []
    parent = node.parent
    while parent is not None:
        titles.append(nodes[parent].title)
        parent = nodes[parent].parent
    return tuple(titles)
