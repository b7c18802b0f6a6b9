"""Help: commands in groups, options in panels, a command's own options first, examples last.

cloup lays it out. It is imported when somebody asks for help, so that nothing else waits for it.
"""

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from cloup.formatting import HelpFormatter, HelpSection

#: Panels that are shown without `--help-all`, in their order.
OWN, OUTPUT, COMMON = "Options", "Output", "Common settings"
_FIRST = (OWN, OUTPUT, COMMON)
#: Group of commands → their names, in the order of the help.
SECTIONS = {
    "Publish": ("plan", "publish", "watch"),
    "Look": ("status", "comments", "sandbox"),
    "Write": ("check", "explain", "preview", "convert"),
    "Look after": ("pull", "accept", "adopt", "undo-prune", "unpublish", "unlock"),
    "Content": ("page", "blogpost", "space", "comment", "attachment", "label", "property", "task", "folder",
                "custom-content", "user", "search", "api", "mcp", "gateway", "connection"),
    "Set up": ("init", "import", "login", "logout", "doctor", "config", "schema", "completion", "help", "version"),
}  # fmt: skip


class PanelOption(click.Option):
    """An option that belongs to a panel of the help."""

    def __init__(self, *arguments: Any, panel: str = OWN, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.panel = panel


class PanelArgument(click.Argument):
    """What is given by place. ``rows``: (name, what it is), for the help."""

    def __init__(self, *arguments: Any, rows: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.rows = rows


#: An option of what a command prints.
output_option = functools.partial(click.option, cls=PanelOption, panel=OUTPUT)


class Helped(click.Command):
    """A command with this help. ``examples``: lines as people type them; by default those of its path in the table."""

    examples: Sequence[str] = ()

    def get_help(self, ctx: click.Context) -> str:
        return _write(self, ctx, everything=False)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        params = super().get_params(ctx)
        return [*params, _HELP_ALL] if any(_panel(param) not in _FIRST for param in params) else params


class HelpedGroup(Helped, click.Group):
    """A group of such commands."""

    command_class = Helped


def command(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Helped]:
    """The decorator of a command."""
    return click.command(name, cls=Helped, **more)


def _show_all(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(_write(ctx.command, ctx, everything=True), color=ctx.color)
        ctx.exit()


_HELP_ALL = click.Option(
    ["--help-all"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_all,
    help="Show every option and exit.",
)


def _panel(param: click.Parameter) -> str:
    return getattr(param, "panel", OWN)


def _write(command: click.Command, ctx: click.Context, *, everything: bool) -> str:
    formatter = _formatter()
    command.format_usage(ctx, formatter)
    formatter.write_command_help_text(command)
    sections = list(_commands(command, ctx)) if isinstance(command, click.Group) else []
    if sections:
        formatter.write_many_sections(sections)
    sections = list(_panels(command, ctx, everything=everything))
    if sections:
        formatter.write_many_sections(sections)
    if not everything and any(param is _HELP_ALL for param in command.get_params(ctx)):
        formatter.write(f"\nAll settings: {ctx.command_path} --help-all\n")
    examples = _examples(command, ctx)
    if examples:
        formatter.write("\n")
        formatter.write_heading("Examples")
        formatter.write(*(f"  {line}\n" for line in examples))
    return formatter.getvalue().rstrip("\n")


def _formatter() -> "HelpFormatter":
    from cloup import HelpTheme, Style
    from cloup.formatting import HelpFormatter

    plain = bool(os.environ.get("NO_COLOR"))
    theme = HelpTheme() if plain else HelpTheme(heading=Style(bold=True), col1=Style(fg="cyan"))
    return HelpFormatter(max_width=100, col1_max_width=28, theme=theme)


def _commands(group: click.Group, ctx: click.Context) -> Iterator["HelpSection"]:
    from cloup.formatting import HelpSection

    names = group.list_commands(ctx)
    sections = SECTIONS if ctx.parent is None else {}
    listed = {name for group_names in sections.values() for name in group_names}
    rest = tuple(name for name in names if name not in listed)
    for heading, wanted in {**sections, "More" if sections else "Commands": rest}.items():
        rows = [(name, _first_sentence(group, ctx, name)) for name in wanted if name in names]
        if rows:
            yield HelpSection(heading, rows)


def _first_sentence(group: click.Group, ctx: click.Context, name: str) -> str:
    found = group.get_command(ctx, name)
    text = " ".join((found.help or "" if found else "").split("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".:")


def _panels(command: click.Command, ctx: click.Context, *, everything: bool) -> Iterator["HelpSection"]:
    from cloup.formatting import HelpSection

    rows: dict[str, list[tuple[str, str]]] = {name: [] for name in _FIRST}
    for param in command.get_params(ctx):
        if isinstance(param, click.Argument):
            rows[OWN] += getattr(param, "rows", ())
        elif record := param.get_help_record(ctx):
            rows.setdefault(_panel(param), []).append(_fitted(param, *record))
    for name, found in rows.items():
        if found and (everything or name in _FIRST):
            yield HelpSection(name, found)


#: Terms that are longer would not fit on a line.
_LONGEST = 60


def _fitted(param: click.Parameter, term: str, text: str) -> tuple[str, str]:
    """The row of an option; many values go into its text."""
    if len(term) <= _LONGEST or not isinstance(param.type, click.Choice):
        return term, text
    values = ", ".join(map(str, param.type.choices))
    return f"{term.partition(' [')[0]} NAME", f"{text} (one of {values})"


def _examples(command: click.Command, ctx: click.Context) -> Sequence[str]:
    from publisher.cli.examples import examples_of

    path = ctx.command_path.partition(" ")[2] if ctx.parent else ""
    root = ctx.find_root().command_path
    words = ctx.command_path.removeprefix(root).strip()
    return getattr(command, "examples", ()) or examples_of(words or path)
