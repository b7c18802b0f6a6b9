"""Commands that need no Confluence: check, convert, init, config."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from publisher.cli.output import Output
from publisher.cli.paths import pasteable, show_path
from publisher.cli.problems import View, problem_lines, show_rows
from publisher.cli.shared import mask, write_file
from publisher.cli.started import own_command
from publisher.cli.streams import echo_command
from publisher.cli.working import working
from publisher.config.load import Config, load_all, load_configs, name_of
from publisher.config.options import OPTIONS
from publisher.convert.quality import judge_later
from publisher.errors import UsageError
from publisher.model.options.option import Option
from publisher.model.problem import Level, Problem
from publisher.naming import count_of
from publisher.report.problems import fingerprint, github_annotations, junit, markdown_problems, sarif, without_baseline
from publisher.source.git.ci import read_ci
from publisher.source.git.git import repository_root
from publisher.source.git.repository import read_repository
from publisher.sync.naming import name_collection

if TYPE_CHECKING:
    from publisher.checking import Collection

_PASSWORD = re.compile(r"(://[^/\s:@\"]*:)[^/\s@\"]+@")


def show_problems(problems: Iterable[Problem], config: Config, view: View) -> None:
    """On stderr, as ``view`` wants it."""
    show_rows(problem_rows(problems, config), view, err=True)


def problem_values(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems for JSON."""
    return [
        {
            "path": item.path,
            "line": item.line,
            "level": item.level.name.lower(),
            "code": item.code,
            "message": item.message,
            "hint": item.hint,
        }
        for item in problems
    ]


def problem_rows(problems: Iterable[Problem], config: Config) -> list[dict[str, Any]]:
    """Problems for other programs. ``path`` is as the user would type it, ``file`` as code hosts show it, ``key`` as ours.

    ``said``: message and hint, with every path as the user would type it.
    """
    rows = problem_values(problems)
    paths = {row["path"] for row in rows}
    shown, on_host = {path: show_path(config, path) for path in paths}, paths_on_host(config, paths)
    return [
        {
            **row,
            "path": shown[row["path"]],
            "file": on_host[row["path"]],
            "key": row["path"],
            "said": pasteable(
                f"{row['message']} ({row['hint']})" if row["hint"] else row["message"], config, row["path"]
            ),
        }
        for row in rows
    ]


def paths_on_host(config: Config, paths: Iterable[str]) -> dict[str, str]:
    """The path of each document from the top of its repository, whatever the working folder: annotations are shown by it."""
    workspace = read_ci(os.environ).workspace
    tops = [top for top in (Path(workspace) if workspace else None, repository_root(config.docs)) if top]

    def place(path: str) -> str:
        file = Path(os.path.normpath(config.docs / path))
        for top in tops:
            if top.is_absolute() and file.is_relative_to(top):
                return file.relative_to(top).as_posix()
        return show_path(config, path).replace(os.sep, "/")

    return {path: place(path) for path in paths}


#: Fields of a row that its JSON does not have.
_OURS = {"key", "file", "said"}


class Checking(Struct, frozen=True):
    """The options of `check`. ``baseline``: a file of problems that are known, ``update`` writes it."""

    since: str = ""
    external: bool = False
    baseline: Path | None = None
    update: bool = False
    skip_outside: bool = False


def run_check(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, wish: Checking) -> int:
    """Exit 3 if a problem is at least as bad as `fail_on`."""
    from publisher.checking import check  # not for those who want the rows of problems alone

    if wish.skip_outside and paths:
        roots = [config.docs for config in load_all((), flags)]
        paths = tuple(path for path in paths if any(path.resolve().is_relative_to(root.resolve()) for root in roots))
        if not paths:
            return 0
    rows: list[dict[str, Any]] = []
    documents: list[str] = []
    configs = load_all(paths, flags)
    fail_on = str(configs[0].get("fail_on"))
    with working(output):
        checked = check(configs, wish.since, lenient=wish.skip_outside)
    for found in checked:
        problems = list(found.problems)
        if wish.external:
            problems += _dead_links(found)
        rows += problem_rows(problems, found.config)
        keys = [file.key for file in found.conversion.source.documents]
        documents += paths_on_host(found.config, keys).values()
    rows = [dict(row) for row in output.view.choose(rows)]
    if wish.update and wish.baseline:
        counts = Counter(map(fingerprint, rows))
        write_file(wish.baseline, json.dumps(dict(sorted(counts.items())), indent=1) + "\n", "--baseline")
        click.echo(f"{count_of(len(rows), 'problem')} written to {wish.baseline}", err=True)
        return 0
    if wish.baseline:
        rows = without_baseline(rows, _read_baseline(wish.baseline))
    _show_check(rows, documents, fail_on, output)
    return 3 if any(Level[row["level"].upper()] >= Level[fail_on.upper()] for row in rows) else 0


