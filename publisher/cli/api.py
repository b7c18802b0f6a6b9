"""``publisher api``: any request, for what has no command of its own."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import click

from publisher.cli.help import PanelArgument, command, output_option
from publisher.cli.settings import connection_options, read_settings
from publisher.cli.shared import guarded, mask
from publisher.confluence.addresses import V1, V2
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.confluence.client import Client
    from publisher.confluence.session import Session


@command("api", help="Send any request below the site's /wiki.")
@click.argument("method", cls=PanelArgument, rows=[("METHOD", "GET, POST, PUT or DELETE")])
@click.argument("path", cls=PanelArgument, rows=[("PATH", "/api/v2/… or /rest/api/…, e.g. /api/v2/spaces")])
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="K=V",
    help="a parameter, e.g. title=Home; JSON values of a body keep their type",
)
@click.option(
    "--input", "source", default=None, metavar="FILE", help="a file with the body, e.g. body.json; - is standard input"
)
@click.option("--paginate", is_flag=True, help="all pages of a list, as one array")
@output_option(
    "--jq", default="", metavar="PROGRAM", help="print what jq makes of the answer, e.g. '.[].key' (extra jq)"
)
@output_option("-v", "--verbose", is_flag=True, help="show every request")
@connection_options
@guarded
def api(
    method: str,
    path: str,
    fields: tuple[str, ...],
    source: str | None,
    *,
    jq: str,
    paginate: bool,
    verbose: bool,
    **flags: Any,
) -> int:
    """As `gh api` does. PATH is /api/v2/… or /rest/api/…; a leading /wiki, /ex/confluence/… or the site's URL is cut.
    Of a gateway, its own addresses are reached too: /oauth/… and /connections.
    """
    from publisher.cli.connection import session_of
    from publisher.cli.items import filter_json
    from publisher.config.load import load_config

    method = method.upper()
    config = load_config((), read_settings(flags), need_docs=False)
    values = dict(_field(text) for text in fields)
    arguments: dict[str, Any] = {}
    if source is not None:
        arguments = {"content": _read(source), "headers": {"Content-Type": "application/json"}}
    elif method != "GET" and values:
        arguments = {"json": values}
    elif values:
        path += ("&" if "?" in path else "?") + urlencode({name: _plain(value) for name, value in values.items()})
    with session_of(config, verbose=verbose) as session:
        client, below = find_destination(path, session)
        if paginate:
            answer: Any = [dict(row) for row in client.pages_of(below, {})]
        else:
            answer = client.request(method, below, **arguments)
        if answer is not None and jq:
            filter_json(answer, jq)
        elif answer is not None:
            click.echo(mask(json.dumps(answer, ensure_ascii=False, indent=2)))
    return 0


def _read(source: str) -> bytes:
    try:
        return sys.stdin.read().encode() if source == "-" else Path(source).read_bytes()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--input {source}: {error}") from None


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--field {text!r}: write NAME=VALUE")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def find_destination(path: str, session: "Session") -> "tuple[Client, str]":
    """The client that PATH is for, and PATH below its base, query and all.

    UsageError for another host, which would get the login.
    """
    clients = [session.client, *(client for client in (session.app, session.control) if client)]
    chosen = clients
    if "//" in path.split("?")[0]:
        parts = urlsplit(path)
        chosen = [client for client in clients if urlsplit(client.base).netloc == parts.netloc]
        chosen += [session.client] if urlsplit(session.site).netloc == parts.netloc else []
        if not chosen:
            raise UsageError(f"{parts.netloc} is not the site of the settings; nothing was sent to it")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
    path = "/" + path.lstrip("/")
    head, mark, query = path.partition("?")
    if session.app in chosen and session.app and "/oauth/" in head:
        return session.app, head[head.index("/oauth/") :] + mark + query
    if session.control in chosen and session.control and "/connections" in head:
        return session.control, head[head.index("/connections") :] + mark + query
    starts = [head.find(start) for start in (V2 + "/", V1 + "/", "/rest/") if start in head]
    if not starts:
        raise UsageError(f"{path!r}: write a path that begins with /api/v2/ or /rest/api/")
    return session.client, head[min(starts) :] + mark + query
