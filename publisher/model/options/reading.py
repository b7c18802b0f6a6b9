"""What is read, and how documents are parsed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct, field

from publisher.model.names import SYNTAX_NAMES
from publisher.model.options.option import option
from publisher.model.repository import Repository

DIALECTS = ("auto", "gfm", "mkdocs", "docusaurus", "vitepress", "obsidian", "mdbook", "hugo", "jekyll", "gitbook", "gitlab", "learn", "myst", "pandoc")  # fmt: skip


class SourceOptions(Struct, frozen=True, kw_only=True):
    """The docs folder, its files and its repository."""

    docs: Annotated[Path, option("path", "docs folder, relative to publisher.yml", example="docs")] = Path()
    """Absolute once the settings are read."""
    assets: Annotated[
        tuple[str, ...],
        option("list", "folders outside the docs folder that images and includes may come from", example="../assets"),
    ] = ()
    gitignore: Annotated[bool, option("flag", "skip files that .gitignore hides")] = True
    nav: Annotated[
        str,
        option(
            "text",
            "navigation files (mkdocs.yml, SUMMARY.md, sidebars.json, _toc.yml, myst.yml): auto follows them, only also skips what they do not list",
            choices=("auto", "only", "off"),
        ),
    ] = "auto"
    lang: Annotated[
        str,
        option(
            "text", "language of this collection: {lang} in titles, and which translations `i18n` takes", example="fr"
        ),
    ] = ""
    i18n: Annotated[str, option("text", "translations: suffix publishes page.fr.md in place of page.md if `lang` is fr", choices=("off", "suffix"))] = "off"  # fmt: skip
    repo_url: Annotated[str, option("text", "address of the repository, for links to files that are not published", example="https://github.com/acme/docs")] = ""  # fmt: skip
    repo_branch: Annotated[str, option("text", "branch for those links", example="main")] = ""
    folder: Path | None = None
    """The folder of publisher.yml; None without one."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where publisher.yml says what is to be read: ``docs`` or ``templates`` → file and line."""
    assets_named: bool = False
    """A flag or variable gives ``assets``: a person chose these folders."""
    repository: Repository | None = None
    """What is known of the repository, where the docs folder was taken out of it; None: Git is asked."""
    scratch: bool = False
    """The pages are a copy apart from the real ones: what documents say of ids, spaces and parents does not count."""


class SyntaxOptions(Struct, frozen=True, kw_only=True):
    """How the text of a document is read."""

    dialect: Annotated[
        str, option("text", "Markdown dialect of the documents; auto looks at the project's files", choices=DIALECTS)
    ] = "auto"
    syntax: Annotated[
        tuple[str, ...],
        option("list", "syntaxes to switch on (+name) or off (-name)", example="+math,-emoji", names=SYNTAX_NAMES),
    ] = ()
    defaults: Annotated[
        Mapping[str, Any],
        option(
            "table",
            "front matter for documents: glob → keys as below `confluence:`",
            example='{"news/*": {"labels": ["news"]}}',
        ),
    ] = field(default_factory=dict)
    variables: Annotated[
        Mapping[str, Any], option("table", "values for {{ name }} in the documents", example="version=2.1")
    ] = field(default_factory=dict)
    people: Annotated[
        Mapping[str, Any],
        option(
            "table",
            "who @name is: name=account id (Cloud), user key or name (Data Center)",
            example="ada=5b10a2844c20165700",
        ),
    ] = field(default_factory=dict)
    jira_projects: Annotated[
        tuple[str, ...],
        option("list", "Jira projects whose keys (ABC-1) in the text become issue links", example="ABC,OPS"),
    ] = ()
    tasks: Annotated[str, option("text", "what task lists become", choices=("tasks", "text"))] = "tasks"
    labels_from: Annotated[
        tuple[str, ...], option("list", "front matter keys whose values become labels too", example="tags")
    ] = ()
    compat: Annotated[
        str,
        option(
            "text",
            "the tool that the documents were written for, and whose pages are taken over",
            choices=("none", "mark", "md2conf", "text2confl", "md2cf", "confluence-publisher"),
        ),
    ] = "none"
