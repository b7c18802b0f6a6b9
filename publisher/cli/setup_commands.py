"""The commands that set up, and show how things are set up."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.help import command
from publisher.cli.output import Output, output_formats
from publisher.cli.settings import document_options, setting_options
from publisher.cli.shared import guarded


@command()
@click.option("--full", is_flag=True, help="with every setting, commented out")
@guarded
def init(full: bool) -> int:
    """Write a publisher.yml that works at once into the working folder."""
    from publisher.cli.init import run_init

    return run_init(full=full)


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
