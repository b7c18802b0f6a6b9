"""A page of the tree becomes storage format: rendered, examined, with the digests that tell whether it has changed."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.errors import PublisherError
from publisher.memory import without_collection
from publisher.model.document import AnyMacro, Block, Cell, Heading, Macro, Paragraph, Storage, Table
from publisher.model.inlines import Anchor, Text
from publisher.model.problem import Problem, failure, problem, unreadable
from publisher.model.rendered import Attachment, RenderedPage, RenderedTree
from publisher.model.steps import counted
from publisher.model.tree import HERE, AttachmentTarget, Page, PageTarget, PageTree
from publisher.render.about import content_properties, metadata_of
from publisher.render.kinds import holds_storage
from publisher.render.layouts import write_pieces
from publisher.render.nesting import Fitter
from publisher.render.options import LinkTable, RenderOptions
from publisher.render.renderer import Renderer
from publisher.render.templates import Templates
from publisher.storage import (
    MUTED,
    NotWellFormed,
    Product,
    check_storage,
    digest,
    escape,
    examine,
    find_editor_losses,
    parse_body,
)


def _read_attachments(renderer: Renderer) -> Iterator[Attachment]:
    """Of what the page shows. What was there when its link was resolved may be gone by now: that is a problem."""
    for target in sorted(renderer.attachments.values(), key=lambda target: target.name):
        try:
            yield Attachment(target.name, target.path, digest(target.path.read_bytes()))
        except OSError as error:
            what, remedy = unreadable(error)
            renderer.report(0, "bad-image", f"{target.path.name} {what}", remedy)


def _properties(page: Page) -> list[Block]:
    """The page properties of the front matter, as the report of page properties reads them."""
    rows = page.document.front_matter.page_properties if page.document else ()
    if not rows:
        return []
    cells = tuple((Cell((Text(name),), None, header=True), Cell((Text(value),), None)) for name, value in rows)
    return [AnyMacro("details", (), (Table((), cells, 1),))]


def _banner(page: Page, options: RenderOptions) -> list[Block]:
    """The muted line at the end: where the page comes from. Nothing in it changes with a commit."""
    if not options.banner or page.document is None or not page.document.front_matter.banner:
        return []
    name = escape(posixpath.basename(page.key))
    source = f'<a href="{escape(page.source_url)}">{name}</a>' if page.source_url else name
    text = escape(options.banner).replace("{source}", source)
    return [Storage(f'<p><span style="color: {MUTED};">{text}</span></p>', 0)]


def _examine(pieces: Sequence[tuple[Block, str]], page: Page, options: RenderOptions) -> tuple[str, str, list[Problem]]:
    """(body, its canonical form, violations). A violation is looked for block by block, to name the line."""
    body = "".join(storage for _, storage in pieces)
    try:
        stored, violations = examine(body, options.product)
    except NotWellFormed as error:
        return body, body, [problem(page.key, _broken_line(pieces), "not-well-formed", str(error))]
    if not violations:
        return body, stored, []
    of_pieces = [(block, check_storage(storage, options.product), storage) for block, storage in pieces]
    problems = []
    for violation in violations:
        if violation.startswith("the body has"):
            problems.append(problem(page.key, None, "page-too-large", violation, "split the document"))
            continue
        found = next(((block, storage) for block, wrong, storage in of_pieces if violation in wrong), None)
        if found is None or not _is_own(found[0], options.templates):
            problems.append(problem(page.key, found[0].line if found else None, "storage-violation", violation))
        elif options.templates.overridden or violation in _losses(found[1], options.product):
            problems.append(problem(page.key, found[0].line or None, "own-storage", violation))
    return body, stored, problems


def _losses(storage: str, product: Product) -> set[str]:
    return {loss.reason for loss in find_editor_losses(storage, product)}


def _broken_line(pieces: Iterable[tuple[Block, str]]) -> int | None:
    for block, storage in pieces:
        try:
            parse_body(storage)
        except NotWellFormed:
            return block.line
    return None


def _is_own(block: Block, templates: Templates) -> bool:
    """Whether what is wrong in a block may be the author's storage format, or a template of the team's own."""
    return templates.overridden or holds_storage([block], frozenset(templates.own))


@without_collection
def render_page(
    page: Page, links: LinkTable, options: RenderOptions | None = None
) -> tuple[RenderedPage, list[Problem]]:
    """The page in storage format; attachments are the files that its body refers to."""
    renderer = Renderer(page, links, options or RenderOptions())
    generated: list[Block] = [] if page.kind == "folder" else [Macro("children", 1)]
    blocks: list[Block] = list(page.document.blocks) if page.document else generated
    renderer.attachments |= {
        target.name: target
        for name, target in page.targets.items()
        if name.startswith("+") and isinstance(target, AttachmentTarget)
    }
    if page.drop_first_heading:
        first = next(block for block in blocks if isinstance(block, Heading))
        place = blocks.index(first)
        blocks[place : place + 1] = [Paragraph((Anchor(first.slug),), first.line)]
    fitter = Fitter(renderer.options.product, frozenset(renderer.options.templates.own))
    whole = [*_properties(page), *blocks, *_banner(page, renderer.options)]
    pieces = write_pieces(renderer, [(block, part) for block in whole for part in fitter.fit_page(block)])
    renderer.problems += [problem(page.key, note.line or None, note.code, note.text) for note in fitter.notices]
    body, stored, violations = _examine(pieces, page, renderer.options)
    renderer.problems += violations
    digests = MappingProxyType({"body": digest(body), "canonical": digest(stored)})
    written = Written(body, digests, tuple(_read_attachments(renderer)), ())
    return place_page(page, links.titles[page.key], written, renderer.options.product), renderer.problems


class Written(Struct, frozen=True):
    """The text of a page, with what goes with it wherever the page is. ``digests``: as of a ``RenderedPage``."""

    body: str
    digests: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]


def place_page(page: Page, title: str, written: Written, product: Product) -> RenderedPage:
    """A text as a page of the tree."""
    front = page.document.front_matter if page.document else None
    targets = page.targets.values()
    return RenderedPage(
        key=page.key,
        source=page.key if page.document else "",
        title=title,
        parent=page.parent,
        position=page.position,
        body=written.body,
        labels=front.labels if front else (),
        attachments=written.attachments,
        digests=written.digests,
        wanted=page.wanted,
        alternatives=page.alternatives,
        anchored=frozenset(t.key for t in targets if isinstance(t, PageTarget) and t.anchor and t.key != page.key),
        page_id=(front.page_id or "") if front else "",
        properties=content_properties(front, product) if front else {},
        metadata=metadata_of(page, front),
        origin=page.document.digest if page.document else "",
        former_title=page.former,
    )


class Task(Struct, frozen=True):
    """All that the text of a page depends on, besides the options that all pages share, and nothing else.

    ``page``: without its place in the tree. ``links``: of itself and of the pages that it links to. ``pictures``: those that
    it may show. ``files``: its files, with time and size.
    """

    page: Page
    links: LinkTable
    pictures: Mapping[tuple[str, str], AttachmentTarget]
    files: tuple[tuple[Path, tuple[int, int]], ...]


#: Writes the pages of some tasks, in their order.
Writer = Callable[[Sequence[Task], RenderOptions], Iterable[Written]]


def write_tasks(tasks: Sequence[Task], options: RenderOptions) -> Iterator[Written]:
    """One after the other, here."""
    for task in tasks:
        chosen = replace(options, pictures=task.pictures) if task.pictures else options
        rendered, problems = _render_or_report(task.page, task.links, chosen)
        yield Written(rendered.body, rendered.digests, rendered.attachments, tuple(problems))


class PageCache(Struct):
    """What has been written: for each key the last two pages, so that a page whose title changes on the way is kept.

    The first entry is what a page was made from. ``write``: how pages that are not there are written.
    """

    options: RenderOptions | None = None
    pages: dict[str, tuple[tuple[Task, Written], ...]] = field(default_factory=dict)
    write: Writer = write_tasks

    def find(self, task: Task) -> Written | None:
        return next((written for known, written in self.pages.get(task.page.key, ()) if known == task), None)

    def keep(self, task: Task, written: Written) -> None:
        self.pages[task.page.key] = ((task, written), *self.pages.get(task.page.key, ()))[:2]


def render_pages(
    tree: PageTree,
    retitled: Mapping[str, str] = MappingProxyType({}),
    options: RenderOptions | None = None,
    cache: PageCache | None = None,
) -> RenderedTree:
    """Every page of the tree. ``retitled``: titles by key that differ from the tree's, for links name titles."""
    options = options or RenderOptions()
    links = link_table(tree, retitled, options.space)
    cache = cache or PageCache()
    shared = replace(options, pictures={})
    if cache.options != shared:
        cache.options, cache.pages = shared, {}
    tasks = {key: _task_of(page, links, options) for key, page in tree.pages.items()}
    found = {key: cache.find(task) for key, task in tasks.items()}
    missing = [task for key, task in tasks.items() if found[key] is None]
    made_now = zip(missing, cache.write(missing, shared), strict=True)
    for task, written in counted("Converting pages", made_now, len(missing)):
        cache.keep(task, written)
        found[task.page.key] = written
    pages: dict[str, RenderedPage] = {}
    problems: list[Problem] = []
    for key, page in tree.pages.items():
        made = found[key]
        assert made is not None, "each task was written"
        pages[key] = place_page(page, links.titles[key], made, options.product)
        problems += made.problems
    return RenderedTree(MappingProxyType(pages), tuple(problems))


