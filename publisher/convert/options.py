"""What the settings say to each stage of a conversion."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pathspec

from publisher.convert.sources import files_for
from publisher.errors import UsageError
from publisher.markdown.dialects import choose_syntaxes, detect_dialect
from publisher.markdown.frontmatter import read_defaults
from publisher.markdown.grammar import Grammar
from publisher.markdown.preprocess import look_up
from publisher.model.document import DIAGRAMS
from publisher.model.settings import Settings
from publisher.model.tree import (
    AttachmentTarget,
)
from publisher.pagetree.titles import DIALECT_RULES, TitleRule
from publisher.pictures.drawers import DRAWERS, Tools
from publisher.render.options import RenderOptions
from publisher.render.templates import load_templates
from publisher.source.allowed import allowed_files, check_folder
from publisher.source.git.git import repository_root
from publisher.source.git.repository import find_repository
from publisher.storage import CLOUD, DATACENTER


def decorate(settings: Settings) -> Settings:
    """With the names in `title_prefix` and `title_suffix` filled in. UsageError for one that nothing gives."""

    def fill(name: str, text: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            value = look_up(match[1], {"lang": settings.source.lang or None, **settings.syntax.variables})
            if value is None and match[1] == "branch":
                value = find_repository(settings.source).branch or None
            if value is None:
                raise UsageError(f"{name}: `{{{match[1]}}}` is not known; give it in `variables`")
            return str(value)

        return re.sub(r"\{(\w+)\}", value_of, text)

    prefix, suffix = fill("title_prefix", settings.tree.title_prefix), fill("title_suffix", settings.tree.title_suffix)
    return settings.replace(title_prefix=prefix, title_suffix=suffix, title_from=title_rule(settings).value)


def title_rule(settings: Settings) -> TitleRule:
    """Where titles come from: what `title_from` says, else what the dialect's tool shows."""
    rule = TitleRule(settings.tree.title_from)
    return DIALECT_RULES.get(find_dialect(settings), rule) if rule is TitleRule.OPENING else rule


def find_dialect(settings: Settings) -> str:
    """The setting ``dialect``; for ``auto`` what the project's files tell."""
    if settings.syntax.dialect != "auto":
        return settings.syntax.dialect
    dialect = detect_dialect(settings.docs, repository_root(settings.docs))
    return "gitlab" if dialect == "gfm" and "gitlab" in find_repository(settings.source).remote else dialect


def find_syntaxes(settings: Settings) -> frozenset[str]:
    """What the setting ``dialect`` (or the project's files) and ``syntax`` ask for."""
    more = ("+includes",) if settings.syntax.compat == "mark" else ()
    return choose_syntaxes(find_dialect(settings), (*more, *settings.syntax.syntax))


def read_grammar(settings: Settings) -> Grammar:
    """What the settings say of how texts are read."""
    return Grammar(
        find_syntaxes(settings),
        {name.removeprefix("@"): str(account) for name, account in settings.syntax.people.items()},
        frozenset(settings.syntax.jira_projects),
        settings.syntax.variables,
        settings.syntax.tasks == "tasks",
        settings.syntax.labels_from,
        settings.syntax.compat,
    )


def read_default_values(settings: Settings) -> Callable[[str], dict[str, Any]]:
    """Front matter that the setting `defaults` gives to a document; later globs come over earlier ones. UsageError."""
    rules = []
    for glob, values in settings.syntax.defaults.items():
        if not isinstance(values, Mapping):
            raise UsageError(f"defaults: `{glob}` must be a mapping of front matter keys")
        try:
            rules.append((pathspec.PathSpec.from_lines("gitignore", [glob]), read_defaults(values)))
        except ValueError as error:
            raise UsageError(f"defaults: `{glob}`: {error}") from None
    return lambda key: {name: value for spec, values in rules if spec.match_file(key) for name, value in values.items()}


def tools_of(settings: Settings) -> Tools:
    """What draws. UsageError for a kind or a way that is not in the table."""
    for kind, way in settings.pictures.diagrams.items():
        known = ["auto", "code", "kroki", *([DRAWERS[kind].program] if kind in DRAWERS else [])]
        if kind not in {*DRAWERS, "math"}:
            raise UsageError(f"diagrams: `{kind}` is not known; known are {', '.join(DRAWERS)}, math")
        if way not in known and not str(way).startswith("macro:"):
            raise UsageError(f"diagrams: {kind} cannot be {way!r}; it is one of {', '.join(known)}, macro:NAME")
    return Tools(settings.pictures.diagrams, settings.pictures.programs, settings.pictures.kroki_url)


def choose_style(settings: Settings) -> RenderOptions:
    """What the settings say of how pages are written. Without an address, ``auto`` is Cloud."""
    macros = {
        word: settings.pictures.diagrams[kind].removeprefix("macro:")
        for word, kind in (*DIAGRAMS.items(), ("math", "math"))
        if settings.pictures.diagrams.get(kind, "").startswith("macro:")
    }
    if settings.page.templates:
        folder = Path(settings.page.templates)
        of_file = settings.source.origins.get("templates")
        files = files_for(settings) if of_file else allowed_files(folder)
        check_folder("templates", folder, "*.xml.j2", files, of_file or "--templates")
    return RenderOptions(
        DATACENTER if settings.page.target == "datacenter" else CLOUD,
        load_templates(settings.page.templates),
        diagram_macros=macros,
        table_layout=settings.page.table_layout,
        jira_server=settings.page.jira_server,
        jira_server_id=settings.page.jira_server_id,
    )


_BANNER = "Published from {source}. Changes made here are not carried back: change the document."


def render_options_of(
    settings: Settings, drawn: Mapping[tuple[str, str], AttachmentTarget], base: str
) -> RenderOptions:
    """With the pictures, and the line at the end of each page. ``base``: address of the docs root's files."""
    banner = {"auto": _BANNER, "off": ""}.get(settings.page.banner, settings.page.banner)
    return replace(choose_style(settings), pictures=drawn, banner=banner, source_base=base, space=settings.sync.space)
