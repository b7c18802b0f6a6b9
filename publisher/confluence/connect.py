"""Addresses and logins: from what a person gives to a client of the right product (reference A)."""

import netrc
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from publisher.confluence.client import V1, V2, Client, ClientCredentials, Login, Network, Patience
from publisher.errors import LoginRefused, NotFound, RemoteError, Unreachable, UsageError

_API = "https://api.atlassian.com"
_CLOUD_HOSTS = (".atlassian.net", ".jira-dev.com")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
#: Where peers keep the token: named in the message when ours is missing.
PEER_TOKENS = (
    "CONFLUENCE_API_KEY",
    "CONFLUENCE_API_TOKEN",
    "MARK_PASSWORD",
    "CONFLUENCE_PASSWORD",
    "ATLASSIAN_API_TOKEN",
    "CONFLUENCE_PAT",
)
GATEWAYS = {"maton": ("https://gateway.maton.ai", "https://ctrl.maton.ai")}


@dataclass(frozen=True, slots=True)
class Access:
    """What a person gives. ``url_from_file``: whether the address stands in publisher.yml, where anybody may have put it."""

    url: str = ""
    user: str = ""
    token: str = field(default="", repr=False)
    token_file: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    auth: str = "auto"
    flavor: str = "auto"
    gateway: str = ""
    gateway_key: str = field(default="", repr=False)
    gateway_url: str = ""
    control_url: str = ""
    connection: str = ""
    cloud_site: str = ""
    network: Network = field(default_factory=Network)
    allow_http: bool = False
    url_from_file: bool = False
    trusted_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """``site``: the address for people. ``control``: the gateway's control plane. ``facts``: what was found out, for doctor."""

    client: Client
    site: str
    flavor: str
    control: Client | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def close(self) -> None:
        self.client.close()
        if self.control:
            self.control.close()


@dataclass(frozen=True, slots=True)
class Wire:
    """What every client of a session shares."""

    jobs: int = 6
    patience: Patience = field(default_factory=Patience)
    log: Callable[[str], None] | None = None
    transport: httpx.BaseTransport | None = None


def is_cloud_host(host: str) -> bool:
    """By the dot boundary, so that evilatlassian.net is none."""
    return host.endswith(_CLOUD_HOSTS) or host == "api.atlassian.com"


def split_address(url: str, *, allow_http: bool = False) -> tuple[str, str]:
    """(base, host): Cloud's ``…/wiki``, or Data Center with its context path, of the site, a page's or an API address."""
    parts = urlsplit(url if "//" in url else "https://" + url)
    host = parts.hostname or ""
    try:
        good = parts.port is None or parts.port > 0
    except ValueError:  # what stands behind the colon is no number
        good = False
    if parts.scheme not in {"http", "https"} or not host or not good:
        raise UsageError(f"CONFLUENCE_URL: {url!r} is not an address; write https://SITE.atlassian.net")
    if parts.scheme == "http" and host not in _LOOPBACK and not allow_http:
        text = "would send the token unencrypted; write https://, or allow it with --allow-http"
        raise UsageError(f"CONFLUENCE_URL: {url!r} {text}")
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    gateway = re.match(r"/ex/confluence/[\w-]+", parts.path)
    if gateway or is_cloud_host(host):
        return f"{origin}{gateway[0] if gateway else ''}/wiki", host
    # Data Center, or a sandbox: what stands before the first path of Confluence is its context path.
    path = re.split(r"/(?:spaces|display|pages|rest|api|x|plugins|dashboard\.action|login\.action)\b", parts.path)[0]
    return origin + path.rstrip("/"), host


def find_login(access: Access, host: str) -> Login:
    """From the environment or a flag, a file, the key ring, or netrc. UsageError names the places."""
    token = access.token
    if access.token_file:
        try:
            token = Path(access.token_file).expanduser().read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UsageError(f"--token-file {access.token_file}: {error.strerror}") from None
    user = access.user
    if not token:
        token = _from_keyring(host, user)
    if not token:
        user, token = _from_netrc(host, user)
    if access.auth == "basic" and not user:
        raise UsageError("auth: basic needs CONFLUENCE_USER")
    return Login("" if access.auth == "bearer" else user, token)


def no_token() -> str:
    """What to set; the names that other tools have for it are looked at."""
    peers = [name for name in PEER_TOKENS if os.environ.get(name)]
    also = f" ({', '.join(peers)} is set, but Publisher reads CONFLUENCE_TOKEN)" if peers else ""
    return f"no token: set CONFLUENCE_TOKEN, and CONFLUENCE_USER for an API token{also}"


def _from_keyring(host: str, user: str) -> str:
    try:
        import keyring
    except ImportError:
        return ""
    try:
        return keyring.get_password(f"publisher:{host}", user or "token") or ""
    except Exception:  # a machine without a key ring raises whatever its back end does
        return ""


