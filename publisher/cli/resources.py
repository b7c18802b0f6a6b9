"""The commands of each resource, made from the table of operations; and ``api``, which reaches everything else."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from publisher.cli.connection import access_of, logging_to, patience_of, session_of
from publisher.cli.shared import connection_options, guarded, mask
from publisher.config.load import Config, load_config
from publisher.confluence.connect import Session, Wire, connect_control
from publisher.confluence.operations import COLUMNS, OPERATIONS, V1, V2, Argument, Operation
from publisher.confluence.resources import Confluence
from publisher.confluence.values import Item
from publisher.errors import NotFound, UsageError

_HELP = {
    "page": "Pages.", "property": "Content properties of pages, blog posts, attachments, comments and spaces.",
    "space": "Spaces.", "blogpost": "Blog posts.", "comment": "Footer and inline comments.", "attachment": "Attachments.",
    "label": "Labels.", "task": "Tasks.", "custom-content": "Custom content.", "folder": "Folders (Cloud).",
    "user": "People.", "connection": "Connections of the OAuth gateway.",
}  # fmt: skip
_HOLDERS = ("blogpost", "attachment", "comment", "space")


@contextmanager
def opened_confluence(config: Config, *, verbose: bool, control_only: bool = False) -> Iterator[Confluence]:
    """The client of everything. Connections need no site: the control plane alone is asked."""
    if not control_only:
        with session_of(config, verbose=verbose) as session:
            yield Confluence(session.client, session.flavor, session.control)
        return
    with logging_to(config, verbose=verbose) as log:
        control = connect_control(access_of(config), Wire(1, patience_of(config), log))
        try:
            yield Confluence(control, "cloud", control)
        finally:
            control.close()


def add_resources(cli: click.Group) -> None:
    """A group for each resource, a command for each of its operations."""
    groups: dict[str, click.Group] = {}
    for operation in OPERATIONS:
        command = _command(operation)
        if not operation.verb:
            cli.add_command(command, operation.name)
            continue
        if operation.resource not in groups:
            groups[operation.resource] = click.Group(operation.resource, help=_HELP[operation.resource])
            cli.add_command(groups[operation.resource])
        groups[operation.resource].add_command(command, operation.verb)
    cli.add_command(api)


def _command(operation: Operation) -> click.Command:
    """The command of an operation: what it takes stands behind it, everything else are flags."""

    def run(words: tuple[str, ...], form: str, columns: str, yes: bool, verbose: bool, **flags: Any) -> int:
        config = load_config((), _settings(flags), need_docs=False)
        given = {name: value for name, value in flags.items() if not name.startswith("setting_")}
        arguments = {**_read_words(operation, words, given), **_read_values(given)}
        _fill_from_config(operation, arguments, config)
        if operation.asks and not yes:
            _confirm(operation, arguments)
        control = operation.resource == "connection"
        with opened_confluence(config, verbose=verbose, control_only=control) as confluence:
            if "body_file" in arguments:
                arguments["body_file"] = _read_body(arguments["body_file"], confluence.flavor)
            try:
                result = confluence.run(operation.name, **arguments)
                if operation.result == "bytes":
                    _write_bytes(result, flags.get("output"))
                else:
                    show(operation.result, result, form, columns)
            except NotFound:
                if not control:  # Cloud hides everything from a bad login: that is what has to be said (reference D.2)
                    confluence.run("user current")
                raise
        return 0

    command: Callable[..., Any] = guarded(run)
    for argument in (*operation.options, *(Argument(name, "") for name in _filters(operation))):
        command = _option(argument)(command)
    usage = " ".join(_metavar(argument) for argument in operation.takes)
    command = click.argument("words", nargs=-1, metavar=usage or " ")(command)
    command = connection_options(output_flags(command))
    limit = click.option("--limit", type=click.IntRange(1), help="at most so many rows")
    command = limit(command) if operation.many else command
    text = operation.help + ("" if operation.everywhere else " (not on Data Center)")
    return click.command(operation.verb or operation.name, help=text[0].upper() + text[1:] + ".")(command)


def _filters(operation: Operation) -> Iterable[str]:
    options = {argument.name for argument in operation.options}
    return (name for name in operation.filters if name not in options and name != "cursor")


def _metavar(argument: Argument) -> str:
    name = argument.name.upper() + ("..." if argument.many else "")
    return name if argument.required else f"[{name}]"


def _option(argument: Argument) -> Callable[[Any], Any]:
    flags = [f"--{argument.name}", argument.key]
    if argument.kind == "flag":
        return click.option(*flags, is_flag=True, default=None, help=argument.help)
    kinds: dict[str, Any] = {"count": click.IntRange(1)}
    return click.option(*flags, type=kinds.get(argument.kind, str), default=None, help=argument.help or None)


def output_flags(command: Any) -> Any:
    """What stdout holds: a table on a terminal, else JSON lines of what was asked for by ``--format``."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="show every request"),
        click.option("--yes", is_flag=True, help="do not ask"),
        click.option("--columns", default="", help="fields of the table, by dotted names"),
        click.option("--format", "form", type=click.Choice(["table", "json", "jsonl"]), default="table"),
    ):
        command = option(command)
    return command


