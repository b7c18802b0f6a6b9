"""A line of storage format becomes inline nodes. What no node can hold becomes ``InlineStorage``: nothing is lost."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from msgspec import Struct, field

from publisher.model.document import Paragraph
from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteRef,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Math,
    Mention,
    Status,
    Text,
)
from publisher.model.lines import tidy
from publisher.reading.context import PageAddress, ReadingContext
from publisher.reading.elements import (
    NoForm,
    allow_attributes,
    anchor_name,
    attributes_of,
    elements_of,
    in_order,
    is_inline,
    macro_name,
    no_text,
    parameters_of,
    tag_of,
    text_of,
)
from publisher.reading.images import PLAIN_ADDRESS, read_file, read_image
from publisher.storage import Element, serialise

_MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "u": "u", "ins": "u", "s": "del", "del": "del", "strike": "del",
    "sub": "sub", "sup": "sup",
}  # fmt: skip
#: The style of what Markdown marks as highlighted.
_HIGHLIGHT = re.compile(r"background-color: ?rgb\(248, ?230, ?160\);?\Z")
_COLOUR = re.compile(r"(?P<name>(?:background-)?color): ?rgb\((?P<r>\d+), ?(?P<g>\d+), ?(?P<b>\d+)\);?\Z")
_COLOURS = {"Grey", "Red", "Yellow", "Green", "Blue", "Purple"}
_NOTE_MARK = re.compile(r"fnref-\d+(?:-\d+)?\Z")
_NOTE = re.compile(r"fn-(\d+)\Z")


class InlineReader(Struct, frozen=True):
    """Reads the lines of one page. ``anchors``: names of its anchor macros; ``notes``: numbers of its footnotes, as they
    are written, and as they are counted.
    """

    context: ReadingContext
    anchors: frozenset[str]
    notes: Mapping[int, int] = field(default_factory=dict)

    def line(self, element: Element) -> tuple[Inline, ...]:
        """What an element holds, as a line without blanks at its ends. NoForm if a block stands in it."""
        return tidy(self.nodes(element), ends=True)

    def run(self, parts: list[str | Element]) -> tuple[Inline, ...]:
        """A line that stands loosely among blocks."""
        return tidy(self._join(parts), ends=True)

    def nodes(self, element: Element) -> tuple[Inline, ...]:
        return self._join(list(in_order(element)))

    def _join(self, parts: list[str | Element]) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for part in parts:
            if isinstance(part, str):
                found.append(Text(re.sub(r"[ \t\r]*\n[ \t\r\n]*", " ", part)))
                continue
            if not is_inline(part) and tag_of(part) != "ac:image":
                raise NoForm
            if self._is_prefixed(part, found):  # Cloud's second anchor, with the page's title before it
                found[-1] = Anchor(anchor_name(part).removeprefix(self.context.anchor_prefix), kept=False)
                continue
            found += self.element(part)
        return tidy(tuple(found))

    def _is_prefixed(self, element: Element, found: list[Inline]) -> bool:
        """Whether an anchor is the one before, with what Cloud puts before the names of a page's anchors."""
        last, prefix = found[-1] if found else None, self.context.anchor_prefix
        return bool(prefix) and isinstance(last, Anchor) and anchor_name(element) == prefix + last.name

    def element(self, element: Element) -> tuple[Inline, ...]:
        """The nodes of one inline element."""
        tag = tag_of(element)
        read = _READERS.get(tag) or (_mark if tag in _MARKS else None)
        if read is not None:
            try:
                return read(self, element)
            except NoForm:
                pass
        return (InlineStorage(serialise(element).replace("\n", "&#10;")),)

    def page_link(self, address: PageAddress) -> str:
        """The address of a page in the document; NoForm."""
        href = self.context.page(address)
        if href is None:
            raise NoForm
        return href


