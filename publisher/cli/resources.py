"""The commands of each resource, made from the table of operations when one of them is asked for."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.filters import FILTERS, with_example
from publisher.cli.help import Helped, HelpedGroup, PanelArgument, output_option
from publisher.cli.help import command as helped
from publisher.cli.settings import connection_options, read_settings
from publisher.cli.shared import guarded
from publisher.errors import NotFound, UsageError

if TYPE_CHECKING:
    from publisher.config.load import Config
    from publisher.confluence.operations.types import Argument, Operation

#: Group → its help. The table is read only for the group that is asked for.
GROUPS = {
    "page": "Work with pages.",
    "property": "Work with content properties of pages, blog posts, attachments, comments and spaces.",
    "space": "Work with spaces.",
    "blogpost": "Work with blog posts.",
    "comment": "Work with footer and inline comments by their ids. By document and line: publisher comments.",
    "attachment": "Work with attachments.",
    "label": "Work with labels.",
    "task": "Work with tasks.",
    "custom-content": "Work with custom content.",
    "folder": "Work with folders (Cloud).",
    "user": "Work with people.",
    "gateway": "Work with the OAuth gateway.",
    "connection": "Work with connections of the OAuth gateway.",
}
_HOLDERS = ("blogpost", "attachment", "comment", "space")
_WITHOUT_SITE = {"connection", "gateway"}


class _Group(HelpedGroup):
    """The commands of one resource."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._complete()
        return super().get_command(ctx, cmd_name)

    def _complete(self) -> None:
        from publisher.confluence.operations.table import OPERATIONS

        if not self.commands:
            for operation in OPERATIONS:
                if operation.resource == self.name:
                    self.add_command(make_command(operation))


class _Search(Helped):
    """The one operation that is no part of a group: its flags are made when it is run."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        from publisher.confluence.operations.table import BY_NAME

        return make_command(BY_NAME["search"]).make_context(info_name, args, parent, **extra)


def add_resources(cli: click.Group) -> None:
    """A group for each resource, `search`, `api` and `mcp`."""
    for name, text in GROUPS.items():
        cli.add_command(_Group(name, help=text))
    cli.add_command(_Search("search", help="Search content by CQL."))
    from publisher.cli.api import api

    cli.add_command(api)
    from publisher.cli.mcp.command import mcp

    cli.add_command(mcp)


def make_command(operation: "Operation") -> click.Command:
    """The command of an operation: its arguments are given by place, everything else by flags."""
    from publisher.confluence.operations.types import Argument

    def run(words: tuple[str, ...], **options: Any) -> int:
        return _run(operation, words, options)

    command: Callable[..., Any] = guarded(run)
    arguments = [*operation.options, *(Argument(name, "") for name in _filters(operation))]
    for argument in reversed(arguments):
        command = _option(argument)(command)
    rows = [(_metavar(argument), with_example(argument.help, argument.name)) for argument in operation.arguments]
    usage = _usage(operation.arguments) or " "
    command = click.argument("words", nargs=-1, metavar=usage, cls=PanelArgument, rows=rows)(command)
    command = connection_options(output_flags(command))
    yes = click.option("--yes", is_flag=True, help="confirm; without it a terminal is asked")
    command = yes(command) if operation.confirm else command
    limit = click.option("--limit", type=click.IntRange(1), metavar="N", help="at most so many rows, e.g. 10")
    command = limit(command) if operation.paged else command
    text = operation.help + ("" if operation.on_data_center else " (not on Data Center)")
    made: click.Command = helped(operation.verb or operation.name, help=f"{text}.")(command)
    return made


def _run(operation: "Operation", words: tuple[str, ...], options: dict[str, Any]) -> int:
    from publisher.cli.connection import opened_confluence
    from publisher.cli.items import Wish, show, show_text, write_bytes
    from publisher.cli.pagetext import is_text, run_text
    from publisher.config.load import load_config

    form, columns, jq, web = (options.pop(name) for name in ("form", "columns", "jq", "web"))
    yes, verbose = (options.pop(name, False) for name in ("yes", "verbose"))
    config = load_config((), read_settings(options), need_docs=False)
    given = {name: value for name, value in options.items() if not name.startswith("setting_") and value is not None}
    output = given.pop("output", None)
    arguments = {**_read_words(operation, words, given), **given}
    _check_file(arguments)
    _fill_from_config(operation, arguments, config)
    if operation.confirm and not yes:
        _confirm(operation, arguments)
    without_site = operation.resource in _WITHOUT_SITE
    with opened_confluence(config, verbose=verbose, gateway_only=without_site) as (confluence, site):
        if "body_file" in arguments:
            arguments["body_file"] = _read_body(str(arguments["body_file"]), confluence.flavor)
        try:
            text = is_text(arguments)
            result = (
                run_text(operation, arguments, confluence, config)
                if text
                else confluence.run(operation.name, **arguments)
            )
            if isinstance(result, str):
                show_text(result, form)
            elif operation.result == "bytes":
                write_bytes(result, output)
            else:
                show(operation.result, result, Wish(form, columns, jq, web, site, body=operation.verb == "get"))
        except NotFound:
            if not without_site:  # Cloud hides everything from a bad login: then that is what has to be said
                confluence.run("user current")
            raise
    return 0


def _filters(operation: "Operation") -> Iterable[str]:
    options = {argument.name for argument in operation.options}
    return (name for name in operation.filters if name not in options and name != "cursor")


def _usage(arguments: "Iterable[Argument]") -> str:
    return " ".join(_metavar(argument) for argument in arguments)


def _metavar(argument: "Argument") -> str:
    name = argument.name.upper() + ("..." if argument.several else "")
    return name if argument.required else f"[{name}]"


def _option(argument: "Argument") -> Callable[[Any], Any]:
    flags = [f"--{argument.name}", argument.key]
    if argument.kind == "flag":
        return click.option(*flags, is_flag=True, default=None, help=argument.help)
    kinds: dict[str, Any] = {"count": click.IntRange(1)}
    unit = {"count": "N", "file": "FILE", "page": "PAGE", "space": "SPACE"}.get(argument.kind, "TEXT")
    text = with_example(argument.help or FILTERS[argument.name], argument.name)
    return click.option(*flags, type=kinds.get(argument.kind, str), default=None, metavar=unit, help=text)


def output_flags(command: Any) -> Any:
    """What stdout holds: a table, or JSON by ``--format``."""
    for option in (
        output_option("-v", "--verbose", is_flag=True, help="show every request"),
        output_option("--web", is_flag=True, help="open what is shown in a browser"),
        output_option(
            "--jq", default="", metavar="PROGRAM", help="print what jq makes of the JSON, e.g. '.[].title' (extra jq)"
        ),
        output_option("--columns", default="", metavar="NAMES", help="fields of the table, e.g. id,version.number"),
        output_option(
            "--format",
            "form",
            type=click.Choice(["table", "json", "jsonl"]),
            default="table",
            help="what stdout holds [default: table]",
        ),
    ):
        command = option(command)
    return command


def _read_words(operation: "Operation", words: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The words after the command by their names. A property's page is left out if something else has the property."""
    arguments = list(operation.arguments)
    if operation.resource == "property" and any(given.get(name) for name in _HOLDERS):
        arguments = arguments[1:]
    found: dict[str, Any] = {}
    left = list(words)
    for argument in arguments:
        if argument.several:
            found[argument.key], left = left, []
        elif left:
            found[argument.key] = left.pop(0)
    missing = [a.name.upper() for a in arguments if a.required and found.get(a.key, []) == []]
    if missing or left:
        what = f"missing {', '.join(missing)}" if missing else f"too many words: {' '.join(left)}"
        raise UsageError(f"{operation.name}: {what}; usage: publisher {operation.name} {_usage(arguments)}")
    return found


