"""Read the docs folder: documents, files and navigation."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from publisher.convert.vault import find_vault
from publisher.errors import UsageError
from publisher.model.document import Document
from publisher.model.settings import Settings
from publisher.model.tree import (
    NavEntry,
    SourceTree,
)
from publisher.naming import count_of
from publisher.source.allowed import AllowedFiles, allowed_files, check_docs
from publisher.source.git.git import repository_root
from publisher.source.git.repository import find_repository
from publisher.source.navigation import read_navigation
from publisher.source.tree import choose_language, read_tree


def read_source(settings: Settings) -> SourceTree:
    """UsageError, saying what each rule hid, if there is no document."""
    folder, origin = settings.source.folder, settings.source.origins.get("docs")
    if folder and origin:
        check_docs(settings.docs, folder, origin)
    source = read_tree(settings.docs, gitignore=settings.source.gitignore, allowed=files_for(settings))
    roots = tuple((settings.docs / name).resolve() for name in settings.source.assets)
    vault = find_vault(source) if settings.syntax.dialect == "auto" else None
    source = replace(source, repository=find_repository(settings.source), asset_roots=roots, vault=vault)
    if settings.source.i18n == "suffix":
        source = choose_language(source, settings.source.lang)
    if settings.source.nav != "off":
        source = _follow_navigation(source, settings)
    if not source.documents:
        raise UsageError(no_documents_message(source))
    return source


def files_for(settings: Settings) -> AllowedFiles:
    """What may be read on behalf of the documents. A folder that a flag or variable names was chosen by a person."""
    named = [settings.docs / name for name in settings.source.assets] if settings.source.assets_named else []
    return allowed_files(settings.docs, settings.source.folder, named)


def _follow_navigation(source: SourceTree, settings: Settings) -> SourceTree:
    """With the navigation of the project's files, and without what these say is no page."""
    keys = [file.key for file in source.documents]
    navigation = read_navigation(source.root, repository_root(settings.docs) or settings.source.folder, keys)
    gone = set(navigation.hidden)
    if settings.source.nav == "only" and navigation.entries:
        gone |= set(keys) - listed_keys(navigation.entries)
    documents = tuple(file for file in source.documents if file.key not in gone)
    count = len(source.documents) - len(documents)
    hidden = {**source.hidden, **({navigation.source: count} if count else {})}
    return replace(source, documents=documents, navigation=navigation, hidden=hidden)


def listed_keys(entries: Iterable[NavEntry]) -> set[str]:
    """The keys of all documents that a navigation lists."""
    return {key for entry in entries for key in (entry.key, *listed_keys(entry.children)) if key}


def check_published(source: SourceTree, documents: Sequence[Document]) -> None:
    """UsageError if no document is a page."""
    if not any(document.front_matter.publish for document in documents):
        raise UsageError(no_documents_message(count_hidden(source, documents)))


def count_hidden(source: SourceTree, documents: Sequence[Document]) -> SourceTree:
    """With the number of documents that say they are no page."""
    hidden = sum(not document.front_matter.publish for document in documents)
    return replace(source, hidden={**source.hidden, "front matter": hidden}) if hidden else source


def no_documents_message(source: SourceTree) -> str:
    skipped = ", ".join(_skipped(count, rule) for rule, count in sorted(source.hidden.items()))
    return f"{source.root}: no Markdown documents to publish" + (f" (skipped {skipped})" if skipped else "")


def _skipped(count: int, rule: str) -> str:
    """ "2 hidden files", "1 file because of .gitignore"."""
    return count_of(count, "hidden file") if rule == "hidden files" else f"{count_of(count, 'file')} because of {rule}"
