"""Block HTML of a document, and ``<details>`` around Markdown, becomes nodes that belong to the document."""

import re
from collections.abc import Iterable, Sequence

from publisher.markdown.builder import Builder
from publisher.markdown.confluence import MACRO_WORDS
from publisher.markdown.gathered import Token
from publisher.markdown.html import parse_fragment
from publisher.markdown.walk import plain_text
from publisher.model.document import Block, Expand, Heading, Macro, Paragraph
from publisher.model.walk import lines_of, map_blocks

_DETAILS = re.compile(r"\s*<details[^>]*>\s*(?:<summary[^>]*>(?P<summary>.*?)</summary>)?(?P<rest>.*)\Z", re.S | re.I)
_MOST_DETAILS = 20  # inside each other; deeper ones are closed where they open


def build_html(builder: Builder, tokens: Sequence[Token], index: int, line: int, result: list[Block]) -> int:
    """HTML blocks, and ``<details>`` around Markdown: appends nodes, returns the next index."""
    source = tokens[index - 1]["raw"]
    if source.strip().lower() in MACRO_WORDS:
        result.append(Macro(MACRO_WORDS[source.strip().lower()], line))
        return index
    details = _DETAILS.match(source)
    if details is None:
        result += _html_blocks(builder, source, line)
        return index
    title = " ".join(_text_of(parse_fragment(details["summary"] or "", line)[0]).split())
    inner: list[Block] = list(_html_blocks(builder, details["rest"], line))
    if "</details" not in details["rest"].lower() and builder.open_details < _MOST_DETAILS:
        builder.open_details += 1
        end = _closing_details(tokens, index)
        inner += builder.blocks(tokens[index:end], line)
        if end < len(tokens):
            inner += _html_blocks(builder, tokens[end]["raw"], tokens[end].get("line", line))
        builder.open_details -= 1
        index = end + 1
    result.append(Expand(title.strip() or "Details", tuple(inner), line))
    return index


def _html_blocks(builder: Builder, source: str, line: int) -> list[Block]:
    builder.check_marker(source, line)
    blocks, unsafe = parse_fragment(source, line)
    builder.report_unsafe(unsafe)
    return [_take_in(builder, block) for block in blocks]


def _take_in(builder: Builder, block: Block) -> Block:
    """A block that was made from HTML: its headings get slugs, its links and images are gathered."""

    def take(found: Block) -> Block:
        for line in lines_of(found):
            builder.gather(line)
        if isinstance(found, Heading):
            return builder.named_heading(found.level, found.children, found.slug, found.line)
        return found

    return map_blocks((block,), take)[0]


def _text_of(blocks: Iterable[Block]) -> str:
    return " ".join(plain_text(block.children) for block in blocks if isinstance(block, Paragraph | Heading))


def _closing_details(tokens: Sequence[Token], start: int) -> int:
    """The index of the HTML block that closes a ``<details>`` opened before ``start``."""
    depth = 1
    for index in range(start, len(tokens)):
        if tokens[index]["type"] == "block_html":
            source = tokens[index]["raw"].lower()
            depth += source.count("<details") - source.count("</details")
            if depth <= 0:
                return index
    return len(tokens)
