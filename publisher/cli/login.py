"""``publisher login`` and ``logout``: a token for one site in the key ring of the system. The token is never printed."""

import sys
from collections.abc import Mapping
from typing import Any

import click
from msgspec.structs import replace

from publisher.cli.connection import wire_of
from publisher.cli.shared import mask
from publisher.config.connection import connection_settings
from publisher.config.load import Config, load_config
from publisher.errors import LoginRefused, UsageError


def run_login(flags: Mapping[str, Any]) -> int:
    """Asks for what is missing, checks it with one request, and keeps it. Nothing is kept that Confluence refuses."""
    from publisher.confluence import v1
    from publisher.confluence.connect import connect
    from publisher.confluence.credentials import check_keyring, keep_token

    check_keyring()
    config = load_config((), flags, need_docs=False)
    url = _site(config, ask=True)
    user = str(config.get("user")) or _ask("E-mail address of the account (empty for a token that is used alone)")
    token = _read_token()
    settings = replace(connection_settings(config), url=url, user=user, token=token, token_file="", space="")
    with wire_of(config, verbose=False) as wire:
        session = connect(settings, wire)
        try:
            who = v1.get_current_user(session.client)
        finally:
            session.close()
    if who.get("type") == "anonymous":
        raise LoginRefused("Confluence takes you for anonymous: the token is not accepted, and was not kept", 401)
    host = _host(url, config)
    keep_token(host, user, token)
    click.echo(mask(f"Logged in to {host} as {who.text('displayName')}. The token is in the key ring of this machine."))
    return 0


def run_logout(flags: Mapping[str, Any]) -> int:
    """Forgets the token of one site."""
    from publisher.confluence.credentials import check_keyring, forget_token

    check_keyring()
    config = load_config((), flags, need_docs=False)
    host = _host(_site(config, ask=False), config)
    gone = forget_token(host)
    click.echo(
        f"The token for {host} is deleted from the key ring." if gone else f"The key ring has no token for {host}."
    )
    return 0


def _site(config: Config, *, ask: bool) -> str:
    url = str(config.get("url")) or (_ask("Address of Confluence, e.g. https://example.atlassian.net") if ask else "")
    if not url:
        raise UsageError("no URL: set CONFLUENCE_URL, or --url")
    return url


def _host(url: str, config: Config) -> str:
    from publisher.confluence.addresses import split_address

    return split_address(url, allow_http=bool(config.get("allow_http")))[1]


def _ask(question: str) -> str:
    """What a person answers; empty where nobody sits."""
    return str(click.prompt(question, default="", show_default=False, err=True)).strip() if sys.stdin.isatty() else ""


def _read_token() -> str:
    """From a hidden prompt, or the first line of standard input."""
    if sys.stdin.isatty():
        token = click.prompt("Token (is not shown)", hide_input=True, default="", show_default=False, err=True)
    else:
        token = sys.stdin.readline()
    if not str(token).strip():
        raise UsageError("no token was given: type it, or pipe it into `publisher login`")
    return str(token).strip()
