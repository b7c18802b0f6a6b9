"""The command line: thin. The only place that prints and that turns exceptions into exit codes."""

import os
import sys

import click

from publisher._version import __version__
from publisher.cli.about import completion, help_command, version
from publisher.cli.commentscommand import comments
from publisher.cli.docs_commands import check, convert, preview, sandbox
from publisher.cli.explain import explain
from publisher.cli.groups import Commands
from publisher.cli.importcommand import import_command
from publisher.cli.setup_commands import config, doctor, init, login, logout, schema
from publisher.cli.streams import protect_streams
from publisher.cli.sync_commands import accept, adopt, plan, publish, pull, status, undo_prune, unlock, unpublish, watch


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="publisher")
def cli() -> None:
    """Publish a folder of Markdown as a tree of Confluence pages.

    \b
    Exit codes: 0 done, 1 unexpected, 2 usage or settings, 3 problems in the documents, 4 plan refused,
    5 Confluence refused or unreachable, 6 partly applied, 10 changes found (--exit-code), 130 interrupted.
    """


for _command in (
    publish,
    plan,
    watch,
    status,
    pull,
    import_command,
    comments,
    accept,
    adopt,
    unlock,
    undo_prune,
    unpublish,
    check,
    convert,
    preview,
    sandbox,
    init,
    login,
    logout,
    config,
    schema,
    doctor,
    explain,
    version,
    help_command,
    completion,
):
    cli.add_command(_command)


def main() -> None:
    """The console command."""
    protect_streams(os.environ)
    sys.exit(cli(standalone_mode=True))


if __name__ == "__main__":
    main()
