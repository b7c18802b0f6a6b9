"""What Atlassian's older reader of pages cannot know, each kind with the reason, and a body with what is within it instead.

That reader was made before the new editor had these kinds, and it never read references: Confluence's server resolved
pages and files for it. What is within a kind it can read, so that is what it is given.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from lxml import etree

from publisher.storage import parse_body

AC = "{http://atlassian.com/content}"
PANELS = {"info", "tip", "note", "warning", "panel"}


def name_of(element: Any) -> str:
    """The tag, or the name of a macro."""
    tag = str(element.tag).replace(AC, "ac:")
    return str(element.get(AC + "name")) if tag == "ac:structured-macro" else tag


def _within(element: Any, *names: str) -> bool:
    return any(name_of(each) in names for each in element.iterancestors())


def _made(tag: str, text: str) -> Any:
    found = etree.Element(tag)
    found.text = text
    return found


def _words(element: Any) -> list[Any]:
    body = [*element.iter(AC + "link-body", AC + "plain-text-link-body")]
    return [_made("u", "".join((body[0] if body else element).itertext()) or "x")]


def _blocks(element: Any) -> list[Any]:
    """What stands in the cells or the body of the element; of those within it too, in their turn."""
    for holder in (AC + "layout-cell", AC + "rich-text-body", AC + "adf-content"):
        first = next(element.iter(holder), None)
        if first is not None:
            same = [each for each in element.iter(holder) if each.getparent() is not first.getparent() or each is first]
            return [child for each in (same if "layout" in holder else [first]) for child in each]
    return []


def _lines(element: Any) -> list[Any]:
    return [_made("p", "".join(line.itertext()) or "x") for line in element.iter("p", AC + "task-body")]


def _nothing(element: Any) -> list[Any]:
    return []


class Kind(NamedTuple):
    """Elements that the older reader cannot know."""

    reason: str
    is_one: Callable[[Any], bool]
    instead: Callable[[Any], list[Any]]


def _named(*names: str) -> Callable[[Any], bool]:
    return lambda element: name_of(element) in names


KINDS = (
    Kind("links and users are resolved by the server", _named("ac:link"), _words),
    Kind("images are files of the media service by then", _named("ac:image"), _nothing),
    Kind("layouts came with the new editor", _named("ac:layout"), _blocks),
    Kind("expands came with the new editor", _named("expand"), _blocks),
    Kind("panels with a colour or picture of their own came with the new editor", _named("ac:adf-extension"), _blocks),
    Kind("a macro without the server's `fab:display-type` is none", _named("anchor", "children", "status", "toc"), _nothing),
    Kind("colours behind text came later", lambda it: "background-color" in it.get("style", ""), _words),
    Kind("a rule in a panel came later", lambda it: it.tag == "hr" and _within(it, *PANELS), _nothing),
    Kind("tasks in an item or a panel came later", lambda it: name_of(it) == "ac:task-list" and _within(it, "li", *PANELS), _lines),
    Kind("lists in a quote came later", lambda it: it.tag in {"ul", "ol"} and _within(it, "blockquote"), _lines),
    Kind("an empty code block makes it fail", lambda it: it.get(AC + "name") == "code" and not _code(it), _nothing),
)  # fmt: skip


def _code(element: Any) -> str:
    return str(element.findtext(AC + "plain-text-body") or "")


def without_unknown(body: str) -> str:
    """The body with what is within those kinds in their place."""
    root = parse_body(body)
    while found := next(((each, kind) for each in root.iter() for kind in KINDS if _is(each, kind)), None):
        element, kind = found
        _replace(element, kind.instead(element))
    return (root.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in root)


def _is(element: Any, kind: Kind) -> bool:
    return isinstance(element.tag, str) and kind.is_one(element)


def _replace(element: Any, others: list[Any]) -> None:
    """Others in the place of an element. A holder that would be empty gets a paragraph, as it needs a child."""
    parent, place, tail = element.getparent(), element.getparent().index(element), element.tail or ""
    if not others and parent.tag not in {"p", "root"} and len(parent) == 1 and not (parent.text or tail).strip():
        others = [_made("p", "x")]
    parent.remove(element)
    for number, other in enumerate(others):
        parent.insert(place + number, other)
    before = parent[place + len(others) - 1] if place + len(others) else None
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
