"""Documents become a tree of pages: folders, parents, order, titles, link targets. Pure but for the bytes of images."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from publisher.model.document import Document
from publisher.model.problem import Problem, problem
from publisher.model.settings import Settings
from publisher.model.tree import (
    HERE,
    Page,
    PagePlace,
    PageTree,
    SourceTree,
)
from publisher.naming import MAX_TITLE
from publisher.pagetree.addresses import Elsewhere, Names, Place
from publisher.pagetree.files import ATTACHED
from publisher.pagetree.folders import ROOT, map_folders
from publisher.pagetree.nodes import Node, ancestor_titles, make_nodes, walk_nodes
from publisher.pagetree.placing import place_nodes
from publisher.pagetree.targets import LinkCache, linked_anchors, resolve_all
from publisher.pagetree.titles import Wanted, alternatives, unique_titles


def build_pagetree(
    tree: SourceTree,
    documents: Sequence[Document],
    settings: Settings,
    repo: tuple[Path | None, str],
    elsewhere: Mapping[Path, Elsewhere] = MappingProxyType({}),
    cache: LinkCache | None = None,
) -> PageTree:
    """The pages of all documents that are to be published. ``repo``: the Git work tree and the base of its blob URLs.

    ``elsewhere``: documents and folders of other collections, by path.
    """
    shown = {document.key: document for document in documents if document.readable and document.front_matter.publish}
    posts = {key for key, document in shown.items() if document.front_matter.kind == "blogpost"}
    folders = map_folders([key for key in shown if key not in posts], flatten=settings.tree.directories == "flatten")
    nodes = place_nodes(make_nodes(shown, folders, settings, tree.navigation), folders.page[ROOT], tree.navigation)
    walked = walk_nodes(nodes)
    wanted = {
        node.key: Wanted(node.key, node.title, node.explicit, depth, ancestor_titles(node, nodes))
        for node, _, depth in walked
    }
    plain, problems = unique_titles({key: page for key, page in wanted.items() if key not in posts})
    of_posts, more = unique_titles({key: page for key, page in wanted.items() if key in posts})  # a space of their own
    plain |= of_posts
    problems += more
    titles = {key: _edition(title, settings) for key, title in plain.items()}
    problems = [*problems, *_too_long(titles, plain)]
    roots = tuple((settings.docs / name).resolve() for name in settings.source.assets)
    attach = frozenset(ATTACHED | {"." + suffix.lstrip(".").lower() for suffix in settings.tree.attach})
    address = settings.tree.site_url or tree.navigation.site_url
    site = address.rstrip("/") + "/" if address else ""
    names = Names.of(shown, tree.assets)
    keys_by_title = {plain[key].casefold(): key for key in reversed(list(shown))}
    place = Place(
        tree.root,
        shown,
        folders.page,
        tree.assets,
        attach,
        roots,
        tree.refusal,
        repo[0],
        repo[1],
        site,
        names,
        elsewhere,
        settings.tree.links,
        keys_by_title,
    )
    resolved = resolve_all(shown, place, cache or LinkCache())
    anchors = linked_anchors({key: targets for key, (targets, _) in resolved.items()})
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
            _edition(node.former, settings) if node.former else "",
        )
        for node, position, _ in walked
    }
    found = [*folders.problems, *problems, *(item for _, more in resolved.values() for item in more)]
    found += [item for node, _, _ in walked for item in _target_problems(node, settings)]
    return PageTree(MappingProxyType(pages), tuple(found))


def _kind(node: Node, settings: Settings) -> str:
    if node.post:
        return "blogpost"
    generated = node.document is None and node.parent is not None
    return "folder" if generated and settings.tree.directories == "folder" else "page"


def _place(node: Node, settings: Settings) -> PagePlace:
    """The place that the front matter names, as far as no flag or variable says otherwise."""
    if node.target != HERE:
        return node.target
    front = node.document.front_matter if node.document and not settings.source.scratch else None
    if front is None or node.post or front.chain:
        return HERE
    space = "" if "space" in settings.sync.given else front.space
    return PagePlace(space, "" if "parent" in settings.sync.given else front.parent)


def _target_problems(node: Node, settings: Settings) -> list[Problem]:
    """Notices of what the front matter asks for and does not get."""
    front = node.document.front_matter if node.document else None
    found = []
    for name in ("space", "parent"):
        if front is not None and name in settings.sync.given and getattr(front, name):
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
    return f"{settings.tree.title_prefix}{title}{settings.tree.title_suffix}"


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
