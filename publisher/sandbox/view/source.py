"""Storage format for people: highlighted, and what differs between two versions."""

import difflib
import re

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from publisher.storage import canonical


def source_html(body: str) -> str:
    """Storage format for people: a line for each block, highlighted."""
    lexer, formatter = get_lexer_by_name("xml", stripnl=False), HtmlFormatter(nowrap=True)
    return str(highlight("\n".join(block_lines(body)), lexer, formatter))


def block_lines(body: str) -> list[str]:
    """A body with each block on a line of its own, and text in CDATA as it is."""
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", body, flags=re.S)
    closing = (
        r"(</(?:p|h[1-6]|li|ul|ol|tr|table|tbody|blockquote|ac:structured-macro|ac:layout\S*|ac:task\S*)>|<hr ?/>)"
    )
    opening = r"(?<!^)(?<!\n)(<(?:ul|ol|table|tr|ac:layout\S*|ac:task-list|ac:rich-text-body)[ >])"
    pieces = [
        part if part.startswith("<![CDATA[") else re.sub(opening, r"\n\1", re.sub(closing, r"\1\n", part))
        for part in parts
    ]
    return "".join(pieces).strip().split("\n")


def diff_rows(old: str, new: str) -> list[tuple[str, Markup, Markup]]:
    """(kind, left, right) of each line: same, changed, added, removed. Ids that Confluence gives do not count."""
    left, right = (block_lines(re.sub(r"\A<root[^>]*>|</root>\Z", "", canonical(body))) for body in (old, new))
    rows: list[tuple[str, Markup, Markup]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            lines = left[a:b]
            if len(lines) > 8:
                skipped = Markup("… {} lines …").format(len(lines) - 6)
                rows += [("same", escape(line), escape(line)) for line in lines[:3]]
                rows.append(("skipped", skipped, Markup()))
                lines = lines[-3:]
            rows += [("same", escape(line), escape(line)) for line in lines]
            continue
        for number in range(max(b - a, d - c)):
            one = left[a + number] if a + number < b else ""
            other = right[c + number] if c + number < d else ""
            kind = "changed" if one and other else "added" if other else "removed"
            rows.append((kind, *(_words(one, other) if kind == "changed" else (escape(one), escape(other)))))
    return rows


def _words(one: str, other: str) -> tuple[Markup, Markup]:
    """Two lines with the words that differ marked."""
    first, second = re.findall(r"\s+|[^\s<>]+|[<>]", one), re.findall(r"\s+|[^\s<>]+|[<>]", other)
    left, right = Markup(), Markup()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        before, after = "".join(first[a:b]), "".join(second[c:d])
        left += escape(before) if tag == "equal" or not before else Markup("<del>{}</del>").format(before)
        right += escape(after) if tag == "equal" or not after else Markup("<ins>{}</ins>").format(after)
    return left, right
