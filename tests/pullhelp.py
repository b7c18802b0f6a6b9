"""What stories of `publisher pull` have in common: the command, somebody's edits, commits."""

import os
import subprocess

from click.testing import CliRunner, Result
from world import World

from publisher.cli.main import cli


def run(w: World, *words: str) -> Result:
    environment = {
        "CONFLUENCE_URL": w.address + ("/confluence" if w.flavor == "datacenter" else ""),
        "CONFLUENCE_USER": "u",
        "CONFLUENCE_TOKEN": "t0ken",
        "CONFLUENCE_SPACE": "DOCS",
        "PUBLISHER_COLLECTION": "test",
        "PUBLISHER_BANNER": "off",
    }
    place = [] if "--docs" in words else [str(w.docs)]
    result = CliRunner().invoke(cli, [words[0], *place, *words[1:]], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def read(w: World, name: str) -> str:
    return (w.docs / name).read_text(encoding="utf-8")


def change(w: World, title: str, *pairs: tuple[str, str]) -> str:
    """Somebody changes pieces of the stored body; the new body."""
    body = str(w.page(title)["body"])
    for old, new in pairs:
        assert body.count(old) == 1, (old, body)
        body = body.replace(old, new)
    w.edit(title, body)
    return body


def commit(w: World) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=u", "-c", "user.email=u@e.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=w.docs, check=True, env=environment)