def _check_file(arguments: Mapping[str, Any]) -> None:
    for file in (arguments.get("body_file", "-"), arguments.get("markdown", "-")):
        if file != "-" and not Path(file).is_file():
            raise UsageError(f"{file}: no such file")


def _read_body(name: str, flavor: str) -> str:
    """Storage format from a file or standard input; Markdown is converted, for the product that it goes to."""
    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    if path.suffix.lower() not in {".md", ".markdown"}:
        return path.read_text(encoding="utf-8")
    from publisher.convert.compose import convert
    from publisher.model.settings import Settings

    pages = convert(Settings.of(path.absolute().parent, gitignore=False, target=flavor, banner="off")).rendered.pages
    return pages[path.name].body


def _fill_from_config(operation: "Operation", arguments: dict[str, Any], config: "Config") -> None:
    """A required space that was not given is that of the settings."""
    needed = {argument.key for argument in operation.options if argument.required}
    if "space" in needed and "space" not in arguments and config.get("space"):
        arguments["space"] = config.get("space")
    for argument in operation.arguments:
        if argument.kind == "json" and argument.key in arguments:
            try:
                arguments[argument.key] = json.loads(arguments[argument.key])
            except (ValueError, RecursionError):
                continue  # anything that is not JSON is a string


def _confirm(operation: "Operation", arguments: Mapping[str, Any]) -> None:
    names = [str(arguments[each.key]) for each in operation.arguments if each.key in arguments]
    how = ", for good" if arguments.get("purge") or operation.resource == "comment" else ""
    what = f"This deletes {operation.resource} {' '.join(names)}{how}."
    if not sys.stdin.isatty():
        raise UsageError(f"{what} Re-run with --yes to confirm.")
    if not click.confirm(f"{what} Continue?", err=True):
        raise UsageError("nothing was done")
