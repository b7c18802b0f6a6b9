"""Inline nodes are collected by the HTML elements that are open around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from publisher.markdown.walk import plain_text, without_links
from publisher.model.document import Anchor, Break, Code, Date, Image, Inline, Link, Mark, Text

MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "u": "u", "ins": "u",
    "s": "del", "del": "del", "strike": "del", "sub": "sub", "sup": "sup", "mark": "mark",
}  # fmt: skip
CODE_TAGS = {"code", "kbd", "samp", "tt", "var"}
#: Elements that go with all that they hold.
DROPPED = {"script", "style", "iframe", "object", "embed", "input", "textarea", "select", "template"}
#: Elements that go, while the text in them stays.
UNWRAPPED = {"form", "button", "video", "audio"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: Elements whose content means something as a whole; other block elements only end a paragraph.
FRAMES = {
    "ul", "ol", "li", "dt", "dd", "dl", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre",
    "summary", "figcaption", "details", "div", *HEADINGS,
}  # fmt: skip
BLOCKS = FRAMES | {
    "p",
    "div",
    "section",
    "article",
    "figure",
    "details",
    "center",
    "header",
    "footer",
    "hr",
    "main",
    "nav",
    "aside",
}
COLUMN_WIDTH = 760  # pixels, format reference, section 6


def read_size(text: str, of: int = COLUMN_WIDTH) -> str:
    """Pixels of ``300``, ``300px`` or ``50%`` (of the page's column; of nothing if ``of`` is 0); empty for others."""
    found = re.fullmatch(r"(\d{1,5})(?:\.\d+)?\s*(px|%)?", text.strip())
    if not found or (found[2] == "%" and not of):
        return ""
    return str(int(found[1]) * of // 100) if found[2] == "%" else str(int(found[1]))


def _image(attributes: dict[str, str], line: int) -> Image:
    style = attributes.get("style", "").replace(" ", "")
    floating = re.search(r"float:(left|right)", style)
    wide = re.search(r"(?:^|;)(?:max-)?width:([^;]+)", style)
    align = attributes.get("align", "").lower()
    return Image(
        attributes["src"],
        attributes.get("alt", ""),
        attributes.get("title", ""),
        line,
        read_size(attributes.get("width", "") or (wide[1] if wide else "")),
        read_size(attributes.get("height", ""), of=0),
        floating[1] if floating else align if align in {"left", "center", "right"} else "",
        wrap=bool(floating) or align in {"left", "right"},
    )


@dataclass(slots=True)
class InlineBuilder:
    """Collects inline nodes; HTML tags open and close levels, and whatever is left open is closed at the end."""

    line: int
    levels: list[tuple[str, dict[str, str], list[Inline]]] = field(default_factory=lambda: [("", {}, [])])
    unsafe: list[tuple[int, str]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    dropping: str = ""
    in_link: bool = False

    def add(self, node: Inline) -> None:
        if not self.dropping:
            self.levels[-1][2].append(node)

    def add_link(self, href: str, children: Sequence[Inline], line: int) -> None:
        """A link, and behind it the references to footnotes that its text holds."""
        nodes, notes = without_links(children)
        self.add(Link(href, nodes, line))
        for note in notes:
            self.add(note)

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        if self.dropping:
            return
        if tag in UNWRAPPED:
            self.unsafe.append((self.line, f"<{tag}>"))
        if tag in DROPPED:
            self.unsafe.append((self.line, f"<{tag}>"))
            self.dropping = "" if tag in {"input", "embed"} else tag
            return
        self.unsafe += [(self.line, f"the attribute {name}") for name in attributes if name.startswith("on")]
        if tag in BLOCKS and self.levels[-1][2]:  # block elements in a line, as people write lists in table cells
            self.add(Break())
        if tag == "li":
            self.add(Text("• "))
        if tag == "br":
            self.add(Break())
        elif tag == "img" and attributes.get("src"):
            self.add(_image(attributes, self.line))
        elif tag == "time" and re.fullmatch(r"\d{4}-\d\d-\d\d", attributes.get("datetime", "")):
            self.levels.append((tag, attributes, []))
        elif tag == "video" and attributes.get("src"):
            self.add(Link(attributes["src"], (Text(attributes["src"].rpartition("/")[2]),), self.line))
        elif name := (attributes.get("id") or attributes.get("name")) if tag in {"a", "span"} else "":
            self.add(Anchor(name))
            self._open_level(tag, attributes)
        else:
            self._open_level(tag, attributes)

    def _open_level(self, tag: str, attributes: dict[str, str]) -> None:
        if (
            (tag == "abbr" and attributes.get("title"))
            or tag in MARKS
            or tag in CODE_TAGS
            or (tag == "a" and attributes.get("href"))
        ):
            self.levels.append((tag, attributes, []))

    def close(self, tag: str) -> None:
        if self.dropping:
            self.dropping = "" if tag == self.dropping else self.dropping
            return
        if any(name == tag for name, _, _ in self.levels[1:]):
            while self.levels[-1][0] != tag:
                self._close_level(closed=False)
            self._close_level()

    def _close_level(self, *, closed: bool = True) -> str:
        tag, attributes, children = self.levels.pop()
        self.unclosed += [] if closed else [tag]
        if tag in CODE_TAGS:
            self.add(Code(plain_text(children)))
        elif tag == "time":  # the date stands for its text; what follows one that is never closed is no part of it
            self.levels[-1][2].extend([Date(attributes["datetime"]), *([] if closed else children)])
        elif tag == "abbr":
            self.levels[-1][2].extend([*children, Text(f" ({attributes['title']})")])
        elif tag == "a" and children:
            self.add_link(attributes["href"], children, self.line)
        elif children and tag != "a":
            self.add(Mark(MARKS[tag], tuple(children)))
        return tag

    def finish(self) -> tuple[Inline, ...]:
        while len(self.levels) > 1:
            self._close_level(closed=False)
        return tuple(self.levels[0][2])
