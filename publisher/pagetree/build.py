"""Documents become a tree of pages: folders, parents, order, titles, link targets. Pure but for the bytes of images."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from publisher.model.document import Document, Heading
from publisher.model.problem import Problem, problem
from publisher.model.settings import Settings
from publisher.model.tree import (
    AnchorTarget,
    FolderNote,
    LinkTarget,
    NavEntry,
    Navigation,
    Page,
    PageTarget,
    PageTree,
    SourceTree,
)
from publisher.naming import MAX_TITLE, slugify
from publisher.pagetree.links import ATTACHED, Names, Place, Resolver
from publisher.pagetree.titles import Wanted, alternatives, document_title, readable_name, text_of, unique_titles

ROOT = ""
_INDEX_STEMS = ("index", "readme", "_index")


def is_index(key: str) -> bool:
    """Whether a document is the page of its folder by its name."""
    return bool(key) and _stem(key) in _INDEX_STEMS


@dataclass(frozen=True, slots=True)
class _Folders:
    """``page`` maps a folder to the key of its page: a document's key, or ``folder/`` for a generated page."""

    page: Mapping[str, str]
    problems: tuple[Problem, ...]


def _parents(folder: str) -> list[str]:
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found


def _stem(key: str) -> str:
    return posixpath.splitext(posixpath.basename(key))[0].lower()


def _map_folders(keys: Sequence[str]) -> _Folders:
    folders = sorted({parent for key in keys for parent in _parents(posixpath.dirname(key))} | {ROOT})
    pages: dict[str, str] = {}
    problems: list[Problem] = []
    for folder in folders:
        inside = [key for key in keys if posixpath.dirname(key) == folder]
        name = posixpath.basename(folder).lower()
        found = [key for stem in _INDEX_STEMS for key in inside if _stem(key) == stem]
        if folder:
            beside = posixpath.dirname(folder)
            found += [key for key in inside if _stem(key) == name]
            found += [key for key in keys if posixpath.dirname(key) == beside and _stem(key) == name]
        found = list(dict.fromkeys(found))
        pages[folder] = found[0] if found else folder + "/"
        for loser in found[1:]:
            text = f"{found[0]} is the page of this folder; {loser} becomes an ordinary page"
            problems.append(problem(loser, None, "two-index-files", text))
    return _Folders(pages, tuple(problems))