def _dead_links(found: "Collection") -> list[Problem]:
    """Of the selected documents, as `levels` and the documents themselves judge them."""
    from publisher.web.link_check import find_dead_links  # imports httpx: for those who ask for it only

    tree = found.conversion.tree
    if found.selected is not None:
        tree = replace(tree, pages={key: page for key, page in tree.pages.items() if key in found.selected})
    allow_private = found.settings.pictures.allow_private_hosts
    dead = find_dead_links(tree, _links_cache(), allow_private=allow_private)
    return judge_later(dead, tree, found.settings.quality.levels)


def _show_check(rows: list[dict[str, Any]], documents: list[str], fail_on: str, output: Output) -> None:
    if output.summary:
        write_file(output.summary, "\n".join(["### Checked", "", *markdown_problems(rows)]) + "\n", "--summary")
    match output.form:
        case "json":
            found = [{name: value for name, value in row.items() if name not in _OURS} for row in rows]
            text = json.dumps({"schema": 1, "problems": found}, indent=2, ensure_ascii=False)
        case "sarif":
            text = sarif(rows)
        case "junit":
            text = junit(rows, documents, fail_on)
        case "markdown":
            text = "\n".join(markdown_problems(rows))
        case _:
            text = "\n".join(problem_lines(rows, output.view))
    if text:
        click.echo(mask(text))
    for line in github_annotations(rows) if output.form == "github" else ():
        echo_command(mask(line))
    if output.for_people:
        counts = Counter(row["level"] for row in rows)
        names = [level.name.lower() for level in reversed(Level) if counts[level.name.lower()]]
        said = ", ".join(count_of(counts[name], name) for name in names) or "no problems"
        click.echo(f"{count_of(len(documents), 'document')} read: {said}", err=True)
    show_explain(((Level[row["level"].upper()], row["code"]) for row in rows), output)


def show_explain(problems: Iterable[tuple[Level, str]], output: Output) -> None:
    """One line behind all problems: how to learn more about the worst. ``problems``: level and code of each."""
    shown = (each for each in problems if output.view.shows(each[1]))
    worst = max(shown, key=lambda problem: problem[0], default=None)
    if worst is not None and output.text and not output.view.statistics:
        click.echo(f"What it means, and the fix: {own_command('explain', worst[1])}", err=True)


def _read_baseline(file: Path) -> dict[str, int]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {str(key): int(count) for key, count in found.items()}
    except FileNotFoundError:
        raise UsageError(f"--baseline {file}: no such file; write it with --update-baseline") from None
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"--baseline {file}: this is no baseline: {error}") from None


def _links_cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("publisher", appauthor=False) / "links.json"


def run_config(paths: tuple[Path, ...], flags: Mapping[str, Any]) -> int:
    """One line for each setting: value and origin."""
    configs = load_configs(paths, flags, need_docs=False)
    for config in configs:
        if len(configs) > 1:
            click.echo(f"# {name_of(config)}: {config.docs}")
        for option in OPTIONS:
            found = config.values[option.key]
            if option.key == "collection" and not found.value and config.docs.is_dir():
                named = name_collection(config.settings(), read_repository(config.docs, os.environ))
                click.echo(f"{option.key}: {json.dumps(named.name, ensure_ascii=False)}  # {named.origin}")
                continue
            click.echo(f"{option.key}: {_without_secret(option, found.value)}  # {found.origin}")
    return 0


def _without_secret(option: Option, value: Any) -> str:
    """A header may let in whoever sends it, and an address may hold a password."""
    shown = dict.fromkeys(value, "***") if option.key == "headers" else value
    text = _PASSWORD.sub(r"\1***@", mask(json.dumps(shown, ensure_ascii=False)))
    return "***" if option.secret and value else text
