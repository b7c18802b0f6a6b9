"""Names that both directions share: panels, marks, extensions."""

from typing import Any

Node = dict[str, Any]
AC = "{http://atlassian.com/content}"
RI = "{http://atlassian.com/resource/identifier}"
MACROS = "com.atlassian.confluence.macro.core"
#: Macro → type of panel.
PANELS = {"info": "info", "note": "warning", "warning": "error", "tip": "success"}
#: Element → the mark that it is.
MARKS: dict[str, Node] = {
    "strong": {"type": "strong"}, "em": {"type": "em"}, "u": {"type": "underline"}, "s": {"type": "strike"},
    "del": {"type": "strike"}, "code": {"type": "code"}, "b": {"type": "strong"}, "i": {"type": "em"},
    "sub": {"type": "subsup", "attrs": {"type": "sub"}}, "sup": {"type": "subsup", "attrs": {"type": "sup"}},
}  # fmt: skip
#: Layout of images → that of the document, and back.
LAYOUTS = {"center": "center", "wide": "wide", "full-width": "full-width", "align-start": "align-start",
           "align-end": "align-end", "wrap-left": "wrap-left", "wrap-right": "wrap-right"}  # fmt: skip
#: Columns of a section → its widths in per cent.
SECTIONS = {
    "single": (100.0,), "two_equal": (50.0, 50.0), "two_left_sidebar": (33.33, 66.66), "two_right_sidebar": (66.66, 33.33),
    "three_equal": (33.33, 33.33, 33.33), "three_with_sidebars": (25.0, 50.0, 25.0), "four_equal": (25.0,) * 4,
    "five_equal": (20.0,) * 5,
}  # fmt: skip
#: Macros that are in a line, wherever they are.
INLINE_MACROS = {"status", "anchor", "jira", "profile"}


class Unmappable(ValueError):
    """What the mapper does not know. ``str()`` names it."""
