"""The command `mcp`: the tools for agents over stdin and stdout."""

from pathlib import Path
from typing import Any

import click

from publisher.cli.help import command
from publisher.cli.settings import connection_options, read_settings
from publisher.cli.shared import guarded
from publisher.errors import UsageError


@command("mcp")
@connection_options
@click.option(
    "--space", "setting_space", default=None, help="key of the space for what needs one, e.g. DOCS [CONFLUENCE_SPACE]"
)
@click.option("--allow-writes", is_flag=True, help="also offer tools that write; each shows its plan first")
@guarded
def mcp(allow_writes: bool, **flags: Any) -> int:
    """Serve Confluence and the documents to an agent (Model Context Protocol, stdio)."""
    try:
        from publisher.cli.mcp.server import serve
    except ModuleNotFoundError as error:
        raise UsageError(
            f"`publisher mcp` needs the package {error.name}: pip install 'publisher-confluence[mcp]'"
        ) from None
    from publisher.cli.mcp.agent import Agent

    serve(Agent(read_settings(flags), Path.cwd(), allow_writes))
    return 0
