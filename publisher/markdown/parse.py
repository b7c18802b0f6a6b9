"""Markdown text becomes a ``Document``. Pure: bytes in, value out, with every problem and its line."""

import codecs
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mistune import Markdown
from msgspec.structs import replace

from publisher.markdown.comments import drop_comments
from publisher.markdown.compat import READERS
from publisher.markdown.dialects import ALWAYS, SYNTAXES
from publisher.markdown.footnotes import footnote_tokens, use_all_footnotes
from publisher.markdown.frontmatter import NO_DEFAULTS, Source, parse_front_matter, read_data, split_front_matter
from publisher.markdown.frontmatter_hints import front_matter_hints
from publisher.markdown.gathered import DARK, LIGHT
from publisher.markdown.grammar import Grammar, Reader, read_nothing
from publisher.markdown.hidden import MARKERS_ONLY, Hiding, has_marker, hide_regions, skip_plain_texts
from publisher.markdown.html_rule import DocumentBlockParser
from publisher.markdown.includes import escape_includes
from publisher.markdown.kramdown import read_kramdown
from publisher.markdown.learn import read_learn
from publisher.markdown.lines import LineState
from publisher.markdown.liquid import RawTags, resolve_liquid
from publisher.markdown.lookalikes import find_lookalikes
from publisher.markdown.mdx import drop_components
from publisher.markdown.nodes import DocumentBuilder
from publisher.markdown.preprocess import (
    Report,
    drop_titles,
    find_broken_fences,
    find_conflicts,
    find_unread,
    put_variables,
)
from publisher.markdown.raw_storage import storage_tags
from publisher.markdown.scan import DocumentMarkdown, ScanningInlineParser, near_tags
from publisher.markdown.shortcodes import resolve_references
from publisher.markdown.substitutions import put_substitutions, read_substitutions
from publisher.memory import without_collection
from publisher.model.document import Block, Document, FrontMatter
from publisher.model.problem import Problem, problem
from publisher.storage import clean_text, digest

_USUAL = Grammar(ALWAYS)
#: The first and the last line of something.
Span = tuple[int, int]


@cache
def _markdown(syntaxes: frozenset[str]) -> Markdown:
    plugins: list[Any] = [storage_tags, near_tags]
    plugins += [plugin for name, found in SYNTAXES.items() if name in syntaxes for plugin in found]
    markdown = DocumentMarkdown(
        renderer=None, block=DocumentBlockParser(), inline=ScanningInlineParser(), plugins=plugins
    )
    markdown.before_render_hooks.append(skip_plain_texts)
    return markdown


def _markdown_of(grammar: Grammar) -> Markdown:
    more = {"raw-storage"} if grammar.compat != "none" else set()
    return _markdown(grammar.syntaxes | more)


