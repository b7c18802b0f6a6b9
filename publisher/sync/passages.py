"""Where the texts of comments are in the documents: by block, and in the block by the words."""

import re
from collections.abc import Sequence
from html import unescape

from msgspec import Struct

from publisher.convert.compose import Conversion
from publisher.model.document import Footnotes
from publisher.model.plan import Plan
from publisher.model.problem import Problem, problem
from publisher.model.snapshot import Comment, Evidence
from publisher.planning.comments import find_passages
from publisher.remote.port import Remote


class PlacedText(Struct, frozen=True):
    """``line``: None where the text is gone. ``before``: what the comment is on; ``now``: what the document says there."""

    line: int | None
    before: str
    now: str


def place_comments(conversion: Conversion, key: str, stored: str) -> dict[str, PlacedText]:
    """The texts of the inline comments on a stored body, by their markers, in the document of the page."""
    page = conversion.tree.pages[key]
    if page.document is None:
        return {}
    from publisher.convert.sourceblocks import render_blocks  # slow to import, and rarely needed

    blocks, pieces = render_blocks(conversion, key)
    file = next(file for file in conversion.source.documents if file.key == key)
    lines = (file.data or b"").decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    found: dict[str, PlacedText] = {}
    for ref, passage in find_passages(stored, pieces).items():
        line = None
        if passage.piece is not None:
            span = page.document.spans[passage.piece]
            notes = page.document.notes if isinstance(blocks[passage.piece], Footnotes) else ()
            spans = [(start, end) for start, end in notes if end] or [span]
            line = min(_line_in(lines, *each, passage.now) for each in spans)[1]
        found[ref] = PlacedText(line, passage.before, passage.now)
    return found


def _line_in(lines: Sequence[str], start: int, end: int, text: str) -> tuple[int, int]:
    """(how many of the words are not there, the line): the line of a block on which a text begins."""
    words = re.findall(r"\w+", text)[:4]
    best = (len(words) + 1, start)
    for number in range(start, min(end, len(lines)) + 1):
        here = re.findall(r"\w+", lines[number - 1])
        joined = f" {' '.join(here)} "
        count = next((n for n in range(len(words), 0, -1) if f" {' '.join(words[:n])} " in joined), 0)
        best = min(best, (len(words) - count, number))
    return best


def touched_comments(conversion: Conversion, remote: Remote, plan: Plan, evidence: Evidence) -> list[Problem]:
    """Comments whose text the plan changes or takes away, each at its line, with author and words."""
    found = []
    for action in plan.actions:
        page, key = action.remote, action.page.key
        stored = evidence.bodies.get(page.id, "") if page and action.write else ""
        if page is None or not ("inline-comment-marker" in stored or action.lost) or key not in conversion.tree.pages:
            continue
        places = place_comments(conversion, key, stored)
        lost = {item.ref for item in action.lost}
        changed = {ref for ref, place in places.items() if ref not in lost and place.now != place.before and place.now}
        comments = {c.ref: c for c in remote.details.read_comments(page.ref)} if lost or changed else {}
        for item in action.lost:
            comment = comments.get(item.ref, Comment(item.ref, "", ""))
            message = f"{_who(comment)} on “{item.selection}” loses its text: “{plain(comment.text)[:200]}”"
            found.append(problem(action.page.source or key, None, "lost-comment", message))
        for ref in changed & comments.keys():
            place, comment = places[ref], comments[ref]
            message = f"{_who(comment)} on “{place.before}”, which becomes “{place.now}”: “{plain(comment.text)[:200]}”"
            found.append(problem(action.page.source or key, place.line, "changed-comment", message))
    return found


def _who(comment: Comment) -> str:
    return f"the comment of {comment.author or 'somebody'}"


def plain(body: str) -> str:
    """The words of storage format, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
