"""planning/match: which page is a document's."""

import pytest
from msgspec.structs import replace
from pages import foreign, ids, snapshot, stored, tree, wanted

from publisher.errors import PlanRefused
from publisher.model.rendered import PageMetadata
from publisher.model.snapshot import ContentKind
from publisher.planning.adopt import find_adoptable
from publisher.planning.match import match_pages, words_of
from publisher.planning.provenance import intent, mark_message

LONG = "<p>one two three four five six seven eight nine ten</p>"


def matched(*args: object, **values: object) -> dict[str, str]:
    """Document → id of its page."""
    return {key: page.id for key, page in match_pages(*args, **values).pages.items()}  # type: ignore[arg-type]


def test_the_path_in_the_stamp_comes_before_the_title() -> None:
    a, b = wanted("a.md", "A"), wanted("b.md", "B")
    # Somebody swapped the titles in the documents.
    swapped = tree(replace(a, title="B", wanted="B"), replace(b, title="A", wanted="A"))
    assert matched(swapped, snapshot(stored(a, "11"), stored(b, "12")), {}) == {
        "index.md": "10",
        "a.md": "11",
        "b.md": "12",
    }


def test_a_moved_file_is_found_by_its_title() -> None:
    old = wanted("old/a.md", "A")
    assert (
        matched(tree(wanted("new/a.md", "a", body="<p>other</p>")), snapshot(stored(old, "11")), {})["new/a.md"] == "11"
    )


def test_a_renamed_document_is_found_by_its_unchanged_body_then_by_its_words() -> None:
    old = wanted("a.md", "A", LONG)
    there = snapshot(stored(old, "11"))
    assert matched(tree(wanted("b.md", "B", LONG)), there, {})["b.md"] == "11"
    edited = wanted("b.md", "B", LONG.replace("ten", "eleven"))
    assert matched(tree(edited), there, {"11": LONG})["b.md"] == "11"
    assert "b.md" not in matched(
        tree(wanted("b.md", "B", "<p>nothing of the kind is said here</p>")), there, {"11": LONG}
    )


def test_two_like_candidates_are_not_guessed() -> None:
    pages = [stored(wanted(f"{name}.md", name, LONG), id) for name, id in (("a", "11"), ("b", "12"))]
    found = match_pages(tree(wanted("c.md", "C", LONG)), snapshot(*pages), {"11": LONG, "12": LONG})
    assert "c.md" not in found.pages and [item.code for item in found.problems] == ["ambiguous-rename"]
    assert sorted(ids(found.orphans)) == ["11", "12"]


def test_a_foreign_page_is_never_taken_for_its_title() -> None:
    found = match_pages(tree(wanted("a.md", "A")), snapshot(foreign("11", "A")), {})
    assert "a.md" not in found.pages and found.orphans == ()


def test_a_copied_page_is_foreign() -> None:
    copy = replace(stored(wanted("a.md", "A"), "11"), id="12")  # the stamp names 11
    assert "a.md" not in matched(tree(wanted("a.md", "A")), snapshot(copy), {})


def test_page_id_names_the_page() -> None:
    named = tree(wanted("a.md", "A", page_id="11"))
    found = match_pages(named, snapshot(foreign("11", "Whatever")), {})
    assert found.pages["a.md"].id == "11" and found.named == {"a.md"}
    with pytest.raises(PlanRefused, match="is not a page of this space"):
        match_pages(named, snapshot(), {})
    with pytest.raises(PlanRefused, match="is named by another document as well"):
        match_pages(tree(wanted("a.md", page_id="11"), wanted("b.md", page_id="11")), snapshot(foreign("11", "x")), {})
    ignored = match_pages(named, snapshot(), {}, space_given=True)
    assert [item.code for item in ignored.problems] == ["target-ignored"]


def test_page_id_of_another_collection_is_refused() -> None:
    other = stored(wanted("x.md", "X"), "11")
    assert other.stored is not None
    other = other.stamped(replace(other.stored, stamp=replace(other.stored.stamp, collection="theirs")))
    with pytest.raises(PlanRefused, match="belongs to the collection “theirs”"):
        match_pages(tree(wanted("a.md", page_id="11")), snapshot(other), {})


def test_a_living_page_comes_before_an_archived_one() -> None:
    a = wanted("a.md", "A")
    there = snapshot(stored(a, "11", status="archived"), stored(a, "12"))
    assert matched(tree(a), there, {})["a.md"] == "12"


def test_a_page_in_the_trash_whose_title_is_taken_does_not_come_back() -> None:
    a = wanted("a.md", "A")
    trashed = stored(a, "11", status="trashed")
    assert matched(tree(a), snapshot(trashed), {})["a.md"] == "11"
    assert "a.md" not in matched(tree(a), snapshot(trashed, foreign("12", "a")), {})


def test_a_folder_page_follows_most_of_its_pages() -> None:
    section, a, b = (
        wanted("old/", "Old"),
        wanted("old/a.md", "A", parent="old/"),
        wanted("old/b.md", "B", parent="old/"),
    )
    there = snapshot(stored(section, "20"), stored(a, "21", "20"), stored(b, "22", "20"))
    now = tree(wanted("new/", "New"), wanted("new/a.md", "A", parent="new/"), wanted("new/b.md", "B", parent="new/"))
    assert matched(now, there, {}) == {"index.md": "10", "new/": "20", "new/a.md": "21", "new/b.md": "22"}


def test_no_kind_becomes_another() -> None:
    post = stored(wanted("a.md", "A", metadata=PageMetadata(kind=ContentKind.BLOGPOST)), "11")
    found = match_pages(tree(wanted("a.md", "A")), snapshot(post), {})
    assert "a.md" not in found.pages and ids(found.orphans) == ["11"]


def test_pages_of_a_folder_that_cannot_be_read_are_no_orphans() -> None:
    lost = stored(wanted("sub/a.md", "A"), "11")
    assert match_pages(tree(), snapshot(lost), {}, missing=("sub",)).orphans == ()
    assert ids(match_pages(tree(), snapshot(lost), {}).orphans) == ["11"]


def test_what_a_killed_run_created_is_found_again() -> None:
    half = foreign("11", "A", author="me", message=mark_message("", "0" * 8))
    there = snapshot(half, account="me", intents=frozenset({intent("A", "index.md")}))
    assert matched(tree(wanted("a.md", "A")), there, {})["a.md"] == "11"
    assert "a.md" not in matched(tree(wanted("a.md", "A")), replace(there, account="somebody else"), {})
    assert "a.md" not in matched(tree(wanted("a.md", "A")), replace(there, intents=frozenset()), {})


def test_adopting_takes_pages_below_the_parent_and_never_those_of_a_collection() -> None:
    theirs = stored(wanted("z.md", "B"), "12")
    assert theirs.stored is not None
    theirs = theirs.stamped(replace(theirs.stored, stamp=replace(theirs.stored.stamp, collection="theirs")))
    there = snapshot(foreign("11", "a"), theirs, foreign("13", "C", parent=""))
    docs = tree(wanted("a.md", "A"), wanted("b.md", "B"), wanted("c.md", "C"))
    assert {key: page.id for key, page in find_adoptable(docs, there, everywhere=False).by_title.items()} == {
        "a.md": "11"
    }
    assert find_adoptable(docs, there, everywhere=True).by_title["c.md"].id == "13"


def test_words_are_what_people_read() -> None:
    body = '<p>One <strong>two</strong></p><ac:structured-macro ac:name="x"><ac:parameter ac:name="k">no</ac:parameter></ac:structured-macro>'
    assert words_of(body) == ["One", "two"]
