"""A page of the tree becomes storage format: rendered, examined, with the digests that tell whether it has changed."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from publisher.model.document import Anchor, AnyMacro, Block, Cell, FrontMatter, Heading, Macro, Paragraph, Table, Text
from publisher.model.problem import Problem, problem
from publisher.model.rendered import Attachment, RenderedPage, RenderedTree
from publisher.model.tree import AttachmentTarget, Page, PageTarget, PageTree
from publisher.render.renderer import Renderer, Style
from publisher.storage import NotWellFormed, Product, check_storage, digest, examine


def _read_attachments(targets: Iterable[AttachmentTarget]) -> tuple[Attachment, ...]:
    found = sorted(targets, key=lambda target: target.name)
    return tuple(Attachment(target.name, target.path, digest(target.path.read_bytes())) for target in found)


def _properties(page: Page) -> list[Block]:
    """The page properties of the front matter, as the report of page properties reads them."""
    rows = page.document.front_matter.page_properties if page.document else ()
    if not rows:
        return []
    cells = tuple((Cell((Text(name),), None, header=True), Cell((Text(value),), None)) for name, value in rows)
    return [AnyMacro("details", (), (Table((), cells, 1),))]


_WIDTHS = {"full": "full-width", "fixed": "fixed-width", "max": "max", "default": "default"}


def _content_properties(front: FrontMatter, product: Product) -> dict[str, Any]:
    """Those of the front matter; width and emoji are properties that Cloud reads, in the page and in its editor."""
    found = dict(front.properties)
    if product.document_format and front.width:
        found |= dict.fromkeys(("content-appearance-published", "content-appearance-draft"), _WIDTHS[front.width])
    if product.document_format and front.emoji:
        code = "-".join(f"{ord(character):x}" for character in front.emoji)
        found |= dict.fromkeys(("emoji-title-published", "emoji-title-draft"), code)
    return found


def _examine(pieces: Sequence[tuple[Block, str]], page: Page, product: Product) -> tuple[str, str, list[Problem]]:
    """(body, its canonical form, violations). A violation is looked for block by block, to name the line."""
    body = "".join(storage for _, storage in pieces)
    try:
        stored, violations = examine(body, product)
    except NotWellFormed as error:
        stored, violations, code = body, [str(error)], "not-well-formed"
    else:
        code = "storage-violation"
    problems = []
    for violation in violations:
        found = next((block.line for block, storage in pieces if _violates(storage, violation, code, product)), None)
        problems.append(problem(page.key, found, code, violation))
    return body, stored, problems


def _violates(storage: str, violation: str, code: str, product: Product) -> bool:
    found = check_storage(storage, product)
    return violation in found if code == "storage-violation" else any(f.startswith("not well-formed") for f in found)


def render_page(
    page: Page, titles: Mapping[str, str], style: Style | None = None
) -> tuple[RenderedPage, list[Problem]]:
    """The page in storage format; attachments are the files that its body refers to."""
    renderer = Renderer(page, titles, style or Style())
    blocks: list[Block] = list(page.document.blocks) if page.document else [Macro("children", 1)]
    if page.drop_first_heading:
        first = next(block for block in blocks if isinstance(block, Heading))
        place = blocks.index(first)
        blocks[place : place + 1] = [Paragraph((Anchor(first.slug),), first.line)]
    pieces = renderer.pieces([*_properties(page), *blocks])
    body, stored, violations = _examine(pieces, page, renderer.style.product)
    renderer.problems += violations
    front = page.document.front_matter if page.document else None
    anchored = {t.key for t in page.targets.values() if isinstance(t, PageTarget) and t.anchor and t.key != page.key}
    rendered = RenderedPage(
        page.key,
        page.key if page.document else "",
        titles[page.key],
        page.parent,
        page.position,
        body,
        front.labels if front else (),
        _read_attachments(renderer.attachments.values()),
        MappingProxyType({"body": digest(body), "canonical": digest(stored)}),
        page.wanted,
        page.alternatives,
        frozenset(anchored),
        (front.page_id or "") if front else "",
        _content_properties(front, renderer.style.product) if front else {},
    )
    return rendered, renderer.problems


def render_pages(
    tree: PageTree, retitled: Mapping[str, str] = MappingProxyType({}), style: Style | None = None
) -> RenderedTree:
    """Every page of the tree. ``retitled``: titles by key that differ from the tree's, for links name titles."""
    titles = {key: page.title for key, page in tree.pages.items()} | dict(retitled)
    pages: dict[str, RenderedPage] = {}
    problems: list[Problem] = []
    for key, page in tree.pages.items():
        pages[key], more = render_page(page, titles, style)
        problems += more
    return RenderedTree(MappingProxyType(pages), tuple(problems))


def output_name(key: str) -> str:
    """The file below ``--output`` for a page: same tree, ``.xhtml``."""
    return (posixpath.splitext(key)[0] if not key.endswith("/") else key + "index") + ".xhtml"
