"""The commands that publish, and those that look after what is published."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.common import POLL, REPORT, SANDBOX, SINCE, SUMMARY, YES
from publisher.cli.help import command, output_option
from publisher.cli.output import Output, output_formats
from publisher.cli.settings import document_options
from publisher.cli.shared import guarded, take_options


@command()
@document_options
@SANDBOX
@REPORT
@click.option(
    "--yes",
    is_flag=True,
    help="do not ask before a first publish of many pages, or before replacing text that a person wrote",
)
@SINCE
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="apply this reviewed plan, e.g. plan.json, or nothing (exit 4)",
)
@SUMMARY
@guarded
@output_formats("github", "markdown")
def publish(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Create and update the pages that have changed."""
    from publisher.cli.publish import Publishing, run_publish

    return run_publish(paths, flags, output, take_options(Publishing, flags))


@command()
@document_options
@SANDBOX
@REPORT
@click.option("--exit-code", is_flag=True, help="exit 10 if there is something to do")
@click.option("--diff", is_flag=True, help="show what would change on each page")
@SINCE
@click.option("--offline", is_flag=True, help="compare with a revision of the repository, not with Confluence")
@click.option(
    "--base", default="", metavar="REVISION", help="that revision, e.g. main [default: the remote's default branch]"
)
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="keep the plan in this file for `publish --plan`, e.g. plan.json",
)
@output_option(
    "--max-length",
    "most",
    default=65_000,
    metavar="N",
    help="most characters of the Markdown, e.g. 10000 [default: 65000]",
)
@SUMMARY
@guarded
@output_formats("github", "markdown", "html")
def plan(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Show what publish would do, and change nothing."""
    from publisher.cli.plan import Planning, run_plan

    return run_plan(paths, flags, output, take_options(Planning, flags))


@command()
@document_options
@SANDBOX
@POLL
@click.option("--preview", is_flag=True, help="show the pages beside it, as `publisher preview` does")
@guarded
@output_formats()
def watch(paths: tuple[Path, ...], sandbox: bool, poll: bool, preview: bool, output: Output, **flags: Any) -> int:
    """Publish, then update the page of each document that you save."""
    from publisher.cli.writing import run_watch

    return run_watch(paths, flags, output, sandbox=sandbox, poll=poll, preview=preview)


@command()
@document_options
@SANDBOX
@click.option("--exit-code", is_flag=True, help="exit 10 if there is anything")
@click.option("--diff", is_flag=True, help="show how edited pages differ from their documents")
@guarded
@output_formats()
def status(paths: tuple[Path, ...], sandbox: bool, exit_code: bool, diff: bool, output: Output, **flags: Any) -> int:
    """List what people changed in Confluence.

    Edited, moved, retitled, deleted and archived pages, and pages whose document is gone.
    """
    from publisher.cli.upkeep import run_status

    return run_status(paths, flags, output, sandbox=sandbox, exit_code=exit_code, diff=diff)


@command()
@document_options
@SANDBOX
@click.option("--diff", is_flag=True, help="print the changes as a patch; write nothing")
@click.option(
    "--patch",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write a patch for `git apply`, e.g. edits.patch; write nothing else",
)
@click.option("--check", is_flag=True, help="write nothing; exit 10 if there is something to pull")
@click.option("--theirs", is_flag=True, help="where both sides changed the same lines, take Confluence's")
@click.option("--ours", is_flag=True, help="where both sides changed the same lines, keep the document's")
@click.option("--labels", is_flag=True, help="take over the labels that people added, into the front matter")
@click.option("--moves", is_flag=True, help="move the files of pages that people moved, and follow with relative links")
@click.option("--new", is_flag=True, help="write documents for pages that people made below ours")
@click.option("--force", is_flag=True, help="write files that have changes which are not committed")
@SUMMARY
@REPORT
@guarded
@output_formats()
def pull(paths: tuple[Path, ...], output: Output, **flags: Any) -> int:
    """Bring what people changed in Confluence into the documents."""
    from publisher.cli.pull import Pulling, run_pull

    return run_pull(paths, flags, output, take_options(Pulling, flags))


@command()
@document_options
@SANDBOX
@guarded
@output_formats()
def accept(paths: tuple[Path, ...], sandbox: bool, output: Output, **flags: Any) -> int:
    """Keep hand edits until their documents change again."""
    from publisher.cli.upkeep import run_accept

    return run_accept(paths, flags, output, sandbox=sandbox)


@command()
@document_options
@SANDBOX
@YES
@guarded
@output_formats()
def adopt(paths: tuple[Path, ...], sandbox: bool, yes: bool, output: Output, **flags: Any) -> int:
    """Take over pages that another tool made, and keep their ids.

    They are found by the marks of the tool (`--compat`), or by title below the parent. With `--yes` the run publishes all documents, or
    those of PATH: it counts what it will create and update besides.
    """
    from publisher.cli.upkeep import run_adopt

    return run_adopt(paths, flags, output, sandbox=sandbox, yes=yes)


@command()
@document_options
@SANDBOX
@guarded
@output_formats()
def unlock(paths: tuple[Path, ...], sandbox: bool, output: Output, **flags: Any) -> int:
    """Free the lock of a run that died."""
    from publisher.cli.upkeep import run_unlock

    return run_unlock(paths, flags, output, sandbox=sandbox)


@command("undo-prune")
@document_options
@SANDBOX
@guarded
@output_formats()
def undo_prune(paths: tuple[Path, ...], sandbox: bool, output: Output, **flags: Any) -> int:
    """Bring back the pages that the last prune or unpublish removed."""
    from publisher.cli.upkeep import run_undo_prune

    return run_undo_prune(paths, flags, output, sandbox=sandbox)


@command()
@document_options
@SANDBOX
@YES
@guarded
@output_formats()
def unpublish(paths: tuple[Path, ...], sandbox: bool, yes: bool, output: Output, **flags: Any) -> int:
    """Move every page of the collection to the trash."""
    from publisher.cli.upkeep import run_unpublish

    return run_unpublish(paths, flags, output, sandbox=sandbox, yes=yes)
