"""What Cloud alone has: v2, and the gateways before it."""

from publisher.sandbox.site import CLOUD_ID

__all__ = ["CLOUD_ID"]
