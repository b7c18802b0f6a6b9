"""Which orphans are removed, in which order, and which stay because of what people did on them. Pure."""

from collections.abc import Iterable

from publisher.errors import PlanRefused
from publisher.model.plan import How, Removal
from publisher.model.problem import Problem, problem
from publisher.model.snapshot import Evidence, RemotePage, Snapshot
from publisher.naming import count_of
from publisher.planning.compare import is_edited
from publisher.planning.match import Matches
from publisher.planning.provenance import is_our_file
from publisher.planning.rules import Rules

#: Statuses of pages that can be written.
LIVING = ("current", "draft")


def archived_title(page: RemotePage) -> str:
    """The title that an archived page gets, so that its own is free."""
    return f"{page.title[:200]} (archived {page.id})"


def plan_removals(
    matches: Matches, snapshot: Snapshot, rules: Rules, evidence: Evidence
) -> tuple[list[Removal], list[Problem]]:
    """Orphans, leaves first, and those that are held back. PlanRefused under ``on_hand_edit: fail``.

    Copies that an earlier run made of pages which had got new ids go in any case.
    """
    how: How = "archive" if rules.prune == "archive" else "trash"
    candidates = [*(matches.orphans if rules.prune != "off" else ()), *matches.copies]
    living = {page.id: page for page in candidates if page.status in LIVING}
    found: list[Removal] = []
    problems: list[Problem] = []
    matched = {page.id for page in matches.pages.values()}
    staying = {
        page.id: page.parent or ""
        for page in snapshot.pages.values()
        if page.id not in matched and page.id not in living and page.status in {*LIVING, "archived"}
    }
    for page in leaves_first(living.values()):
        path = page.stamp.path if page.stamp else page.title
        named = rules.names(path)
        below = list(staying.values()).count(page.id)
        if below:
            staying[page.id] = page.parent or ""
            text = f"{page.url} stays: {count_of(below, 'page')} below it must stay"
            problems.append(problem(path, None, "kept-orphan", text, "move them, then prune again"))
            continue
        losses = [] if named else list_losses(page, evidence, edits=rules.on_hand_edit != "overwrite")
        if losses and rules.on_hand_edit == "fail":
            raise PlanRefused(f"{path}: removing {page.url} would lose {', '.join(losses)}")
        if losses:
            text = f"{page.url} stays: removing it would lose {', '.join(losses)}"
            problems.append(
                problem(path, None, "kept-orphan", text, f"`publisher publish --overwrite {path}` removes it")
            )
            staying[page.id] = page.parent or ""
        else:
            copy = page in matches.copies
            found.append(Removal(page, "trash" if copy else how, named or rules.on_hand_edit == "overwrite"))
    return found, problems


def list_losses(page: RemotePage, evidence: Evidence, *, edits: bool) -> list[str]:
    """What people did on a page of ours and what would go with it, in words. ``edits``: whether their text counts."""
    found = []
    stamp = page.stamp
    if edits and stamp and is_edited(page, evidence):
        found.append(f"what {page.editor or 'somebody'} wrote at {page.modified}")
    elif edits and stamp and page.title != stamp.title and not page.title.startswith(stamp.title + " ("):
        found.append(f"the title “{page.title}” that somebody gave it")
    comments = evidence.comments.get(page.id, ())
    if comments:
        authors = ", ".join(sorted({comment.author or "somebody" for comment in comments}))
        found.append(f"{count_of(len(comments), 'open comment')} of {authors}")
    files = evidence.attachments.get(page.id, {})
    foreign = sorted(name for name, file in files.items() if not is_our_file(file.comment))
    if foreign:
        found.append(f"{', '.join(foreign)}, attached by others")
    return found


def leaves_first(pages: Iterable[RemotePage]) -> list[RemotePage]:
    """Each page before its parent."""
    known = {page.id: page for page in pages}

    def depth(page: RemotePage) -> int:
        count, parent = 0, page.parent
        while parent in known and count <= len(known):
            count, parent = count + 1, known[parent].parent
        return count

    return sorted(known.values(), key=lambda page: (-depth(page), page.id))
