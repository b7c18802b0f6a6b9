"""planning/removals: what goes, in which order, and what stays because of people."""

import pytest
from msgspec.structs import replace
from pages import foreign, ids, snapshot, stored, tree, wanted

from publisher.errors import PlanRefused
from publisher.model.problem import Problem
from publisher.model.snapshot import AttachedFile, Comment, Evidence, RemotePage, Snapshot
from publisher.planning.journal import read_journal, write_journal
from publisher.planning.match import match_pages
from publisher.planning.provenance import mark_file
from publisher.planning.removals import leaves_first, plan_removals
from publisher.planning.rules import Rules, parse_limit

GONE = stored(wanted("gone.md", "Gone"), "11", "10")
BELOW = stored(wanted("gone/sub.md", "Sub"), "12", "11")


def removals(
    there: Snapshot, rules: Rules = Rules(prune="on"), evidence: Evidence = Evidence()
) -> tuple[list[str], list[Problem]]:
    found, problems = plan_removals(match_pages(tree(), there, {}), there, rules, evidence)
    return ids(removal.page for removal in found), problems


def test_leaves_go_first_and_nothing_goes_without_prune() -> None:
    assert removals(snapshot(GONE, BELOW))[0] == ["12", "11"]
    assert removals(snapshot(GONE, BELOW), Rules())[0] == []


def test_a_page_with_others_below_it_stays_and_so_do_its_ancestors() -> None:
    guest = foreign("13", "Guest", "12")
    found, problems = removals(snapshot(GONE, BELOW, guest))
    assert found == [] and [item.code for item in problems] == ["kept-orphan", "kept-orphan"]
    assert removals(snapshot(GONE, BELOW, guest), Rules(prune="on", overwrite=("*",)))[0] == []


@pytest.mark.parametrize(
    ("page", "evidence", "words"),
    [
        (replace(GONE, version=2, editor="Ada", modified="today"), Evidence(), "what Ada wrote at today"),
        (replace(GONE, title="Other"), Evidence(), "the title “Other”"),
        (GONE, Evidence(comments={"11": (Comment("", "Bob", "why?"),)}), "1 open comment of Bob"),
        (GONE, Evidence(attachments={"11": {"a.png": AttachedFile("1", "mine")}}), "a.png, attached by others"),
    ],
)
def test_what_people_did_holds_an_orphan_back(page: RemotePage, evidence: Evidence, words: str) -> None:
    found, [kept] = removals(snapshot(page), evidence=evidence)
    assert found == [] and words in kept.message and "publish --overwrite gone.md" in kept.hint
    with pytest.raises(PlanRefused, match="removing"):
        removals(snapshot(page), Rules(prune="on", on_hand_edit="fail"), evidence)
    assert removals(snapshot(page), Rules(prune="on", overwrite=("gone.md",)), evidence) == (["11"], [])


def test_our_own_files_hold_nothing_back() -> None:
    ours = Evidence(attachments={"11": {"a.png": AttachedFile("1", mark_file("abcdef0123"))}})
    assert removals(snapshot(GONE), evidence=ours) == (["11"], [])


def test_a_parent_cycle_ends() -> None:
    loop = [replace(GONE, parent="12"), replace(BELOW, parent="11")]
    assert sorted(ids(leaves_first(loop))) == ["11", "12"]


def test_the_limit_counts_pages_or_a_share() -> None:
    assert parse_limit("3", 100) == 3 and parse_limit("10%", 50) == 5
    Rules().check_loss(3, 4, "would go")  # few of few
    with pytest.raises(PlanRefused, match="--prune-limit 11"):
        Rules().check_loss(11, 1000, "would go")
    with pytest.raises(PlanRefused):
        Rules().check_loss(4, 10, "would go")
    Rules(prune_limit="40%").check_loss(4, 10, "would go")


def test_the_journal_comes_back_and_leaves_out_what_is_none() -> None:
    there = snapshot(GONE, BELOW)
    found, _ = plan_removals(match_pages(tree(), there, {}), there, Rules(prune="archive"), Evidence())
    written = write_journal(found)
    assert [(item.ref.id, item.title, item.parent, item.how) for item in read_journal(written)] == [
        ("12", "Sub", "11", "archive"),
        ("11", "Gone", "10", "archive"),
    ]
    assert read_journal([{"id": "../x"}, 3, None, {"title": "x"}]) == [] and read_journal("x") == []
