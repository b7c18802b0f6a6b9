"""What building a document gathers for later stages: headings, links, images, anchors, problems."""

import re
from collections.abc import Iterable
from typing import Any, Protocol

from msgspec.structs import replace

from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.hidden import has_marker
from publisher.markdown.levels import InlineBuilder
from publisher.markdown.notices import Notices
from publisher.markdown.walk import plain_text
from publisher.model.document import Drawable, Heading, MathBlock
from publisher.model.inlines import Anchor, Code, Coloured, Image, Inline, Link, Mark, Text
from publisher.model.problem import Problem, problem
from publisher.naming import slugify
from publisher.storage import clean_text, without_direction

Token = dict[str, Any]
#: Marks of images for light and for dark pages (Material for MkDocs, GitHub). Confluence shows one of them to all.
LIGHT = re.compile(r"#(?:only-light|gh-light-mode-only)\b")
DARK = re.compile(r"#(?:only-dark|gh-dark-mode-only)\b")


def without_dark(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """Without the images for dark pages, and the links that hold nothing else."""
    kept: list[Inline] = []
    for node in nodes:
        if isinstance(node, Image) and DARK.search(node.src):
            continue
        if isinstance(node, Link | Mark | Coloured):
            children = without_dark(node.children)
            if not children and node.children:
                continue
            node = replace(node, children=children)
        kept.append(node)
    return tuple(kept)


class ParsePart(Protocol):
    def __call__(self, text: str, line: int, *, fixed: bool = True) -> list[Token]:
        """Tokens of a text from ``line`` on; all of them are at that line if it is ``fixed``, as of an included file."""


class Gathered:
    """Gathers while the nodes of one document are built.

    ``anchors``: names that a link may lead to → line. ``nested``: fences with Markdown around what is built.
    """

    def __init__(self, key: str, grammar: Grammar, read: Reader, parse: ParsePart) -> None:
        self.key = key
        self.grammar = grammar
        self.read = read
        self.parse = parse
        self.problems: list[Problem] = []
        self.headings: list[Heading] = []
        self.anchors: dict[str, int] = {}
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.drawables: list[Drawable] = []
        self.nested = 0
        self.including: list[str] = []  # names of the files around what is built
        self.footnotes: dict[int, int] = {}
        self.abbreviations: set[str] = set()
        self.repeated: dict[str, int] = {}
        self.notices = Notices()
        self.light = False  # whether some image is for light pages only, so that those for dark ones are left out

    def report(self, line: int, code: str, text: str, hint: str = "") -> None:
        self.problems.append(problem(self.key, line, code, text, hint))

    def code(self, text: str, line: int) -> str:
        """The text of code as it may be shown."""
        clean = clean_text(text)
        shown = without_direction(clean)
        if shown != clean:
            text = "marks that change the direction of writing were removed from code"
            self.report(line, "hidden-direction", text)
        return shown

    def report_unsafe(self, unsafe: Iterable[tuple[int, str]]) -> None:
        for line, what in unsafe:
            self.report(line, "unsafe-html", what)

    def check_marker(self, html: str, line: int) -> None:
        """An error for a marker of hidden text that was not seen before: what it hides must not be published."""
        if has_marker(html):
            text = "a marker of `publisher:` does not work here: what it should hide would be published"
            self.report(line, "unknown-marker", text, "put it on a line of its own, with empty lines around it")

    def report_level(self, level: InlineBuilder) -> None:
        """What is wrong with the HTML of a line."""
        if not (level.unsafe or level.unclosed or level.unknown):
            return
        self.report_unsafe(level.unsafe)
        self.note_unclosed(level.unclosed)
        for line, tag in level.unknown:
            self.notices.add("unknown-element", tag, line)

    def note_unclosed(self, tags: Iterable[tuple[int, str]]) -> None:
        """(line, start tag) of elements that never end."""
        for line, tag in tags:
            self.notices.add("unclosed-html", tag, line)

    def report_include(self, line: int, path: str, why: str) -> None:
        hint = (
            ""
            if why
            else "it must be inside the docs root or a folder named in `assets`, not hidden, and not ignored by Git"
        )
        code = "include-loop" if "itself" in why or "deep" in why else "missing-include"
        self.report(line, code, f"`{path}` {why}" if why else f"there is no `{path}` to include", hint)

    def math(self, raw: str, line: int) -> MathBlock:
        tex = clean_text(raw.strip("\n"))
        self.drawables.append(Drawable("math", tex, line))
        return MathBlock(tex, line)

    def gather(self, nodes: Iterable[Inline]) -> None:
        for node in nodes:
            kind = type(node)
            if kind is Text or kind is Code:  # most of them
                continue
            match node:
                case Link(children=children):
                    self.links.append(node)
                    self.gather(children)
                case Mark(children=children) | Coloured(children=children):
                    self.gather(children)
                case Image():
                    self.images.append(node)
                case Anchor(name):
                    self.anchors.setdefault(name, 0)
                case _:
                    pass

    def named_heading(self, level: int, nodes: tuple[Inline, ...], given: str, line: int) -> Heading:
        base = given or slugify(plain_text(nodes))
        slug, number = base, self.repeated.get(base, 0)
        while slug in self.anchors:
            number += 1
            slug = f"{base}-{number}"
        self.repeated[base] = number
        heading = Heading(level, nodes, slug, line)
        self.headings.append(heading)
        self.anchors[slug] = line
        return heading
