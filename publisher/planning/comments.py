"""People's marks on a page survive a new body: inline comments and ticked tasks. Pure.

A comment is an ``ac:inline-comment-marker`` in the stored body; writing a body without it makes the comment dangling,
writing one with it brings the comment back (docs/confluence-api.md#comments). Markers are put at the same text: exactly, told apart by
what stands around it, else in the most similar passage.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from publisher.model.plan import LostComment
from publisher.storage import NotWellFormed, parse_body, serialise_children

_AC = "{http://atlassian.com/content}"
_MARKER = _AC + "inline-comment-marker"
_HIDDEN = {_AC + name for name in ("parameter", "plain-text-body", "plain-text-link-body", "task-id", "task-uuid",
           "task-status", "adf-attribute", "adf-fallback", "placeholder")}  # fmt: skip
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "tr", "blockquote", "pre", "ul", "ol", "table", "hr", "br",
           _AC + "task", _AC + "task-body", _AC + "rich-text-body", _AC + "adf-content", _AC + "structured-macro"}  # fmt: skip
_CONTEXT = 60  # characters around a marker that tell equal passages apart
_SIMILAR = 0.6  # how alike a passage must be to take over a comment


class Carried(Struct, frozen=True):
    """The new body with people's marks, and the comments that found no place."""

    body: str
    lost: tuple[LostComment, ...] = ()


class _Flat(Struct):
    """The text that a reader sees, blanks collapsed; ``slots`` says where each character is in the tree."""

    text: str
    slots: list[tuple[Any, str, int]]
    marks: dict[str, tuple[int, int]]


def carry_over(stored: str, new: str) -> Carried:
    """``new`` with the comment markers and ticked tasks of ``stored``. Byte for byte ``new`` if there are none."""
    if "inline-comment-marker" not in stored and ">complete<" not in stored:
        return Carried(new)
    try:
        old_root, root = parse_body(stored), parse_body(new, keep_cdata=True)
    except NotWellFormed:
        return Carried(new)
    changed = _tick(old_root, root)
    old, lost = _flatten(old_root), []
    for ref, (start, end) in sorted(old.marks.items(), key=lambda item: (item[1][0], -item[1][1], item[0])):
        flat = _flatten(root)
        place = _find(old.text, start, end, flat.text)
        if place is None or not _wrap(flat, *place, ref):
            lost.append(LostComment(ref, old.text[start:end].strip()))
        else:
            changed = True
    if not changed:
        return Carried(new, tuple(lost))
    body = serialise_children(root)
    if _flatten(parse_body(body)).text != _flatten(parse_body(new)).text:  # never trade a page for a comment
        return Carried(new, tuple(LostComment(ref, old.text[a:b].strip()) for ref, (a, b) in old.marks.items()))
    return Carried(body, tuple(lost))


class Passage(Struct, frozen=True):
    """Where the text of an inline comment is: the number of the piece, None if it is gone. ``before``, ``now``: its words."""

    piece: int | None
    before: str
    now: str


def find_passages(stored: str, pieces: Sequence[str]) -> dict[str, Passage]:
    """The passages of the comments on a stored body, by their markers, in the pieces of another one."""
    if "inline-comment-marker" not in stored:
        return {}
    try:
        old = _flatten(parse_body(stored))
        flats = [_flatten(parse_body(piece)).text for piece in pieces]
    except NotWellFormed:
        return {}
    text, starts = "", list[int]()
    for flat in flats:
        starts.append(len(text))
        text += flat + " "
    found: dict[str, Passage] = {}
    for ref, (start, end) in old.marks.items():
        before = old.text[start:end].strip()
        place = _find(old.text, start, end, text)
        if place is None:
            found[ref] = Passage(None, before, "")
        else:
            found[ref] = Passage(bisect_right(starts, place[0]) - 1, before, text[place[0] : place[1]].strip())
    return found


def _texts(element: Any, refs: tuple[str, ...]) -> Iterator[tuple[Any, str, tuple[str, ...], bool]]:
    """(element, "text" or "tail", markers around it, whether a block begins or ends before it)."""
    if not isinstance(element.tag, str) or element.tag in _HIDDEN:
        return
    inside = (*refs, element.get(_AC + "ref", "")) if element.tag == _MARKER else refs
    block = element.tag in _BLOCKS
    yield element, "text", inside, block
    for child in element:
        yield from _texts(child, inside)
        yield child, "tail", inside, child.tag in _BLOCKS


