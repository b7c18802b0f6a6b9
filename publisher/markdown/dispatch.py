"""Which block rules may begin with a character: a line is tried against those alone, and most lines against none."""

import re
from collections.abc import Callable, Sequence

#: Rule → the characters that its line begins with, behind blanks. A rule that is not in here is tried on every line.
_STARTS = {
    "fenced_code": "`~", "atx_heading": "#", "setex_heading": "=-", "thematic_break": "-_*", "block_quote": ">",
    "list": "*+-0123456789", "ref_link": "[", "raw_html": "<", "block_html": "<", "admonition": "!?", "autodoc": ":",
    "container": ":/", "tab": "=", "def_list": ":", "shortcode": "{", "liquid": "{", "block_math": "$", "storage": "<",
    "snippet": "<", "footnote_definition": "[", "ref_abbr": "*", "multiline_quote": ">", "colon_fence": ":", "target": "(", "labelled_math": "$", "attribute_line": "{", "latex": "\\", "indent_code": "", "blank_line": "\n",
}  # fmt: skip
#: What a line begins with that is tried against all rules; the end of the text too.
_BLANKS = frozenset(("", "\n", "\t", "\v", "\f"))
#: What the line below the head of a table begins with.
_BELOW_HEAD = frozenset(" \t|:-")

Compile = Callable[[list[str]], re.Pattern[str]]


class Dispatch:
    """By the character that a line begins with: the pattern of those rules, of some, that may begin there."""

    __slots__ = ("_all", "_compile", "_others", "_rules", "_table", "_with", "_without")

    def __init__(self, rules: Sequence[str], compile_rules: Compile) -> None:
        self._rules, self._compile = rules, compile_rules
        self._all = compile_rules(list(rules))
        self._table = "table" in rules
        self._others = [rule for rule in rules if rule not in _STARTS and rule != "table"]
        self._with: dict[str, re.Pattern[str] | None] = {}
        self._without: dict[str, re.Pattern[str] | None] = {}

    def match(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """The block that begins at ``start``, on a line that ends at ``end``; None for a line of a paragraph."""
        sign = text[start]
        if sign == " ":
            place = start + 1
            while text[place : place + 1] == " ":
                place += 1
            sign = text[place : place + 1]
        if sign in _BLANKS and text[start] != "\n":  # the end of the text too
            return self._all.match(text, start)
        known = self._with if self._table and text[end : end + 1] in _BELOW_HEAD else self._without
        try:
            pattern = known[sign]
        except KeyError:
            pattern = known[sign] = self._pattern(sign, table=known is self._with)
        return pattern.match(text, start) if pattern is not None else None

    def _pattern(self, sign: str, *, table: bool) -> re.Pattern[str] | None:
        sign = "0" if sign.isdecimal() else sign
        chosen = [
            rule
            for rule in self._rules
            if sign in _STARTS.get(rule, "") or rule in self._others or (table and rule == "table")
        ]
        return self._compile(chosen) if chosen else None
