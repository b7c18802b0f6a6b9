"""The elements of HTML by what they mean here. What is not in ``KNOWN`` is no element, but text in angle brackets."""

import re

MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "u": "u", "ins": "u",
    "s": "del", "del": "del", "strike": "del", "sub": "sub", "sup": "sup", "mark": "mark",
}  # fmt: skip
CODE_TAGS = {"code", "kbd", "samp", "tt", "var"}
#: Elements that go with all that they hold.
DROPPED = {
    "script", "style", "iframe", "object", "embed", "input", "textarea", "select", "template", "svg", "canvas", "applet",
}  # fmt: skip
#: Elements that go, while the text in them stays.
MEDIA = {"video", "audio"}
UNWRAPPED = {"form", "button", "progress", "meter", *MEDIA}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: Elements whose content means something as a whole; other block elements only end a paragraph.
FRAMES = {
    "ul", "ol", "li", "dt", "dd", "dl", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre",
    "summary", "figure", "figcaption", "details", "div", *HEADINGS,
}  # fmt: skip
BLOCKS = FRAMES | {"p", "section", "article", "center", "header", "footer", "hr", "main", "nav", "aside", "address", "fieldset",
                   "legend", "menu", "hgroup", "search", "dir", "listing", "xmp"}  # fmt: skip
#: Elements in whose style a colour is that of their text.
COLOURED = (BLOCKS | set(MARKS) | {"span", "font", "a", "small", "big", "label", "q", "bdi", "bdo"}) - {"mark"}
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "keygen",
    "frame", "basefont", "bgsound",
}  # fmt: skip
#: Elements that hold text and not elements.
RAW_TEXT = {"script", "style", "textarea"}
#: Elements whose end tag may be left out.
_LOOSE = {"p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "optgroup", "colgroup", "rt", "rp"}
_INLINE = [
    "a",
    "abbr",
    "acronym",
    "bdi",
    "bdo",
    "big",
    "blink",
    "data",
    "datalist",
    "font",
    "image",
    "label",
    "ins",
    "map",
    "marquee",
    "math",
    "nobr",
    "output",
    "picture",
    "q",
    "rb",
    "rtc",
    "ruby",
    "slot",
    "small",
    "span",
    "time",
    "dialog",
    "option",
    "noembed",
    "body",
    "html",
    "head",
    "title",
    "frameset",
    "noframes",
    "noscript",
]
_MATHML = [
    "annotation",
    "maction",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "semantics",
]
KNOWN = frozenset({*MARKS, *CODE_TAGS, *DROPPED, *UNWRAPPED, *BLOCKS, *VOID, *_LOOSE, *_INLINE, *_MATHML})
#: Elements whose start tag alone, without an attribute, means nothing in a line: one that never ends is text.
PAIRED = KNOWN - VOID - _LOOSE

_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


def name_of(tag: str) -> str:
    """The name, in lower case, of a tag as it is written; empty for what is no tag."""
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


def is_known(tag: str) -> bool:
    """Whether a tag, as it is written, is one of HTML: ``<td>``, and not ``<your-name>`` or ``<ac:link>``."""
    return name_of(tag) in KNOWN and not re.match(r"</?[A-Za-z0-9-]+:", tag)
