"""The text of a page as plain values: what it depends on, and what it is. Both cross processes; the second lies in the cache."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, assert_never

from msgspec.structs import replace

from publisher.convert.facts import Blocks, canonical, pack, read_problems, unpack, write_problems
from publisher.model.document import Document
from publisher.model.rendered import Attachment
from publisher.model.tree import (
    AnchorTarget,
    AttachmentTarget,
    BrokenTarget,
    ElsewhereTarget,
    ExternalTarget,
    LinkTarget,
    Page,
    PageTarget,
)
from publisher.render.options import LinkTable, RenderOptions
from publisher.render.page import Task, Written


def identity_of_page(page: Page) -> bytes | None:
    """What its blocks were parsed from; None for a page without a document, or with one that nobody can name."""
    blocks = page.document.blocks if page.document else None
    return blocks.identity if isinstance(blocks, Blocks) else None


def describe_options(options: RenderOptions, templates: Mapping[str, str]) -> bytes:
    """All that pages share. ``templates``: name → digest of a team's own."""
    return canonical(
        [
            options.product.name,
            templates,
            options.diagram_macros,
            options.table_layout,
            options.jira_server,
            options.jira_server_id,
            options.banner,
        ]
    )


def describe_task(task: Task, digest_of: Callable[[Path], str]) -> bytes | None:
    """Everything else that the text of a page depends on; None where two of its files share a name."""
    page, links = task.page, task.links
    front = page.document.front_matter if page.document else None
    files = _files(task)
    if files is None:
        return None
    linked = {target.key: links.address(target.key, page.key) for target in _pages(page)}
    targets = [[href, *_describe(target, digest_of)] for href, target in page.targets.items()]
    pictures = [[*name, *_describe(target, digest_of)] for name, target in task.pictures.items() if name[0] != "drawio"]
    drawn = {str(target.path): target for target in page.targets.values() if isinstance(target, AttachmentTarget)}
    pictures += [
        ["drawio", drawn[path].name, *_describe(target, digest_of)]
        for (word, path), target in task.pictures.items()
        if word == "drawio"
    ]
    return pack(  # all of these are texts, so that this tells them apart
        [
            page.key,
            page.kind,
            page.drop_first_heading,
            page.source_url,
            sorted(page.anchors),
            links.titles[page.key],
            linked,
            [key for key in linked if links.days.get(key) == ""],
            targets,
            pictures,
            [front.page_properties, front.table_layout, front.banner] if front else None,
        ]
    )


def _pages(page: Page) -> list[PageTarget]:
    return [target for target in page.targets.values() if isinstance(target, PageTarget)]


def _describe(target: LinkTarget, digest_of: Callable[[Path], str]) -> list[str]:
    match target:
        case PageTarget(key, anchor, text):
            return ["page", key, anchor, text]
        case ElsewhereTarget(title, space, anchor):
            return ["elsewhere", title, space, anchor]
        case AnchorTarget(anchor, text):
            return ["anchor", anchor, text]
        case AttachmentTarget(name, path):
            return ["file", name, path.suffix, digest_of(path)]
        case ExternalTarget(url):
            return ["address", url]
        case BrokenTarget(why):
            return ["broken", why]
        case _:
            assert_never(target)


def _files(task: Task) -> dict[str, Path] | None:
    """Attachments by name; None where one name has two files."""
    found: dict[str, Path] = {}
    for target in (*task.page.targets.values(), *task.pictures.values()):
        if isinstance(target, AttachmentTarget) and found.setdefault(target.name, target.path) != target.path:
            return None
    return found


def pack_written(written: Written) -> bytes:
    digests = written.digests
    return pack(
        [
            written.body,
            digests["body"],
            digests["canonical"],
            [[item.name, item.digest] for item in written.attachments],
            write_problems(written.problems),
        ]
    )


def unpack_written(data: bytes, task: Task) -> Written | None:
    """None if it is not what ``pack_written`` makes."""
    files = _files(task) or {}
    try:
        body, digest, stored, attachments, problems = unpack(data)
        found = tuple(Attachment(name, files[name], value) for name, value in attachments)
        digests = MappingProxyType({"body": digest, "canonical": digest if stored is None else stored})
        return Written(str(body), digests, found, tuple(read_problems(problems)))
    except (ValueError, TypeError, KeyError):
        return None


def pack_task(task: Task) -> tuple[Any, ...]:
    """For a worker that has the document."""
    page, links = task.page, task.links
    return (
        page.key,
        page.kind,
        page.drop_first_heading,
        page.source_url,
        tuple(page.anchors),
        tuple((href, *_pack_target(target)) for href, target in page.targets.items()),
        (dict(links.titles), links.home, dict(links.spaces), dict(links.days)),
        tuple((*name, target.name, str(target.path)) for name, target in task.pictures.items()),
    )


def _pack_target(target: LinkTarget) -> tuple[str, ...]:
    match target:
        case PageTarget(key, anchor, text):
            return "page", key, anchor, text
        case ElsewhereTarget(title, space, anchor):
            return "elsewhere", title, space, anchor
        case AnchorTarget(anchor, text):
            return "anchor", anchor, text
        case AttachmentTarget(name, path):
            return "file", name, str(path)
        case ExternalTarget(url):
            return "address", url
        case BrokenTarget(why):
            return "broken", why
        case _:
            assert_never(target)


def _unpack_target(kind: str, *rest: str) -> LinkTarget:
    if kind == "file":
        return AttachmentTarget(rest[0], Path(rest[1]))
    kinds = {"page": PageTarget, "elsewhere": ElsewhereTarget, "anchor": AnchorTarget, "address": ExternalTarget}
    made: LinkTarget = kinds.get(kind, BrokenTarget)(*rest)
    return made


def unpack_task(values: tuple[Any, ...], document: Document) -> Task:
    key, kind, drop, address, anchors, targets, links, pictures = values
    page = Page(
        key=key,
        title="",
        wanted="",
        alternatives=(),
        parent=None,
        position=0,
        document=document,
        drop_first_heading=drop,
        targets={href: _unpack_target(*rest) for href, *rest in targets},
        anchors=frozenset(anchors),
        kind=kind,
        source_url=address,
    )
    drawn = {(word, text): AttachmentTarget(name, Path(path)) for word, text, name, path in pictures}
    return Task(page, LinkTable(*links), drawn, ())


def with_pictures(options: RenderOptions, task: Task) -> RenderOptions:
    """The options for one page."""
    return replace(options, pictures=task.pictures) if task.pictures else options