def _mark(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    allow_attributes(element)
    children = reader.nodes(element)
    if len(children) == 1 and isinstance(children[0], FootnoteRef):
        return children
    return (Mark(_MARKS[tag_of(element)], children),) if children else ()


def _code(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    allow_attributes(element)
    text = text_of(element)
    if not text.strip() or "\n" in text:
        raise NoForm
    return (Code(text),)


def _span(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    style = allow_attributes(element, "style").get("style", "").strip()
    children = reader.nodes(element)
    if not style or not children:
        return children
    if _HIGHLIGHT.match(style):
        return (Mark("mark", children),)
    return (_coloured(reader, style, children),)


def _coloured(reader: InlineReader, style: str, children: tuple[Inline, ...]) -> Inline:
    """A line in a colour, where the dialect has a form for one."""
    found = _COLOUR.match(style)
    if not found or any(int(part) > 255 for part in found.group("r", "g", "b")):
        raise NoForm
    colour = "#" + "".join(f"{int(part):02x}" for part in found.group("r", "g", "b"))
    node = Coloured(colour, children, background=found["name"] == "background-color")
    if not reader.context.can_write(Paragraph((node,), 0)):
        raise NoForm
    return node


def _break(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    allow_attributes(element)
    return (Break(),)


def _time(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    value = allow_attributes(element, "datetime").get("datetime", "")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise NoForm
    return (Date(value),)


def _address(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    href = allow_attributes(element, "href").get("href", "")
    children = reader.nodes(element)
    if not PLAIN_ADDRESS.match(href) or not children or _holds_link(children):
        raise NoForm
    number, anchor = reader.context.names.page_of(href)
    page = reader.context.page(PageAddress(*reader.context.names.titles[number])) if number and not anchor else None
    if page is not None:
        return (Link(page, children, 0),)
    return (Link(href, children, 0),)


def _holds_link(nodes: tuple[Inline, ...]) -> bool:
    """Whether one of the nodes leads somewhere by itself: in the text of a link Markdown makes nothing of it."""
    own = Link | Issue | Mention | FootnoteRef
    return any(isinstance(n, own) or (isinstance(n, Mark) and _holds_link(n.children)) for n in nodes)


def _link(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    anchor = allow_attributes(element, "ac:anchor").get("ac:anchor", "")
    no_text(element)
    targets = [child for child in elements_of(element) if tag_of(child).startswith("ri:")]
    bodies = [child for child in elements_of(element) if not tag_of(child).startswith("ri:")]
    if len(targets) > 1 or len(bodies) > 1:
        raise NoForm
    if targets and tag_of(targets[0]) == "ri:user":
        return (_mention(reader, targets[0], bodies),)
    children = _link_text(reader, bodies)
    note = _NOTE.match(anchor)
    if not targets and note and children == (Text(note[1]),) and int(note[1]) in reader.notes:
        written = int(note[1])  # two versions of a page are compared by the numbers that are written
        return (FootnoteRef(written if reader.context.lenient else reader.notes[written], 1),)
    if not children or _holds_link(children):
        raise NoForm
    return (Link(_target(reader, targets[0] if targets else None, anchor), children, 0),)


def _link_text(reader: InlineReader, bodies: list[Element]) -> tuple[Inline, ...]:
    if not bodies:
        raise NoForm  # Confluence shows the title of the page, as it is then
    allow_attributes(bodies[0])
    if tag_of(bodies[0]) == "ac:plain-text-link-body":
        return tidy((Text(text_of(bodies[0])),))
    if tag_of(bodies[0]) != "ac:link-body":
        raise NoForm
    return reader.nodes(bodies[0])


def _target(reader: InlineReader, target: Element | None, anchor: str) -> str:
    if target is None:
        if anchor not in reader.anchors:
            raise NoForm
        return "#" + quote(anchor, safe="-_.~:")
    if tag_of(target) in {"ri:page", "ri:blog-post"}:
        return reader.page_link(read_page_address(target, anchor))
    if tag_of(target) == "ri:content-entity" and not anchor:
        number = allow_attributes(target, "ri:content-id").get("ri:content-id", "")
        if number in reader.context.names.titles:
            return reader.page_link(PageAddress(*reader.context.names.titles[number]))
    if tag_of(target) == "ri:attachment" and not anchor:
        found = read_file(reader.context, target)
        if isinstance(found, str):
            return found
    raise NoForm


def read_page_address(element: Element, anchor: str = "") -> PageAddress:
    """What ``ri:page`` or ``ri:blog-post`` names; NoForm."""
    known = allow_attributes(element, "ri:content-title", "ri:space-key", "ri:posting-day")
    if not known.get("ri:content-title") or elements_of(element):
        raise NoForm
    return PageAddress(
        known["ri:content-title"], known.get("ri:space-key", ""), anchor, known.get("ri:posting-day", "")
    )


def _mention(reader: InlineReader, user: Element, bodies: list[Element]) -> Mention:
    known = allow_attributes(user, "ri:account-id", "ri:userkey", "ri:username")
    account = known.get("ri:" + reader.context.product.user, "")
    if bodies or len(known) != 1 or account not in reader.context.people:
        raise NoForm
    return Mention(reader.context.people[account], account)


def _macro(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    name = macro_name(element)
    allow_attributes(element, "ac:name")
    if any(tag_of(child) != "ac:parameter" for child in elements_of(element)):
        raise NoForm
    found = dict(parameters_of(element))
    if name == "anchor" and list(found) == [""]:
        return _anchor(reader, found[""])
    if name == "status" and set(found) == {"title", "colour"} and found["colour"] in _COLOURS:
        title = found["title"]
        if title and title == title.strip() and not re.search(r"[{}\n]", title):
            return (Status(title, found["colour"]),)
    here = name == "jira" and read_jira(reader.context, found) and set(found) - {"server", "serverId"} == {"key"}
    if here and re.fullmatch(r"[A-Z][A-Z0-9_]+-\d+", found["key"]):
        return (Issue(found["key"]),)
    raise NoForm


def _anchor(reader: InlineReader, name: str) -> tuple[Inline, ...]:
    if _NOTE_MARK.match(name) and reader.notes:
        return ()
    kept = name not in reader.context.linked
    if not re.fullmatch(r"[\w:.-]+" if kept else r"[^\s<>\"]+", name):
        raise NoForm
    return (Anchor(name, kept=kept),)


def read_jira(context: ReadingContext, parameters: dict[str, str]) -> bool:
    """Whether a jira macro names the server that the settings name anyhow."""
    return (parameters.get("server", ""), parameters.get("serverId", "")) == context.jira


def _image(reader: InlineReader, element: Element) -> tuple[Inline, ...]:
    found = read_image(reader.context, element, block=False)
    if isinstance(found, Image):
        return (found,)
    if found.word == "math" and set(attributes_of(element)) <= {"ac:alt", "ac:width"}:
        return (Math(found.text),)
    raise NoForm


_Read = Callable[[InlineReader, Element], tuple[Inline, ...]]
_READERS: dict[str, _Read] = {
    "code": _code, "span": _span, "br": _break, "time": _time, "a": _address, "ac:link": _link,
    "ac:structured-macro": _macro, "ac:image": _image,
}  # fmt: skip
