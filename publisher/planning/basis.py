"""All that a plan is made from. Values only."""

from functools import cached_property

from msgspec import Struct

from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import ContentKind, Evidence, RemotePage, Snapshot
from publisher.planning.match import Matches
from publisher.planning.rules import Rules
from publisher.storage import NotWellFormed, PageNames, canonical


class Basis(Struct, frozen=True, kw_only=True, dict=True):
    """What is wanted, what is there, which page is whose, what somebody decided, and what was read of single pages."""

    tree: RenderedTree
    snapshot: Snapshot
    matches: Matches
    rules: Rules
    evidence: Evidence

    def says_the_same(self, page: RenderedPage, remote: RemotePage) -> bool:
        """Whether a page that becomes ours holds what its document says: then nothing is written over it."""
        taken = remote.stamp is None or self.snapshot.renamed
        stored = self.evidence.bodies.get(remote.id) if taken else None
        if stored is None:
            return False
        try:
            return canonical(stored, self.names) == canonical(page.body, self.names)
        except NotWellFormed:
            return False

    @cached_property
    def names(self) -> PageNames:
        """What links that name pages by their ids lead to."""
        pages = self.snapshot.pages.values()
        titles = {page.id: (page.title, "") for page in pages if page.kind == ContentKind.PAGE}
        return PageNames(self.snapshot.site, titles)
