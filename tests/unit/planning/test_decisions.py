"""planning/build with changes, compare, placement, people, proof: what is done about each page, and why."""

from typing import Any

import pytest
from msgspec.structs import replace
from pages import foreign, result, snapshot, stored, tree, wanted

from publisher.errors import PlanRefused
from publisher.model.plan import Existing, PageAction, Plan, Planned, Reason
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.snapshot import ContentProperty, Evidence, RemotePage, Snapshot
from publisher.planning.build import make_plan, needs_full_snapshot
from publisher.planning.identity import are_same_documents, check_same_documents
from publisher.planning.index import LEASE_KEY
from publisher.planning.match import match_pages
from publisher.planning.needs import list_needs
from publisher.planning.proof import check_proof, make_proof
from publisher.planning.provenance import mark_message
from publisher.planning.rules import Rules

A = wanted("a.md", "A")
HOME = wanted("index.md", "Home")
THERE = stored(A, "11", "10")


def planned(docs: RenderedTree, there: Snapshot, rules: Rules = Rules(), evidence: Evidence = Evidence()) -> Plan:
    return make_plan(docs, there, match_pages(docs, there, {}), rules, evidence)


def action_for(page: RenderedPage, remote: RemotePage | None, *others: RemotePage, **values: Any) -> PageAction:
    """What is planned for one page below the root."""
    there = snapshot(*([remote] if remote else []), *others)
    return next(item for item in planned(tree(page), there, **values).actions if item.page.key == page.key)


def test_a_new_document_is_created_below_its_parent() -> None:
    action = action_for(A, None)
    assert (action.kind, action.parent, action.reasons) == ("create", Existing("10"), (Reason.NEW,))
    first = planned(tree(A), snapshot(root=False))
    assert [item.parent for item in first.actions] == [Existing("1"), Planned("index.md")]


def test_what_is_as_we_left_it_is_left_alone() -> None:
    action = action_for(A, THERE)
    assert action.kind == "unchanged" and action.idle and not action.write
    assert planned(tree(A), snapshot(THERE)).changes == 0


def test_a_changed_text_is_an_update() -> None:
    action = action_for(wanted("a.md", "A", "<p>new</p>"), THERE, evidence=Evidence(bodies={"11": "<p>a.md</p>"}))
    assert (action.kind, action.write, action.body) == ("update", True, "<p>new</p>")
    assert action.reasons[0] in {Reason.CONTENT, Reason.SETTINGS, Reason.CONVERTER}


def test_a_title_and_a_parent_are_changed_in_place() -> None:
    assert Reason.TITLE in action_for(wanted("a.md", "Other", "<p>a.md</p>"), THERE).reasons
    section = wanted("s/", "S")
    docs = tree(section, replace(A, parent="s/"))
    there = snapshot(stored(section, "12", "10"), THERE)
    action = next(item for item in planned(docs, there).actions if item.page.key == "a.md")
    assert (action.kind, action.parent) == ("move", Existing("12"))


def test_a_page_that_people_moved_out_of_our_tree_stays_there() -> None:
    away = replace(THERE, parent="99")
    action = action_for(A, away, foreign("99", "Theirs"))
    assert action.moved_away and action.parent == Existing("99")


def test_a_hand_edit_is_kept_and_overwritten_only_on_demand() -> None:
    edited = replace(THERE, version=2, editor="Ada", modified="today")
    bodies = Evidence(bodies={"11": "<p>theirs</p>"})
    new = wanted("a.md", "A", "<p>new</p>")
    kept = action_for(new, edited, evidence=bodies)
    assert kept.kind == "withheld" and kept.hand_edited and not kept.write
    taken = action_for(new, edited, evidence=bodies, rules=Rules(overwrite=("a.md",)))
    assert taken.write and taken.body == "<p>new</p>"
    with pytest.raises(PlanRefused, match="was edited by Ada at today"):
        action_for(new, edited, evidence=bodies, rules=Rules(on_hand_edit="fail"))


def test_a_newer_version_that_says_the_same_is_no_edit() -> None:
    same = replace(THERE, version=2)
    action = action_for(wanted("a.md", "A", "<p>new</p>"), same, evidence=Evidence(bodies={"11": "<p>a.md</p>"}))
    assert action.write and not action.hand_edited


def test_our_own_unfinished_write_is_no_edit() -> None:
    ours = replace(THERE, version=2, message=mark_message("", A.digests["body"]))
    assert action_for(wanted("a.md", "A", "<p>new</p>"), ours, evidence=Evidence(bodies={"11": "<p>x</p>"})).write


def test_an_archived_page_is_withheld() -> None:
    action = action_for(A, replace(THERE, status="archived"))
    assert (action.kind, action.reasons) == ("withheld", (Reason.ARCHIVED,))


