"""What is to be published where."""

from dataclasses import dataclass

#: From this share of equal paths on (and half of the titles), another collection holds the same documents.
_SAME = 0.8


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be published where. ``derived``: the collection's name was not set but made from repository or folder.

    ``titles`` are those of all pages, ``page_ids`` the pages that front matter names. ``root``: page, parent, or the id of
    the page that is the root; ``take_over``: the name that the collection had; ``kinds`` of pages that there are;
    ``paths``: (key, wanted title) of each. ``by_name``: the root may stand anywhere in the space.
    """

    space: str
    parent: str
    collection: str
    derived: bool
    root_key: str
    root_title: str
    titles: frozenset[str]
    page_ids: tuple[str, ...] = ()
    new_root: bool = False
    move_root: bool = False
    root: str = "page"
    take_over: str = ""
    kinds: frozenset[str] = frozenset()
    paths: frozenset[tuple[str, str]] = frozenset()
    by_name: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the root is a page that was there before."""
        return self.root != "page"
