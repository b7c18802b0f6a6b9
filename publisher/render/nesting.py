"""Elements in elements: what a product cannot hold in one place is written behind the element around it."""

from collections.abc import Callable, Iterable

from publisher.model.document import Block, Callout, Expand, Layout, Rule, Table
from publisher.render.writer import Writer

#: Places whose element can hold what others refuse: it is written right behind the element that refused it.
HOSTS = {"", "expand", "nested", "cell", "cell-of-layout"}
KINDS: dict[type, str] = {Table: "table", Callout: "panel", Expand: "expand", Rule: "hr", Layout: "layout"}


def within(writer: Writer, place: str, blocks: Iterable[Block]) -> str:
    """Blocks within an element that cannot hold everything (format reference, section 10)."""
    outer, writer.places = writer.places, (*writer.places, place)
    body = writer.blocks(blocks)
    writer.places = outer
    return body


def hoisting(writer: Writer, render: Callable[[], str]) -> str:
    """What an element holds that the product would drop from it is written right behind it."""
    body = render()
    return body + take_hoisted(writer) if writer.places[-1] in HOSTS else body


def take_hoisted(writer: Writer) -> str:
    """What belongs behind the element that was just written."""
    depth = len(writer.places)
    mine = [storage for at, storage in writer.hoisted if at == depth]
    writer.hoisted = [item for item in writer.hoisted if item[0] != depth] if mine else writer.hoisted
    return "".join(mine)


def is_forbidden(writer: Writer, kind: str) -> bool:
    """Whether the product loses ``kind`` in the element around."""
    return writer.options.product.forbids(kind, writer.places[-1])


def hoist(writer: Writer, block: Block, kind: str) -> None:
    """Renders a block for the nearest place around that can hold it."""
    places, product = writer.places, writer.options.product
    depth = len(places) - 1
    while places[depth] not in HOSTS or product.forbids(kind, places[depth]):
        depth -= 1
    waiting, writer.hoisted, writer.places = writer.hoisted, [], places[: depth + 1]
    rendered = writer.block(block)
    writer.places = places
    writer.hoisted = [*waiting, (depth + 1, rendered), *writer.hoisted]
