"""Titles: where a page's title comes from, and how titles become unique in a space."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.model.document import Code as InlineCode
from publisher.model.document import Document, Heading, Image, Inline, Link, Mark
from publisher.model.document import Text as InlineText
from publisher.model.problem import Problem, problem
from publisher.naming import MAX_TITLE, first_free


def text_of(nodes: tuple[Inline, ...]) -> str:
    """The characters of a heading."""
    parts = []
    for node in nodes:
        match node:
            case InlineText(text) | InlineCode(text):
                parts.append(text)
            case Mark(_, children) | Link(_, children, _):
                parts.append(text_of(children))
            case Image(_, alt):
                parts.append(alt)
            case _:
                parts.append(" ")
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def readable_name(stem: str) -> str:
    """``02-getting-started_now`` → ``Getting started now``: a number in front is a place, no part of the name."""
    words = re.sub(r"[-_\s]+", " ", re.sub(r"^\d{1,3}[-_.]\s*(?=\D)", "", stem)).strip() or stem
    return words[:1].upper() + words[1:]


def document_title(document: Document, fallback: str) -> tuple[str, bool]:
    """(title, whether the first heading is the title and must not be repeated)."""
    first = next((block for block in document.blocks if isinstance(block, Heading)), None)
    first_text = text_of(first.children) if first else ""
    if document.front_matter.title:
        same = bool(first and first.level == 1 and first_text.casefold() == document.front_matter.title.casefold())
        return document.front_matter.title, same
    h1 = next((heading for heading in document.headings if heading.level == 1 and text_of(heading.children)), None)
    if h1 is not None:
        return text_of(h1.children), h1 is first
    heading = next((text_of(heading.children) for heading in document.headings if text_of(heading.children)), "")
    return heading or fallback, False


@dataclass(frozen=True, slots=True)
class Wanted:
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
