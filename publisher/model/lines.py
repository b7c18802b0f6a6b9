"""One form for lines that read the same: joined text, blanks outside of marks, nothing empty."""

from msgspec.structs import replace

from publisher.model.inlines import Break, Coloured, Inline, Link, Mark, Text


def tidy(nodes: tuple[Inline, ...], *, ends: bool = False) -> tuple[Inline, ...]:
    """The line in one form. ``ends``: without blanks at both ends.

    Editors mark a word with the blank behind it; Markdown cannot, and no reader sees the difference.
    """
    found = _join(_around_breaks(_join(_without_outer_blanks(nodes))))
    return _trim(found) if ends else found


def _without_outer_blanks(nodes: tuple[Inline, ...]) -> list[Inline]:
    found: list[Inline] = []
    for place, node in enumerate(nodes):
        if not isinstance(node, Mark):
            found.append(node)
            continue
        last = found[-1] if found else None
        following = nodes[place + 1] if place + 1 < len(nodes) else None
        children = _join(list(node.children))
        before = _begins(children[:1]) and not (isinstance(last, Text) and last.text.endswith(" "))
        behind = _ends(children[-1:]) and not (isinstance(following, Text) and following.text.startswith(" "))
        inner = _trim(children)
        found += [Text(" ")] if before and inner else []
        found += [replace(node, children=inner)] if inner else list(children)
        found += [Text(" ")] if behind and inner else []
    return found


def _begins(nodes: tuple[Inline, ...]) -> bool:
    return any(isinstance(node, Text) and node.text.startswith(" ") for node in nodes)


def _ends(nodes: tuple[Inline, ...]) -> bool:
    return any(isinstance(node, Text) and node.text.endswith(" ") for node in nodes)


def _around_breaks(nodes: tuple[Inline, ...]) -> list[Inline]:
    found: list[Inline] = []
    for place, node in enumerate(nodes):
        if isinstance(node, Text):
            text = node.text
            text = text.lstrip(" ") if place and isinstance(nodes[place - 1], Break) else text
            text = text.rstrip(" ") if place + 1 < len(nodes) and isinstance(nodes[place + 1], Break) else text
            node = Text(text)
        found.append(node)
    return found


def _join(nodes: list[Inline]) -> tuple[Inline, ...]:
    """Neighbouring texts, and neighbouring marks of a kind, are one."""
    found: list[Inline] = []
    for node in nodes:
        last = found[-1] if found else None
        if isinstance(node, Text) and isinstance(last, Text):
            found[-1] = Text(last.text + node.text)
        elif isinstance(node, Mark) and isinstance(last, Mark) and node.tag == last.tag:
            found[-1] = Mark(node.tag, _join([*last.children, *node.children]))
        elif node != Text("") and not (isinstance(node, Mark | Coloured | Link) and not node.children):
            found.append(node)
    return tuple(found)


def _trim(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    found = list(nodes)
    if found and isinstance(found[0], Text):
        found[0] = Text(found[0].text.lstrip(" \t"))
    if found and isinstance(found[-1], Text):
        found[-1] = Text(found[-1].text.rstrip(" \t"))
    return tuple(node for node in found if node != Text(""))
