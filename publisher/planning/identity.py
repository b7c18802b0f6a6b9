"""Whether pages that have a collection's name are this repository's. Pure."""

import re
from collections.abc import Iterable

from publisher.errors import PlanRefused
from publisher.model.rendered import RenderedTree
from publisher.model.snapshot import Snapshot

#: From this share of equal documents on, two sets of documents are the same one at different times.
_SAME = 0.5
_AFFIX = re.compile(r"^\[[^\]]*\]\s*|\s*[\[(][^\[\]()]*[\])]$")


def check_same_documents(tree: RenderedTree, snapshot: Snapshot, *, by_name: bool = False) -> None:
    """PlanRefused if nothing tells the repositories apart but their documents, and these are others in the main.

    ``by_name``: somebody named the collection to work on it, maybe without what is put around its titles.
    """
    if not snapshot.unverified:
        return
    theirs = {(page.stamp.path, page.stamp.wanted) for page in snapshot.owned() if page.stamp}
    ours = {(key, page.wanted or page.title) for key, page in tree.pages.items()}
    if by_name and 2 * len({path for path, _ in ours} & {path for path, _ in theirs}) > len(theirs):
        return
    if not are_same_documents(ours, theirs):
        root = snapshot.pages[snapshot.root]
        raise PlanRefused(describe_other_repository(root.url, snapshot.collection))


def are_same_documents(ours: Iterable[tuple[str, str]], theirs: Iterable[tuple[str, str]]) -> bool:
    """(path, title) pairs of two sets. A document is the same if its title is, or its path and what the title is without
    brackets around it; one of them may have got another title.

    Of the smaller set more than half must be there in the other, so that a collection may grow and shrink; or all but
    one, which has got another title. One document that has nothing in common with several is not among them.
    """
    ours, theirs = set(ours), set(theirs)
    if not ours or not theirs:
        return True
    titles = {title for _, title in ours} & {title for _, title in theirs}
    at_home = {(path, _bare(title)) for path, title in ours}
    known = {(path, title) for path, title in theirs if title in titles or (path, _bare(title)) in at_home}
    same = len(known)
    retitled = {path for path, _ in theirs - known} & {path for path, _ in ours}
    fewest = min(len(ours), len(theirs))
    if not same and len(ours) != len(theirs):  # a tree of one page, and another one: both have an index.md
        return False
    return min(same, fewest) > _SAME * fewest or min(same, fewest) + min(len(retitled), 1) >= fewest


def _bare(title: str) -> str:
    """Without a version or a language in brackets around it: these change with an edition."""
    return _AFFIX.sub("", title)


def describe_other_repository(url: str, name: str) -> str:
    """What to do about a collection of that name that another repository publishes."""
    return (
        f"{url} is the root page of the collection “{name}” of another repository. To publish beside it, give this one "
        f"another name (`collection: NAME`) and another title; to make its pages this repository's, re-run with "
        f"--take-over {name}"
    )


def describe_other_name(url: str, found: str, wanted: str) -> str:
    """What to do about a root page of ours that has another name."""
    return (
        f"{url} is the root page of the collection “{found}”, not of “{wanted}”. Set `collection: {found}` to go on "
        f"with it, rename it with --take-over {found}, or give this one another title"
    )
