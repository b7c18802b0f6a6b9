"""What people see of the sandbox: pages, versions, search, and the same as files."""

from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.export import export_pages
from publisher.sandbox.view.frame import frame_of
from publisher.sandbox.view.renderer import PageRenderer
from publisher.sandbox.view.routes import not_found, view_routes
from publisher.sandbox.view.search import Index

__all__ = ["Index", "Links", "PageRenderer", "export_pages", "frame_of", "not_found", "view_routes"]