def _settings(flags: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("setting_"): value for name, value in flags.items() if name.startswith("setting_")}


def _read_words(operation: Operation, words: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The words behind the command by their names. Of a property's page there is none if another holder is named."""
    takes = list(operation.takes)
    if operation.resource == "property" and any(given.get(name) for name in _HOLDERS):
        takes = takes[1:]
    found: dict[str, Any] = {}
    left = list(words)
    for argument in takes:
        if argument.many:
            found[argument.key], left = left, []
        elif left:
            found[argument.key] = left.pop(0)
    missing = [a.name.upper() for a in takes if a.required and found.get(a.key, []) == []]
    if missing or left:
        usage = " ".join(_metavar(argument) for argument in takes)
        what = f"missing {', '.join(missing)}" if missing else f"too many words: {' '.join(left)}"
        raise UsageError(f"{operation.name}: {what}; usage: publisher {operation.name} {usage}")
    return found


def _read_values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in given.items() if value is not None}
    file = values.get("body_file", "-")
    if file != "-" and not Path(file).is_file():
        raise UsageError(f"{file}: no such file")
    values.pop("output", None)
    return values


def _read_body(name: str, flavor: str) -> str:
    """Storage format from a file or stdin; Markdown is converted, for the product that it goes to."""
    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    if path.suffix.lower() not in {".md", ".markdown"}:
        return path.read_text(encoding="utf-8")
    from publisher.convert.compose import convert
    from publisher.model.settings import Settings

    pages = convert(Settings(path.absolute().parent, gitignore=False, target=flavor)).rendered.pages
    return pages[path.name].body


def _fill_from_config(operation: Operation, arguments: dict[str, Any], config: Config) -> None:
    """A space that is asked for and not given is that of the settings."""
    needed = {argument.key for argument in operation.options if argument.required}
    if "space" in needed and "space" not in arguments and config.get("space"):
        arguments["space"] = config.get("space")
    for argument in operation.takes:
        if argument.kind == "json" and argument.key in arguments:
            try:
                arguments[argument.key] = json.loads(arguments[argument.key])
            except ValueError:
                continue  # a text that is no JSON is a text


def _confirm(operation: Operation, arguments: Mapping[str, Any]) -> None:
    what = f"{operation.name} {' '.join(str(value) for value in arguments.values() if isinstance(value, str))}"
    if not sys.stdin.isatty():
        raise UsageError(f"`{what}` removes something: say --yes")
    if not click.confirm(f"{what}: are you sure?", err=True):
        raise UsageError("nothing was done")


def _write_bytes(item: Item, output: str | None) -> None:
    data = item.fields["bytes"]
    if output == "-":
        sys.stdout.buffer.write(data)
        return
    path = Path(output or Path(item.title).name)
    path.write_bytes(data)
    click.echo(f"{path}: {len(data)} bytes", err=True)


# Output


def show(kind: str, result: Any, form: str, columns: str) -> None:
    """One object or a list. Lists are written as they come."""
    if result is None:
        return
    single = isinstance(result, Item)
    rows: Iterable[Item] = [result] if isinstance(result, Item) else result
    if form == "jsonl":
        for row in rows:
            click.echo(_dump(row, None))
    elif form == "json" and single:
        click.echo(_dump(result, 2))
    elif form == "json":
        _show_array(rows)
    else:
        _show_table(
            rows, [name for name in columns.split(",") if name] or list(COLUMNS.get(kind, ("id", "title"))), kind
        )


