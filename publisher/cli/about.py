"""Commands about the command line itself: version, help and completion."""

import click
from click.shell_completion import get_completion_class

from publisher._version import __version__
from publisher.cli.help import command
from publisher.errors import UsageError


@command()
def version() -> None:
    """Show the version."""
    click.echo(f"publisher, version {__version__}")


@command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def help_command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show the help of a command: `publisher help publish`."""
    found = ctx.find_root()
    for word in words:
        group = found.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"`{found.command_path}` has no command '{word}'.", found)
        name, command, _ = group.resolve_command(found, [word])
        assert command is not None
        found = command.make_context(name, [], parent=found, resilient_parsing=True)
    click.echo(found.get_help())


@command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a shell's completion script, for example `publisher completion bash >> ~/.bashrc`."""
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, "publisher", "_PUBLISHER_COMPLETE").source())