def _decode(key: str, data: bytes) -> str | Problem:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return problem(key, None, "not-utf8", "this is UTF-16 text", "save the file as UTF-8")
    if b"\x00" in data[:8192]:
        return problem(key, None, "binary-file", "this is a binary file", "rename it, or list it in .publisherignore")
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return problem(key, line, "not-utf8", "this is not UTF-8 text", "save the file as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse_again(markdown: Markdown, text: str, line: int, fixed: bool) -> list[Any]:
    """``fixed``: whether the text is one line of the document, however many it has."""
    inner = LineState()
    inner.first_line, inner.fixed = line, fixed
    return list(markdown.parse(text, inner)[0])


def _hide(text: str, grammar: Grammar, report: Report) -> str:
    """``text`` without what its author hides from readers, and with the values of MyST's substitutions."""
    text = drop_comments(text, grammar.syntaxes, report)

    def tokenize(text: str) -> list[Any]:
        markdown, state = _markdown_of(grammar), LineState()
        state.env[MARKERS_ONLY] = True
        tokens: Any = list(markdown.parse(text, state)[0])
        use_all_footnotes(state)
        return [*tokens, *footnote_tokens(markdown, state)]

    text = hide_regions(text, Hiding("comments" in grammar.syntaxes, grammar.compat == "md2conf"), tokenize, report)
    return put_substitutions(text, grammar.substitutions, report)


def _preprocess(body: str, grammar: Grammar, variables: Mapping[str, Any], report: Report) -> str:
    if "mdx" in grammar.syntaxes:
        body = drop_components(body, report)
    body, liquid = _hide(body, grammar, report), "liquid" in grammar.syntaxes
    raw = RawTags(body if liquid or "raw-tags" in grammar.syntaxes else "", liquid=liquid)
    body = put_variables(body, variables, report, raw.hold)
    if raw.pairs:
        body = RawTags(body, liquid=liquid).drop()
    if "shortcodes" in grammar.syntaxes:
        body = resolve_references(body)
    if liquid:
        body = resolve_liquid(body)
        if "attributes" in grammar.syntaxes:
            body = read_kramdown(body)
    if "includes" in grammar.syntaxes:
        body = escape_includes(body)
    if "hidden-lines" in grammar.syntaxes:
        body = drop_titles(body)
    body = read_learn(body, report)
    find_conflicts(body, report)
    find_broken_fences(body, report)
    find_unread(body, grammar.syntaxes, report)
    find_lookalikes(body, grammar.syntaxes, report)
    return body


def _front_matter_problems(key: str, text: str, clean: str, source: Source) -> list[Problem]:
    """What is wrong with the characters of a document, and with its front matter as a text."""
    found: list[Problem] = []
    if has_marker(source.text):
        why = "markers of `publisher:` do not work in front matter"
        found.append(problem(key, source.first, "unknown-marker", why, "delete what must not be published"))
    found += front_matter_hints(key, clean, source, read_data(source))
    if clean != text:
        line = next(n for n, row in enumerate(text.split("\n"), 1) if clean_text(row) != row)
        found.append(problem(key, line, "control-character", "control characters were removed"))
    return found


def _read_headers(
    body: str, grammar: Grammar, source: Source, front_matter: FrontMatter, *, report: Report
) -> tuple[str, FrontMatter]:
    """The body without the headers of the tool that it was written for, and the front matter with what they say."""
    if grammar.compat == "none":
        return body, front_matter
    other = READERS[grammar.compat](body, read_data(source), report)
    return other.text, replace(front_matter, **other.values)


def _grammar_for(key: str, grammar: Grammar, source: Source) -> Grammar:
    """``grammar``, with the substitutions of the document; an MDX document is MDX in every dialect."""
    if "substitutions" in grammar.syntaxes and source.text:
        grammar = replace(grammar, substitutions=read_substitutions(read_data(source)))
    return replace(grammar, syntaxes=grammar.syntaxes | {"mdx"}) if key.endswith(".mdx") else grammar


def _variables_of(grammar: Grammar, front_matter: FrontMatter, source: Source) -> dict[str, Any]:
    """What names stand for. Jekyll's ``page`` is the front matter of the document."""
    found = {**grammar.variables, **front_matter.variables}
    if "liquid" in grammar.syntaxes and source.text:
        found.setdefault("page", {k: v for k, v in read_data(source).items() if isinstance(v, str | int | float)})
    return found


@without_collection
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
    if isinstance(text := _decode(key, data), Problem):
        return Document(key, FrontMatter(), (), (text,), readable=False)
    source, body = split_front_matter(clean := clean_text(text))
    front_matter, problems = parse_front_matter(key, source, grammar.labels_from, defaults)
    markdown = _markdown_of(grammar := _grammar_for(key, grammar, source))
    included: list[tuple[str, str]] = []

    def report(line: int, *what: str) -> None:
        builder.report(source.lines + 1 + line, *what)

    def read_noting(path: str) -> tuple[str, str] | None:
        included.append(read(path) or ("", ""))
        return included[-1] if included[-1][0] else None

    def parse_part(text: str, line: int, *, fixed: bool = True) -> list[Any]:
        return _parse_again(markdown, _hide(text, grammar, lambda _, *what: builder.report(line, *what)), line, fixed)

    builder = DocumentBuilder(key, grammar, read_noting, parse_part)
    builder.problems += [*problems, *_front_matter_problems(key, text, clean, source)]
    body, front_matter = _read_headers(body, grammar, source, front_matter, report=report)
    body = _preprocess(body, grammar, _variables_of(grammar, front_matter, source), report)
    blocks, spans, notes = _build(markdown, builder, body, source.lines + 1)
    builder.problems += builder.notices.problems(key)
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
        spans=spans,
        notes=notes,
        digest=digest("\0".join([text, *(found for _, found in included)]))[:12],
        included=tuple(path for path, _ in included if path),
        ignored=_ignored_lines(clean) if "publisher:ignore" in clean else {},
    )


def _build(
    markdown: Markdown, builder: DocumentBuilder, body: str, first_line: int
) -> tuple[tuple[Block, ...], tuple[Span, ...], tuple[Span, ...]]:
    """(the blocks, the first and the last line of each, those of each footnote)."""
    # A picture for dark pages goes only if it is the other half of a pair.
    if "-light" in body:
        builder.light = len(LIGHT.findall(body)) >= max(1, len(DARK.findall(body)))
    state = LineState()
    state.first_line = first_line
    tokens: list[Any] = list(markdown.parse(body, state)[0])
    notes = footnote_tokens(markdown, state)
    blocks, spans = builder.placed_blocks([*tokens, *notes], first_line)
    places = tuple((item["line"], item["end"]) for note in notes for item in note["children"])
    return blocks, _close_spans(spans, body.split("\n"), first_line), places


def _close_spans(spans: list[Span], lines: list[str], first_line: int) -> tuple[Span, ...]:
    """The spans; a block that does not know its end goes on to the next one, without empty lines."""
    closed: list[tuple[int, int]] = []
    behind = first_line + len(lines)
    for start, end in reversed(spans):
        if not end:
            end = max(start, behind - 1)
            while end > start and not lines[end - first_line].strip():
                end -= 1
        closed.append((start, end))
        behind = start
    return tuple(reversed(closed))


_IGNORE = re.compile(r"<!--\s*publisher:ignore\s+(?P<codes>[\w\s,-]+?)\s*-->")


def _ignored_lines(text: str) -> dict[int, frozenset[str]]:
    """``<!-- publisher:ignore CODE… -->`` silences on its own line; alone on a line, on the one behind it."""
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for match in _IGNORE.finditer(line):
            where = number + 1 if not _IGNORE.sub("", line).strip() else number
            found[where] = found.get(where, frozenset()) | set(match["codes"].replace(",", " ").split())
    return found
