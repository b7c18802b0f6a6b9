"""Settings as options of commands: a flag for each row of the option table, with its unit, default and an example."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from publisher.cli.help import COMMON, PanelArgument, PanelOption
from publisher.cli.shared import Command
from publisher.config.options import GROUPS
from publisher.model.options.option import Option

#: Settings that are shown without `--help-all`.
_COMMON = ("url", "space", "parent", "profile", "collection", "fail_on", "prune")
_PATHS = [("[PATH]...", "documents or folders, e.g. docs [default: the docs folder of publisher.yml]")]
_UNITS = {"text": "TEXT", "count": "N", "seconds": "SECONDS", "list": "LIST", "table": "NAME=VALUE", "path": "PATH"}
#: Groups that are about Confluence: commands that work without a network have none of their options but these.
_ONLINE, _OFFLINE_TOO = {"Connection", "Sync", "Run"}, {"collection", "profile"}
#: The settings of one command, which has its own option for each.
_OF_ONE = {"editor"}
#: What a client command needs beside the address of Confluence.
_PATIENCE = {"retries", "retry_wait", "max_wait", "give_up_after", "log_file", "trusted_hosts", "sandbox_state"}


def document_options(function: Command) -> Command:
    """``PATH...`` and the settings."""
    return _paths(setting_options(function))


def offline_options(function: Command) -> Command:
    """``PATH...`` and the settings of a command that uses no network."""
    return _paths(offline_settings(function))


def _paths(function: Command) -> Command:
    kind = click.Path(path_type=Path)
    return click.argument("paths", nargs=-1, type=kind, metavar="[PATH]...", cls=PanelArgument, rows=_PATHS)(function)


def setting_options(function: Command) -> Command:
    """A flag for each setting that is not secret."""
    return _with_settings(function, lambda group, option: True)


def offline_settings(function: Command) -> Command:
    """The settings of documents and pages: nothing about Confluence, and how to reach it."""
    return _with_settings(function, lambda group, option: group not in _ONLINE or option.key in _OFFLINE_TOO)


def connection_options(function: Command) -> Command:
    """The settings that say where Confluence is, who we are, and how patient; ``read_settings`` takes them."""

    def wanted(group: str, option: Option) -> bool:
        return (option.address or option.key in _PATIENCE) and option.key not in {"space", "parent"}

    return _with_options(function, wanted, "setting_")


def read_settings(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among the flags of a client command."""
    return {name.removeprefix("setting_"): value for name, value in flags.items() if name.startswith("setting_")}


def _with_settings(function: Command, wanted: Callable[[str, Option], bool]) -> Command:
    strict = click.option("--strict", is_flag=True, help="short for --fail-on warning", cls=PanelOption, panel=COMMON)
    return _with_options(strict(function), wanted, "")


def _with_options(function: Command, wanted: Callable[[str, Option], bool], prefix: str) -> Command:
    rows = [(group, option) for group, options in GROUPS.items() for option in options]
    rows.sort(key=lambda row: _COMMON.index(row[1].key) if row[1].key in _COMMON else len(_COMMON))
    for group, option in reversed(rows):
        if not option.secret and option.key not in _OF_ONE and wanted(group, option):
            function = click.option(cls=_shared_option(group, option, prefix))(function)
    return function


#: By key and prefix. All commands share one option for each setting: apart they would be a thousand, made at every start.
_MADE: dict[tuple[str, str], PanelOption] = {}


def _shared_option(group: str, option: Option, prefix: str) -> Any:
    """What ``click.option`` takes for the class of an option."""
    if (option.key, prefix) not in _MADE:
        _MADE[option.key, prefix] = _make_option(group, option, prefix)
    return lambda *arguments, **more: _MADE[option.key, prefix]


def _make_option(group: str, option: Option, prefix: str) -> PanelOption:
    flags = f"{option.flag}/--no-{option.flag[2:]}" if option.kind == "flag" else option.flag
    extra: dict[str, Any] = {"default": None, "help": describe(option)}
    if option.choices:
        extra["type"] = click.Choice(option.choices)
    elif option.kind != "flag":
        extra["metavar"] = "URL" if option.key.endswith("url") else _UNITS[option.kind]
    panel = COMMON if option.key in _COMMON else group
    return PanelOption([flags, prefix + option.key], panel=panel, **extra)


def describe(option: Option) -> str:
    """What a setting is, its default, an example, and its variable."""
    facts = [f"default: {_shown(option.default)}"] if option.default not in ("", (), {}) else []
    facts += [f"e.g. {option.example}"] if option.example else []
    return f"{option.help} [{'; '.join([*facts, option.environment])}]"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
