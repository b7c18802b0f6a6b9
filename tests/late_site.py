"""A Confluence that answers late, as one far away does: ``python tests/late_site.py MILLISECONDS`` prints its address, and runs until stdin ends.

The wait is in the server, so that no client gets round it. Its space is BENCH, its token ``good``; it keeps nothing on disk.
"""

import asyncio
import sys
import threading
import time

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.sandbox import Service, Store, make_app, now


class Late:
    """Waits before each answer; as many wait at once as ask."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self.seconds)
        await self.app(scope, receive, send)


def serve(seconds: float) -> None:
    """Blocks until stdin ends."""
    store = Store(":memory:", now)
    store.create_space("BENCH", "Bench")
    app = make_app(store, Service("good"))
    app.add_middleware(Late, seconds=seconds)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.005)
    host, port = server.servers[0].sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve(float(sys.argv[1]) / 1000)
