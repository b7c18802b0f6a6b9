"""Proof that nothing has changed, so that unchanged documents need not be parsed again. Pure.

A run that left nothing undone puts the digest of all its inputs on record, with the problems that it reported. While the
inputs are the same, and the listing shows every page at the version, title and place of its stamp, the plan is empty.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from publisher.model.plan import Existing, PageAction, Plan
from publisher.model.problem import Level, Problem
from publisher.model.rendered import RenderedPage
from publisher.model.report import Result
from publisher.model.snapshot import ContentKind, RemotePage, Snapshot
from publisher.planning.index import LEASE_KEY
from publisher.planning.order import tree_order
from publisher.storage import digest

_ROOM = 24_000  # characters of packed problems: a property takes 32 KB


def make_proof(inputs: str, plan: Plan, results: Sequence[Result], problems: Sequence[Problem]) -> dict[str, str]:
    """Empty where something was left undone, or where the problems are too many to be kept."""
    undone = any(r.error or r.action.kind == "withheld" or r.action.hand_edited or r.action.moved_away for r in results)
    if not inputs or undone or plan.orphans or plan.problems:
        return {}
    ids = {result.action.page.key: result.id for result in results}
    children: dict[str, list[str]] = {}
    for action in plan.actions:
        if action.page.parent is not None and action.page.metadata.kind != ContentKind.BLOGPOST:
            children.setdefault(ids[action.page.parent], []).append(ids[action.page.key])
    rows = [[p.path, p.line, int(p.level), p.code, p.message, p.hint] for p in problems]
    packed = base64.b85encode(zlib.compress(json.dumps(rows).encode())).decode()
    if len(packed) > _ROOM:
        return {}
    bodies = {result.id: result.action.page.digests["body"] for result in results}
    return {"inputs": inputs, "order": _order_digest(children), "bodies": _bodies_digest(bodies), "problems": packed}


def _bodies_digest(bodies: Mapping[str, str]) -> str:
    """Of the text of every page: a watch writes single pages and leaves the proof as it is."""
    return digest(json.dumps(dict(bodies), sort_keys=True))


def _order_digest(children: Mapping[str, Sequence[str]]) -> str:
    return digest(json.dumps({parent: list(below) for parent, below in children.items()}, sort_keys=True))


def proved_inputs(snapshot: Snapshot) -> str:
    """The digest of the inputs that the last complete run put on record; empty if there is none."""
    record = snapshot.root_properties.get(LEASE_KEY)
    proof = record.value.get("proof") if record and isinstance(record.value, dict) else None
    return str(proof.get("inputs", "")) if isinstance(proof, dict) else ""


def check_proof(snapshot: Snapshot, inputs: str) -> tuple[Plan, tuple[Problem, ...]] | None:
    """The empty plan and the problems of the documents; None if anything may have changed."""
    record = snapshot.root_properties.get(LEASE_KEY)
    proof = record.value.get("proof") if record and isinstance(record.value, dict) else None
    pages = snapshot.owned()
    if not inputs or not proof or proof.get("inputs") != inputs or snapshot.gone or not all(map(_is_as_left, pages)):
        return None
    bodies = {page.id: page.stamp.digests.get("body", "") for page in pages if page.stamp}
    if _bodies_digest(bodies) != proof.get("bodies"):
        return None
    children: dict[str, list[RemotePage]] = {}
    for page in pages:
        if page.id != snapshot.root and page.kind != ContentKind.BLOGPOST:
            children.setdefault(page.parent or "", []).append(page)
    ordered = {parent: tree_order(below) for parent, below in children.items()}
    if _order_digest({parent: [page.id for page in below] for parent, below in ordered.items()}) != proof.get("order"):
        return None
    root = snapshot.pages[snapshot.root]
    posts = [page for page in pages if page.kind == ContentKind.BLOGPOST]
    actions = (*_actions(root, None, ordered), *(a for page in posts for a in _actions(page, _path_of(root), {})))
    plan = Plan(collection=snapshot.collection, space_id=snapshot.space.id, actions=actions)
    return plan, tuple(_problems(proof["problems"]))


def _is_as_left(page: RemotePage) -> bool:
    stamp = page.stamp
    if stamp is None or page.status != "current" or stamp.links_pending:
        return False
    return (page.version, page.title, page.parent or "") == (stamp.version, stamp.title, stamp.parent)


def _actions(
    page: RemotePage, parent: str | None, ordered: Mapping[str, Sequence[RemotePage]], position: int = 0
) -> Iterable[PageAction]:
    stamp = page.stamp
    assert stamp is not None
    source = "" if stamp.path.endswith("/") else stamp.path
    rendered = RenderedPage(
        key=stamp.path,
        source=source,
        title=page.title,
        parent=parent,
        position=position,
        body="",
        labels=stamp.labels,
        attachments=(),
        digests=stamp.digests,
        wanted=stamp.wanted,
    )
    yield PageAction(kind="unchanged", page=rendered, remote=page, parent=Existing(page.parent or ""))
    for number, child in enumerate(ordered.get(page.id, ())):
        yield from _actions(child, stamp.path, ordered, number)


def _path_of(page: RemotePage) -> str:
    return page.stamp.path if page.stamp else ""


def _problems(packed: Any) -> Iterable[Problem]:
    for path, line, level, code, message, hint in json.loads(zlib.decompress(base64.b85decode(packed))):
        yield Problem(path, line, Level(level), code, message, hint)