def render_again(
    before: RenderedTree, tree: PageTree, keys: Iterable[str], options: RenderOptions, cache: PageCache
) -> RenderedTree | None:
    """The pages of a tree of which these alone are others than before. None if it is not known any more what they were."""
    links, pages = link_table(tree, {}, options.space), dict(before.pages)
    problems = list(before.problems)
    for key in keys:
        old = next((written for _, written in cache.pages.get(key, ()) if written.body is pages[key].body), None)
        if old is None:
            return None
        task = _task_of(tree.pages[key], links, options)
        written = cache.find(task)
        if written is None:
            written = next(iter(cache.write([task], replace(options, pictures={}))))
            cache.keep(task, written)
        pages[key] = place_page(tree.pages[key], links.titles[key], written, options.product)
        for item in old.problems:
            problems.remove(item)
        problems += written.problems
    return RenderedTree(MappingProxyType(pages), tuple(problems))


def _render_or_report(page: Page, links: LinkTable, options: RenderOptions) -> tuple[RenderedPage, list[Problem]]:
    """The page; if our renderer fails on it, an empty one with an error, so that it is not published."""
    try:
        return render_page(page, links, options)
    except PublisherError:
        raise
    except Exception as error:  # the last resort: whatever is wrong is wrong with this document
        if page.document is None or not page.document.blocks:
            raise
        return render_empty(page, links, options, failure(page.key, error))


