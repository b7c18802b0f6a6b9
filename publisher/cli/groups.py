"""The group of all commands: resources on demand, and what people who know another tool's commands are looking for."""

import difflib

import click

from publisher.cli.help import HelpedGroup

#: Commands of other tools, with ours. What deletes or overwrites is never proposed.
_SAME = {
    "serve": "preview",
    "deploy": "publish",
    "push": "publish",
    "sync": "publish",
    "upload": "publish",
    "diff": "plan --diff",
    "dry-run": "plan",
    "validate": "check",
    "lint": "check",
}
_DESTRUCTIVE = {"unpublish", "adopt", "undo-prune", "unlock"}
#: Options that delete or overwrite: never proposed for a name that was mistyped.
_NEVER = {
    "--prune",
    "--prune-limit",
    "--overwrite",
    "--take-over",
    "--force",
    "--yes",
    "--reset",
    "--move-root",
    "--purge",
}
#: What other tools call a run that changes nothing.
_DRY = {"--dry-run", "--dryrun", "--dry_run"}


def _near(error: click.NoSuchOption) -> list[str]:
    """The option of the command that is most like the one that was given; none that deletes or overwrites."""
    context = error.ctx
    params = context.command.get_params(context) if context else ()
    names = [name for param in params for name in (*param.opts, *param.secondary_opts) if name.startswith("--")]
    found = difflib.get_close_matches(error.option_name, names, 1, 0.75)
    return [name for name in found if name not in _NEVER]


class Commands(HelpedGroup):
    """The commands of the resources are made when one of them, or the list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None:
            self._complete()
            found = super().get_command(ctx, cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """UsageError that names the command that was meant."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            hint = self._meant(ctx, args[0])
            ctx.fail(f"No such command '{args[0]}'." + (f" Did you mean `publisher {hint}`?" if hint else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """An option for a dry run leads to `plan`, whatever command it was given to."""
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            dry = error.option_name in _DRY
            message = f"{error.message.rstrip('.')}. To see what would change, run `publisher plan`" if dry else None
            near = [] if dry else _near(error)
            raise click.NoSuchOption(error.option_name, message, near, error.ctx) from None

    def _meant(self, ctx: click.Context, word: str) -> str:
        if word in _SAME:
            return _SAME[word]
        names = [name for name in self.list_commands(ctx) if name not in _DESTRUCTIVE]
        return next(iter(difflib.get_close_matches(word, names, 1, 0.7)), "")

    def _complete(self) -> None:
        from publisher.cli.resources import add_resources

        if "page" not in self.commands:
            add_resources(self)
