"""The guide knows every command, option, macro and problem code; the layers hold."""

import re
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from publisher.cli.examples import examples_of
from publisher.cli.help import SECTIONS
from publisher.cli.main import cli
from publisher.config.load import load_all
from publisher.config.options import GROUPS, OPTIONS
from publisher.confluence.operations.table import OPERATIONS
from publisher.confluence.scopes import PUBLISHING, Need, command_needs
from publisher.convert.compose import convert
from publisher.model.options.option import Option
from publisher.model.problem import CODES
from publisher.render.templates import macro_names

ROOT = Path(__file__).parents[2]
GUIDE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sample-docs").rglob("*.md"))


def test_everything_is_documented() -> None:
    wanted = [f"publisher {name}" for name in cli.commands]
    wanted += [f"`{option.environment}`" for option in OPTIONS]
    wanted += [f"`{name}`" for name in [*macro_names(), *CODES]]
    assert [item for item in wanted if item not in GUIDE] == []


#: How a value is given, by its kind.
TYPES = {
    "text": "text",
    "flag": "true or false",
    "count": "whole number",
    "seconds": "seconds",
    "list": "list",
    "table": "mapping",
    "path": "path",
}


def cell(text: object) -> str:
    return f"`{text}`".replace("|", "\\|") if str(text) else "—"


def settings_table(options: Sequence[Option]) -> list[str]:
    rows = []
    for option in options:
        default = ", ".join(option.default) if isinstance(option.default, tuple) else str(option.default)
        default = default.lower() if isinstance(option.default, bool) else "" if option.default == {} else default
        kind = ", ".join(cell(choice) for choice in option.choices if choice) or TYPES[option.kind]
        names = [option.key if option.in_file else "", "" if option.secret else option.flag, option.environment]
        named = "<br>".join(cell(name) for name in names if name)
        meaning = option.help[0].upper() + option.help[1:]
        rows.append(f"| {named} | {kind} | {cell(default)} | {cell(option.example)} | {meaning} |")
    return ["| setting | type | default | example | meaning |", "|---|---|---|---|---|", *rows]


def commands_table(names: Sequence[str]) -> list[str]:
    rows = []
    for name in names:
        command = cli.get_command(click.Context(cli), name)
        if command is not None:
            examples = "<br>".join(cell(line) for line in examples_of(name))
            rows.append(f"| `publisher {name}` | {command.get_short_help_str(200).rstrip('.')} | {examples} |")
    return ["| command | what it does | examples |", "|---|---|---|", *rows]


def codes_table() -> list[str]:
    rows = [f"| [`{code}`]({code}.md) | {level.name.lower()} | {meaning} |" for code, (level, meaning) in CODES.items()]
    return ["| code | level | meaning |", "|---|---|---|", *rows]


def operations_table() -> list[str]:
    rows = []
    for operation in OPERATIONS:
        words = " ".join(a.name.upper() if a.required else f"[{a.name.upper()}]" for a in operation.arguments)
        flags = [f"--{a.name}" for a in operation.options]
        flags += [f"--{name}" for name in operation.filters if name != "cursor" and f"--{name}" not in flags]
        flags += ["--yes"] if operation.confirm else []
        command = f"publisher {operation.name} {words}".rstrip()
        where = "" if operation.on_data_center else "Cloud only"
        rows.append(
            f"| `{command}` | {operation.help} | {' '.join(f'`{flag}`' for flag in flags) or '—'} "
            f"| {cell(examples_of(operation.name)[0])} | {where or '—'} |"
        )
    return ["| command | what it does | flags | example | note |", "|---|---|---|---|---|", *rows]


def scopes_table(head: str, needs: tuple[Need, ...]) -> list[str]:
    rows = []
    for need in needs:
        instead = {scope for each in need.endpoints if each.scopes for scope in each.granular} - set(need.granular)
        cells = [
            " ".join(f"`{scope}`" for scope in sorted(part)) or "—" for part in (need.classic, need.granular, instead)
        ]
        name = f"`{need.name}`" if need.name.startswith("publisher ") else need.name
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return [f"| {head} | classic | granular | granular in place of classic |", "|---|---|---|---|", *rows]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("reference/scopes.md", scopes_table("what", PUBLISHING)),
        ("reference/scopes.md", scopes_table("command", command_needs())),
        *(("reference/settings.md", settings_table(options)) for options in GROUPS.values()),
        *(("reference/commands.md", commands_table(names)) for names in SECTIONS.values()),
        ("reference/problems/index.md", codes_table()),
        ("reference/operations.md", operations_table()),
    ],
)
def test_tables_are_those_of_the_code(name: str, table: list[str], update: bool) -> None:
    path = ROOT / "sample-docs" / name
    text = path.read_text(encoding="utf-8")
    first = "\n".join(table[:2]) + "\n" + table[2].split(" | ")[0].split("<br>")[0]  # of several tables with one head
    start = text.index(first if first in text else table[0])
    end = text.find("\n\n", start)
    new = text[:start] + "\n".join(table) + (text[end:] if end > 0 else "\n")
    if update:
        path.write_text(new, encoding="utf-8")
    assert new == path.read_text(encoding="utf-8"), "run pytest --update-golden"


def test_the_guide_has_no_problems() -> None:
    (config,) = load_all((ROOT / "sample-docs",), {})
    result = convert(config.settings())
    assert [str(problem) for problem in result.problems] == []
    assert len(result.rendered.pages) >= 15


#: A source in a column, and beside it the result: the same Markdown once more, live.
_PAIR = re.compile(
    r"^(?P<left>:{6} columns\n:{5} column\n````markdown\n(?P<source>.*?)\n````\n:{5}\n:{5} column\n)(?P<live>.*?)(?P<end>:{5}\n:{6})$",
    re.M | re.S,
)


@pytest.mark.parametrize("path", sorted((ROOT / "sample-docs" / "writing").glob("*.md")), ids=lambda path: path.name)
def test_a_result_is_that_of_the_source_beside_it(path: Path, update: bool) -> None:
    text = path.read_text(encoding="utf-8")
    new = _PAIR.sub(lambda match: f"{match['left']}{match['source']}\n{match['end']}", text)
    if update:
        path.write_text(new, encoding="utf-8")
    assert new == path.read_text(encoding="utf-8"), "run pytest --update-golden"
    assert text.count(":::::: columns") == len(_PAIR.findall(text))


def test_pictures_are_small() -> None:
    """They are made by `just pictures`; every clone carries them."""
    big = [path.name for path in (ROOT / "sample-docs" / "images").iterdir() if path.stat().st_size > 100_000]
    assert big == []
