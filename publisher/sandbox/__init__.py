"""A Confluence of one's own: the REST API of Cloud or Data Center over an SQLite file, and a view for people.

`running` starts one in this process; `serve` is the program behind `publisher sandbox`; `Store` holds the content, and
is what tests and the preview act on as somebody in the browser would.
"""

from publisher.sandbox.app import check_port, free_port, make_app, now, running, serve
from publisher.sandbox.service import CONTEXT, DEFAULT_PORT, Board, Service
from publisher.sandbox.store import Refused, Store
from publisher.sandbox.view import export_pages

__all__ = [
    "CONTEXT",
    "DEFAULT_PORT",
    "Board",
    "Refused",
    "Service",
    "Store",
    "check_port",
    "export_pages",
    "free_port",
    "make_app",
    "now",
    "running",
    "serve",
]
