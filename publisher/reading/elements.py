"""Elements of storage format by their prefixed names, and the few questions that every reader asks of one."""

from collections.abc import Iterable, Iterator

from publisher.storage import Element, prefixed_name, serialise

#: Macros that belong to a line of text; all others are blocks (docs/storage-format.md#macros).
INLINE_MACROS = {"anchor", "status", "jira"}
_INLINE = {
    "strong", "b", "em", "i", "u", "ins", "s", "del", "strike", "sub", "sup", "code", "a", "span", "br", "time", "small", "big",
    "font", "tt", "kbd", "samp", "var", "cite", "q", "abbr", "mark", "ac:link", "ac:emoticon", "ac:placeholder",
}  # fmt: skip


class NoForm(Exception):
    """The element says more than our blocks can hold: it is kept as storage by whoever can hold storage."""


def tag_of(element: Element) -> str:
    """``p``, ``ac:link``; empty for a comment or an instruction."""
    return prefixed_name(str(element.tag)) if isinstance(element.tag, str) else ""


def attributes_of(element: Element) -> dict[str, str]:
    """The attributes by their prefixed names."""
    return {prefixed_name(str(name)): str(value) for name, value in element.attrib.items()}


def allow_attributes(element: Element, *names: str) -> dict[str, str]:
    """The attributes, if there are no others than these; NoForm."""
    found = attributes_of(element)
    if set(found) - set(names):
        raise NoForm
    return found


def elements_of(element: Element) -> list[Element]:
    """The children that are elements."""
    return [child for child in element if isinstance(child.tag, str)]


def no_text(element: Element) -> None:
    """NoForm if text stands between the children."""
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        raise NoForm


def text_of(element: Element) -> str:
    """The text of an element that holds nothing else; NoForm."""
    if elements_of(element):
        raise NoForm
    return (element.text or "") + "".join(child.tail or "" for child in element)


def macro_name(element: Element) -> str:
    """The name of a macro; empty for other elements."""
    return attributes_of(element).get("ac:name", "") if tag_of(element) == "ac:structured-macro" else ""


def anchor_name(element: Element) -> str:
    """The name of an anchor macro; empty for other elements."""
    if macro_name(element) != "anchor":
        return ""
    found = elements_of(element)
    return "".join(child.text or "" for child in found) if len(found) == 1 else ""


def parameters_of(element: Element) -> tuple[tuple[str, str], ...]:
    """The parameters of a macro in their order; NoForm if one holds more than text."""
    return tuple(
        (attributes_of(child).get("ac:name", ""), text_of(child))
        for child in elements_of(element)
        if tag_of(child) == "ac:parameter"
    )


def body_of(element: Element, name: str) -> Element | None:
    """The child of that name, if there is exactly one of the kind."""
    found = [child for child in elements_of(element) if tag_of(child) == name]
    return found[0] if len(found) == 1 else None


def is_inline(element: Element) -> bool:
    """Whether an element is part of a line of text wherever it stands. Images are asked about where they stand."""
    name = macro_name(element)
    if name == "jira":
        return any(attributes_of(child).get("ac:name") == "key" for child in elements_of(element))
    return tag_of(element) in _INLINE or name in INLINE_MACROS


def in_order(element: Element) -> Iterator[str | Element]:
    """Text and elements as they follow each other; comments are passed over."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def as_storage(elements: Iterable[Element]) -> str:
    """Elements as a fragment of storage format."""
    return "".join(map(serialise, elements))
