"""Microsoft Learn's and DocFX's own blocks become ours: pictures, columns, tabs, zones, quotes that only dress.

Works on the text, line by line as it was. Nothing else looks like these signs, so that they need no dialect.
"""

import re

from publisher.markdown.preprocess import Report
from publisher.markdown.structure import mask_code

_MAYBE = re.compile(r":::[ \t]*(?:image|no-loc|code|row|column|zone|moniker)\b|\[!(?:div|video)\b|\]\(#tab/", re.I)
_GIVEN = re.compile(r"([\w-]+)=(?:\"([^\"\n]*)\"|'([^'\n]*)')")
#: A picture, and a name that must not be translated: in a line, in a cell of a table, or alone.
_LEAF = re.compile(r":::[ \t]*(?P<name>image|no-loc|code)[ \t]+(?P<given>[^\n]*?):::")
#: The end of the long text of a picture, or the next picture, where it has none.
_LONG_TEXT = re.compile(r"^[ \t>]*(?P<end>:::[ \t]*image-end[ \t]*:::)[ \t]*$|:::[ \t]*image[ \t]", re.M)
_GRID = re.compile(r"^(?P<lead>[ \t>]*):::[ \t]*(?P<name>row|column)(?P<end>-end)?(?:[ \t][^\n]*?)?:::[ \t]*$")
_ZONE = re.compile(
    r"^(?P<lead>[ \t>]*):::[ \t]*(?P<name>zone|moniker)"
    r"(?:(?P<end>-end)|[ \t]+(?P<kind>pivot|range|target)=[\"'](?P<title>[^\"'\n]*)[\"'])[^\n]*$"
)
_TAB = re.compile(
    r"^(?P<lead>[ \t]*)#{1,6}[ \t]+(?:<a [^>\n]*>[ \t]*</a>[ \t]*)?\[(?P<title>[^\]\n]+)\]\(#tab/[^)\s]*\)[ \t]*$"
)
_RULE = re.compile(r"^[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_DRESS = re.compile(r"^(?P<lead>[ \t]*)>[ \t]*\[!(?P<name>div|video)\b(?P<given>[^\]\n]*)\][ \t]*$", re.I)
#: Fences of different lengths, longer than those that writers use: each ends its own.
_FENCES = {"moniker": ":" * 15, "zone": ":" * 14, "tab": ":" * 13, "row": ":" * 12, "column": ":" * 11}


def read_learn(text: str, report: Report) -> str:
    """``text`` with these blocks as containers, pictures and paragraphs. It has as many lines."""
    if not (":::" in text or "[!" in text or "](#tab/" in text) or not _MAYBE.search(text):
        return text
    text = _put_leaves(text, report)
    lines, masked = text.split("\n"), mask_code(text, indented_code=False).split("\n")
    _put_tabs(lines, masked)
    for at, line in enumerate(masked):
        if dress := _DRESS.match(line):
            _undress(lines, at, dress)
        elif match := _GRID.match(line) or _ZONE.match(line):
            lines[at] = match["lead"] + _fence(match)
    return _shift_columns(lines)


def _put_leaves(text: str, report: Report) -> str:
    """``:::image source="a.png" alt-text="A":::`` as ``![A](a.png)``, without the long text that only machines read.

    Code of another repository stays as it is written.
    """
    masked = mask_code(text, indented_code=False)
    parts, position = list[str](), 0
    for match in _LEAF.finditer(masked):
        if match.start() < position:
            continue
        inner = text[match.start("given") : match.end("given")]
        given = {name: double or single for name, double, single in _GIVEN.findall(inner)}
        if match["name"] == "no-loc":
            new = given.get("text", "")
        elif match["name"] == "code":
            line = masked.count("\n", 0, match.start())
            report(
                line,
                "missing-include",
                f"the code of `{given.get('source', '')}` is not read",
                "paste it, or link to it",
            )
            new = f"`{text[match.start() : match.end()]}`"
        else:
            source, alt = given.get("source", ""), re.sub(r"([\[\]])", r"\\\1", given.get("alt-text", ""))
            new = f"![{alt}](<{source}>)" if source else ""
        parts += [text[position : match.start()], new]
        position = match.end()
        end = _LONG_TEXT.search(masked, position) if given.get("type") == "complex" else None
        if end and end["end"]:
            parts.append("\n" * masked.count("\n", position, end.end()))
            position = end.end()
    return "".join([*parts, text[position:]])


def _fence(match: re.Match[str]) -> str:
    """The line of a container that stands for the one of a row, a column, a pivot or a version."""
    fence = _FENCES[match["name"]]
    if match["end"]:
        return fence
    if match["name"] in {"row", "column"}:
        return fence + (" columns" if match["name"] == "row" else " column")
    title = match["title"].replace("programming-language-", "")
    return f"{fence} div" if match["kind"] == "target" or not title.strip() else f"{fence} tab[{title}]"


def _put_tabs(lines: list[str], masked: list[str]) -> None:
    """Headings that lead to ``#tab/…`` begin tabs; a rule ends the last one. The lines are changed in place."""
    lead: str | None = None
    for at, line in enumerate(masked):
        if match := _TAB.match(line):
            title = lines[at][match.start("title") : match.end("title")]
            opening = f"{match['lead']}{_FENCES['tab']} tab[{title}]"
            if lead is None or not lines[at - 1].strip():
                lines[at] = opening
                lines[at - 1] = lines[at - 1] if lead is None else lead + _FENCES["tab"]
            elif at + 1 < len(lines) and not lines[at + 1].strip():
                lines[at], lines[at + 1] = lead + _FENCES["tab"], opening
            else:
                lines[at] = lines[at].replace(line[match.start("title") - 1 :].rstrip(), title)
                continue
            lead = match["lead"]
        elif lead is not None and _RULE.match(line) and (line.strip()[0] != "-" or not masked[at - 1].strip()):
            lines[at], lead = lead + _FENCES["tab"], None


def _undress(lines: list[str], at: int, dress: re.Match[str]) -> None:
    """``> [!div class="…"]`` is a frame for a style: its lines are no quote. ``> [!VIDEO address]`` is an address."""
    if dress["name"].lower() == "video":
        lines[at] = f"{dress['lead']}<{dress['given'].strip()}>"
        return
    lines[at] = ""
    for below in range(at + 1, len(lines)):
        quoted = re.match(r"[ \t]*> ?", lines[below])
        if quoted is None:
            return
        lines[below] = dress["lead"] + lines[below][quoted.end() :]


def _shift_columns(lines: list[str]) -> str:
    """The lines of columns without the indentation that all of them share."""
    start: int | None = None
    for at, line in enumerate(lines):
        sign = line.lstrip(" \t>")
        if sign == _FENCES["column"] + " column":
            start = at + 1
        elif sign == _FENCES["column"] and start is not None:
            indents = [len(row) - len(row.lstrip(" ")) for row in lines[start:at] if row.strip()]
            margin = len(lines[start - 1]) - len(lines[start - 1].lstrip(" "))
            cut = max(0, min(indents, default=0) - margin)
            lines[start:at] = [row[cut:] if row.strip() else row for row in lines[start:at]]
            start = None
    return "\n".join(lines)
