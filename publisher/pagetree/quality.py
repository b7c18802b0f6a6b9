"""What is wrong with the whole of a site rather than with one place in it; and how bad, by the team's own measure. Pure."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from publisher.errors import UsageError
from publisher.model.document import Document
from publisher.model.options.pages import QualityOptions, TreeOptions
from publisher.model.options.sync import SyncOptions
from publisher.model.problem import CODES, Level, Problem, problem
from publisher.model.rendered import RenderedTree
from publisher.model.tree import AttachmentTarget, PageTree, SourceTree
from publisher.pagetree.files import ATTACHED

_WORD = re.compile(r"[^\s\"'()\[\]<>|{}#?]+")
_SUFFIX = re.compile(r"\w{2,6}")
#: In every line that names a file of a kind that is looked for.
_ATTACHED = re.compile(rf"\.(?:{'|'.join(sorted(suffix[1:] for suffix in ATTACHED))})")
_MOST_DOTS = 5  # of a word, from its end, that are looked at
#: Files that sites have for themselves, and no page refers to.
_OF_SITES = ("favicon", "logo", "apple-touch-icon", "og-image", "social")


def find_unused(tree: PageTree, source: SourceTree) -> Iterator[Problem]:
    """Pictures and files of the kinds that are attached, to which no page refers."""
    used = {
        target.path
        for page in tree.pages.values()
        for target in page.targets.values()
        if isinstance(target, AttachmentTarget)
    }
    named: set[str] | None = None
    for key, path in source.assets.items():
        name = posixpath.basename(key).lower()
        if path in used or posixpath.splitext(name)[1] not in ATTACHED - {".txt"} or name.startswith(_OF_SITES):
            continue
        if named is None:  # what a document names in any way counts: an image for the dark theme, a block of HTML
            texts = (unquote((file.data or b"").decode(errors="replace")).lower() for file in source.documents)
            named = {name for text in texts for name in _file_names(text)}
        if name not in named and name.replace(" ", "") not in named:
            yield problem(
                key, None, "unused-file", "no page refers to this file", "remove it, or list it in .publisherignore"
            )


def _file_names(text: str) -> Iterator[str]:
    """Names of attached files in a text: words up to their last suffix, without the folders before them."""
    end = 0
    for found in _ATTACHED.finditer(text):
        if found.start() < end:
            continue  # its line was read
        start = text.rfind("\n", end, found.start()) + 1 or end
        newline = text.find("\n", found.end())
        end = newline if newline >= 0 else len(text)
        for match in _WORD.finditer(text, start, end):
            if name := _file_name(match[0]):
                yield name


def _file_name(word: str) -> str:
    dot = len(word)
    for _ in range(_MOST_DOTS):
        dot = word.rfind(".", 0, dot)
        suffix = _SUFFIX.match(word, dot + 1) if dot > 0 else None
        if suffix:
            return word[word.rfind("/", 0, dot) + 1 : suffix.end()]
        if dot < 1:
            break
    return ""


def find_too_large(tree: RenderedTree, options: QualityOptions) -> Iterator[Problem]:
    """Attachments over the limit of the site."""
    for key, page in tree.pages.items():
        for item in page.attachments:
            try:
                megabytes = item.path.stat().st_size / 1e6
            except OSError:  # it went after it was read; who uploads it says so
                continue
            if megabytes > options.max_attachment:
                text = f"{item.name} has {megabytes:.0f} MB; the site takes {options.max_attachment}"
                yield problem(page.source or key, None, "attachment-too-large", text, "link to it elsewhere")


def judge_problems(
    problems: Iterable[Problem], documents: Iterable[Document], levels: Mapping[str, Any]
) -> Iterator[Problem]:
    """At the levels of the settings, without those that a document says are meant. UsageError for an unknown code or level."""
    wanted = dict(_levels(levels))
    by_key = {document.key: document for document in documents}
    for item in problems:
        document, level = by_key.get(item.path), wanted.get(item.code, item.level)
        meant = (
            CODES[item.code][0] < Level.ERROR
            and document is not None
            and (item.code in document.front_matter.ignore or item.code in document.ignored.get(item.line or 0, ()))
        )
        if level is not None and not meant:
            yield item if level == item.level else replace(item, level=level)


def _levels(levels: Mapping[str, Any]) -> Iterator[tuple[str, Level | None]]:
    for code, word in levels.items():
        name = "off" if word is False else str(word).lower()  # YAML reads `off` as false
        if code not in CODES:
            raise UsageError(f"levels: `{code}` is an unknown problem code")
        if name not in {"off", *(level.name.lower() for level in Level)}:
            raise UsageError(f"levels: {code} cannot be {word!r}; it is off, notice, warning or error")
        level = None if name == "off" else Level[name.upper()]
        if CODES[code][0] is Level.ERROR and level is not Level.ERROR:
            raise UsageError(f"levels: {code} is always an error: what it is about cannot be published")
        yield code, level


def find_refused(source: SourceTree) -> Iterator[Problem]:
    """Links of the file system that are not followed, files that are named alike, and a Git that does not answer."""
    for key, why in source.refused:
        yield problem(key, None, "outside-file", f"what this link leads to {why}, so it is not read")
    for key in source.twins:
        text = "another file has this name in another Unicode form (NFC and NFD); this one is left out"
        yield problem(key, None, "twin-names", text, "rename one of them")
    for path in source.repository.missing_below(source.root):
        text = "the submodule is not checked out: its documents are not read, and pages made from them stay as they are"
        yield problem(path, None, "missing-submodule", text, "run `git submodule update --init`")
    if source.repository.unknown and source.repository.root is not None:
        yield problem("", None, "git-silent", f"version messages name no commit: {source.repository.unknown}")


def find_branch_titles(tree: TreeOptions, sync: SyncOptions) -> Iterator[Problem]:
    """Every branch would rename the pages of the others."""
    if any("{branch}" in text for text in (tree.title_prefix, tree.title_suffix)) and "{branch}" not in sync.collection:
        hint = "name a collection for each branch: `collection: docs-{branch}`"
        yield problem("", None, "branch-titles", "titles hold {branch}, but all branches publish one collection", hint)