def _from_netrc(host: str, user: str) -> tuple[str, str]:
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return user, ""
    if not found or (user and found[0] != user):
        return user, ""
    return found[0] or user, found[2] or ""


def check_destination(access: Access, host: str) -> None:
    """Credentials go to an address of a flag or the environment; one of publisher.yml must be known to be Confluence."""
    trusted = {name.lower() for name in access.trusted_hosts}
    if access.url_from_file and not (is_cloud_host(host) or host in _LOOPBACK or host.lower() in trusted):
        raise UsageError(
            f"`url` in publisher.yml leads to {host}, which gets no token from here: set CONFLUENCE_URL, "
            f"or PUBLISHER_TRUSTED_HOSTS={host}"
        )


def connect(access: Access, wire: Wire = Wire()) -> Session:
    """A client of the right product, with the right login. UsageError, LoginRefused or Unreachable say what is wrong."""
    if access.gateway:
        return _connect_gateway(access, wire)
    if not access.url:
        hint = "; MATON_API_KEY is set: for the gateway, set CONFLUENCE_GATEWAY=maton" if access.gateway_key else ""
        raise UsageError(
            "no address: set CONFLUENCE_URL (or --url), or try it without an account with --sandbox" + hint
        )
    base, host = split_address(access.url, allow_http=access.allow_http)
    check_destination(access, host)
    auth: httpx.Auth | None = None
    login = Login("", "")
    if access.client_id:
        if not access.client_secret:
            raise UsageError("CONFLUENCE_CLIENT_ID is set, but CONFLUENCE_CLIENT_SECRET is not")
        auth = ClientCredentials(access.client_id, access.client_secret)
    else:
        login = find_login(access, host)
        if not login.token:
            raise UsageError(no_token())
    bare = urlsplit(access.url if "//" in access.url else "https://" + access.url).path.strip("/") == ""
    if is_cloud_host(host):
        scoped = auth is not None or not login.user
        site = base
        if host != "api.atlassian.com" and scoped:
            # Tokens without a user are scoped, and those are refused on the site's own host (reference A.1).
            base = _through_api(base, wire, access.network)
        client = _client(base, login, access, wire, auth, fallback=lambda: _through_api(site, wire, access.network))
        return Session(client, site, "cloud", None, {"address": base})
    if access.flavor != "auto":
        base += "/wiki" if access.flavor == "cloud" and bare else ""
        return Session(_client(base, login, access, wire, auth), base, access.flavor, None, {"address": base})
    for candidate in [base + "/wiki", base] if bare else [base]:
        client = _client(candidate, login, access, wire, auth)
        try:
            flavor = _probe(client)
        except RemoteError:
            client.close()
            raise
        if flavor:
            return Session(client, candidate, flavor, None, {"address": candidate})
        client.close()
    raise Unreachable(f"{base} does not answer as Confluence does; is CONFLUENCE_URL right, with its context path?")


def _client(base: str, login: Login, access: Access, wire: Wire, auth: httpx.Auth | None = None, **more: Any) -> Client:
    return Client(
        base,
        login,
        jobs=wire.jobs,
        patience=wire.patience,
        log=wire.log,
        transport=wire.transport,
        network=access.network,
        auth=auth,
        **more,
    )


def _probe(client: Client) -> str:
    """cloud or datacenter; empty if there is no Confluence at this base. Data Center has no v2 (reference A.1)."""
    try:
        client.request("GET", V2 + "/spaces", params={"limit": 1})
    except LoginRefused:
        return "cloud"
    except (NotFound, Unreachable) as error:
        if error.status != 404:
            raise
    else:
        return "cloud"
    try:  # Cloud hides from a bad login with a 404 too, but v1 says so
        user = client.request("GET", V1 + "/user/current")
    except (NotFound, Unreachable) as error:
        if error.status != 404:
            raise
        return ""
    return "cloud" if "accountId" in user else "datacenter"


def _through_api(base: str, wire: Wire, network: Network) -> str:
    """The base of a scoped token: the cloud id is no secret, and its request carries no login (reference A.2)."""
    plain = Client(
        base.removesuffix("/wiki"), Login("", ""), patience=wire.patience, transport=wire.transport, network=network
    )
    try:
        found = plain.request("GET", "/_edge/tenant_info")
    finally:
        plain.close()
    return f"{_API}/ex/confluence/{found['cloudId']}/wiki"


# The OAuth gateway (reference A.5)


