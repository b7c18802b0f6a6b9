"""Identity: which page of Confluence is a document's. Never by title alone among foreign pages. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher

from msgspec import Struct, field

from publisher.errors import PlanRefused
from publisher.model.problem import Problem, problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import ContentKind, RemotePage, Snapshot
from publisher.planning.provenance import intent, is_unfinished
from publisher.storage import without_muted

#: How alike the texts of a new document and of an orphan must be for the one to be the other renamed.
SIMILAR = 0.6
#: How much worse the second best must be: ties are not guessed.
_CLEAR = 0.05
_WORDS = 1500


class Adoptable(Struct, frozen=True):
    """Pages that may become ours, by key. ``migrated``: ours under new ids, which come before what was made since."""

    by_title: Mapping[str, RemotePage] = field(default_factory=dict)
    migrated: Mapping[str, RemotePage] = field(default_factory=dict)

    def choose(self, matched: Mapping[str, RemotePage]) -> dict[str, RemotePage]:
        """Those that are taken, where these are matched already."""
        titled = {k: page for k, page in self.by_title.items() if k not in matched or matched[k].id == page.id}
        return {**titled, **self.migrated}


class Matches(Struct, frozen=True, kw_only=True):
    """``pages`` by key. ``orphans``: our pages whose document is gone. ``adopted``: keys of pages that become ours.

    ``named``: keys of documents that name their page, which is not ours yet. ``copies``: pages that an earlier run made
    beside ours, which had got new ids; ours are matched, and these go.
    """

    pages: Mapping[str, RemotePage]
    orphans: tuple[RemotePage, ...]
    problems: tuple[Problem, ...] = ()
    adopted: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    copies: tuple[RemotePage, ...] = ()


def match_pages(
    tree: RenderedTree,
    snapshot: Snapshot,
    texts: Mapping[str, str],
    adoptable: Adoptable = Adoptable(),
    *,
    space_given: bool = False,
    missing: tuple[str, ...] = (),
) -> Matches:
    """By ``page_id``, path in the stamp, title, unchanged body, children, similarity, and intent, in this order.

    ``adoptable``: pages of others that become ours where no page of ours is the document's. ``space_given``: a flag or
    variable names the space, so that a `page_id` of another one does not count. ``texts``: stored bodies of orphans by
    id; similarity is looked for among these. ``missing``: folders that cannot be read; their pages are left alone.
    """
    matched, problems = _explicit(tree, snapshot, space_given=space_given)
    root = next(iter(tree.pages))
    if snapshot.root and root not in matched:
        matched[root] = snapshot.pages[snapshot.root]
    used = {page.id for page in matched.values()}
    free = (page for page in snapshot.owned() if page.id not in used and not _is_below(page, missing))
    open_pages = {page.id: page for page in free if not _is_replaced(page, snapshot)}
    copies = [page for page in open_pages.values() if page.stamp and page.stamp.path in adoptable.migrated]
    for copy in copies:
        del open_pages[copy.id]
    matched |= {key: page for key, page in adoptable.migrated.items() if key not in matched}
    archived = _match_by_path(tree, matched, open_pages)
    for same in (_same_title, _same_body):
        _match_unique(tree, matched, open_pages, same)
    _match_folders(tree, matched, open_pages)
    problems += _match_similar(tree, matched, open_pages, texts)
    for key, remote in list(matched.items()):
        if key != root and not _fits(tree.pages[key], remote):  # it is created again; the old one is an orphan
            open_pages[remote.id] = matched.pop(key)
    for key, page in tree.pages.items():
        if key not in matched and (created := _half_created(page, snapshot)):
            matched[key] = created
    named = frozenset(k for k, page in tree.pages.items() if page.page_id and k in matched and not matched[k].stamp)
    adopted = adoptable.choose(matched)
    taken = {page.id for page in adopted.values()}
    return Matches(
        pages=matched | adopted,
        orphans=tuple(page for page in (*open_pages.values(), *archived) if page.id not in taken),
        problems=tuple(problems),
        adopted=frozenset(adopted),
        named=named - frozenset(adopted),
        copies=tuple(copies),
    )


def _match_by_path(
    tree: RenderedTree, matched: dict[str, RemotePage], open_pages: dict[str, RemotePage]
) -> list[RemotePage]:
    """A living page is preferred to an archived one. Archived pages that are left over match nothing else."""
    alive_last = sorted(open_pages.values(), key=lambda page: page.status == "current")
    by_path = {page.stamp.path: page for page in alive_last if page.stamp}
    for key in tree.pages:
        if key not in matched and key in by_path:
            matched[key] = open_pages.pop(by_path[key].id)
    return [open_pages.pop(page.id) for page in list(open_pages.values()) if page.status == "archived"]


def _is_below(page: RemotePage, folders: tuple[str, ...]) -> bool:
    """Whether its document, or the folder that it stands for, is in one of these folders."""
    return page.stamp is not None and page.stamp.path.startswith(tuple(folder + "/" for folder in folders))


def _fits(page: RenderedPage, remote: RemotePage) -> bool:
    """Whether a page can be where its document goes: no kind becomes another, and folders cannot be renamed."""
    same = page.metadata.kind == remote.kind
    wanted = remote.stamp.wanted if remote.stamp else remote.title
    return same and (remote.kind != ContentKind.FOLDER or wanted.casefold() == page.wanted.casefold())


def _is_replaced(page: RemotePage, snapshot: Snapshot) -> bool:
    """A page in the trash whose title another one has by now cannot be restored."""
    if page.status != "trashed":
        return False
    title = page.title.casefold()
    return any(p.title.casefold() == title and p.status != "trashed" for p in snapshot.pages.values())


def _explicit(
    tree: RenderedTree, snapshot: Snapshot, *, space_given: bool
) -> tuple[dict[str, RemotePage], list[Problem]]:
    found: dict[str, RemotePage] = {}
    wrong: list[str] = []
    problems: list[Problem] = []
    for key, page in tree.pages.items():
        if not page.page_id:
            continue
        remote = snapshot.pages.get(page.page_id)
        if remote is None and space_given:
            text = (
                f"`page_id` {page.page_id} is no page of the space that a flag or a variable names; it does not count"
            )
            problems.append(problem(key, 1, "target-ignored", text))
        elif remote is None:
            wrong.append(f"{key}: `page_id` {page.page_id} is not a page of this space, or this account cannot see it")
        elif remote.stamp and remote.stamp.page == remote.id and not snapshot.owns(remote):
            wrong.append(f"{key}: {remote.url} belongs to the collection “{remote.stamp.collection}”")
        elif remote.id in {other.id for other in found.values()}:
            wrong.append(f"{key}: `page_id` {page.page_id} is named by another document as well")
        else:
            found[key] = remote
    if wrong:
        raise PlanRefused("\n".join(wrong))
    return found, problems


def _match_unique(
    tree: RenderedTree,
    matched: dict[str, RemotePage],
    orphans: dict[str, RemotePage],
    same: Callable[[RenderedPage, RemotePage], bool],
) -> None:
    open_pages = [page for key, page in tree.pages.items() if key not in matched]
    for page in open_pages:
        remotes = [remote for remote in orphans.values() if same(page, remote)]
        if len(remotes) == 1 and sum(same(other, remotes[0]) for other in open_pages) == 1:
            matched[page.key] = orphans.pop(remotes[0].id)


def _same_title(page: RenderedPage, remote: RemotePage) -> bool:
    titles = {remote.title.casefold()} | ({remote.stamp.wanted.casefold()} if remote.stamp else set())
    return page.title.casefold() in titles


def _same_body(page: RenderedPage, remote: RemotePage) -> bool:
    return bool(page.source and remote.stamp and remote.stamp.digests.get("body") == page.digests["body"])


def _match_folders(tree: RenderedTree, matched: dict[str, RemotePage], orphans: dict[str, RemotePage]) -> None:
    """A folder's page is the one that most of its pages lived below; the deepest folders first."""
    children: dict[str, list[str]] = {}
    for key, page in tree.pages.items():
        if page.parent is not None:
            children.setdefault(page.parent, []).append(key)
    for key in reversed(list(tree.pages)):
        if key in matched or key not in children:
            continue
        stamps = [matched[child].stamp for child in children[key] if child in matched]
        parents = Counter(stamp.parent for stamp in stamps if stamp and stamp.parent in orphans)
        if parents:
            parent, count = parents.most_common(1)[0]
            if count * 2 > len(children[key]) and sum(n == count for n in parents.values()) == 1:
                matched[key] = orphans.pop(parent)