def render_empty(
    page: Page, links: LinkTable, options: RenderOptions, why: Problem
) -> tuple[RenderedPage, list[Problem]]:
    """The page without its text, and what is wrong with it."""
    assert page.document is not None
    empty = replace(page, drop_first_heading=False, document=replace(page.document, blocks=()))
    rendered, problems = render_page(empty, links, options)
    return rendered, [*problems, why]


def _task_of(page: Page, links: LinkTable, options: RenderOptions) -> Task:
    keys = {t.key for t in page.targets.values() if isinstance(t, PageTarget)} | {page.key}
    mine = LinkTable(
        {key: links.titles[key] for key in keys},
        links.home,
        {key: links.spaces[key] for key in keys if key in links.spaces},
        {key: links.days[key] for key in keys if key in links.days},
    )
    files = tuple((t.path, _stat(t.path)) for t in page.targets.values() if isinstance(t, AttachmentTarget))
    bare = replace(page, title="", wanted="", alternatives=(), parent=None, position=0, place=HERE, former="")
    return Task(bare, mine, _pictures_of(page, options.pictures) if options.pictures else {}, files)


def _pictures_of(
    page: Page, pictures: Mapping[tuple[str, str], AttachmentTarget]
) -> dict[tuple[str, str], AttachmentTarget]:
    """Those that the page can ask for."""
    document = page.document
    names = [(item.word, item.text) for item in document.drawables] if document else []
    names += [("image", image.src) for image in document.images] if document else []
    names += [("drawio", str(t.path)) for t in page.targets.values() if isinstance(t, AttachmentTarget)]
    return {name: pictures[name] for name in names if name in pictures}


def _stat(path: Path) -> tuple[int, int]:
    """Time and size, which are those of no file where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_mtime_ns, found.st_size


def link_table(tree: PageTree, retitled: Mapping[str, str], home: str) -> LinkTable:
    """What links between the pages of a tree need to know of it."""
    spaces: dict[str, str] = {}
    for key, page in tree.pages.items():  # parents before children
        space = page.place.space or spaces.get(page.parent or "", "")
        if space:
            spaces[key] = space
    days = {
        key: page.document.front_matter.date.replace("-", "/")
        for key, page in tree.pages.items()
        if page.kind == "blogpost" and page.document
    }
    return LinkTable({key: page.title for key, page in tree.pages.items()} | dict(retitled), home, spaces, days)
