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
    HERE,
    AnchorTarget,
    FolderNote,
    LinkTarget,
    NavEntry,
    Navigation,
    Page,
    PagePlace,
    PageTarget,
    PageTree,
    SourceTree,
)
from publisher.naming import MAX_TITLE, slugify
from publisher.pagetree.links import ATTACHED, Elsewhere, Names, Place, Resolver
from publisher.pagetree.titles import Wanted, alternatives, document_title, readable_name, text_of, unique_titles

ROOT = ""
_INDEX_STEMS = ("index", "readme", "_index")


def is_index(key: str) -> bool:
    """Whether a document is the page of its folder by its name."""
    return bool(key) and _stem(key) in _INDEX_STEMS


@dataclass(frozen=True, slots=True)
class _Folders:
    """``page`` maps a folder to the key of its page: a document's key, or ``folder/`` for a generated page.

    Where directories are flattened, a folder without an index has the page of the folder around it.
    """

    page: Mapping[str, str]
    problems: tuple[Problem, ...]

    def nearest(self, key: str) -> str:
        """The page of the innermost folder around a document that has one."""
        return next(self.page[folder] for folder in _parents(posixpath.dirname(key)) if folder in self.page)


def _parents(folder: str) -> list[str]:
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found


def _stem(key: str) -> str:
    return posixpath.splitext(posixpath.basename(key))[0].lower()


def _map_folders(keys: Sequence[str], *, flatten: bool) -> _Folders:
    folders = sorted({parent for key in keys for parent in _parents(posixpath.dirname(key))} | {ROOT})
    pages: dict[str, str] = {}
    problems: list[Problem] = []
    by_folder: dict[str, list[str]] = {}
    for key in keys:
        by_folder.setdefault(posixpath.dirname(key), []).append(key)
    for folder in folders:
        inside = by_folder.get(folder, [])
        name = posixpath.basename(folder).lower()
        found = [key for stem in _INDEX_STEMS for key in inside if _stem(key) == stem]
        if folder:
            beside = posixpath.dirname(folder)
            found += [key for key in inside if _stem(key) == name]
            found += [key for key in by_folder.get(beside, ()) if _stem(key) == name]
        found = list(dict.fromkeys(found))
        around = pages[posixpath.dirname(folder)] if flatten and folder else folder + "/"
        pages[folder] = found[0] if found else around
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
    target: PagePlace = HERE  # of a page that is there already, and that others of ours go below

    @property
    def post(self) -> bool:
        return self.document is not None and self.document.front_matter.kind == "blogpost"

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
    owner: dict[str, str] = {}
    for folder_of_page, page in folders.page.items():  # the outermost first
        owner.setdefault(page, folder_of_page)
    nodes: dict[str, _Node] = {}
    for key in [*documents, *(page for page in owner if page not in documents)]:
        folder = owner.get(key)
        if folder is not None:
            parent = None if folder == ROOT else folders.page[posixpath.dirname(folder)]
            name = posixpath.basename(folder)
        else:
            parent = folders.nearest(key)
            name = posixpath.splitext(posixpath.basename(key))[0]
        document = documents.get(key)
        note = navigation.folders.get(folder, _NO_NOTE) if folder is not None else _NO_NOTE
        fallback = readable_name(name or settings.folder_title or settings.docs.name)
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
    if any(document.front_matter.chain for document in documents.values()):
        return _place_by_chains(nodes, folders.page[ROOT])
    return _Placer(nodes, folders.page[ROOT]).place(navigation) if navigation.entries else nodes


