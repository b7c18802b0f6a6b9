"""Publish a folder of Markdown as a tree of Confluence pages.

The names below are the public API; everything else may change. They are loaded when they are first used, so that the
command line starts without them.
"""

from typing import TYPE_CHECKING

from publisher._version import __version__

if TYPE_CHECKING:
    from publisher.library import check, connect, plan, publish, status

__all__ = ["__version__", "check", "connect", "plan", "publish", "status"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from publisher import library

        return getattr(library, name)
    raise AttributeError(f"module 'publisher' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
