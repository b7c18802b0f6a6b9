"""Prove that nothing has changed, without a conversion."""

import time

from msgspec.structs import replace

from publisher.convert.unchanged import digest_inputs, find_root
from publisher.model.problem import Problem
from publisher.model.settings import Settings
from publisher.model.snapshot import Evidence, Snapshot
from publisher.model.tree import SourceTree
from publisher.planning.proof import check_proof, proved_inputs
from publisher.remote.port import Remote
from publisher.sync.options import collection_name, folder_of
from publisher.sync.proposal import Proposal, place_of
from publisher.sync.snapshot import NoRoot, read_own_pages
from publisher.sync.target import Target


def plan_unchanged(
    source: SourceTree, remote: Remote, settings: Settings
) -> tuple[Proposal, tuple[Problem, ...]] | Snapshot | NoRoot | None:
    """The empty plan, with the problems of the documents, if it can be proved without parsing them.

    Else what was read, which ``plan_publish`` takes, or None if there was nothing to trust.
    """
    read_at = time.monotonic()
    key, title = find_root(source, settings)
    derived = not settings.sync.collection
    target = Target(
        space=settings.sync.space,
        parent=settings.sync.parent,
        collection=collection_name(settings, source.repository),
        repository=source.repository.identity,
        folder=folder_of(settings),
        derived=derived,
        root_key=key,
        root_title=title,
        titles=frozenset({title}),
        root=settings.tree.root,
        take_over=settings.sync.take_over,
        new_root=settings.sync.new_root,
        move_root=settings.sync.move_root,
        own_space=settings.sync.own_space,
    )
    snapshot = read_own_pages(remote, target)
    if not isinstance(snapshot, Snapshot):
        return snapshot
    outside = proved_inputs(snapshot).splitlines()[1:]
    proved = check_proof(snapshot, digest_inputs(source, settings, outside))
    if proved is None:
        return snapshot
    plan, problems = proved
    return Proposal(
        replace(plan, where=place_of(remote, snapshot, settings, source.repository)), snapshot, Evidence(), read_at
    ), problems
