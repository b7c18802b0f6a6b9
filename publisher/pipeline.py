"""The one composer: values in one direction. Every command that touches documents goes through here."""

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pathspec

from publisher import __version__
from publisher.errors import UsageError
from publisher.markdown.dialects import choose_syntaxes, detect_dialect
from publisher.markdown.frontmatter import read_defaults
from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.parse import parse_document
from publisher.markdown.preprocess import look_up
from publisher.model.document import DIAGRAMS, Document
from publisher.model.problem import Level, Problem
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.settings import Settings
from publisher.model.tree import (
    HERE,
    AttachmentTarget,
    ElsewhereTarget,
    NavEntry,
    PageTree,
    SourceTree,
)
from publisher.pagetree.build import LinkMemory, build_pagetree
from publisher.pagetree.links import Elsewhere
from publisher.pagetree.quality import find_too_large, find_unused, judge_problems
from publisher.pictures.drawers import DRAWERS, Tools
from publisher.pictures.gather import gather_pictures
from publisher.render.options import RenderOptions
from publisher.render.page import PageMemory, render_pages
from publisher.render.templates import load_templates
from publisher.source.navigation import read_navigation
from publisher.source.repository import find_repository
from publisher.source.tree import choose_language, read_git, read_tree, repository_root
from publisher.storage import CLOUD, DATACENTER, Product, digest

#: From so many documents on a run first tries to prove, without parsing them, that nothing has changed.
LARGE = 200


@dataclass(frozen=True, slots=True)
class Conversion:
    """Everything that is known without Confluence: the pages and every problem, sorted by place.

    ``part``: the key of the page at the top of ``rendered``, where that is not the whole ``tree``; what lies below goes
    to a place of its own.
    """

    source: SourceTree
    tree: PageTree
    rendered: RenderedTree
    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...]
    style: RenderOptions
    part: str = ""


