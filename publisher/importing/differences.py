"""Where a page differs from what its document would be published as: the block, and the line of the document. Pure."""

from itertools import zip_longest

from publisher.reading.elements import attributes_of, elements_of, tag_of
from publisher.storage import NO_NAMES, NotWellFormed, PageNames, canonical_parts, parse_content

_KINDS = {
    "p": "paragraph", "table": "table", "ul": "list", "ol": "list", "ac:task-list": "list of tasks", "blockquote": "quote", "pre": "block of code",
    "ac:image": "image", "ac:layout": "layout", **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}  # fmt: skip
_WORDS = 5


def name_difference(stored: str, made: str, pieces: list[str], text: str, names: PageNames = NO_NAMES) -> str:
    """The first block of ``pieces``, the elements of ``stored``, that comes back different in ``made``; its line in ``text``."""
    try:
        left, right = canonical_parts(stored, names), canonical_parts(made, names)
    except NotWellFormed:
        return "the text"
    place = next((number for number, (a, b) in enumerate(zip_longest(left, right)) if a != b), 0)
    if not pieces or place > len(pieces):
        return f"the end of the text, line {text.rstrip().count(chr(10)) + 1}"
    piece = pieces[max(place - 1, 0)]
    start = text.find(next((line for line in piece.split("\n") if line.strip()), ""))
    line = f", line {text.count(chr(10), 0, start) + 1}" if start >= 0 else ""
    return describe(piece) + line


def describe(piece: str) -> str:
    """What a piece of storage is: the macro by its name, or the kind of block with its first words."""
    root = parse_content(piece)
    names = (attributes_of(element).get("ac:name", "") for element in root.iter() if isinstance(element.tag, str))
    if name := next(filter(None, names), ""):
        return f"the macro {name}"
    kind = next((_KINDS[tag] for each in elements_of(root) if (tag := tag_of(each)) in _KINDS), "part")
    words = " ".join("".join(map(str, root.itertext())).split()[:_WORDS])
    return f"the {kind} “{words}”" if words else f"a {kind} of the text"
