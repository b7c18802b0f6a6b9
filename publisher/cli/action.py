"""The GitHub Action's step: inputs from the environment become a command; its results become outputs, summary and comment."""

import contextlib
import json
import os
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from publisher.cli.actionpull import make_pull_request
from publisher.cli.main import cli
from publisher.cli.shared import mask
from publisher.cli.streams import SafeBuffer, echo_command, protect_streams
from publisher.errors import RemoteError
from publisher.report.problems import escape_data
from publisher.web.github import PullRequest

_COMMANDS = ("check", "plan", "publish", "status", "pull", "comments")
#: Those without annotations.
_PLAIN = {"status", "pull"}
#: Input → the variable that the command reads.
_VARIABLES = {"URL": "CONFLUENCE_URL", "USER": "CONFLUENCE_USER", "TOKEN": "CONFLUENCE_TOKEN", "SPACE": "CONFLUENCE_SPACE",
              "PARENT": "CONFLUENCE_PARENT", "PROFILE": "PUBLISHER_PROFILE", "FAIL_ON": "PUBLISHER_FAIL_ON"}  # fmt: skip
_MOST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB


def _given(name: str) -> str:
    return os.environ.get(f"INPUT_{name}", "").strip()


def _command(name: str, report: Path, summary: Path) -> list[str]:
    """The words of the command line; each input is one word, whatever it holds."""
    words = [name, *(["--format", "github"] if name not in _PLAIN else [])]
    if _given("COLLECTION"):
        words += ["--collection", _given("COLLECTION")]
    if _given("SINCE") and name in {"check", "plan", "publish"}:
        words += ["--since", _given("SINCE")]
    if name == "plan":
        words += ["--offline", "--base", _given("BASE")] if _given("BASE") else []
        words += ["--output", _given("PLAN")] if _given("PLAN") and not _given("BASE") else []
    if name == "publish" and _given("PLAN"):
        words += ["--plan", _given("PLAN")]
    if name in {"plan", "publish", "pull"}:
        words += ["--report", str(report)]
    if name == "pull" and _given("MAKE_PULL_REQUEST") != "true":
        words += ["--patch", str(report.with_name("publisher-pull.patch"))]
    words += ["--exit-code"] if name in {"plan", "status"} else []
    words += ["--summary", str(summary)] if name != "status" else []
    words += _lines("ARGS")
    return [*words, "--", *_lines("DOCS")]


def _lines(name: str) -> list[str]:
    return [line.strip() for line in _given(name).splitlines() if line.strip()]


def _run(words: list[str]) -> tuple[int, str]:
    """(exit code, stdout) of a command in this process; stderr goes where it goes."""
    caught = SafeBuffer()
    code = 0
    with contextlib.redirect_stdout(caught):
        try:
            cli.main(words, standalone_mode=False)
        except SystemExit as error:
            code = int(error.code or 0)
        except click.ClickException as error:
            error.show()
            code = error.exit_code
    return code, caught.getvalue()


def _show_log(log: str) -> None:
    """Our own commands work; between them the runner is told to take nothing as one."""
    word = secrets.token_hex(16)
    stopped = False
    for line in log.split("\n") if log else ():
        command = line.startswith("::")
        if command is stopped:
            echo_command(f"::{word}::" if stopped else f"::stop-commands::{word}")
            stopped = not stopped
        (echo_command if command else click.echo)(line)
    if stopped:
        echo_command(f"::{word}::")


def _status_summary(log: str) -> str:
    """The log as code that no line of it ends."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", log)), default=2))
    return f"### Status\n\n{fence}text\n{log}\n{fence}\n"


def _write_outputs(values: Mapping[str, str]) -> None:
    """With a delimiter that no value can hold."""
    target = os.environ.get("GITHUB_OUTPUT")
    if not target:
        return
    end = secrets.token_hex(16)
    with Path(target).open("a", encoding="utf-8") as file:
        for name, value in values.items():
            file.write(f"{name}<<{end}\n{value}\n{end}\n")


def _write_summary(text: str) -> None:
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if target and text and _given("SUMMARY") != "false":
        cut = text.encode()[:_MOST_SUMMARY].decode(errors="ignore")
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(cut + "\n")


def _comment(text: str) -> None:
    """One comment on the pull request. A job that may not write it says so, and does not fail."""
    if _given("COMMENT") != "true" or not _given("PULL_REQUEST"):
        return
    request = PullRequest(
        os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        os.environ.get("GITHUB_REPOSITORY", ""),
        _given("PULL_REQUEST"),
        _given("GITHUB_TOKEN"),
    )
    name = f"{_given('COMMAND')}:{_given('COLLECTION')}:{_given('DOCS')}".replace("--", "-").replace("\n", " ")
    try:
        click.echo(f"comment: {request.put_comment(mask(text), name)}")
    except RemoteError as error:
        echo_command(f"::warning title=publisher::{escape_data(str(error))}")


def _read(file: Path) -> str:
    """Empty if the command did not come so far as to write it."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def main() -> int:
    """The exit code of the command."""
    protect_streams(os.environ)
    name = _given("COMMAND") or "publish"
    if name not in _COMMANDS:
        text = f"command: {name!r} is none of {', '.join(_COMMANDS)}"
        echo_command(f"::error title=publisher::{escape_data(text)}")
        return 2
    for key, variable in _VARIABLES.items():
        if _given(key):
            os.environ[variable] = _given(key)
    for secret in ("TOKEN", "GITHUB_TOKEN"):
        if _given(secret):
            echo_command(f"::add-mask::{_given(secret)}")
    temporary = Path(os.environ.get("RUNNER_TEMP", "."))
    report, summary = temporary / "publisher-report.json", temporary / "publisher-summary.md"
    for file in (report, summary, report.with_name("publisher-pull.patch")):
        file.unlink(missing_ok=True)
    code, log = _run(_command(name, report, summary))
    _show_log(mask(log))
    text = _status_summary(log) if name == "status" else _read(summary)
    text = text or ("### Nothing was published" if name == "publish" else "")
    if name in {"check", "plan", "comments"} and text:
        _comment(text)
    address = ""
    if name == "pull" and _given("MAKE_PULL_REQUEST") == "true" and code in {0, 6}:
        address, code = make_pull_request(_read(report), mask(text), code)
    _write_summary(mask(text))
    values = json.loads(_read(report) or "{}")
    counts, pages = values.get("summary", {}), values.get("pages", ())
    written = [page for page in pages if page["action"] not in {"unchanged", "noted"}]
    found = (
        bool(values.get("changed"))
        or code == (3 if name == "check" else 10)
        or (name == "publish" and (bool(written) or counts.get("removed", 0) > 0))
    )
    _write_outputs(
        {
            "created": str(counts.get("created", 0)),
            "updated": str(counts.get("updated", 0) + counts.get("moved", 0)),
            **{key: str(counts.get(key, 0)) for key in ("unchanged", "removed", "withheld", "failed")},
            "changes": "true" if found else "false",
            "report": str(report) if values else "",
            "plan": _given("PLAN"),
            "patch": str(patch) if (patch := report.with_name("publisher-pull.patch")).exists() else "",
            "pull-request": address,
            "urls": "\n".join(page["url"] for page in written if page["url"]),
        }
    )
    return 0 if code == 10 and "--exit-code" not in _lines("ARGS") else code


if __name__ == "__main__":
    sys.exit(main())
