"""planning/titles: titles that Confluence has given away already."""

import pytest
from msgspec.structs import replace
from pages import foreign, snapshot, stored, tree, wanted

from publisher.errors import PlanRefused
from publisher.model.rendered import RenderedTree
from publisher.model.snapshot import Snapshot
from publisher.planning.match import match_pages
from publisher.planning.rules import Rules
from publisher.planning.titles import choose_titles, titles_in_the_way


def chosen(docs: RenderedTree, there: Snapshot, rules: Rules = Rules()) -> dict[str, str]:
    return choose_titles(docs, there, match_pages(docs, there, {}), rules)[0]


def test_the_incumbent_keeps_its_title() -> None:
    docs, there = tree(wanted("a.md", "A")), snapshot(foreign("11", "a"))
    titles, problems = choose_titles(docs, there, match_pages(docs, there, {}), Rules())
    assert titles == {"a.md": "A (docs)"} and [item.code for item in problems] == ["title-taken"]
    with pytest.raises(PlanRefused, match=r"a\.md: the title “A” is held by https://wiki.example/11"):
        chosen(docs, there, Rules(on_title_taken="fail"))


def test_our_own_page_holds_nothing_against_itself() -> None:
    a = wanted("a.md", "A")
    assert chosen(tree(a), snapshot(stored(a, "11"))) == {}


def test_a_suffix_that_was_given_once_stays() -> None:
    a = wanted("a.md", "A")
    suffixed = stored(replace(a, title="A (docs)"), "11")
    assert chosen(tree(a), snapshot(suffixed)) == {"a.md": "A (docs)"}
    assert chosen(tree(wanted("a.md", "B")), snapshot(suffixed)) == {}  # it wants another title now


def test_titles_of_pages_in_the_trash_are_free_and_those_of_archived_ones_are_not() -> None:
    docs = tree(wanted("a.md", "A"))
    assert chosen(docs, snapshot(foreign("11", "A", status="trashed"))) == {}
    assert chosen(docs, snapshot(foreign("11", "A", status="archived"))) == {"a.md": "A (docs)"}


def test_titles_of_pages_that_are_hidden_or_come_first_are_taken() -> None:
    docs = tree(wanted("a.md", "A"), wanted("b.md", "B"))
    rules = Rules(taken=frozenset({"a"}), claimed=frozenset({"b"}))
    assert chosen(docs, snapshot(), rules) == {"a.md": "A (docs)", "b.md": "B (docs)"}


def test_an_orphan_gives_its_title_away_only_if_it_goes() -> None:
    orphan = stored(wanted("gone.md", "A"), "11")
    docs, there = tree(wanted("a.md", "B"), wanted("b.md", "A", alternatives=("A (b)",))), snapshot(orphan)
    docs = RenderedTree({k: replace(p, source="") if k == "b.md" else p for k, p in docs.pages.items()}, ())
    found = match_pages(docs, there, {})
    found = replace(found, pages={"index.md": there.pages["10"]}, orphans=(orphan,))
    assert choose_titles(docs, there, found, Rules())[0] == {"b.md": "A (b)"}
    assert choose_titles(docs, there, found, Rules(prune="on"))[0] == {}


def test_a_suffix_steers_clear_of_the_other_documents() -> None:
    docs = tree(wanted("a.md", "A", alternatives=("A (docs)", "A (2)")), wanted("b.md", "A (docs)"))
    assert chosen(docs, snapshot(foreign("11", "A"))) == {"a.md": "A (2)"}


def test_pages_that_swap_titles_are_in_each_others_way() -> None:
    a, b = wanted("a.md", "A"), wanted("b.md", "B")
    there = {"a.md": stored(a, "11"), "b.md": stored(b, "12")}
    assert titles_in_the_way(tree(replace(a, title="B"), replace(b, title="A")), there) == {"a.md", "b.md"}
    assert titles_in_the_way(tree(a, b), there) == set()