def _flatten(root: Any) -> _Flat:
    flat = _Flat("", [], {})
    text: list[str] = []
    for element, kind, refs, block in _texts(root, ()):
        piece = getattr(element, kind) or ""
        if block and text and text[-1] != " ":
            text.append(" ")
            flat.slots.append((None, "", 0))
        for offset, character in enumerate(piece):
            if character.isspace():
                if text and text[-1] == " ":
                    continue
                character = " "
            at = len(text)
            text.append(character)
            flat.slots.append((element, kind, offset))
            for ref in refs:
                flat.marks[ref] = (min(at, flat.marks.get(ref, (at, 0))[0]), at + 1)
    flat.text = "".join(text)
    return flat


def _find(old: str, start: int, end: int, new: str) -> tuple[int, int] | None:
    """Where in ``new`` the passage ``old[start:end]`` stands."""
    while start < end and old[start] == " ":
        start += 1
    while end > start and old[end - 1] == " ":
        end -= 1
    passage = old[start:end]
    if not passage:
        return None
    found = [match.start() for match in re.finditer(f"(?={re.escape(passage)})", new)]
    if not found:
        return _find_similar(old, start, end, new)
    before, after = old[max(0, start - _CONTEXT) : start], old[end : end + _CONTEXT]
    relative = start / max(1, len(old))

    def score(at: int) -> tuple[int, float]:
        left = _common(before[::-1], new[max(0, at - _CONTEXT) : at][::-1])
        right = _common(after, new[at + len(passage) : at + len(passage) + _CONTEXT])
        return left + right, -abs(at / max(1, len(new)) - relative)

    best = max(found, key=score)
    return best, best + len(passage)


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _find_similar(old: str, start: int, end: int, new: str) -> tuple[int, int] | None:
    """The passage of the new text that is most like it, by words; None if nothing is alike enough."""
    passage = old[start:end]
    words = [match.span() for match in re.finditer(r"\S+", new)]
    wanted = passage.split()
    size = len(wanted)
    known = set(wanted)
    candidates = []
    for length in {max(1, size - 1), size, size + 1, size + 2}:
        hits = 0
        flags = [new[a:b] in known for a, b in words]
        for index in range(len(words)):
            hits += flags[index]
            if index >= length:
                hits -= flags[index - length]
            if index + 1 >= length and (hits * 2 >= size or size <= 2):
                first, last = words[index + 1 - length][0], words[index][1]
                candidates.append((hits, first, last))
    relative = start / max(1, len(old))
    candidates.sort(key=lambda c: (-c[0], abs(c[1] / max(1, len(new)) - relative)))
    best, best_ratio = None, _SIMILAR
    for _, first, last in candidates[:200]:
        ratio = SequenceMatcher(None, passage, new[first:last], autojunk=False).ratio()
        if ratio > best_ratio:
            best, best_ratio = (first, last), ratio
    return best


def _wrap(flat: _Flat, start: int, end: int, ref: str) -> bool:
    """Puts markers around the characters; one for each piece of text. False if there is nothing to hold on to."""
    pieces: dict[tuple[int, str], tuple[Any, str, int, int]] = {}
    for element, kind, offset in flat.slots[start:end]:
        if element is not None:
            key = (id(element), kind)
            low = pieces[key][2] if key in pieces else offset
            pieces[key] = (element, kind, low, offset + 1)
    if not any((getattr(element, kind) or "")[low:high].strip() for element, kind, low, high in pieces.values()):
        return False
    for element, kind, low, high in pieces.values():
        text = getattr(element, kind)
        if not text[low:high].strip():
            continue
        marker = element.makeelement(_MARKER, {_AC + "ref": ref})
        marker.text, marker.tail = text[low:high], text[high:]
        setattr(element, kind, text[:low])
        if kind == "text":
            element.insert(0, marker)
        else:
            parent = element.getparent()
            parent.insert(parent.index(element) + 1, marker)
    return True


def _tick(old: Any, new: Any) -> bool:
    """Tasks that people ticked stay ticked; a task is known by its text."""
    done = {_task_text(task) for task in old.iter(_AC + "task") if task.findtext(_AC + "task-status") == "complete"}
    changed = False
    for task in new.iter(_AC + "task"):
        status = task.find(_AC + "task-status")
        if status is not None and status.text != "complete" and _task_text(task) in done:
            status.text = "complete"
            changed = True
    return changed


def _task_text(task: Any) -> str:
    body = task.find(_AC + "task-body")
    return " ".join("".join(map(str, body.itertext())).split()) if body is not None else ""
