"""What operations give, on stdout: tables, JSON, bytes."""

import difflib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from publisher.cli.shared import mask
from publisher.cli.terminal import columns, open_address
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.table import COLUMNS
from publisher.errors import UsageError
from publisher.naming import count_of

if TYPE_CHECKING:
    from publisher.confluence.operations.context import Result

_BLOCK = 50


def write_bytes(result: "Result", output: str | None) -> None:
    """Into a file, or onto stdout for ``-``."""
    assert isinstance(result, Item) and result.stream is not None
    if output == "-":
        with result.stream() as pieces:
            sys.stdout.buffer.writelines(pieces)
        return
    # The name comes from the server: only its last part counts, and it must not be hidden or empty.
    name = re.sub(r"[\\/:\x00-\x1f]", "_", result.title).lstrip(".") or "attachment"
    path = Path(output or name)
    try:
        with result.stream() as pieces:
            size = _write_whole(path, pieces)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    click.echo(f"{path}: {count_of(size, 'byte')}", err=True)


def _write_whole(path: Path, pieces: Iterable[bytes]) -> int:
    """Piece by piece, beside the file until the last one is there; returns the number of bytes. A device is written at once."""
    aside = not path.exists() or path.is_file()
    target = path.with_name(f".{path.name[:100]}.{os.getpid()}.part") if aside else path
    try:
        with target.open("wb") as file:
            size = sum(file.write(piece) for piece in pieces)
        if aside:
            target.replace(path)
    except BaseException:
        if aside:
            target.unlink(missing_ok=True)
        raise
    return size


class Wish(Struct, frozen=True):
    """What a client command prints. ``site``: what addresses of pages begin with; ``body``: shown below the table, unless columns are
    named or a browser shows it.
    """

    form: str = "table"
    columns: str = ""
    jq: str = ""
    web: bool = False
    site: str = ""
    body: bool = False


def show(kind: str, result: "Result", wish: Wish) -> None:
    """One object or a list. Lists are written as they come."""
    if result is None:
        return
    if wish.web and not isinstance(result, Item):
        raise UsageError("--web opens one page: use it with a command that shows one, page get say")
    form = wish.form
    rows: Iterable[Item] = [result] if isinstance(result, Item) else result
    if wish.jq:
        filter_json(dict(result.fields) if isinstance(result, Item) else [dict(row.fields) for row in rows], wish.jq)
    elif form == "jsonl":
        for row in rows:
            click.echo(_dump(row, None))
    elif form == "json" and isinstance(result, Item):
        click.echo(_dump(result, 2))
    elif form == "json":
        _show_array(rows)
    else:
        names = [name.strip() for name in wish.columns.split(",") if name.strip()]
        _Table(names or list(COLUMNS.get(kind, ("id", "title"))), kind, chosen=bool(names)).show(rows)
    if isinstance(result, Item):
        _show_address(result, wish)


def _show_address(item: Item, wish: Wish) -> None:
    """Where people see it, and for people its text."""
    address = _address(item, wish.site)
    plain = wish.form == "table" and not wish.jq
    if plain and address:
        click.echo(mask(address))
    if plain and wish.body and item.body and not wish.columns and not wish.web:
        click.echo("\n" + mask(item.body))
    if wish.web:
        if not address:
            raise UsageError(f"--web: {item.kind} {item.id} has no page in the browser")
        open_address(mask(address))


def _address(item: Item, site: str) -> str:
    link = str(item.get("_links.webui") or item.get("webuiLink") or "")
    return site.rstrip("/") + link if link.startswith("/") else link


def filter_json(data: object, program: str) -> None:
    """Prints what jq makes of the data; strings as they are, as `jq --raw-output` has them."""
    try:
        import jq
    except ImportError:
        raise UsageError(
            "--jq needs the extra `jq`: pip install 'publisher-confluence[jq]', or pipe --format json to jq"
        ) from None
    try:
        found = jq.compile(program).input_text(json.dumps(data)).all()
    except ValueError as error:
        raise UsageError(f"--jq {program}: {str(error).splitlines()[0]}") from None
    for value in found:
        click.echo(mask(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))


