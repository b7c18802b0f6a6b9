"""Publish a folder of Markdown as a tree of Confluence pages."""

from publisher._version import __version__

__all__ = ["__version__"]
