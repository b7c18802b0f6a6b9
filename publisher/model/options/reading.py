"""What is read, and how documents are parsed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.model.names import SYNTAX_NAMES
from publisher.model.options.option import option
from publisher.model.repository import Repository

DIALECTS = ("auto", "gfm", "mkdocs", "docusaurus", "vitepress", "obsidian", "mdbook", "hugo", "jekyll", "gitbook", "gitlab", "learn", "pandoc")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The docs folder, its files and its repository."""

    docs: Path = option("path", "docs folder, relative to publisher.yml", ".", example="docs")
    """Absolute once the settings are read."""
    assets: tuple[str, ...] = option(
        "list", "folders outside the docs folder that images and includes may come from", example="../assets"
    )
    gitignore: bool = option("flag", "skip files that .gitignore hides", default=True)
    nav: str = option(
        "text",
        "navigation files (mkdocs.yml, SUMMARY.md, sidebars.json): auto follows them, only also skips what they do not list",
        "auto",
        choices=("auto", "only", "off"),
    )
    lang: str = option(
        "text", "language of this collection: {lang} in titles, and which translations `i18n` takes", example="fr"
    )
    i18n: str = option(
        "text", "translations: suffix publishes page.fr.md in place of page.md if `lang` is fr", "off",
        choices=("off", "suffix"),
    )  # fmt: skip
    repo_url: str = option(
        "text", "address of the repository, for links to files that are not published",
        example="https://github.com/acme/docs",
    )  # fmt: skip
    repo_branch: str = option("text", "branch for those links", example="main")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxOptions:
    """How the text of a document is read."""

    dialect: str = option(
        "text", "Markdown dialect of the documents; auto looks at the project's files", "auto", choices=DIALECTS
    )
    syntax: tuple[str, ...] = option(
        "list", "syntaxes to switch on (+name) or off (-name)", example="+math,-emoji", names=SYNTAX_NAMES
    )
    defaults: Mapping[str, Any] = option(
        "table",
        "front matter for documents: glob → keys as below `confluence:`",
        example='{"news/*": {"labels": ["news"]}}',
    )
    variables: Mapping[str, Any] = option("table", "values for {{ name }} in the documents", example="version=2.1")
    people: Mapping[str, Any] = option(
        "table",
        "who @name is: name=account id (Cloud), user key or name (Data Center)",
        example="ada=5b10a2844c20165700",
    )
    jira_projects: tuple[str, ...] = option(
        "list", "Jira projects whose keys (ABC-1) in the text become issue links", example="ABC,OPS"
    )
    tasks: str = option("text", "what task lists become", "tasks", choices=("tasks", "text"))
    labels_from: tuple[str, ...] = option("list", "front matter keys whose values become labels too", example="tags")
    compat: str = option(
        "text",
        "the tool that the documents were written for, and whose pages are taken over",
        "none",
        choices=("none", "mark", "md2conf", "text2confl", "md2cf", "confluence-publisher"),
    )
