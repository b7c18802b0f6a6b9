"""Commands that need no Confluence: check, convert, init, config."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from publisher.cli.shared import Output, mask
from publisher.config.load import FILE, Config, load_all, load_config, load_configs, name_of
from publisher.config.options import OPTIONS
from publisher.errors import UsageError
from publisher.model.problem import Level, Problem
from publisher.pipeline import Conversion, convert, convert_together, failing
from publisher.render.page import output_name

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTICE: "cyan"}


def show_path(config: Config, path: str) -> str:
    """A document's path as the user would type it."""
    return os.path.relpath(config.docs / path) if path else str(config.docs)


def show_problems(problems: Iterable[Problem], config: Config, *, err: bool = False) -> None:
    """``path:line: level code: message``, one a line."""
    for item in problems:
        where = show_path(config, item.path) + (f":{item.line}" if item.line else "")
        hint = f" ({item.hint})" if item.hint else ""
        level = click.style(item.level.name.lower(), fg=_COLOURS[item.level])
        click.echo(mask(f"{where}: {level} {item.code}: {item.message}{hint}"), err=err)


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


def selected_problems(conversion: Conversion, config: Config) -> list[Problem]:
    """The problems of the selected documents; all where nothing is selected."""
    if not config.selected:
        return list(conversion.problems)
    return [item for item in conversion.problems if is_selected(item.path, config.selected)]


def is_selected(key: str, selected: tuple[str, ...]) -> bool:
    """Whether a document is, or lies below, a selected path."""
    return not selected or any(key == path or key.startswith(path + "/") for path in selected)


def run_check(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output) -> int:
    """Exit 3 if a problem is at least as bad as `fail_on`."""
    everything = load_all(paths, flags)
    made = convert_together([config.settings() for config in everything])
    chosen = [(config, conversion) for config, conversion in zip(everything, made, strict=True) if config.chosen]
    configs, conversions = [config for config, _ in chosen], [conversion for _, conversion in chosen]
    found = [selected_problems(conversion, config) for config, conversion in chosen]
    problems = [item for each in found for item in each]
    if output.form == "json":
        click.echo(json.dumps({"schema": 1, "problems": problem_values(problems)}, indent=2, ensure_ascii=False))
    else:
        for each, config in zip(found, configs, strict=True):
            show_problems(each, config)
        counts = {level: sum(item.level == level for item in problems) for level in reversed(Level)}
        summary = ", ".join(f"{count} {level.name.lower()}s" for level, count in counts.items())
        count = sum(len(conversion.source.documents) for conversion in conversions)
        if not output.quiet:
            click.echo(f"{count} documents read: {summary}", err=True)
    return 3 if any(failing(each, config.get("fail_on")) for each, config in zip(found, configs, strict=True)) else 0


def run_convert(path: Path, output: Path | None, flags: Mapping[str, Any]) -> int:
    """Exit 3 if a document could not be written."""
    config = load_config((path,), flags)
    conversion = convert(config.settings())
    pages = conversion.rendered.pages
    problems = selected_problems(conversion, config)
    if path.is_file():
        absolute = path.absolute()
        key = absolute.relative_to(config.docs).as_posix() if absolute.is_relative_to(config.docs) else ""
        show_problems([item for item in problems if item.path == key], config, err=True)
        if key not in pages:
            unreadable = key in conversion.unreadable
            raise UsageError(f"{path} is not among the documents of {config.docs}") if not unreadable else SystemExit(3)
        click.echo(pages[key].body)
        return 0
    if output is None:
        raise UsageError("converting a folder needs --output DIR")
    if output.absolute().is_relative_to(config.docs):
        raise UsageError(
            f"{output} lies inside the docs folder, where nothing is ever written: choose another --output"
        )
    show_problems(problems, config, err=True)
    chosen = [page for page in pages.values() if is_selected(page.key, config.selected)]
    for page in chosen:
        target = output / output_name(page.key)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page.body + "\n", encoding="utf-8")
    click.echo(f"{len(chosen)} pages written to {output}", err=True)
    return 3 if conversion.unreadable else 0


def run_init() -> int:
    """Writes publisher.yml; refuses to overwrite one."""
    target = Path.cwd() / FILE
    if target.exists():
        raise UsageError(f"{target} is already there")
    lines = ["# Settings of Publisher. Flags and environment variables come first; see `publisher config`.", ""]
    for option in OPTIONS:
        if option.in_file:
            value = json.dumps(list(option.default) if isinstance(option.default, tuple) else option.default)
            lines += [f"# {option.help} ({option.flag}, {option.environment})", f"# {option.key}: {value}", ""]
    lines[1:1] = ["# The token never stands here: set CONFLUENCE_TOKEN."]
    lines += ["# The name of this tree, written on every page; keep it.", f"collection: {json.dumps(Path.cwd().name)}"]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"wrote {target}")
    return 0


def run_config(paths: tuple[Path, ...], flags: Mapping[str, Any]) -> int:
    """One line for each setting: value and origin."""
    configs = load_configs(paths, flags, need_docs=False)
    for config in configs:
        if len(configs) > 1:
            click.echo(f"# {name_of(config)}: {config.docs}")
        for option in OPTIONS:
            found = config.values[option.key]
            shown = "***" if option.secret and found.value else json.dumps(found.value, ensure_ascii=False)
            click.echo(f"{option.key}: {shown}  # {found.origin}")
    return 0
