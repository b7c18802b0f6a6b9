"""Which end tag closes which start tag, in one pass over a text."""

import re
from collections.abc import Mapping

_TAG = re.compile(
    r"<!\[CDATA\[|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(?P<empty>/?)>",
)


def pair_tags(text: str) -> Mapping[int, tuple[int, int]]:
    """Where an element begins → (where its content ends, where it ends). Elements without an end are left out.

    CDATA holds no tags. An element that ends itself has no content.
    """
    found: dict[int, tuple[int, int]] = {}
    opened: dict[str, list[int]] = {}
    position = 0
    while match := _TAG.search(text, position):
        position = match.end()
        if match["name"] is None:
            end = text.find("]]>", position)
            position = end + 3 if end >= 0 else len(text)
            continue
        name = match["name"].lower()
        if match["close"]:
            if starts := opened.get(name):
                found[starts.pop()] = match.span()
        elif match["empty"]:
            found[match.start()] = (match.end(), match.end())
        else:
            opened.setdefault(name, []).append(match.start())
    return found