def test_a_selection_touches_nothing_else() -> None:
    docs = tree(wanted("a.md", "A", "<p>new</p>"), wanted("b.md", "B"))
    plan = planned(
        docs, snapshot(THERE, stored(wanted("x.md", "X"), "13")), Rules(selected=frozenset({"a.md"}), prune="on")
    )
    assert [(item.page.key, item.kind) for item in plan.actions] == [("index.md", "unchanged"), ("a.md", "update")]
    assert plan.removals == () and plan.orphans == ()


def test_reading_a_draft_of_the_plan_asks_for_what_is_written_and_removed() -> None:
    there = snapshot(THERE, stored(wanted("x.md", "X"), "13", "10"))
    needs = list_needs(planned(tree(wanted("a.md", "A", "<p>new</p>")), there, Rules(prune="on")), whole=False)
    assert [ref.id for ref in needs.bodies] == ["11"] and [ref.id for ref in needs.comments] == ["13"]


def test_only_new_titles_and_removals_need_every_page_of_the_space() -> None:
    assert not needs_full_snapshot(planned(tree(wanted("a.md", "A", "<p>new</p>")), snapshot(THERE)))
    assert needs_full_snapshot(planned(tree(A), snapshot()))
    assert needs_full_snapshot(planned(tree(wanted("a.md", "Other")), snapshot(THERE)))
    assert needs_full_snapshot(planned(tree(), snapshot(THERE), Rules(prune="on")))


def test_siblings_in_another_order_are_put_right() -> None:
    b = wanted("b.md", "B")
    there = [replace(THERE, position=2), replace(stored(b, "12", "10"), position=1)]
    [reorder] = planned(tree(A, b), snapshot(*there)).reorders
    assert (reorder.wanted, reorder.sure) == (("a.md", "b.md"), True)
    assert planned(tree(b, A), snapshot(*there)).reorders == ()


def proof_of(docs: RenderedTree, there: Snapshot) -> Snapshot:
    """The space after a run that left nothing undone."""
    plan = planned(docs, there)
    results = [result(item) for item in plan.actions]
    value = {"proof": make_proof("inputs", plan, results, ())}
    return replace(there, root_properties={LEASE_KEY: ContentProperty("p", 1, value)})


def test_the_proof_holds_while_nothing_has_changed() -> None:
    b = wanted("b.md", "B")
    there = proof_of(tree(A, b), snapshot(THERE, stored(b, "12", "10")))
    found = check_proof(there, "inputs")
    assert found is not None and [item.kind for item in found[0].actions] == ["unchanged"] * 3
    assert check_proof(there, "other inputs") is None
    for change in ({"version": 2}, {"title": "x"}, {"parent": "1"}, {"status": "archived"}, {"stored": None}):
        assert check_proof(replace(there, pages={**there.pages, "11": replace(THERE, **change)}), "inputs") is None, (
            change
        )
    moved = {"11": replace(THERE, position=2), "12": replace(there.pages["12"], position=1)}
    assert check_proof(replace(there, pages={**there.pages, **moved}), "inputs") is None


def test_there_is_no_proof_of_a_run_that_left_something_undone() -> None:
    plan = planned(tree(A), snapshot(THERE))
    results = [result(item) for item in plan.actions]
    assert make_proof("inputs", plan, results, ())
    assert make_proof("", plan, results, ()) == {}
    assert make_proof("inputs", plan, [replace(results[0], error="no"), *results[1:]], ()) == {}


def test_two_repositories_are_told_apart_by_their_documents() -> None:
    ours = [(f"{name}.md", name) for name in "abcd"]
    assert are_same_documents(ours, [*ours[:3], ("x.md", "X")])
    assert are_same_documents([("a.md", "Guide (2.0)")], [("a.md", "Guide (1.0)")])
    assert not are_same_documents(ours, [(f"{name}.md", name) for name in "wxyz"])
    several = [("index.md", "Home"), ("a.md", "A")]
    assert not are_same_documents([("index.md", "Other")], several)
    assert not are_same_documents(several, [("index.md", "Other")])
    assert are_same_documents([("index.md", "Home")], several)
    assert are_same_documents([("index.md", "Home")], [("index.md", "New name")])
    there = snapshot(THERE, stored(wanted("b.md", "B"), "12", "10"), unverified=True)
    check_same_documents(tree(A, wanted("b.md", "B")), there)
    other = RenderedTree({key: wanted(key, f"Other {key}") for key in ("index.md", "p.md", "q.md", "r.md")}, ())
    with pytest.raises(PlanRefused, match="--take-over docs"):
        check_same_documents(other, there)
