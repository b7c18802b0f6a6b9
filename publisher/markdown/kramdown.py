"""Jekyll's kramdown: lines of attributes, boxes that a class makes of the block below, extensions in ``{::…}``.

Works on the text, line by line as it was.
"""

import re

from publisher.markdown.cuts import cut_ranges
from publisher.markdown.structure import mask_code

_EXTENSION = re.compile(r"\{::(?:options\b[^{}\n]*/?|nomarkdown[^{}\n]*)\}|\{:/(?:nomarkdown)?\}")
#: A line of attributes, no name among them: what has a name is an anchor.
_ATTRIBUTES = re.compile(
    r"^(?P<lead>[ \t>]*)\{:[ \t]*(?P<inner>(?:\.[\w:.-]++|[\w-]++=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s}]++)|[ \t]++)++)\}[ \t]*$"
)
_BOX = re.compile(
    r"\.(?P<kind>note|tip|important|warning|caution|danger|info|error|success)(?P<title>-title)?(?![\w-])"
)


def read_kramdown(text: str) -> str:
    """``text`` without lines that say only how something looks. It has as many lines."""
    if "{:" not in text:
        return text
    masked = mask_code(text)
    text = cut_ranges(text, [match.span() for match in _EXTENSION.finditer(masked)])
    lines, clean = text.split("\n"), mask_code(text).split("\n")
    for at, line in enumerate(clean):
        found = _ATTRIBUTES.match(line)
        if found is None:
            continue
        box = _BOX.search(found["inner"])
        opens = at == 0 or not clean[at - 1].strip(" \t>")
        lines[at] = found["lead"].rstrip(" \t")
        if box and opens:
            _put_box(lines, at, found["lead"], box)
    return "\n".join(lines)


def _put_box(lines: list[str], at: int, lead: str, box: re.Match[str]) -> None:
    """The paragraph or quote below line ``at`` as a callout; the first line of one with ``-title`` is its title."""
    start = at + 1
    if start >= len(lines) or not lines[start].strip(" \t>"):
        return
    quoted = lines[start][len(lead) :].startswith(">")
    if not quoted:
        for below in range(start, len(lines)):
            if not lines[below].strip():
                break
            lines[below] = f"{lead}> {lines[below].removeprefix(lead)}"
    sign = f"{lead}> [!{box['kind']}]"
    if box["title"]:
        lines[start] = f"{sign} {lines[start][len(lead) + 1 :].strip()}"
    else:
        lines[at] = sign
