"""Any text, written so that it comes back as that text: what would mean something in the dialect is escaped."""

import re
from collections.abc import Callable

from publisher.markdown.writing.style import Forms

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: What begins a block where a line begins → how many of its characters stand before the one that is escaped.
_LINE_STARTS = re.compile(
    r"(?P<ordered>\d{1,9})(?=[.)](?:\s|$))|(?P<sign>(?=[#>:=|~/%]|[-+*](?:\s|$)|--|\+\+|\*\*\*|___|!!!|\?\?\?|\$\$|<<<))"
)
_MODULE = re.compile(r"(?:import|export)\s")


def escape_text(text: str, forms: Forms, before: str, behind: str, *, in_link: bool = False) -> str:
    """``text`` within a line. ``before`` and ``behind``: the characters around it, empty at the line's ends."""
    ends = _Ends(text, before, behind)
    return "".join(
        _RULES[character](ends, place, forms, in_link) if character in _RULES else character
        for place, character in enumerate(text)
    )


class _Ends:
    """A text with the characters around it."""

    def __init__(self, text: str, before: str, behind: str) -> None:
        self.text = text
        self.around = (before[-1:] or " ") + text + (behind[:1] or " ")
        self.last = not behind

    def before(self, place: int) -> str:
        return self.around[place]

    def behind(self, place: int) -> str:
        return self.around[place + 2]

    def starts(self, place: int, *signs: str) -> bool:
        return self.text.startswith(signs, place)


_Rule = Callable[[_Ends, int, Forms, bool], str]


def _always(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    return "\\" + ends.text[place]


def _star(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    alone = ends.before(place).isspace() and ends.behind(place).isspace() and not forms.careful
    return "*" if alone and place else "\\*"


def _underscore(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    inside = ends.before(place).isalnum() and ends.behind(place).isalnum()
    alone = ends.before(place).isspace() and ends.behind(place).isspace() and place
    return "_" if (inside or alone) and not forms.careful else "\\_"


def _less(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    if not re.match(r"[A-Za-z/!?<]", ends.behind(place)) and not forms.careful:
        return "<"
    return "&lt;" if forms.has("mdx") or forms.careful else "\\<"


def _bracket(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    return "\\]" if in_link or forms.careful or ends.behind(place) in "([{:" else "]"


def _bang(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    return "\\!" if ends.behind(place) == "[" and place + 1 == len(ends.text) else "!"


def _ampersand(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    return "&amp;" if _ENTITY.match(ends.text, place) or forms.careful else "&"


def _doubled(sign: str, *syntaxes: str) -> _Rule:
    """A sign that means something twice in a row; alone too where one of ``syntaxes`` is on."""

    def rule(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
        single = any(map(forms.has, syntaxes)) and not (ends.before(place).isspace() and ends.behind(place).isspace())
        return "\\" + sign if single or forms.careful or sign in (ends.before(place), ends.behind(place)) else sign

    return rule


def _brace(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    if (ends.starts(place, "{%") and forms.has("liquid")) or (ends.starts(place, "{/*", "{") and forms.has("mdx")):
        return "&#123;"
    means = re.match(r"[A-Za-z#.:={<%!*+~>@ -]", ends.behind(place)) or place == 0
    return "\\{" if means or forms.careful else "{"


def _colon(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    address = ends.starts(place, "://") and re.search(r"(?:https?|ftp)$", ends.text[:place])
    emoji = forms.has("emoji") and re.match(r":[\w+-]+:", ends.text[place:])
    note = place == 0 and ends.before(place) == "]"
    return "\\:" if address or emoji or note or forms.careful else ":"


def _at(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    text = ends.text[place:]
    named = re.match(r"@([A-Za-z0-9](?:[\w.-]*\w)?)", text)
    person = bool(named and named[1] in forms.grammar.people)
    dated = re.match(r"@\d{4}-\d\d-\d\d", text)
    mailed = ends.before(place) != " " and re.match(r"@[\w-]+\.\w", text)
    return "\\@" if person or dated or mailed or forms.careful else "@"


def _dot(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    return "\\." if ends.text[:place].lower().endswith("www") or forms.careful else "."


def _dash(ends: _Ends, place: int, forms: Forms, in_link: bool) -> str:
    project = re.search(r"([A-Z][A-Z0-9_]+)$", ends.text[:place])
    named = bool(project and project[1] in forms.grammar.issues and ends.behind(place).isdigit())
    return "\\-" if named or forms.careful else "-"


_RULES: dict[str, _Rule] = {
    "\\": _always, "`": _always, "[": _always, "*": _star, "_": _underscore, "<": _less, "]": _bracket, "!": _bang,
    "&": _ampersand, "~": _doubled("~", "subscript", "strikethrough"), "=": _doubled("="), "^": _doubled("^", "superscript", "comments"),
    "+": _doubled("+"), "%": _doubled("%"), "$": _doubled("$", "math"), "{": _brace, ":": _colon, "@": _at, ".": _dot,
    "-": _dash,
}  # fmt: skip


def escape_line_start(line: str, forms: Forms) -> str:
    """A written line whose beginning would begin a block."""
    found = _LINE_STARTS.match(line)
    if found and found["ordered"]:
        return line[: found.end()] + "\\" + line[found.end() :]
    if found:
        return "\\" + line
    if forms.has("mdx") and _MODULE.match(line):
        return f"&#{ord(line[0])};{line[1:]}"
    return line


def escape_attribute(text: str) -> str:
    """Text in a quoted attribute or between HTML tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
