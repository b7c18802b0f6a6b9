"""From settings to a session: the right product, address and login (docs/confluence-api.md#logins)."""

from urllib.parse import urlsplit

import httpx

from publisher.confluence import endpoints as to
from publisher.confluence import v1, v2
from publisher.confluence.addresses import API_HOST, check_destination, is_bare, is_cloud_host, split_address
from publisher.confluence.answers import JsonObject
from publisher.confluence.auth import ClientCredentials
from publisher.confluence.client import Client
from publisher.confluence.credentials import Login, find_login, no_token
from publisher.confluence.endpoints import Kind
from publisher.confluence.session import Session, Wire
from publisher.confluence.settings import ConnectionSettings, Network
from publisher.errors import NotFound, Unreachable, UsageError


def connect(settings: ConnectionSettings, wire: Wire = Wire()) -> Session:
    """UsageError, LoginRefused or Unreachable say what is wrong."""
    if settings.gateway:
        from publisher.confluence.gateway import connect_gateway

        return connect_gateway(settings, wire)
    if not settings.url:
        hint = "; MATON_API_KEY is set: for the gateway, set CONFLUENCE_GATEWAY=maton" if settings.gateway_key else ""
        raise UsageError(
            "no URL: set CONFLUENCE_URL (or --url); `publisher sandbox` runs one without an account" + hint
        )
    base, host = split_address(settings.url, allow_http=settings.allow_http)
    check_destination(settings, host)
    login, auth = _find_auth(settings, host)
    if is_cloud_host(host):
        return _connect_cloud(base, login, auth, settings, wire)
    if settings.flavor != "auto":
        base += "/wiki" if settings.flavor == "cloud" and is_bare(settings.url) else ""
        client = wire.client(base, login, settings.network, auth=auth)
        return Session(client, base, settings.flavor, None, {"address": base})
    for candidate in [base + "/wiki", base] if is_bare(settings.url) else [base]:
        client = wire.client(candidate, login, settings.network, auth=auth)
        try:
            flavor = _probe(client, settings.space)
        except BaseException:
            client.close()
            raise
        if flavor:
            return Session(client, candidate, flavor, None, {"address": candidate})
        client.close()
    raise Unreachable(f"{base} does not answer as Confluence does; is CONFLUENCE_URL right, with its context path?")


def _find_auth(settings: ConnectionSettings, host: str) -> tuple[Login, httpx.Auth | None]:
    if settings.client_id:
        if not settings.client_secret:
            raise UsageError("CONFLUENCE_CLIENT_ID is set, but CONFLUENCE_CLIENT_SECRET is not")
        return Login("", ""), ClientCredentials(settings.client_id, settings.client_secret)
    login = find_login(settings, host)
    if not login.token:
        raise UsageError(no_token())
    return login, None


def _connect_cloud(
    base: str, login: Login, auth: httpx.Auth | None, settings: ConnectionSettings, wire: Wire
) -> Session:
    network, site = settings.network, base
    through_api = urlsplit(base).hostname == urlsplit(API_HOST).hostname
    if not through_api and (auth is not None or not login.user):
        # A token without a user is a scoped one, and those are refused on the site's own host.
        base = _api_base(base, wire, network)
    client = wire.client(base, login, network, auth=auth, fallback=lambda: _api_base(site, wire, network))
    if through_api:
        try:
            site = find_site(client)
        except BaseException:
            client.close()
            raise
    return Session(client, site, "cloud", None, {"address": base})


def find_site(client: Client) -> str:
    """The site's own address, which answers through api.atlassian.com name (docs/confluence-api.md#links)."""
    answer = client.fetch("GET", to.LIST[Kind.SPACES].at(), params={"limit": 1})
    base = answer.text("_links.base")
    try:
        parts = urlsplit(base)
    except ValueError:  # an answer that names no address
        return client.base
    return base.rstrip("/") if parts.scheme in {"https", "http"} and parts.hostname else client.base


def _probe(client: Client, space: str) -> str:
    """``cloud`` or ``datacenter``; empty if there is no Confluence at this base.

    The answer is kept for the one who needs it next, so that finding out mostly costs nothing: Cloud is always at
    ``/wiki``, where the space is looked up; anywhere else there can be Data Center only.
    """
    try:
        if client.base.endswith("/wiki") and space and _keep_space(client, space):
            return "cloud"
        if space and not client.base.endswith("/wiki"):
            client.keep(to.GET_SPACE_V1.at(space), {"expand": "homepage"}, v1.get_space(client, space))
            return "datacenter"
    except (NotFound, Unreachable) as error:
        if error.status != 404:
            raise
    return _probe_by_account(client)


def _keep_space(client: Client, space: str) -> bool:
    """Looks the space up on Cloud. False if that says nothing."""
    query = v2.rows_query({"keys": space})
    answer = client.fetch("GET", to.LIST[Kind.SPACES].at(), params=query)
    if not answer.rows():
        return False
    client.keep(to.LIST[Kind.SPACES].at(), query, answer)
    return True


def _probe_by_account(client: Client) -> str:
    try:
        user = v1.get_current_user(client)
    except (NotFound, Unreachable) as error:
        if error.status != 404:
            raise
        return ""
    client.keep(to.CURRENT_USER.at(), {}, user)
    return "cloud" if "accountId" in user else "datacenter"


def _api_base(base: str, wire: Wire, network: Network) -> str:
    """The base of a scoped token. The cloud id is no secret, and its request carries no login."""
    plain = wire.client(base.removesuffix("/wiki"), Login("", ""), network)
    try:
        found: JsonObject = plain.fetch("GET", "/_edge/tenant_info")
    finally:
        plain.close()
    return f"{API_HOST}/ex/confluence/{found.identifier('cloudId')}/wiki"
