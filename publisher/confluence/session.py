"""What a connection gives: clients of the site and of the gateway, and what their requests share."""

from collections.abc import Callable, Mapping

import httpx
from msgspec import Struct, field

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.settings import Network, RetryPolicy
from publisher.errors import RemoteError


class Session(Struct, frozen=True):
    """A client, and what was found out about the site on the way to it."""

    client: Client
    site: str
    """The address for people, to which ``webui`` links are appended."""
    flavor: str
    """``cloud`` or ``datacenter``."""
    control: Client | None = None
    """The gateway's control plane, if a gateway is used."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """For ``doctor``."""
    app: Client | None = None
    """The gateway's own addresses, above those of its sites."""

    def close(self) -> None:
        for client in (self.client, self.control, self.app):
            if client:
                client.close()


class Wire(Struct, frozen=True):
    """What every client of a session shares. ``transport`` takes the place of the network."""

    jobs: int = 6
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    log: Callable[[str], None] | None = None
    transport: httpx.BaseTransport | None = None

    def client(
        self,
        base: str,
        login: Login,
        network: Network,
        *,
        auth: httpx.Auth | None = None,
        explain: Callable[[RemoteError], str] | None = None,
        fallback: Callable[[], str] | None = None,
    ) -> Client:
        """A client below ``base``."""
        return Client(
            base,
            login,
            jobs=self.jobs,
            policy=self.policy,
            network=network,
            log=self.log,
            transport=self.transport,
            auth=auth,
            explain=explain,
            fallback=fallback,
        )
