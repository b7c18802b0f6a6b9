"""What an import is told, and what it tells."""

from pathlib import Path

from msgspec import Struct, field

from publisher.model.snapshot import RemotePage


class ImportOptions(Struct, frozen=True, kw_only=True):
    """``page``: the top of what is imported, empty for the whole space. ``comments``: open ones go into a file of their own.

    ``force``: files of others in the folder, and changed ones that are in the way, do not matter.
    """

    output: Path
    space: str
    page: str = ""
    dialect: str = "gfm"
    comments: bool = False
    force: bool = False


class Loss(Struct, frozen=True):
    """What an import cannot hold of a page: ``what``, and ``why``."""

    id: str
    title: str
    url: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.title}: {self.what}: {self.why}"


class Listing(Struct, frozen=True):
    """The pages to be imported by id, parents before children, siblings in their order; posts apart.

    ``parents``: page → the page of the import above it, which may be some folders away; None for a top.
    """

    pages: dict[str, RemotePage]
    parents: dict[str, str | None]
    posts: dict[str, RemotePage] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()

    @property
    def tops(self) -> list[str]:
        return [number for number, parent in self.parents.items() if parent is None]

    @property
    def below(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for number, parent in self.parents.items():
            found.setdefault(parent, []).append(number)
        return found


class Listener:
    """What is told on the way. Says nothing by itself."""

    def on_progress(self, what: str, done: int, total: int) -> None:
        """``what``: read or made."""

    def on_losses(self, losses: tuple[Loss, ...]) -> None:
        """Before the first document is written."""
