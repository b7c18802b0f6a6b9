"""The action's `command: pull`: what the command wrote into the work tree becomes a branch and a pull request."""

import json
import os
from pathlib import Path

import click

from publisher.cli.shared import mask
from publisher.cli.streams import echo_command
from publisher.errors import RemoteError
from publisher.report.problems import escape_data
from publisher.source.git.git import WorkTree, open_work_tree
from publisher.web.branches import Branches, Change, Proposed

_TITLE = "Edits from Confluence"


def make_pull_request(report: str, text: str, code: int) -> tuple[str, int]:
    """(the address, the exit code). Conflicts and edits that are left are in the text, so that they fail no step."""
    if os.environ.get("INPUT_PULL_REQUEST", "").strip() or os.environ.get("GITHUB_EVENT_NAME", "").startswith("pull_"):
        _warn("a run for a pull request makes no branch: run it on a schedule, or on a push to the default branch")
        return "", code
    rows = json.loads(report or "{}").get("changed", [])
    if not rows:
        return "", code
    base = os.environ.get("GITHUB_REF_NAME", "")
    if os.environ.get("GITHUB_REF_TYPE", "branch") != "branch" or not base:
        _warn("only a run on a branch makes a pull request")
        return "", code
    branches = Branches(
        os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        os.environ.get("GITHUB_REPOSITORY", ""),
        os.environ.get("INPUT_GITHUB_TOKEN", "").strip(),
    )
    branch = os.environ.get("INPUT_BRANCH", "").strip() or "publisher/pull"
    proposed = Proposed(branch, base, os.environ.get("GITHUB_SHA", ""), _TITLE, text)
    try:
        address = branches.propose([_change(str(row["path"]), gone=bool(row["deleted"])) for row in rows], proposed)
    except RemoteError as error:
        echo_command(f"::error title=publisher::{escape_data(str(error))}")
        return "", error.exit_code
    click.echo(mask(f"pull request: {address}"))
    return address, 0


def _change(path: str, *, gone: bool) -> Change:
    tree = open_work_tree(Path.cwd(), os.environ)
    file = (tree.root if isinstance(tree, WorkTree) else Path.cwd()) / path
    return Change(path, None if gone else file.read_bytes(), not gone and os.access(file, os.X_OK))


def _warn(text: str) -> None:
    echo_command(f"::warning title=publisher::{escape_data(text)}")
