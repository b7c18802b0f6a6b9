"""Where Confluence is, who we are, and how patient. A file of a repository can set little of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Struct, field

from publisher.model.options.option import option


class ConnectionOptions(Struct, frozen=True, kw_only=True):
    """Address, login, network and retries."""

    url: Annotated[str, option("text", "address of Confluence: the site, or the URL of any page", address=True, example="https://example.atlassian.net")] = ""  # fmt: skip
    user: Annotated[
        str,
        option("text", "e-mail address of the account that owns the token", address=True, example="you@example.com"),
    ] = ""
    token: Annotated[
        str, option("text", "API token (with a user) or access token (alone)", address=True, secret=True)
    ] = ""
    token_file: Annotated[
        str, option("path", "file that holds the token", address=True, trust=True, example="/run/secrets/confluence")
    ] = ""
    auth: Annotated[str, option("text", "how to log in; auto: basic with a user, else bearer", address=True, choices=("auto", "basic", "bearer"))] = "auto"  # fmt: skip
    flavor: Annotated[str, option("text", "product at the address; auto finds out", address=True, choices=("auto", "cloud", "datacenter"))] = "auto"  # fmt: skip
    client_id: Annotated[
        str, option("text", "OAuth 2.0 client (client credentials)", address=True, trust=True, example="kT39x")
    ] = ""
    client_secret: Annotated[str, option("text", "secret of that client", address=True, secret=True)] = ""
    gateway: Annotated[
        str, option("text", "a managed OAuth gateway to go through", address=True, choices=("", "maton"), trust=True)
    ] = ""
    maton_api_key: Annotated[
        str, option("text", "key of the gateway", address=True, secret=True, variable="MATON_API_KEY")
    ] = ""
    connection: Annotated[
        str,
        option(
            "text",
            "connection of the gateway (else the oldest active one)",
            address=True,
            variable="MATON_CONNECTION",
            trust=True,
            example="0a1b2c3d",
        ),
    ] = ""
    cloud_site: Annotated[
        str, option("text", "name or id of the site, where the login reaches several", address=True, example="example")
    ] = ""
    gateway_url: Annotated[str, option("text", "address of the gateway, where a company runs its own", address=True, variable="MATON_GATEWAY_URL", trust=True, example="https://gateway.example.com")] = ""  # fmt: skip
    control_url: Annotated[
        str,
        option(
            "text",
            "address of its control plane",
            address=True,
            variable="MATON_CONTROL_URL",
            trust=True,
            example="https://control.example.com",
        ),
    ] = ""
    trusted_hosts: Annotated[tuple[str, ...], option("list", "hosts beside Confluence Cloud's that `url` in publisher.yml may name", example="wiki.example.com", trust=True)] = ()  # fmt: skip
    ca_bundle: Annotated[
        str,
        option(
            "text", "file with more certificates to trust", address=True, trust=True, example="/etc/ssl/company.pem"
        ),
    ] = ""
    client_cert: Annotated[
        str, option("text", "client certificate (mTLS)", address=True, trust=True, example="client.pem")
    ] = ""
    client_key: Annotated[
        str, option("text", "private key file, if separate", address=True, trust=True, example="client.key")
    ] = ""
    proxy: Annotated[
        str,
        option("text", "proxy (else HTTPS_PROXY)", address=True, example="http://proxy.example.com:3128", trust=True),
    ] = ""
    headers: Annotated[
        Mapping[str, Any],
        option("table", "more headers of every request", address=True, trust=True, example="X-Team=docs"),
    ] = field(default_factory=dict)
    timeout: Annotated[float, option("seconds", "request timeout in seconds", address=True, example="30")] = 60.0
    insecure: Annotated[bool, option("flag", "do not check the server's certificate", address=True, trust=True)] = False
    allow_http: Annotated[bool, option("flag", "send the login over plain http", address=True, trust=True)] = False
    retries: Annotated[int, option("count", "how often a failed request is sent again", example="8")] = 5
    retry_wait: Annotated[
        float, option("seconds", "seconds before the first retry; doubled each time, at most 30", example="1")
    ] = 0.5
    max_wait: Annotated[
        float, option("seconds", "longest wait that Confluence may ask for, in seconds", example="60")
    ] = 300.0
    give_up_after: Annotated[
        float, option("seconds", "give up after this many seconds without a response", example="120")
    ] = 60.0
    log_file: Annotated[
        str,
        option(
            "path", "write every request to this file, without bodies and secrets", trust=True, example="publisher.log"
        ),
    ] = ""