def _natural(text: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", text.casefold()) if part]


_NO_NOTE = FolderNote()


@dataclass(frozen=True, slots=True)
class _Node:
    key: str
    parent: str | None
    document: Document | None
    title: str
    explicit: bool
    drop: bool
    folder: str | None  # the folder whose page this is
    rank: int | None = None  # the place that a navigation file gives
    note: FolderNote = _NO_NOTE  # of the folder

    def order(self) -> tuple[bool, int, bool, float, list[tuple[int, int | str]]]:
        front = self.document.front_matter.order if self.document else None
        front = self.note.order if front is None else front
        path = posixpath.dirname(self.key) if self.key.endswith("/") else posixpath.splitext(self.key)[0]
        if self.document and _stem(self.key) in _INDEX_STEMS:
            path = posixpath.dirname(self.key)
        return self.rank is None, self.rank or 0, front is None, front or 0.0, _natural(path)


def _make_nodes(
    documents: Mapping[str, Document], folders: _Folders, settings: Settings, navigation: Navigation
) -> dict[str, _Node]:
    owner = {page: folder for folder, page in folders.page.items()}
    nodes: dict[str, _Node] = {}
    for key in [*documents, *(page for page in folders.page.values() if page not in documents)]:
        folder = owner.get(key)
        if folder is not None:
            parent = None if folder == ROOT else folders.page[posixpath.dirname(folder)]
            name = posixpath.basename(folder)
        else:
            parent = folders.page[posixpath.dirname(key)]
            name = posixpath.splitext(posixpath.basename(key))[0]
        document = documents.get(key)
        note = navigation.folders.get(folder, _NO_NOTE) if folder is not None else _NO_NOTE
        fallback = readable_name(name) if name else readable_name(settings.docs.name)
        title, drop = document_title(document, fallback) if document else (fallback, False)
        if note.title and not (document and document.front_matter.title) and not (document and document.headings):
            title, drop = note.title, False
        if folder == ROOT and not document and navigation.title:
            title = navigation.title
        if folder == ROOT and settings.title and not (document and document.front_matter.title):
            title, drop = settings.title, drop and settings.title == title
        explicit = bool(document and document.front_matter.title)
        nodes[key] = _Node(key, parent, document, title, explicit, drop, folder, note=note)
    _rank_by_notes(nodes, navigation)
    return _Placer(nodes, folders.page[ROOT]).place(navigation) if navigation.entries else nodes


def _rank_by_notes(nodes: dict[str, _Node], navigation: Navigation) -> None:
    """The order of `.pages` files: names of files and folders, and ``...`` for all others."""
    for key, node in nodes.items():
        path = posixpath.dirname(key) if node.folder is not None and node.folder else key
        names = navigation.folders.get(posixpath.dirname(path), _NO_NOTE).names
        if names and node.folder != ROOT:
            name = posixpath.basename(path)
            rest = names.index("...") if "..." in names else len(names)
            nodes[key] = replace(node, rank=names.index(name) if name in names else rest)


@dataclass(slots=True)
class _Placer:
    """Puts pages where a navigation file has them. What it does not list stays where its folder's pages are."""

    nodes: dict[str, _Node]
    root: str
    placed: dict[str, str] = field(default_factory=dict)  # document → the page above it

    def place(self, navigation: Navigation) -> dict[str, _Node]:
        entries = self._choose_root(navigation)
        self._put(entries, self.root, "")
        self._move_unlisted()
        return self.nodes

    def _choose_root(self, navigation: Navigation) -> tuple[NavEntry, ...]:
        """The root is the docs root's index; else a first page that bears the title of the whole (mdBook's title page)."""
        first = navigation.entries[0]
        same = bool(first.title) and first.title.casefold() == navigation.title.casefold()
        if self.nodes[self.root].document is None and same and first.key in self.nodes and not first.children:
            generated = self.nodes.pop(self.root)
            node = self.nodes[first.key]
            for key, other in list(self.nodes.items()):
                if other.parent == self.root:
                    self.nodes[key] = replace(other, parent=first.key)
            self.nodes[first.key] = replace(
                node, parent=None, title=generated.title, drop=_repeats(node, generated.title), folder=ROOT
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
                self.nodes[key] = _Node(
                    key, parent, None, entry.title or readable_name(str(rank)), False, False, None, rank
                )
            else:
                node = self.nodes[key]
                title = entry.title or node.title
                drop = _repeats(node, title) if entry.title else node.drop
                self.nodes[key] = replace(node, parent=parent, title=title, drop=drop, rank=rank)
                self.placed[key] = parent
            self._put(children, key, below)

    def _move_unlisted(self) -> None:
        """A folder whose listed documents all stand below one page has that page; generated ones that are empty go."""
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
        while True:
            used = {node.parent for node in self.nodes.values()}
            empty = [
                key
                for key, node in self.nodes.items()
                if node.document is None and key not in used and key != self.root
            ]
            if not empty:
                return
            for key in empty:
                del self.nodes[key]


def _repeats(node: _Node, title: str) -> bool:
    """Whether the first heading of the document is the title, and so must not be shown again."""
    document = node.document
    first = next((block for block in document.blocks if isinstance(block, Heading)), None) if document else None
    return first is not None and first.level == 1 and text_of(first.children).casefold() == title.casefold()


def _walk(nodes: Mapping[str, _Node]) -> list[tuple[_Node, int, int]]:
    """(node, position among its siblings, depth) in tree order."""
    children: dict[str | None, list[_Node]] = {}
    for node in nodes.values():
        children.setdefault(node.parent, []).append(node)
    result: list[tuple[_Node, int, int]] = []
    stack = [(node, i, 0) for i, node in reversed(list(enumerate(children.get(None, []))))]
    while stack:
        node, position, depth = stack.pop()
        result.append((node, position, depth))
        below = sorted(children.get(node.key, []), key=lambda child: child.order())
        stack += [(child, i, depth + 1) for i, child in reversed(list(enumerate(below)))]
    return result


def _ancestor_titles(node: _Node, nodes: Mapping[str, _Node]) -> tuple[str, ...]:
    titles: list[str] = []
    if node.folder:  # the folder tells index pages apart: Overview (Billing)
        name = readable_name(posixpath.basename(node.folder))
        titles += [name] if name.casefold() != node.title.casefold() else []
    parent = node.parent
    while parent is not None:
        titles.append(nodes[parent].title)
        parent = nodes[parent].parent
    return tuple(titles)


def _resolve(document: Document, place: Place) -> tuple[dict[str, LinkTarget], list[Problem]]:
    resolver = Resolver(place, document)
    targets = {link.href: resolver.link(link.href, link.line) for link in document.links}
    targets |= {"!" + image.src: resolver.image(image.src, image.alt, image.line) for image in document.images}
    return targets, resolver.problems


def build_pagetree(
    tree: SourceTree, documents: Sequence[Document], settings: Settings, repo: tuple[Path | None, str]
) -> PageTree:
    """The pages of all documents that are to be published. ``repo``: the Git work tree and the base of its blob URLs."""
    shown = {document.key: document for document in documents if document.readable and document.front_matter.publish}
    folders = _map_folders(list(shown))
    nodes = _make_nodes(shown, folders, settings, tree.navigation)
    walked = _walk(nodes)
    wanted = {
        node.key: Wanted(node.key, node.title, node.explicit, depth, _ancestor_titles(node, nodes))
        for node, _, depth in walked
    }
    plain, problems = unique_titles(wanted)
    titles = {key: _edition(title, settings) for key, title in plain.items()}
    problems = [*problems, *_too_long(titles, plain)]
    roots = tuple((settings.docs / name).resolve() for name in settings.assets)
    allowed = tuple(root for root in roots if repo[0] is not None and root.is_relative_to(repo[0].resolve()))
    attach = frozenset(ATTACHED | {"." + suffix.lstrip(".").lower() for suffix in settings.attach})
    address = settings.site_url or tree.navigation.site_url
    site = address.rstrip("/") + "/" if address else ""
    names = Names.of(shown, tree.assets)
    place = Place(tree.root, shown, folders.page, tree.assets, attach, allowed, repo[0], repo[1], site, names)
    resolved = {key: _resolve(document, place) for key, document in shown.items()}
    anchors = _linked_anchors({key: targets for key, (targets, _) in resolved.items()})
    pages = {
        node.key: Page(
            node.key,
            titles[node.key],
            _edition(node.title, settings),
            tuple(_edition(title, settings) for title in alternatives(wanted[node.key])),
            node.parent,
            position,
            node.document,
            node.drop,
            MappingProxyType(resolved[node.key][0] if node.key in resolved else {}),
            frozenset(anchors.get(node.key, ())),
        )
        for node, position, _ in walked
    }
    found = [*folders.problems, *problems, *(item for _, more in resolved.values() for item in more)]
    return PageTree(MappingProxyType(pages), tuple(found))


def _edition(title: str, settings: Settings) -> str:
    """The title in its edition: the same pages stand beside each other in a space."""
    return f"{settings.title_prefix}{title}{settings.title_suffix}"


def _too_long(titles: Mapping[str, str], plain: Mapping[str, str]) -> list[Problem]:
    """Titles that the edition makes too long; those that are so without it are known."""
    return [
        problem(
            key,
            None,
            "title-too-long",
            f"the title “{title[:40]}…” has {len(title)} characters; {MAX_TITLE} are allowed",
        )
        for key, title in titles.items()
        if len(title) > MAX_TITLE >= len(plain[key])
    ]


def _linked_anchors(targets: Mapping[str, Mapping[str, LinkTarget]]) -> dict[str, set[str]]:
    """The anchors of each page that some link leads to."""
    anchors: dict[str, set[str]] = {}
    for key, found in targets.items():
        for target in found.values():
            match target:
                case AnchorTarget(anchor):
                    anchors.setdefault(key, set()).add(anchor)
                case PageTarget(page, anchor) if anchor:
                    anchors.setdefault(page, set()).add(anchor)
                case _:
                    pass
    return anchors
