"""Titles: where a page's title comes from, and how titles become unique in a space."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import assert_never

from msgspec import Struct

from publisher.model.document import Document, Heading, Outline, Paragraph
from publisher.model.inlines import Anchor, Break, Coloured, Image, Inline, Link, Mark
from publisher.model.inlines import Code as InlineCode
from publisher.model.inlines import Text as InlineText
from publisher.model.problem import Problem, join_lines, problem
from publisher.naming import MAX_TITLE, first_free, without_number


def text_of(nodes: tuple[Inline, ...]) -> str:
    """The characters of a heading."""
    parts = []
    for node in nodes:
        match node:
            case InlineText(text) | InlineCode(text):
                parts.append(text)
            case Mark(_, children) | Coloured(_, children, _) | Link(_, children, _):
                parts.append(text_of(children))
            case Image(_, alt):
                parts.append(alt)
            case _:
                parts.append(" ")
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def readable_name(stem: str) -> str:
    """``02-getting-started_now`` → ``Getting started now``: a number in front is a place, no part of the name."""
    words = re.sub(r"[-_\s]+", " ", without_number(stem)).strip() or stem
    return words[:1].upper() + words[1:]


class TitleRule(Enum):
    """Where the title comes from if the front matter gives none.

    OPENING: an H1 that opens the document, else the file's name. H1: the first one anywhere. HEADING: that, or any other
    heading. FILE: the file's name, made readable. NOTE: the file's name as it is, as Obsidian shows it.
    """

    OPENING = "auto"
    H1 = "h1"
    HEADING = "heading"
    FILE = "file"
    NOTE = "note"


#: What tools show where it is not `OPENING`: VitePress takes the first H1 anywhere.
DIALECT_RULES = {"obsidian": TitleRule.NOTE, "vitepress": TitleRule.H1}


class Title(Struct, frozen=True):
    """``drop``: the first heading is the title, and is not repeated. ``found``: the document says it, not its file's name."""

    text: str
    drop: bool
    found: bool


def document_title(document: Document, name: str, rule: TitleRule = TitleRule.OPENING) -> Title:
    """The title of a document that is in the file, or is the index of the folder, of that ``name``."""
    first = outline_of(document).first
    given = document.front_matter.title
    heading = None if given else _title_heading(document, rule)
    if heading is not None:
        opens = first is not None and heading.slug == first.slug  # no two headings of a document have the same
        return Title(text_of(heading.children), opens and heading.level == 1, found=True)
    text = join_lines(given or (name if rule is TitleRule.NOTE else readable_name(name)))
    same = first is not None and first.level == 1 and text_of(first.children).casefold() == text.casefold()
    return Title(text, same, found=bool(given))


def _title_heading(document: Document, rule: TitleRule) -> Heading | None:
    match rule:
        case TitleRule.OPENING:
            return outline_of(document).opening
        case TitleRule.H1 | TitleRule.HEADING:
            named = [heading for heading in document.headings if text_of(heading.children)]
            first = next((heading for heading in named if heading.level == 1), None)
            return first or (named[0] if named and rule is TitleRule.HEADING else None)
        case TitleRule.FILE | TitleRule.NOTE:
            return None
    assert_never(rule)


def outline_of(document: Document) -> Outline:
    """What its titles are made from."""
    if document.outline is not None:
        return document.outline
    first = next((block for block in document.blocks if isinstance(block, Heading)), None)
    return Outline(_opening_heading(document), first, first is not None and document.blocks[0] is first)


def _opening_heading(document: Document) -> Heading | None:
    """The H1 that the document opens with. Comments and imports are no blocks; badges and logos may come before it."""
    for block in document.blocks:
        if isinstance(block, Heading):
            return block if block.level == 1 and text_of(block.children) else None
        if not (isinstance(block, Paragraph) and _is_badges(block.children)):
            return None
    return None


def _is_badges(nodes: tuple[Inline, ...]) -> bool:
    """Whether a line holds pictures only, with links or without."""
    return all(
        isinstance(node, Image | Break | Anchor)
        or (isinstance(node, InlineText) and not node.text.strip())
        or (isinstance(node, Mark | Coloured | Link) and bool(node.children) and _is_badges(node.children))
        for node in nodes
    )


class Wanted(Struct, frozen=True):
    """The title that a page would like, and what its suffix could be made of (nearest ancestor first)."""

    key: str
    title: str
    explicit: bool
    depth: int
    ancestors: tuple[str, ...]


def unique_titles(wanted: Mapping[str, Wanted]) -> tuple[dict[str, str], list[Problem]]:
    """A title per key, unique ignoring case: the shallowest, then first by path keeps the plain one."""
    titles: dict[str, str] = {}
    taken: dict[str, Wanted] = {}
    problems: list[Problem] = []
    for page in sorted(wanted.values(), key=lambda page: (page.depth, page.key)):
        holder = taken.get(page.title.casefold())
        title = page.title
        if holder is not None:
            if page.explicit and holder.explicit:
                text = f"the title “{page.title}” is given here and in {holder.key}"
                problems.append(
                    problem(page.key, 1, "duplicate-title", text, "titles are unique in a space: change one")
                )
            title = first_free(alternatives(page), taken)
            text = f"the title “{page.title}” is held by {holder.key}; this page becomes “{title}”"
            problems.append(problem(page.key, None, "title-collision", text))
        if len(title) > MAX_TITLE:
            text = f"the title has {len(title)} characters; Confluence takes {MAX_TITLE}"
            problems.append(problem(page.key, 1, "title-too-long", text, "set a shorter `title`"))
        taken[title.casefold()] = page
        titles[page.key] = title
    return titles, problems


def alternatives(page: Wanted) -> tuple[str, ...]:
    """Titles to try where the wanted one is taken: the shortest ancestor suffix first, the path at last."""
    counts = range(1, len(page.ancestors) + 1)
    suffixes = [" / ".join(reversed(page.ancestors[:count])) for count in counts] + [page.key.strip("/") or "docs"]
    return tuple(dict.fromkeys(f"{page.title} ({suffix})" for suffix in suffixes))
