"""The OAuth gateway's sites and connections."""

import webbrowser
from collections.abc import Iterator

from publisher.confluence import endpoints as to
from publisher.confluence.answers import JsonObject, as_object
from publisher.confluence.client import Client
from publisher.confluence.gateway import list_connections, list_sites
from publisher.confluence.operations.context import Arguments, Context, first
from publisher.confluence.operations.items import Item, item
from publisher.confluence.operations.registry import on_cloud
from publisher.errors import UsageError

_NO_GATEWAY = "this belongs to an OAuth gateway: set CONFLUENCE_GATEWAY=maton (or --gateway maton)"


def _control(context: Context) -> Client:
    if context.control is None:
        raise UsageError(_NO_GATEWAY)
    return context.control


@on_cloud("gateway sites")
def _list_sites(context: Context, given: Arguments) -> Iterator[Item]:
    if context.app is None:
        raise UsageError(_NO_GATEWAY)
    return first((item("site", site) for site in list_sites(context.app)), given.limit)


@on_cloud("connection list")
def _list_connections(context: Context, given: Arguments) -> Iterator[Item]:
    query = {"status": given.text("status")} if "status" in given else {}
    query |= {} if given.flag("all") else {"app": given.text("app", "confluence")}
    # The URL holds a session token: it is shown where it is asked for, by `create` and `get`.
    rows = list_connections(_control(context), query)
    shown = (Item("connection", {key: row[key] for key in row if key != "url"}, row.fields) for row in rows)
    return first(shown, given.limit)


def _connection(answer: JsonObject) -> Item:
    return item("connection", answer.nested("connection") if "connection" in answer else answer)


@on_cloud("connection create")
def _create_connection(context: Context, given: Arguments) -> Item:
    control = _control(context)
    made = _connection(control.fetch("POST", to.CREATE_CONNECTION.at(), json={"app": "confluence"}))
    if given.flag("open"):
        webbrowser.open(str(made.get("url")))
    if given.flag("wait"):
        path = to.GET_CONNECTION.at(str(made.get("connection_id")))
        return control.wait_until(
            lambda: _connection(control.fetch("GET", path)), lambda found: found.get("status") == "ACTIVE"
        )
    return made


@on_cloud("connection get")
def _get_connection(context: Context, given: Arguments) -> Item:
    path = to.GET_CONNECTION.at(given.text("connection"))
    return _connection(as_object(_control(context).request("GET", path), f"GET {path}"))


@on_cloud("connection delete")
def _delete_connection(context: Context, given: Arguments) -> None:
    _control(context).request("DELETE", to.DELETE_CONNECTION.at(given.text("connection")))
