"""The OAuth gateway: its sites, its control plane, and what its answers mean (docs/confluence-api.md#gateway)."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from publisher.confluence import endpoints as to
from publisher.confluence.addresses import GATEWAYS, split_address
from publisher.confluence.answers import JsonObject, as_object
from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.session import Session, Wire
from publisher.confluence.settings import ConnectionSettings
from publisher.errors import BadAnswer, LoginRefused, RemoteError, ScopeMissing, UsageError

_APP = "confluence"


def connect_gateway(settings: ConnectionSettings, wire: Wire) -> Session:
    """A session with the one site that the connection reaches, or that ``cloud_site`` names."""
    if settings.token and settings.user:
        raise UsageError(
            "both a gateway and CONFLUENCE_USER with CONFLUENCE_TOKEN are set: unset one of them, for only one login is used"
        )
    control = connect_control(settings, wire)
    app = connect_app(settings, wire, control)
    site = choose_site(list_sites(app), settings.cloud_site)
    base = f"{app.base}/ex/confluence/{site.identifier()}/wiki"
    client = _behind(base, settings, wire, control)
    facts = {"address": base, "cloud id": site.identifier(), "scopes": " ".join(_scopes(site))}
    return Session(client, site.string("url").rstrip("/") + "/wiki", "cloud", control, facts, app)


def connect_control(settings: ConnectionSettings, wire: Wire = Wire()) -> Client:
    """The control plane alone, which needs no site and no connection."""
    known = _gateway(settings)
    address = settings.control_url or known[1]
    split_address(address, allow_http=settings.allow_http)
    login = Login("", settings.gateway_key)
    return wire.client(address.rstrip("/"), login, settings.network, explain=_explain_control)


def connect_app(settings: ConnectionSettings, wire: Wire, control: Client) -> Client:
    """The gateway's own addresses, above those of a site."""
    known = _gateway(settings)
    address = settings.gateway_url or known[0]
    split_address(address, allow_http=settings.allow_http)
    return _behind(address.rstrip("/").removesuffix("/" + _APP) + "/" + _APP, settings, wire, control)


def _gateway(settings: ConnectionSettings) -> tuple[str, str]:
    if not settings.gateway:
        raise UsageError("this belongs to an OAuth gateway: set CONFLUENCE_GATEWAY=maton (or --gateway maton)")
    if settings.gateway not in GATEWAYS:
        raise UsageError(f"gateway: {settings.gateway!r} is unknown; known: {', '.join(GATEWAYS)}")
    if not settings.gateway_key:
        raise UsageError("the gateway needs its key: set MATON_API_KEY (from https://maton.ai/settings)")
    return GATEWAYS[settings.gateway]


def _behind(base: str, settings: ConnectionSettings, wire: Wire, control: Client) -> Client:
    """A client of the gateway, with the connection that is named."""
    headers = {"Maton-Connection": settings.connection} if settings.connection else {}
    network = replace(settings.network, headers={**settings.network.headers, **headers})
    login = Login("", settings.gateway_key)
    return wire.client(base, login, network, explain=lambda error: explain_gateway(error, control))


def list_sites(app: Client) -> list[JsonObject]:
    """The sites that the connection reaches, each once: the row whose scopes are Confluence's if there are several."""
    answer = app.request("GET", to.SITES.at())
    if not isinstance(answer, list):
        raise BadAnswer("GET /oauth/token/accessible-resources: the answer must be a list")
    found: dict[str, JsonObject] = {}
    for row in answer:
        site = as_object(row, "GET /oauth/token/accessible-resources")
        if site.identifier() not in found or any(_APP in scope for scope in _scopes(site)):
            found[site.identifier()] = site
    return list(found.values())


def _scopes(site: JsonObject) -> list[str]:
    scopes = site.get("scopes")
    return [str(scope) for scope in scopes] if isinstance(scopes, list) else []


def choose_site(sites: Sequence[JsonObject], wanted: str) -> JsonObject:
    """By id, name or address. UsageError lists them if it is not clear which one is meant."""
    chosen = [site for site in sites if not wanted or wanted.lower() in _names(site)]
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(f"{site.text('name')} ({site.identifier()})" for site in sites) or "none"
    what = f"there is no site {wanted!r}" if wanted and not chosen else "the connection reaches several sites, or none"
    raise UsageError(f"{what}; name one with --cloud-site: {listed}")


def _names(site: JsonObject) -> set[str]:
    url = site.text("url").lower()
    return {site.identifier().lower(), site.text("name").lower(), url, re.sub(r"^https?://", "", url)} - {""}


def list_connections(control: Client, query: dict[str, str]) -> list[JsonObject]:
    """The answer is a list, or an object with one (docs/confluence-api.md#gateway)."""
    answer = control.request("GET", to.CONNECTIONS.at(), params=query)
    rows = answer.get("connections") if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise BadAnswer("GET /connections: the answer must be a list")
    return [as_object(row, "GET /connections") for row in rows]


def _explain_control(error: RemoteError) -> str:
    return "check MATON_API_KEY" if isinstance(error, LoginRefused) else ""


def explain_gateway(error: RemoteError, control: Client) -> str:
    """What the gateway's answers mean. Its 401 has two causes: the key is tried on the list of connections."""
    if isinstance(error, ScopeMissing):
        return (
            "the connection lacks a scope: delete and create it again, with `publisher connection delete ID` and "
            "`publisher connection create --open`"
        )
    if "invalid app name" in str(error).lower():
        return "MATON_GATEWAY_URL is the host alone, without a path"
    if not isinstance(error, LoginRefused):
        return ""
    try:
        rows = list_connections(control, {"app": _APP})
    except LoginRefused:
        return "the key is refused: check MATON_API_KEY"
    except RemoteError:
        return "check MATON_API_KEY, and the scopes of the connection"
    if not any(row.get("status") == "ACTIVE" for row in rows):
        return "the key is good, but there is no active connection: run `publisher connection create --open --wait`"
    return "the key is good: the connection's scopes are not sufficient for this"


def describe_connection(session: Session, connection: str) -> str:
    """Which connection the gateway takes: the one that is named, else the oldest active one."""
    if session.control is None:
        return ""
    if connection:
        return connection
    rows = list_connections(session.control, {"app": _APP, "status": "ACTIVE"})
    oldest = min(rows, key=lambda row: row.text("creation_time"), default=None)
    if oldest is None:
        raise LoginRefused("there is no active connection: run `publisher connection create --open --wait`")
    return f"{oldest.identifier('connection_id')} (the oldest active one)"
