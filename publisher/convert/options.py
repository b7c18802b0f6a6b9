"""What the settings say to each stage of a conversion."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from publisher.convert.sources import files_for
from publisher.errors import UsageError
from publisher.markdown.dialects import choose_syntaxes
from publisher.markdown.frontmatter import read_defaults
from publisher.markdown.grammar import Grammar
from publisher.markdown.preprocess import look_up
from publisher.model.document import DIAGRAMS
from publisher.model.options.pages import PictureOptions, TreeOptions
from publisher.model.options.reading import SyntaxOptions
from publisher.model.problem import Problem
from publisher.model.repository import Repository
from publisher.model.settings import Settings
from publisher.model.tree import AttachmentTarget, SourceTree
from publisher.pagetree.titles import DIALECT_RULES, TitleRule
from publisher.pictures.drawers import DRAWERS, Tools
from publisher.source.allowed import allowed_files, check_folder
from publisher.source.git.git import repository_root
from publisher.source.signs import detect_dialect
from publisher.storage import CLOUD, DATACENTER

if TYPE_CHECKING:
    from publisher.render.options import RenderOptions


def expand_title_affixes(settings: Settings, source: SourceTree) -> TreeOptions:
    """With the names in `title_prefix` and `title_suffix` filled in. UsageError for one that nothing gives."""
    values = {"lang": settings.source.lang or None, **settings.syntax.variables}

    def expand(name: str, text: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            value = look_up(match[1], values)
            if value is None and match[1] == "branch":
                value = source.repository.branch or None
            if value is None:
                raise UsageError(f"{name}: `{{{match[1]}}}` has no value; set it in `variables`")
            return str(value)

        return re.sub(r"\{(\w+)\}", value_of, text)

    prefix = expand("title_prefix", settings.tree.title_prefix)
    suffix = expand("title_suffix", settings.tree.title_suffix)
    rule = title_rule(settings, source).value
    return replace(settings.tree, title_prefix=prefix, title_suffix=suffix, title_from=rule)


def title_rule(settings: Settings, source: SourceTree) -> TitleRule:
    """Where titles come from: what `title_from` says, else what the dialect's tool shows."""
    rule = TitleRule(settings.tree.title_from)
    return DIALECT_RULES.get(find_dialect(settings, source), rule) if rule is TitleRule.OPENING else rule


def find_dialect(settings: Settings, source: SourceTree) -> str:
    """The setting ``dialect``; for ``auto`` what the project's files tell, else what the documents do."""
    if settings.syntax.dialect != "auto":
        return settings.syntax.dialect
    dialect = _project_dialect(settings, source.repository)
    return "obsidian" if dialect == "gfm" and source.vault else dialect


def _project_dialect(settings: Settings, repository: Repository) -> str:
    dialect = detect_dialect(settings.docs, repository_root(settings.docs))
    return "gitlab" if dialect == "gfm" and "gitlab" in repository.remote else dialect


def dialect_notice(settings: Settings, source: SourceTree) -> list[Problem]:
    """What the documents alone have told of their dialect, and no file of the project."""
    if settings.syntax.dialect != "auto" or _project_dialect(settings, source.repository) != "gfm":
        return []
    return [source.vault] if source.vault else []


def find_syntaxes(settings: Settings, source: SourceTree) -> frozenset[str]:
    """What the setting ``dialect`` (or the project's files) and ``syntax`` ask for."""
    more = ("+includes",) if settings.syntax.compat == "mark" else ()
    return choose_syntaxes(find_dialect(settings, source), (*more, *settings.syntax.syntax))


def read_grammar(settings: Settings, source: SourceTree) -> Grammar:
    """How documents are read."""
    options = settings.syntax
    return Grammar(
        find_syntaxes(settings, source),
        {name.removeprefix("@"): str(account) for name, account in options.people.items()},
        frozenset(options.jira_projects),
        options.variables,
        options.tasks == "tasks",
        options.labels_from,
        options.compat,
    )


def read_default_values(options: SyntaxOptions) -> Callable[[str], dict[str, Any]]:
    """Front matter that the setting `defaults` gives to a document; later globs come over earlier ones. UsageError."""
    if not options.defaults:
        return lambda key: {}
    import pathspec

    rules = []
    for glob, values in options.defaults.items():
        if not isinstance(values, Mapping):
            raise UsageError(f"defaults: `{glob}` must be a mapping of front matter keys")
        try:
            rules.append((pathspec.PathSpec.from_lines("gitignore", [glob]), read_defaults(values)))
        except ValueError as error:
            raise UsageError(f"defaults: `{glob}`: {error}") from None
    return lambda key: {name: value for spec, values in rules if spec.match_file(key) for name, value in values.items()}


def find_tools(options: PictureOptions, docs: Path) -> Tools:
    """The drawing programs, none of the repository that ``docs`` is in. UsageError for a kind or a way that is not in the table."""
    for kind, way in options.diagrams.items():
        ways = ["auto", "code", "kroki", *([DRAWERS[kind].program] if kind in DRAWERS else [])]
        if kind not in {*DRAWERS, "math"}:
            raise UsageError(f"diagrams: `{kind}` is not a kind of diagram; use {', '.join(DRAWERS)} or math")
        if way not in ways and not str(way).startswith("macro:"):
            raise UsageError(f"diagrams: {kind} cannot be {way!r}; use {', '.join(ways)} or macro:NAME")
    return Tools(options.diagrams, options.programs, options.kroki_url, repository_root(docs))


_BANNER = "Published from {source}. Changes made here are not carried back: change the document."


def render_options(settings: Settings, pictures: Mapping[tuple[str, str], AttachmentTarget]) -> "RenderOptions":
    """How pages are written. Without a site, the target ``auto`` is Cloud."""
    from publisher.render.options import RenderOptions  # an unchanged set writes no page
    from publisher.render.templates import load_templates

    page, diagrams = settings.page, settings.pictures.diagrams
    macros = {
        word: diagrams[kind].removeprefix("macro:")
        for word, kind in (*DIAGRAMS.items(), ("math", "math"))
        if diagrams.get(kind, "").startswith("macro:")
    }
    _check_templates(settings)
    return RenderOptions(
        DATACENTER if page.target == "datacenter" else CLOUD,
        load_templates(page.templates),
        pictures,
        macros,
        table_layout=page.table_layout,
        jira_server=page.jira_server,
        jira_server_id=page.jira_server_id,
        banner={"auto": _BANNER, "off": ""}.get(page.banner, page.banner),
        space=settings.sync.space,
    )


def _check_templates(settings: Settings) -> None:
    """UsageError for a template that must not be read."""
    if settings.page.templates:
        folder = Path(settings.page.templates)
        of_file = settings.source.origins.get("templates")
        files = files_for(settings) if of_file else allowed_files(folder)
        check_folder("templates", folder, "*.xml.j2", files, of_file or "--templates")
