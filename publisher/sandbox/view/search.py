"""The view's search: pages that hold every word, as somebody types."""

import re
from html import unescape

from markupsafe import Markup, escape
from msgspec import Struct, field

from publisher.sandbox.store import Row, Store

_FOUND = 50  # results of a search
_KINDS = ("page", "blogpost")


class Index(Struct):
    """The text of every page and where it is, read again after something was written."""

    store: Store
    revision: int = -1
    pages: list[Row] = field(default_factory=list)

    def search(self, words: str, limit: int = _FOUND) -> list[Row]:
        """Pages that hold every word, those with it in the title first: id, title, ``where``, and the passage around the first."""
        wanted = words.casefold().split()
        if not wanted:
            return []
        if self.revision != self.store.revision:
            self.revision, self.pages = self.store.revision, list(index_rows(self.store))
        found = []
        for page in self.pages:
            title = page["title"].casefold()
            if all(word in title or word in page["folded"] for word in wanted):
                rank = 0 if all(word in title for word in wanted) else 1 if any(word in title for word in wanted) else 2
                found.append((rank, not title.startswith(wanted[0]), title, page))
        found.sort(key=lambda item: item[:3])
        return [{**page, "snippet": _snippet(page["text"], wanted)} for *_, page in found[:limit]]


def index_rows(store: Store) -> list[Row]:
    """Each page with its text, and the space and titles that lead to it."""
    found = []
    for space in store.spaces():
        parents = {row["id"]: row for row in store.tree_rows(space["id"])}
        for page in store.pages(["current"], space["id"], None, _KINDS):
            where: list[str] = []
            up = page["parent"]
            while up in parents and up != space["homepage"]:
                where.insert(0, str(parents[up]["title"]))
                up = parents[up]["parent"]
            text = plain_text(page["body"])
            found.append(
                {
                    "id": page["id"],
                    "title": page["title"],
                    "where": " / ".join([str(space["name"]), *where]),
                    "text": text,
                    "folded": text.casefold(),
                }
            )
    return found


def plain_text(body: str) -> str:
    """What people read of storage format, on one line."""
    body = re.sub(r"<ac:(parameter|task-id|task-status)\b[^>]*>[^<]*</ac:\1>|<!\[CDATA\[|\]\]>", " ", body)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def _snippet(text: str, wanted: list[str]) -> Markup:
    at = max(text.casefold().find(wanted[0]), 0)
    start = max(at - 60, 0)
    return marked(("…" if start else "") + text[start : at + 120], wanted)


def marked(text: str, words: list[str]) -> Markup:
    """The text with the words in ``<mark>``."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = re.split(f"({pattern})", text, flags=re.I)
    return Markup().join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))
