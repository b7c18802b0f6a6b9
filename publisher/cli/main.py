"""The command line: thin. The only place that prints and that turns exceptions into exit codes."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import click

from publisher._version import __version__
from publisher.cli.about import completion, help_command, version
from publisher.cli.explain import explain
from publisher.cli.groups import Commands
from publisher.cli.output import Output, output_formats
from publisher.cli.shared import document_options, guarded, setting_options, take_options
from publisher.cli.streams import protect_streams


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="publisher")
def cli() -> None:
    """Publish a folder of Markdown as a tree of Confluence pages.

    \b
    Exit codes: 0 done, 1 unexpected, 2 usage or settings, 3 problems in the documents, 4 plan refused,
    5 Confluence refused or unreachable, 6 partly applied, 10 changes found (--exit-code), 130 interrupted.
    """


_SUMMARY = click.option(
    "--summary", type=click.Path(path_type=Path), help="write the same as Markdown to this file, for a job's summary"
)
_SINCE = click.option(
    "--since", default="", help="only documents that changed since this Git revision, and what depends on them"
)


@cli.command()
@document_options
@_SINCE
@click.option("--external", is_flag=True, help="ask whether links to other sites still answer")
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="file of problems that are known: only new ones count"
)
@click.option("--update-baseline", "update", is_flag=True, help="write the problems that there are into it")
@click.option(
    "--skip-outside", is_flag=True, help="pass over paths that lie in no docs root, as a pre-commit hook needs it"
)
@_SUMMARY
@guarded
@output_formats("github", "sarif", "junit", "markdown")
def check(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """List every problem in the documents. No network, no credentials."""
    from publisher.cli.documents import Checking, run_check

    return run_check(paths, flags, output, take_options(Checking, flags))


_SANDBOX = click.option("--sandbox", is_flag=True, help="use the embedded Confluence; no account is needed")
_REPORT = click.option("--report", type=click.Path(path_type=Path), help="write the JSON report to this file")


@cli.command()
@document_options
@_SANDBOX
@_REPORT
@click.option(
    "--yes",
    is_flag=True,
    help="do not ask before a first publish of many pages, or before replacing text that a person wrote",
)
@_SINCE
@click.option("--plan", type=click.Path(path_type=Path), help="apply this reviewed plan, or nothing (exit 4)")
@_SUMMARY
@guarded
@output_formats("github", "markdown")
def publish(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Plan and apply: create and update what has changed."""
    from publisher.cli.publish import Publishing, run_publish

    return run_publish(paths, flags, output, take_options(Publishing, flags))


