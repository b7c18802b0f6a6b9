"""Titles that Confluence has given away already. Pure."""

from collections.abc import Mapping

from publisher.errors import PlanRefused
from publisher.model.problem import Problem, problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import ContentKind, RemotePage, Snapshot
from publisher.naming import first_free
from publisher.planning.match import Matches
from publisher.planning.rules import Rules


def choose_titles(
    tree: RenderedTree, snapshot: Snapshot, matches: Matches, rules: Rules
) -> tuple[dict[str, str], list[Problem]]:
    """Titles by key where they differ from the tree's: the incumbent keeps its title, ours gets a suffix.

    A suffix that was given once stays while the page lives. PlanRefused under ``on_title_taken: fail``.
    """
    holders = _holders(snapshot, matches, rules)
    competing = {key: page for key, page in tree.pages.items() if page.metadata.kind != ContentKind.BLOGPOST}
    claimed = {page.title.casefold(): key for key, page in competing.items()}
    titles: dict[str, str] = {}
    problems: list[Problem] = []
    root = next(iter(tree.pages))
    if snapshot.fixed_root:
        fixed = snapshot.pages[snapshot.root]
        titles |= {root: fixed.title} if fixed.title != tree.pages[root].title else {}
        holders[fixed.title.casefold()] = fixed.url
        del competing[root]
    for key, page in competing.items():
        held = holders if page.metadata.kind == ContentKind.PAGE else dict.fromkeys(rules.taken, "another folder")
        sticky = _given_before(page, matches.pages.get(key))
        folded = sticky.casefold()
        if sticky and claimed.get(folded, key) == key and folded not in held:
            title = sticky
        elif page.title.casefold() in held:
            others = {title for title, other in claimed.items() if other != key}
            title = first_free(page.alternatives, {*held, *others})
            problems.append(_taken(page, title, held[page.title.casefold()]))
        else:
            continue
        if title != page.title:
            titles[key] = title
            claimed[title.casefold()] = key
    if rules.on_title_taken == "fail" and problems:
        raise PlanRefused("\n".join(f"{item.path}: {item.message}" for item in problems))
    return titles, problems


def _holders(snapshot: Snapshot, matches: Matches, rules: Rules) -> dict[str, str]:
    """Title → who holds it, of every page that will keep it; ``rules.taken`` are held by pages that we cannot see."""
    ours = {page.id for page in matches.pages.values()}
    removed = {page.id for page in (*matches.copies, *(matches.orphans if rules.prune != "off" else ()))}
    found = dict.fromkeys(rules.claimed, "a page of another collection that this run publishes first")
    found |= dict.fromkeys(rules.taken, "a page that this account cannot see")
    for page in snapshot.pages.values():
        archived = page.status == "archived"
        if (
            page.kind == ContentKind.PAGE
            and page.status != "trashed"
            and ((page.id not in ours and page.id not in removed) or archived)
        ):
            found[page.title.casefold()] = page.url + (" (archived)" if archived else "")
    for remote in matches.pages.values():
        if remote.status == "archived":  # its own archived page does not stand in its way: it is withheld
            found.pop(remote.title.casefold(), None)
    return found


def _given_before(page: RenderedPage, remote: RemotePage | None) -> str:
    """The suffixed title that this page got in an earlier run; empty if it wants another title now."""
    stamp = remote.stamp if remote else None
    if stamp is None or stamp.wanted != page.wanted or stamp.title == page.wanted:
        return ""
    return stamp.title if stamp.title.startswith(page.wanted + " (") else ""


def _taken(page: RenderedPage, title: str, holder: str) -> Problem:
    text = f"the title “{page.title}” is held by {holder}; this page becomes “{title}”"
    return problem(page.source or page.key, None, "title-taken", text, "change one of the titles to choose yourself")


def titles_in_the_way(tree: RenderedTree, matched: Mapping[str, RemotePage]) -> set[str]:
    """Keys of pages whose present title another page wants: they move to a temporary one first."""
    holders = {remote.title.casefold(): key for key, remote in matched.items() if remote.status == "current"}
    wanted = {page.title.casefold(): key for key, page in tree.pages.items()}
    return {key for title, key in holders.items() if title in wanted and wanted[title] != key}
