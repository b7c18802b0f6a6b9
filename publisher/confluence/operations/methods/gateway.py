"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Methods


class GatewayMethods(Methods):
    """``confluence.gateway``."""

    def sites(self, *, limit: int | None = None) -> Iterator[Item]:
        """List the sites that the gateway's connection reaches."""
        return self._rows("gateway sites", limit=limit)
