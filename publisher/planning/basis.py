"""All that a plan is made from. Values only."""

from dataclasses import dataclass

from publisher.model.rendered import RenderedTree
from publisher.model.snapshot import Evidence, Snapshot
from publisher.planning.match import Matches
from publisher.planning.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is wanted, what is there, which page is whose, what somebody decided, and what was read of single pages."""

    tree: RenderedTree
    snapshot: Snapshot
    matches: Matches
    rules: Rules
    evidence: Evidence
