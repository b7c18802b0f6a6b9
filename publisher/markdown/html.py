"""HTML in Markdown becomes nodes: what storage format can hold is kept, the rest is unwrapped or dropped.

Nothing is ever passed through as text of our output, so no tag can be left open and no script can get by.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from publisher.model.document import Break, Code, Image, Inline, Link, Mark, Text

MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "u": "u", "ins": "u",
    "s": "del", "del": "del", "strike": "del", "sub": "sub", "sup": "sup",
}  # fmt: skip
CODE_TAGS = {"code", "kbd", "samp", "tt", "var"}
#: Elements that go with all that they hold.
DROPPED = {"script", "style", "iframe", "object", "embed", "form", "input", "button", "textarea", "select", "template"}
_BLOCKS = {
    "p", "div", "section", "article", "figure", "figcaption", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "h1",
    "h2", "h3", "h4", "h5", "h6", "blockquote", "details", "summary", "center", "header", "footer", "pre", "hr", "main",
}  # fmt: skip


def plain_text(nodes: "tuple[Inline, ...] | list[Inline]") -> str:
    """The characters a reader sees."""
    parts: list[str] = []
    for node in nodes:
        match node:
            case Text(text) | Code(text):
                parts.append(text)
            case Mark(_, children) | Link(_, children, _):
                parts.append(plain_text(children))
            case Image(_, alt):
                parts.append(alt)
            case Break():
                parts.append(" ")
            case _:
                pass
    return "".join(parts)


@dataclass(slots=True)
class InlineBuilder:
    """Collects inline nodes; HTML tags open and close levels, and whatever is left open is closed at the end."""

    line: int
    levels: list[tuple[str, dict[str, str], list[Inline]]] = field(default_factory=lambda: [("", {}, [])])
    unsafe: list[tuple[int, str]] = field(default_factory=list)
    dropping: str = ""

    def add(self, node: Inline) -> None:
        if not self.dropping:
            self.levels[-1][2].append(node)

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        if self.dropping:
            return
        if tag in DROPPED:
            self.unsafe.append((self.line, f"<{tag}>"))
            self.dropping = "" if tag in {"input", "embed"} else tag
            return
        self.unsafe += [(self.line, f"the attribute {name}") for name in attributes if name.startswith("on")]
        if tag == "br":
            self.add(Break())
        elif tag == "img" and attributes.get("src"):
            size = re.match(r"\d+", attributes.get("width", ""))
            width = size.group(0) if size and "%" not in attributes["width"] else ""
            image = Image(attributes["src"], attributes.get("alt", ""), attributes.get("title", ""), self.line, width)
            self.add(image)
        elif tag in MARKS or tag in CODE_TAGS or (tag == "a" and attributes.get("href")):
            self.levels.append((tag, attributes, []))

    def close(self, tag: str) -> None:
        if self.dropping:
            self.dropping = "" if tag == self.dropping else self.dropping
            return
        if any(name == tag for name, _, _ in self.levels[1:]):
            while self._close_level() != tag:
                pass

    def _close_level(self) -> str:
        tag, attributes, children = self.levels.pop()
        if tag in CODE_TAGS:
            self.add(Code(plain_text(children)))
        elif tag == "a":
            self.add(Link(attributes["href"], tuple(children), self.line))
        elif children:
            self.add(Mark(MARKS[tag], tuple(children)))
        return tag

    def finish(self) -> tuple[Inline, ...]:
        while len(self.levels) > 1:
            self._close_level()
        return tuple(self.levels[0][2])


class _Fragment(HTMLParser):
    """Block HTML as paragraphs: every block element ends one."""

    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.first = line
        self.builder = InlineBuilder(line)
        self.paragraphs: list[tuple[int, tuple[Inline, ...]]] = []
        self.unsafe: list[tuple[int, str]] = []

    def end_paragraph(self) -> None:
        dropping = self.builder.dropping
        nodes = self.builder.finish()
        self.unsafe += self.builder.unsafe
        if plain_text(nodes).strip() or any(isinstance(node, Image) for node in _walk(nodes)):
            self.paragraphs.append((self.builder.line, nodes))
        self.builder = InlineBuilder(self.first + self.getpos()[0] - 1, dropping=dropping)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_paragraph()
        self.builder.open(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_paragraph()
        self.builder.close(tag)

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if text.strip() or self.builder.levels[-1][2]:
            self.builder.add(Text(text))


def _walk(nodes: tuple[Inline, ...]) -> list[Inline]:
    found: list[Inline] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, Mark | Link):
            found += _walk(node.children)
    return found


def parse_tag(source: str) -> tuple[str, dict[str, str], bool] | None:
    """(name, attributes, is closing) of one tag; None for comments and declarations."""
    seen: list[tuple[str, dict[str, str], bool]] = []

    class _Tag(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, {name: value or "" for name, value in attrs}, False))

        def handle_endtag(self, tag: str) -> None:
            seen.append((tag, {}, True))

    _Tag().feed(source)
    return seen[0] if seen else None


def parse_fragment(source: str, line: int) -> tuple[list[tuple[int, tuple[Inline, ...]]], list[tuple[int, str]]]:
    """([(line, inline nodes of a paragraph)], [(line, what was dropped)])."""
    parser = _Fragment(line)
    parser.feed(source)
    parser.close()
    parser.end_paragraph()
    return parser.paragraphs, parser.unsafe