def show_text(text: str, form: str) -> None:
    """Markdown as it is; with JSON as a string."""
    click.echo(mask(text), nl=False) if form == "table" else click.echo(mask(json.dumps(text, ensure_ascii=False)))


def _dump(item: Item, indent: int | None) -> str:
    # The URL of a connection holds a session token: `create` and `get` show it on purpose.
    text = json.dumps(item.fields, ensure_ascii=False, indent=indent)
    return text if item.kind == "connection" else mask(text)


def _show_array(rows: Iterable[Item]) -> None:
    first = True
    for row in rows:
        click.echo("[" if first else ",", nl=first)
        click.echo(("" if first else "\n") + _dump(row, None), nl=False)
        first = False
    click.echo("[]" if first else "\n]")


class _Table:
    """In blocks, so that a long list begins at once and its columns stay aligned."""

    def __init__(self, columns: list[str], kind: str, *, chosen: bool) -> None:
        self._columns, self._kind, self._chosen = columns, kind, chosen
        self._widths = [len(name) for name in columns]
        self._begun = False

    def show(self, rows: Iterable[Item]) -> None:
        block: list[list[str]] = []
        first, rows = _peek(rows)
        if self._chosen and first:
            self._check(first)
        for row in rows:
            block.append([_cell(row.get(name)) for name in self._columns])
            if self._kind == "connection" and row.fields.get("url"):
                click.echo(f"open {row.fields['url']}", err=True)
            if len(block) == _BLOCK:
                self._flush(block)
        if block:
            self._flush(block)

    def _check(self, rows: Sequence[Item]) -> None:
        """UsageError for a column that no row has, with the names that there are."""
        known = dict.fromkeys(COLUMNS.get(self._kind, ()))
        known |= dict.fromkeys(name for row in rows for name in _names(row.fields))
        for name in self._columns:
            if name not in known and not any(each.startswith(name + ".") for each in known):
                near = difflib.get_close_matches(name, known, 1, 0.6)
                meant = f"did you mean {near[0]}? " if near else ""
                raise UsageError(f"--columns: there is no column {name!r}; {meant}known: {', '.join(known)}")

    def _flush(self, block: list[list[str]]) -> None:
        heads = [name.rpartition(".")[2] if name.count(".") > 1 else name for name in self._columns]
        wanted = [max([width, *(len(row[at]) for row in block)]) for at, width in enumerate(self._widths)]
        most = _widest(wanted)
        self._widths = [min(width, most) for width in wanted]
        for row in [*([] if self._begun else [heads]), *block]:
            text = "  ".join(
                _cut(cell, width).ljust(width) for cell, width in zip(row, self._widths, strict=True)
            ).rstrip()
            click.echo(mask(text) if self._kind != "connection" else text)
        self._begun = True
        block.clear()


def _peek(rows: Iterable[Item]) -> tuple[list[Item], Iterable[Item]]:
    """The first rows, and all of them."""
    left = iter(rows)
    first = list(islice(left, _BLOCK))
    return first, chain(first, left)


def _names(fields: Mapping[str, object], before: str = "") -> Iterator[str]:
    """The dotted names of all values."""
    for name, value in fields.items():
        if isinstance(value, Mapping) and value:
            yield from _names(value, f"{before}{name}.")
        else:
            yield before + name


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())  # nothing that a terminal would obey


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"


#: A column keeps so many characters, however narrow the terminal is.
_NARROWEST = 20


def _widest(widths: Sequence[int]) -> int:
    """How wide a cell may be so that rows of such columns fit on a line of the terminal."""
    line, most = columns(), max(widths, default=0)
    if not line:
        return most
    room = line - 2 * (len(widths) - 1)
    while most > _NARROWEST and sum(min(width, most) for width in widths) > room:
        most -= 1
    return most
