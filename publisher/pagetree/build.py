"""Documents become a tree of pages: folders, parents, order, titles, link targets. Pure but for the bytes of images."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from publisher.model.document import Document
from publisher.model.options.pages import TreeOptions
from publisher.model.problem import Problem, problem
from publisher.model.tree import (
    HERE,
    Page,
    PagePlace,
    PageTree,
    SourceTree,
)
from publisher.naming import MAX_TITLE
from publisher.pagetree.addresses import Elsewhere, LinkContext, PathIndex
from publisher.pagetree.files import ATTACHED
from publisher.pagetree.folders import ROOT, Folders, map_folders
from publisher.pagetree.labels import find_labels
from publisher.pagetree.nodes import Node, ancestor_titles, make_nodes, walk_nodes
from publisher.pagetree.placing import place_nodes
from publisher.pagetree.targets import LinkCache, linked_anchors, resolve_all
from publisher.pagetree.titles import Wanted, alternatives, unique_titles


def build_pagetree(
    source: SourceTree,
    documents: Sequence[Document],
    options: TreeOptions,
    elsewhere: Mapping[Path, Elsewhere] = MappingProxyType({}),
    cache: LinkCache | None = None,
) -> PageTree:
    """The pages of all documents that are to be published.

    ``elsewhere``: documents and folders of other collections, by path.
    """
    shown = {document.key: document for document in documents if document.readable and document.front_matter.publish}
    posts = {key for key, document in shown.items() if document.front_matter.kind == "blogpost"}
    folders = map_folders([key for key in shown if key not in posts], flatten=options.directories == "flatten")
    made = make_nodes(shown, folders, options, source)
    walked = walk_nodes(place_nodes(made, folders.page[ROOT], source.navigation))
    titles = _choose_titles(walked, posts, options)
    context = _link_context(source, shown, folders, options, titles.plain)
    resolved = resolve_all(shown, replace(context, elsewhere=elsewhere), cache or LinkCache())
    anchors = linked_anchors({key: targets for key, (targets, _) in resolved.items()})
    addresses = _source_addresses(source)
    pages = {
        node.key: Page(
            key=node.key,
            title=titles.full[node.key],
            wanted=_edition(node.title, options),
            alternatives=tuple(_edition(title, options) for title in alternatives(titles.wanted[node.key])),
            parent=node.parent,
            position=position,
            document=node.document,
            drop_first_heading=node.drop,
            targets=MappingProxyType(resolved[node.key][0] if node.key in resolved else {}),
            anchors=frozenset(anchors.get(node.key, ())),
            kind=_kind(node, options),
            place=_place(node, options),
            former=_edition(node.former, options) if node.former else "",
            source_url=addresses.get(node.key, ""),
        )
        for node, position, _ in walked
    }
    of_links = (item for _, problems in resolved.values() for item in problems)
    of_targets = (item for node, _, _ in walked for item in _target_problems(node, options))
    return PageTree(MappingProxyType(pages), (*folders.problems, *titles.problems, *of_links, *of_targets))


class _Titles(Struct, frozen=True):
    """By key: what each page would like, what it gets, and that in its edition."""

    wanted: Mapping[str, Wanted]
    plain: Mapping[str, str]
    full: Mapping[str, str]
    problems: Sequence[Problem]


def _choose_titles(walked: Sequence[tuple[Node, int, int]], posts: set[str], options: TreeOptions) -> _Titles:
    """Titles are unique among the pages of a space, and among its blog posts."""
    nodes = {node.key: node for node, _, _ in walked}
    wanted = {
        node.key: Wanted(node.key, node.title, node.explicit, depth, ancestor_titles(node, nodes))
        for node, _, depth in walked
    }
    plain, problems = unique_titles({key: page for key, page in wanted.items() if key not in posts})
    of_posts, more = unique_titles({key: page for key, page in wanted.items() if key in posts})
    plain |= of_posts
    full = {key: _edition(title, options) for key, title in plain.items()}
    return _Titles(wanted, plain, full, [*problems, *more, *_too_long(full, plain)])


def _link_context(
    source: SourceTree, shown: Mapping[str, Document], folders: Folders, options: TreeOptions, titles: Mapping[str, str]
) -> LinkContext:
    site = options.site_url or source.navigation.site_url
    return LinkContext(
        root=source.root,
        documents=shown,
        folders=folders.page,
        assets=source.assets,
        attach=frozenset(ATTACHED | {"." + suffix.lstrip(".").lower() for suffix in options.attach}),
        asset_roots=source.asset_roots,
        refusal=source.refusal,
        blobs=source.repository.blobs,
        site_url=site.rstrip("/") + "/" if site else "",
        names=PathIndex.of(shown, source.assets),
        elsewhere={},
        links=options.links,
        titles={titles[key].casefold(): key for key in reversed(list(shown))},
        served=_served_paths(source, site),
        own_names=options.attachment_names == "file",
        labels=find_labels(shown),
    )


def _served_paths(source: SourceTree, site: str) -> tuple[str, ...]:
    """``docs/``, ``content/docs/``, ``project/``: folders of the repository, for where it is checked out means nothing."""
    top, root = source.repository.root, source.root
    names = root.relative_to(top).parts if top and root.is_relative_to(top) else (root.name,)
    served = urlsplit(site).path.strip("/")
    folders = ("/".join(names[-count:]) for count in range(1, min(3, len(names)) + 1))
    return tuple(f"{folder}/" for folder in (*folders, "docs", served) if folder)


def _source_addresses(source: SourceTree) -> dict[str, str]:
    """Where each document is shown, by key. The docs root may be a link; a document that is one is shown as such."""
    top, blobs = source.root.resolve(), source.repository.blobs
    blobs = replace(blobs, root=blobs.root.resolve() if blobs.root else top)
    paths = {file.key: top / file.path.relative_to(source.root) for file in source.documents}
    return {key: address for key, path in paths.items() if (address := blobs.find(path))}


def _kind(node: Node, options: TreeOptions) -> str:
    if node.post:
        return "blogpost"
    generated = node.document is None and node.parent is not None
    return "folder" if generated and options.directories == "folder" else "page"


def _place(node: Node, options: TreeOptions) -> PagePlace:
    """The place that the front matter names, as far as no flag or variable says otherwise."""
    if node.target != HERE:
        return node.target
    front = node.document.front_matter if node.document else None
    if front is None or node.post or front.chain:
        return HERE
    space = "" if "space" in options.given else front.space
    return PagePlace(space, "" if "parent" in options.given else front.parent)


def _target_problems(node: Node, options: TreeOptions) -> list[Problem]:
    """Notices of what the front matter asks for and does not get."""
    front = node.document.front_matter if node.document else None
    found = []
    for name in ("space", "parent"):
        if front is not None and name in options.given and getattr(front, name):
            text = f"`{name}` of the front matter is ignored: a flag or a variable of the environment names another"
            found.append(problem(node.key, 1, "target-ignored", text))
    if front is not None and front.draft and node.folder is not None:
        found.append(
            problem(
                node.key, 1, "front-matter-value", "the page of a folder cannot be a draft: nothing can be below one"
            )
        )
    if front is not None and node.post and not front.date:
        text = "a blog post needs a `date`, so that links can lead to it"
        found.append(problem(node.key, 1, "front-matter-value", text, "write date: 2026-01-31"))
    return found


def _edition(title: str, options: TreeOptions) -> str:
    """The title in its edition: the same pages can be beside each other in a space."""
    return f"{options.title_prefix}{title}{options.title_suffix}"


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