def _place_by_chains(nodes: dict[str, _Node], root: str) -> dict[str, _Node]:
    """Below the pages that another tool's headers name: documents of ours by their titles, else pages that are there."""
    titles = {node.title.casefold(): key for key, node in nodes.items() if node.document}
    for key, node in list(nodes.items()):
        front = node.document.front_matter if node.document else None
        if front is None or not front.chain or key == root:
            continue
        above = titles.get(front.chain[-1].casefold())
        if above is None or key in _line(nodes, above):
            above = f"@{front.space}/{'/'.join(map(slugify, front.chain))}/"
            target = PagePlace(front.space, f"title:{front.chain[-1]}", "parent")
            nodes.setdefault(above, _Node(above, root, None, front.chain[-1], False, False, None, target=target))
        nodes[key] = replace(node, parent=above)
    _drop_empty(nodes, root)
    tops = [key for key, node in nodes.items() if node.parent == root]
    if nodes[root].document is None and all(nodes[key].target != HERE for key in tops):
        del nodes[root]  # every page stands below one that is there: the first of these is the root
        nodes[tops[0]] = replace(nodes[tops[0]], parent=None)
        for key in tops[1:]:
            nodes[key] = replace(nodes[key], parent=tops[0])
    return nodes


def _line(nodes: Mapping[str, _Node], key: str) -> list[str]:
    """A node and all above it."""
    found = [key]
    while (parent := nodes[found[-1]].parent) is not None and parent not in found:
        found.append(parent)
    return found


def _drop_empty(nodes: dict[str, _Node], root: str) -> None:
    """Without generated pages that have no pages below them."""
    while True:
        used = {node.parent for node in nodes.values()}
        empty = [key for key, node in nodes.items() if node.document is None and key not in used and key != root]
        if not empty:
            return
        for key in empty:
            del nodes[key]


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
        _drop_empty(self.nodes, self.root)


def _repeats(node: _Node, title: str) -> bool:
    """Whether the first heading of the document is the title, and so must not be shown again."""
    document = node.document
    first = next((block for block in document.blocks if isinstance(block, Heading)), None) if document else None
    if document is None or first is None or text_of(first.children).casefold() != title.casefold():
        return False
    return first.level == 1 or document.blocks[0] is first


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


@dataclass(frozen=True, slots=True)
class Resolved:
    """The targets of a document, and the anchors of the documents that they lead to, as they were then."""

    document: Document
    targets: Mapping[str, LinkTarget]
    problems: list[Problem]
    anchors: Mapping[str, Mapping[str, int]]


@dataclass(slots=True)
class LinkMemory:
    """What a run that stays knows of the links of the last tree. ``place``: all that they depend on besides documents."""

    place: object = None
    resolved: dict[str, Resolved] = field(default_factory=dict)


def _resolve_all(
    documents: Mapping[str, Document], place: Place, memory: LinkMemory
) -> dict[str, tuple[Mapping[str, LinkTarget], list[Problem]]]:
    aliases = [document.front_matter.aliases for document in documents.values()]
    around = replace(place, documents={}, names=Names({}, {}, {})), list(documents), aliases
    if around != memory.place:
        memory.place, memory.resolved = around, {}
    for key, document in documents.items():
        known = memory.resolved.get(key)
        if (
            known
            and known.document is document
            and all(documents[other].anchors == anchors for other, anchors in known.anchors.items())
        ):
            continue
        targets, problems = _resolve(document, place)
        others = {t.key for t in targets.values() if isinstance(t, PageTarget) and t.key in documents}
        others |= {key for target in targets.values() if isinstance(target, AnchorTarget)}
        anchors = {other: documents[other].anchors for other in others}
        memory.resolved[key] = Resolved(document, targets, problems, anchors)
    return {key: (memory.resolved[key].targets, memory.resolved[key].problems) for key in documents}


def _resolve(document: Document, place: Place) -> tuple[dict[str, LinkTarget], list[Problem]]:
    resolver = Resolver(place, document)
    targets = {link.href: resolver.link(link.href, link.line) for link in document.links}
    targets |= {"!" + image.src: resolver.image(image.src, image.alt, image.line) for image in document.images}
    targets |= {"+" + path: resolver.attach(path) for path in document.front_matter.attachments}
    return targets, resolver.problems


