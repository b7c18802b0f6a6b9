"""Names of headings: those that a heading gets from its text need not be written."""

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.markdown.walk import plain_text
from publisher.model.document import Block, Heading
from publisher.model.inlines import Anchor
from publisher.model.walk import inline_nodes, map_blocks
from publisher.naming import slugify


class _Names(Struct):
    """What the parser names headings, in their order."""

    anchors: set[str] = field(default_factory=set)
    repeated: dict[str, int] = field(default_factory=dict)

    def usual(self, block: Heading) -> str:
        base = slugify(plain_text(block.children))
        slug, number = base, self.repeated.get(base, 0)
        while slug in self.anchors:
            number += 1
            slug = f"{base}-{number}"
        self.repeated[base] = number
        return slug


def name_headings(blocks: tuple[Block, ...], *, ids: bool) -> tuple[Block, ...]:
    """The blocks with slugs of headings only where these differ from what the parser would give them.

    ``ids``: whether the dialect has ``{#name}``; in others an anchor is in the heading.
    """
    names = _Names()

    def name(block: Block) -> Block:
        names.anchors |= {node.name for node in inline_nodes((block,), deep=False) if isinstance(node, Anchor)}
        if not isinstance(block, Heading):
            return block
        usual = names.usual(block)
        slug = block.slug or usual
        names.anchors.add(slug)
        if slug == usual:
            return replace(block, slug="")
        return block if ids else replace(block, slug="", children=(Anchor(slug), *block.children))

    return map_blocks(blocks, name)
