"""Commands and options of other tools lead to ours, and never to one that deletes or overwrites."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher._version import __version__
from publisher.cli.main import cli
from publisher.cli.paths import show_path
from publisher.config.load import load_all


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, list(words), prog_name="publisher")
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("serve", "preview"),
        ("deploy", "publish"),
        ("push", "publish"),
        ("sync", "publish"),
        ("diff", "plan --diff"),
        ("validate", "check"),
        ("lint", "check"),
        ("publsh", "publish"),
        ("pge", "page"),
    ],
)
def test_commands_of_other_tools(word: str, meant: str) -> None:
    assert f"Did you mean `publisher {meant}`?" in run(word, "docs", code=2)


DESTRUCTIVE = ("--prune", "--prune-limit", "--overwrite", "--take-over", "--force", "--yes", "--reset", "--move-root")


@pytest.mark.parametrize("option", ["--pruned", "--forced", "--overwrit", "--take-ovr", "--yess", "--prune-limt"])
def test_no_destructive_option_is_proposed(option: str) -> None:
    said = run("publish", ".", option, code=2).replace(option, "")
    assert "No such option" in said
    assert not any(name in said for name in DESTRUCTIVE), said


def test_no_destructive_command_is_proposed() -> None:
    assert "publisher unpublish" not in run("unpublsh", code=2)


def test_another_option_is_proposed() -> None:
    assert "--space" in run("publish", ".", "--spce", code=2)


def test_only_what_is_near_is_proposed() -> None:
    assert "Did you mean" not in run("publish", ".", "--pruned", code=2)
    assert "Did you mean" not in run("plan", ".", "--columns", code=2)
    assert "Did you mean '--select'?" in run("check", ".", "--selct", "x", code=2)
    assert "--url" not in run("check", ".", "--ur", code=2).replace("--ur'", "")  # check has no such option


@pytest.mark.parametrize("command", ["publish", "check", "status"])
def test_a_dry_run_is_a_plan(command: str) -> None:
    assert "run `publisher plan`" in run(command, "docs", "--dry-run", code=2)


def test_version_help_and_completion() -> None:
    assert run("-V") == run("version") == f"publisher, version {__version__}\n"
    assert run("help", "publish") == run("publish", "--help")
    assert run("help", "page", "list") == run("page", "list", "--help")
    assert run("help") == run("--help")
    assert "No such command" in run("help", "nothing", code=2)
    for shell in ("bash", "zsh", "fish"):
        assert "_PUBLISHER_COMPLETE" in run("completion", shell)


def test_the_docs_folder_has_the_path_that_works_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    (config,) = load_all((Path("docs"),), {})
    assert show_path(config, "") == "docs"
