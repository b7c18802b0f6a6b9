"""What people see of the sandbox: pages, versions, search, and the same as files."""

from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.export import export_pages
from publisher.sandbox.view.pages import page_tree
from publisher.sandbox.view.renderer import PageRenderer
from publisher.sandbox.view.routes import view_routes

__all__ = ["Links", "PageRenderer", "export_pages", "page_tree", "view_routes"]