def decorate(settings: Settings) -> Settings:
    """With the names in `title_prefix` and `title_suffix` filled in. UsageError for one that nothing gives."""

    def fill(name: str, text: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            value = look_up(match[1], {"lang": settings.lang or None, **settings.variables})
            if value is None and match[1] == "branch":
                value = settings.repo_branch or read_git(settings.docs, "rev-parse", "--abbrev-ref", "HEAD")
            if value is None:
                raise UsageError(f"{name}: `{{{match[1]}}}` is not known; give it in `variables`")
            return str(value)

        return re.sub(r"\{(\w+)\}", value_of, text)

    prefix, suffix = fill("title_prefix", settings.title_prefix), fill("title_suffix", settings.title_suffix)
    return replace(settings, title_prefix=prefix, title_suffix=suffix)


def read_source(settings: Settings) -> SourceTree:
    """UsageError, saying what each rule hid, if there is no document."""
    source = read_tree(settings.docs, gitignore=settings.gitignore)
    if settings.i18n == "suffix":
        source = choose_language(source, settings.lang)
    if settings.nav != "off":
        source = _follow_navigation(source, settings)
    if not source.documents:
        raise UsageError(_no_documents(source))
    return source


def _follow_navigation(source: SourceTree, settings: Settings) -> SourceTree:
    """With the navigation of the project's files, and without what these say is no page."""
    keys = [file.key for file in source.documents]
    navigation = read_navigation(source.root, repository_root(settings.docs), keys)
    gone = set(navigation.hidden)
    if settings.nav == "only" and navigation.entries:
        gone |= set(keys) - listed_keys(navigation.entries)
    documents = tuple(file for file in source.documents if file.key not in gone)
    count = len(source.documents) - len(documents)
    hidden = {**source.hidden, **({navigation.source: count} if count else {})}
    return replace(source, documents=documents, navigation=navigation, hidden=hidden)


def listed_keys(entries: Iterable[NavEntry]) -> set[str]:
    """The keys of all documents that a navigation lists."""
    return {key for entry in entries for key in (entry.key, *listed_keys(entry.children)) if key}


def is_large(source: SourceTree) -> bool:
    """Whether it is worth a look whether nothing has changed before the documents are parsed."""
    return len(source.documents) >= LARGE


def digest_inputs(source: SourceTree, settings: Settings) -> str:
    """One digest of everything that a conversion depends on; empty where it is of no use.

    That is for few documents, and where files outside the docs root may matter.
    """
    if settings.assets or settings.adopts or not is_large(source):
        return ""
    names = [repr(source.navigation), *(f"{file.key}\0{digest(file.data or b'')}" for file in source.documents)]
    names += [f"{key}\0{digest(path.read_bytes())}" for key, path in source.assets.items()]
    templates = sorted(Path(settings.templates).glob("*.xml.j2")) if settings.templates else []
    names += [f"{path.name}\0{digest(path.read_bytes())}" for path in templates]
    names += [kind for kind, drawer in DRAWERS.items() if tools_of(settings).find(drawer)]
    return digest("\n".join([__version__, repr(decorate(settings)), repr(find_repository(settings)), *names]))


def find_root(source: SourceTree, settings: Settings) -> tuple[str, str]:
    """(key, title) of the root page, without parsing any other document."""
    top = [file for file in source.documents if "/" not in file.key]
    grammar, defaults = read_grammar(settings), read_default_values(settings)
    documents = [parse_document(file.key, file.data or b"", grammar, defaults=defaults(file.key)) for file in top]
    tree = build_pagetree(replace(source, documents=tuple(top)), documents, decorate(settings), (None, ""))
    root = next(iter(tree.pages.values()))
    return root.key, root.title


def find_syntaxes(settings: Settings) -> frozenset[str]:
    """What the setting ``dialect`` (or the project's files) and ``syntax`` ask for."""
    dialect = settings.dialect
    if dialect == "auto":
        root = repository_root(settings.docs)
        dialect = detect_dialect(settings.docs, root)
        remote = settings.repo_url or (read_git(settings.docs, "remote", "get-url", "origin") if root else "") or ""
        dialect = "gitlab" if dialect == "gfm" and "gitlab" in remote else dialect
    more = ("+includes",) if settings.compat == "mark" else ()
    return choose_syntaxes(dialect, (*more, *settings.syntax))


def read_grammar(settings: Settings) -> Grammar:
    """What the settings say of how texts are read."""
    return Grammar(
        find_syntaxes(settings),
        {name.removeprefix("@"): str(account) for name, account in settings.people.items()},
        frozenset(settings.jira_projects),
        settings.variables,
        settings.tasks == "tasks",
        settings.labels_from,
        settings.compat,
    )


def read_default_values(settings: Settings) -> Callable[[str], dict[str, Any]]:
    """Front matter that the setting `defaults` gives to a document; later globs come over earlier ones. UsageError."""
    rules = []
    for glob, values in settings.defaults.items():
        if not isinstance(values, Mapping):
            raise UsageError(f"defaults: `{glob}` must be a mapping of front matter keys")
        try:
            rules.append((pathspec.PathSpec.from_lines("gitignore", [glob]), read_defaults(values)))
        except ValueError as error:
            raise UsageError(f"defaults: `{glob}`: {error}") from None
    return lambda key: {name: value for spec, values in rules if spec.match_file(key) for name, value in values.items()}


def tools_of(settings: Settings) -> Tools:
    """What draws. UsageError for a kind or a way that is not in the table."""
    for kind, way in settings.diagrams.items():
        known = ["auto", "code", "kroki", *([DRAWERS[kind].program] if kind in DRAWERS else [])]
        if kind not in {*DRAWERS, "math"}:
            raise UsageError(f"diagrams: `{kind}` is not known; known are {', '.join(DRAWERS)}, math")
        if way not in known and not str(way).startswith("macro:"):
            raise UsageError(f"diagrams: {kind} cannot be {way!r}; it is one of {', '.join(known)}, macro:NAME")
    return Tools(settings.diagrams, settings.programs, settings.kroki_url)


def choose_style(settings: Settings) -> RenderOptions:
    """What the settings say of how pages are written. Without an address, ``auto`` is Cloud."""
    macros = {
        word: settings.diagrams[kind].removeprefix("macro:")
        for word, kind in (*DIAGRAMS.items(), ("math", "math"))
        if settings.diagrams.get(kind, "").startswith("macro:")
    }
    return RenderOptions(
        DATACENTER if settings.target == "datacenter" else CLOUD,
        load_templates(settings.templates),
        diagram_macros=macros,
        table_layout=settings.table_layout,
        jira_server=settings.jira_server,
        jira_server_id=settings.jira_server_id,
    )


def _reader(settings: Settings) -> Callable[[Path], Reader]:
    """For each document: reads what it includes, relative to it, to the docs root or its parent, or to an asset folder.

    Nothing outside of the docs root and the asset folders is read.
    """
    allowed = [settings.docs.resolve(), *((settings.docs / name).resolve() for name in settings.assets)]
    folders = (settings.docs, settings.docs.parent, *allowed[1:])
    known: dict[str, tuple[str, str] | None] = {}

    def read_at(file: str) -> tuple[str, str] | None:
        path = Path(file)
        if not path.is_file() or not any(path.resolve().is_relative_to(root) for root in allowed):
            return None
        return str(path.resolve()), path.read_text(encoding="utf-8-sig", errors="replace")

    def reader_of(document: Path) -> Reader:
        def read(path: str) -> tuple[str, str] | None:
            for folder in (document.parent, *folders):
                file = os.path.normpath(os.path.join(folder, path))
                if file not in known:
                    known[file] = read_at(file)
                if known[file] is not None:
                    return known[file]
            return None

        return read

    return reader_of


_BANNER = "Published from {source}. Changes made here are not carried back: change the document."


def _style_of(settings: Settings, drawn: Mapping[tuple[str, str], AttachmentTarget], base: str) -> RenderOptions:
    """With the pictures, and the line at the end of each page. ``base``: address of the docs root's files."""
    banner = {"auto": _BANNER, "off": ""}.get(settings.banner, settings.banner)
    return replace(choose_style(settings), pictures=drawn, banner=banner, source_base=base, space=settings.space)


@dataclass(slots=True)
class Memory:
    """What a run that stays remembers of its last conversion, so that a saved paragraph costs that paragraph's page.

    Each stage looks whether its inputs are the same; nothing is decided by dates of files alone.
    """

    settings: Settings | None = None
    documents: dict[str, "_Parsed"] = field(default_factory=dict)
    links: LinkMemory = field(default_factory=LinkMemory)
    pages: PageMemory = field(default_factory=PageMemory)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A document with what it was parsed from: its bytes, and what it read of other files."""

    data: bytes | None
    read: tuple[tuple[str, tuple[str, str] | None], ...]
    document: Document


def _parse_all(settings: Settings, source: SourceTree, memory: Memory) -> list[Document]:
    if memory.settings != settings:
        memory.settings, memory.documents = settings, {}
    grammar, reader_of, defaults = read_grammar(settings), _reader(settings), read_default_values(settings)
    known, memory.documents = memory.documents, {}
    for file in source.documents:
        before, read = known.get(file.key), reader_of(file.path)
        if before and before.data == file.data and all(read(path) == found for path, found in before.read):
            memory.documents[file.key] = before
            continue
        noted: list[tuple[str, tuple[str, str] | None]] = []

        def note(path: str, read: Reader = read, noted: list[Any] = noted) -> tuple[str, str] | None:
            noted.append((path, read(path)))
            return read(path)

        document = parse_document(file.key, file.data or b"", grammar, note, defaults(file.key))
        memory.documents[file.key] = _Parsed(file.data, tuple(noted), document)
    return [memory.documents[file.key].document for file in source.documents]


def convert(
    settings: Settings,
    source: SourceTree | None = None,
    elsewhere: Mapping[Path, Elsewhere] = MappingProxyType({}),
    memory: Memory | None = None,
) -> Conversion:
    """read tree → parse → page tree → render. UsageError if there is no document.

    ``elsewhere``: documents and folders of other collections, by path. ``memory``: of the last conversion.
    """
    memory = memory or Memory()
    source = source or read_source(settings)
    documents = _parse_all(settings, source, memory)
    if settings.scratch:  # apart from the real pages, whatever the documents say of those
        documents = [
            replace(document, front_matter=replace(document.front_matter, page_id=None, space="", parent=""))
            for document in documents
        ]
    hidden = sum(not document.front_matter.publish for document in documents)
    source = replace(source, hidden={**source.hidden, "front matter": hidden}) if hidden else source
    if hidden == len(documents):
        raise UsageError(_no_documents(source))
    return _make_pages(settings, source, documents, elsewhere, memory)


def convert_together(several: Sequence[Settings]) -> list[Conversion]:
    """Collections of one publisher.yml: links from one's documents to another's become links between pages."""
    alone = [convert(settings) for settings in several]
    if len(alone) == 1:
        return alone
    pages = [_addresses(conversion, settings) for conversion, settings in zip(alone, several, strict=True)]
    together = []
    for number, (conversion, settings) in enumerate(zip(alone, several, strict=True)):
        others: dict[Path, Elsewhere] = {}
        for other, found in enumerate(pages):
            others |= found if other != number else {}
        documents = [page.document for page in conversion.tree.pages.values() if page.document]
        made = _make_pages(settings, conversion.source, documents, others, Memory())
        shown = {document.key for document in documents}
        unread = [item for item in conversion.problems if item.path not in shown and item not in made.problems]
        problems = tuple(sort_problems([*made.problems, *unread]))
        together.append(replace(made, problems=problems, unreadable=conversion.unreadable))
    return [
        _with_anchors(conversion, settings, together) for conversion, settings in zip(together, several, strict=True)
    ]


def _with_anchors(conversion: Conversion, settings: Settings, others: Iterable[Conversion]) -> Conversion:
    """With the anchors that links of other collections lead to."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for other in others:
        for page in other.tree.pages.values():
            for target in page.targets.values():
                if isinstance(target, ElsewhereTarget) and target.anchor:
                    wanted.setdefault((target.space, target.title), set()).add(target.anchor)
    pages = {
        key: replace(page, anchors=page.anchors | wanted.get((page.place.space or settings.space, page.title), set()))
        for key, page in conversion.tree.pages.items()
    }
    if pages == dict(conversion.tree.pages):
        return conversion
    tree = replace(conversion.tree, pages=MappingProxyType(pages))
    return replace(conversion, tree=tree, rendered=render_pages(tree, options=conversion.style))


def _addresses(conversion: Conversion, settings: Settings) -> dict[Path, Elsewhere]:
    """Each page of a collection by the path of its document, and of its folder where it is one's page."""
    found: dict[Path, Elsewhere] = {}
    for key, page in conversion.tree.pages.items():
        elsewhere = Elsewhere(page.title, page.place.space or settings.space, page.document)
        found[settings.docs / key.rstrip("/")] = elsewhere
        if key.endswith("/") or posixpath.splitext(posixpath.basename(key))[0].lower() in {"index", "readme", "_index"}:
            found[settings.docs / posixpath.dirname(key)] = elsewhere
    return found


def _make_pages(
    settings: Settings,
    source: SourceTree,
    documents: Sequence[Document],
    elsewhere: Mapping[Path, Elsewhere],
    memory: Memory,
) -> Conversion:
    """page tree → pictures → render."""
    repository, base = find_repository(settings)
    tree = build_pagetree(source, documents, decorate(settings), (repository, base), elsewhere, memory.links)
    pictures = gather_pictures(
        tree,
        tools_of(settings),
        download=settings.remote_images == "download",
        allow_private=settings.allow_private_hosts,
        jobs=settings.jobs,
    )
    if base and repository is not None:
        base += "".join(f"{quote(part)}/" for part in settings.docs.resolve().relative_to(repository.resolve()).parts)
    style = _style_of(settings, pictures.drawn, base)
    rendered = render_pages(tree, options=style, memory=memory.pages)
    parsed = (item for document in documents for item in document.problems)
    limits = (*find_unused(tree, source), *find_too_large(rendered, settings))
    found = sort_problems([*parsed, *tree.problems, *pictures.problems, *rendered.problems, *limits])
    problems = list(judge_problems(found, documents, settings.levels))
    unreadable = tuple(document.key for document in documents if not document.readable)
    return Conversion(source, tree, rendered, tuple(problems), unreadable, style)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Each once, by place; of those that concern a label, the first place alone."""
    found = sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.code, p.message))
    first: dict[object, Problem] = {}
    for item in found:
        first.setdefault(item.message if item.code == "label-changed" else item, item)
    return list(first.values())


def retitle(conversion: Conversion, titles: Mapping[str, str]) -> Conversion:
    """The same with other titles, where Confluence has given the wanted ones away; the problems stay."""
    if not titles:
        return conversion
    return take_part(replace(conversion, rendered=render_pages(conversion.tree, titles, conversion.style)))


def take_part(conversion: Conversion) -> Conversion:
    """With the pages of its part alone: below the part's top, as far as no page on the way goes to another place."""
    if not conversion.part:
        return conversion
    kept: dict[str, RenderedPage] = {}
    for key, page in conversion.rendered.pages.items():  # parents before children
        if key == conversion.part:
            kept[key] = replace(page, parent=None, position=0)
        elif page.parent in kept and conversion.tree.pages[key].place == HERE:
            kept[key] = page
    return replace(conversion, rendered=replace(conversion.rendered, pages=MappingProxyType(kept)))


def restyle(conversion: Conversion, product: Product) -> Conversion:
    """The same for another product, where the address turned out to be one's."""
    if conversion.style.product is product:
        return conversion
    style = replace(conversion.style, product=product)
    rendered = render_pages(conversion.tree, options=style)
    kept = set(conversion.problems) - set(conversion.rendered.problems)
    problems = tuple(sort_problems([*kept, *rendered.problems]))
    return take_part(replace(conversion, style=style, rendered=rendered, problems=problems))


def failing(problems: Iterable[Problem], fail_on: str) -> bool:
    """Whether a problem is at least as bad as ``fail_on`` (error, warning, notice)."""
    return any(item.level >= Level[fail_on.upper()] for item in problems)


def _no_documents(source: SourceTree) -> str:
    hidden = ", ".join(f"{count} by {rule}" for rule, count in sorted(source.hidden.items()))
    return f"{source.root}: no Markdown documents to publish" + (f" (hidden: {hidden})" if hidden else "")
