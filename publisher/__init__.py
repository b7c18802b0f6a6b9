"""Publisher: a folder of Markdown becomes a tree of Confluence pages."""

__version__ = "0.1.0"
