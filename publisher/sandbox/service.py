"""How the sandbox is served, and what a program that feeds it tells those who look."""

import threading
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

DEFAULT_PORT = 8090
#: The context path of Data Center; Cloud's is /wiki.
CONTEXT = "/confluence"
#: The token that is refused everywhere, so that a refused login can be tried without further settings.
REFUSED_TOKEN = "bad"  # noqa: S105 - is no secret


class Board(Struct):
    """What a program that feeds the sandbox tells those who look: the preview's problems, and whether it is ready.

    ``problems``: rows of path, key (of the document), line, level, code, message, hint. ``home``: id of the page that `/` shows.
    """

    ready: threading.Event = field(default_factory=threading.Event)
    problems: tuple[Mapping[str, Any], ...] = ()
    error: str = ""
    home: int = 0
    revision: int = 0
    doing: str = ""
    """What is under way, for people; empty: nothing."""
    done: int = 0
    total: int = 0

    def begin(self, doing: str, total: int = 0) -> None:
        """Something begins that takes ``total`` steps, if that is known."""
        self.doing, self.done, self.total = doing, 0, total

    def advance(self) -> None:
        """One step more is done."""
        self.done += 1

    def end(self) -> None:
        """Nothing is under way."""
        self.doing, self.done, self.total = "", 0, 0

    def tell(self, problems: tuple[Mapping[str, Any], ...], error: str = "") -> None:
        """New problems, or none any more."""
        self.problems, self.error, self.revision = problems, error, self.revision + 1


class Service(Struct, frozen=True):
    """How a sandbox is served: its flavor, its login, its address, and its view."""

    token: str = ""
    """The only token, password or key that is accepted; empty: any but ``bad``."""
    flavor: str = "cloud"
    """``cloud``, with the gateways before it, or ``datacenter``, below the context path /confluence."""
    host: str = "127.0.0.1"
    """A further name that it answers to."""
    port: int = 0
    """0: any that is free."""
    remote: bool = False
    """Whether the view loads what other sites hold."""
    board: Board | None = None
    target: str = ""
    """The product whose editor would open the pages, if it is not the one that is served: ``cloud`` or ``datacenter``."""
    version: str = "9.2.0"
    """Of Data Center: 8.5, 9 and 10 differ in a few answers."""
    hides_trash: bool = False
    """Whether a trashed page is 404 unless its status is asked for; servers have been seen to do either."""

    password: str = ""
    """Of Data Center, for Basic; where a token is set, which stands alone there, nothing else is accepted so."""

    @property
    def is_cloud(self) -> bool:
        return self.flavor != "datacenter"
