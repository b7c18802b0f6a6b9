"""What content there is. Apart from what Confluence holds of it, which commands without a network do not need."""

from enum import StrEnum


class ContentKind(StrEnum):
    """What a page is for Confluence: each kind has addresses of its own."""

    PAGE = "page"
    BLOGPOST = "blogpost"
    FOLDER = "folder"
    WHITEBOARD = "whiteboard"
    DATABASE = "database"
    EMBED = "embed"
