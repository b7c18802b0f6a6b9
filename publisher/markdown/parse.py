"""Markdown text becomes a ``Document``. Pure: bytes in, value out, with every problem and its line."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from mistune import Markdown

from publisher.markdown.compat import READERS
from publisher.markdown.dialects import ALWAYS, SYNTAXES
from publisher.markdown.footnotes import footnote_tokens
from publisher.markdown.frontmatter import NO_DEFAULTS, parse_front_matter, read_data, split_front_matter
from publisher.markdown.gathered import LIGHT
from publisher.markdown.grammar import Grammar, Reader, read_nothing
from publisher.markdown.lines import LineBlockParser, LineState
from publisher.markdown.liquid import resolve_liquid
from publisher.markdown.mdx import drop_components
from publisher.markdown.nodes import DocumentBuilder
from publisher.markdown.preprocess import (
    Report,
    drop_titles,
    find_broken_fences,
    find_unread,
    put_variables,
    select_regions,
)
from publisher.markdown.scan import ScanningInlineParser
from publisher.markdown.shortcodes import resolve_references
from publisher.model.document import Document, FrontMatter
from publisher.model.problem import Problem, problem
from publisher.storage import clean_text, digest

_USUAL = Grammar(ALWAYS)


@cache
def _markdown(syntaxes: frozenset[str]) -> Markdown:
    plugins: list[Any] = [plugin for name, found in SYNTAXES.items() if name in syntaxes for plugin in found]
    return Markdown(renderer=None, block=LineBlockParser(), inline=ScanningInlineParser(), plugins=plugins)


def _decode(key: str, data: bytes) -> str | Problem:
    if b"\x00" in data[:8192]:
        return problem(key, None, "binary-file", "this is a binary file", "rename it, or list it in .publisherignore")
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return problem(key, line, "not-utf8", "this is not UTF-8 text", "save the file as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse_again(markdown: Markdown, text: str, line: int) -> list[Any]:
    """Tokens of a text that stands for one line of the document."""
    inner = LineState()
    inner.first_line, inner.fixed = line, True
    return list(markdown.parse(text, inner)[0])


def _preprocess(body: str, grammar: Grammar, variables: Mapping[str, Any], report: Report) -> str:
    body = put_variables(select_regions(body, report), variables, report)
    if "shortcodes" in grammar.syntaxes:
        body = resolve_references(body)
    if "liquid" in grammar.syntaxes:
        body = resolve_liquid(body)
    if "mdx" in grammar.syntaxes:
        body = drop_components(body, report)
    if "hidden-lines" in grammar.syntaxes:
        body = drop_titles(body)
    find_broken_fences(body, report)
    find_unread(body, grammar.syntaxes, report)
    return body


def parse_document(
    key: str,
    data: bytes,
    grammar: Grammar = _USUAL,
    read: Reader = read_nothing,
    defaults: Mapping[str, Any] = NO_DEFAULTS,
) -> Document:
    """The document at ``key``; one that cannot be read has ``readable=False`` and says why in its problems.

    ``read``: gives the text of a file that the document includes, or None. ``defaults``: front matter of the settings.
    """
    text = _decode(key, data)
    if isinstance(text, Problem):
        return Document(key, FrontMatter(), (), (text,), readable=False)
    clean = clean_text(text)
    source, body = split_front_matter(clean)
    offset = source.lines
    front_matter, problems = parse_front_matter(key, source, grammar.labels_from, defaults)
    if clean != text:
        line = next(n for n, row in enumerate(text.split("\n"), 1) if clean_text(row) != row)
        removed = problem(key, line, "control-character", "control characters were removed")
        problems = (*problems, removed)
    state = LineState()
    state.first_line = offset + 1
    markdown = _markdown(grammar.syntaxes)

    def report(line: int, code: str, text: str, hint: str = "") -> None:
        builder.report(offset + 1 + line, code, text, hint)

    included: list[tuple[str, str]] = []

    def read_noting(path: str) -> tuple[str, str] | None:
        found = read(path)
        included.append(found or ("", ""))
        return found

    builder = DocumentBuilder(key, grammar, read_noting, lambda text, line: _parse_again(markdown, text, line))
    builder.problems += problems
    if grammar.compat != "none":
        other = READERS[grammar.compat](body, read_data(source), report)
        body, front_matter = other.text, replace(front_matter, **other.values)
    builder.light = LIGHT.search(body) is not None
    body = _preprocess(body, grammar, {**grammar.variables, **front_matter.variables}, report)
    tokens: Any = list(markdown.parse(body, state)[0])
    tokens += footnote_tokens(markdown, state)
    blocks = builder.blocks(list(tokens), offset + 1)
    return Document(
        key,
        front_matter,
        blocks,
        tuple(builder.problems),
        tuple(builder.headings),
        tuple(builder.links),
        tuple(builder.images),
        tuple(builder.drawables),
        anchors=builder.anchors,
        digest=digest("\0".join([text, *(found for _, found in included)]))[:12],
        included=tuple(path for path, _ in included if path),
        ignored=_ignored_lines(clean) if "publisher:ignore" in clean else {},
    )


_IGNORE = re.compile(r"<!--\s*publisher:ignore\s+(?P<codes>[\w\s,-]+?)\s*-->")


def _ignored_lines(text: str) -> dict[int, frozenset[str]]:
    """``<!-- publisher:ignore CODE… -->`` silences on its own line; alone on a line, on the one behind it."""
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for match in _IGNORE.finditer(line):
            where = number + 1 if not _IGNORE.sub("", line).strip() else number
            found[where] = found.get(where, frozenset()) | set(match["codes"].replace(",", " ").split())
    return found
