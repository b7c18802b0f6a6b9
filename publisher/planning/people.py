"""What people did on a page decides whether, and with what body, it is written. Pure."""

import re

from msgspec.structs import replace

from publisher.errors import PlanRefused
from publisher.model.plan import PageAction, Plan, Reason
from publisher.model.problem import Problem, problem
from publisher.model.snapshot import RemotePage
from publisher.naming import count_of
from publisher.planning.basis import Basis
from publisher.planning.comments import carry_over
from publisher.planning.compare import CONTENT, kind_of
from publisher.planning.notices import replaced_text
from publisher.planning.provenance import marked_digest
from publisher.planning.rules import Rules
from publisher.storage import NotWellFormed, canonical, without_muted

#: Reasons to write a page whose text stays.
_BESIDE_TEXT = frozenset({Reason.RESTORED, Reason.TITLE, Reason.LINKS, Reason.MOVED, Reason.OWNER, Reason.PUBLISHED})


def put_people_first(basis: Basis, action: PageAction, problems: list[Problem]) -> PageAction:
    """The action with people's marks carried over; withheld where the rules say that what they did stays.

    PlanRefused under the `fail` policies.
    """
    page, remote = action.page, action.remote
    assert remote is not None
    if action.hand_edited and not basis.rules.may_overwrite(page.source):
        return _keep_edit(basis, action, remote, problems)
    if not action.write or remote.id not in basis.evidence.bodies:
        return action
    stored = basis.evidence.bodies[remote.id]
    if remote.stamp and remote.stamp.digests.get("kept") == page.digests["body"]:
        return replace(action, body=stored, accepted_body=True)
    if (remote.stamp is None or remote.id in basis.evidence.merged) and holds_text(stored, page.body):
        return _with_their_text(action, remote, stored)
    if _replaces_text(basis, action, remote, stored):
        problems.append(replaced_text(page, remote))
        action = replace(action, replaces_text=True)
    carried = carry_over(stored, page.body)
    if carried.lost and basis.rules.on_lost_comment == "fail":
        raise PlanRefused(
            f"{page.key}: the text of {count_of(len(carried.lost), 'comment')} on {remote.url} would be lost"
        )
    if carried.lost and basis.rules.on_lost_comment == "skip":
        reasons = (Reason.COMMENTS_LOST, *action.reasons)
        parent = action.parent
        return PageAction(kind="withheld", page=page, remote=remote, parent=parent, reasons=reasons, lost=carried.lost)
    return replace(action, body=carried.body, lost=carried.lost, hand_edited=False)


def _with_their_text(action: PageAction, remote: RemotePage, stored: str) -> PageAction:
    """The page says what its document says, so its text is not written; a merged edit is noted as such."""
    reasons = action.reasons
    if remote.stamp is not None:
        reasons = (Reason.MERGED, *(reason for reason in reasons if reason not in CONTENT))
    write = bool(_BESIDE_TEXT & set(reasons))
    return replace(action, kind=kind_of(reasons), reasons=reasons, write=write, body=stored)


def _keep_edit(basis: Basis, action: PageAction, remote: RemotePage, problems: list[Problem]) -> PageAction:
    page = action.page
    who = f"{remote.url} was edited by {remote.editor} at {remote.modified}"
    if not action.write:
        text = f"{who}; the document has not changed, so nothing is done"
        problems.append(problem(page.source or page.key, None, "hand-edit", text))
        return action
    if basis.rules.on_hand_edit == "fail":
        raise PlanRefused(f"{page.key}: {who}")
    hint = f"`publisher pull {page.source}` brings it into the document"
    if basis.rules.on_hand_edit != "pull":
        hint += (
            f"; `publisher accept {page.source}` keeps it; `publisher publish --overwrite {page.source}` replaces it"
        )
    problems.append(problem(page.source or page.key, None, "hand-edit-kept", f"{who}; it is kept", hint))
    return PageAction(
        kind="withheld",
        page=page,
        remote=remote,
        parent=action.parent,
        reasons=(Reason.EDITED, *action.reasons),
        body=action.body,
        hand_edited=True,
    )


def _replaces_text(basis: Basis, action: PageAction, remote: RemotePage, stored: str) -> bool:
    """Whether a page that a person wrote loses its text without having been adopted."""
    key, snapshot = action.page.key, basis.snapshot
    named = key in basis.matches.named or (snapshot.fixed_root and remote.id == snapshot.root)
    ours = remote.stamp is not None or marked_digest(remote.message) is not None
    kept = holds_text(_text_alone(stored), _text_alone(action.page.body))
    return named and not ours and key not in basis.matches.adopted and has_text(stored) and not kept


def _text_alone(body: str) -> str:
    """A body without its footer, and with the names that files have without ours."""
    return re.sub(r'(ri:filename="[^"]*?)-[0-9a-f]{6}((?:\.[^."]*)?")', r"\1\2", without_muted(body))


def holds_text(stored: str, body: str) -> bool:
    """Whether a stored body says what ours says: then it stays as it is, comments and all."""
    try:
        return canonical(stored) == canonical(body)
    except NotWellFormed:
        return False


def has_text(body: str) -> bool:
    """Whether a stored body holds anything at all: words, pictures, macros."""
    body = without_muted(body)
    return "<ac:" in body or bool(re.sub(r"<[^>]*>|&nbsp;|\s", "", body))


def check_texts(plan: Plan, rules: Rules) -> None:
    """PlanRefused before text that a person wrote is replaced, unless somebody said that it may be."""
    found = [action.remote for action in plan.actions if action.replaces_text and action.remote]
    if found and not rules.replace_text:
        named = "\n".join(f"{page.url} holds text that {page.editor or 'somebody'} wrote" for page in found)
        raise PlanRefused(f"{named}\nThe documents would replace it. Re-run with --yes, or run `publisher adopt`")
