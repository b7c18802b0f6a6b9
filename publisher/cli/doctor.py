"""``publisher doctor``: is everything there that publishing needs? Reads only; nothing that it prints is secret."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import click

from publisher.cli.connection import access_of, session_of
from publisher.cli.shared import Output, mask
from publisher.config.load import load_config
from publisher.confluence.client import V1, V2
from publisher.confluence.connect import Session, describe_connection
from publisher.confluence.resources import Confluence
from publisher.errors import LoginRefused, PublisherError, RateLimited, RemoteError, Unreachable

#: What publishing does → a request that changes nothing, because what it names does not exist, and the scope that it
#: needs. The gate of scopes comes before the look-up (reference A.4): 401 is a missing scope, any other answer is none.
_NOTHING = "9007199254740991"
_PROBES: tuple[tuple[str, str, str, str], ...] = (
    ("read pages", "GET", f"{V2}/pages/{_NOTHING}", "read:page:confluence"),
    ("write pages", "PUT", f"{V2}/pages/{_NOTHING}", "write:page:confluence"),
    ("read attachments", "GET", f"{V2}/attachments/att{_NOTHING}", "read:attachment:confluence"),
    ("upload attachments", "POST", f"{V1}/content/{_NOTHING}/child/attachment", "write:confluence-file"),
    ("set labels", "POST", f"{V1}/content/{_NOTHING}/label", "write:confluence-content"),
    ("order pages", "PUT", f"{V1}/content/{_NOTHING}/move/append/{_NOTHING}", "write:confluence-content"),
    ("read comments", "GET", f"{V2}/inline-comments/{_NOTHING}", "read:comment:confluence"),
)


class _Findings:
    def __init__(self) -> None:
        self.wrong = 0

    def good(self, what: str, detail: str = "") -> None:
        click.echo(mask(f"{click.style('ok', fg='green')}    {what}" + (f": {detail}" if detail else "")))

    def bad(self, what: str, detail: str) -> None:
        self.wrong += 1
        click.echo(mask(f"{click.style('wrong', fg='red')} {what}: {detail}"))

    def check(self, what: str, look: Callable[[], str]) -> bool:
        try:
            self.good(what, look())
        except PublisherError as error:
            self.bad(what, str(error))
            return False
        return True


def run_doctor(flags: Mapping[str, Any], output: Output) -> int:
    """Exit 5 if something is wrong."""
    config = load_config((), flags, need_docs=False)
    found = _Findings()
    try:
        with session_of(config, verbose=output.verbose) as session:
            found.good("address", f"{session.client.base} ({'Cloud' if session.flavor == 'cloud' else 'Data Center'})")
            if session.site != session.client.base:
                found.good("site", session.site)
            for name in ("cloud id", "scopes"):
                if session.facts.get(name):
                    found.good(name, session.facts[name])
            if session.control is not None:
                found.check("connection", lambda: describe_connection(session, access_of(config).connection))
            if found.check("login", lambda: _who(session)):
                _check_places(found, session, config.get("space"), config.get("parent"))
                _check_scopes(found, session)
    except PublisherError as error:
        found.bad("connection", str(error))
    return 5 if found.wrong else 0


def _who(session: Session) -> str:
    user = Confluence(session.client, session.flavor).run("user current")
    if user.raw.get("type") == "anonymous":
        raise LoginRefused("Confluence takes you for anonymous: the token is not accepted", 401)
    return f"{user.get('displayName')} ({user.get('accountId')})"


def _check_places(found: _Findings, session: Session, space: str, parent: str) -> None:
    confluence = Confluence(session.client, session.flavor)
    if not space:
        found.bad("space", "none is named: set CONFLUENCE_SPACE")
        return
    if not found.check("space", lambda: _space(confluence, space)):
        return
    if parent:
        text = parent if "//" in parent or parent.isdigit() else f"{space}:{parent.removeprefix('title:')}"
        found.check("parent", lambda: confluence.run("page get", page=text).title)


def _space(confluence: Confluence, key: str) -> str:
    row = confluence.run("space get", space=key)
    return f"{row.get('name')} ({row.get('key')}, {row.id})"


def _check_scopes(found: _Findings, session: Session) -> None:
    if session.flavor == "datacenter":
        return
    for what, method, path, scope in _PROBES:
        arguments: dict[str, Any] = {"json": {"key": uuid.uuid4().hex}} if method != "GET" else {}
        try:
            session.client.request(method, path, repeatable=True, **arguments)
        except LoginRefused as error:
            found.bad(what, f"the scope {scope} is missing, or the account may not: {error}")
        except (Unreachable, RateLimited) as error:
            found.bad(what, str(error))
        except RemoteError:  # what it names is not there: the request got as far as that
            found.good(what)
        else:
            found.good(what)
