"""Bodies as Confluence keeps them: rewritten on save, and marked where somebody comments."""

import re
import uuid
from collections.abc import Iterator
from html.entities import codepoint2name
from typing import Any

from publisher.sandbox.store.values import Refused
from publisher.storage import NotWellFormed, parse_body, serialise_children

AC = "{http://atlassian.com/content}"


def rewrite_storage(body: str) -> str:
    """What Confluence stores: not the bytes that were sent (docs/storage-format.md#canonical-form)."""
    try:
        root = parse_body(body, keep_cdata=True)
    except NotWellFormed as error:
        raise Refused(400, "BAD_REQUEST", f"Error parsing xhtml: {error}") from None
    for macro in root.iter(AC + "structured-macro"):
        for name, value in (("schema-version", "1"), ("macro-id", str(uuid.uuid4()))):
            if macro.get(AC + name) is None:
                macro.set(AC + name, value)
    return _spaced(serialise_children(root))


def _spaced(body: str) -> str:
    """Empty elements as Confluence writes them; what CDATA holds stays as it is."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", body, flags=re.S)
    return "".join(part if part.startswith("<![CDATA[") else part.replace("/>", " />") for part in parts)


def mark_text(body: str, text: str, index: int, ref: str) -> str | None:
    """``body`` with a marker around the occurrence of ``text`` with that index; None if there is none.

    A selection across markup gets one marker for each piece of text.
    """
    root = parse_body(body, keep_cdata=True)
    slots = list(_text_slots(root))
    whole = "".join(getattr(element, kind) for element, kind in slots)
    start = -1
    for _ in range(index + 1):
        start = whole.find(text, start + 1)
        if start < 0 or not text:
            return None
    end, at, pieces = start + len(text), 0, []
    for element, kind in slots:
        piece = getattr(element, kind)
        low, high = max(start - at, 0), min(end - at, len(piece))
        if low < high:
            pieces.append((element, kind, low, high))
        at += len(piece)
    for element, kind, low, high in pieces:
        piece = getattr(element, kind)
        marker = element.makeelement(AC + "inline-comment-marker", {AC + "ref": ref})
        marker.text, marker.tail = piece[low:high], piece[high:]
        setattr(element, kind, piece[:low])
        if kind == "text":
            element.insert(0, marker)
        else:
            element.getparent().insert(element.getparent().index(element) + 1, marker)
    return serialise_children(root)


def _text_slots(element: Any) -> Iterator[tuple[Any, str]]:
    """(element, "text" or "tail") of every text that a reader can select."""
    hidden = {AC + "parameter", AC + "plain-text-body", AC + "task-id", AC + "task-status"}
    if element.tag not in hidden:
        if element.text:
            yield element, "text"
        for child in element:
            yield from _text_slots(child)
            if child.tail:
                yield child, "tail"


def as_data_center(body: str) -> str:
    """Storage format as Data Center gives it (docs/confluence-api.md#pages): no comments, and letters that have a name in HTML as entities."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", body, flags=re.S)
    return "".join(part if part.startswith("<![CDATA[") else _named(part) for part in parts)


def _named(part: str) -> str:
    without = re.sub(r"<!--.*?-->", "", part, flags=re.S)
    return re.sub(r"[^\x00-\x7f]", lambda match: _entity(match[0]), without)


def _entity(letter: str) -> str:
    name = codepoint2name.get(ord(letter))
    return f"&{name};" if name else letter