def _connect_gateway(access: Access, wire: Wire) -> Session:
    name = access.gateway
    if name not in GATEWAYS:
        raise UsageError(f"gateway: {name!r} is not known; known is {', '.join(GATEWAYS)}")
    if not access.gateway_key:
        raise UsageError("the gateway needs its key: set MATON_API_KEY (from https://maton.ai/settings)")
    if access.token and access.user:
        raise UsageError(
            "both a gateway and CONFLUENCE_USER with CONFLUENCE_TOKEN are set: unset one of them, for only one login is used"
        )
    host, control_host = access.gateway_url or GATEWAYS[name][0], access.control_url or GATEWAYS[name][1]
    for address in (host, control_host):
        split_address(address, allow_http=access.allow_http)
    login = Login("", access.gateway_key)
    headers = {"Maton-Connection": access.connection} if access.connection else {}
    network = Network(**{**_fields(access.network), "headers": {**access.network.headers, **headers}})
    behind = Access(**{**_fields(access), "network": network})
    control = _client(control_host.rstrip("/"), login, access, wire, explain=_explain_control)
    app = host.rstrip("/").removesuffix("/confluence") + "/confluence"
    finder = _client(app, login, behind, wire, explain=lambda error: explain_gateway(error, control))
    site = _choose_site(finder.request("GET", "/oauth/token/accessible-resources"), access.cloud_site)
    finder.close()
    base = f"{app}/ex/confluence/{site['id']}/wiki"
    client = _client(base, login, behind, wire, explain=lambda error: explain_gateway(error, control))
    facts = {"address": base, "cloud id": str(site["id"]), "scopes": " ".join(site.get("scopes", []))}
    return Session(client, str(site["url"]).rstrip("/") + "/wiki", "cloud", control, facts)


def connect_control(access: Access, wire: Wire = Wire()) -> Client:
    """The control plane alone, which needs no site and no connection."""
    if access.gateway not in GATEWAYS:
        raise UsageError("connections belong to an OAuth gateway: set CONFLUENCE_GATEWAY=maton (or --gateway maton)")
    if not access.gateway_key:
        raise UsageError("the gateway needs its key: set MATON_API_KEY (from https://maton.ai/settings)")
    address = access.control_url or GATEWAYS[access.gateway][1]
    split_address(address, allow_http=access.allow_http)
    return _client(address.rstrip("/"), Login("", access.gateway_key), access, wire, explain=_explain_control)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _choose_site(answer: Any, wanted: str) -> dict[str, Any]:
    """The Confluence site among those of the connection; the same id twice is one site (reference A.2)."""
    found: dict[str, dict[str, Any]] = {}
    for row in answer if isinstance(answer, list) else []:
        scopes = row.get("scopes") or []
        if row["id"] not in found or any("confluence" in scope for scope in scopes):
            found[row["id"]] = row
    chosen = [row for row in found.values() if not wanted or wanted.lower() in {str(row["id"]), row["name"].lower()}]
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(f"{row['name']} ({row['id']})" for row in found.values()) or "none"
    what = f"there is no site {wanted!r}" if wanted and not chosen else "the connection reaches several sites, or none"
    raise UsageError(f"{what}; name one with --cloud-site: {listed}")


def _explain_control(error: RemoteError) -> str:
    return "check MATON_API_KEY" if isinstance(error, LoginRefused) else ""


def explain_gateway(error: RemoteError, control: Client) -> str:
    """What the gateway's answers mean. Its 401 has two causes: the key is tried on the list of connections."""
    said = str(error).lower()
    if "scope does not match" in said:
        return (
            "the connection lacks a scope: delete and create it again, with `publisher connection delete ID` and "
            "`publisher connection create --open`"
        )
    if "invalid app name" in said:
        return "MATON_GATEWAY_URL is the host alone, without a path"
    if not isinstance(error, LoginRefused):
        return ""
    try:
        answer = control.request("GET", "/connections", params={"app": "confluence"})
    except LoginRefused:
        return "the key is refused: check MATON_API_KEY"
    except RemoteError:
        return "check MATON_API_KEY, and the scopes of the connection"
    rows = answer.get("connections", []) if isinstance(answer, dict) else answer
    if not any(row.get("status") == "ACTIVE" for row in rows):
        return "the key is good, but there is no active connection: run `publisher connection create --open --wait`"
    return "the key is good: the connection's scopes are not sufficient for this"


def describe_connection(session: Session, connection: str) -> str:
    """Which connection the gateway takes: the one that is named, else the oldest active one."""
    if session.control is None:
        return ""
    if connection:
        return connection
    answer = session.control.request("GET", "/connections", params={"app": "confluence", "status": "ACTIVE"})
    rows = answer.get("connections", []) if isinstance(answer, dict) else answer
    oldest = min(rows, key=lambda row: str(row.get("creation_time")), default=None)
    if oldest is None:
        raise LoginRefused("there is no active connection: run `publisher connection create --open --wait`")
    return f"{oldest['connection_id']} (the oldest active one)"