def build_pagetree(
    tree: SourceTree,
    documents: Sequence[Document],
    settings: Settings,
    repo: tuple[Path | None, str],
    elsewhere: Mapping[Path, Elsewhere] = MappingProxyType({}),
    memory: LinkMemory | None = None,
) -> PageTree:
    """The pages of all documents that are to be published. ``repo``: the Git work tree and the base of its blob URLs.

    ``elsewhere``: documents and folders of other collections, by path.
    """
    shown = {document.key: document for document in documents if document.readable and document.front_matter.publish}
    posts = {key for key, document in shown.items() if document.front_matter.kind == "blogpost"}
    folders = _map_folders([key for key in shown if key not in posts], flatten=settings.directories == "flatten")
    nodes = _make_nodes(shown, folders, settings, tree.navigation)
    walked = _walk(nodes)
    wanted = {
        node.key: Wanted(node.key, node.title, node.explicit, depth, _ancestor_titles(node, nodes))
        for node, _, depth in walked
    }
    plain, problems = unique_titles({key: page for key, page in wanted.items() if key not in posts})
    of_posts, more = unique_titles({key: page for key, page in wanted.items() if key in posts})  # a space of their own
    plain |= of_posts
    problems += more
    titles = {key: _edition(title, settings) for key, title in plain.items()}
    problems = [*problems, *_too_long(titles, plain)]
    roots = tuple((settings.docs / name).resolve() for name in settings.assets)
    allowed = tuple(root for root in roots if repo[0] is not None and root.is_relative_to(repo[0].resolve()))
    attach = frozenset(ATTACHED | {"." + suffix.lstrip(".").lower() for suffix in settings.attach})
    address = settings.site_url or tree.navigation.site_url
    site = address.rstrip("/") + "/" if address else ""
    names = Names.of(shown, tree.assets)
    keys_by_title = {plain[key].casefold(): key for key in reversed(list(shown))}
    place = Place(
        tree.root,
        shown,
        folders.page,
        tree.assets,
        attach,
        allowed,
        repo[0],
        repo[1],
        site,
        names,
        elsewhere,
        settings.links,
        keys_by_title,
    )
    resolved = _resolve_all(shown, place, memory or LinkMemory())
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
            _kind(node, settings),
            _place(node, settings),
        )
        for node, position, _ in walked
    }
    found = [*folders.problems, *problems, *(item for _, more in resolved.values() for item in more)]
    found += [item for node, _, _ in walked for item in _target_problems(node, settings)]
    return PageTree(MappingProxyType(pages), tuple(found))


def _kind(node: _Node, settings: Settings) -> str:
    if node.post:
        return "blogpost"
    generated = node.document is None and node.parent is not None
    return "folder" if generated and settings.directories == "folder" else "page"


def _place(node: _Node, settings: Settings) -> PagePlace:
    """The place that the front matter names, as far as no flag or variable says otherwise."""
    if node.target != HERE:
        return node.target
    front = node.document.front_matter if node.document and not settings.scratch else None
    if front is None or node.post or front.chain:
        return HERE
    space = "" if "space" in settings.given else front.space
    return PagePlace(space, "" if "parent" in settings.given else front.parent)


def _target_problems(node: _Node, settings: Settings) -> list[Problem]:
    """Notices of what the front matter asks for and does not get."""
    front = node.document.front_matter if node.document else None
    found = []
    for name in ("space", "parent"):
        if front is not None and name in settings.given and getattr(front, name):
            text = f"`{name}` of the front matter is ignored: a flag or a variable of the environment names another"
            found.append(problem(node.key, 1, "target-ignored", text))
    if front is not None and front.draft and node.folder is not None:
        found.append(
            problem(
                node.key, 1, "front-matter-value", "the page of a folder cannot be a draft: nothing can stand below one"
            )
        )
    if front is not None and node.post and not front.date:
        text = "a blog post needs a `date`, so that links can lead to it"
        found.append(problem(node.key, 1, "front-matter-value", text, "write date: 2026-01-31"))
    return found


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
