"""What a person says about the connection: address, login, network, retries. Values only; imports no HTTP library."""

from collections.abc import Mapping

from msgspec import Struct, field


class Network(Struct, frozen=True):
    """How to reach the server."""

    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request to Confluence, and to no other host."""
    timeout: float = 60.0
    """Seconds to wait for the next bytes. A whole answer may take ten times as long."""
    insecure: bool = False


class RetryPolicy(Struct, frozen=True):
    """How long to try. All waits are in seconds."""

    retries: int = 5
    """How often a request that failed is sent again. Waits that the server asks for (429) do not count."""
    first_wait: float = 0.5
    max_wait: float = 300.0
    """The longest that one request waits because the server asked it to."""
    give_up_after: float = 60.0
    """The run ends after so long without an answer to any request."""


class ConnectionSettings(Struct, frozen=True):
    """Where Confluence is and who we are."""

    url: str = ""
    user: str = ""
    token: str = ""
    token_file: str = ""
    client_id: str = ""
    client_secret: str = ""
    auth: str = "auto"
    flavor: str = "auto"
    gateway: str = ""
    gateway_key: str = ""
    gateway_url: str = ""
    control_url: str = ""
    connection: str = ""
    cloud_site: str = ""
    network: Network = field(default_factory=Network)
    allow_http: bool = False
    url_from_file: bool = False
    """Whether the address comes from publisher.yml, where anybody who can write to the repository may have put it."""
    trusted_hosts: tuple[str, ...] = ()
    space: str = ""
    """Key of the space that will be looked up, so that the look-up also tells the product. May be empty."""

    def __repr__(self) -> str:
        return f"ConnectionSettings(url={self.url!r}, user={self.user!r})"  # never a secret