def words_of(body: str) -> list[str]:
    """The words of a storage body, tags and macro parameters aside."""
    body = without_muted(body)
    text = re.sub(r"<ac:parameter[^>]*>[^<]*</ac:parameter>|<!\[CDATA\[|\]\]>|<[^>]*>", " ", body)
    return text.split()[:_WORDS]


def _match_similar(
    tree: RenderedTree, matched: dict[str, RemotePage], orphans: dict[str, RemotePage], texts: Mapping[str, str]
) -> list[Problem]:
    stored = {page: words_of(texts[page]) for page in orphans if texts.get(page)}
    open_pages = [page for key, page in tree.pages.items() if key not in matched and page.source]
    scores = {
        (page.key, remote): score
        for page in open_pages
        for remote, words in stored.items()
        if (score := _similarity(words_of(page.body), words)) >= SIMILAR
    }
    problems: list[Problem] = []
    for (key, remote), score in sorted(scores.items(), key=lambda item: -item[1]):
        if key in matched or remote not in orphans:
            continue
        rivals = [other for other, value in scores.items() if other != (key, remote) and _competes(other, key, remote)]
        close = [other for other in rivals if score - scores[other] < _CLEAR and _is_open(other, matched, orphans)]
        if close:
            names = ", ".join(sorted({orphans[page].title for _, page in [*close, (key, remote)]}))
            text = f"this may be the renamed page of {names}; it is not clear which, so a new page is made"
            problems.append(problem(key, None, "ambiguous-rename", text, "name the page in `confluence.page_id`"))
        else:
            matched[key] = orphans.pop(remote)
    return list({item.path: item for item in problems if item.path not in matched}.values())


def _competes(other: tuple[str, str], key: str, remote: str) -> bool:
    return other[0] == key or other[1] == remote


def _is_open(pair: tuple[str, str], matched: Mapping[str, RemotePage], orphans: Mapping[str, RemotePage]) -> bool:
    return pair[0] not in matched and pair[1] in orphans


def _similarity(one: list[str], other: list[str]) -> float:
    """0 to 1, by words in order; bounded from above by the shared words first, which is cheap."""
    if min(len(one), len(other)) < 5:
        return 0.0
    shared = sum((Counter(one) & Counter(other)).values())
    if 2 * shared / (len(one) + len(other)) < SIMILAR:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _half_created(page: RenderedPage, snapshot: Snapshot) -> RemotePage | None:
    """A page that a run created and was killed before it could stamp it."""
    if intent(page.title, page.parent) not in snapshot.intents:
        return None
    found: Iterable[RemotePage] = (
        remote
        for remote in snapshot.pages.values()
        if is_unfinished(remote, snapshot.account) and remote.title.casefold() == page.title.casefold()
    )
    return next(iter(found), None)
