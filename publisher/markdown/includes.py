"""Other files in a document: one line that asks for a file, or for some of its lines.

``{{#include path:2:5}}`` (mdBook), ``--8<-- "path:section"`` (PyMdown), ``{! path !}`` and ``{* path ln[1:9] *}``
(mdx_include), ``::include{file=path}`` (GitLab), ``[!INCLUDE [name](path)]`` (Microsoft Learn).
"""

import re
from collections.abc import Callable

from publisher.markdown.frontmatter import split_front_matter
from publisher.markdown.grammar import Reader
from publisher.markdown.structure import scan_lines

INCLUDE = re.compile(
    r"^(?P<indent>[ \t]*)(?:"
    r"\{\{#(?:rustdoc_)?include\s+(?P<book>[^}\s]+)\s*\}\}"
    r"|-+8<-+[ \t]+[\"'](?P<snippet>[^\"'\n]+)[\"']"
    r"|\{!>?[ \t]*(?P<mdx>[^\s!{}]+)[ \t]*!\}"
    r"|\{\*[ \t]*(?P<star>[^\s*{}]+)(?P<options>[^*{}\n]*)\*\}"
    r"|::include\{file=[\"']?(?P<gitlab>[^\s\"'{}]+)[\"']?\}"
    r"|\[!(?:INCLUDE|include|Include)[ \t]*\[[^\]\n]*\]\(<?(?P<learn>[^\s()<>]+)>?\)\]"
    r")[ \t]*$",
    re.M,
)
_RANGES = re.compile(r"\bln\[([\d:,\s]*)\]")
_SECTION_MARK = re.compile(r"ANCHOR(?:_END)?:\s*[\w-]+\s*$|--8<--\s*\[(?:start|end):")
#: So many files may include each other.
MOST_DEEP = 8

#: (line from 0, path, why it is not there)
Missing = Callable[[int, str, str], None]


_BLOCK = re.compile(
    r"^(?P<block_indent>[ \t]*)-+8<-+[ \t]*\n(?P<block_paths>(?:[^\n]*\S[^\n]*\n)*?)[ \t]*-+8<-+[ \t]*$", re.M
)


def _single(match: re.Match[str]) -> str:
    """A block of paths as lines that each ask for one; a path behind ``;`` is left out."""
    lines = [""]
    for path in match["block_paths"].split("\n"):
        name = path.strip().strip("\"'")
        lines.append(f'{match["block_indent"]}--8<-- "{name}"' if name and not name.startswith(";") else "")
    return "\n".join(lines)


_ESCAPED = re.compile(r"(?P<indent>[ \t]*);+(?=-+8<-+[ \t]*(?:[\"'][^\"'\n]*[\"'][ \t]*)?$)", re.M)


def unescape_includes(text: str) -> str:
    """Code in which ``;--8<-- "path"`` stands for the line itself, as PyMdown has it."""
    return _ESCAPED.sub(lambda match: match["indent"], text) if "8<-" in text and ";-" in text else text


def escape_includes(text: str) -> str:
    """Markdown in which such lines ask for nothing, by a backslash; code stays as it is."""
    if "8<-" not in text or ";-" not in text:
        return text
    parts = list[str]()
    for line in scan_lines(text):
        head, body = text[line.start : line.text], text[line.text : line.end]
        parts.append(head + (body if line.code else _ESCAPED.sub(lambda match: match["indent"] + "\\", body)))
    return "\n".join(parts)


def has_include(text: str) -> bool:
    """Whether the text asks for a file. The quick look comes first, for nearly no text does."""
    quick = "8<-" in text or "{{#" in text or "{!" in text or "{*" in text or "[!" in text or "::include{" in text
    return quick and (INCLUDE.search(text) or _BLOCK.search(text)) is not None


def select_lines(text: str, spec: str) -> list[tuple[int, str]] | None:
    """The part that ``start:end`` (lines from 1, either may be empty) or a section's name asks for; None without it.

    Each line comes with its number in ``text``, from 1.
    """
    lines = list(enumerate(text.splitlines(), 1))
    numbers = re.fullmatch(r"(-?\d*)(?::(-?\d*))?", spec)
    if not spec:
        chosen = lines
    elif numbers:
        first = int(numbers[1] or 1)
        last = first if numbers[2] is None else int(numbers[2] or len(lines))
        chosen = lines[max(first, 1) - 1 : last]
    else:
        name = re.escape(spec)
        start = re.compile(rf"ANCHOR:\s*{name}\s*$|--8<--\s*\[start:{name}\]")
        end = re.compile(rf"ANCHOR_END:\s*{name}\s*$|--8<--\s*\[end:{name}\]")
        at = [number for number, line in lines if start.search(line)]
        to = [number for number, line in lines if end.search(line)]
        if not at:
            return None
        chosen = lines[at[0] : to[0] - 1 if to else len(lines)]
    return [(number, line) for number, line in chosen if not _SECTION_MARK.search(line)]


def asked_for(match: re.Match[str]) -> tuple[str, str]:
    """(path, which lines) of a match of ``INCLUDE``."""
    if match["star"]:
        ranges = _RANGES.search(match["options"])
        return match["star"], ranges[1] if ranges else ""
    if path := match["gitlab"] or match["mdx"] or match["learn"]:
        return path, ""
    path, _, spec = (match["book"] or match["snippet"]).partition(":")
    return path, spec


def choose_lines(text: str, spec: str) -> list[tuple[int, str]] | None:
    """The parts that ``spec`` asks for, one behind the other, each line with its number; None if there is one missing."""
    parts = [select_lines(text, part.strip()) for part in spec.split(",")]
    nothing = [(0, "")] if len(parts) > 1 else []
    return None if None in parts else [line for part in parts for line in part or nothing]


def single_lines(text: str) -> str:
    """The text with a line for each file that a block of paths asks for. It has as many lines."""
    return _BLOCK.sub(_single, text) if "8<-" in text else text


def include_files(
    text: str, read: Reader, missing: Missing, around: tuple[str, ...] = (), *, verbatim: bool = False
) -> str:
    """``text`` with every include line replaced; one that cannot be stays, and ``missing`` is told.

    ``verbatim``: whether whole documents keep their front matter, as code shows it.
    """

    seen = [0, 0]  # an offset, and its line

    def replace(match: re.Match[str]) -> str:
        path, spec = asked_for(match)
        seen[:] = match.start(), seen[1] + text.count("\n", seen[0], match.start())
        line = seen[1]
        found = read(path)
        if found is None:
            missing(line, path, "")
            return match.group(0)
        name, content = found
        if not (verbatim or spec) and path.endswith((".md", ".markdown", ".mdx")):
            content = split_front_matter(content)[1]
        if name in around or len(around) >= MOST_DEEP:
            missing(line, path, "includes itself" if name in around else "lies too many includes deep")
            return match.group(0)
        chosen = choose_lines(content, spec)
        if chosen is None:
            missing(line, path, f"has no section `{spec}`")
            return match.group(0)
        part = "\n".join(row for _, row in chosen)
        inner = include_files(
            part, read, lambda _, inner, why: missing(line, inner, why), (*around, name), verbatim=verbatim
        )
        return "\n".join(match["indent"] + row for row in inner.splitlines())

    if not has_include(text):
        return text
    return INCLUDE.sub(replace, single_lines(text))
