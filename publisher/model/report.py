"""What a run did. Values only."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from publisher.model.plan import PageAction
from publisher.model.problem import Problem
from publisher.model.snapshot import RemotePage, Snapshot


class Result(Struct, frozen=True, kw_only=True):
    """What became of one page. ``error`` says why it failed, or what blocked it.

    ``title_taken``: by a page that the snapshot does not show.
    """

    action: PageAction
    id: str
    url: str
    version: int
    error: str = ""
    title_taken: bool = False


class Report(Struct, frozen=True, kw_only=True):
    """``where``: site, space, parent, account, collection. ``commit``: of the documents, empty without Git.

    ``mails``: pages whose watchers are notified. ``after``: what Confluence holds now.
    """

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]
    requests: int = 0
    writes: int = 0
    seconds: float = 0.0
    orphans: tuple[RemotePage, ...] = ()
    removed: tuple[RemotePage, ...] = ()
    moves: int = 0
    commit: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    mails: int = 0
    after: Snapshot | None = None


#: Called with the result of each page as soon as it is known.
Progress = Callable[[Result], None]
