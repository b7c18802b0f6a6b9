"""The help of every command: panels, units, defaults, examples that work, and not too long."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from publisher.cli.examples import examples_of
from publisher.cli.help import SECTIONS
from publisher.cli.main import cli
from publisher.config.options import GROUPS, OPTIONS


def commands(command: click.Command = cli, ctx: click.Context | None = None) -> Iterator[str]:
    """The path of each command, groups and their commands too."""
    ctx = ctx or click.Context(cli, info_name="publisher")
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            sub = click.Context(below, info_name=name, parent=ctx)
            path = sub.command_path.removeprefix("publisher ")
            yield path
            yield from commands(below, sub) if isinstance(below, click.Group) else ()


COMMANDS = list(commands())


def shown(*words: str, env: dict[str, str] | None = None) -> str:
    done = CliRunner().invoke(cli, list(words), prog_name="publisher", env={"COLUMNS": "80", **(env or {})})
    assert done.exit_code == 0, done.output
    return done.output


def context_of(path: str) -> click.Context:
    """Of a command that is not run."""
    ctx = click.Context(cli, info_name="publisher")
    for word in path.split():
        assert isinstance(ctx.command, click.Group)
        command = ctx.command.get_command(ctx, word)
        assert command is not None
        ctx = command.make_context(word, [], parent=ctx, resilient_parsing=True)
    return ctx


@pytest.mark.parametrize("path", COMMANDS)
def test_help_fits_and_is_whole(path: str) -> None:
    lines = shown(*path.split(), "--help").splitlines()
    assert len(lines) <= 70
    assert not [line for line in lines if len(line) > 80 and not line.startswith("  publisher ")], lines
    assert not [line for line in lines if line.endswith(("…", "...")) and not line.startswith("Usage")]
    assert sum(line.startswith("  publisher ") for line in lines) >= 2


@pytest.mark.parametrize("path", COMMANDS)
def test_examples_are_commands_with_options_that_exist(path: str) -> None:
    found = examples_of(path)
    assert len(found) >= 2 and len(set(found)) == len(found)
    for line in found:
        for words in _split(line):
            assert words.pop(0) == "publisher"
            ctx = click.Context(cli, info_name="publisher")
            while isinstance(ctx.command, click.Group):
                name, command, words = ctx.command.resolve_command(ctx, words)
                assert command is not None
                if isinstance(command, click.Group):
                    ctx = click.Context(command, info_name=name, parent=ctx)
                else:
                    ctx = command.make_context(name, words, parent=ctx)
            assert ctx.command_path.removeprefix("publisher ").startswith(path.split()[0]) or path == "version"


def _split(line: str) -> Iterator[list[str]]:
    """The words of each command of a shell line, without its redirections."""
    for command in line.split(" && "):
        yield shlex.split(re.sub(r" >>? \S+$", "", command))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_says_what_it_takes(path: str) -> None:
    ctx = context_of(path)
    for param in ctx.command.get_params(ctx):
        record = param.get_help_record(ctx)
        if not isinstance(param, click.Option) or record is None:
            continue
        term, text = record
        assert text, f"{path} {term} has no help"
        if not param.is_flag and not isinstance(param.type, click.Choice):
            assert "e.g." in text or "one " in text, f"{path} {term}: {text}"
            assert " TEXT" not in term or "e.g." in text
        if isinstance(param.type, click.Choice):
            assert "[" in text, f"{path} {term} names no default: {text}"


def test_each_setting_has_an_example_or_values() -> None:
    kinds = [option for option in OPTIONS if option.kind != "flag" and not option.secret]
    assert [option.key for option in kinds if not (option.example or option.choices)] == []


def test_own_options_come_first_and_settings_on_demand() -> None:
    short, whole = shown("plan", "--help"), shown("plan", "--help-all")
    heads = [line for line in short.splitlines() if re.fullmatch(r"[A-Z][\w ]+:", line)]
    assert heads == ["Options:", "Output:", "Common settings:", "Examples:"]
    assert "--timeout" not in short and "--help-all" in short
    heads = [line for line in whole.splitlines() if re.fullmatch(r"[A-Z][\w ]+:", line)]
    assert heads[:3] == ["Options:", "Output:", "Common settings:"] and {f"{name}:" for name in GROUPS} <= set(heads)
    text = " ".join(whole.split())
    assert "--timeout SECONDS request timeout in seconds [default: 60; e.g. 30; CONFLUENCE_TIMEOUT]" in text


@pytest.mark.parametrize("path", ["check", "convert", "preview", "explain", "schema", "sandbox", "completion"])
def test_offline_commands_have_no_network_options(path: str) -> None:
    ctx = context_of(path)
    names = {name for param in ctx.command.get_params(ctx) for name in param.opts}
    online = {option.flag for option in (*GROUPS["Connection"], *GROUPS["Sync"]) if option.key != "collection"}
    assert not names & (online - {"--space", "--flavor"}) and (path == "sandbox" or "--space" not in names)


def test_commands_are_in_groups() -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert set(cli.list_commands(click.Context(cli))) <= set(listed) and len(listed) == len(set(listed))
    told = shown("--help")
    assert [line[:-1] for line in told.splitlines() if line[:-1] in SECTIONS] == list(SECTIONS)
    assert "Take over pages that another tool made, and keep their ids\n" in told


def test_help_of_help() -> None:
    assert shown("help", "search") == shown("search", "--help")
    assert "CQL" in shown("help", "search") and "--limit" in shown("help", "search")


def test_no_colours_where_none_are_wanted(tmp_path: object) -> None:
    coloured = CliRunner().invoke(cli, ["check", "--help"], color=True, env={"COLUMNS": "80"}).output
    plain = CliRunner().invoke(cli, ["check", "--help"], color=True, env={"COLUMNS": "80", "NO_COLOR": "1"}).output
    assert "\033[" in coloured and "\033[" not in plain
