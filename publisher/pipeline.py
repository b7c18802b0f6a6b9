"""The one composer: values in one direction. Every command that touches documents goes through here."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pathspec

from publisher import __version__
from publisher.errors import UsageError
from publisher.markdown.dialects import choose_syntaxes, detect_dialect
from publisher.markdown.frontmatter import read_defaults
from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.parse import parse_document
from publisher.markdown.preprocess import look_up
from publisher.model.document import DIAGRAMS
from publisher.model.problem import Level, Problem
from publisher.model.rendered import RenderedTree
from publisher.model.settings import Settings
from publisher.model.tree import NavEntry, PageTree, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.pictures.drawers import Tools
from publisher.pictures.gather import gather_pictures
from publisher.render.page import render_pages
from publisher.render.renderer import Style
from publisher.render.templates import load_templates
from publisher.source.navigation import read_navigation
from publisher.source.tree import read_git, read_tree, repository_root
from publisher.storage import CLOUD, DATACENTER, Product, digest

#: From so many documents on a run first tries to prove, without parsing them, that nothing has changed.
LARGE = 200


@dataclass(frozen=True, slots=True)
class Conversion:
    """Everything that is known without Confluence: the pages and every problem, sorted by place."""

    source: SourceTree
    tree: PageTree
    rendered: RenderedTree
    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...]
    style: Style


def blob_base(remote: str, branch: str) -> str:
    """The address below which a repository's files are shown; empty for a remote that is not understood."""
    match = re.match(
        r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|[^@/]+@)([^/:]+)(?::\d+)?[:/](.+?)(?:\.git)?/?$", remote
    )
    if not match:
        return ""
    host, path = match[1], match[2]
    if "dev.azure.com" in host:
        parts = [part for part in path.removeprefix("v3/").split("/") if part != "_git"]
        return (
            f"https://dev.azure.com/{parts[0]}/{parts[1]}/_git/{parts[-1]}?version=GB{branch}&path=/"
            if len(parts) >= 3
            else ""
        )
    if "gitlab" in host:
        return f"https://{host}/{path}/-/blob/{branch}/"
    if "bitbucket" in host:
        return f"https://{host}/{path}/src/{branch}/"
    if "gitea" in host or "codeberg" in host:
        return f"https://{host}/{path}/src/branch/{branch}/"
    return f"https://{host}/{path}/blob/{branch}/"


def find_repository(settings: Settings) -> tuple[Path | None, str]:
    """(Git work tree, base of its blob URLs)."""
    root = repository_root(settings.docs)
    remote = settings.repo_url or (read_git(settings.docs, "remote", "get-url", "origin") if root else "") or ""
    branch = (
        settings.repo_branch or (read_git(settings.docs, "rev-parse", "--abbrev-ref", "HEAD") if root else "") or "main"
    )
    return root, blob_base(remote, "main" if branch == "HEAD" else branch) if remote else ""


def decorate(settings: Settings) -> Settings:
    """With the names in `title_prefix` and `title_suffix` filled in. UsageError for one that nothing gives."""

    def fill(name: str, text: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            value = look_up(match[1], settings.variables)
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
    if settings.assets or not is_large(source):
        return ""
    names = [repr(source.navigation), *(f"{file.key}\0{digest(file.data or b'')}" for file in source.documents)]
    names += [f"{key}\0{digest(path.read_bytes())}" for key, path in source.assets.items()]
    return digest("\n".join([__version__, repr(settings), repr(find_repository(settings)), *names]))


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
    return choose_syntaxes(dialect, settings.syntax)


def read_grammar(settings: Settings) -> Grammar:
    """What the settings say of how texts are read."""
    return Grammar(
        find_syntaxes(settings),
        {name.removeprefix("@"): str(account) for name, account in settings.people.items()},
        frozenset(settings.jira_projects),
        settings.variables,
        settings.tasks == "tasks",
        settings.labels_from,
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


def choose_style(settings: Settings) -> Style:
    """What the settings say of how pages are written. Without an address, ``auto`` is Cloud."""
    macros = {
        word: settings.diagrams[kind].removeprefix("macro:")
        for word, kind in (*DIAGRAMS.items(), ("math", "math"))
        if settings.diagrams.get(kind, "").startswith("macro:")
    }
    return Style(
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


def convert(settings: Settings, source: SourceTree | None = None) -> Conversion:
    """read tree → parse → page tree → render. UsageError if there is no document."""
    source = source or read_source(settings)
    grammar = read_grammar(settings)
    reader_of = _reader(settings)
    defaults = read_default_values(settings)
    documents = [
        parse_document(file.key, file.data or b"", grammar, reader_of(file.path), defaults(file.key))
        for file in source.documents
    ]
    hidden = sum(not document.front_matter.publish for document in documents)
    source = replace(source, hidden={**source.hidden, "front matter": hidden}) if hidden else source
    if hidden == len(documents):
        raise UsageError(_no_documents(source))
    tree = build_pagetree(source, documents, decorate(settings), find_repository(settings))
    pictures = gather_pictures(
        tree,
        Tools(settings.diagrams, settings.programs, settings.kroki_url),
        download=settings.remote_images == "download",
        allow_private=settings.allow_private_hosts,
        jobs=settings.jobs,
    )
    style = replace(choose_style(settings), drawn=pictures.drawn)
    rendered = render_pages(tree, style=style)
    parsed = (item for document in documents for item in document.problems)
    problems = sort_problems([*parsed, *tree.problems, *pictures.problems, *rendered.problems])
    unreadable = tuple(document.key for document in documents if not document.readable)
    return Conversion(source, tree, rendered, tuple(problems), unreadable, style)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Each once, by place."""
    return sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.code, p.message))


def retitle(conversion: Conversion, titles: Mapping[str, str]) -> Conversion:
    """The same with other titles, where Confluence has given the wanted ones away; the problems stay."""
    return (
        replace(conversion, rendered=render_pages(conversion.tree, titles, conversion.style)) if titles else conversion
    )


def restyle(conversion: Conversion, product: Product) -> Conversion:
    """The same for another product, where the address turned out to be one's."""
    if conversion.style.product is product:
        return conversion
    style = replace(conversion.style, product=product)
    rendered = render_pages(conversion.tree, style=style)
    kept = set(conversion.problems) - set(conversion.rendered.problems)
    return replace(
        conversion, style=style, rendered=rendered, problems=tuple(sort_problems([*kept, *rendered.problems]))
    )


def failing(problems: Iterable[Problem], fail_on: str) -> bool:
    """Whether a problem is at least as bad as ``fail_on`` (error, warning, notice)."""
    return any(item.level >= Level[fail_on.upper()] for item in problems)


def _no_documents(source: SourceTree) -> str:
    hidden = ", ".join(f"{count} by {rule}" for rule, count in sorted(source.hidden.items()))
    return f"{source.root}: no Markdown documents to publish" + (f" (hidden: {hidden})" if hidden else "")