@cli.command()
@document_options
@_SANDBOX
@_REPORT
@click.option("--exit-code", is_flag=True, help="exit 10 if there is something to do")
@click.option("--diff", is_flag=True, help="show what would change on each page")
@_SINCE
@click.option("--offline", is_flag=True, help="compare with a revision of the repository, not with Confluence")
@click.option("--base", default="", help="that revision; default: the remote's default branch")
@click.option("--output", "file", type=click.Path(path_type=Path), help="keep the plan, for `publish --plan`")
@click.option("--max-length", "most", default=65_000, show_default=True, help="characters of the Markdown")
@_SUMMARY
@guarded
@output_formats("github", "markdown", "html")
def plan(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Print what publish would do; change nothing."""
    from publisher.cli.plan import Planning, run_plan

    return run_plan(paths, flags, output, take_options(Planning, flags))


@cli.command()
@document_options
@_SANDBOX
@click.option("--exit-code", is_flag=True, help="exit 10 if there is anything")
@click.option("--diff", is_flag=True, help="show how edited pages differ from their documents")
@guarded
@output_formats()
def status(paths: tuple[Path, ...], sandbox: bool, exit_code: bool, diff: bool, output: Output, **flags: Any) -> int:
    """List what people did in Confluence: edited, moved, retitled, deleted and archived pages, and orphans."""
    from publisher.cli.upkeep import run_status

    return run_status(paths, flags, output, sandbox=sandbox, exit_code=exit_code, diff=diff)


@cli.command()
@document_options
@_SANDBOX
@click.option("--diff", is_flag=True, help="print the changes as a patch; write nothing")
@click.option(
    "--patch", type=click.Path(path_type=Path), help="write a patch that `git apply` takes; write nothing else"
)
@click.option("--check", is_flag=True, help="write nothing; exit 10 if there is something to pull")
@click.option("--theirs", is_flag=True, help="where both sides changed the same lines, take Confluence's")
@click.option("--ours", is_flag=True, help="where both sides changed the same lines, keep the document's")
@click.option("--labels", is_flag=True, help="take over the labels that people added, into the front matter")
@click.option("--moves", is_flag=True, help="move the files of pages that people moved, and follow with relative links")
@click.option("--new", is_flag=True, help="write documents for pages that people made below ours")
@click.option("--force", is_flag=True, help="write files that have changes which are not committed")
@_SUMMARY
@guarded
@output_formats()
def pull(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Bring what people changed in Confluence into the documents, and nothing else of their pages."""
    from publisher.cli.pull import Pulling, run_pull

    return run_pull(paths, flags, output, take_options(Pulling, flags))


@cli.command()
@document_options
@_SANDBOX
@guarded
@output_formats()
def accept(paths: tuple[Path, ...], sandbox: bool, output: Output, **flags: Any) -> int:
    """Keep the hand edits of these documents' pages, until the documents change again."""
    from publisher.cli.upkeep import run_accept

    return run_accept(paths, flags, output, sandbox=sandbox)


@cli.command()
@document_options
@_SANDBOX
@guarded
@output_formats()
def unlock(paths: tuple[Path, ...], sandbox: bool, output: Output, **flags: Any) -> int:
    """Free the lock of a run that died."""
    from publisher.cli.upkeep import run_unlock

    return run_unlock(paths, flags, output, sandbox=sandbox)


@cli.command("undo-prune")
@document_options
@_SANDBOX
@guarded
@output_formats()
def undo_prune(paths: tuple[Path, ...], sandbox: bool, output: Output, **flags: Any) -> int:
    """Bring back the pages that the last prune, or unpublish, removed."""
    from publisher.cli.upkeep import run_undo_prune

    return run_undo_prune(paths, flags, output, sandbox=sandbox)


@cli.command()
@document_options
@_SANDBOX
@click.option("--yes", is_flag=True, help="confirm; without it the pages are only listed")
@guarded
@output_formats()
def unpublish(paths: tuple[Path, ...], sandbox: bool, yes: bool, output: Output, **flags: Any) -> int:
    """Move every page of the collection to the trash."""
    from publisher.cli.upkeep import run_unpublish

    return run_unpublish(paths, flags, output, sandbox=sandbox, yes=yes)


@cli.command()
@document_options
@_SANDBOX
@click.option("--yes", is_flag=True, help="confirm; without it the pages are only listed")
@guarded
@output_formats()
def adopt(paths: tuple[Path, ...], sandbox: bool, yes: bool, output: Output, **flags: Any) -> int:
    """Take over pages that another tool made, under their ids: by its marks (`--compat`), or by title below the parent."""
    from publisher.cli.upkeep import run_adopt

    return run_adopt(paths, flags, output, sandbox=sandbox, yes=yes)


_POLL = click.option("--poll", is_flag=True, help="look at the files again and again, for network drives")


@cli.command()
@document_options
@_SANDBOX
@_POLL
@click.option("--preview", is_flag=True, help="show the pages beside it, as `publisher preview` does")
@guarded
@output_formats()
def watch(paths: tuple[Path, ...], sandbox: bool, poll: bool, preview: bool, output: Output, **flags: Any) -> int:
    """Publish, then stay: a saved document's page follows at once."""
    from publisher.cli.writing import run_watch

    return run_watch(paths, flags, output, sandbox=sandbox, poll=poll, preview=preview)


@cli.command()
@document_options
@_POLL
@click.option("--host", default="127.0.0.1", show_default=True, help="name or address to serve at")
@click.option("--port", type=int, help="port to serve at [default: 8000, or the next free one]")
@click.option("--open", "open_browser", is_flag=True, help="open a browser")
@click.option("--output", "folder", default="", help="write the view as files into this folder, and end")
@click.option("--allow-remote", is_flag=True, help="load images and videos of other sites")
@guarded
@output_formats(problems=False)
def preview(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Show the pages as Confluence will, while you write. No account, no network."""
    from publisher.cli.writing import Showing, run_preview

    return run_preview(paths, flags, output, take_options(Showing, flags))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="name or address to serve at")
@click.option("--port", type=int, help="port to serve at [default: 8090, or the next free one]")
@click.option("--state", default="", help="file that holds the state")
@click.option("--flavor", type=click.Choice(["cloud", "datacenter"]), default="cloud", help="whose API it has")
@click.option("--space", default="", help="key of a space to make if it is not there")
@click.option("--reset", is_flag=True, help="begin with an empty Confluence")
@click.option("--allow-remote", is_flag=True, help="load images and videos of other sites")
@click.option("--open", "open_browser", is_flag=True, help="open a browser")
@guarded
def sandbox(**options: Any) -> int:
    """Run the local Confluence, to look at what --sandbox published."""
    from publisher.cli.sandbox import SandboxOptions, run_sandbox

    return run_sandbox(take_options(SandboxOptions, options))


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="folder for the pages of a folder")
@setting_options
@guarded
def convert(path: Path, output: Path | None, **flags: Any) -> int:
    """Print the storage format of a file, or write that of a folder to --output."""
    from publisher.cli.documents import run_convert

    return run_convert(path, output, flags)


@cli.command()
@click.option("--full", is_flag=True, help="with every setting, commented out")
@guarded
def init(full: bool) -> int:
    """Write a publisher.yml that works at once into the working folder."""
    from publisher.cli.init import run_init

    return run_init(full=full)


@cli.command()
@document_options
@guarded
def config(paths: tuple[Path, ...], **flags: Any) -> int:
    """Show every setting with its origin; secrets are masked."""
    from publisher.cli.documents import run_config

    return run_config(paths, flags)


@cli.command()
@click.argument("what", type=click.Choice(["settings", "plan"]), default="settings")
@guarded
def schema(what: str) -> int:
    """Print the JSON Schema of publisher.yml, or of a plan file."""
    import json

    from publisher.config.schema import json_schema
    from publisher.report.planfile import plan_schema

    found = plan_schema() if what == "plan" else json_schema()
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    return 0


@cli.command()
@setting_options
@guarded
@output_formats(problems=False)
def doctor(output: Output, **flags: Any) -> int:
    """Check address, login, space, parent and permissions, and change nothing. Safe to paste into a ticket."""
    from publisher.cli.doctor import run_doctor

    return run_doctor(flags, output)


for _command in (explain, version, help_command, completion):
    cli.add_command(_command)


def main() -> None:
    """The console command."""
    protect_streams(os.environ)
    gc.set_threshold(50_000, 20, 100)  # conversion makes many small objects that stay: looking for cycles costs a tenth
    sys.exit(cli(standalone_mode=True))


if __name__ == "__main__":
    main()
