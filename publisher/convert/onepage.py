"""The stored body of one page as Markdown to be read: for programs and people who look at a page, ours or not."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.write import MarkdownWriter, Unwritable
from publisher.markdown.writing.style import style_of
from publisher.model.document import Block, CodeBlock, Drawable, Storage
from publisher.reading.context import PageAddress, ReadingContext, no_page
from publisher.reading.read import read_storage
from publisher.storage import CLOUD, NotWellFormed, Product, without_muted

_NOBODY: Mapping[str, str] = MappingProxyType({})


def _same_name(name: str) -> str | Drawable | None:
    """A file is called what it is called on the page."""
    plain = name and not set(name) & set("\\/:?#%<>\"'() \t\n")
    return name if plain else None


def page_markdown(
    body: str,
    *,
    product: Product = CLOUD,
    dialect: str = "gfm",
    people: Mapping[str, str] = _NOBODY,
    page: Callable[[PageAddress], str | None] = no_page,
    file: Callable[[str], str | Drawable | None] = _same_name,
) -> str:
    """The body as Markdown of a dialect. ``people``: account → name; ``page``, ``file``: what links and images write.

    Never fails: what Markdown cannot say stays as storage in a ``confluence`` fence, and what is not well-formed is code.
    """
    grammar = Grammar(DIALECTS[dialect], {name: account for account, name in people.items()})
    writer = MarkdownWriter(grammar, style_of(dialect))
    context = ReadingContext(
        product=product, page=page, file=file, people=people, can_write=writer.can_write, lenient=True
    )
    try:
        blocks = read_storage(without_muted(body), context)
    except NotWellFormed:
        return writer.write((CodeBlock(body, "xml", "", 0),))
    try:
        return writer.write(blocks)
    except Unwritable:
        return writer.write(tuple(block if writer.can_write(block) else _as_code(block) for block in blocks))


def _as_code(block: Block) -> Block:
    return CodeBlock(block.body if isinstance(block, Storage) else repr(block), "xml", "", 0)
