"""Problems on a terminal: grouped by code, each with its count and its first places; all, chosen ones, or numbers only."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from msgspec import Struct

from publisher.cli.help import output_option
from publisher.cli.shared import Command, mask
from publisher.errors import UsageError
from publisher.model.problem import CODES, Level
from publisher.naming import count_of

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTICE: "cyan"}
#: So many places of a code are shown.
FIRST = 3
Row = Mapping[str, Any]


class View(Struct, frozen=True):
    """Which problems are shown, and how. ``quiet``: errors only."""

    all: bool = False
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    statistics: bool = False
    quiet: bool = False

    def choose(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that ``--select`` and ``--ignore`` leave."""
        return [row for row in rows if self.shows(row["code"])]

    def shows(self, code: str) -> bool:
        return code not in self.ignore and code in (self.select or CODES)


def problem_options(function: Command) -> Command:
    """The options of a view; ``take_view`` reads them."""
    for option in (
        output_option("--statistics", is_flag=True, help="count the problems of each code; list none"),
        output_option("--ignore", multiple=True, metavar="CODE", help="hide problems with this code, e.g. missing-alt"),
        output_option(
            "--select", multiple=True, metavar="CODE", help="show only problems with this code, e.g. broken-link"
        ),
        output_option("--all-problems", is_flag=True, help=f"list every problem, not the first {FIRST} of each code"),
    ):
        function = option(function)
    return function


def take_view(flags: dict[str, Any], *, quiet: bool) -> View:
    """The view that the flags ask for, taken out of them. UsageError for a code that there is not."""
    select, ignore = (_read_codes(flags.pop(name, None) or (), f"--{name}") for name in ("select", "ignore"))
    return View(bool(flags.pop("all_problems", False)), select, ignore, bool(flags.pop("statistics", False)), quiet)


def _read_codes(words: Iterable[str], option: str) -> frozenset[str]:
    codes = [code.strip() for word in words for code in word.split(",") if code.strip()]
    for code in codes:
        if code not in CODES:
            near = difflib.get_close_matches(code, CODES, 1, 0.5)
            raise UsageError(
                f"{option}: unknown problem code `{code}`" + (f"; did you mean `{near[0]}`?" if near else "")
            )
    return frozenset(codes)


def show_rows(rows: Iterable[Row], view: View, *, err: bool) -> None:
    """Prints them as the view wants it."""
    lines = problem_lines(view.choose(rows), view)
    if lines:
        click.echo(mask("\n".join(lines)), err=err)


def problem_lines(rows: Sequence[Row], view: View) -> list[str]:
    """``path:line: level code: message``; of a code with several places a head with the count, and the first places."""
    if view.statistics:
        return _statistics(rows)
    groups: dict[tuple[Level, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((Level[row["level"].upper()], row["code"]), []).append(row)
    lines: list[str] = []
    for (level, code), found in sorted(groups.items(), key=lambda group: -group[0][0]):
        if view.quiet and level < Level.ERROR:
            continue
        head = f"{click.style(level.name.lower(), fg=_COLOURS[level])} {code}"
        if view.all or len(found) == 1:
            lines += [f"{_place(row)}: {head}: {_said(row)}" for row in found]
            continue
        lines.append(f"{head}: {count_of(len(found), 'place')}")
        lines += [f"  {_place(row)}: {_said(row)}" for row in found[:FIRST]]
        if len(found) > FIRST:
            lines.append(f"  {len(found) - FIRST:,} more; --all-problems lists them")
    return lines


def _statistics(rows: Sequence[Row]) -> list[str]:
    counts = Counter((Level[row["level"].upper()], row["code"]) for row in rows)
    ordered = sorted(counts.items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
    most = max((len(f"{count:,}") for count in counts.values()), default=0)
    longest = max((len(code) for _, code in counts), default=0)
    return [
        f"{count:>{most},} {click.style(f'{level.name.lower():7}', fg=_COLOURS[level])} {code:{longest}}  {CODES[code][1]}"
        for (level, code), count in ordered
    ]


def _place(row: Row) -> str:
    return f"{row['path']}:{row['line']}" if row["line"] else str(row["path"])


def _said(row: Row) -> str:
    return str(row["said"])
