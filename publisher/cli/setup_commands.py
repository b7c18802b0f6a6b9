"""The commands that set up, and show how things are set up."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.help import command
from publisher.cli.output import Output, output_formats
from publisher.cli.settings import connection_options, document_options, read_settings, setting_options
from publisher.cli.shared import guarded, take_options


@command()
@click.option("--docs", default="", metavar="DIR", help="folder of the documents, e.g. docs [default: what is found]")
@click.option("--url", default="", metavar="URL", help="address of Confluence, e.g. https://example.atlassian.net")
@click.option("--space", default="", metavar="KEY", help="key of the space to publish into, e.g. DOCS")
@click.option("--parent", default="", metavar="PAGE", help="page to publish below: id, URL or title, e.g. 123456")
@click.option("--full", is_flag=True, help="with every setting, commented out")
@guarded
def init(**given: Any) -> int:
    """Write a publisher.yml that works at once into the working folder.

    A terminal is asked for what no option gives. The folder is found by mkdocs.yml, docusaurus.config.js or docs/.
    """
    from publisher.cli.init import Answers, run_init

    return run_init(take_options(Answers, given))


@command()
@connection_options
@guarded
def login(**flags: Any) -> int:
    """Keep a token for one site in the key ring of this machine.

    The token is asked for, or read from standard input, and checked with one request. Needs the extra keyring.
    """
    from publisher.cli.login import run_login

    return run_login(read_settings(flags))


@command()
@connection_options
@guarded
def logout(**flags: Any) -> int:
    """Delete the token of one site from the key ring."""
    from publisher.cli.login import run_logout

    return run_logout(read_settings(flags))


@command()
@document_options
@guarded
def config(paths: tuple[Path, ...], **flags: Any) -> int:
    """Show every setting with its origin; secrets are masked."""
    from publisher.cli.documents import run_config

    return run_config(paths, flags)


@command()
@click.argument("what", type=click.Choice(["settings", "front-matter", "plan"]), default="settings")
@guarded
def schema(what: str) -> int:
    """Print the JSON Schema of publisher.yml, of front matter, or of a plan file."""
    import json

    from publisher.config.schema import front_matter_schema, json_schema
    from publisher.report.planfile import plan_schema

    made = {"settings": json_schema, "front-matter": front_matter_schema, "plan": plan_schema}[what]
    click.echo(json.dumps(made(), indent=2, ensure_ascii=False))
    return 0


@command()
@setting_options
@guarded
@output_formats(problems=False)
def doctor(output: Output, **flags: Any) -> int:
    """Check address, login, space, parent and permissions, and change nothing. Safe to paste into a ticket."""
    from publisher.cli.doctor import run_doctor

    return run_doctor(flags, output)
