"""``publisher doctor``: is everything there that publishing needs? Changes nothing, and prints nothing secret."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import click

from publisher.cli.connection import session_of
from publisher.cli.output import Output
from publisher.cli.shared import mask
from publisher.config.connection import connection_settings
from publisher.config.load import Config, load_config
from publisher.confluence import endpoints as to
from publisher.confluence import scopes, v1
from publisher.confluence.endpoints import Endpoint, Kind
from publisher.confluence.gateway import describe_connection
from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.items import Item
from publisher.confluence.scopes import Need
from publisher.confluence.session import Session
from publisher.errors import (
    Forbidden,
    LoginRefused,
    PublisherError,
    RateLimited,
    RemoteError,
    ScopeMissing,
    Unreachable,
)
from publisher.source.git.repository import read_repository
from publisher.sync.naming import name_collection

#: An id that no content has. Confluence checks scopes before it looks the content up (docs/confluence-api.md#scopes),
#: so that a request for it changes nothing and still tells whether it is allowed.
_NOBODY = "9007199254740991"
_PAGE = {
    "id": _NOBODY,
    "status": "current",
    "title": "publisher doctor",
    "body": {"representation": "storage", "value": ""},
    "version": {"number": 1},
}
_BODIES: dict[Endpoint, dict[str, Any]] = {
    to.UPDATE[Kind.PAGES]: {"json": _PAGE},
    to.ADD_LABELS: {"json": [{"prefix": "global", "name": "publisher"}]},
    to.PUT_ATTACHMENT: {"files": {"file": ("publisher-doctor.txt", b"")}},
}


class _Findings:
    """What was looked at, printed line by line."""

    def __init__(self) -> None:
        self.failed = 0

    def good(self, what: str, detail: str = "") -> None:
        click.echo(mask(f"{click.style('ok', fg='green')}    {what}" + (f": {detail}" if detail else "")))

    def note(self, what: str, detail: str) -> None:
        click.echo(mask(f"{click.style('note', fg='yellow')}  {what}: {detail}"))

    def bad(self, what: str, detail: str) -> None:
        self.failed += 1
        click.echo(mask(f"{click.style('FAIL', fg='red')}  {what}: {detail}"))

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
    if config.docs.is_dir():
        named = name_collection(config.settings(), read_repository(config.docs, os.environ))
        found.good("collection", f"{named.name} ({named.origin})")
    try:
        with session_of(config, verbose=output.verbose) as session:
            found.good("address", f"{session.client.base} ({'Cloud' if session.flavor == 'cloud' else 'Data Center'})")
            if session.site != session.client.base:
                found.good("site", session.site)
            for name in ("cloud id", "scopes"):
                if session.facts.get(name):
                    found.good(name, session.facts[name])
            if session.control is not None:
                found.check("connection", lambda: describe_connection(session, connection_settings(config).connection))
            if found.check("login", lambda: _who(session)):
                _check_places(found, session, config.get("space"), config.get("parent"))
                _check_rights(found, session, config)
    except PublisherError as error:
        found.bad("connection", str(error))
    return 5 if found.failed else 0


def _who(session: Session) -> str:
    user = v1.get_current_user(session.client)
    if user.get("type") == "anonymous":
        raise LoginRefused("Confluence takes you for anonymous: the token is not accepted", 401)
    return f"{user.text('displayName')} ({user.text('accountId') or user.text('userKey')})"


def _check_places(found: _Findings, session: Session, space: str, parent: str) -> None:
    confluence = Confluence(session.client, session.flavor)
    if not space:
        found.bad("space", "not set. Set CONFLUENCE_SPACE, --space or `space` in publisher.yml")
        return
    if not found.check("space", lambda: _space(confluence, space)):
        return
    if parent:
        text = parent if "//" in parent or parent.isdigit() else f"{space}:{parent.removeprefix('title:')}"
        found.check("parent", lambda: _get(confluence, "page get", page=text).title)


def _space(confluence: Confluence, key: str) -> str:
    row = _get(confluence, "space get", space=key)
    return f"{row.get('name')} ({row.get('key')}, {row.id})"


def _get(confluence: Confluence, operation: str, **arguments: object) -> Item:
    result = confluence.run(operation, **arguments)
    assert isinstance(result, Item)
    return result


def needs_of(config: Config) -> list[Need]:
    """What publishing with these settings does. What single documents ask for is seen in ``defaults`` only."""
    found = [scopes.READ, scopes.WRITE, scopes.COMMENTS, scopes.READ_FILES, scopes.WRITE_FILES, scopes.DELETE_FILES,
             scopes.LABELS, scopes.ORDER]  # fmt: skip
    defaults = str(config.get("defaults"))
    wanted = {
        scopes.TRASH: config.get("prune") == "trash",
        scopes.ARCHIVE: config.get("prune") == "archive",
        scopes.FOLDERS: config.get("directories") == "folder",
        scopes.UNWATCH: bool(config.get("unwatch")),
        scopes.POSTS: "blogpost" in defaults,
        scopes.RESTRICT: "restrict" in defaults,
        scopes.STATE: "'status'" in defaults,
    }
    return [*found, *(need for need, needed in wanted.items() if needed)]


def _check_rights(found: _Findings, session: Session, config: Config) -> None:
    """Data Center's tokens have no scopes."""
    if session.flavor == "datacenter":
        return
    for need in needs_of(config):
        _probe(found, session, need)
    _probe(found, session, scopes.TREE, optional=True)


def _probe(found: _Findings, session: Session, need: Need, *, optional: bool = False) -> None:
    probe = need.probe
    assert probe is not None
    ids = ["append" if name == "position" else _NOBODY for name in probe.names]
    if probe.path.endswith("/attachments/{id}"):
        ids = [f"att{_NOBODY}"]
    try:
        session.client.request(probe.method, probe.at(*ids), repeatable=True, **_BODIES.get(probe, {}))
    except ScopeMissing as error:
        if optional:
            found.note(need.name, f"not allowed, and not needed ({' '.join(need.granular)})")
        else:
            missing = f"scope {' '.join(probe.scopes or probe.granular)} is missing"
            found.bad(need.name, f"{missing} (for all of it: {' '.join(need.classic + need.granular)}): {error}")
    except (LoginRefused, Forbidden) as error:
        found.bad(need.name, f"this account may not do that: {error}")
    except (Unreachable, RateLimited) as error:
        found.bad(need.name, str(error))
    except RemoteError:  # nothing has that id: the request got as far as that
        found.good(need.name)
    else:
        found.good(need.name)
