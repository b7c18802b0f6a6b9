"""Files that directives show: ``{include}`` reads one as Markdown, ``{literalinclude}`` as code."""

import re
from collections.abc import Mapping

from publisher.markdown.builder import Builder
from publisher.markdown.frontmatter import split_front_matter
from publisher.markdown.includes import MOST_DEEP
from publisher.model.document import Block, CodeBlock, Paragraph
from publisher.model.inlines import Code
from publisher.storage import clean_text

_MARKDOWN = (".md", ".markdown", ".mdx", ".txt")
_RANGE = re.compile(r"(\d+)?(-)?(\d+)?")


def build_include(builder: Builder, name: str, path: str, options: Mapping[str, str], line: int) -> list[Block]:
    """What a file holds, or the part of it that the options choose; the directive as code where there is no such part."""
    found = builder.read(path.lstrip("/")) if path else None
    text = None if found is None else _choose(found[1], options)
    if found is None or text is None:
        builder.report_include(line, path, "" if found is None else "has no part that the options choose")
        return [Paragraph((Code(clean_text(f"{{{name}}} {path}".strip())),), line)]
    if name == "literalinclude" or not path.endswith(_MARKDOWN) or {"literal", "code"} & set(options):
        language = options.get("language", "") or options.get("code", "")
        language = language or (path.rpartition(".")[2] if "." in path and "literal" not in options else "")
        caption, numbered = clean_text(options.get("caption", "")), "linenos" in options or "lineno-start" in options
        return [CodeBlock(builder.code(text.strip("\n"), line), clean_text(language), caption, line, numbered)]
    if found[0] in builder.including or len(builder.including) >= MOST_DEEP:
        builder.report_include(
            line, path, "includes itself" if found[0] in builder.including else "lies too many includes deep"
        )
        return [Paragraph((Code(clean_text(f"{{{name}}} {path}")),), line)]
    text = split_front_matter(text)[1]
    builder.including.append(found[0])
    try:
        return list(builder.blocks_in(text, line))
    finally:
        builder.including.pop()


def _choose(text: str, options: Mapping[str, str]) -> str | None:
    """The lines that the options name; None where they are not there, or nobody can tell them."""
    if "pyobject" in options or "diff" in options:
        return None
    rows = text.splitlines()
    start, end = _line(options, "start-line", 0), _line(options, "end-line", len(rows))
    if start is None or end is None:
        return None
    rows = rows[start:end]
    for option, behind in (("start-after", 1), ("start-at", 0)):
        if sign := options.get(option, ""):
            at = next((number for number, row in enumerate(rows) if sign in row), None)
            if at is None:
                return None
            rows = rows[at + behind :]
    for option, behind in (("end-before", 0), ("end-at", 1)):
        if sign := options.get(option, ""):
            at = next((number for number, row in enumerate(rows) if sign in row), None)
            if at is None:
                return None
            rows = rows[: at + behind]
    return _lines(rows, options["lines"]) if options.get("lines") else "\n".join(rows)


def _line(options: Mapping[str, str], name: str, usual: int) -> int | None:
    """A number of lines, which counts from the end where it is negative."""
    given = options.get(name, "")
    if not given:
        return usual
    return int(given) if re.fullmatch(r"-?\d{1,9}", given) else None


def _lines(rows: list[str], spec: str) -> str | None:
    """``1-3, 5, 7-``: lines by number, from 1."""
    chosen = list[str]()
    for part in spec.split(","):
        found = _RANGE.fullmatch(part.strip())
        if found is None or not (found[1] or found[3]):
            return None
        first = int(found[1] or 1)
        last = first if not found[2] else int(found[3] or len(rows))
        chosen += rows[max(first, 1) - 1 : last]
    return "\n".join(chosen)
