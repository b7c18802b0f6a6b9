"""What is to be published where."""

from msgspec import Struct

from publisher.model.repository import CodeAddress
from publisher.model.snapshot import ContentKind


class Target(Struct, frozen=True, kw_only=True):
    """What is to be published where. ``derived``: the collection's name was not set but made from repository or folder;
    ``siblings``: the names of the other collections of publisher.yml, whose pages are theirs.

    ``repository``: the identity of the repository, empty if there is none; ``folder``: a digest of where the documents are. ``titles`` are those of all pages,
    ``page_ids`` the pages that front matter names. ``root``: page, parent, or the id of the page that is the root;
    ``take_over``: the names of collections whose pages become this one's; ``kinds`` of pages that there are;
    ``code``: where files of the repository are shown, if that is known. ``paths``: (key, wanted title) of each. ``by_name``: the root may be anywhere in the space; ``own_space``: and in no other.
    """

    space: str
    parent: str
    collection: str
    derived: bool
    siblings: frozenset[str] = frozenset()
    root_key: str
    root_title: str
    titles: frozenset[str]
    page_ids: tuple[str, ...] = ()
    new_root: bool = False
    move_root: bool = False
    root: str = "page"
    take_over: tuple[str, ...] = ()
    kinds: frozenset[ContentKind] = frozenset()
    paths: frozenset[tuple[str, str]] = frozenset()
    by_name: bool = False
    own_space: bool = False
    repository: str = ""
    folder: str = ""
    code: CodeAddress | None = None

    @property
    def fixed(self) -> bool:
        """Whether the root is a page that was there before."""
        return self.root != "page"
