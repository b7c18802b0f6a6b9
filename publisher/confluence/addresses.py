"""Addresses of sites: from what a person types to the base of all requests. Imports no HTTP library."""

import re
from urllib.parse import urlsplit

from publisher.confluence.settings import ConnectionSettings
from publisher.errors import UsageError

V2, V1 = "/api/v2", "/rest/api"
EXPERIMENTAL = "/rest/experimental"
API_HOST = "https://api.atlassian.com"
#: Gateway → (its address, the address of its control plane). See docs/confluence-api.md#gateway.
GATEWAYS = {"maton": ("https://gateway.maton.ai", "https://ctrl.maton.ai")}
_CLOUD_HOSTS = (".atlassian.net", ".jira-dev.com")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SPLIT = re.compile(r"/(?:spaces|display|pages|rest|api|x|plugins|dashboard\.action|login\.action)\b")


def is_cloud_host(host: str) -> bool:
    """Whether the host is one of Atlassian's. The dot counts: evilatlassian.net is not."""
    return host.endswith(_CLOUD_HOSTS) or host == "api.atlassian.com"


def split_address(url: str, *, allow_http: bool = False) -> tuple[str, str]:
    """(base, host) of a site's, a page's or an API address: Cloud's ``…/wiki``, or Data Center with its context path.

    UsageError if it is not an address, or would send the token unencrypted.
    """
    parts = None
    try:
        parts = urlsplit(url if "//" in url else "https://" + url)
        host = parts.hostname or ""
        good = (parts.port is None or parts.port > 0) and ("//" in url or "@" not in parts.netloc)
    except ValueError:  # a bad port, or brackets that are no IPv6 address
        host, good = "", False
    if parts is None or parts.scheme not in {"http", "https"} or not good or not _is_host(host):
        raise UsageError(f"CONFLUENCE_URL: {url!r} is not a URL; write https://SITE.atlassian.net")
    if parts.scheme == "http" and host not in _LOOPBACK and not allow_http:
        text = "would send the token unencrypted; write https://, or allow it with --allow-http"
        raise UsageError(f"CONFLUENCE_URL: {url!r} {text}")
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    gateway = re.match(r"/ex/confluence/[\w-]+", parts.path)
    if gateway or is_cloud_host(host):
        return f"{origin}{gateway[0] if gateway else ''}/wiki", host
    # Data Center, or a sandbox: everything before the first path of Confluence is its context path.
    return origin + _SPLIT.split(parts.path)[0].rstrip("/"), host


def _is_host(host: str) -> bool:
    if ":" in host:  # an IPv6 address, which urlsplit has checked for its brackets
        return re.fullmatch(r"[0-9a-fA-F:.]+(%\w+)?", host) is not None
    return re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", host) is not None


def is_bare(url: str) -> bool:
    """Whether the address is a host alone, so that Confluence may be at ``/wiki`` too."""
    return urlsplit(url if "//" in url else "https://" + url).path.strip("/") == ""


def origin_of(url: str) -> tuple[str, str, int]:
    """(scheme, host, port): a login goes to this and to nothing else."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def check_destination(settings: ConnectionSettings, host: str) -> None:
    """UsageError if publisher.yml sends the token to a host that is not known to be Confluence."""
    trusted = {name.lower() for name in settings.trusted_hosts}
    if settings.url_from_file and not (is_cloud_host(host) or host in _LOOPBACK or host.lower() in trusted):
        raise UsageError(
            f"`url` in publisher.yml leads to {host}, which gets no token from here: set CONFLUENCE_URL, "
            f"or PUBLISHER_TRUSTED_HOSTS={host}"
        )
