"""Open comments as a file of footnotes, for people to read: it is no page."""

import posixpath
from collections.abc import Mapping
from urllib.parse import quote

from publisher.importing.collect import Material
from publisher.importing.front import front_matter
from publisher.importing.spool import PageRecord
from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.write import MarkdownWriter
from publisher.markdown.writing.style import style_of
from publisher.model.document import Block, Footnotes, Heading, Paragraph, Quote
from publisher.model.inlines import FootnoteRef, Link, Text
from publisher.storage import NotWellFormed, parse_body


def comments_text(material: Material, records: Mapping[str, PageRecord]) -> str:
    """A heading for each page that has comments; the text that each stands at, and what it says as a footnote."""
    writer = MarkdownWriter(Grammar(DIALECTS[material.options.dialect]), style_of(material.options.dialect))
    folder = posixpath.dirname(material.layout.keys[material.listing.tops[0]]) or "."
    blocks: list[Block] = []
    notes: list[tuple[Block, ...]] = []
    for number, key in material.layout.keys.items():
        record = records[number]
        if not record.comments:
            continue
        page = material.page(number)
        path = quote(posixpath.relpath(key, folder), safe="/-_.~")
        blocks += [Heading(2, (Text(page.title),), "", 0), Paragraph((Link(path, (Text(path),), 0),), 0)]
        for selection, author, text in record.comments:
            notes.append((Paragraph((Text(_note(material.people.get(author, author), text)),), 0),))
            stands = " ".join(selection.split()) or "(the whole page)"
            blocks.append(Quote((Paragraph((Text(stands), FootnoteRef(len(notes), 1)), 0),), 0))
    if not notes:
        return ""
    head = front_matter({"title": "Comments", "publish": False})
    return head + writer.write((*blocks, Footnotes(tuple(notes), (1,) * len(notes), 0)))


def _note(author: str, text: str) -> str:
    try:
        words = " ".join("".join(map(str, parse_body(text).itertext())).split())
    except NotWellFormed:
        words = " ".join(text.split())
    return f"{author}: {words}" if author else words or "…"
