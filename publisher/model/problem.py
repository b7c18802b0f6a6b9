"""A problem in the documents: a value that stages return, never an exception."""

import logging
from collections.abc import Iterable
from enum import IntEnum

from msgspec import Struct


class Level(IntEnum):
    """How bad; the order is used by ``--fail-on``."""

    NOTICE = 1
    WARNING = 2
    ERROR = 3


class Problem(Struct, frozen=True):
    """``path`` is relative to the docs root (posix), ``line`` counts from 1 or is None for the whole file."""

    path: str
    line: int | None
    level: Level
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """One line, whatever the name of the file holds."""
        where = f"{self.path}:{self.line}" if self.line else self.path
        hint = f" ({self.hint})" if self.hint else ""
        return join_lines(f"{where}: {self.level.name.lower()} {self.code}: {self.message}{hint}")


def join_lines(text: str) -> str:
    """The text on one line."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip()) if len(text.splitlines()) > 1 else text


#: Every code with its default level and what it means; `sample-docs/reference/problems` has a page for each.
CODES: dict[str, tuple[Level, str]] = {
    "internal-error": (
        Level.ERROR,
        "Publisher itself failed on this document; the others are not touched by it. Please report it",
    ),
    "not-utf8": (Level.ERROR, "the file is not UTF-8 text"),
    "binary-file": (Level.ERROR, "the file holds binary data although its name says Markdown"),
    "front-matter": (Level.ERROR, "the front matter is not valid YAML, or not a mapping"),
    "front-matter-key": (Level.WARNING, "a key below `confluence:` that is not known"),
    "front-matter-value": (Level.WARNING, "a value of one of our keys that cannot be used"),
    "label-changed": (Level.NOTICE, "a label has characters that Confluence does not take; said once for each label"),
    "compat": (Level.WARNING, "something that another tool's header says, and that has no equal here"),
    "newer-in-confluence": (
        Level.WARNING,
        "a page that is taken over was changed in Confluence after its document in Git",
    ),
    "target-ignored": (Level.NOTICE, "a flag or variable names another space or parent than the front matter"),
    "attachment-too-large": (Level.ERROR, "an attachment is larger than `max_attachment`"),
    "page-too-large": (Level.ERROR, "the text of a page is larger than the 5 MB that Confluence takes"),
    "unused-file": (Level.NOTICE, "a picture or file in the docs root that nothing refers to"),
    "unclosed-html": (Level.NOTICE, "an HTML element is never closed"),
    "detected-dialect": (Level.NOTICE, "the dialect was recognised by links to notes by name (Obsidian)"),
    "near-syntax": (
        Level.NOTICE,
        "text that looks like a link, callout, element or front matter, and is none; once for each kind",
    ),
    "unknown-container": (Level.NOTICE, "a `:::` or `///` block of a kind that is not known; what it holds stays"),
    "unknown-element": (
        Level.NOTICE,
        "text in angle brackets that is no element of HTML; it is shown as it is written",
    ),
    "raw-storage": (Level.WARNING, "elements of storage format in the text, which are shown as text"),
    "unsupported-macro": (Level.WARNING, "Cloud's editor does not know a macro, and drops it"),
    "dead-link": (Level.WARNING, "an address of another site does not answer (`check --external`)"),
    "duplicate-title": (Level.ERROR, "two documents give the same title in their front matter"),
    "title-collision": (Level.NOTICE, "documents share a title; one gets a suffix"),
    "title-too-long": (Level.ERROR, "a title longer than 255 characters"),
    "two-index-files": (Level.NOTICE, "a folder has several index documents"),
    "broken-link": (Level.WARNING, "the target of a link was not found"),
    "broken-anchor": (Level.WARNING, "a link leads to a heading that is not there"),
    "outside-link": (Level.WARNING, "a link leads out of the docs root, and no repository address is known"),
    "missing-image": (Level.WARNING, "an image file is not there"),
    "git-silent": (Level.NOTICE, "Git does not answer for the repository: version messages name no commit"),
    "missing-submodule": (Level.NOTICE, "a submodule is not checked out; pages made from its documents stay"),
    "branch-titles": (Level.WARNING, "titles hold the branch, and all branches publish the same collection"),
    "twin-names": (Level.WARNING, "two files have names that differ in the form of their letters only (NFC and NFD)"),
    "shallow-clone": (
        Level.NOTICE,
        "the clone has a part of the history only, so that a version message cannot name the commit of a file",
    ),
    "outside-file": (
        Level.WARNING,
        "a link of the file system leads to a file that must not be read: outside the repository, hidden, or ignored by Git",
    ),
    "outside-image": (Level.WARNING, "an image lies outside the docs root and the folders named in `assets`"),
    "bad-image": (
        Level.ERROR,
        "an image file is a Git LFS pointer, its bytes contradict its name, or it cannot be read",
    ),
    "missing-alt": (Level.NOTICE, "an image has no alternative text"),
    "unsafe-html": (Level.WARNING, "HTML that Confluence cannot hold safely was dropped"),
    "unsafe-link": (Level.WARNING, "a link with a scheme that is not allowed was dropped"),
    "mapped-language": (Level.NOTICE, "Confluence does not know a code language; the code is shown without colours"),
    "control-character": (Level.NOTICE, "characters that XML cannot hold were removed"),
    "hidden-direction": (Level.WARNING, "marks that change the direction of writing were removed from code"),
    "page-order": (Level.NOTICE, "the product has no request that orders pages"),
    "title-taken": (Level.WARNING, "Confluence has given the title to a page that is not ours; ours gets a suffix"),
    "hand-edit": (Level.NOTICE, "a page was edited in Confluence, and its document has not changed"),
    "hand-edit-kept": (Level.WARNING, "a page was edited in Confluence, and the change in its document is withheld"),
    "lost-comment": (Level.WARNING, "the text that an inline comment stands at is gone"),
    "changed-comment": (Level.NOTICE, "the text that an inline comment is on changes"),
    "open-comment": (Level.NOTICE, "a comment on the page is open"),
    "published-draft": (Level.NOTICE, "a document is to be a draft, and its page is published already"),
    "archived-page": (Level.WARNING, "a page was archived in Confluence; its document is withheld"),
    "moved-page": (Level.NOTICE, "a page was moved out of the published tree in Confluence"),
    "ambiguous-rename": (Level.NOTICE, "a renamed document could be one of several pages"),
    "foreign-attachment": (Level.WARNING, "an attachment of that name is on the page and is not ours"),
    "foreign-property": (Level.WARNING, "a content property of that key is on the page and is not ours"),
    "kept-orphan": (Level.WARNING, "an orphan stays, because of what people did on it or below it"),
    "hidden-page": (Level.WARNING, "a page of ours that this account cannot see holds its title; it is not copied"),
    "replaces-text": (Level.WARNING, "text that a person wrote is replaced; `publish` needs --yes"),
    "live-doc": (Level.NOTICE, "a page is a live doc now, whose text changes without a new version"),
    "bad-storage": (
        Level.WARNING,
        "storage format of your own that is not well-formed, or that could run a script; it is shown as code",
    ),
    "own-storage": (
        Level.WARNING,
        "storage format of your own that Confluence would drop or change when somebody edits the page",
    ),
    "other-form": (Level.NOTICE, "something is written in another form, because the product cannot hold it there"),
    "misplaced-macro": (Level.WARNING, "a macro is where Confluence cannot hold it; its text is written without it"),
    "foreign-image": (Level.NOTICE, "an image of another site in a line, where Cloud's editor cannot hold it"),
    "storage-violation": (
        Level.ERROR,
        "Confluence would drop or mangle something: a defect of Publisher, please report it",
    ),
    "bad-macro": (Level.WARNING, "a `macro` block cannot be read"),
    "missing-include": (Level.WARNING, "a file that a document includes is not there, or must not be read"),
    "include-loop": (Level.WARNING, "a file includes itself, or includes lie too deep"),
    "conflict-marker": (Level.ERROR, "a conflict of two versions is not resolved"),
    "broken-fence": (Level.WARNING, "a line looks like the start of code and is none"),
    "open-region": (Level.ERROR, "a marker of hidden text is never closed, or closes nothing"),
    "unknown-marker": (Level.ERROR, "a comment mentions `publisher:` and is not understood, so that text could show"),
    "unknown-variable": (Level.NOTICE, "a name in {{ }} that is nearly that of a variable"),
    "syntax-off": (Level.NOTICE, "text that looks like a syntax that is off"),
    "generated-docs": (Level.NOTICE, "text that another program would generate from code"),
    "no-drawer": (Level.NOTICE, "nothing is installed that draws a diagram or a formula; its source is shown as code"),
    "not-drawn": (Level.WARNING, "a diagram or a formula cannot be drawn; its source is shown as code"),
    "not-downloaded": (Level.WARNING, "an image of another site cannot be downloaded; the page links to it"),
    "mdx-code": (Level.NOTICE, "code of MDX (imports, exports) was dropped"),
    "unknown-shortcode": (Level.WARNING, "a shortcode that is not known stays as it is written"),
    "case-mismatch": (Level.NOTICE, "a link differs from the file's name in upper and lower case only"),
    "not-well-formed": (Level.ERROR, "the page would not be well-formed: a defect of Publisher, please report it"),
}

#: Codes about what is in Confluence, or about what a publish would write: `check` cannot find these.
ONLINE = frozenset({
    "newer-in-confluence", "shallow-clone", "page-order", "title-taken", "hand-edit", "hand-edit-kept", "lost-comment",
    "changed-comment", "open-comment",
    "published-draft", "archived-page", "moved-page", "ambiguous-rename", "foreign-attachment", "foreign-property",
    "kept-orphan", "hidden-page", "replaces-text", "live-doc",
})  # fmt: skip


def problem(path: str, line: int | None, code: str, message: str, hint: str = "") -> Problem:
    """A problem at the default level of its code; KeyError for a code that is not in ``CODES``."""
    return Problem(path, line, CODES[code][0], code, message, hint)


def failure(path: str, error: Exception) -> Problem:
    """What an exception that nobody expected says, as a problem of the document that it came up in; logged with its origin."""
    logging.getLogger("publisher").debug("%s: an error that nobody expected", path, exc_info=error)
    kind = (
        "it is nested too deep" if isinstance(error, RecursionError) else f"{type(error).__name__}: {str(error)[:200]}"
    )
    hint = "run again with -v to see where it comes from, and report it"
    return problem(path, None, "internal-error", f"Publisher fails on this document: {kind}", hint)


def unreadable(error: OSError) -> tuple[str, str]:
    """(what is wrong, remedy) of a file that cannot be read."""
    return f"cannot be read: {error.strerror or error}", "run again if it was being written, or make it readable"


def is_failure(problems: Iterable[Problem]) -> bool:
    """Whether Publisher failed on a document, which may have to do with the machine as well."""
    return any(item.code == "internal-error" for item in problems)