def _dump(item: Item, indent: int | None) -> str:
    # The address of a connection holds a session token: `create` and `get` show it on purpose.
    text = json.dumps(item.fields, ensure_ascii=False, indent=indent)
    return text if item.kind == "connection" else mask(text)


def _show_array(rows: Iterable[Item]) -> None:
    first = True
    for row in rows:
        click.echo("[" if first else ",", nl=first)
        click.echo(("" if first else "\n") + _dump(row, None), nl=False)
        first = False
    click.echo("[]" if first else "\n]")


def _show_table(rows: Iterable[Item], columns: list[str], kind: str) -> None:
    """In blocks, so that a long list begins at once and its columns still stand below each other."""
    block: list[list[str]] = []
    widths = [len(name) for name in columns]
    shown = False

    def flush() -> None:
        nonlocal shown, widths
        widths = [max([width, *(len(row[place]) for row in block)]) for place, width in enumerate(widths)]
        lines = [] if shown else [[name.rpartition(".")[2] if name.count(".") > 1 else name for name in columns]]
        for row in [*lines, *block]:
            text = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            click.echo(mask(text) if kind != "connection" else text)
        shown = True
        block.clear()

    for row in rows:
        block.append([_cell(row.get(name)) for name in columns])
        if kind == "connection" and row.fields.get("url"):
            click.echo(f"open {row.fields['url']}", err=True)
        if len(block) == 50:
            flush()
    if block:
        flush()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())  # nothing that a terminal would obey
    return text if len(text) <= 60 else text[:59] + "…"


# Anything else


@click.command("api", help="Any request: METHOD PATH, below the site's /wiki; --paginate follows the pages of a list.")
@click.argument("method")
@click.argument("path")
@click.option(
    "--field", "fields", multiple=True, metavar="K=V", help="a parameter; JSON values of a body keep their type"
)
@click.option("--input", "source", default=None, help="a file with the body; - is stdin")
@click.option("--paginate", is_flag=True, help="all pages of a list, as one array")
@click.option("-v", "--verbose", is_flag=True, help="show every request")
@connection_options
@guarded
def api(
    method: str, path: str, fields: tuple[str, ...], source: str | None, paginate: bool, verbose: bool, **flags: Any
) -> int:
    """As `gh api` does. PATH is /api/v2/… or /rest/api/…; a leading /wiki, /ex/confluence/… or the site's address is cut."""
    method = method.upper()
    config = load_config((), _settings(flags), need_docs=False)
    values = dict(_field(text) for text in fields)
    arguments: dict[str, Any] = (
        {"params": {name: str(value) for name, value in values.items()}} if method == "GET" else {}
    )
    if source is not None:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        arguments = {"content": text.encode(), "headers": {"Content-Type": "application/json"}}
    elif method != "GET" and values:
        arguments = {"json": values}
    with session_of(config, verbose=verbose) as session:
        below = below_base(path, session)
        if paginate:
            rows = list(session.client.pages_of(below, arguments.get("params", {})))
            click.echo(mask(json.dumps(rows, ensure_ascii=False, indent=2)))
            return 0
        answer = session.client.request(method, below, **arguments)
        if answer is not None:
            click.echo(mask(json.dumps(answer, ensure_ascii=False, indent=2)))
    return 0


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--field {text!r}: write NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def below_base(path: str, session: Session) -> str:
    """PATH as the client wants it. UsageError for another host, which would get the login."""
    if "//" in path.split("?")[0]:
        parts = urlsplit(path)
        hosts = {urlsplit(session.site).netloc, urlsplit(session.client.base).netloc}
        if parts.netloc not in hosts:
            raise UsageError(f"{parts.netloc} is not the site of the settings; nothing was sent to it")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
    path = "/" + path.lstrip("/")
    starts = [path.find(start) for start in (V2 + "/", V1 + "/", "/rest/") if start in path]
    if not starts:
        raise UsageError(f"{path!r}: write a path that begins with /api/v2/ or /rest/api/")
    return path[min(starts) :]
