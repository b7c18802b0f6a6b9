"""The view's search: pages that hold every word."""

import re
from html import unescape

from markupsafe import Markup, escape

from publisher.sandbox.store import Row, Store

_FOUND = 50  # results of a search


def search_rows(store: Store, words: str) -> list[Row]:
    """Pages that hold every word, those with it in the title first, with the passage around the first."""
    wanted = [word.casefold() for word in words.split()]
    found = []
    for page in store.pages(["current"], None, None, ("page", "blogpost")) if wanted else ():
        body = re.sub(r"<ac:parameter[^>]*>[^<]*</ac:parameter>|<!\[CDATA\[|\]\]>", " ", page["body"])
        text = " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
        both = f"{page['title']} {text}".casefold()
        if all(word in both for word in wanted):
            at = max(text.casefold().find(wanted[0]), 0)
            start = max(at - 60, 0)
            snippet = ("…" if start else "") + text[start : at + 120]
            in_title = any(word in page["title"].casefold() for word in wanted)
            found.append({**page, "snippet": _marked(snippet, wanted), "rank": not in_title})
    return sorted(found, key=lambda row: (row["rank"], row["title"]))[:_FOUND]


def _marked(text: str, words: list[str]) -> Markup:
    pattern = "|".join(re.escape(word) for word in words)
    parts = re.split(f"({pattern})", text, flags=re.I)
    return Markup().join(Markup("<mark>{}</mark>").format(p) if n % 2 else escape(p) for n, p in enumerate(parts))
