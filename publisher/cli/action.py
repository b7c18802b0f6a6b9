"""The GitHub Action's step: inputs from the environment become a command; its results become outputs, summary and comment."""

import contextlib
import io
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from publisher.cli.main import cli
from publisher.cli.shared import mask
from publisher.errors import RemoteError
from publisher.github import PullRequest
from publisher.report.problems import escape_data

_COMMANDS = ("check", "plan", "publish", "status")
#: Input → the variable that the command reads.
_VARIABLES = {"URL": "CONFLUENCE_URL", "USER": "CONFLUENCE_USER", "TOKEN": "CONFLUENCE_TOKEN", "SPACE": "CONFLUENCE_SPACE",
              "PARENT": "CONFLUENCE_PARENT", "PROFILE": "PUBLISHER_PROFILE", "FAIL_ON": "PUBLISHER_FAIL_ON"}  # fmt: skip
_MOST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB


def _given(name: str) -> str:
    return os.environ.get(f"INPUT_{name}", "").strip()


def _command(name: str, report: Path) -> list[str]:
    """The words of the command line; each input is one word, whatever it holds."""
    words = [name]
    if _given("COLLECTION"):
        words += ["--collection", _given("COLLECTION")]
    if _given("SINCE") and name != "status":
        words += ["--since", _given("SINCE")]
    if name == "plan":
        words += ["--offline", "--base", _given("BASE")] if _given("BASE") else []
        words += ["--output", _given("PLAN")] if _given("PLAN") and not _given("BASE") else []
    if name == "publish" and _given("PLAN"):
        words += ["--plan", _given("PLAN")]
    if name in {"plan", "publish"} and not (name == "plan" and _given("BASE")):
        words += ["--report", str(report)]
    words += [line.strip() for line in os.environ.get("INPUT_ARGS", "").splitlines() if line.strip()]
    return [*words, "--", *[line.strip() for line in _given("DOCS").splitlines() if line.strip()]]


def _run(words: list[str], form: str) -> tuple[int, str]:
    """(exit code, stdout) of a command in this process; stderr goes where it goes."""
    caught = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(caught):
        try:
            cli.main([words[0], "--format", form, *words[1:]], standalone_mode=False)
        except SystemExit as error:
            code = int(error.code or 0)
        except click.ClickException as error:
            error.show()
            code = error.exit_code
    return code, caught.getvalue()


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
        click.echo(f"comment: {request.put_comment(text, name)}")
    except RemoteError as error:
        click.echo(f"::warning title=publisher::{escape_data(str(error))}")


def _values_of(report: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found
    except (OSError, ValueError):
        return {}


def main() -> int:
    """The exit code of the command."""
    name = _given("COMMAND") or "publish"
    if name not in _COMMANDS:
        text = f"command: {name!r} is none of {', '.join(_COMMANDS)}"
        click.echo(f"::error title=publisher::{escape_data(text)}")
        return 2
    for key, variable in _VARIABLES.items():
        if _given(key):
            os.environ[variable] = _given(key)
    for secret in ("TOKEN", "GITHUB_TOKEN"):
        if _given(secret):
            click.echo(f"::add-mask::{_given(secret)}")
    report = Path(os.environ.get("RUNNER_TEMP", ".")) / "publisher-report.json"
    report.unlink(missing_ok=True)
    words = _command(name, report)
    code, log = _run(words, "github" if name != "status" else "text")
    click.echo(mask(log), nl=False)
    values = _values_of(report)
    counts = values.get("summary", {})
    changes = any(page["action"] != "unchanged" for page in values.get("pages", ())) or code in {3, 10}
    if name == "plan":
        # The same plan once more, as Markdown: what is printed above is for the log.
        again, text = _run([word for word in words if word not in {"--report", str(report)}], "markdown")
        changes = changes or "Nothing to do" not in text
        _comment(text) if again in {0, 10} else None
    elif name == "publish":
        text = "\n".join(_publish_summary(counts, values))
    elif name == "check":
        text = "### Checked\n\n" + _run(words, "markdown")[1]
        _comment(text)
    else:
        changes = "everything is as the last publish left it" not in log
        text = f"### Status\n\n```text\n{log}```\n"
    _write_summary(mask(text))
    pages = values.get("pages", ())
    _write_outputs(
        {
            "created": str(counts.get("created", 0)),
            "updated": str(counts.get("updated", 0) + counts.get("moved", 0)),
            **{key: str(counts.get(key, 0)) for key in ("unchanged", "removed", "withheld", "failed")},
            "changes": "true" if changes else "false",
            "report": str(report) if values else "",
            "plan": _given("PLAN"),
            "urls": "\n".join(page["url"] for page in pages if page["action"] != "unchanged" and page["url"]),
        }
    )
    return code


def _publish_summary(counts: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    from publisher.report.summary import report_markdown

    return report_markdown(counts, values["pages"], values["problems"]) if values else ["### Nothing was published"]


if __name__ == "__main__":
    sys.exit(main())
