"""Where Confluence is, who we are, and how patient. A file of a repository can set little of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publisher.model.options.option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionOptions:
    """Address, login, network and retries."""

    url: str = option(
        "text", "address of Confluence: the site, or the URL of any page", address=True,
        example="https://example.atlassian.net",
    )  # fmt: skip
    user: str = option(
        "text", "e-mail address of the account that owns the token", address=True, example="you@example.com"
    )
    token: str = option("text", "API token (with a user) or access token (alone)", address=True, secret=True)
    token_file: str = option(
        "path", "file that holds the token", address=True, trust=True, example="/run/secrets/confluence"
    )
    auth: str = option(
        "text", "how to log in; auto: basic with a user, else bearer", "auto", address=True,
        choices=("auto", "basic", "bearer"),
    )  # fmt: skip
    flavor: str = option(
        "text", "product at the address; auto finds out", "auto", address=True,
        choices=("auto", "cloud", "datacenter"),
    )  # fmt: skip
    client_id: str = option("text", "OAuth 2.0 client (client credentials)", address=True, trust=True, example="kT39x")
    client_secret: str = option("text", "secret of that client", address=True, secret=True)
    gateway: str = option(
        "text", "a managed OAuth gateway to go through", address=True, choices=("", "maton"), trust=True
    )
    maton_api_key: str = option("text", "key of the gateway", address=True, secret=True, variable="MATON_API_KEY")
    connection: str = option(
        "text",
        "connection of the gateway (else the oldest active one)",
        address=True,
        variable="MATON_CONNECTION",
        trust=True,
        example="0a1b2c3d",
    )
    cloud_site: str = option(
        "text", "name or id of the site, where the login reaches several", address=True, example="example"
    )
    gateway_url: str = option(
        "text", "address of the gateway, where a company runs its own", address=True,
        variable="MATON_GATEWAY_URL", trust=True, example="https://gateway.example.com")  # fmt: skip
    control_url: str = option(
        "text",
        "address of its control plane",
        address=True,
        variable="MATON_CONTROL_URL",
        trust=True,
        example="https://control.example.com",
    )
    trusted_hosts: tuple[str, ...] = option(
        "list", "hosts beside Confluence Cloud's that `url` in publisher.yml may name",
        example="wiki.example.com", trust=True)  # fmt: skip
    ca_bundle: str = option(
        "text", "file with more certificates to trust", address=True, trust=True, example="/etc/ssl/company.pem"
    )
    client_cert: str = option("text", "client certificate (mTLS)", address=True, trust=True, example="client.pem")
    client_key: str = option("text", "private key file, if separate", address=True, trust=True, example="client.key")
    proxy: str = option(
        "text", "proxy (else HTTPS_PROXY)", address=True, example="http://proxy.example.com:3128", trust=True
    )
    headers: Mapping[str, Any] = option(
        "table", "more headers of every request", address=True, trust=True, example="X-Team=docs"
    )
    timeout: float = option("seconds", "request timeout in seconds", 60.0, address=True, example="30")
    insecure: bool = option("flag", "do not check the server's certificate", address=True, trust=True)
    allow_http: bool = option("flag", "send the login over plain http", address=True, trust=True)
    retries: int = option("count", "how often a failed request is sent again", 5, example="8")
    retry_wait: float = option(
        "seconds", "seconds before the first retry; doubled each time, at most 30", 0.5, example="1"
    )
    max_wait: float = option("seconds", "longest wait that Confluence may ask for, in seconds", 300.0, example="60")
    give_up_after: float = option("seconds", "give up after this many seconds without a response", 60.0, example="120")
    log_file: str = option(
        "path", "write every request to this file, without bodies and secrets", trust=True, example="publisher.log"
    )
