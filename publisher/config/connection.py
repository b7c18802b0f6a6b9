"""What the settings say about the way to Confluence, in the words of the client."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from publisher.config.load import Config
from publisher.confluence.settings import ConnectionSettings, Network, RetryPolicy
from publisher.errors import UsageError


def connection_settings(config: Config) -> ConnectionSettings:
    """What the settings say about the address and the login."""
    network = Network(
        config.get("ca_bundle"),
        config.get("client_cert"),
        config.get("client_key"),
        config.get("proxy"),
        {name: str(value) for name, value in config.get("headers").items()},
        config.get("timeout"),
        config.get("insecure"),
    )
    same = ("url", "user", "token", "token_file", "client_id", "client_secret", "auth", "flavor", "gateway", "gateway_url",
            "control_url", "connection", "cloud_site", "allow_http", "space")  # fmt: skip
    values: dict[str, Any] = {name: config.get(name) for name in same}
    from_file = config.file is not None and config.values["url"].origin.startswith(str(config.file))
    if from_file:
        _refuse_loopback(config)
    return ConnectionSettings(
        **values,
        gateway_key=config.get("maton_api_key"),
        network=network,
        url_from_file=from_file,
        trusted_hosts=config.get("trusted_hosts"),
    )


def _refuse_loopback(config: Config) -> None:
    """A file of the repository sends no login of the environment to whatever listens on this machine. UsageError."""
    url = str(config.get("url"))
    try:
        given = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:  # brackets that hold no IPv6 address
        origin = config.values["url"].origin
        raise UsageError(f"{origin}: `url`: {url!r} is not a URL; write https://SITE.atlassian.net") from None
    trusted = {name.lower() for name in config.get("trusted_hosts")}
    login = any(config.get(name) for name in ("token", "token_file", "client_secret", "maton_api_key"))
    if login and given.lower() not in trusted and is_loopback(given):
        raise UsageError(
            f"{config.values['url'].origin}: `url` leads to {given}, which gets no login from here: set CONFLUENCE_URL, "
            f"or PUBLISHER_TRUSTED_HOSTS={given}"
        )


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def retry_policy(config: Config) -> RetryPolicy:
    names = ("retries", "retry_wait", "max_wait", "give_up_after")
    return RetryPolicy(*(config.get(name) for name in names))
