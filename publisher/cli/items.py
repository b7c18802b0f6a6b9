"""What operations give, on stdout: tables, JSON, bytes."""

import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.shared import mask
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


def show(kind: str, result: "Result", form: str, columns: str) -> None:
    """One object or a list. Lists are written as they come."""
    if result is None:
        return
    rows: Iterable[Item] = [result] if isinstance(result, Item) else result
    if form == "jsonl":
        for row in rows:
            click.echo(_dump(row, None))
    elif form == "json" and isinstance(result, Item):
        click.echo(_dump(result, 2))
    elif form == "json":
        _show_array(rows)
    else:
        names = [name for name in columns.split(",") if name] or list(COLUMNS.get(kind, ("id", "title")))
        _Table(names, kind).show(rows)


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

    def __init__(self, columns: list[str], kind: str) -> None:
        self._columns, self._kind = columns, kind
        self._widths = [len(name) for name in columns]
        self._begun = False

    def show(self, rows: Iterable[Item]) -> None:
        block: list[list[str]] = []
        for row in rows:
            block.append([_cell(row.get(name)) for name in self._columns])
            if self._kind == "connection" and row.fields.get("url"):
                click.echo(f"open {row.fields['url']}", err=True)
            if len(block) == _BLOCK:
                self._flush(block)
        if block:
            self._flush(block)

    def _flush(self, block: list[list[str]]) -> None:
        heads = [name.rpartition(".")[2] if name.count(".") > 1 else name for name in self._columns]
        self._widths = [max([width, *(len(row[at]) for row in block)]) for at, width in enumerate(self._widths)]
        for row in [*([] if self._begun else [heads]), *block]:
            text = "  ".join(cell.ljust(width) for cell, width in zip(row, self._widths, strict=True)).rstrip()
            click.echo(mask(text) if self._kind != "connection" else text)
        self._begun = True
        block.clear()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())  # nothing that a terminal would obey
    return text if len(text) <= 60 else text[:59] + "…"
