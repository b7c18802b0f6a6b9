"""Comments of template languages, in a line and over lines.

Jekyll's ``{% comment %}``, its kramdown's ``{::comment}``, Hugo's ``{{< comment >}}``.

These tools read them before they read Markdown: a comment in a list, a quote or code is a comment. Lines of MyST that begin
with ``%`` are cut out here too.
"""

import re
from collections.abc import Callable

from publisher.markdown.cuts import cut_ranges
from publisher.markdown.line_comments import find_line_comments
from publisher.markdown.structure import mask_code

Report = Callable[[int, str, str, str], None]  # (line from 0, code, text, hint)

_LIQUID = re.compile(r"\{%-?\s*(?:(?P<word>(?:end)?(?:raw|comment))\b[^%\n]*?|(?P<line>#)[^%]*?)-?%\}")
_KRAMDOWN = re.compile(r"(?P<open>\{::comment\})|\{:/(?:comment)?\}")
_HUGO = re.compile(r"\{\{(?:<|%)\s*(?P<word>/?\s*comment)\b[^<>%{}\n]*(?:>|%)\}\}")


def drop_comments(text: str, syntaxes: frozenset[str], report: Report) -> str:
    """``text`` without the comments of the dialect; one that is never closed is an error, and hides the rest."""
    if "liquid" in syntaxes and "{%" in text and ("comment" in text or "#" in text):
        text = cut_ranges(text, _liquid_comments(text, report))
    if "liquid" in syntaxes and "{::comment}" in text:
        text = cut_ranges(text, _kramdown_comments(text, report))
    if "shortcodes" in syntaxes and "comment" in text and "{{" in text:
        text = cut_ranges(text, _hugo_comments(text, report))
    if "line-comments" in syntaxes and ("%" in text or "+" in text):
        text = cut_ranges(text, find_line_comments(text))
    return text


def _liquid_comments(text: str, report: Report) -> list[tuple[int, int]]:
    hidden: list[tuple[int, int]] = []
    raw = False
    opened: list[int] = []
    for match in _LIQUID.finditer(text):
        word = match["word"] or "#"
        if raw:
            raw = word != "endraw"
        elif word == "raw":
            raw = not opened
        elif word == "comment":
            opened.append(match.start())
        elif word == "endcomment" and opened:
            hidden.append((opened.pop(), match.end()))
        elif word == "#":
            hidden.append(match.span())
    return [*hidden, *_unclosed(text, opened, "{% comment %}", report)]


def _kramdown_comments(text: str, report: Report) -> list[tuple[int, int]]:
    hidden: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _KRAMDOWN.finditer(mask_code(text)):
        if match["open"] and not opened:
            opened.append(match.start())
        elif opened and not match["open"]:
            hidden.append((opened.pop(), match.end()))
    return [*hidden, *_unclosed(text, opened, "{::comment}", report)]


def _hugo_comments(text: str, report: Report) -> list[tuple[int, int]]:
    hidden: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _HUGO.finditer(text):
        if not match["word"].startswith("/"):
            opened.append(match.start())
        elif opened:
            hidden.append((opened.pop(), match.end()))
    return [*hidden, *_unclosed(text, opened, "{{< comment >}}", report)]


def _unclosed(text: str, opened: list[int], sign: str, report: Report) -> list[tuple[int, int]]:
    if not opened:
        return []
    report(text.count("\n", 0, opened[0]), "open-region", f"`{sign}` is never closed", "")
    return [(opened[0], len(text))]
