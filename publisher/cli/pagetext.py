"""Pages as Markdown on the command line: ``page get --body-format markdown``, ``page update|create --markdown FILE``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.shared import mask
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.config.load import Config
    from publisher.confluence.operations.client import Confluence
    from publisher.confluence.operations.items import Item
    from publisher.confluence.operations.types import Operation
    from publisher.pagetexts import MarkdownText, PreparedPage

#: Settings that say how Markdown is read.
_READING = ("dialect", "syntax", "compat", "people", "jira_projects", "variables")


def is_text(arguments: Mapping[str, object]) -> bool:
    """Whether a command asks for, or gives, Markdown."""
    return "markdown" in arguments or arguments.get("body_format") == "markdown"


def run_text(
    operation: "Operation", arguments: dict[str, Any], confluence: "Confluence", config: "Config"
) -> "Item | str":
    """The text that was asked for, or what was written."""
    from publisher.pagetexts import PageTexts

    kind = operation.resource
    texts = PageTexts(confluence, reading_values(config))
    if "markdown" not in arguments:
        if operation.verb != "get":
            raise UsageError(f"{operation.name}: `--body-format markdown` goes with `page get` and `blogpost get`")
        query = {name: value for name, value in arguments.items() if name not in {kind, "body_format"}}
        return texts.read(kind, str(arguments[kind]), query)[1]
    if other := next((name for name in ("body", "body_file", "representation") if name in arguments), ""):
        raise UsageError(f"{operation.name}: give either --markdown or --{other.replace('_', '-')}")
    text, title = _text_of(str(arguments.pop("markdown"))), str(arguments.get("title", ""))
    if operation.verb == "create":
        prepared = texts.create(text, title)
    else:
        prepared = texts.update(kind, str(arguments[kind]), text, title)
    _tell(prepared)
    prepared.refuse_errors()
    if prepared.current is not None and not prepared.changes and "parent" not in arguments:
        click.echo("nothing has changed: no version was written", err=True)
    return texts.write(kind, prepared, arguments)


def reading_values(config: "Config") -> dict[str, Any]:
    """The settings at hand that say how Markdown is read."""
    values = {name: config.get(name) for name in _READING}
    return {name: value for name, value in values.items() if value}


def _text_of(name: str) -> "MarkdownText":
    from publisher.pagetexts import MarkdownText

    return MarkdownText(sys.stdin.read()) if name == "-" else MarkdownText.of_file(Path(name))


def _tell(prepared: "PreparedPage") -> None:
    """What is wrong with the text, and what whoever writes should know."""
    for item in prepared.problems:
        click.echo(mask(str(item)), err=True)
    for note in prepared.notes:
        click.echo(mask(f"publisher: {note}"), err=True)
