"""The client of everything: ``confluence.page.get("123")``, or ``confluence.run("page get", page="123")``."""

from publisher.confluence.client import Client
from publisher.confluence.operations.call import run
from publisher.confluence.operations.context import Context, Result
from publisher.confluence.operations.table import BY_NAME
from publisher.errors import UsageError


class Confluence:
    """All operations over one client. ``flavor``: cloud or datacenter; ``app``, ``control``: the gateway's own addresses."""

    def __init__(
        self, client: Client, flavor: str = "cloud", control: Client | None = None, app: Client | None = None
    ) -> None:
        self._context = Context(client, flavor, control, app)

    @property
    def client(self) -> Client:
        """For requests that no operation makes: ``client.request("GET", "/api/v2/…")``."""
        return self._context.client

    @property
    def flavor(self) -> str:
        """``cloud`` or ``datacenter``."""
        return self._context.flavor

    def run(self, operation: str, /, **arguments: object) -> Result:
        """An ``Item``, an iterator of them, or None. UsageError for what the product or the operation does not have.

        Names are those of the table, with ``_`` for ``-``; None means not given. ``limit``: at most so many rows.
        """
        if operation not in BY_NAME:
            raise UsageError(f"there is no operation {operation!r}")
        return run(self._context, BY_NAME[operation], arguments)
